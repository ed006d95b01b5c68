"""The rows of a data set as the data screen shows them: what the network says of each, and which are picked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import log_probabilities, two_classes
from lsexplorer.run import Trainer

PARTS = ("train", "test")


@dataclass(frozen=True)
class Rows:
    """Every row of both parts, training rows first, (n,) each.

    part: 0 training, 1 test. at: row number within its part. source: row number in the source, from 1. y: class.
    says: the class of the largest logit. sure: its probability, NaN where the output is no probability.
    """

    part: NDArray[np.int64]
    at: NDArray[np.int64]
    source: NDArray[np.int64]
    y: NDArray[np.int64]
    says: NDArray[np.int64]
    sure: Array

    def pick(self, part: int | None, klass: int | None, only_wrong: bool) -> NDArray[np.int64]:
        """Indices of the rows of a part and a class, None for any, and of those the network has wrong."""
        good = np.ones(len(self.y), dtype=bool)
        if part is not None:
            good &= self.part == part
        if klass is not None:
            good &= self.y == klass
        if only_wrong:
            good &= self.says != self.y
        return np.flatnonzero(good)


def rows_of(trainer: Trainer) -> Rows:
    """Ask the network about every row."""
    data, says, sure = trainer.data, [], []
    for X in (data.X_train, data.X_test):
        logits, outputs = trainer.network.answers(X)
        z, output = two_classes(logits), trainer.hyperparameters.output
        log_p = log_probabilities(z, outputs, output if z is logits else "softmax")
        says.append(z.argmax(axis=1))
        sure.append(np.full(len(X), np.nan) if log_p is None else np.exp(log_p.max(axis=1)))
    counts = (len(data.y_train), len(data.y_test))
    return Rows(
        part=np.repeat([0, 1], counts),
        at=np.concatenate([np.arange(count) for count in counts]),
        source=np.concatenate([data.train_rows, data.test_rows]) + 1,
        y=np.concatenate([data.y_train, data.y_test]),
        says=np.concatenate(says),
        sure=np.concatenate(sure),
    )
