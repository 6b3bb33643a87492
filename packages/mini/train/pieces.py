"""Word pieces for what has no row of its own: a unigram list (Kudo, Subword regularization, 2018), cut by lowest cost."""

import json
from collections import Counter

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.trainers import UnigramTrainer

PIECES = 4_100
LONGEST_PIECE = 16
# A piece of so many letters that is also a word has the word's row.
SHARED_LENGTH = 5
# Costs are -log probability in steps of 1/16, in one byte; a character that no piece covers costs more than any two.
COST_STEPS = 16
UNCOVERED = 510


def choose_pieces(words: set[str], counts: Counter) -> dict[str, int]:
    """Pieces with their costs, in ascending order of their UTF-8 bytes; a pure function of the counts."""
    rest = sorted(word for word, count in counts.items() if word not in words or count > 1)
    tokenizer = Tokenizer(Unigram())
    trainer = UnigramTrainer(
        vocab_size=PIECES, max_piece_length=LONGEST_PIECE, show_progress=False, unk_token='\ufffd', special_tokens=['\ufffd'])
    tokenizer.train_from_iterator(rest, trainer)
    listed = json.loads(tokenizer.to_str())['model']['vocab']
    pieces = {piece: cost_of(score) for piece, score in listed if piece != '\ufffd'}
    return dict(sorted(pieces.items(), key=lambda item: item[0].encode()))


def cost_of(score: float) -> int:
    return int(np.clip(round(-score * COST_STEPS), 1, 255))


class Cutter:
    """Cuts words into pieces."""

    def __init__(self, pieces: dict[str, int]):
        self.pieces = pieces
        self.longest = max(map(len, pieces))
        self.known = {}

    def cut(self, word: str, without: str | None = None) -> list[str]:
        """The pieces of lowest total cost; the longer piece where two ways cost the same at one end."""
        if without is None and word in self.known:
            return self.known[word]
        best, last = [0], [-1]
        for end in range(1, len(word) + 1):
            total, begin = best[end - 1] + UNCOVERED, -1
            for start in range(max(0, end - self.longest), end):
                cost = self.pieces.get(word[start:end])
                if cost is not None and best[start] + cost < total and word[start:end] != without:
                    total, begin = best[start] + cost, start
            best.append(total)
            last.append(begin)
        parts, end = [], len(word)
        while end > 0:
            start = last[end]
            if start >= 0:
                parts.append(word[start:end])
            end = start if start >= 0 else end - 1
        parts.reverse()
        if without is None:
            self.known[word] = parts
        return parts
