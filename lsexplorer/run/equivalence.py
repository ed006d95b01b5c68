"""Smoothing the data and smoothing while training give the same run: shown by running both."""

from dataclasses import replace

from lsexplorer.data import Dataset
from lsexplorer.nn.targets import smooth_labels, target_matrix
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.trainer import Trainer


def smoothed_data(data: Dataset, a: float) -> Dataset:
    """The data set with its targets smoothed by ``a``, as `lsexplorer data … --out FILE` writes it."""
    soft_train, soft_test = smooth_labels(data.targets_train, a), smooth_labels(data.targets_test, a)
    return replace(data, soft_train=soft_train, soft_test=soft_test)


def equal_weights(data: Dataset, hyperparameters: Hyperparameters, steps: int) -> tuple[int, int]:
    """Train ``steps`` steps with label smoothing, and again without it on smoothed data.

    Returns how many of the parameters came out equal, bit for bit, and how many there are.
    """
    while_training = Trainer(data, hyperparameters)
    if hyperparameters.soft_targets is not None:  # they stand in place of the data's own targets
        rows = target_matrix(hyperparameters.soft_targets, len(data.class_names))
        data = replace(data, soft_train=rows[data.y_train], soft_test=rows[data.y_test])
    changed = smoothed_data(data, hyperparameters.label_smoothing)
    in_the_data = Trainer(changed, hyperparameters.replace(label_smoothing=0.0, soft_targets=None))
    for trainer in (while_training, in_the_data):
        trainer.step(steps)
    weights, others = while_training.network.parameters, in_the_data.network.parameters
    return int((weights == others).sum()), weights.size
