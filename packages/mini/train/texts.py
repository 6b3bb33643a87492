"""The training texts, read from the shared folder and cut into short pieces a mean of word vectors can follow."""

import json
import re

import numpy as np

from inputs import Inputs

# Rows from here on are the queries of the nearest-neighbour benchmark made of this set: not ours to learn.
GLOSS_ROWS = 100_000
TEACHER_DIM = 384


def read_glosses(inputs: Inputs) -> tuple[list[str], np.ndarray]:
    """WordNet texts 'words: definition; examples' and the teacher's vectors for them: [100000, 384] f32, unit length."""
    texts = inputs.lines('data/wordnet-minilm/texts.txt')[:GLOSS_ROWS]
    raw = np.frombuffer(inputs.bytes('data/wordnet-minilm/vectors.i8'), dtype=np.int8)
    vectors = raw.reshape(-1, TEACHER_DIM)[:GLOSS_ROWS].astype(np.float32)
    return texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def read_pairs(inputs: Inputs) -> list[tuple[str, str]]:
    """English–French sentence pairs, without those that share a sentence with the Tatoeba test set."""
    held_out = {
        sentence_key(line)
        for side in ('eng', 'fra')
        for line in inputs.lines(f'data/tatoeba/tatoeba.fra-eng.{side}')
    }
    pairs = []
    # The last line of the file is cut off in the middle.
    for line in inputs.lines('data/eng-fra/eng-fra.tsv')[:-1]:
        english, french = line.split('\t')[:2]
        if sentence_key(english) not in held_out and sentence_key(french) not in held_out:
            pairs.append((english, french))
    return pairs


def sentence_key(text: str) -> str:
    """The same for sentences that differ only in case, punctuation and blanks."""
    return ' '.join(re.findall(r'\w+', text.lower()))


def read_articles(inputs: Inputs, name: str) -> list[tuple[str, str]]:
    """(title, text) of each document of a corpus."""
    rows = [json.loads(line) for line in inputs.lines(f'data/{name}/corpus.jsonl')]
    return [(row['title'], row['text']) for row in rows]
