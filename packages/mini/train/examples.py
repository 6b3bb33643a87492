"""What the table is trained on: texts, each with the vector its words should add up to."""

import re

import numpy as np

from inputs import Inputs
from teacher import Teacher
from texts import read_articles, read_glosses, read_pairs

# Parts shorter than this are too ambiguous to be worth the teacher's time.
MIN_WORDS = 3
LONGEST_SENTENCE = 400


def make_examples(inputs: Inputs, teacher: Teacher) -> tuple[list[str], np.ndarray]:
    """(texts, targets [len(texts), 384] f32, unit length).

    English texts have their own teacher vector, French ones that of their English partner: the teacher reads English,
    and so a French text comes to lie where its translation lies.
    """
    glosses, gloss_vectors = read_glosses(inputs)
    parts = unique(part for gloss in glosses for part in gloss_parts(gloss))
    papers = unique(
        sentence for title, text in read_articles(inputs, 'arxiv-1k-gte-small') for sentence in [title, *sentences(text)])
    pairs = read_pairs(inputs)
    english = unique(pair[0] for pair in pairs)
    english_vectors = teacher.embed(english, 'English sentences')
    row_of = {text: row for row, text in enumerate(english)}
    french = sorted(set((french, row_of[english]) for english, french in pairs))
    texts = [*glosses, *english, *(text for text, _ in french), *parts, *papers]
    targets = np.concatenate([
        gloss_vectors,
        english_vectors,
        english_vectors[[row for _, row in french]],
        teacher.embed(parts, 'parts of glosses'),
        teacher.embed(papers, 'sentences of papers'),
    ])
    return texts, targets


def gloss_parts(gloss: str) -> list[str]:
    """'words: definition; "example"' cut into the words, the definition and each example."""
    words, _, rest = gloss.partition(': ')
    examples = re.findall(r'"([^"]+)"', rest)
    definition = re.sub(r'"[^"]*"', '', rest).strip(' ;')
    return [words, *(part for part in [definition, *examples] if len(part.split()) >= MIN_WORDS)]


def sentences(text: str) -> list[str]:
    parts = re.split(r'(?<=[.!?])\s+', text)
    return [part for part in parts if len(part.split()) >= MIN_WORDS and len(part) <= LONGEST_SENTENCE]


def unique(texts) -> list[str]:
    """Each text once, in order of first appearance."""
    return list(dict.fromkeys(texts))
