"""What the table is trained on: texts with the vector their words should add up to, and pairs of texts that belong together."""

from dataclasses import dataclass

import numpy as np

from teacher import Teacher
from texts import Texts, cut_sentences, gloss_parts, learned, unique

# Words of a passage that is cut out of a long text.
PASSAGE = 60


@dataclass
class Examples:
    texts: list[str]
    targets: np.ndarray  # [texts, 384] f32, unit length
    pairs: list[tuple[str, str]]


def make_examples(texts: Texts, teacher: Teacher) -> Examples:
    """English texts have their own teacher vector, French ones that of their English partner: the teacher reads English, and so a French text
    comes to lie where its translation lies."""
    glosses, gloss_vectors = texts.glosses
    parts = unique(part for gloss in glosses for part in gloss_parts(gloss))
    papers = unique(sentence for title, text in learned(texts.papers) for sentence in [title, *cut_sentences(text)])
    abstracts = unique(f'{title}. {text}' for title, text in learned(texts.papers))
    all_texts, targets = [*glosses], [gloss_vectors]
    for name, alone in [('parts of glosses', parts), ('sentences of papers', papers), ('abstracts', abstracts), ('manuals', texts.manuals)]:
        all_texts += alone
        targets.append(teacher.embed(alone, name))
    for name, pairs in texts.translated.items():
        english = unique(pair[0] for pair in pairs)
        vectors = teacher.embed(english, name)
        row_of = {text: row for row, text in enumerate(english)}
        french = sorted({(text, row_of[partner]) for partner, text in pairs})
        all_texts += [*english, *(text for text, _ in french)]
        targets += [vectors, vectors[[row for _, row in french]]]
    return Examples(all_texts, np.concatenate(targets), make_pairs(texts))


def make_pairs(texts: Texts) -> list[tuple[str, str]]:
    """Titles with their bodies, passages with the next. WordNet's words with their definitions, as pairs too, made everything worse."""
    pairs = []
    for title, text in learned(texts.papers):
        pairs += [(title, text), *neighbours(passages(text))]
    for title, text in learned(texts.sheets):
        cut = passages(text)
        pairs += [(title, passage) for passage in cut]
        # Twice: these sheets are all that is known of French law and administration.
        pairs += neighbours(cut) * 2
    for page in learned(texts.help):
        for language in (1, 2):
            title = page[0][language] if page else ''
            bodies = [row[language] for row in page if len(row[language].split()) >= 6]
            pairs += [(title, body) for body in bodies if body != title]
            pairs += neighbours(bodies)
    return pairs


def passages(text: str) -> list[str]:
    words = text.split()
    return [' '.join(words[start:start + PASSAGE]) for start in range(0, len(words), PASSAGE)]


def neighbours(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts, parts[1:]))
