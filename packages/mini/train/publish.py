"""Puts the model into model/, its digest and golden vectors into src/, its scores into scores.json. Refuses a model over the limit."""

import base64
import hashlib
import json
from pathlib import Path

from model_file import MAX_WORDS, read_model
from score import Score

NAME = 'voisin-mini'
VERSION = '0.3.0'
MAX_BYTES = 4_000_000
# Every way through the encoder: known words, pieces, spellings, folding, elision, scripts without blanks, no word at all, too many words.
GOLDEN_TEXTS = [
    'Paris is the capital of France.',
    "Qu'est-ce que l'état civil ? L'œuvre d'un élève naïf.",
    'RÉSUMÉ ﬁnal — ½ Straße',
    'qzxvwk zebrafish-like anticonstitutionnellement 2024',
    'the the the a',
    'Привет, мир',
    '東京は日本の首都です',
    '😀🎉',
    '…',
    'x' * 150,
    'nearest neighbours ' * 300,
]


def publish(file: bytes, target: Path) -> None:
    if len(file) > MAX_BYTES:
        raise ValueError(f'the model is {len(file) - MAX_BYTES:,} bytes too large: fewer words in words.py')
    target.mkdir(exist_ok=True)
    (target / f'{NAME}.bin').write_bytes(file)
    print(f'{NAME}.bin: {len(file):,} bytes of {MAX_BYTES:,}')


def write_digests(file: bytes, path: Path) -> None:
    digest = hashlib.sha256(file).hexdigest()
    path.write_text(f"""// Written by train/publish.py together with the file in model/.

export const REVISION = '{VERSION}-{digest[:12]}'

export const SHA256 = {{
  model: '{digest}',
}} as const
""")


def write_golden(file: bytes, path: Path) -> None:
    """The vectors of some texts, by the encoder of this folder: little-endian f32 in base64."""
    encoder = read_model(file)
    vectors = encoder.embed(GOLDEN_TEXTS, MAX_WORDS)
    rows = [{'text': text, 'vector': base64.b64encode(row.tobytes()).decode()} for text, row in zip(GOLDEN_TEXTS, vectors)]
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')


def write_scores(path: Path, facts: dict, dev: dict[str, dict[str, Score]], scores: dict[str, dict[str, Score]], inputs: dict,
                 packages: dict) -> None:
    content = {
        'model': f'{NAME} {VERSION}',
        **facts,
        'note': 'score, and the interval that holds 95 % of the scores of resampled queries or sentence pairs',
        'dev': {name: {part: score.rounded() for part, score in parts.items()} for name, parts in dev.items()},
        'scores': {name: {part: score.rounded() for part, score in parts.items()} for name, parts in scores.items()},
        'packages': packages,
        'inputs': dict(sorted(inputs.items())),
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')
