"""The spelling of a word that is not in the list: a vector made of its 4-grams, the same for the same letters, for no bytes at all."""

import numpy as np

GRAM = 4
MASK = 0xffffffff


def spell(word: str, dim: int) -> np.ndarray:
    """[dim] f32 of length one, or zeros (docs/format.md, step 4)."""
    spelled = f'<{word}>'
    grams = [spelled[start:start + GRAM] for start in range(max(1, len(spelled) - GRAM + 1))]
    hashes = np.array([hash_gram(gram) for gram in grams], np.uint32)
    steps = (np.arange(1, (dim + 31) // 32 + 1, dtype=np.uint64) * 0x9e3779b9 & MASK).astype(np.uint32)
    words = mix(hashes[:, None] + steps)
    bits = (words[..., None] >> np.arange(32, dtype=np.uint32)) & 1
    total = (2 * bits.astype(np.int32) - 1).reshape(len(grams), -1)[:, :dim].sum(axis=0)
    length = np.sqrt(float((total.astype(np.int64) ** 2).sum()))
    return (total / length if length else total).astype(np.float32)


def hash_gram(gram: str) -> int:
    value = 2166136261
    for character in gram:
        value = (value ^ ord(character)) * 16777619 & MASK
    return value


def mix(x: np.ndarray) -> np.ndarray:
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x85ebca6b)
    x = x ^ (x >> np.uint32(13))
    x = x * np.uint32(0xc2b2ae35)
    return x ^ (x >> np.uint32(16))
