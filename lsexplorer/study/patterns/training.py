"""Patterns as labels of the hidden layer, against plain training, label smoothing, and patterns of wrong classes.

For each seed a teacher, a plain network of another seed, is trained; its mean activations by class become the pattern
targets of a fresh network (nn/pattern_targets.py). Three more networks have the same first weights and batches: a plain
one, one with label smoothing, and one with the patterns permuted among the classes. The last shows what any extra
signal on the hidden layer would gain.
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
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.similarity import class_collapse, class_separation
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.answers.answers import answers_of_bank
from lsexplorer.study.jobs.executors import CancelCheck, open_executor
from lsexplorer.study.jobs.jobs import train_to
from lsexplorer.study.stats import Interval, checked_count, checked_seeds, mean_interval

METHODS = ("plain", "smoothing", "patterns", "permuted")
"""What is compared, in this order."""
BETA = 0.03
"""The strength β of the pattern targets unless another is given."""
SEEDS = 8
"""Seeds unless a number is given."""
_PERMUTATION_STREAM = 7


class Quantity(NamedTuple):
    """A measure of a network."""

    name: str
    label: str
    part: str
    """What it is measured on."""


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
    """The networks of one seed."""

    hp: Hyperparameters
    """The plain method's hyperparameters."""
    teacher: int
    """The teacher's seed."""
    beta: float
    """The strength β of the pattern targets."""
    smoothing: float
    """The label smoothing of its method."""
    steps: int
    """Training steps of each network."""


@dataclass(frozen=True, eq=False)
class PatternComparison:
    """All METHODS, measured on some seeds."""

    data: Dataset
    hp: Hyperparameters
    """The plain method's hyperparameters."""
    beta: float
    """The strength β of the pattern targets."""
    smoothing: float
    """The label smoothing of its method."""
    steps: int
    """Training steps of each network."""
    seeds: tuple[int, ...]
    """The seeds of the methods' networks."""
    teachers: tuple[int, ...]
    """The seed of the teacher of each."""
    values: Mapping[str, Array]
    """Each quantity by name (seeds, methods)."""

    def interval(self, quantity: str, method: str) -> Interval:
        """Mean over the seeds with its 95 % t interval."""
        return mean_interval(self.values[quantity][:, METHODS.index(method)])

    def difference(self, quantity: str, other: str, method: str = "patterns") -> Interval:
        """Mean of the differences ``method`` − ``other``, paired by seed, with its 95 % t interval."""
        values = self.values[quantity]
        return mean_interval(values[:, METHODS.index(method)] - values[:, METHODS.index(other)])


def compare_patterns(
    data: Dataset,
    hp: Hyperparameters,
    epochs: int,
    *,
    beta: float = BETA,
    seeds: int = SEEDS,
    workers: int | str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> PatternComparison:
    """Train all METHODS on ``seeds`` seeds, from that of ``hp`` on; the teachers have the seeds after those.

    One method has the label smoothing of ``hp``, or the suggested one if that is 0; the others have none. Raises
    InputError for fewer than two seeds, a negative β, a network without a hidden layer, and a teacher all of whose
    units are silent; DivergenceError where a network's numbers overflow.
    """
    seeds, epochs = checked_seeds(seeds, 2, ": an interval needs two"), checked_count("epochs", epochs)
    beta = float(beta)
    if not (beta >= 0 and math.isfinite(beta)):
        raise InputError(f"beta must be a number of at least 0, got {beta:g}")
    if not hp.hidden:
        raise InputError("pattern targets need a hidden layer, and this network has none: give it one, such as 5 units")
    smoothing = hp.label_smoothing or REGULARIZERS["label_smoothing"].suggested
    plain = hp.replace(label_smoothing=0.0)
    plain.replace(label_smoothing=smoothing)  # raises where the loss takes hard targets only
    own = tuple(range(hp.seed, hp.seed + seeds))
    teachers = tuple(seed + seeds for seed in own)
    steps = epochs * steps_per_epoch(data, hp)
    pairs = zip(own, teachers, strict=True)
    tasks = [PatternTask(plain.replace(seed=s), teacher, beta, smoothing, steps) for s, teacher in pairs]
    results: dict[int, Array] = {}
    report = progress or (lambda phase, finished, total: None)
    report("training on patterns", 0, len(tasks))
    with open_executor(workers, data) as executor:
        for i, result in executor.run(train_methods, tasks):
            if isinstance(result, str):
                raise DivergenceError(result)
            results[i] = result
            report("training on patterns", len(results), len(tasks))
    values = np.array([results[i] for i in range(seeds)])  # (seeds, quantities, methods)
    by_name = {quantity.name: values[:, q] for q, quantity in enumerate(QUANTITIES)}
    return PatternComparison(data, plain, beta, smoothing, steps, own, teachers, by_name)


def train_methods(data: Dataset, task: PatternTask, check: CancelCheck) -> Array | str:
    """A job: QUANTITIES of one seed's networks (quantities, methods), or in words which of them diverged."""
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
        method = METHODS[int(bank.diverged.argmax())]
        return f"the network '{method}' of seed {task.hp.seed} left the finite numbers (β = {task.beta:g})"
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
    """Another class for each class (classes,): a random cycle through all of them."""
    order = np.random.default_rng((seed, _PERMUTATION_STREAM)).permutation(classes)
    other = np.empty(classes, dtype=np.int64)
    other[order] = np.roll(order, 1)
    return other


def measured(bank: Bank) -> Array:
    """QUANTITIES of a bank's R networks, (quantities, R); NaN for what the output does not give."""
    data, network = bank.data, bank.stacked()
    z, log_p = answers_of_bank(bank)
    H = network.hidden(data.X_test)
    values = metrics.score(z, log_p, data.y_test) | {
        "weight_norm": norms.total(network.weights),
        "hidden_norm": np.linalg.norm(H, axis=1).mean(axis=0),
        "nc1": class_collapse(network.hidden(data.X_train), data.y_train),
        "separation": class_separation(H, data.y_test),
    }
    return np.array([values[quantity.name] for quantity in QUANTITIES])
