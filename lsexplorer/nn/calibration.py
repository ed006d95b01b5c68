"""Calibration on few samples: how much of a calibration error is bias, and what one temperature would undo.

Confidences of the predicted class and which answers are correct are (n,), or (n, R) for a bank.
"""

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import (
    Classes,
    Correct,
    at_temperature,
    best_temperature,
    each_network,
    equal_width_bins,
)

DRAWS = 100
"""Sets of answers drawn for the error that a calibrated network would have."""
FOLDS = 5
"""Parts of the samples; each is scaled by the temperature of the others."""


def error_if_calibrated(confidence: Array) -> Array:
    """The ECE to expect on these samples of a network whose confidences are right: it is not 0, but bias.

    Each answer is drawn correct with the probability that is its confidence, DRAWS times (the same draws each time);
    the mean of the errors. NaN where a confidence is not a number.
    """
    draws = np.random.default_rng(0).random((len(confidence), DRAWS))

    def expected(sure: Array) -> float:
        sure = np.sort(sure)
        begins = np.unique(equal_width_bins(sure), return_index=True)[1]
        gaps = np.add.reduceat((draws < sure[:, None]) - sure[:, None], begins, axis=0)
        return float(np.abs(gaps).sum() / draws.size)

    return each_network(expected, confidence)


def debiased_calibration_error(confidence: Array, correct: Correct) -> Array:
    """The calibration error with as many bins as the samples bear (the monotonic sweep of Roelofs et al. 2022, p = 1).

    The samples in order of confidence are cut into b bins of equal mass, where b is the most up to which the accuracy
    never falls from one bin to the next. Equal confidences stay in one bin. NaN where a confidence is not a number.
    """
    return each_network(_swept, confidence, correct)


def _swept(sure: Array, right: Array) -> float:
    order, n = np.argsort(sure, kind="stable"), len(sure)
    sure, right = sure[order], right[order].astype(np.float64)
    hits, gaps = (np.append(0.0, np.cumsum(values)) for values in (right, right - sure))
    # A bin that would begin within a tie begins after it.
    begins = np.append(np.append(True, sure[1:] != sure[:-1]), True)
    next_begin = np.minimum.accumulate(np.where(begins, np.arange(n + 1), n)[::-1])[::-1]
    error = abs(gaps[-1])
    if 0 < hits[-1] < n:  # else all gaps have one sign, and any bins the same error
        for b in range(2, n + 1):
            edges = next_begin[np.arange(b + 1) * n // b]
            sizes, hit = edges[1:] - edges[:-1], hits[edges[1:]] - hits[edges[:-1]]
            rates = (hit / np.maximum(sizes, 1))[sizes > 0]
            if (rates[1:] < rates[:-1]).any():
                break
            error = np.abs(gaps[edges[1:]] - gaps[edges[:-1]]).sum()
    return float(error / n)


def cross_scaled(log_p: Array, y: Classes) -> Array:
    """Log probabilities (n, K[, R]) after temperature scaling: each of FOLDS parts by the temperature of the others.

    Part i is made of the samples i, i + FOLDS, i + 2·FOLDS, …; a single sample is scaled by its own temperature.
    """
    scaled, part = np.empty_like(log_p), np.arange(len(y)) % FOLDS
    for fold in range(min(FOLDS, len(y))):
        held_out = part == fold
        others = ~held_out if len(y) > 1 else held_out
        scaled[held_out] = at_temperature(log_p[held_out], best_temperature(log_p[others], y[others]))
    return scaled
