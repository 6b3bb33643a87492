"""Texts as bags of row numbers: one flat array and where each text begins."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from normalize import split_words
from pieces import Cutter
from vocabulary import Vocabulary


@dataclass
class Bags:
    tokens: np.ndarray  # [all tokens] i64, text after text
    starts: np.ndarray  # [texts + 1] i64
    splits: 'Splits'

    def take(self, texts: np.ndarray) -> tuple[np.ndarray, csr_matrix]:
        """(vocabulary rows these texts use, matrix [texts, rows] f32 that takes the mean of each text's rows)."""
        lengths = self.starts[texts + 1] - self.starts[texts]
        ends = np.cumsum(lengths)
        places = np.repeat(self.starts[texts] - (ends - lengths), lengths) + np.arange(ends[-1])
        rows, columns = np.unique(self.tokens[places], return_inverse=True)
        shares = np.repeat(1 / lengths, lengths).astype(np.float32)
        return rows, csr_matrix((shares, columns, np.concatenate([[0], ends])), shape=(len(texts), len(rows)))

    def spell(self, random: np.random.Generator, share: float) -> 'Bags':
        """The same texts with this share of their words replaced by the pieces they would fall into."""
        chosen = random.random(len(self.tokens)) < share
        widths = np.where(chosen, self.splits.widths[self.tokens], 1)
        first = np.where(chosen, self.splits.starts[self.tokens], self.tokens)
        offsets = np.arange(widths.sum()) - np.repeat(np.cumsum(widths) - widths, widths)
        spread = np.repeat(chosen, widths)
        tokens = np.repeat(first, widths)
        tokens[spread] = self.splits.pieces[(tokens + offsets)[spread]]
        totals = np.concatenate([[0], np.cumsum(widths)])
        return Bags(tokens, totals[self.starts], self.splits)


@dataclass
class Splits:
    """What each row falls into when it is spelled: the pieces that a word would become if it had no row."""

    pieces: np.ndarray  # flat, i64
    starts: np.ndarray  # [rows] i64
    widths: np.ndarray  # [rows] i64


def make_bags(texts: list[str], vocabulary: Vocabulary, most: int) -> Bags:
    """The first `most` words of each text. Unknown words are in pieces; a text without any row keeps row 0, so that no bag is empty."""
    bags = [vocabulary.rows_of(split_words(text)[:most]) or [0] for text in texts]
    lengths = np.array([len(bag) for bag in bags])
    tokens = np.array([token for bag in bags for token in bag], np.int64)
    return Bags(tokens, np.concatenate([[0], np.cumsum(lengths)]), make_splits(vocabulary))


def make_splits(vocabulary: Vocabulary) -> Splits:
    cutter = Cutter(vocabulary.pieces)
    split = [[vocabulary.row_of_piece[piece] for piece in cutter.cut(word, without=word)] or [row]
             for row, word in enumerate(vocabulary.words)]
    split += [[row] for row in range(len(split), vocabulary.count)]
    widths = np.array([len(pieces) for pieces in split])
    return Splits(np.array([piece for pieces in split for piece in pieces]), np.cumsum(widths) - widths, widths)
