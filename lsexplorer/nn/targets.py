"""Targets: one-hot coding and label smoothing.

The formula t' = (1 − a)·t + a/K is that of Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array


def one_hot(y: NDArray[np.int64], classes: int) -> Array:
    """Class numbers (n,) as hard targets (n, classes)."""
    return np.asarray(np.eye(classes)[y])


def class_count(T: Array) -> int:
    """Number of classes K that targets (n, units), or those of one sample (K,), stand for: two for a single unit."""
    return max(2, int(T.shape[min(1, T.ndim - 1)]))


def smooth_labels(T: Array, a: float | Array) -> Array:
    """Soft targets t' = (1 − a)·t + a/K.

    T: targets (n, K), those of one sample (K,), or (n, 1) for a single binary output, where K = 2. a: the smoothing,
    0 to 1; for a bank an array (R,) with T of shape (n, K, 1). Raises InputError for an ``a`` outside 0 to 1.
    """
    T = np.asarray(T, dtype=np.float64)
    if not T.ndim:
        raise InputError("targets must be an array (n, K), or (K,) for one sample, got a single number")
    if not np.all((np.asarray(a) >= 0) & (np.asarray(a) <= 1)):
        raise InputError(f"label_smoothing must be a number from 0 to 1, got {a}")
    return np.asarray((1 - a) * T + a / class_count(T))


def smoothing_from_on(on: float, classes: int) -> float:
    """The smoothing a whose 'on' value, (1 − a) + a/K, is ``on``: a = (1 − on)·K/(K − 1).

    Raises InputError unless 1/K ≤ on ≤ 1.
    """
    if not 1 / classes <= on <= 1:
        raise InputError(f"the on value must be from 1/K = {1 / classes:.4g} to 1 for {classes} classes, got {on}")
    return (1 - on) * classes / (classes - 1)


def on_off(a: float, classes: int) -> tuple[float, float]:
    """The two values of a smoothed one-hot target: (1 − a) + a/K for the class itself, a/K for the others."""
    return (1 - a) + a / classes, a / classes


def target_matrix(soft_targets: float | Sequence[Sequence[float]], classes: int) -> Array:
    """The (K, K) matrix whose row c is the soft target of class c, from an 'on' value or from the rows themselves.

    Raises InputError when the rows do not number K, are not probabilities, or do not sum to 1 (within 1e-6).
    """
    if isinstance(soft_targets, int | float):
        return smooth_labels(np.eye(classes), smoothing_from_on(float(soft_targets), classes))
    if {len(soft_targets), *map(len, soft_targets)} != {classes}:
        raise InputError(f"soft_targets must be {classes} rows of {classes} numbers, a row for each class")
    matrix = np.array(soft_targets, dtype=np.float64)
    for c, row in enumerate(matrix):
        if not (np.all(row >= 0) and abs(row.sum() - 1) <= 1e-6):
            raise InputError(
                f"soft_targets row {c + 1} must hold numbers of at least 0 that sum to 1, got {row.tolist()}"
            )
    return matrix


def optimal_gap(a: float, classes: int) -> float:
    """The logit gap z_y − z_k that minimises the smoothed cross-entropy: log(1 + K(1 − a)/a), infinite at a = 0."""
    return math.log1p(classes * (1 - a) / a) if a > 0 else math.inf
