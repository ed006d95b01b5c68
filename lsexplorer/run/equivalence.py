"""Other ways to label smoothing, shown to be the same run by running both: smoothed data, a penalty on the logits."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import ERROR, PerSample, signal_of
from lsexplorer.nn.regularization import signal_rule
from lsexplorer.nn.targets import class_count, smooth_labels, target_matrix
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import Batches
from lsexplorer.run.trainer import Trainer
from lsexplorer.run.training_step import TrainingStep

PIECE = 100
"""Steps between two calls of a check."""


def smoothed_data(data: Dataset, a: float) -> Dataset:
    """The data set with its targets smoothed by ``a``, as `lsexplorer data … --out FILE` writes it."""
    soft_train, soft_test = smooth_labels(data.targets_train, a), smooth_labels(data.targets_test, a)
    return replace(data, soft_train=soft_train, soft_test=soft_test)


def equal_weights(
    data: Dataset, hyperparameters: Hyperparameters, steps: int, check: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """Train ``steps`` steps with label smoothing, and again without it on smoothed data.

    check: called regularly; an exception that it raises stops the work. Returns how many of the parameters came out
    equal, bit for bit, and how many there are.
    """
    while_training = Trainer(data, hyperparameters)
    if hyperparameters.soft_targets is not None:  # they stand in place of the data's own targets
        rows = target_matrix(hyperparameters.soft_targets, len(data.class_names))
        data = replace(data, soft_train=rows[data.y_train], soft_test=rows[data.y_test])
    changed = smoothed_data(data, hyperparameters.label_smoothing)
    in_the_data = Trainer(changed, hyperparameters.replace(label_smoothing=0.0, soft_targets=None))
    for trainer in (while_training, in_the_data):
        _train(trainer, steps, check)
    weights, others = while_training.network.parameters, in_the_data.network.parameters
    return int((weights == others).sum()), weights.size


def _train(trainer: Trainer, steps: int, check: Callable[[], None]) -> None:
    while trainer.step_count < steps:
        check()
        trainer.step(min(PIECE, steps - trainer.step_count))


def has_logit_penalty(hyperparameters: Hyperparameters) -> bool:
    """Whether smoothing is the penalty a(z_y − mean z): where the signal is t′ − o, and nothing else depends on t′."""
    hp = hyperparameters
    return signal_of(hp.output, hp.loss, hp.softmax_jacobian) is ERROR and not hp.focal_gamma


def smoothing_penalty(hyperparameters: Hyperparameters) -> PerSample:
    """What label smoothing adds to the output layer's signal, as a penalty beside hard targets t.

    Of a(z_y − mean z) that is −a(t − 1/K). Where smoothing is no such penalty it is tried as a(L(u) − L(t)), L being
    the loss and u = 1/K, which is the same for every loss that is linear in its targets.
    """
    a, rule = hyperparameters.label_smoothing, signal_rule([hyperparameters.replace(label_smoothing=0.0)])

    def of_logits(t: Array, z: Array, o: Array) -> Array:
        return np.asarray(-a * (t - 1.0 / class_count(t)))

    def of_uniform(t: Array, z: Array, o: Array) -> Array:
        uniform = np.full_like(t, 1.0 / class_count(t))
        return np.asarray(a * (rule(uniform, z, o) - rule(t, z, o)))

    return of_logits if has_logit_penalty(hyperparameters) else of_uniform


def weights_apart(
    data: Dataset, hyperparameters: Hyperparameters, steps: int, check: Callable[[], None] = lambda: None
) -> float:
    """Train ``steps`` steps with label smoothing, and again with the data's own targets and a penalty in its place.

    check: as for equal_weights. Returns the largest difference between the two runs' parameters, over the largest
    parameter.
    """
    smoothed, penalized = Trainer(data, hyperparameters), Trainer(data, hyperparameters)
    plain = hyperparameters.replace(label_smoothing=0.0)
    training = TrainingStep(penalized.network, [plain], penalty=smoothing_penalty(hyperparameters))
    T, batches = targets_of(data, "train", plain), Batches(data, plain)
    for step in range(steps):
        if step % PIECE == 0:
            check()
        rows = batches.after(step)
        training.take(step + 1, data.X_train[rows], T[rows])
    _train(smoothed, steps, check)
    difference = np.abs(smoothed.network.parameters - penalized.network.parameters).max()
    return float(difference / np.abs(smoothed.network.parameters).max())
