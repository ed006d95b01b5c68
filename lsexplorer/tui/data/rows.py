"""The rows that the data screen shows: the prediction for each, and which are shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import log_probabilities, two_classes
from lsexplorer.run import Trainer

PARTS = ("train", "test")


@dataclass(frozen=True)
class Rows:
    """Every row of both parts, training rows first; each array is (n,)."""

    part: NDArray[np.int64]
    """0 training, 1 test."""

    at: NDArray[np.int64]
    """The row's index within its part."""

    source: NDArray[np.int64]
    """The row's number in the source, from 1."""

    y: NDArray[np.int64]
    """The class."""

    predictions: NDArray[np.int64]
    """The class of the largest logit."""

    confidence: Array
    """The probability of the prediction, NaN if the output is not a probability."""

    def pick(self, part: int | None, klass: int | None, only_wrong: bool) -> NDArray[np.int64]:
        """Indices of the rows of a part and a class, None for any; only_wrong: those that are predicted wrongly."""
        picked = np.ones(len(self.y), dtype=bool)
        if part is not None:
            picked &= self.part == part
        if klass is not None:
            picked &= self.y == klass
        if only_wrong:
            picked &= self.predictions != self.y
        return np.flatnonzero(picked)


def rows_of(trainer: Trainer) -> Rows:
    """Every row of the trainer's data with the prediction of its network at the present step."""
    data, predictions, confidence = trainer.data, [], []
    for X in (data.X_train, data.X_test):
        logits, outputs = trainer.network.answers(X)
        z, output = two_classes(logits), trainer.hyperparameters.output
        log_p = log_probabilities(z, outputs, output if z is logits else "softmax")
        predictions.append(z.argmax(axis=1))
        confidence.append(np.full(len(X), np.nan) if log_p is None else np.exp(log_p.max(axis=1)))
    counts = (len(data.y_train), len(data.y_test))
    return Rows(
        part=np.repeat([0, 1], counts),
        at=np.concatenate([np.arange(count) for count in counts]),
        source=np.concatenate([data.train_rows, data.test_rows]) + 1,
        y=np.concatenate([data.y_train, data.y_test]),
        predictions=np.concatenate(predictions),
        confidence=np.concatenate(confidence),
    )
