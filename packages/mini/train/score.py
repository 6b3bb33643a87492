"""Scores of an encoder, each with the samples they are the mean of, so that an interval can be drawn around it."""

import csv
import io
import json
from dataclasses import dataclass

import numpy as np

from inputs import Inputs
from model_file import Encoder

RETRIEVAL = ('scifact', 'cisi', 'xquad/en', 'cnil-fr')
RESAMPLES = 1000


@dataclass(frozen=True)
class Score:
    """A score and the interval that holds 95 % of the scores of resampled queries or sentence pairs (bootstrap, seed 1)."""

    value: float
    low: float
    high: float

    def rounded(self) -> list[float]:
        return [round(self.value, 4), round(self.low, 4), round(self.high, 4)]


def score_of(measure, count: int) -> Score:
    """`measure(places)` is the score over these samples."""
    random = np.random.default_rng(1)
    values = sorted(measure(random.integers(count, size=count)) for _ in range(RESAMPLES))
    return Score(measure(np.arange(count)), values[round(RESAMPLES * .025)], values[round(RESAMPLES * .975)])


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[inverse]


def score_stsb(encoder: Encoder, inputs: Inputs, name: str) -> Score:
    """Spearman correlation of cosines with the human scores; `name` such as 'en-test'."""
    rows = list(csv.reader(io.StringIO(inputs.text(f'data/stsb/stsb-{name}.csv'))))
    cosines = (encoder.embed([row[0] for row in rows]) * encoder.embed([row[1] for row in rows])).sum(axis=1)
    human = np.array([float(row[2]) for row in rows])
    return score_of(lambda places: float(np.corrcoef(ranks(cosines[places]), ranks(human[places]))[0, 1]), len(rows))


def score_retrieval(encoder: Encoder, inputs: Inputs, name: str) -> Score:
    """Mean nDCG@10 over the judged queries, exact search by cosine, gain = the judgement."""
    documents = [json.loads(line) for line in inputs.lines(f'data/{name}/corpus.jsonl')]
    queries = [json.loads(line) for line in inputs.lines(f'data/{name}/queries.jsonl')]
    judged: dict[str, dict[str, int]] = {}
    for line in inputs.lines(f'data/{name}/qrels/test.tsv')[1:]:
        query, document, grade = line.split('\t')
        judged.setdefault(query, {})[document] = int(grade)
    queries = [query for query in queries if query['_id'] in judged]
    place_of = {row['_id']: place for place, row in enumerate(documents)}
    wanted = [
        {place_of[document]: grade for document, grade in judged[query['_id']].items() if document in place_of} for query in queries
    ]
    return score_search(
        encoder, [row['text'] for row in queries], [f"{row.get('title', '')} {row['text']}".strip() for row in documents], wanted)


def score_search(encoder: Encoder, queries: list[str], documents: list[str], wanted: list[dict[int, int]]) -> Score:
    """`wanted`: of each query, the places of the documents it should find, with their gains."""
    points, asked = encoder.embed(documents), encoder.embed(queries)
    discounts = 1 / np.log2(np.arange(2, 12))
    found = []
    for grades, scores in zip(wanted, asked @ points.T):
        best = np.argsort(-scores, kind='stable')[:10]
        gains = np.array([grades.get(int(place), 0) for place in best])
        ideal = np.sort(list(grades.values()))[::-1][:10]
        found.append((gains * discounts[:len(gains)]).sum() / (ideal * discounts[:len(ideal)]).sum())
    each = np.array(found)
    return score_of(lambda places: float(each[places].mean()), len(each))


def score_crosslingual(encoder: Encoder, inputs: Inputs) -> dict[str, Score]:
    """Share of the 1,000 Tatoeba sentences whose nearest sentence of the other language is their translation."""
    english, french = (encoder.embed(inputs.lines(f'data/tatoeba/tatoeba.fra-eng.{side}')) for side in ('eng', 'fra'))
    scores = french @ english.T
    own = np.arange(len(scores))
    right = {'fr→en': scores.argmax(axis=1) == own, 'en→fr': scores.argmax(axis=0) == own}
    return {way: score_of(lambda places, each=each: float(each[places].mean()), len(own)) for way, each in right.items()}
