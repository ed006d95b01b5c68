"""A run's targets, and its measures on the training and the test part."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES, Loss
from lsexplorer.nn.metrics import Evaluation, evaluate
from lsexplorer.nn.network import BLOCK, Cache, Network
from lsexplorer.nn.regularization import target_rule
from lsexplorer.nn.small_batch import SmallForward, is_small
from lsexplorer.nn.targets import target_matrix
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.waiting import BRIEF, FEW_UNITS, WaitingRows, brief_measures

PARTS = ("train", "test")
MEASURES = (*BRIEF, *(f"test_{name}" for name in BRIEF))
"""Their names in the history."""


def output_units(data: Dataset, hp: Hyperparameters) -> int:
    """Output units K, or a single one for two classes under a sigmoid: its output is the second class's share."""
    classes = len(data.class_names)
    return 1 if classes == 2 and hp.output == "sigmoid" else classes


def targets_of(data: Dataset, part: str, hp: Hyperparameters, rows: NDArray[np.int64] | None = None) -> Array:
    """Targets t' (n, units) of the train or test part, or of some of its rows, under given hyperparameters.

    A single unit's target is the second class's: with a = 0.2 the old 0.9 and 0.1, since it stands for K = 2 classes.
    Raises InputError for soft targets that do not fit the classes, or data whose targets the loss cannot take.
    """
    if not LOSSES[hp.loss].soft_targets and not (data.soft_train is None and data.soft_test is None):
        raise InputError(f"loss {hp.loss} takes hard targets only, and the data set '{data.name}' has soft ones")
    T, y = (data.targets_train, data.y_train) if part == "train" else (data.targets_test, data.y_test)
    if rows is not None:
        T, y = T[rows], y[rows]
    if hp.soft_targets is not None:
        T = target_matrix(hp.soft_targets, len(data.class_names))[y]
    if output_units(data, hp) == 1:
        T = T[:, 1:]
    return target_rule([hp])(T)


def part_of(data: Dataset, part: str) -> tuple[Array, NDArray[np.int64]]:
    """Predictors and classes of the train or test part; raises InputError for one there is not."""
    if part not in PARTS:
        raise InputError(f"there is a train and a test part, no '{part}'")
    return (data.X_train, data.y_train) if part == "train" else (data.X_test, data.y_test)


def measured(y: NDArray[np.int64], T: Array, z: Array, o: Array, hp: Hyperparameters) -> Evaluation:
    """The Evaluation of logits z and outputs o (n, units) against classes y (n,) and targets T (n, units)."""
    return evaluate(z, o, y, output=hp.output, loss=float(LOSSES[hp.loss].value(T, z, o).mean()))


class Evaluator:
    """Measures one network on one data set, under the hyperparameters it was last given.

    The last Evaluation of each part is kept until weights or targets change, since a screen asks for it repeatedly.
    """

    def __init__(self, data: Dataset, network: Network, hp: Hyperparameters) -> None:
        self._data, self._network = data, network
        self.move_names = ("weight_norm", *(f"weight_norm_{i + 1}" for i in range(len(network.weights))), "batch_loss")
        """What ``moves`` gives."""
        self._waiting, self._may_wait = (
            WaitingRows(network.output, LOSSES[hp.loss]),
            network.sizes[-1] < FEW_UNITS,
        )
        self._small: dict[str, SmallForward] = {}
        self.apply(hp)

    def apply(self, hp: Hyperparameters) -> None:
        """Use other hyperparameters from now on."""
        self.settle()
        self._hp, self._loss = hp, LOSSES[hp.loss]
        self.targets = {part: targets_of(self._data, part, hp) for part in PARTS}
        """Targets t′ (n, units) of each part."""
        self._kept: dict[str, tuple[bytes, Evaluation]] = {}

    def evaluate(self, part: str) -> Evaluation:
        """Measure a part; raises InputError for one there is not."""
        X, y = part_of(self._data, part)
        now = self._network.parameters.tobytes()
        if part not in self._kept or self._kept[part][0] != now:
            with np.errstate(all="ignore"):
                self._kept[part] = now, measured(y, self.targets[part], *self._network.answers(X), self._hp)
        return self._kept[part][1]

    def see_batch(self, t: Array, cache: Cache) -> None:
        """Take the forward pass of a batch with targets t (n, units), whose loss ``moves`` gives under this loss."""
        self._batch = self._loss, t, cache

    def moves(self) -> list[float]:
        """The norm of all weights, of each layer's, and the loss of the batch seen last; it may wait for `settle`."""
        squares = [float(dot(w)) for dot, w in self._layers]
        row = [math.sqrt(sum(squares)), *map(math.sqrt, squares), math.nan]
        loss, t, cache = self._batch
        if self._may_wait:
            self._waiting_for(loss).add(row, len(row) - 1, t, cache.logits.copy())
        else:
            losses = loss.value(t, cache.logits, cache.outputs)
            row[-1] = float(np.add.reduce(losses)) / len(losses)  # as .mean(), which takes longer
        return row

    def brief(self) -> list[float]:
        """The BRIEF measures of the training part, then of the test part: what a long run can afford.

        Those of a small part wait for `settle`.
        """
        row = [math.nan] * len(MEASURES)
        for start, part in zip(range(0, len(MEASURES), len(BRIEF)), PARTS, strict=True):
            X, y = part_of(self._data, part)
            T = self.targets[part]
            if (small := self._small.get(part) or self._small_part(part, len(X))) is not None:
                self._waiting_for(self._loss).add(row, start, T, small.logits(X).copy(), y)
            else:
                z, o = self._network.answers(X)
                row[start : start + len(BRIEF)] = brief_measures(self._loss.value(T, z, o), z, y)[0]
        return row

    def _waiting_for(self, loss: Loss) -> WaitingRows:
        """The rows that wait for a loss; it may be that of the batch, and another than what is now in force."""
        if self._waiting.loss is not loss:
            self.settle()
            self._waiting.loss = loss
        return self._waiting

    def settle(self) -> None:
        """Fill in what waits in rows that ``moves`` and ``brief`` gave."""
        self._waiting.settle()

    def moves_now(self) -> list[float]:
        """As ``moves``, all filled in."""
        row = self.moves()
        self.settle()
        return row

    @cached_property
    def _layers(self) -> list[tuple[Callable[[Array], Any], Array]]:
        """Each layer's weights as a view (weights,), and its product with another."""
        return [(w.dot, w) for w in (W.reshape(-1) for W in self._network.weights)]

    def _small_part(self, part: str, rows: int) -> SmallForward | None:
        if not self._may_wait or rows > BLOCK or not is_small(self._network, rows):
            return None
        self._small[part] = small = SmallForward(self._network, rows)
        return small

    def __getstate__(self) -> dict[str, object]:
        """Without the views of arrays that a copy would not share."""
        return {name: value for name, value in self.__dict__.items() if name != "_layers"} | {"_small": {}}

    def brief_kept(self) -> tuple[float, ...]:
        """The same numbers from the Evaluations, which may be there already."""
        return tuple(self.evaluate(part)[name] for part in PARTS for name in BRIEF)
