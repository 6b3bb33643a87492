"""The file that ships (docs/format.md, 'Built-in model'): written, read again, and used as the decoder in src/ uses it."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from normalize import split_words
from pack import CENTROIDS, Packed
from pieces import LONGEST_PIECE
from spelling import GRAM, spell
from vocabulary import Vocabulary

MAGIC = b'VMNI'
VERSION = 1
HEAD = 64
# A mean over more words says less and less; what is beyond is cut off, and said so.
MAX_WORDS = 512
FIELDS = '<4sHHIIIIIHBBffffII'


@dataclass(frozen=True)
class Pooling:
    """How strongly a word common to the whole text is discounted, and how long the spelling of an unknown word is."""

    discount: float = 1.0
    spelling: float = 1.0


def write_model(vocabulary: Vocabulary, packed: Packed, pooling: Pooling) -> bytes:
    parts = packed.codes.shape[1]
    dim = parts * packed.codebook.shape[1]
    words = front_coded(vocabulary.words)
    pieces = front_coded(list(vocabulary.pieces), list(vocabulary.pieces.values()))
    body = words + pieces + packed.codebook.tobytes() + packed.levels.tobytes() + packed.codes.tobytes()
    length = HEAD + len(body)

    def head(check: int) -> bytes:
        return struct.pack(
            FIELDS, MAGIC, VERSION, dim, length, check, len(vocabulary.words), len(vocabulary.pieces), vocabulary.count, parts, GRAM,
            LONGEST_PIECE, pooling.discount, pooling.spelling, packed.level_low, packed.level_step, len(words), len(pieces),
        ).ljust(HEAD, b'\0')

    return head(checksum(head(0) + body)) + body


def checksum(file: bytes) -> int:
    return zlib.crc32(file[16:], zlib.crc32(file[:12]))


def front_coded(texts: list[str], extra: list[int] | None = None) -> bytes:
    out, before = bytearray(), b''
    for place, text in enumerate(texts):
        own = text.encode()
        shared = 0
        while shared < min(len(own), len(before), 255) and own[shared] == before[shared]:
            shared += 1
        out += bytes([shared, len(own) - shared]) + own[shared:]
        if extra:
            out.append(extra[place])
        before = own
    return bytes(out)


class Encoder:
    """Texts to vectors with any table, as the decoder in src/ does it."""

    def __init__(self, vocabulary: Vocabulary, table: np.ndarray, pooling: Pooling):
        self.vocabulary, self.table, self.pooling = vocabulary, table, pooling
        self.spellings = {}

    def embed(self, texts: list[str], most: int = MAX_WORDS) -> np.ndarray:
        """[len(texts), dim] f32, rows of unit length; zeros for a text without a vector."""
        return np.stack([pool(self.vectors(text, most), self.pooling.discount) for text in texts])

    def vectors(self, text: str, most: int) -> np.ndarray:
        """[rows and spellings, dim] of the first words of a text."""
        vectors = []
        for word in split_words(text)[:most]:
            vectors.append(self.table[self.vocabulary.rows_of([word])])
            if self.pooling.spelling and word not in self.vocabulary.row_of_word:
                vectors.append(self.pooling.spelling * self.spelling(word)[None])
        return np.concatenate(vectors) if vectors else np.zeros((0, self.table.shape[1]), np.float32)

    def spelling(self, word: str) -> np.ndarray:
        if word not in self.spellings:
            self.spellings[word] = spell(word, self.table.shape[1])
        return self.spellings[word]


def read_model(file: bytes) -> Encoder:
    (magic, version, dim, length, check, words, pieces, rows, parts, _, _, discount, spelling, low, step, word_bytes, piece_bytes,
     ) = struct.unpack_from(FIELDS, file)
    if (magic, version, length) != (MAGIC, VERSION, len(file)) or check != checksum(file):
        raise ValueError('not a whole model file')
    at = HEAD
    listed, _ = read_front_coded(file[at:at + word_bytes], words, False)
    at += word_bytes
    cut, costs = read_front_coded(file[at:at + piece_bytes], pieces, True)
    at += piece_bytes
    vocabulary = Vocabulary(listed, dict(zip(cut, costs)))
    if vocabulary.count != rows:
        raise ValueError(f'{vocabulary.count} rows of words and pieces, {rows} in the table')
    books = parts * CENTROIDS * (dim // parts)
    codebook = np.frombuffer(file, np.int8, books, at).reshape(-1, dim // parts)
    levels = np.frombuffer(file, np.uint8, rows, at + books)
    codes = np.frombuffer(file, np.uint8, rows * parts, at + books + rows).reshape(rows, parts)
    return Encoder(vocabulary, Packed(codes, codebook, levels, step, low).unpack(), Pooling(discount, spelling))


def pool(vectors: np.ndarray, discount: float) -> np.ndarray:
    """Step 5 of the format."""
    total = vectors.sum(axis=0)
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(total)
    cosines = np.divide(vectors @ total, norms, out=np.zeros(len(vectors), np.float32), where=norms > 0)
    weighted = np.exp(-discount * cosines) @ vectors
    length = np.linalg.norm(weighted)
    if length == 0:
        longer = vectors[np.linalg.norm(vectors, axis=1) > 0]
        weighted = longer[0] if len(longer) else total
        length = np.linalg.norm(weighted) or 1
    return (weighted / length).astype(np.float32)


def read_front_coded(data: bytes, count: int, has_extra: bool) -> tuple[list[str], list[int]]:
    texts, extra, at, before = [], [], 0, b''
    for _ in range(count):
        shared, more = data[at], data[at + 1]
        before = before[:shared] + data[at + 2:at + 2 + more]
        texts.append(before.decode())
        at += 2 + more
        if has_extra:
            extra.append(data[at])
            at += 1
    return texts, extra
