"""The teacher, all-MiniLM-L6-v2 in f32: text in, one unit vector out. Slow, so every chunk of texts is kept on disk."""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from inputs import TEACHER, Inputs

DIM = 384
MAX_TOKENS = 256
CHUNK = 8192
BATCH = 64


class Teacher:
    def __init__(self, inputs: Inputs, cache: Path, threads: int):
        self.cache = cache
        self.model = inputs.bytes(f'{TEACHER}/onnx/model.onnx')
        self.key = hashlib.sha256(self.model).hexdigest()[:16]
        self.threads = threads
        self.session = None
        self.tokenizer = Tokenizer.from_str(inputs.text(f'{TEACHER}/tokenizer.json'))
        # The file asks for padding to 128; the batches below pad to their own longest text.
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)

    def embed(self, texts: list[str], what: str) -> np.ndarray:
        """[len(texts), 384] f32, rows of unit length. Finished chunks are taken from the cache."""
        chunks = [texts[start:start + CHUNK] for start in range(0, len(texts), CHUNK)]
        rows = []
        for number, chunk in enumerate(chunks):
            digest = hashlib.sha256('\n'.join([self.key, *chunk]).encode()).hexdigest()[:24]
            path = self.cache / f'teacher-{digest}.npy'
            if not path.exists():
                print(f'teacher: {what}, chunk {number + 1} of {len(chunks)}', flush=True)
                # Written aside and renamed, so that a stopped run leaves no half file.
                unfinished = path.with_suffix('.part.npy')
                np.save(unfinished, self._run(chunk).astype(np.float16))
                unfinished.rename(path)
            rows.append(np.load(path).astype(np.float32))
        vectors = np.concatenate(rows)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _run(self, texts: list[str]) -> np.ndarray:
        """[len(texts), 384] f32: batches of similar length, mean over the mask, unit length."""
        if self.session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self.threads
            self.session = onnxruntime.InferenceSession(self.model, options)
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = np.argsort([len(ids) for ids in encoded], kind='stable')
        vectors = np.empty((len(texts), DIM), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start:start + BATCH]
            width = max(len(encoded[row]) for row in rows)
            ids = np.zeros((len(rows), width), np.int64)
            mask = np.zeros_like(ids)
            for place, row in enumerate(rows):
                ids[place, :len(encoded[row])] = encoded[row]
                mask[place, :len(encoded[row])] = 1
            feeds = {'input_ids': ids, 'attention_mask': mask, 'token_type_ids': np.zeros_like(ids)}
            hidden = self.session.run(['last_hidden_state'], feeds)[0]
            vectors[rows] = (hidden * mask[..., None]).sum(axis=1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
