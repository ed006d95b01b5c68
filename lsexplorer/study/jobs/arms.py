"""The jobs of a match: methods trained on some seeds of one split, each read out and measured in some ways."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lsexplorer.bank.bank import Bank
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.remedies import Reading
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.executors import CancelCheck
from lsexplorer.study.jobs.jobs import MIN_SHARES, train_to
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.measures import Measured, criteria, joined, measure, pick

MAX_NETWORKS = 128
"""Networks in a job at most."""


class Arm(NamedTuple):
    """A method, and how its networks are read out."""

    method: Hyperparameters
    """Its own seed is not used."""
    reading: Reading


class ArmsTask(NamedTuple):
    """Arms whose methods differ only in their strengths, on some seeds of a split."""

    split: int
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    first: int
    """The index of the first of these arms among all arms of the study."""

    @property
    def methods(self) -> list[Hyperparameters]:
        """What is trained: arms that are read from the same network share it."""
        return list(dict.fromkeys(arm.method for arm in self.arms))

    @property
    def hyperparameters(self) -> list[Hyperparameters]:
        """Every network's hyperparameters, seed by seed, since the networks of one seed share their batches."""
        return [method.replace(seed=seed) for seed in self.seeds for method in self.methods]


def cut_arms(groups: Sequence[Sequence[Arm]], seeds: Sequence[int], splits: Sequence[int]) -> list[ArmsTask]:
    """Cut the arms of each group, which train in one bank, on all seeds and splits into tasks, split by split.

    The tasks are the same wherever they run.
    """
    tasks = []
    for split in splits:
        first = 0
        for group in [part for whole in groups for part in _parts(whole)]:
            networks = len(dict.fromkeys(arm.method for arm in group))
            fewest = 1 if len(splits) >= MIN_SHARES else MIN_SHARES
            shares = min(len(seeds), max(fewest, -(-len(seeds) * networks // MAX_NETWORKS)))
            tasks += [
                ArmsTask(split, tuple(group), tuple(some.tolist()), first)
                for some in np.array_split(np.array(seeds, dtype=object), shares)
            ]
            first += len(group)
    return tasks


def _parts(group: Sequence[Arm]) -> list[Sequence[Arm]]:
    """The group, or parts of it that train MAX_NETWORKS methods each if it has more."""
    if len({arm.method for arm in group}) <= MAX_NETWORKS:
        return [group]
    return [group[i : i + MAX_NETWORKS] for i in range(0, len(group), MAX_NETWORKS)]


def train_for_criteria(splits: Splits, task: ArmsTask, check: CancelCheck) -> dict[str, Array]:
    """A job: the criteria of each arm's networks, (arms, seeds) each."""
    bank, methods = _bank(splits, task), task.methods
    read: dict[Reading, dict[str, Array]] = {}
    for reading in _in_order(task.arms):
        train_to(bank, reading.steps, check)
        read[reading] = criteria(bank, reading.temperature)
    return {
        name: np.array([read[arm.reading][name][methods.index(arm.method) :: len(methods)] for arm in task.arms])
        for name in read[task.arms[0].reading]
    }


def train_and_measure(splits: Splits, task: ArmsTask, check: CancelCheck) -> Measured:
    """A job: every measure of each arm's networks, arm by arm (arms × seeds)."""
    bank, methods = _bank(splits, task), task.methods
    read: dict[Reading, Measured] = {}
    for reading in _in_order(task.arms):
        train_to(bank, reading.steps, check)
        read[reading] = measure(bank, reading.temperature, leave_out=bank.data.came_split)
    networks = range(len(bank))
    return joined(
        [pick(read[arm.reading], [*networks[methods.index(arm.method) :: len(methods)]]) for arm in task.arms]
    )


def _bank(splits: Splits, task: ArmsTask) -> Bank:
    return Bank(splits.part(task.split), task.hyperparameters)


def _in_order(arms: Sequence[Arm]) -> list[Reading]:
    """The readings of all arms, earlier steps first."""
    return sorted({arm.reading for arm in arms})
