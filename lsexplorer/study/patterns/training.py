"""Patterns as labels of the hidden layer, against plain training, label smoothing, and patterns of wrong classes.

For every seed a teacher, a network of another seed, is trained plainly; its mean activations by class become the
pattern targets of a fresh network (nn/pattern_targets.py). Beside it train, from the same first weights and on the same
batches, a plain network, one with label smoothing, and one with the same patterns permuted among the classes: what is
gained by any pull on the hidden layer it gains as well.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.nn.similarity import class_collapse, class_separation
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.executors import CancelCheck, open_executor
from lsexplorer.study.jobs.jobs import train_to
from lsexplorer.study.measures import answers
from lsexplorer.study.stats import Interval, mean_interval

ARMS = ("plain", "smoothing", "patterns", "permuted")
BETA, SEEDS, SMOOTHING = 0.03, 8, 0.1
"""β, the number of seeds, and the smoothing of its arm, unless others are given."""
_PERMUTATION_STREAM = 7


class Quantity(NamedTuple):
    """One measure of a network: its words, and where it is taken."""

    name: str
    label: str
    part: str


QUANTITIES = (
    Quantity("accuracy", "accuracy", "test"),
    Quantity("nll", "NLL", "test"),
    Quantity("ece", "ECE", "test"),
    Quantity("weight_norm", "weight norm", "all weights"),
    Quantity("hidden_norm", "mean ‖h‖", "test"),
    Quantity("nc1", "NC1", "training"),
    Quantity("separation", "separation", "test"),
)
"""NC1 = tr(Σ_W Σ_B†)/K, 0 for classes collapsed on their means; separation = tr Σ_B / tr Σ_W, both of the last hidden
layer (nn/similarity.py)."""


class PatternTask(NamedTuple):
    """One seed's work: the settings of the plain arm, what is added to the others, and how many steps to train."""

    hp: Hyperparameters
    teacher: int
    beta: float
    smoothing: float
    steps: int


@dataclass(frozen=True, eq=False)
class PatternComparison:
    """values: of every quantity (seeds, arms); seeds: those of the arms; teachers: of the patterns' networks."""

    data: Dataset
    hp: Hyperparameters
    beta: float
    smoothing: float
    steps: int
    seeds: tuple[int, ...]
    teachers: tuple[int, ...]
    values: Mapping[str, Array]

    def interval(self, quantity: str, arm: str) -> Interval:
        """Mean over the seeds with its 95 % t interval."""
        return mean_interval(self.values[quantity][:, ARMS.index(arm)])

    def difference(self, quantity: str, other: str, arm: str = "patterns") -> Interval:
        """Mean of the paired differences, ``arm`` less ``other`` on the same seed, with its 95 % t interval."""
        values = self.values[quantity]
        return mean_interval(values[:, ARMS.index(arm)] - values[:, ARMS.index(other)])


def compare_patterns(
    data: Dataset,
    hp: Hyperparameters,
    epochs: int,
    beta: float = BETA,
    seeds: int = SEEDS,
    workers: int | str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> PatternComparison:
    """Train all ARMS on ``seeds`` seeds, from that of ``hp`` on; the teachers have the seeds after those.

    Label smoothing is what ``hp`` says, SMOOTHING where it says none; the other arms have none. Raises InputError for
    fewer than two seeds, a negative β, a network without a hidden layer, or a teacher all of whose units are silent,
    and DivergenceError when an arm's numbers overflow.
    """
    if seeds < 2:
        raise InputError(f"an interval needs 2 seeds or more, got {seeds}")
    if not (beta >= 0 and math.isfinite(beta)):
        raise InputError(f"beta must be a number of at least 0, got {beta:g}")
    if not hp.hidden:
        raise InputError("pattern targets need a hidden layer, and this network has none: give it one, such as 5 units")
    smoothing = hp.label_smoothing or SMOOTHING
    plain = hp.replace(label_smoothing=0.0)
    plain.replace(label_smoothing=smoothing)  # refused now where the loss takes hard targets only
    own = tuple(range(hp.seed, hp.seed + seeds))
    teachers = tuple(seed + seeds for seed in own)
    steps = epochs * steps_per_epoch(data, hp)
    pairs = zip(own, teachers, strict=True)
    tasks = [PatternTask(plain.replace(seed=s), teacher, beta, smoothing, steps) for s, teacher in pairs]
    found: dict[int, Array] = {}
    tell = progress or (lambda phase, done, total: None)
    tell("training on patterns", 0, len(tasks))
    with open_executor(workers, data) as executor:
        for i, result in executor.run(train_arms, tasks):
            if isinstance(result, str):
                raise DivergenceError(result)
            found[i] = result
            tell("training on patterns", len(found), len(tasks))
    values = np.array([found[i] for i in range(seeds)])  # (seeds, quantities, arms)
    by_name = {quantity.name: values[:, q] for q, quantity in enumerate(QUANTITIES)}
    return PatternComparison(data, plain, beta, smoothing, steps, own, teachers, by_name)


def train_arms(data: Dataset, task: PatternTask, check: CancelCheck) -> Array | str:
    """A cell of work: the quantities of one seed's arms (quantities, arms), or which of them diverged, in words."""
    teacher = Bank(data, [task.hp.replace(seed=task.teacher)])
    train_to(teacher, task.steps, check)
    if teacher.diverged.any():
        return f"the teacher of seed {task.teacher} left the finite numbers"
    right = PatternTargets.from_means(class_means(teacher.network(0), data, task.teacher), task.beta)
    wrong = right.permuted(wrong_classes(task.hp.seed, len(data.class_names)))
    hps = [task.hp, task.hp.replace(label_smoothing=task.smoothing), task.hp, task.hp]
    bank = Bank(data, hps, [None, None, right, wrong])
    train_to(bank, task.steps, check)
    if bank.diverged.any():
        arm = ARMS[int(bank.diverged.argmax())]
        return f"arm '{arm}' of seed {task.hp.seed} left the finite numbers (β = {task.beta:g})"
    return measured(bank)


def class_means(teacher: Network, data: Dataset, seed: int) -> Array:
    """A teacher's mean activations by class (C, J); raises InputError where all its hidden units are silent."""
    H = teacher.hidden(data.X_train)
    means = np.array([H[data.y_train == c].mean(axis=0) for c in range(len(data.class_names))])
    if not means.any():
        raise InputError(
            f"all hidden units of the teacher, seed {seed}, are silent, so it has no pattern to train on: "
            "take another seed or a smaller learning rate"
        )
    return means


def wrong_classes(seed: int, classes: int) -> NDArray[np.int64]:
    """For each class another one (classes,): a random cycle through all of them, so that none keeps its own."""
    order = np.random.default_rng((seed, _PERMUTATION_STREAM)).permutation(classes)
    found = np.empty(classes, dtype=np.int64)
    found[order] = np.roll(order, 1)
    return found


def measured(bank: Bank) -> Array:
    """QUANTITIES of a bank's R networks, (quantities, R); NaN for what the output does not give."""
    data, network = bank.data, bank.stacked()
    z, log_p = answers(bank)
    H = network.hidden(data.X_test)
    values = metrics.score(z, log_p, data.y_test) | {
        "weight_norm": norms.total(network.weights),
        "hidden_norm": np.linalg.norm(H, axis=1).mean(axis=0),
        "nc1": class_collapse(network.hidden(data.X_train), data.y_train),
        "separation": class_separation(H, data.y_test),
    }
    return np.array([values[quantity.name] for quantity in QUANTITIES])
