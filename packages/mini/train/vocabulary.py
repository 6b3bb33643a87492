"""Words and pieces with their rows."""

from dataclasses import dataclass
from functools import cached_property

from pieces import SHARED_LENGTH, Cutter


@dataclass
class Vocabulary:
    words: list[str]  # in ascending order of their UTF-8 bytes, as everywhere
    pieces: dict[str, int]  # costs, in the same order

    @cached_property
    def row_of_word(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def row_of_piece(self) -> dict[str, int]:
        """A long piece that is also a word shares its row."""
        rows, row = {}, len(self.words)
        for piece in self.pieces:
            if len(piece) >= SHARED_LENGTH and piece in self.row_of_word:
                rows[piece] = self.row_of_word[piece]
            else:
                rows[piece] = row
                row += 1
        return rows

    @cached_property
    def own_pieces(self) -> list[str]:
        """Pieces with a row of their own, in order."""
        return [piece for piece, row in self.row_of_piece.items() if row >= len(self.words)]

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.words) + len(self.own_pieces)

    @cached_property
    def cutter(self) -> Cutter:
        return Cutter(self.pieces)

    def rows_of(self, words: list[str]) -> list[int]:
        rows = []
        for word in words:
            row = self.row_of_word.get(word)
            if row is None:
                rows += [self.row_of_piece[piece] for piece in self.cutter.cut(word)]
            else:
                rows.append(row)
        return rows
