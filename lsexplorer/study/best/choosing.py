"""The strength that a validation part chooses: the simplest that is not shown to be worse than the best."""

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats import two_way

DIGITS = 6
"""Decimals of a mean loss that count: two that agree to so many are a tie, wherever they were computed."""


def choose(losses: Array, tolerance: float = 1.0) -> int:
    """The index of the candidate to choose, from losses (candidates, seeds, rows) in the order of simplicity.

    The best has the lowest mean, of equals the simplest. The simplest whose paired difference to it is at most
    ``tolerance`` standard errors, over seeds and rows, is chosen (Breiman et al. 1984, with the error of the difference
    in place of the mean's own). A candidate with a diverged network (NaN) is skipped; InputError where all are.
    """
    means = np.round(losses.mean(axis=(1, 2)), DIGITS)
    if np.isnan(means).all():
        raise InputError("training diverges at every strength: try a smaller learning_rate")
    best = int(np.nanargmin(means))
    for i in np.flatnonzero(np.isfinite(means[:best])).tolist():
        difference = two_way(losses[i] - losses[best])
        if round(difference.mean - tolerance * difference.error, DIGITS) <= 0:
            return i
    return best
