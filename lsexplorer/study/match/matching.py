"""Could another regulariser have done what label smoothing does? Its strength is matched, then the two are compared.

On the tuning seeds a match finds the λ of the remedy at which a criterion has its value under smoothing. With that λ
fixed, everything is measured on other seeds. Within a seed all methods share first weights, split and batch order.
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
from lsexplorer.study.jobs.executors import Executor, Heartbeat, open_executor
from lsexplorer.study.jobs.jobs import cut, train_and_measure, train_for_criteria
from lsexplorer.study.match.findings import MIN_SEEDS, Finding, Scope, Values, findings, of_pairs
from lsexplorer.study.match.plan import Plan, planned
from lsexplorer.study.match.search import POINTS_IN_BRACKET, POINTS_PER_DECADE, MatchedStrength, search
from lsexplorer.study.match.verdict import Verdict, judge
from lsexplorer.study.measures import CRITERIA, Measure, Measured, all_pairs, joined, pick

Progress = Callable[[str, int, int], None]
"""Called often with the phase, the networks trained, and their total; it may raise to stop the work."""


@dataclass(frozen=True)
class CriterionMatch:
    """The match on one criterion."""

    strength: MatchedStrength
    """The result of the search on the tuning seeds."""
    findings: tuple[Finding, ...]
    """What the evaluation seeds show for each measure; empty where no λ matches."""
    verdict: Verdict
    """The verdict on them."""


@dataclass(frozen=True)
class Match:
    """The result of a match."""

    data: Dataset
    plan: Plan
    """What was asked for."""
    matchings: dict[str, CriterionMatch]
    """The match on each criterion by its name; without "nll" where the output gives no probabilities."""
    evaluation: tuple[int, ...]
    """The evaluation seeds that were measured."""
    networks: int
    """Networks trained in all."""
    seconds: dict[str, float]
    """Seconds that each part took, by its name."""
    complete: bool = True
    """Whether every planned evaluation seed was measured."""

    @property
    def verdict(self) -> Verdict:
        """The verdict on the criterion that was asked for."""
        return self.matchings[self.plan.criterion].verdict

    @property
    def strengths(self) -> dict[str, MatchedStrength]:
        """The results of the search, by criterion."""
        return {name: matching.strength for name, matching in self.matchings.items()}

    @property
    def ratio(self) -> float | None:
        """The largest matched λ over the smallest; None where fewer than two criteria are met."""
        values = [strength.value for strength in self.strengths.values() if strength.value is not None]
        return max(values) / min(values) if len(values) > 1 else None


class InterruptedMatch(KeyboardInterrupt):
    """Ctrl-C stopped a match; ``match`` is what was measured, or None where no λ had been found yet."""

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
    low: float | None = None,
    high: float | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Match:
    """Match ``remedy``, another regulariser, to label smoothing on ``data``, and compare the two methods' networks.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data. Its own label_smoothing and remedy are ignored;
            its seed is the first one used.
        label_smoothing: The smoothing a to match, above 0.
        remedy: "l2", "l1", "weight_decay", or another of REMEDIES in nn/regularizers.py.
        criterion: "weight_norm", "logit_gap" or "nll". The verdict is on it; all three are reported.
        seeds: Evaluation seeds, by default 12, or 24 where one test row is more than half a percentage point of
            accuracy. Half as many others are for tuning.
        epochs: Epochs of each network, by default what suits the data.
        low: The lowest strength to search, by default what suits the remedy.
        high: The highest strength to search.
        workers: None for this process, a number of processes, or the address of a Dask scheduler.
        progress: See Progress.

    Raises:
        InputError: For arguments that are out of range or do not go together, and for training that diverges.
        InterruptedMatch: On Ctrl-C.

    """
    plan = planned(
        data,
        hp,
        label_smoothing=label_smoothing,
        remedy=remedy,
        criterion=criterion,
        seeds=seeds,
        epochs=epochs,
        low=low,
        high=high,
    )
    start = time.perf_counter()
    with open_executor(workers, data) as executor:
        run = _Run(data, plan, executor, progress)
        run.seconds["start"] = time.perf_counter() - start
        return run.match()


class _Run:
    """A match under way."""

    def __init__(self, data: Dataset, plan: Plan, executor: Executor, progress: Progress | None) -> None:
        self._data, self._plan, self._executor = data, plan, executor
        self._progress = progress or (lambda phase, trained, total: None)
        self.seconds: dict[str, float] = {}
        self._networks = 0
        # The total until it is known: the first grid, a finer one for each criterion, and the evaluation.
        decades = int(np.log10(plan.high / plan.low))
        grid = 2 + POINTS_PER_DECADE * decades + len(CRITERIA) * (POINTS_IN_BRACKET + 1)
        self._expected = len(plan.tuning) * grid + len(plan.evaluation) * (2 + len(CRITERIA))

    def match(self) -> Match:
        plan, strengths, by_seed = self._plan, list[MatchedStrength](), dict[int, Measured]()
        try:
            with self._timed("search"):
                strengths = self._strengths()
            methods = [plan.plain, plan.smoothing]
            methods += [plan.with_remedy(strength.value) for strength in strengths if strength.value is not None]
            with self._timed("evaluation"):
                for seed, measured in self._evaluated(methods):
                    by_seed[seed] = measured
        except KeyboardInterrupt:
            raise InterruptedMatch(self._answer(strengths, by_seed) if strengths else None) from None
        return self._answer(strengths, by_seed)

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = time.perf_counter() - start

    def _strengths(self) -> list[MatchedStrength]:
        plan = self._plan
        targets = self._criteria([plan.plain, plan.smoothing])
        if not np.isfinite(targets[0]).all():
            raise InputError("training diverges even without the remedy: try a smaller learning_rate")
        known = np.isfinite(targets[:, 1])

        def train(strengths: Sequence[float]) -> Array:
            return self._criteria([plan.with_remedy(x) for x in strengths])[known]

        under_smoothing = {name: float(x) for name, x in zip(CRITERIA, targets[:, 1], strict=True) if np.isfinite(x)}
        return search(train, under_smoothing, (plan.low, plan.high))

    def _criteria(self, methods: Sequence[Hyperparameters]) -> Array:
        """Means over the tuning seeds, (criteria, methods)."""
        phase = f"searching {self._plan.regularizer.symbol}"
        total = np.zeros((len(CRITERIA), len(methods)))
        tasks = cut(methods, self._plan.tuning, self._plan.steps)
        results = dict[int, dict[str, Array]]()
        for i, result in self._executor.run(train_for_criteria, tasks, self._heartbeat(phase)):
            results[i] = result
            self._trained(phase, len(tasks[i].hyperparameters))
        for i, task in enumerate(tasks):  # in the tasks' order: sums do not depend on which came in first
            values = np.array([results[i][name] for name in CRITERIA]).reshape(len(CRITERIA), len(task.seeds), -1)
            total[:, task.first : task.first + len(task.methods)] += values.sum(axis=1)
        return total / len(self._plan.tuning)

    def _evaluated(self, methods: Sequence[Hyperparameters]) -> Iterator[tuple[int, Measured]]:
        """Each evaluation seed with its methods' networks, measured, as the results come in."""
        tasks = cut(methods, self._plan.evaluation, self._plan.steps)
        self._expected = self._networks + len(methods) * len(self._plan.evaluation)
        self._trained("measuring", 0)
        for i, measured in self._executor.run(train_and_measure, tasks, self._heartbeat("measuring")):
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
        self._heartbeat(phase)()

    def _heartbeat(self, phase: str) -> Heartbeat:
        """Report progress even while no result comes in, so that the match can be stopped then."""
        return lambda: self._progress(phase, self._networks, max(self._expected, self._networks))

    def _answer(self, strengths: Sequence[MatchedStrength], by_seed: dict[int, Measured]) -> Match:
        seeds = tuple(sorted(by_seed))
        with self._timed("statistics"):
            matchings = self._matchings(strengths, [by_seed[seed] for seed in seeds])
        complete = len(seeds) == len(self._plan.evaluation)
        return Match(self._data, self._plan, matchings, seeds, self._networks, self.seconds, complete)

    def _matchings(self, strengths: Sequence[MatchedStrength], seeds: list[Measured]) -> dict[str, CriterionMatch]:
        """The match on each criterion, from each seed's networks: plain, smoothing, then one for each λ there is."""
        plan = self._plan

        def method(index: int) -> Measured:
            return joined([pick(networks, [index]) for networks in seeds])

        scope = Scope(len(seeds), len(self._data.y_train), len(self._data.y_test))
        shared = [[method(0)], [method(1)]] if len(seeds) >= MIN_SEEDS else []
        matchings, index = dict[str, CriterionMatch](), 2
        for strength in strengths:
            judged: list[Finding] = []
            if strength.value is not None:
                if shared:
                    values = values_of(plan.measures, [*shared, [method(index)]])
                    judged = findings(values, strength.criterion, scope)
                index += 1
            verdict = judge(plan.remedy, strength, judged, scope)
            matchings[strength.criterion] = CriterionMatch(strength, tuple(judged), verdict)
        return matchings


def values_of(known: Sequence[Measure], methods: Sequence[Sequence[Measured]]) -> list[Values]:
    """The Values of each known measure for the networks of plain, smoothing and remedy.

    Each method has a Measured for each split, of its networks in the order of the seeds.
    """
    smoothing = methods[1]
    pairs = [[all_pairs(*both) for both in zip(smoothing, method, strict=True)] for method in methods]
    values = []
    for measure in known:
        name = measure.name
        if measure.pairwise and name in pairs[1][0]:
            values.append(of_pairs(measure, *(np.array([split[name] for split in splits]) for splits in pairs)))
        elif name in smoothing[0].scalars:
            columns = (np.stack([split.scalars[name] for split in method], axis=1) for method in methods)
            values.append(Values(measure, *columns))
    return values
