"""Could another regulariser have done what label smoothing does? Its matched strength, and how alike the two are then.

On tuning seeds the remedy's λ is found at which a criterion is what it is under smoothing; λ is then frozen, and on
other seeds everything is measured. Within a seed all methods share first weights, split and batch order.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.executors import Workers, open_workers
from lsexplorer.study.jobs.jobs import cut, train_and_measure, train_for_criteria
from lsexplorer.study.match.findings import Finding, Values, findings, of_scalars
from lsexplorer.study.match.plan import Plan, planned
from lsexplorer.study.match.search import BY_DECADE, HIGH, INSIDE, LOW, Strength, search
from lsexplorer.study.match.verdict import Verdict, judge
from lsexplorer.study.measures import CRITERIA, Measure, Measured, alike, joined, pick

Progress = Callable[[str, int, int], None]
"""Told the phase, networks trained and networks to train in all, often, so that it may raise to stop the match."""


@dataclass(frozen=True)
class Matching:
    """One criterion's match: its strength, what the evaluation seeds say, and the verdict on it."""

    strength: Strength
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Match:
    """The whole answer: what was planned, and a Matching for each criterion; nll is left out where there is none.

    evaluation: the seeds that were done, fewer than planned where ``complete`` is False. seconds: how long each part
    took. networks: how many were trained.
    """

    data: Dataset
    plan: Plan
    matchings: dict[str, Matching]
    evaluation: tuple[int, ...]
    networks: int
    seconds: dict[str, float]
    complete: bool = True

    @property
    def verdict(self) -> Verdict:
        """The verdict on the criterion that was asked for."""
        return self.matchings[self.plan.criterion].verdict

    @property
    def strengths(self) -> dict[str, Strength]:
        """What the search found, by criterion."""
        return {name: one.strength for name, one in self.matchings.items()}

    @property
    def ratio(self) -> float | None:
        """The largest matched λ over the smallest; None where fewer than two criteria are met."""
        found = [one.value for one in self.strengths.values() if one.value is not None]
        return max(found) / min(found) if len(found) > 1 else None


class InterruptedMatch(KeyboardInterrupt):
    """Ctrl-C stopped a match; ``match`` holds what was done, or None where no λ had been found yet."""

    def __init__(self, match: Match | None) -> None:
        super().__init__("the match was interrupted")
        self.match = match


def match(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    label_smoothing: float = 0.1,
    remedy: str = "l2",
    criterion: str = "weight_norm",
    seeds: int | None = None,
    epochs: int | None = None,
    low: float = LOW,
    high: float = HIGH,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Match:
    """Match ``remedy`` (l2, l1, weight_decay) to label smoothing on ``data``, and compare the two methods' networks.

    hp: the networks that are trained, by default what suits the data; its own label_smoothing and remedy are left
    aside, its seed is the first one used. criterion: weight_norm, logit_gap or nll; the verdict is on it, all three are
    reported. seeds: of the evaluation, by default 12, or 24 where one test row is more than half a point; half as many
    others are for tuning. low, high: strengths to search. workers: None to work in this process, a number of
    processes, or the address of a Dask scheduler. Raises InputError for what cannot be, and InterruptedMatch on
    Ctrl-C.
    """
    plan = planned(data, hp, label_smoothing, remedy, criterion, seeds, epochs, low, high)
    start = time.perf_counter()
    with open_workers(workers, data) as open_:
        run = _Run(data, plan, open_, progress)
        run.seconds["start"] = time.perf_counter() - start
        return run.match()


class _Run:
    """A match under way."""

    def __init__(self, data: Dataset, plan: Plan, workers: Workers, progress: Progress | None) -> None:
        self._data, self._plan, self._workers = data, plan, workers
        self._tell = progress or (lambda phase, done, total: None)
        self.seconds: dict[str, float] = {}
        self._networks = 0
        # Told as the total until it is known: the first grid, a finer one for each criterion, and what is evaluated.
        grid = 2 + BY_DECADE * int(np.log10(plan.high / plan.low)) + len(CRITERIA) * (INSIDE + 1)
        self._expected = len(plan.tuning) * grid + len(plan.evaluation) * (2 + len(CRITERIA))

    def match(self) -> Match:
        plan, strengths, done = self._plan, list[Strength](), dict[int, Measured]()
        try:
            with self._timed("search"):
                strengths = self._strengths()
            methods = [plan.hard, plan.smoothing]
            methods += [plan.remedied(s.value) for s in strengths if s.value is not None]
            with self._timed("evaluation"):
                for seed, measured in self._evaluated(methods):
                    done[seed] = measured
        except KeyboardInterrupt:
            raise InterruptedMatch(self._answer(strengths, done) if strengths else None) from None
        return self._answer(strengths, done)

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = time.perf_counter() - start

    def _strengths(self) -> list[Strength]:
        plan = self._plan
        targets = self._criteria([plan.hard, plan.smoothing])
        if not np.isfinite(targets[0]).all():
            raise InputError("training diverges even without the remedy: try a smaller learning_rate")
        known = [i for i in range(len(CRITERIA)) if np.isfinite(targets[i, 1])]

        def train(strengths: Sequence[float]) -> Array:
            return self._criteria([plan.remedied(x) for x in strengths])[known]

        names = [CRITERIA[i] for i in known]
        return search(train, names, [float(targets[i, 1]) for i in known], plan.low, plan.high)

    def _criteria(self, methods: Sequence[Hyperparameters]) -> Array:
        """Means over the tuning seeds, (criteria, methods)."""
        total = np.zeros((len(CRITERIA), len(methods)))
        tasks = cut(methods, self._plan.tuning, self._plan.steps)
        found = dict[int, dict[str, Array]]()
        for i, result in self._workers.each(train_for_criteria, tasks, self._tick("searching λ")):
            found[i] = result
            self._trained("searching λ", len(tasks[i].hyperparameters))
        for i, task in enumerate(tasks):  # in the tasks' order, so that sums do not hang on who was first
            values = np.array([found[i][name] for name in CRITERIA]).reshape(len(CRITERIA), len(task.seeds), -1)
            total[:, task.first : task.first + len(task.methods)] += values.sum(axis=1)
        return total / len(self._plan.tuning)

    def _evaluated(self, methods: Sequence[Hyperparameters]) -> Iterator[tuple[int, Measured]]:
        """Each evaluation seed with its methods' networks, measured, as they get done."""
        tasks = cut(methods, self._plan.evaluation, self._plan.steps)
        self._expected = self._networks + len(methods) * len(self._plan.evaluation)
        self._trained("measuring", 0)
        for i, measured in self._workers.each(train_and_measure, tasks, self._tick("measuring")):
            self._check_converged(tasks[i].hyperparameters, measured)
            self._trained("measuring", len(tasks[i].hyperparameters))
            for at, seed in enumerate(tasks[i].seeds):
                yield seed, pick(measured, list(range(at * len(methods), (at + 1) * len(methods))))

    def _check_converged(self, hps: Sequence[Hyperparameters], measured: Measured) -> None:
        for hp, norm in zip(hps, measured.scalars["weight_norm"], strict=True):
            if not np.isfinite(norm):
                strength = getattr(hp, self._plan.remedy)
                at = f"{self._plan.remedy} {strength:g}" if strength else f"label_smoothing {hp.label_smoothing:g}"
                raise InputError(f"training diverged on seed {hp.seed} at {at}: try a smaller learning_rate")

    def _trained(self, phase: str, networks: int) -> None:
        self._networks += networks
        self._tick(phase)()

    def _tick(self, phase: str) -> Callable[[], None]:
        """Tells how far it is, also while nothing is done yet, so that it can be stopped there."""
        return lambda: self._tell(phase, self._networks, max(self._expected, self._networks))

    def _answer(self, strengths: Sequence[Strength], done: dict[int, Measured]) -> Match:
        seeds = tuple(sorted(done))
        with self._timed("statistics"):
            matchings = self._matchings(strengths, [done[seed] for seed in seeds])
        complete = len(seeds) == len(self._plan.evaluation)
        return Match(self._data, self._plan, matchings, seeds, self._networks, self.seconds, complete)

    def _matchings(self, strengths: Sequence[Strength], done: list[Measured]) -> dict[str, Matching]:
        plan, found, at = self._plan, dict[str, Matching](), 2
        enough = len(done) >= 3
        hard, smoothing = (joined([pick(one, [m]) for one in done]) for m in (0, 1)) if enough else (None, None)
        pairs = between_seeds(smoothing) if smoothing else {}
        for strength in strengths:
            judged: list[Finding] = []
            if strength.value is not None:
                if hard and smoothing:
                    remedy = joined([pick(one, [at]) for one in done])
                    judged = findings(values_of(plan.measures, hard, smoothing, remedy, pairs), strength.criterion)
                at += 1
            verdict = judge(plan.remedy, strength, judged, len(done))
            found[strength.criterion] = Matching(strength, tuple(judged), verdict)
        return found


def values_of(
    known: Sequence[Measure], hard: Measured, smoothing: Measured, remedy: Measured, pairs: dict[str, Array]
) -> list[Values]:
    """The Values of each known measure for three methods' networks, one a seed, in the same order.

    pairs: the likeness `between_seeds` of smoothing.
    """
    likeness = alike(smoothing, remedy)
    values = []
    for measure in known:
        if measure.alike and measure.name in likeness:
            values.append(Values(measure, likeness[measure.name], pairs[measure.name]))
        elif measure.name in smoothing.scalars:
            each = (method.scalars[measure.name] for method in (hard, smoothing, remedy))
            values.append(of_scalars(measure, *each))
    return values


def between_seeds(networks: Measured) -> dict[str, Array]:
    """The likeness of every two of n networks, (n, n) with zeros in the diagonal."""
    n = len(networks.scalars["weight_norm"])
    found: dict[str, Array] = {}
    for i in range(n - 1):
        others = list(range(i + 1, n))
        for name, values in alike(pick(networks, [i] * len(others)), pick(networks, others)).items():
            pairs = found.setdefault(name, np.zeros((n, n)))
            pairs[i, others] = pairs[others, i] = values
    return found
