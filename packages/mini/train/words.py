"""Which words get a row of their own, and how often each is met (a guess, for the weights)."""

import json
from collections import Counter
from dataclasses import dataclass

from inputs import TEACHER
from normalize import split_words
from texts import Texts

WORDS = 53_100
# How much of the list is English before the two are laid together.
ENGLISH_SHARE = 0.64
# A word of SCOWL's list n, which no text had, is as frequent as one of this rank.
SCOWL_RANKS = {10: 4_000, 20: 10_000, 35: 25_000, 40: 40_000, 50: 55_000, 55: 80_000, 60: 100_000, 70: 160_000}


def count_words(texts: Texts) -> dict[str, Counter]:
    """Counts per source."""
    sources = {
        'glosses': texts.glosses[0],
        'english': list(dict.fromkeys(english for english, _ in texts.sentences)),
        'french': list(dict.fromkeys(french for _, french in texts.sentences)),
        'papers': [f'{title}. {text}' for title, text in texts.papers],
        'sheets': [f'{title}. {text}' for title, text in texts.sheets],
        'programs': [english for page in texts.help for _, english, _ in page] + [english for english, _ in texts.windows],
        'programmes': [french for page in texts.help for _, _, french in page] + [french for _, french in texts.windows],
        'names': [english for english, _ in texts.names],
        'noms': [french for _, french in texts.names],
    }
    return {name: Counter(word for text in source for word in split_words(text)) for name, source in sources.items()}


def ranked_english(texts: Texts) -> tuple[list[str], list[str], dict[str, int]]:
    """GloVe's words and the teacher's vocabulary, both in order of frequency, and a guessed rank for words of SCOWL."""
    glove = [word for word in json.loads(texts.inputs.text('data/glove-6B-50d-10k/words.json')) if word.isalnum()]
    vocabulary = json.loads(texts.inputs.text(f'{TEACHER}/tokenizer.json'))['model']['vocab']
    teacher = [word for word in vocabulary if word.isalpha() and word.isascii() and len(word) > 1]
    folder = texts.debian.open('scowl') / 'usr/share/dict/scowl'
    scowl = {}
    for size, rank in SCOWL_RANKS.items():
        for variety in ('english', 'american', 'british'):
            path = folder / f'{variety}-words.{size}'
            if path.exists():
                for line in path.read_text('latin-1').split():
                    word = line.lower()
                    if word.isalpha() and word.isascii():
                        scowl.setdefault(word, rank)
    return glove, teacher, scowl


def zipf(ranked: list[str]) -> dict[str, float]:
    """Share of each word in running text, guessed from its rank alone."""
    weights = {word: 1 / (rank + 3) for rank, word in enumerate(ranked)}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def shares(counts: Counter) -> dict[str, float]:
    total = counts.total()
    return {word: count / total for word, count in counts.items()}


def mix(parts: list[tuple[float, dict[str, float]]]) -> Counter:
    mixed = Counter()
    for weight, part in parts:
        for word, share in part.items():
            mixed[word] += weight * share
    return mixed


@dataclass(frozen=True)
class Words:
    share: dict[str, float]  # of running text, of each word that gets a row, in ascending order of their UTF-8 bytes
    counts: Counter  # of all words of the texts


def choose_words(texts: Texts) -> Words:
    """A word of both languages takes the larger share: it says little in at least one of them."""
    counts = count_words(texts)
    glove, teacher, scowl = ranked_english(texts)
    english = mix([
        (.35, zipf(glove)),
        (.22, zipf(teacher)),
        (.20, shares(counts['glosses'])),
        (.10, shares(counts['papers'])),
        (.08, shares(counts['english'])),
        (.03, shares(counts['programs'])),
        (.02, shares(counts['names'])),
    ])
    for word, rank in scowl.items():
        english[word] += .1 / (rank * 12)
    french = mix([
        (.5, shares(counts['french'])),
        (.3, shares(counts['sheets'])),
        (.15, shares(counts['programmes'])),
        (.05, shares(counts['noms'])),
    ])
    kept = lay_together(english, french)
    frequency = {word: max(english[word], french[word]) for word in kept}
    ordered = dict(sorted(frequency.items(), key=lambda item: item[0].encode()))
    return Words(ordered, sum(counts.values(), Counter()))


def lay_together(english: Counter, french: Counter) -> list[str]:
    """The most frequent words of each, as many as there is room for."""
    lists = [sorted(part, key=lambda word: (-part[word], word)) for part in (english, french)]
    taken = {}
    places = [0, 0]
    while len(taken) < WORDS:
        turn = 0 if places[0] * (1 - ENGLISH_SHARE) <= places[1] * ENGLISH_SHARE else 1
        taken[lists[turn][places[turn]]] = True
        places[turn] += 1
    return list(taken)
