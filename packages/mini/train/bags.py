"""Tokenised texts as bags of row numbers: one flat array and where each text begins."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from tokenizer_file import SPECIAL


@dataclass
class Bags:
    tokens: np.ndarray  # [all tokens] i32, text after text
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
    """Each vocabulary entry without itself: the pieces a word would become if it had no row."""

    pieces: np.ndarray  # flat, i64
    starts: np.ndarray  # [vocabulary] i64
    widths: np.ndarray  # [vocabulary] i64


def make_bags(tokenizer_path: Path, texts: list[str], vocabulary: list[str]) -> Bags:
    """Texts without any known token keep one special token, so that no bag is empty."""
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    bags = []
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        bags.append([token for token in encoding.ids if token >= len(SPECIAL)] or [0])
    lengths = np.array([len(bag) for bag in bags])
    tokens = np.array([token for bag in bags for token in bag], np.int64)
    return Bags(tokens, np.concatenate([[0], np.cumsum(lengths)]), make_splits(vocabulary))


def make_splits(vocabulary: list[str]) -> Splits:
    ids = {token: index for index, token in enumerate(vocabulary)}
    split = [[index] if index < len(SPECIAL) else spell_word(token, ids) for index, token in enumerate(vocabulary)]
    widths = np.array([len(pieces) for pieces in split])
    return Splits(np.array([piece for pieces in split for piece in pieces]), np.cumsum(widths) - widths, widths)


def spell_word(word: str, ids: dict[str, int]) -> list[int]:
    """Greedy longest match, as WordPiece does, but never the word itself; itself alone where nothing else fits."""
    if word.startswith('##'):
        return [ids[word]]
    pieces, place = [], 0
    while place < len(word):
        for end in range(len(word), place, -1):
            piece = ('##' if place else '') + word[place:end]
            if piece in ids and piece != word:
                break
        else:
            return [ids[word]]
        pieces.append(ids[piece])
        place = end
    return pieces
