"""The jobs that a study is cut into: some methods on some seeds, trained as one bank and then measured."""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.executors import CancelCheck

MAX_NETWORKS = 64
"""Networks in a job at most: a larger bank gains little, and loses more when its worker dies."""
MIN_SHARES = 4
"""The seeds are cut into at least this many jobs, so that two cores share them evenly and progress is visible."""
STEPS_PER_CHECK, SHORT = 50, 0.05
"""Training steps before a job's CancelCheck is called again: twice as many after each time that took less seconds."""


class TrainingTask(NamedTuple):
    """Methods that differ only in their strengths, each to be trained on some seeds."""

    methods: tuple[Hyperparameters, ...]
    """The hyperparameters of each method; their own seed is not used."""
    seeds: tuple[int, ...]
    """The seeds on which every method is trained."""
    steps: int
    """Training steps of each network."""
    first: int
    """The index of the first of these methods among all methods of the study."""

    @property
    def hyperparameters(self) -> list[Hyperparameters]:
        """Every network's hyperparameters, seed by seed, since the networks of one seed share their batches."""
        return [method.replace(seed=seed) for seed in self.seeds for method in self.methods]


def cut(methods: Sequence[Hyperparameters], seeds: Sequence[int], steps: int) -> list[TrainingTask]:
    """Cut all methods on all seeds into tasks, the same ones wherever they run."""
    pieces = -(-len(methods) // MAX_NETWORKS)
    ends = [len(methods) * i // pieces for i in range(pieces + 1)]
    together = max(1, min(MAX_NETWORKS // -(-len(methods) // pieces), -(-len(seeds) // MIN_SHARES)))
    parts = [(a, tuple(methods[a:b])) for a, b in pairwise(ends)]
    return [
        TrainingTask(piece, tuple(seeds[at : at + together]), steps, first)
        for first, piece in parts
        for at in range(0, len(seeds), together)
    ]


def trained(data: Dataset, task: TrainingTask, check: CancelCheck) -> Bank:
    """The task's networks as a bank, trained."""
    bank = Bank(data, task.hyperparameters)
    train_to(bank, task.steps, check)
    return bank


def train_to(bank: Bank, step: int, check: CancelCheck) -> None:
    """Train a bank until it has made ``step`` steps."""
    steps = STEPS_PER_CHECK
    while bank.step_count < step:
        check()
        start = time.perf_counter()
        bank.step(min(steps, step - bank.step_count))
        if time.perf_counter() - start < SHORT:
            steps *= 2
