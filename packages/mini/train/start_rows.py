"""The untrained table: the teacher's vector of each word alone, its commonplace part removed, frequent words made light."""

import numpy as np

from teacher import Teacher
from tokenizer_file import SPECIAL

# Weight a / (a + p) of a word with share p of running text ('smooth inverse frequency').
SIF_A = 3e-4
# Pieces say little by themselves; this is the weight of a word with p = 7e-4.
PIECE_WEIGHT = 0.3
# Special tokens and the unknown: not zero, so that a text without a known word has a (meaningless) finite vector.
SPECIAL_NORM = 1e-5


def start_rows(words: dict[str, float], pieces: list[str], teacher: Teacher) -> np.ndarray:
    """[5 + words + pieces, 384] f32 in the order of the vocabulary: special tokens, words, pieces.

    The teacher's basis is kept: all 384 dimensions stay, and a rotation (PCA) would change no similarity.
    """
    texts = [*words, *(piece.removeprefix('##') for piece in pieces)]
    vectors = teacher.embed(texts, 'words')
    mean = vectors[:len(words)].mean(axis=0)
    share = np.fromiter(words.values(), np.float32)
    weights = np.concatenate([SIF_A / (SIF_A + share), np.full(len(pieces), PIECE_WEIGHT, np.float32)])
    rows = (vectors - mean) * weights[:, None]
    return np.concatenate([special_rows(rows.shape[1]), rows]).astype(np.float32)


def special_rows(dim: int) -> np.ndarray:
    """[5, dim] f32: the same tiny vector for each special token."""
    return np.full((len(SPECIAL), dim), SPECIAL_NORM / np.sqrt(dim), np.float32)
