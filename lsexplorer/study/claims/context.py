"""What the experiments share: the data, the network, the seeds, and networks that are trained only once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.study.claims.jobs import Scores, call, evaluated_or_none, slim, train_and_evaluate
from lsexplorer.study.claims.regime import Regime, splits_of
from lsexplorer.study.jobs.executors import Executor, JobFunction, reopened
from lsexplorer.study.jobs.jobs import MAX_NETWORKS, MIN_SHARES, TrainingTask
from lsexplorer.study.match.plan import checked_splits
from lsexplorer.study.stats import checked_count, checked_seeds

MIN_SEEDS = 3
"""Seeds at least: with two, a t interval is six times as wide as with three."""
SEEDS = 8
"""Seeds unless a number is given."""
SPLITS = 8
"""Splits on each of which every seed trains, where the data did not come with their test part."""

T = TypeVar("T")
Training = tuple[Regime, Sequence[Hyperparameters]]
"""A regime, and methods to train in it."""


class ExperimentContext:
    """The data and the network on trial, and networks trained on them."""

    def __init__(
        self,
        data: Dataset,
        hp: Hyperparameters | None,
        *,
        seeds: int | None,
        splits: int | None,
        epochs: int | None,
        executor: Executor,
        workers: int | str | None,
    ) -> None:
        """``workers`` is what ``executor`` was opened with. Raises InputError for too few seeds, splits or epochs."""
        base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
        seeds = SEEDS if seeds is None else checked_seeds(seeds, MIN_SEEDS)
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
        self.splits = checked_splits(splits, data, SPLITS)
        """The splits of every comparison."""
        self.epochs = default_epochs(data) if epochs is None else epochs
        self.epochs_given = epochs
        """The epochs that were asked for; None where they are the default."""
        self.report: Callable[[float], None] = lambda share: None
        """Called with the share of the experiment's work that is finished, from 0 to 1."""
        self.to_come: Callable[[], Iterable[Training]] = tuple
        """What experiments that are still to come will ask the scores of."""
        self._executor, self._workers = executor, workers
        self._splits_elsewhere = splits or SPLITS
        self._known: dict[tuple[object, ...], Scores] = {}
        self._made: dict[Callable[[ExperimentContext], Any], Any] = {}

    @contextmanager
    def part(self, i: int, n: int) -> Iterator[None]:
        """Inside the ``with``, ``report`` reports the progress of the i-th, from 0, of n equal parts."""
        report = self.report
        self.report = lambda share: report((i + share) / n)
        try:
            yield
        finally:
            self.report = report

    def executor_on(self, data: Any) -> AbstractContextManager[Executor]:
        """An executor whose workers hold ``data``, for a study within this one."""
        return reopened(self._executor, self._workers, data)

    def report_progress(self, phase: str, finished: int, total: int) -> None:
        """Take the progress that `match` reports."""
        self.report(finished / max(total, 1))

    @cached_property
    def regime(self) -> Regime:
        """The data given, with all seeds, splits and epochs."""
        return Regime(splits_of(self.data, self.splits, self.plain.seed), self.plain, self.seeds, self.epochs)

    def regime_on(self, data: Dataset, *, seeds: int, epochs: int) -> Regime:
        """Other data with a network that suits them, on as many seeds and splits and for so many epochs at most."""
        hp = Hyperparameters(**default_hyperparameters(data), seed=self.plain.seed)
        splits = splits_of(data, min(seeds, self._splits_elsewhere), hp.seed)
        return Regime(splits, hp, self.seeds[:seeds], min(epochs, self.epochs_given or epochs))

    def with_smoothing(self) -> Hyperparameters:
        """The network with label smoothing; raises InputError for a loss that takes no soft targets."""
        return self.plain.replace(label_smoothing=self.a)

    def made(self, make: "Callable[[ExperimentContext], T]") -> T:
        """What ``make`` makes of this context, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        result: T = self._made[make]
        return result

    def scores(self, regime: Regime, methods: Sequence[Hyperparameters]) -> list[Scores]:
        """Each method's Scores, (seeds, columns) each: a column a split, or a group of the test part's rows.

        Within a seed and split all methods share first weights and batch order. A method that was scored before is not
        trained again. Raises InputError where a network diverges.
        """
        new = self._unknown(regime, methods)
        if new:
            self._keep(regime, new, self.results(train_and_evaluate, self._score_tasks(regime, new)))
        every = [self._known[_key(regime, method)] for method in methods]
        for method, values in zip(methods, every, strict=True):
            if not np.isfinite(values["weight_norm"]).all():
                raise InputError(
                    f"training diverged at label_smoothing {method.label_smoothing:g}: try a smaller learning_rate"
                )
        return every

    def _unknown(self, regime: Regime, methods: Sequence[Hyperparameters]) -> list[Hyperparameters]:
        return [method for method in methods if _key(regime, method) not in self._known]

    def _score_tasks(self, regime: Regime, methods: Sequence[Hyperparameters]) -> list[Any]:
        splits = [(slim(split),) for split in regime.splits]
        return _tasks(splits, methods, seeds=regime.seeds, steps=regime.steps)

    def _keep(self, regime: Regime, methods: Sequence[Hyperparameters], results: Sequence[Scores]) -> None:
        parts = _by_split(results, len(regime.splits), len(methods))
        for m, method in enumerate(methods):
            self._known[_key(regime, method)] = {
                name: np.concatenate([part[name][:, m] for part in parts], axis=-1) for name in parts[0]
            }

    def results_beside_others(self, function: JobFunction, tasks: Sequence[Any]) -> list[Any]:
        """As `results`, of few and long jobs: what is ``to_come`` trains beside them, and its scores are kept."""
        others = self._to_train()
        cut = [self._score_tasks(regime, new) for regime, new in others]
        every = [(function, task) for task in tasks]
        every += [(evaluated_or_none, task) for of_regime in cut for task in of_regime]
        results = self.results(call, every)
        at = len(tasks)
        for (regime, new), of_regime in zip(others, cut, strict=True):
            scores = results[at : at + len(of_regime)]
            at += len(of_regime)
            if None not in scores:
                self._keep(regime, new, scores)
        return results[: len(tasks)]

    def _to_train(self) -> list[Training]:
        """What is ``to_come`` and not known yet, all methods of a regime together."""
        by_regime: dict[tuple[object, ...], tuple[Regime, list[Hyperparameters]]] = {}
        for regime, methods in self.to_come():
            _, new = by_regime.setdefault(_key(regime), (regime, []))
            new += [method for method in self._unknown(regime, methods) if method not in new]
        return [(regime, new) for regime, new in by_regime.values() if new]

    def by_split(
        self,
        function: JobFunction,
        splits: Sequence[tuple[Any, ...]],
        methods: Sequence[Hyperparameters],
        *,
        seeds: tuple[int, ...],
        steps: int,
    ) -> list[Scores]:
        """For each split what a job gives, by name (seeds, methods, columns).

        function: a job whose task is the split's tuple and a TrainingTask, and which gives (networks, columns) by name.
        """
        results = self.results(function, _tasks(splits, methods, seeds=seeds, steps=steps))
        return _by_split(results, len(splits), len(methods))

    def results(self, function: JobFunction, tasks: Sequence[Any]) -> list[Any]:
        """The jobs' results in the order of the tasks; progress is reported as they come in, and while none does."""
        results: dict[int, Any] = {}

        def heartbeat() -> None:
            self.report(len(results) / len(tasks))

        for i, result in self._executor.run(function, tasks, heartbeat):
            results[i] = result
            heartbeat()
        return [results[i] for i in range(len(tasks))]


def _key(regime: Regime, *method: Hyperparameters) -> tuple[object, ...]:
    return regime.data.digest, len(regime.splits), regime.seeds, regime.epochs, regime.plain, *method


def _tasks(
    splits: Sequence[tuple[Any, ...]], methods: Sequence[Hyperparameters], *, seeds: tuple[int, ...], steps: int
) -> list[Any]:
    """The tasks of `by_split`, split by split, equally many for each."""
    together = max(1, min(MAX_NETWORKS // len(methods), -(-len(seeds) * len(splits) // MIN_SHARES)))
    cuts = [seeds[at : at + together] for at in range(0, len(seeds), together)]
    return [(*split, TrainingTask(tuple(methods), part, steps, 0)) for split in splits for part in cuts]


def _by_split(results: Sequence[Scores], splits: int, methods: int) -> list[Scores]:
    """The results of `_tasks` joined, for each split (seeds, methods, columns) by name."""
    joined, each = [], len(results) // splits
    for at in range(0, len(results), each):
        parts = results[at : at + each]
        shaped = {name: [part[name].reshape(-1, methods, part[name].shape[-1]) for part in parts] for name in parts[0]}
        joined.append({name: np.concatenate(arrays) for name, arrays in shaped.items()})
    return joined


def check_trainable(data: Dataset) -> None:
    """Raise InputError unless there are training rows of two classes, and test rows."""
    if len(np.unique(data.y_train)) < 2:
        raise InputError(f"the training part of '{data.name}' holds one class alone; at least two are needed")
    if not len(data.y_test):
        raise InputError(f"the data set '{data.name}' has no test rows")
