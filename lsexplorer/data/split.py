"""Splitting a data set into training and test rows, flipping labels, and scaling."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

Scaling = Literal["standard", "maximum"]
"""standard: (raw − mean) / standard deviation, column by column. maximum: raw / the largest value, for images."""

_NOISE_STREAM = 1


def stratified_split(y: NDArray[np.int64], test_size: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of the training and the test part, each in increasing order.

    Of every class the share ``test_size`` (0 < test_size < 1), rounded, goes to the test part, drawn by ``seed``; a
    class of two rows or more keeps at least one row in each part, and a class of one row stays in training.
    """
    rng = np.random.default_rng(seed)
    test: list[NDArray[np.int64]] = []
    for c in np.flatnonzero(np.bincount(y)):
        rows = rng.permutation(np.flatnonzero(y == c))
        if len(rows) > 1:
            test.append(rows[: min(max(round(len(rows) * test_size), 1), len(rows) - 1)])
    chosen = np.sort(np.concatenate(test)) if test else np.array([], dtype=np.int64)
    return np.delete(np.arange(len(y)), chosen), chosen


def flip_labels(y: NDArray[np.int64], classes: int, share: float, seed: int) -> NDArray[np.int64]:
    """Labels (n,) of which the share ``share``, rounded, is another class, each of the others as likely as the next."""
    rng = np.random.default_rng((seed, _NOISE_STREAM))
    flipped = y.copy()
    rows = rng.permutation(len(y))[: round(len(y) * share)]
    flipped[rows] = (y[rows] + rng.integers(1, classes, len(rows))) % classes
    return flipped


def standardization(X_train: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of every column of X_train (n, d); a constant column's deviation counts as 1."""
    scale = X_train.std(axis=0)
    constant = (X_train == X_train[:1]).all(axis=0)  # rounding may give equal values a deviation a little above 0
    return X_train.mean(axis=0), np.where((scale > 0) & ~constant, scale, 1.0)


def scaling_for(X_train: NDArray[Any], image_shape: tuple[int, int] | None) -> Scaling:
    """How to scale: pixels that are nowhere negative by their maximum, all else column by column.

    A border pixel is 0 in nearly all training images: scaled by its own deviation, a test image with ink there would
    be hundreds of units away. One scale for all pixels also keeps the image an image.
    """
    return "maximum" if image_shape is not None and X_train.min() >= 0 and X_train.max() > 0 else "standard"


def scale_parameters(X_train: NDArray[Any], scaling: Scaling) -> tuple[Array, Array]:
    """Mean (d,) and scale (d,) of X = (raw − mean) / scale, from the training part alone."""
    if scaling == "maximum":
        return np.zeros(X_train.shape[1]), np.full(X_train.shape[1], float(X_train.max()))
    return standardization(np.ascontiguousarray(X_train, dtype=np.float64))


def scaled(parts: Sequence[NDArray[Any]], scaling: Scaling) -> tuple[list[Array], Array, Array]:
    """The parts (rows, d), training first, as (raw − mean) / scale, and mean (d,) and scale (d,) of the training part.

    Numbers too large, or too far apart, give what is not finite.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mean, scale = scale_parameters(parts[0], scaling)
        return [(X - mean) / scale if mean.any() else X / scale for X in parts], mean, scale
