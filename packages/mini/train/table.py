"""Trains the table, and nothing else, to add up to the teacher's vectors. No framework: gradients by hand, sparse Adam.

The student s of a text is the unit-length mean of its rows; t is its target. The loss of a batch is
    mean(1 - s·t)  +  CONTRAST · cross-entropy(s·t' / TEMPERATURE, own target)  +  SHAPE · mean((s·s' - t·t')²)
  + TOGETHER · cross-entropy(a·b' / TEMPERATURE, own b) over pairs of texts (a, b) that belong together, both ways
and after each step the touched rows are pulled back towards where they started.
"""

from dataclasses import dataclass

import numpy as np

from bags import Bags


@dataclass(frozen=True)
class Settings:
    epochs: int = 3
    batch: int = 1024
    rate: float = 0.003
    contrast: float = 0.1
    temperature: float = 0.05
    shape: float = 20.0
    together: float = 0.05
    pairs: int = 256
    pull: float = 1.0
    # Share of the words that are read in pieces, so that the pieces learn too.
    spelled: float = 0.05
    # Other targets in the batch this near to a text's own are no counterexamples.
    duplicate: float = 0.9


def train_table(
    start: np.ndarray, bags: Bags, targets: np.ndarray, pair_bags: tuple[Bags, Bags], settings: Settings, seed: int,
) -> np.ndarray:
    """`start`: [rows, 384] f32; `targets`: [texts, 384] f32, unit length; `pair_bags`: one text of each pair. Returns the trained rows."""
    random = np.random.default_rng(seed)
    table = start.copy()
    adam = SparseAdam(table)
    batches = len(targets) // settings.batch
    steps = settings.epochs * batches
    pair_order = np.concatenate([random.permutation(len(pair_bags[0].starts) - 1) for _ in range(50)]) if settings.together else None
    taken = 0
    for epoch in range(settings.epochs):
        order = random.permutation(len(targets))
        spelled = bags.spell(random, settings.spelled)
        total = np.zeros(2)
        for number in range(batches):
            rate = settings.rate * (1 - (epoch * batches + number) / steps)
            texts = order[number * settings.batch:(number + 1) * settings.batch]
            loss, rows, gradient = text_step(table, spelled, texts, targets[texts], settings)
            total[0] += loss
            if settings.together:
                pairs = pair_order[taken:taken + settings.pairs]
                taken = (taken + settings.pairs) % (len(pair_order) - settings.pairs)
                loss, more_rows, more = pair_step(table, pair_bags, pairs, settings)
                total[1] += loss
                rows, gradient = add_sparse(rows, gradient, more_rows, more)
            adam.step(rows, gradient, rate)
            table[rows] -= rate * settings.pull * (table[rows] - start[rows])
        print(f'epoch {epoch + 1} of {settings.epochs}: mean losses {np.round(total / batches, 4)}', flush=True)
    return table


def text_step(table: np.ndarray, bags: Bags, texts: np.ndarray, targets: np.ndarray, settings: Settings):
    """(loss, rows, gradient of the rows)."""
    rows, bag = bags.take(texts)
    students, norms = unit(bag @ table[rows])
    loss, gradient = loss_and_gradient(students, targets, settings)
    return loss, rows, bag.T @ through_unit(gradient, students, norms)


def pair_step(table: np.ndarray, bags: tuple[Bags, Bags], pairs: np.ndarray, settings: Settings):
    (rows, bag), (other_rows, other_bag) = (side.take(pairs) for side in bags)
    students, norms = unit(bag @ table[rows])
    others, other_norms = unit(other_bag @ table[other_rows])
    logits = students @ others.T / settings.temperature
    # A title with many bodies: the others of the same title are no counterexamples, nor is what is nearly the same text.
    same = (students @ students.T > settings.duplicate) | (others @ others.T > settings.duplicate)
    np.fill_diagonal(same, False)
    logits[same] = -np.inf
    chances = [softmax(logits), softmax(logits.T)]
    loss = -settings.together * float(np.mean([np.log(side.diagonal() + 1e-9).mean() for side in chances]))
    slope = chances[0] + chances[1].T
    slope[np.diag_indices(len(pairs))] -= 2
    slope *= settings.together / (2 * settings.temperature * len(pairs))
    return loss, *add_sparse(
        rows, bag.T @ through_unit(slope @ others, students, norms),
        other_rows, other_bag.T @ through_unit(slope.T @ students, others, other_norms),
    )


def unit(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    return vectors / norms, norms


def through_unit(gradient: np.ndarray, students: np.ndarray, norms: np.ndarray) -> np.ndarray:
    """The gradient before a vector was brought to length one."""
    return (gradient - (gradient * students).sum(axis=1, keepdims=True) * students) / norms


def softmax(logits: np.ndarray) -> np.ndarray:
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


def add_sparse(rows: np.ndarray, gradient: np.ndarray, other_rows: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both, places = np.unique(np.concatenate([rows, other_rows]), return_inverse=True)
    total = np.zeros((len(both), gradient.shape[1]), np.float32)
    total[places[:len(rows)]] += gradient
    total[places[len(rows):]] += other
    return both, total


def loss_and_gradient(students: np.ndarray, targets: np.ndarray, settings: Settings) -> tuple[float, np.ndarray]:
    """Loss of the batch and its gradient by the students, [batch, 384]."""
    count = len(students)
    likeness = targets @ targets.T
    closeness = students @ targets.T
    own = closeness.diagonal()
    loss = float((1 - own).mean())
    gradient = -targets / count

    logits = closeness / settings.temperature
    logits[(likeness > settings.duplicate) & ~np.eye(count, dtype=bool)] = -np.inf
    chances = softmax(logits)
    loss -= settings.contrast * float(np.log(chances.diagonal() + 1e-9).mean())
    chances[np.diag_indices(count)] -= 1
    gradient += settings.contrast / (settings.temperature * count) * (chances @ targets)

    difference = students @ students.T - likeness
    loss += settings.shape * float((difference ** 2).mean())
    gradient += settings.shape * 4 / count ** 2 * (difference @ students)
    return loss, gradient


class SparseAdam:
    """Adam that touches only the rows of the batch; the moments of the others stand still."""

    def __init__(self, table: np.ndarray, first: float = 0.9, second: float = 0.99):
        self.table = table
        self.first, self.second = first, second
        self.means = np.zeros_like(table)
        self.squares = np.zeros_like(table)

    def step(self, rows: np.ndarray, gradient: np.ndarray, rate: float) -> None:
        """Moves the given rows; `gradient`: [len(rows), dim]."""
        mean = self.first * self.means[rows] + (1 - self.first) * gradient
        square = self.second * self.squares[rows] + (1 - self.second) * gradient ** 2
        self.means[rows], self.squares[rows] = mean, square
        # No correction for the first steps: (1 - .9) / sqrt(1 - .99) is already 1.
        self.table[rows] -= rate * mean / (np.sqrt(square) + 1e-12)
