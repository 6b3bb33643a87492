"""Makes the model from end to end:  python train/build.py --shared PATH

Reads the shared folder (see inputs.py) and packages of Debian (see debian.py), writes model/, src/digests.ts, the golden vectors and
train/scores.json. A stopped run goes on where it was: packages, teacher vectors and the trained table are kept in the cache folder.
"""

import argparse
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from bags import Bags, make_bags
from debian import Debian
from dev import dev_mean, score_dev
from examples import make_examples
from inputs import Inputs
from model_file import MAX_WORDS, Encoder, Pooling, read_model, write_model
from pack import Packed, pack
from pieces import choose_pieces
from publish import publish, write_digests, write_golden, write_scores
from score import RETRIEVAL, Score, score_crosslingual, score_retrieval, score_stsb
from start_rows import start_rows
from table import Settings, train_table
from teacher import Teacher
from texts import Texts
from vocabulary import Vocabulary
from words import choose_words

HERE = Path(__file__).parent
SEED = 1
# What is lost by packing depends on the rotation (a set's score moves by up to .02): the one that does best on the development sets is taken.
ROTATIONS = 4


def main() -> None:
    options = read_options()
    options.cache.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(options.shared)
    debian = Debian(options.cache / 'debian')
    texts = Texts(inputs, debian)
    with inputs.phase('train'):
        words = choose_words(texts)
        vocabulary = Vocabulary(list(words.share), choose_pieces(set(words.share), words.counts))
        print(f'{len(vocabulary.words):,} words, {len(vocabulary.own_pieces):,} more pieces', flush=True)
        teacher = Teacher(inputs, options.cache, options.threads)
        start = start_rows(vocabulary, words, teacher)
        learned, targets = make_examples(texts, teacher)
        print(f'{len(learned):,} texts to learn from', flush=True)
        trained = trained_rows(start, make_bags(learned, vocabulary, MAX_WORDS), targets, options.cache)
    packed = choose_packing(trained, vocabulary, texts, inputs)
    file = write_model(vocabulary, packed, Pooling())
    publish(file, HERE.parent / 'model')
    write_digests(file, HERE.parent / 'src' / 'digests.ts')
    write_golden(file, HERE.parent / 'src' / 'testing' / 'golden-vectors.json')
    shipped = read_model(file)
    variants = {
        'shipped': shipped,
        'without discount': Encoder(vocabulary, shipped.table, replace(Pooling(), discount=0)),
        'without spelling': Encoder(vocabulary, shipped.table, replace(Pooling(), spelling=0)),
        'unpacked': Encoder(vocabulary, trained, Pooling()),
        'untrained': Encoder(vocabulary, start, Pooling()),
    }
    dev = {name: score_dev(encoder, texts, inputs) for name, encoder in variants.items()}
    with inputs.phase('report'):
        scores = {name: report(encoder, inputs) for name, encoder in variants.items()}
    for name, parts in scores.items():
        print(name, {part: score.rounded() for part, score in parts.items()}, flush=True)
    inputs.print_list()
    facts = {
        'words': len(vocabulary.words),
        'pieces': len(vocabulary.pieces),
        'bytes': len(file),
        'trainingTexts': len(learned),
    }
    write_scores(HERE / 'scores.json', facts, dev, scores, inputs.read, debian.read)


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


def choose_packing(table: np.ndarray, vocabulary: Vocabulary, texts: Texts, inputs: Inputs) -> Packed:
    candidates = [pack(table, rotation) for rotation in range(ROTATIONS)]
    scores = [score_dev(Encoder(vocabulary, packed.unpack(), Pooling()), texts, inputs) for packed in candidates]
    means = [dev_mean(parts) for parts in scores]
    print('rotations on the development sets:', np.round(means, 4), flush=True)
    return candidates[int(np.argmax(means))]


def report(encoder: Encoder, inputs: Inputs) -> dict[str, Score]:
    scores = {f'STS-B {name}': score_stsb(encoder, inputs, name) for name in ('en-test', 'fr-test')}
    scores |= {f'nDCG@10 {name}': score_retrieval(encoder, inputs, name) for name in RETRIEVAL}
    return scores | {f'Tatoeba {way}': share for way, share in score_crosslingual(encoder, inputs).items()}


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--shared', type=Path, required=True, help='folder with models/ and data/')
    parser.add_argument('--cache', type=Path, default=HERE / '.cache', help='packages, teacher vectors and the trained table')
    parser.add_argument('--threads', type=int, default=2)
    return parser.parse_args()


if __name__ == '__main__':
    main()
