"""The jobs of the claims: networks trained as a bank, and what is measured of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import Bank
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn import metrics, norms
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.calibration import cross_scaled, error_if_calibrated
from lsexplorer.nn.metrics import two_classes
from lsexplorer.run.equivalence import equal_weights, weights_apart
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.answers.answers import answers_of_bank
from lsexplorer.study.jobs.executors import CancelCheck, JobFunction
from lsexplorer.study.jobs.jobs import TrainingTask, train_to, trained
from lsexplorer.study.measures import GROUPS
from lsexplorer.study.stats import group_values

Rows = NDArray[np.int64]
Scores = dict[str, Array]
"""By name: weight_norm, train_accuracy and, on the test part, accuracy, nll, brier, ece, mean_confidence; nll_scaled,
ece_scaled and mean_confidence_scaled after temperature scaling; ece_calibrated, to expect of right confidences."""


class NormsTask(NamedTuple):
    """The networks of a bank, and the steps at which their weight norm is measured."""

    data: Dataset
    hyperparameters: tuple[Hyperparameters, ...]
    steps: tuple[int, ...]
    """In rising order."""


class WeightsTask(NamedTuple):
    """A network with label smoothing that is trained in several ways."""

    data: Dataset
    hyperparameters: Hyperparameters
    steps: int


class Weights(NamedTuple):
    """How the weights compare that it comes to."""

    equal: tuple[int, int]
    """How many parameters are equal, of how many, with targets smoothed in the file and while training."""
    apart: float
    """The largest difference of hard targets with a penalty, relative to the largest weight."""


def slim(data: Dataset) -> Dataset:
    """The data without the raw values, which training does not use: less to send to workers."""
    return replace(data, raw_train=None, raw_test=None)


def train_and_evaluate(_: None, task: tuple[Dataset, TrainingTask], check: CancelCheck) -> Scores:
    """A job: the Scores of its networks, (networks, columns) each.

    One column where the split is ours, since the study has other splits; where the data came with their test part, one
    for each group of its rows, by the jackknife.
    """
    data, networks = task
    targets_of(data, "train", networks.methods[0])  # raises where the loss cannot take the data's targets
    bank = trained(data, networks, check)
    z, log_p = answers_of_bank(bank)
    scaled = None if log_p is None else cross_scaled(log_p, data.y_test)

    def scores(rows: Rows) -> Scores:
        parts = (None if p is None else p[rows] for p in (log_p, scaled))
        plain, after = (metrics.score(z[rows], part, data.y_test[rows]) for part in parts)
        return plain | {f"{name}_scaled": after[name] for name in ("nll", "ece", "mean_confidence")}

    result = in_columns(scores, data)
    whole = {
        "weight_norm": norms.total(bank.stacked().weights),
        "train_accuracy": metrics.correct(bank.answers("train")[0], data.y_train).mean(axis=0),
    }
    if log_p is not None:
        whole["ece_calibrated"] = error_if_calibrated(metrics.confidence(log_p))
    return result | {name: values[:, None] for name, values in whole.items()}


def in_columns(scores: Callable[[Rows], Scores], data: Dataset) -> Scores:
    """The scores (networks, columns) of the test part, from a function of some of its rows that gives (networks,)."""
    every = np.arange(len(data.y_test))
    whole, groups = scores(every), min(GROUPS, len(every))
    if not data.came_split or groups < 3:
        return {name: values[:, None] for name, values in whole.items()}
    without = [scores(every[every % groups != group]) for group in range(groups)]
    return {
        name: group_values(values, np.stack([part[name] for part in without], axis=-1))
        for name, values in whole.items()
    }


def evaluated_or_none(_: None, task: tuple[Dataset, TrainingTask], check: CancelCheck) -> Scores | None:
    """A job: what `train_and_evaluate` gives; None for networks that cannot be trained."""
    try:
        return train_and_evaluate(None, task, check)
    except InputError:
        return None


def call(data: None, task: tuple[JobFunction, Any], check: CancelCheck) -> Any:
    """A job: what the function in its task gives of the rest, so that jobs of several kinds run side by side."""
    function, own = task
    return function(data, own, check)


def train_and_follow(_: None, task: NormsTask, check: CancelCheck) -> Array:
    """A job: the weight norms at its steps, (steps, networks)."""
    bank, rows = Bank(task.data, task.hyperparameters), []
    for step in task.steps:
        train_to(bank, step, check)
        rows.append(norms.total(bank.stacked().weights))
    return np.array(rows)


def compare_weights(_: None, task: WeightsTask, check: CancelCheck) -> Weights:
    """A job: how the weights compare."""
    return Weights(equal_weights(*task, check), weights_apart(*task, check))


def train_and_validate(_: None, task: tuple[Dataset, Dataset, TrainingTask], check: CancelCheck) -> Scores:
    """A job: the accuracies of its networks, NaN for one that diverges.

    They are trained on the first data set. "validation" (networks, 1) is on its test part, "accuracy" (networks,
    columns) on that of the second.
    """
    training, judging, networks = task
    bank = trained(training, networks, check)
    stacked = bank.stacked()

    def right(data: Dataset) -> metrics.Correct:
        return metrics.correct(two_classes(stacked.answers(data.X_test)[0]), data.y_test)

    on_test = right(judging)
    accuracies = in_columns(lambda rows: {"accuracy": on_test[rows].mean(axis=0)}, judging)
    accuracies["validation"] = right(training).mean(axis=0)[:, None]
    return {name: np.where(bank.diverged[:, None], np.nan, values) for name, values in accuracies.items()}
