"""The only door to the shared folder: an allow-list of files, each with the one purpose it may serve.

An audit hook sees every file Python opens, so a file that is not listed, or that is opened for another purpose than its
own (a test set while training), stops the run instead of leaking into the model.
"""

import hashlib
import re
import sys
from contextlib import contextmanager
from pathlib import Path

TEACHER = 'models/Xenova/all-MiniLM-L6-v2'

# Purpose of each file. 'train': may shape the model. 'exclude': read while training, only to leave its sentences out.
# 'choose': settings may be compared on it. 'report': read after the model is finished, to publish a score.
ALLOWED = {
    f'{TEACHER}/tokenizer.json': 'train',
    f'{TEACHER}/onnx/model.onnx': 'train',
    'data/wordnet-minilm/texts.txt': 'train',
    'data/wordnet-minilm/vectors.i8': 'train',
    'data/eng-fra/eng-fra.tsv': 'train',
    'data/arxiv-1k-gte-small/corpus.jsonl': 'train',
    'data/service-public-fr/corpus.jsonl': 'train',
    'data/glove-6B-50d-10k/words.json': 'train',
    'data/tatoeba/tatoeba.fra-eng.eng': 'exclude',
    'data/tatoeba/tatoeba.fra-eng.fra': 'exclude',
    'data/stsb/stsb-en-dev.csv': 'choose',
    'data/stsb/stsb-en-test.csv': 'report',
    'data/stsb/stsb-fr-test.csv': 'report',
} | {
    f'data/{name}/{file}': 'report'
    for name in ('scifact', 'cisi', 'xquad/en', 'cnil-fr')
    for file in ('corpus.jsonl', 'queries.jsonl', 'qrels/test.tsv')
}

# What each phase of the run may open.
PHASES = {
    'train': {'train', 'exclude'},
    'choose': {'choose'},
    'report': {'report', 'exclude'},
}

NEVER_TRAINED_ON = re.compile(r'queries|qrels|stsb|scifact|cisi|xquad|cnil')


class Inputs:
    """Reads files below one root and remembers what was read, in which phase, with which digest."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.read = {}
        self._phase = None
        wrong = [path for path, purpose in ALLOWED.items() if purpose == 'train' and NEVER_TRAINED_ON.search(path)]
        if wrong:
            raise ValueError(f'evaluation files listed as training files: {wrong}')
        sys.addaudithook(self._audit)

    @contextmanager
    def phase(self, name: str):
        """Inside the block, only files whose purpose belongs to this phase can be opened."""
        before, self._phase = self._phase, name
        try:
            yield self
        finally:
            self._phase = before

    def bytes(self, path: str) -> bytes:
        """The whole file; `path` is relative to the root."""
        data = (self.root / path).read_bytes()
        self.read[path] = {
            'purpose': ALLOWED[path],
            'bytes': len(data),
            'sha256': hashlib.sha256(data).hexdigest(),
        }
        return data

    def text(self, path: str) -> str:
        return self.bytes(path).decode('utf-8')

    def lines(self, path: str) -> list[str]:
        """Lines without their ends; only \\n ends a line, as in the tools that wrote the files."""
        return self.text(path).rstrip('\n').split('\n')

    def print_list(self) -> None:
        print('files read from the shared folder:')
        for path, entry in sorted(self.read.items()):
            print(f"  {entry['purpose']:8} {entry['sha256'][:12]} {entry['bytes']:>10,} {path}")

    def _audit(self, event: str, arguments: tuple) -> None:
        if event != 'open' or not isinstance(arguments[0], (str, bytes)):
            return
        path = Path(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode()).resolve()
        if not path.is_relative_to(self.root):
            return
        name = path.relative_to(self.root).as_posix()
        if ALLOWED.get(name) not in PHASES.get(self._phase, ()):
            raise PermissionError(f'{name} may not be read in phase {self._phase}: see ALLOWED in inputs.py')
