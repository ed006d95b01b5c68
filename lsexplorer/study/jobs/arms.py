"""The jobs of a match: methods trained on some seeds of one split, each read out and measured in some ways."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import numpy as np

from lsexplorer.bank.bank import Bank
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.remedies import Reading
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.jobs import jobs
from lsexplorer.study.jobs.executors import CancelCheck
from lsexplorer.study.jobs.jobs import MIN_SHARES, train_to
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.measures import Measured, criteria, joined, measure, pick

T = TypeVar("T")
MAX_NETWORKS, MAX_PARAMETERS = 512, 500_000
"""Networks in a job at most, and their parameters; a job of jobs.MAX_NETWORKS networks may have more of these."""


class Method(Protocol):
    """What a network is trained with."""

    @property
    def label_smoothing(self) -> float:
        """Label smoothing a."""

    def replace(self, **changes: Any) -> Self:
        """The same with some settings changed; its seed is one of them."""

    def __hash__(self) -> int:
        """The same for equal methods."""


M = TypeVar("M", bound=Method)


class Arm(NamedTuple, Generic[M]):
    """A method, and how its networks are read out."""

    method: M
    """Its own seed is not used."""
    reading: Reading


class ArmsTask(NamedTuple, Generic[M]):
    """Arms whose methods differ only in their strengths, on some seeds of a split."""

    split: int
    arms: tuple[Arm[M], ...]
    seeds: tuple[int, ...]
    first: int
    """The index of the first of these arms among all arms of the study."""

    @property
    def methods(self) -> list[M]:
        """What is trained: arms that are read from the same network share it."""
        return list(dict.fromkeys(arm.method for arm in self.arms))

    @property
    def seeded(self) -> list[M]:
        """Every network's method with its seed, seed by seed, since the networks of one seed share their batches."""
        methods = self.methods
        return [_seeded(method, seed) for seed in self.seeds for method in methods]


@lru_cache(maxsize=10_000)
def _seeded(method: M, seed: int) -> M:
    """The method with a seed; kept, since every split has the same ones, and checking them anew takes a while."""
    return method.replace(seed=seed)


def networks_in_job(parameters: int) -> int:
    """How many networks of so many parameters each a job trains at most: wide banks of small ones are quick."""
    return max(jobs.MAX_NETWORKS, min(MAX_NETWORKS, MAX_PARAMETERS // parameters))


def cut_arms(
    groups: Sequence[Sequence[Arm[M]]],
    seeds: Sequence[int],
    splits: Sequence[int],
    *,
    of_splits: int | None = None,
    most: int = 2 * jobs.MAX_NETWORKS,
    fewest_shares: int = MIN_SHARES,
) -> list[ArmsTask[M]]:
    """Cut the arms of each group, which train in one bank, on all seeds and splits into tasks.

    They come split by split and then seed by seed, the same ones wherever they run. of_splits: how many splits are
    worked on at a time, where other tasks take the others; with few, the seeds are cut into ``fewest_shares``
    or more. most: networks of a task.
    """
    tasks, at_a_time = list[ArmsTask[M]](), len(splits) if of_splits is None else of_splits
    for split in splits:
        of_split, first = list[ArmsTask[M]](), 0
        for group in [part for whole in groups for part in _parts(whole, most)]:
            networks = len(dict.fromkeys(arm.method for arm in group))
            fewest = 1 if at_a_time >= MIN_SHARES else fewest_shares
            shares = min(len(seeds), max(fewest, -(-len(seeds) * networks // most)))
            of_split += [
                ArmsTask(split, tuple(group), tuple(some.tolist()), first)
                for some in np.array_split(np.array(seeds, dtype=object), shares)
            ]
            first += len(group)
        tasks += sorted(of_split, key=lambda task: task.seeds)
    return tasks


def _parts(group: Sequence[Arm[M]], most: int) -> list[Sequence[Arm[M]]]:
    """The group, or parts of it that train so many methods each if it has more."""
    parts: list[Sequence[Arm[M]]] = []
    start, methods = 0, set[M]()
    for i, arm in enumerate(group):
        if arm.method not in methods and len(methods) == most:
            parts.append(group[start:i])
            start, methods = i, set()
        methods.add(arm.method)
    return [*parts, group[start:]]


def read_out(
    splits: Splits,
    task: ArmsTask[Hyperparameters],
    check: CancelCheck,
    read: Callable[[Bank, Reading], T],
    precision: str = "float64",
) -> dict[Reading, T]:
    """Train a task's networks; at each reading of its arms, earlier steps first, what ``read`` finds."""
    bank = Bank(splits.part(task.split), task.seeded, precision=precision)
    found = {}
    for reading in sorted({arm.reading for arm in task.arms}):
        train_to(bank, reading.steps, check)
        found[reading] = read(bank, reading)
    return found


def train_for_criteria(
    splits: Splits, task: ArmsTask[Hyperparameters], check: CancelCheck, *, precision: str = "float64"
) -> dict[str, Array]:
    """A job: the criteria of each arm's networks, (arms, seeds) each."""
    methods = task.methods
    read = read_out(
        splits,
        task,
        check,
        lambda bank, reading: criteria(Answers.for_criteria(bank, reading.temperature)),
        precision,
    )
    return {
        name: np.array([read[arm.reading][name][methods.index(arm.method) :: len(methods)] for arm in task.arms])
        for name in read[task.arms[0].reading]
    }


def train_and_measure(
    splits: Splits, task: ArmsTask[Hyperparameters], check: CancelCheck, *, precision: str = "float64"
) -> Measured:
    """A job: every measure of each arm's networks, arm by arm (arms × seeds)."""
    leave_out, methods = splits.data.came_split, task.methods
    read = read_out(
        splits,
        task,
        check,
        lambda bank, reading: measure(Answers.of_bank(bank, reading.temperature), leave_out=leave_out),
        precision,
    )
    networks = range(len(methods) * len(task.seeds))
    parts = []
    for reading, arms in groupby(task.arms, lambda arm: arm.reading):
        own = [r for arm in arms for r in networks[methods.index(arm.method) :: len(methods)]]
        parts.append(pick(read[reading], own))
    return joined(parts)
