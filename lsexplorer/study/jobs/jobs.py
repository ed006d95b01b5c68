"""The cells that match and sweep are cut into: some seeds of some methods, trained as a bank and measured."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.executors import Check
from lsexplorer.study.measures import Measured, criteria, measure

NETWORKS, SHARES = 64, 4
"""Networks of a cell at most: larger banks gain little, and smaller cells lose less when a worker dies. Cells that the
seeds are cut into at least, so that two cores share the work evenly and progress is told."""
CHUNK = 50
"""Steps between two looks at whether the cell is still wanted."""


class Task(NamedTuple):
    """Methods, which differ in strengths alone, each on some seeds, and how many steps to train.

    first: the number of the first method among all.
    """

    methods: tuple[Hyperparameters, ...]
    seeds: tuple[int, ...]
    steps: int
    first: int

    @property
    def hyperparameters(self) -> list[Hyperparameters]:
        """Of every network: seed by seed, since those of one seed share their batches."""
        return [method.replace(seed=seed) for seed in self.seeds for method in self.methods]


def cut(methods: Sequence[Hyperparameters], seeds: Sequence[int], steps: int) -> list[Task]:
    """All methods on all seeds, in cells that do not depend on who does them."""
    pieces = -(-len(methods) // NETWORKS)
    ends = [len(methods) * i // pieces for i in range(pieces + 1)]
    together = max(1, min(NETWORKS // -(-len(methods) // pieces), -(-len(seeds) // SHARES)))
    return [
        Task(tuple(methods[a:b]), tuple(seeds[at : at + together]), steps, a)
        for a, b in pairwise(ends)
        for at in range(0, len(seeds), together)
    ]


def train_for_criteria(data: Dataset, task: Task, check: Check) -> dict[str, Array]:
    """A cell: the criteria of its networks, (networks,) each."""
    return criteria(trained(data, task, check))


def train_and_measure(data: Dataset, task: Task, check: Check) -> Measured:
    """A cell: every measure of its networks."""
    return measure(trained(data, task, check))


def trained(data: Dataset, task: Task, check: Check) -> Bank:
    """A task's networks, trained."""
    bank = Bank(data, task.hyperparameters)
    train_to(bank, task.steps, check)
    return bank


def train_to(bank: Bank, step: int, check: Check) -> None:
    """Train a bank until it has made ``step`` steps; ``check`` may raise in between."""
    while bank.step_count < step:
        check()
        bank.step(min(CHUNK, step - bank.step_count))
