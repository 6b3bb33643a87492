"""Product quantisation: 65 bytes a row instead of 1,536, so that four megabytes hold many words and all dimensions.

A row is level × direction. The level is one byte on a logarithmic scale. The direction, in a random rotation that evens
out the dimensions (and changes no similarity, so it is never undone), is cut into 64 parts of 6, and each part is
replaced by the nearest of 256 centroids of its own codebook.
"""

from dataclasses import dataclass

import numpy as np

PART_DIM = 6
CENTROIDS = 256
ROUNDS = 20
# Level 0 is this far below the largest: the place of the special tokens.
LEVEL_RANGE = np.log(1e5)


@dataclass
class Packed:
    codes: np.ndarray  # [rows, 64] u8: centroid of each part
    codebook: np.ndarray  # [64 * 256, 6] i8: centroids, part after part
    levels: np.ndarray  # [rows] u8
    level_step: float  # a row weighs exp(level_low + level * level_step)
    level_low: float  # holds the scale of the codebook too

    def unpack(self) -> np.ndarray:
        """[rows, 384] f32: the table as the model sees it, in the rotated basis."""
        parts = self.codes.shape[1]
        places = self.codes.astype(np.int32) + CENTROIDS * np.arange(parts, dtype=np.int32)
        directions = self.codebook[places].astype(np.float32).reshape(len(self.codes), -1)
        return directions * np.exp(self.level_low + self.levels * self.level_step)[:, None].astype(np.float32)


def pack(rows: np.ndarray, seed: int) -> Packed:
    """`rows`: [count, 384] f32."""
    random = np.random.default_rng(seed)
    count, dim = rows.shape
    rotation = np.linalg.qr(random.standard_normal((dim, dim)))[0].astype(np.float32)
    norms = np.linalg.norm(rows, axis=1)
    directions = (rows / norms[:, None]) @ rotation
    parts = dim // PART_DIM
    codes = np.empty((count, parts), np.uint8)
    books = np.empty((parts, CENTROIDS, PART_DIM), np.float32)
    for part in range(parts):
        slice_ = np.ascontiguousarray(directions[:, part * PART_DIM:(part + 1) * PART_DIM])
        books[part], codes[:, part] = cluster(slice_, random)
    scale = np.abs(books).max() / 127
    codebook = np.round(books / scale).astype(np.int8)
    # The centroids shrink a row a little; its level gives the length back.
    places = codes.astype(np.int32) + CENTROIDS * np.arange(parts, dtype=np.int32)
    lengths = np.linalg.norm(codebook.reshape(-1, PART_DIM)[places].astype(np.float32).reshape(count, dim), axis=1)
    logs = np.log(norms / lengths)
    low = logs.max() - LEVEL_RANGE
    step = LEVEL_RANGE / 255
    levels = np.clip(np.round((logs - low) / step), 0, 255).astype(np.uint8)
    return Packed(codes, codebook.reshape(-1, PART_DIM), levels, float(step), float(low))


def cluster(points: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """k-means: (centroids [256, 6] f32, nearest centroid of each point u8)."""
    centroids = points[random.choice(len(points), CENTROIDS, replace=False)]
    for _ in range(ROUNDS):
        nearest = nearest_centroid(points, centroids)
        sizes = np.bincount(nearest, minlength=CENTROIDS)
        sums = np.stack([np.bincount(nearest, points[:, axis], CENTROIDS) for axis in range(points.shape[1])], axis=1)
        empty = sizes == 0
        centroids = np.where(empty[:, None], centroids, sums / np.maximum(sizes, 1)[:, None]).astype(np.float32)
    return centroids, nearest_centroid(points, centroids)


def nearest_centroid(points: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """[count] u8. Blocks keep the distance table small."""
    offsets = (centroids ** 2).sum(axis=1) / 2
    blocks = [
        (points[start:start + 8192] @ centroids.T - offsets).argmax(axis=1)
        for start in range(0, len(points), 8192)
    ]
    return np.concatenate(blocks).astype(np.uint8)
