"""Trains the table, and nothing else, to add up to the teacher's vectors. No framework: gradients by hand, sparse Adam.

The student s of a text is the unit-length mean of its rows; t is its target. The loss of a batch is
    mean(1 - s·t)  +  CONTRAST · cross-entropy(s·t' / TEMPERATURE, own target)  +  SHAPE · mean((s·s' - t·t')²)
and after each step the touched rows are pulled back towards where they started.
"""

from dataclasses import dataclass

import numpy as np

from bags import Bags


@dataclass(frozen=True)
class Settings:
    epochs: int = 6
    batch: int = 1024
    rate: float = 0.005
    contrast: float = 0.1
    temperature: float = 0.05
    shape: float = 20.0
    pull: float = 4.0
    # Share of the words that are read in pieces, so that the pieces learn too.
    spelled: float = 0.05
    # Other targets in the batch this near to a text's own are no counterexamples.
    duplicate: float = 0.9


def train_table(start: np.ndarray, bags: Bags, targets: np.ndarray, settings: Settings, seed: int) -> np.ndarray:
    """`start`: [rows, 384] f32; `targets`: [texts, 384] f32, unit length. Returns the trained rows."""
    random = np.random.default_rng(seed)
    table = start.copy()
    adam = SparseAdam(table)
    batches = len(targets) // settings.batch
    steps = settings.epochs * batches
    for epoch in range(settings.epochs):
        order = random.permutation(len(targets))
        spelled = bags.spell(random, settings.spelled)
        total = 0.0
        for number in range(batches):
            rate = settings.rate * (1 - (epoch * batches + number) / steps)
            texts = order[number * settings.batch:(number + 1) * settings.batch]
            rows, bag = spelled.take(texts)
            students, norms = unit(bag @ table[rows])
            loss, gradient = loss_and_gradient(students, targets[texts], settings)
            adam.step(rows, bag.T @ through_unit(gradient, students, norms), rate)
            table[rows] -= rate * settings.pull * (table[rows] - start[rows])
            total += loss
        print(f'epoch {epoch + 1} of {settings.epochs}: mean loss {total / batches:.4f}', flush=True)
    return table


def unit(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    return vectors / norms, norms


def through_unit(gradient: np.ndarray, students: np.ndarray, norms: np.ndarray) -> np.ndarray:
    """The gradient before a vector was brought to length one."""
    return (gradient - (gradient * students).sum(axis=1, keepdims=True) * students) / norms


def softmax(logits: np.ndarray) -> np.ndarray:
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


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
