"""The texts of the shared folder and of Debian's packages, with what is held out of them."""

import json
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from apache import read_apache
from bilingual import Pair, read_help, read_names, read_windows
from chromium import read_chromium
from debian import Debian
from inputs import Inputs

# Rows from here on are the queries of the nearest-neighbour benchmark made of this set: not ours to learn.
GLOSS_ROWS = 100_000
TEACHER_DIM = 384
# One article, one sheet, one page of the help in so many is left out, and choices are made on them (see dev.py).
HELD_OUT = 5
LONGEST_SENTENCE = 400
MIN_WORDS = 3


@dataclass
class Texts:
    """Each property is read once."""

    inputs: Inputs
    debian: Debian

    @cached_property
    def glosses(self) -> tuple[list[str], np.ndarray]:
        """WordNet texts 'words: definition; examples' and the teacher's vectors for them: [100000, 384] f32, unit length."""
        texts = self.inputs.lines('data/wordnet-minilm/texts.txt')[:GLOSS_ROWS]
        raw = np.frombuffer(self.inputs.bytes('data/wordnet-minilm/vectors.i8'), dtype=np.int8)
        vectors = raw.reshape(-1, TEACHER_DIM)[:GLOSS_ROWS].astype(np.float32)
        return texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @cached_property
    def sentences(self) -> list[Pair]:
        """English and French sentences, without those that share one with the Tatoeba test set."""
        held_out = {
            sentence_key(line)
            for side in ('eng', 'fra')
            for line in self.inputs.lines(f'data/tatoeba/tatoeba.fra-eng.{side}')
        }
        pairs = []
        # The last line of the file is cut off in the middle.
        for line in self.inputs.lines('data/eng-fra/eng-fra.tsv')[:-1]:
            english, french = line.split('\t')[:2]
            if sentence_key(english) not in held_out and sentence_key(french) not in held_out:
                pairs.append((english, french))
        return pairs

    @cached_property
    def papers(self) -> list[Pair]:
        """(title, abstract)."""
        return self._articles('arxiv-1k-gte-small')

    @cached_property
    def sheets(self) -> list[Pair]:
        """(title, text), French."""
        return self._articles('service-public-fr')

    @cached_property
    def help(self) -> list[list[tuple[str, str, str]]]:
        """Pages: (tag, English, French) of each paragraph."""
        return list(read_help(self.debian).values())

    @cached_property
    def windows(self) -> list[Pair]:
        return list(dict(read_windows(self.debian)).items())

    @cached_property
    def names(self) -> list[Pair]:
        return read_names(self.debian)

    @cached_property
    def descriptions(self) -> dict[str, list[Pair]]:
        """By language: (line that names it, paragraph) of Debian's packages."""
        return {language: self.debian.descriptions(language) for language in ('en', 'fr')}

    @property
    def translated(self) -> dict[str, list[Pair]]:
        """All that is there in both languages, without what is held out."""
        return {
            'sentences': self.sentences,
            'help': [(english, french) for page in learned(self.help) for _, english, french in page],
            'windows': self.windows,
            'names': self.names,
            'apache': read_apache(self.debian),
            'chromium': read_chromium(self.debian),
        }

    def _articles(self, name: str) -> list[Pair]:
        rows = [json.loads(line) for line in self.inputs.lines(f'data/{name}/corpus.jsonl')]
        return [(row['title'], row['text']) for row in rows]


def learned(items: list) -> list:
    """What may be learned from."""
    return [item for place, item in enumerate(items) if place % HELD_OUT]


def held_out(items: list) -> list:
    return items[::HELD_OUT]


def sentence_key(text: str) -> str:
    """The same for sentences that differ only in case, punctuation and blanks."""
    return ' '.join(re.findall(r'\w+', text.lower()))


def gloss_parts(gloss: str) -> list[str]:
    """'words: definition; "example"' cut into the words, the definition and each example."""
    words, _, rest = gloss.partition(': ')
    examples = re.findall(r'"([^"]+)"', rest)
    definition = re.sub(r'"[^"]*"', '', rest).strip(' ;')
    return [words, *(part for part in [definition, *examples] if len(part.split()) >= MIN_WORDS)]


def cut_sentences(text: str) -> list[str]:
    parts = re.split(r'(?<=[.!?])\s+', text)
    return [part for part in parts if len(part.split()) >= MIN_WORDS and len(part) <= LONGEST_SENTENCE]


def unique(texts) -> list[str]:
    """Each text once, in order of first appearance."""
    return list(dict.fromkeys(texts))
