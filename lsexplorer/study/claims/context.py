"""Where the claims' networks are trained: once each, whichever claims ask for them, and on all workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import layer_sizes, steps_per_epoch
from lsexplorer.study.jobs.executors import Cell, Check, Workers
from lsexplorer.study.jobs.jobs import Task, cut, train_to, trained
from lsexplorer.study.match.plan import SEEDS, SEEDS_FEW_ROWS
from lsexplorer.study.measures import answers, criteria, measures

FEWEST = 3
"""Seeds at least: with two, a t interval is six times as wide as with three."""
LABEL_SMOOTHING = 0.1
"""The a that is used unless the hyperparameters have one."""

Scores = dict[str, Array]
"""By name weight_norm, and on the test part logit_gap, nll, accuracy, ece, mean_confidence; train_accuracy."""


class Along(NamedTuple):
    """Networks of a bank, and the steps at which their weight norm is asked for."""

    data: Dataset
    hyperparameters: tuple[Hyperparameters, ...]
    steps: tuple[int, ...]


class Lab:
    """The given data and recipe, and networks trained on them.

    hard: the recipe without label smoothing. a: the smoothing that is on trial. seeds: those of every
    comparison. where: what `open_workers` was given, for what opens its own.
    """

    def __init__(
        self,
        data: Dataset,
        hp: Hyperparameters | None,
        seeds: int | None,
        epochs: int | None,
        workers: Workers,
        where: int | str | None,
    ) -> None:
        """Raises InputError for too few seeds or epochs."""
        base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
        if seeds is None:
            margin = next(one.margin for one in measures(1) if one.name == "accuracy") or 0.0
            seeds = SEEDS_FEW_ROWS if len(data.y_test) * margin < 1 else SEEDS  # as match does
        if seeds < FEWEST:
            raise InputError(f"seeds must be {FEWEST} or more, got {seeds}")
        if epochs is not None and epochs < 1:
            raise InputError(f"epochs must be 1 or more, got {epochs}")
        if base.seed + 2 * seeds > 2**63:
            raise InputError(f"seed must leave room for {2 * seeds} seeds from it on, got {base.seed}")
        self.data, self.where = data, where
        self.a = base.label_smoothing or LABEL_SMOOTHING
        self.hard = base.replace(label_smoothing=0.0)
        self.seeds = tuple(range(base.seed, base.seed + seeds))
        self.epochs = default_epochs(data) if epochs is None else epochs
        self.epochs_given = epochs
        self.tell: Callable[[float], None] = lambda share: None
        self._workers = workers
        self._known: dict[tuple[str, Hyperparameters, tuple[int, ...], int], Scores] = {}

    @contextmanager
    def part(self, i: int, n: int) -> Iterator[None]:
        """While it lasts, the work that is told of is the i-th, from 0, of n equal parts."""
        tell = self.tell
        self.tell = lambda share: tell((i + share) / n)
        try:
            yield
        finally:
            self.tell = tell

    def told(self, phase: str, done: int, total: int) -> None:
        """Progress, as `match` and `sweep` tell it."""
        self.tell(done / max(total, 1))

    def smoothing(self, a: float | None = None) -> Hyperparameters:
        """The recipe with label smoothing; raises InputError for a loss that takes no soft targets."""
        return self.hard.replace(label_smoothing=self.a if a is None else a)

    def scores(
        self, data: Dataset, methods: Sequence[Hyperparameters], seeds: tuple[int, ...], epochs: int
    ) -> list[Scores]:
        """Each method's Scores, (seeds,) each; within a seed all share first weights and batch order.

        Raises InputError where a network diverges, or has no probabilities.
        """

        def key(method: Hyperparameters) -> tuple[str, Hyperparameters, tuple[int, ...], int]:
            return data.digest, method, seeds, epochs

        steps = epochs * steps_per_epoch(data, methods[0])
        new = [method for method in methods if key(method) not in self._known]
        tasks = cut(new, seeds, steps) if new else []
        parts = self._each(train_and_score, [(slim(data), task) for task in tasks])
        for m, method in enumerate(new):
            self._known[key(method)] = {
                name: np.concatenate([
                    parts[i][name].reshape(len(task.seeds), -1)[:, m - task.first]
                    for i, task in enumerate(tasks)
                    if task.first <= m < task.first + len(task.methods)
                ])
                for name in parts[0]
            }  # fmt: skip
        found_all = [self._known[key(method)] for method in methods]
        for method, one in zip(methods, found_all, strict=True):
            if not np.isfinite(one["weight_norm"]).all():
                raise InputError(
                    f"training diverged at label_smoothing {method.label_smoothing:g}: try a smaller learning_rate"
                )
        return found_all

    def norms_along(self, banks: Sequence[Along]) -> list[Array]:
        """The weight norms of some banks' networks at their steps, (steps, networks) each."""
        return self._each(train_and_follow, banks)

    def _each(self, cell: Cell, tasks: Sequence[Any]) -> list[Any]:
        """The cells' results, in the tasks' order; what is done is told as they come in, and while none does."""
        found: dict[int, Any] = {}

        def tell() -> None:
            self.tell(len(found) / len(tasks))

        for i, result in self._workers.each(cell, tasks, tell):
            found[i] = result
            tell()
        return [found[i] for i in range(len(tasks))]


def check_trainable(data: Dataset) -> None:
    """Raise InputError unless the data have training rows of two classes, and test rows."""
    if len(np.unique(data.y_train)) < 2:
        raise InputError(f"the training part of '{data.name}' holds one class alone; at least two are needed")
    if not len(data.y_test):
        raise InputError(f"the data set '{data.name}' has no test rows")


def network_text(data: Dataset, hp: Hyperparameters) -> str:
    """The network in words: "4-5-3 tanh, softmax + cross_entropy"."""
    sizes = "-".join(map(str, layer_sizes(data, hp)))
    return f"{sizes}{' ' + hp.activation if hp.hidden else ''}, {hp.output} + {hp.loss}"


def slim(data: Dataset) -> Dataset:
    """The data without what training does not look at, to be sent to workers."""
    return replace(data, raw_train=None, raw_test=None)


def train_and_score(_: None, task: tuple[Dataset, Task], check: Check) -> Scores:
    """A cell: the Scores of its networks, (networks,) each."""
    data, networks = task
    targets_of(data, "train", networks.methods[0])
    bank = trained(data, networks, check)
    z, log_p = answers(bank)
    trained_on = metrics.correct(bank.answers("train")[0], data.y_train)
    return criteria(bank) | metrics.score(z, log_p, data.y_test) | {"train_accuracy": trained_on.mean(axis=0)}


def train_and_follow(_: None, task: Along, check: Check) -> Array:
    """A cell: the weight norms on the way, (steps, networks)."""
    bank, found = Bank(task.data, task.hyperparameters), []
    for step in task.steps:
        train_to(bank, step, check)
        found.append(norms.total(bank.stacked().weights))
    return np.array(found)
