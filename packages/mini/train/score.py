"""Scores of the files that ship: the same tokenizer.json and model.onnx, mean over the mask, unit length."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from inputs import Inputs

BATCH = 32


class Shipped:
    """The embedder as a user runs it."""

    def __init__(self, folder: Path, max_tokens: int, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession((folder / 'model.onnx').read_bytes(), options)
        self.tokenizer = Tokenizer.from_file(str(folder / 'tokenizer.json'))
        self.tokenizer.enable_truncation(max_tokens)

    def embed(self, texts: list[str]) -> np.ndarray:
        """[len(texts), dim] f32, rows of unit length."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        rows = []
        for start in range(0, len(encoded), BATCH):
            batch = encoded[start:start + BATCH]
            ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
            mask = np.zeros_like(ids)
            for row, tokens in enumerate(batch):
                ids[row, :len(tokens)] = tokens
                mask[row, :len(tokens)] = 1
            hidden = self.session.run(None, {'input_ids': ids, 'attention_mask': mask})[0]
            rows.append((hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True))
        vectors = np.concatenate(rows)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[inverse]


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def score_stsb(embedder: Shipped, inputs: Inputs, name: str) -> float:
    """Spearman correlation of cosines with the human scores; `name` such as 'en-test'."""
    rows = list(csv.reader(io.StringIO(inputs.text(f'data/stsb/stsb-{name}.csv'))))
    left = embedder.embed([row[0] for row in rows])
    right = embedder.embed([row[1] for row in rows])
    return spearman((left * right).sum(axis=1), np.array([float(row[2]) for row in rows]))


def score_retrieval(embedder: Shipped, inputs: Inputs, name: str) -> float:
    """Mean nDCG@10 over the judged queries, exact search by cosine, gain = the judgement."""
    documents = [json.loads(line) for line in inputs.lines(f'data/{name}/corpus.jsonl')]
    queries = [json.loads(line) for line in inputs.lines(f'data/{name}/queries.jsonl')]
    judged: dict[str, dict[str, int]] = {}
    for line in inputs.lines(f'data/{name}/qrels/test.tsv')[1:]:
        query, document, grade = line.split('\t')
        judged.setdefault(query, {})[document] = int(grade)
    queries = [query for query in queries if query['_id'] in judged]
    points = embedder.embed([f"{row.get('title', '')} {row['text']}".strip() for row in documents])
    asked = embedder.embed([row['text'] for row in queries])
    discounts = 1 / np.log2(np.arange(2, 12))
    total = 0.0
    for query, scores in zip(queries, asked @ points.T):
        grades = judged[query['_id']]
        best = np.argsort(-scores, kind='stable')[:10]
        gains = np.array([grades.get(documents[row]['_id'], 0) for row in best])
        ideal = np.sort(list(grades.values()))[::-1][:10]
        total += (gains * discounts[:len(gains)]).sum() / (ideal * discounts[:len(ideal)]).sum()
    return float(total / len(queries))


def score_crosslingual(embedder: Shipped, inputs: Inputs) -> dict[str, float]:
    """Share of the 1,000 Tatoeba sentences whose nearest sentence of the other language is their translation."""
    english = embedder.embed(inputs.lines('data/tatoeba/tatoeba.fra-eng.eng'))
    french = embedder.embed(inputs.lines('data/tatoeba/tatoeba.fra-eng.fra'))
    scores = french @ english.T
    own = np.arange(len(scores))
    return {
        'fr→en': float((scores.argmax(axis=1) == own).mean()),
        'en→fr': float((scores.argmax(axis=0) == own).mean()),
    }
