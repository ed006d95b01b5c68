"""The splits and the jobs of a contest: how each network answers each row of the part that it does not train on."""

from typing import NamedTuple

import numpy as np

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.data.resplit import for_validation, new_split, validation_rows
from lsexplorer.nn import calibration, metrics
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.remedies import Reading
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.answers.answers import answers_of_bank
from lsexplorer.study.jobs.arms import ArmsTask, read_out
from lsexplorer.study.jobs.executors import CancelCheck
from lsexplorer.study.jobs.splits import Splits


class NestedSplits(Splits):
    """Splits whose training rows each have a validation part of their own: split i, and tuning_split(i) within it."""

    def __init__(self, data: Dataset, seed: int) -> None:
        """Take the seed by which validation parts are drawn; split i, from 1, is drawn by seed + i."""
        super().__init__(data, np.array([], dtype=np.int64), seed)

    def _made(self, split: int) -> Dataset:
        if split >= 0:
            return new_split(self.data, self._seed + split) if split else self.data
        whole = self.part(tuning_split(split))
        return for_validation(whole, validation_rows(whole, self._seed))


def tuning_split(split: int) -> int:
    """The number of the split that holds a split's training rows alone; and back."""
    return -1 - split


class RowScores(NamedTuple):
    """How the networks of each arm answer the test part; NaN for one that has diverged."""

    error: Array
    """1 where a row is answered wrongly, else 0, (arms, seeds, rows)."""
    nll: Array
    """−log p of a row's class, (arms, seeds, rows); NaN where the output gives no probabilities."""
    whole: dict[str, Array]
    """Measures of the whole part that are not judged, by name, (arms, seeds) each; none unless asked for."""


WHOLE = ("nll_scaled", "ece")
"""The measures of the whole part."""


def train_and_score(splits: Splits, task: ArmsTask[Hyperparameters], check: CancelCheck) -> RowScores:
    """A job: the scores on which a strength is chosen."""
    return _scored(splits, task, check, whole=False)


def train_and_judge(splits: Splits, task: ArmsTask[Hyperparameters], check: CancelCheck) -> RowScores:
    """A job: the scores by which methods are judged."""
    return _scored(splits, task, check, whole=True)


def _scored(splits: Splits, task: ArmsTask[Hyperparameters], check: CancelCheck, *, whole: bool) -> RowScores:
    read = read_out(splits, task, check, lambda bank, reading: _scores(bank, reading, whole=whole))
    methods = task.methods

    def gathered(name: str) -> Array:
        """(arms, seeds, …), from each reading's (…, networks)."""
        parts = (read[arm.reading][name][..., methods.index(arm.method) :: len(methods)] for arm in task.arms)
        # In one memory order here and out of another process: the order in which means are summed depends on it.
        return np.ascontiguousarray(np.stack([np.moveaxis(part, -1, 0) for part in parts]))

    return RowScores(gathered("error"), gathered("nll"), {name: gathered(name) for name in WHOLE if whole})


def _scores(bank: Bank, reading: Reading, *, whole: bool) -> dict[str, Array]:
    """The scores of a bank's networks by name, (rows, R) or (R,)."""
    (z, log_p), y = answers_of_bank(bank, reading.temperature), bank.data.y_test
    error = np.where(bank.diverged, np.nan, ~metrics.correct(z, y))
    unknown = np.full(error.shape, np.nan)
    scores = {"error": error, "nll": unknown if log_p is None else -metrics.of_class(log_p, y)}
    if whole and log_p is not None:
        scores["nll_scaled"] = metrics.negative_log_likelihood(calibration.cross_scaled(log_p, y), y)
        scores["ece"] = metrics.score(z, log_p, y)["ece"]
    elif whole:
        scores |= dict.fromkeys(WHOLE, unknown[0])
    return scores
