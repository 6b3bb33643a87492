"""The untrained table: the teacher's vector of each word alone, its commonplace part removed, frequent words made light."""

import numpy as np

from teacher import Teacher
from vocabulary import Vocabulary
from words import Words

# Weight a / (a + p) of a word with share p of running text ('smooth inverse frequency').
SIF_A = 3e-4
# Pieces say little by themselves; this is the weight of a word with p = 7e-4.
PIECE_WEIGHT = 0.3


def start_rows(vocabulary: Vocabulary, words: Words, teacher: Teacher) -> np.ndarray:
    """[rows, 384] f32.

    The teacher's basis is kept: all 384 dimensions stay, and a rotation (PCA) would change no similarity.
    """
    count = len(vocabulary.words)
    vectors = teacher.embed([*vocabulary.words, *vocabulary.own_pieces], 'words')
    mean = vectors[:count].mean(axis=0)
    share = np.fromiter(words.share.values(), np.float32)
    weights = np.concatenate([SIF_A / (SIF_A + share), np.full(vocabulary.count - count, PIECE_WEIGHT)])
    return ((vectors - mean) * weights[:, None]).astype(np.float32)
