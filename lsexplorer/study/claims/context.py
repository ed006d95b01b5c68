"""What the experiments share: the data, the network, the seeds, and networks that are trained only once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import layer_sizes, steps_per_epoch
from lsexplorer.study.claims.result import ClaimVerdict, Evidence, Number, Table
from lsexplorer.study.jobs.executors import CancelCheck, Executor, JobFunction
from lsexplorer.study.jobs.jobs import TrainingTask, cut, train_to, trained
from lsexplorer.study.match.plan import default_seeds
from lsexplorer.study.measures import answers, criteria
from lsexplorer.study.stats import checked_count, checked_seeds

MIN_SEEDS = 3
"""Seeds at least: with two, a t interval is six times as wide as with three."""

Scores = dict[str, Array]
"""weight_norm, train_accuracy and, on the test part, logit_gap, nll, accuracy, ece and mean_confidence, by name."""


class NormsTask(NamedTuple):
    """The networks of a bank, and the steps at which their weight norm is measured."""

    data: Dataset
    hyperparameters: tuple[Hyperparameters, ...]
    steps: tuple[int, ...]
    """In rising order."""


@dataclass(frozen=True)
class Regime:
    """Data, and how networks are trained on them."""

    data: Dataset
    plain: Hyperparameters
    """The network without label smoothing."""
    seeds: tuple[int, ...]
    epochs: int

    def evidence(
        self, verdict: ClaimVerdict, text: str, numbers: Iterable[Number], *, name: str = "", table: Table | None = None
    ) -> Evidence:
        """Evidence from networks of this regime, by default under the name of the data."""
        return Evidence(
            name or self.data.name,
            verdict,
            text,
            data=self.data.name,
            network=network_text(self.data, self.plain),
            seeds=self.seeds,
            epochs=self.epochs,
            steps=self.epochs * steps_per_epoch(self.data, self.plain),
            numbers=tuple(numbers),
            table=table,
        )


class ExperimentContext:
    """The data and the network on trial, and networks trained on them."""

    def __init__(
        self,
        data: Dataset,
        hp: Hyperparameters | None,
        *,
        seeds: int | None,
        epochs: int | None,
        executor: Executor,
        workers: int | str | None,
    ) -> None:
        """``workers`` is what ``executor`` was opened with. Raises InputError for too few seeds or epochs."""
        base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
        if seeds is None:
            seeds = default_seeds(len(data.y_test))
        seeds = checked_seeds(seeds, MIN_SEEDS)
        epochs = None if epochs is None else checked_count("epochs", epochs)
        if base.seed + 2 * seeds > 2**63:
            raise InputError(f"seed must leave room for {2 * seeds} seeds from it on, got {base.seed}")
        self.data = data
        self.plain = base.replace(label_smoothing=0.0)
        """The network without label smoothing."""
        self.a = base.label_smoothing or REGULARIZERS["label_smoothing"].suggested
        """The smoothing on trial."""
        self.seeds = tuple(range(base.seed, base.seed + seeds))
        """The seeds of every comparison."""
        self.epochs = default_epochs(data) if epochs is None else epochs
        self.epochs_given = epochs
        """The epochs that were asked for; None where they are the default."""
        self.workers = workers
        """What to open another executor with."""
        self.report: Callable[[float], None] = lambda share: None
        """Called with the share of the experiment's work that is finished, from 0 to 1."""
        self._executor = executor
        self._known: dict[tuple[str, Hyperparameters, tuple[int, ...], int], Scores] = {}

    @contextmanager
    def part(self, i: int, n: int) -> Iterator[None]:
        """Inside the ``with``, ``report`` reports the progress of the i-th, from 0, of n equal parts."""
        report = self.report
        self.report = lambda share: report((i + share) / n)
        try:
            yield
        finally:
            self.report = report

    def report_progress(self, phase: str, finished: int, total: int) -> None:
        """Take the progress that `match` and `sweep` report."""
        self.report(finished / max(total, 1))

    @property
    def regime(self) -> Regime:
        """The data given, with all seeds and epochs."""
        return Regime(self.data, self.plain, self.seeds, self.epochs)

    def regime_on(self, data: Dataset, *, seeds: int, epochs: int) -> Regime:
        """Other data with a network that suits them, on ``seeds`` seeds and for ``epochs`` epochs at most."""
        hp = Hyperparameters(**default_hyperparameters(data), seed=self.plain.seed)
        return Regime(data, hp, self.seeds[:seeds], min(epochs, self.epochs_given or epochs))

    def with_smoothing(self) -> Hyperparameters:
        """The network with label smoothing; raises InputError for a loss that takes no soft targets."""
        return self.plain.replace(label_smoothing=self.a)

    def scores(self, regime: Regime, methods: Sequence[Hyperparameters]) -> list[Scores]:
        """Each method's Scores, (seeds,) each. Within a seed all methods share first weights and batch order.

        A method that was scored before is not trained again. Raises InputError where a network diverges.
        """
        data, seeds, epochs = regime.data, regime.seeds, regime.epochs

        def key(method: Hyperparameters) -> tuple[str, Hyperparameters, tuple[int, ...], int]:
            return data.digest, method, seeds, epochs

        steps = epochs * steps_per_epoch(data, methods[0])
        new = [method for method in methods if key(method) not in self._known]
        tasks = cut(new, seeds, steps) if new else []
        parts = self._results(train_and_evaluate, [(slim(data), task) for task in tasks])
        for m, method in enumerate(new):
            self._known[key(method)] = {
                name: np.concatenate([
                    parts[i][name].reshape(len(task.seeds), -1)[:, m - task.first]
                    for i, task in enumerate(tasks)
                    if task.first <= m < task.first + len(task.methods)
                ])
                for name in parts[0]
            }  # fmt: skip
        every = [self._known[key(method)] for method in methods]
        for method, values in zip(methods, every, strict=True):
            if not np.isfinite(values["weight_norm"]).all():
                raise InputError(
                    f"training diverged at label_smoothing {method.label_smoothing:g}: try a smaller learning_rate"
                )
        return every

    def weight_norms(self, tasks: Sequence[NormsTask]) -> list[Array]:
        """The weight norms of each task's networks at its steps, (steps, networks)."""
        return self._results(train_and_follow, tasks)

    def _results(self, function: JobFunction, tasks: Sequence[Any]) -> list[Any]:
        """The results in the order of the tasks; progress is reported as they come in, and while none does."""
        results: dict[int, Any] = {}

        def heartbeat() -> None:
            self.report(len(results) / len(tasks))

        for i, result in self._executor.run(function, tasks, heartbeat):
            results[i] = result
            heartbeat()
        return [results[i] for i in range(len(tasks))]


def check_trainable(data: Dataset) -> None:
    """Raise InputError unless there are training rows of two classes, and test rows."""
    if len(np.unique(data.y_train)) < 2:
        raise InputError(f"the training part of '{data.name}' holds one class alone; at least two are needed")
    if not len(data.y_test):
        raise InputError(f"the data set '{data.name}' has no test rows")


def network_text(data: Dataset, hp: Hyperparameters) -> str:
    """The network in words: "4-5-3 tanh, softmax + cross_entropy"."""
    sizes = "-".join(map(str, layer_sizes(data, hp)))
    return f"{sizes}{' ' + hp.activation if hp.hidden else ''}, {hp.output} + {hp.loss}"


def slim(data: Dataset) -> Dataset:
    """The data without the raw values, which training does not use: less to send to workers."""
    return replace(data, raw_train=None, raw_test=None)


def train_and_evaluate(_: None, task: tuple[Dataset, TrainingTask], check: CancelCheck) -> Scores:
    """A job: the Scores of its networks, (networks,) each."""
    data, networks = task
    targets_of(data, "train", networks.methods[0])  # raises where the loss cannot take the data's targets
    bank = trained(data, networks, check)
    z, log_p = answers(bank)
    trained_on = metrics.correct(bank.answers("train")[0], data.y_train)
    return criteria(bank) | metrics.score(z, log_p, data.y_test) | {"train_accuracy": trained_on.mean(axis=0)}


def train_and_follow(_: None, task: NormsTask, check: CancelCheck) -> Array:
    """A job: the weight norms at its steps, (steps, networks)."""
    bank, rows = Bank(task.data, task.hyperparameters), []
    for step in task.steps:
        train_to(bank, step, check)
        rows.append(norms.total(bank.stacked().weights))
    return np.array(rows)
