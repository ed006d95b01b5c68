"""Splitting a data set into training and test rows, and standardising it."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array


def stratified_split(y: NDArray[np.int64], test_size: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of the training and the test part, each in increasing order.

    Of every class the share ``test_size`` (0 < test_size < 1), rounded, goes to the test part, drawn by ``seed``; a
    class of two rows or more keeps at least one row in each part, and a class of one row stays in training.
    """
    rng = np.random.default_rng(seed)
    test: list[NDArray[np.int64]] = []
    for c in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == c))
        if len(rows) > 1:
            test.append(rows[: min(max(round(len(rows) * test_size), 1), len(rows) - 1)])
    chosen = np.sort(np.concatenate(test)) if test else np.array([], dtype=np.int64)
    return np.setdiff1d(np.arange(len(y)), chosen), chosen


def standardization(X_train: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of every column of X_train (n, d); a constant column's deviation counts as 1."""
    scale = X_train.std(axis=0)
    return X_train.mean(axis=0), np.where(scale > 0, scale, 1.0)
