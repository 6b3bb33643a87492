"""Puts the chosen model into model/, its digests into src/, its scores into scores.json. Refuses a model over the limit."""

import hashlib
import json
import shutil
from pathlib import Path

from inputs import Inputs

NAME = 'voisin-mini'
VERSION = '0.1.0'
DIM = 384
# A static model has no limit of its own; a mean over more words says less and less.
MAX_TOKENS = 512
MAX_BYTES = 4_000_000
FILES = ('model.onnx', 'tokenizer.json')


def publish(source: Path, target: Path) -> None:
    """Copies the model and its tokenizer; config.json says what a runtime must know and the digest of each file."""
    target.mkdir(exist_ok=True)
    for name in FILES:
        shutil.copyfile(source / name, target / name)
    digests = {name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in FILES}
    config = {
        'name': NAME,
        'version': VERSION,
        'dim': DIM,
        'maxTokens': MAX_TOKENS,
        'pooling': 'mean',
        'normalize': True,
        'queryPrefix': '',
        'documentPrefix': '',
        'sha256': digests,
    }
    (target / 'config.json').write_text(json.dumps(config, indent=2) + '\n')
    total = sum((target / name).stat().st_size for name in (*FILES, 'config.json'))
    print(f'{target.name}/: {total:,} bytes of {MAX_BYTES:,}')
    if total > MAX_BYTES:
        raise ValueError(f'the model is {total - MAX_BYTES:,} bytes too large: fewer words in words.py')


def write_digests(model: Path, path: Path) -> None:
    """The same digests for the TypeScript side, so that it need not read config.json."""
    digests = json.loads((model / 'config.json').read_text())['sha256']
    revision = hashlib.sha256(''.join(digests[name] for name in FILES).encode()).hexdigest()[:12]
    path.write_text(f"""// Written by train/publish.py together with the files in model/.

export const REVISION = '{VERSION}-{revision}'

export const SHA256 = {{
  model: '{digests['model.onnx']}',
  tokenizer: '{digests['tokenizer.json']}',
}} as const
""")


def write_scores(path: Path, chosen: str, dev: dict[str, float], scores: dict[str, dict[str, float]],
                 inputs: Inputs, words: int, pieces: int, texts: int) -> None:
    content = {
        'model': f'{NAME} {VERSION}',
        'chosen': chosen,
        'words': words,
        'pieces': pieces,
        'trainingTexts': texts,
        'choice': {'STS-B en-dev': {name: round(score, 4) for name, score in dev.items()}},
        'scores': scores,
        'inputs': dict(sorted(inputs.read.items())),
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')
