"""Which words get a row of their own, and how often each is met (a guess, for the weights)."""

import json
from collections import Counter

from tokenizers import normalizers, pre_tokenizers

from inputs import TEACHER, Inputs
from texts import read_articles, read_glosses, read_pairs

NORMALIZER = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
PRE_TOKENIZER = pre_tokenizers.BertPreTokenizer()

# A word outside both ranked lists and seen once is as likely a name as a word: leave it to the pieces.
ENGLISH_WORDS = 32_000
FRENCH_WORDS = 14_000


def split_words(text: str) -> list[str]:
    """Words exactly as the shipped tokenizer cuts them, punctuation left out."""
    tokens = PRE_TOKENIZER.pre_tokenize_str(NORMALIZER.normalize_str(text))
    return [token for token, _ in tokens if any(c.isalnum() for c in token)]


def count_words(inputs: Inputs) -> tuple[dict[str, Counter], list[str], list[str]]:
    """Counts per source, and two English word lists in order of frequency (GloVe's, the teacher's vocabulary)."""
    pairs = read_pairs(inputs)
    sources = {
        'glosses': read_glosses(inputs)[0],
        'english': list(dict.fromkeys(english for english, _ in pairs)),
        'french': list(dict.fromkeys(french for _, french in pairs)),
        'papers': [f'{title}. {text}' for title, text in read_articles(inputs, 'arxiv-1k-gte-small')],
        'sheets': [f'{title}. {text}' for title, text in read_articles(inputs, 'service-public-fr')],
    }
    counts = {name: Counter(word for text in texts for word in split_words(text)) for name, texts in sources.items()}
    glove = [word for word in json.loads(inputs.text('data/glove-6B-50d-10k/words.json')) if word.isalnum()]
    vocabulary = json.loads(inputs.text(f'{TEACHER}/tokenizer.json'))['model']['vocab']
    teacher = [word for word in vocabulary if word.isalpha() and word.isascii() and len(word) > 1]
    return counts, glove, teacher


def zipf(ranked: list[str]) -> dict[str, float]:
    """Share of each word in running text, guessed from its rank alone."""
    weights = {word: 1 / (rank + 3) for rank, word in enumerate(ranked)}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def shares(counts: Counter) -> dict[str, float]:
    total = counts.total()
    return {word: count / total for word, count in counts.items()}


def mix(parts: list[tuple[float, dict[str, float]]]) -> dict[str, float]:
    mixed = Counter()
    for weight, part in parts:
        for word, share in part.items():
            mixed[word] += weight * share
    return mixed


def choose_words(inputs: Inputs) -> tuple[dict[str, float], Counter]:
    """The words that get a row, each with its share p of running text, most frequent first; and the counts of all words.

    A word of both languages takes the larger p: it says little in at least one of them.
    """
    counts, glove, teacher = count_words(inputs)
    english = mix([
        (.35, zipf(glove)),
        (.25, zipf(teacher)),
        (.20, shares(counts['glosses'])),
        (.10, shares(counts['papers'])),
        (.10, shares(counts['english'])),
    ])
    french = mix([(.6, shares(counts['french'])), (.4, shares(counts['sheets']))])
    kept = set(top(english, ENGLISH_WORDS)) | set(top(french, FRENCH_WORDS))
    frequency = {word: max(english.get(word, 0), french.get(word, 0)) for word in kept}
    frequency |= spelled_out(frequency)
    ordered = dict(sorted(frequency.items(), key=lambda item: (-item[1], item[0])))
    return ordered, sum(counts.values(), Counter())


def top(frequency: dict[str, float], size: int) -> list[str]:
    return sorted(frequency, key=lambda word: (-frequency[word], word))[:size]


def spelled_out(frequency: dict[str, float]) -> dict[str, float]:
    """'coeur' beside 'cœur': the tokenizer keeps the ligature, many people do not type it."""
    plain = {}
    for word, share in frequency.items():
        other = word.replace('œ', 'oe').replace('æ', 'ae').replace('ß', 'ss')
        if other not in frequency:
            plain[other] = share
    return plain
