"""What the evaluation of a match measures, gathered from its jobs: numbers by arm, seed and split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.nn.arrays import Array
from lsexplorer.study.jobs.arms import ArmsTask
from lsexplorer.study.match.findings import Values, of_pairs
from lsexplorer.study.measures import Measure, Measured, all_pairs, joined, pick

PLAIN, SMOOTHING = 0, 1
"""The numbers of the arms that all remedies share."""


@dataclass(frozen=True)
class Evaluation:
    """All that was measured of every arm on the same seeds and splits."""

    seeds: tuple[int, ...]
    splits: int
    scalars: dict[str, Array]
    """The measures of single networks by name, (arms, seeds, splits) each."""
    likeness: dict[str, Array]
    """The pairwise measures of smoothing's network i with an arm's network j, (arms, splits, i, j) each."""

    def values(self, known: Sequence[Measure], arm: int) -> list[Values]:
        """The Values of each known measure that there is, with an arm as the remedy."""
        methods, values = (PLAIN, SMOOTHING, arm), []
        for measure in known:
            if measure.pairwise and measure.name in self.likeness:
                values.append(of_pairs(measure, *(self.likeness[measure.name][method] for method in methods)))
            elif measure.name in self.scalars:
                values.append(Values(measure, *(self.scalars[measure.name][method] for method in methods)))
        return values


class _Split:
    """The numbers of one split."""

    def __init__(self, parts: Sequence[tuple[ArmsTask, Measured]]) -> None:
        by_arm: dict[int, list[tuple[tuple[int, ...], Measured]]] = {}
        for task, measured in sorted(parts, key=lambda part: part[0].seeds):
            for k in range(len(task.arms)):
                own = list(range(k * len(task.seeds), (k + 1) * len(task.seeds)))
                by_arm.setdefault(task.first + k, []).append((task.seeds, pick(measured, own)))
        known = [[seed for seeds, _ in of_arm for seed in seeds] for of_arm in by_arm.values()]
        self.seeds = tuple(sorted(set.intersection(*map(set, known))))
        """The seeds on which every arm is measured."""
        arms = []
        for arm in sorted(by_arm):
            trained = [seed for seeds, _ in by_arm[arm] for seed in seeds]
            arms.append(pick(joined([of for _, of in by_arm[arm]]), [trained.index(seed) for seed in self.seeds]))
        self.scalars = {name: np.array([arm.scalars[name] for arm in arms]) for name in arms[0].scalars}
        with one_blas_thread():
            alike = [all_pairs(arms[SMOOTHING], arm) for arm in arms]
        self.likeness = {name: np.array([of_arm[name] for of_arm in alike]) for name in alike[0]}


class Gathering:
    """Takes the results of a match's jobs as they come in; of a split that is complete only numbers are kept."""

    def __init__(self, tasks: Sequence[ArmsTask]) -> None:
        self._missing: dict[int, int] = {}
        for task in tasks:
            self._missing[task.split] = self._missing.get(task.split, 0) + 1
        self._arms = max((task.first + len(task.arms) for task in tasks), default=0)
        self._parts: dict[int, list[tuple[ArmsTask, Measured]]] = {}
        self._complete: dict[int, _Split] = {}

    def add(self, task: ArmsTask, measured: Measured) -> None:
        """Take the result of a job."""
        self._parts.setdefault(task.split, []).append((task, measured))
        self._missing[task.split] -= 1
        if not self._missing[task.split]:
            self._complete[task.split] = _Split(self._parts.pop(task.split))

    def result(self) -> Evaluation | None:
        """What there is: all seeds on the splits that are complete, or if there are none, the split with most seeds."""
        splits = [self._complete[split] for split in sorted(self._complete)]
        if not splits:
            begun = [_Split(parts) for parts in self._parts.values() if self._has_every_arm(parts)]
            splits = [max(begun, key=lambda split: len(split.seeds))] if begun else []
        if not splits or not splits[0].seeds:
            return None
        return Evaluation(
            splits[0].seeds,
            len(splits),
            {name: np.stack([split.scalars[name] for split in splits], axis=-1) for name in splits[0].scalars},
            {name: np.stack([split.likeness[name] for split in splits], axis=1) for name in splits[0].likeness},
        )

    def _has_every_arm(self, parts: Sequence[tuple[ArmsTask, Measured]]) -> bool:
        return len({task.first + k for task, _ in parts for k in range(len(task.arms))}) == self._arms
