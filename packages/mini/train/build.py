"""Makes the model from end to end:  python train/build.py --shared PATH

Reads the shared folder (see inputs.py), writes model/, src/digests.ts and train/scores.json. A stopped run goes on where it was:
teacher vectors and the trained table are kept in the cache folder.
"""

import argparse
import hashlib
from pathlib import Path
from shutil import copyfile

import numpy as np

from bags import Bags, make_bags
from examples import make_examples
from graph import build_graph
from inputs import Inputs
from pack import pack
from pieces import choose_pieces
from publish import MAX_TOKENS, NAME, publish, write_digests, write_scores
from score import Shipped, score_crosslingual, score_retrieval, score_stsb
from start_rows import start_rows
from table import Settings, train_table
from teacher import Teacher
from tokenizer_file import SPECIAL, write_tokenizer
from words import choose_words

HERE = Path(__file__).parent
SEED = 1
# How strongly a word common to the whole text is discounted, see graph.py; compared on the dev set.
COMMON = (0.0, 0.7)


def main() -> None:
    options = read_options()
    options.cache.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(options.shared)
    with inputs.phase('train'):
        words, counts = choose_words(inputs)
        characters, continuations = choose_pieces(words, counts)
        pieces = characters + continuations
        vocabulary = [*SPECIAL, *words, *pieces]
        print(f'{len(words):,} words, {len(pieces):,} pieces', flush=True)
        teacher = Teacher(inputs, options.cache, options.threads)
        start = start_rows(words, pieces, teacher)
        write_tokenizer(options.cache / 'tokenizer.json', vocabulary)
        texts, targets = make_examples(inputs, teacher)
        print(f'{len(texts):,} texts to train on', flush=True)
        bags = make_bags(options.cache / 'tokenizer.json', texts, vocabulary)
        tables = {'untrained': start, 'trained': trained_rows(start, bags, targets, options.cache)}
    folders = {}
    for kind, table in tables.items():
        packed = pack(table, SEED)
        for common in COMMON:
            folder = options.cache / f'{kind}-{common}'
            folder.mkdir(exist_ok=True)
            copyfile(options.cache / 'tokenizer.json', folder / 'tokenizer.json')
            (folder / 'model.onnx').write_bytes(build_graph(packed, NAME, common))
            folders[folder.name] = folder
    with inputs.phase('choose'):
        dev = {name: score_stsb(open_model(folder, options), inputs, 'en-dev') for name, folder in folders.items()}
    print('STS-B en dev:', {name: round(score, 4) for name, score in dev.items()}, flush=True)
    chosen = max(dev, key=dev.get)
    with inputs.phase('report'):
        scores = {name: report(open_model(folder, options), inputs) for name, folder in folders.items()}
    inputs.print_list()
    publish(folders[chosen], HERE.parent / 'model')
    write_digests(HERE.parent / 'model', HERE.parent / 'src' / 'digests.ts')
    write_scores(HERE / 'scores.json', chosen, dev, scores, inputs, len(words), len(pieces), len(texts))


def trained_rows(start: np.ndarray, bags: Bags, targets: np.ndarray, cache: Path) -> np.ndarray:
    """[rows, 384] f32, from the cache where the same inputs and settings were trained before."""
    digest = hashlib.sha256(repr((Settings(), SEED)).encode())
    for array in (start, bags.tokens, targets):
        digest.update(np.ascontiguousarray(array))
    path = cache / f'trained-{digest.hexdigest()[:24]}.npy'
    if not path.exists():
        unfinished = path.with_suffix('.part.npy')
        np.save(unfinished, train_table(start, bags, targets, Settings(), SEED))
        unfinished.rename(path)
    return np.load(path)


def report(model: Shipped, inputs: Inputs) -> dict[str, float]:
    scores = {f'STS-B {name}': score_stsb(model, inputs, name) for name in ('en-test', 'fr-test')}
    scores |= {
        f'nDCG@10 {name}': score_retrieval(model, inputs, name) for name in ('scifact', 'cisi', 'xquad/en', 'cnil-fr')
    }
    scores |= {f'Tatoeba {way}': share for way, share in score_crosslingual(model, inputs).items()}
    return {name: round(score, 4) for name, score in scores.items()}


def open_model(folder: Path, options: argparse.Namespace) -> Shipped:
    return Shipped(folder, MAX_TOKENS, options.threads)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--shared', type=Path, required=True, help='folder with models/ and data/')
    parser.add_argument('--cache', type=Path, default=HERE / '.cache', help='teacher vectors and candidate models')
    parser.add_argument('--threads', type=int, default=1)
    return parser.parse_args()


if __name__ == '__main__':
    main()
