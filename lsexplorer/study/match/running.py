"""A match at work: the search on the tuning split, then the evaluation on the others, of several remedies at once."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Generic, Protocol

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.remedies import REMEDIES, Reading
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import layer_sizes
from lsexplorer.study.jobs.arms import (
    MAX_NETWORKS,
    Arm,
    ArmsTask,
    M,
    cut_arms,
    networks_in_job,
    train_and_measure,
    train_for_criteria,
)
from lsexplorer.study.jobs.executors import Executor, Heartbeat, Progress
from lsexplorer.study.jobs.jobs import MIN_SHARES
from lsexplorer.study.jobs.splits import TUNING
from lsexplorer.study.jobs.timing import timed
from lsexplorer.study.match.evaluation import PLAIN, SMOOTHING, Evaluation, Gathering
from lsexplorer.study.match.plan import MatchPlan, Plan
from lsexplorer.study.match.search import MatchedStrength, read_off, search_rounds
from lsexplorer.study.measures import CRITERIA, Measured

FEW = 4
"""Networks are few up to this part of what a job trains at most: a narrow bank costs as much as one that is wider."""


class Networks(Protocol[M]):
    """Where the networks of a match come from."""

    most: int
    """Networks in a task at most."""

    def criteria(self, tasks: Sequence[ArmsTask[M]], heartbeat: Heartbeat) -> Iterator[tuple[int, dict[str, Array]]]:
        """Each task's number and the criteria of its arms' networks, (arms, seeds) each, as they come in."""

    def measured(self, tasks: Sequence[ArmsTask[M]], heartbeat: Heartbeat) -> Iterator[tuple[int, Measured]]:
        """Each task's number and every measure of its networks, arm by arm (arms × seeds), as they come in."""


class BankNetworks:
    """Networks of lsexplorer's own, that train in banks."""

    def __init__(self, data: Dataset, plan: Plan, executor: Executor) -> None:
        """What ``plan`` trains on the data, by an executor on `splits_of` it."""
        self._executor, self._precision, self.most = executor, plan.precision, most_networks(data, plan.plain)

    def criteria(
        self, tasks: Sequence[ArmsTask[Hyperparameters]], heartbeat: Heartbeat
    ) -> Iterator[tuple[int, dict[str, Array]]]:
        """See Networks."""
        return self._executor.run(partial(train_for_criteria, precision=self._precision), tasks, heartbeat)

    def measured(
        self, tasks: Sequence[ArmsTask[Hyperparameters]], heartbeat: Heartbeat
    ) -> Iterator[tuple[int, Measured]]:
        """See Networks."""
        return self._executor.run(partial(train_and_measure, precision=self._precision), tasks, heartbeat)


def most_networks(data: Dataset, method: Hyperparameters) -> int:
    """Networks in a task at most."""
    return networks_in_job(sum((i + 1) * o for i, o in pairwise(layer_sizes(data, method))))


class Run(Generic[M]):
    """Matches of several remedies, whose plans differ in the remedy and its strengths alone."""

    def __init__(self, plans: Sequence[MatchPlan[M]], networks: Networks[M], progress: Progress | None) -> None:
        self._plans, self._plan, self._networks = plans, plans[0], networks
        self._progress = progress or (lambda phase, trained, total: None)
        self.seconds: dict[str, float] = {}
        """Seconds that each part took."""
        self.strengths: dict[str, list[MatchedStrength]] = {}
        """By remedy, what the search found for each criterion."""
        self.arms: dict[tuple[str, str], int] = {}
        """The arm of each remedy and criterion that has a strength."""
        self.diverged: dict[int, int] = {}
        """The arms that cannot be judged, with the first seed on which they diverge."""
        self.networks = 0
        """Networks trained in all."""
        self._trained: set[tuple[int, int, int]] = set()
        self._numbers: dict[M, int] = {}
        self._own: dict[str, int] = {}
        self._gathering: Gathering | None = None
        # The total until it is known: the first grid, a finer one for each criterion, and the evaluation.
        judged = len(self._plan.evaluation) * self._plan.splits
        self._expected = 2 * (len(self._plan.tuning) + judged)
        for plan in (plan for plan in plans if not plan.readout):
            grid = len(plan.fineness.grid(plan.low, plan.high))
            grid += len(plan.criteria) * (plan.fineness.in_bracket + 1)
            self._expected += len(plan.tuning) * grid + judged * len(plan.criteria)

    def run(self) -> None:
        """Search for the strengths, then evaluate; Ctrl-C leaves what is done."""
        with timed(self.seconds, "search"):
            self._search()
        with timed(self.seconds, "evaluation"):
            self._evaluate()

    def evaluation(self) -> Evaluation | None:
        """What is measured so far."""
        return None if self._gathering is None else self._gathering.result()

    def networks_of(self, remedy: str) -> int:
        """Networks trained for one remedy, with those that all share."""
        return self.networks - sum(count for name, count in self._own.items() if name != remedy)

    def _search(self) -> None:
        plan, end = self._plan, Reading(self._plan.steps)
        read = [(one, strength, reading) for one in self._plans for strength, reading in one.readings.items()]
        arms = [Arm(plan.plain, end), Arm(plan.smoothing, end), *(Arm(plan.plain, reading) for *_, reading in read)]
        values = self._criteria({"": arms}, self._search_phase([one.remedy for one in self._plans]))
        if not np.isfinite(values[:, :2]).any(axis=0).all():
            raise InputError("training diverges even without the remedy: try a smaller learning_rate")
        under_smoothing = dict(zip(CRITERIA, map(float, values[:, 1]), strict=True))
        targets = {name: x for name, x in under_smoothing.items() if name in plan.criteria and np.isfinite(x)}
        known = np.array([name in targets for name in CRITERIA])
        for one in self._plans:
            if one.readout is not None:
                at = [2 + i for i, (owner, *_) in enumerate(read) if owner is one]
                self.strengths[one.remedy] = read_off(one.readout, list(one.readings), values[known][:, at], targets)
        self._search_side_by_side(targets, known)

    def _search_side_by_side(self, targets: dict[str, float], known: Array) -> None:
        """Search for the strengths of all remedies that train, a round of each at a time."""
        searches = {
            one.remedy: (one, search_rounds(targets, (one.low, one.high), one.fineness))
            for one in self._plans
            if one.readout is None
        }
        asked = {remedy: next(rounds) for remedy, (_, rounds) in searches.items()}
        while asked:
            groups = {remedy: [searches[remedy][0].arm(x) for x in strengths] for remedy, strengths in asked.items()}
            values, at = self._criteria(groups, self._search_phase(list(asked)))[known], 0
            for remedy, strengths in list(asked.items()):
                at += len(strengths)
                try:
                    asked[remedy] = searches[remedy][1].send(values[:, at - len(strengths) : at])
                except StopIteration as end:
                    self.strengths[remedy] = end.value
                    del asked[remedy]

    def _search_phase(self, remedies: list[str]) -> str:
        """What the search does, in words: whose strength, unless it is the only remedy or one of several."""
        entry = REMEDIES[remedies[0]]
        if len(self._plans) == 1:
            return f"searching {entry.symbol}"
        return "searching" if len(remedies) > 1 else f"searching {entry.symbol} of {entry.label}"

    def _criteria(self, groups: dict[str, list[Arm[M]]], phase: str) -> Array:
        """Means over the tuning seeds, (criteria, arms), of arms by remedy; '' is for those that all share."""
        owners = [remedy for remedy, arms in groups.items() for _ in arms]
        tuning = self._plan.tuning
        banks = self._in_banks(list(groups.values()), len(tuning))
        most, few = self._networks.most, len(owners) * len(tuning) <= self._networks.most // FEW
        shares = 2 if few else MIN_SHARES
        tasks = cut_arms(banks, tuning, [TUNING], of_splits=len(banks), most=most, fewest_shares=shares)
        results = dict[int, dict[str, Array]]()
        for i, result in self._networks.criteria(tasks, self._heartbeat(phase)):
            results[i] = result
            self._count(phase, tasks[i], owners)
        total = np.zeros((len(CRITERIA), len(owners)))
        for i, task in enumerate(tasks):  # in the tasks' order: sums do not depend on which came in first
            values = np.array([results[i][name] for name in CRITERIA])
            total[:, task.first : task.first + len(task.arms)] += values.sum(axis=2)
        return total / len(self._plan.tuning)

    def _groups(self) -> dict[str, list[Arm[M]]]:
        """The arms by remedy; those of plain training and smoothing by ''."""
        plan, end = self._plan, Reading(self._plan.steps)
        groups = {"": [Arm(plan.plain, end), Arm(plan.smoothing, end)]}
        placed: list[tuple[str, int, tuple[str, str]]] = []
        for one in self._plans:
            owner = "" if one.readout else one.remedy
            for strength in self.strengths[one.remedy]:
                if strength.value is not None:
                    group = groups.setdefault(owner, [])
                    placed.append((owner, len(group), (one.remedy, strength.criterion)))
                    group.append(one.arm(strength.value))
        ends = dict(zip(groups, np.cumsum([len(group) for group in groups.values()]).tolist(), strict=True))
        self.arms = {key: ends[owner] - len(groups[owner]) + place for owner, place, key in placed}
        return groups

    def _in_banks(self, groups: list[list[Arm[M]]], seeds: int) -> list[list[Arm[M]]]:
        """The arms that train in one bank, on so many seeds.

        A single remedy's are with plain training and smoothing, since wide banks are quick; of several remedies each
        would cost all, which pays where networks are small and few.
        """
        alone, wide = len(self._plans) == 1, self._networks.most >= MAX_NETWORKS
        banks = groups[:1]
        for group in groups[1:]:
            networks = (len(banks[-1]) + len(group)) * seeds
            if alone or (wide and networks <= MAX_NETWORKS // FEW):
                banks[-1] = banks[-1] + group
            else:
                banks.append(group)
        return banks

    def _evaluate(self) -> None:
        groups, plan, phase = self._groups(), self._plan, "measuring"
        banks = self._in_banks(list(groups.values()), len(plan.evaluation))
        tasks = cut_arms(banks, plan.evaluation, range(plan.splits), most=self._networks.most)
        owners = [name for name, group in groups.items() for _ in group]
        self._gathering = Gathering(tasks)
        self._expected = self.networks + len({network for task in tasks for network in self._networks_in(task)})
        self._heartbeat(phase)()
        for i, measured in self._networks.measured(tasks, self._heartbeat(phase)):
            self._check_converged(tasks[i], measured)
            self._gathering.add(tasks[i], measured)
            self._count(phase, tasks[i], owners)

    def _check_converged(self, task: ArmsTask[M], measured: Measured) -> None:
        """Note a remedy's arm that has diverged; raises InputError for plain training and for smoothing."""
        known = measured.scalars.get("weight_norm", measured.scalars["logit_gap"])
        for arm, of_arm in enumerate(known.reshape(len(task.arms), len(task.seeds)), task.first):
            lost = [seed for seed, value in zip(task.seeds, of_arm, strict=True) if not np.isfinite(value)]
            if lost and arm in (PLAIN, SMOOTHING):
                a = task.arms[arm].method.label_smoothing
                raise InputError(
                    f"training diverged on seed {lost[0]} at label_smoothing {a:g}: try a smaller learning_rate"
                )
            if lost:
                self.diverged[arm] = min(lost[0], self.diverged.get(arm, lost[0]))

    def _count(self, phase: str, task: ArmsTask[M], owners: Sequence[str]) -> None:
        """Count the networks of a task. owners: the remedy of each arm of the study, '' for what all share."""
        for arm, owner in zip(task.arms, owners[task.first :], strict=False):
            new = self._networks_in(task._replace(arms=(arm,))) - self._trained
            self._trained |= new
            self.networks += len(new)
            if owner:
                self._own[owner] = self._own.get(owner, 0) + len(new)
        self._heartbeat(phase)()

    def _networks_in(self, task: ArmsTask[M]) -> set[tuple[int, int, int]]:
        """A task's networks: the split, the number of the method, and the seed of each."""
        numbers = [self._numbers.setdefault(method, len(self._numbers)) for method in task.methods]
        return {(task.split, number, seed) for number in numbers for seed in task.seeds}

    def _heartbeat(self, phase: str) -> Heartbeat:
        """Report progress even while no result comes in, so that the match can be stopped then."""
        return lambda: self._progress(phase, self.networks, max(self._expected, self.networks))
