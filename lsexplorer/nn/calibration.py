"""Calibration on few samples: how much of a calibration error is bias, and what one temperature would undo.

Confidences of the predicted class and which answers are correct are (n,), or (n, R) for a bank.
"""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import BLOCK, Classes, Correct, at_temperature, best_temperature, equal_width_bins

DRAWS = 100
"""Sets of answers drawn for the error that a calibrated network would have."""
FOLDS = 5
"""Parts of the samples; each is scaled by the temperature of the others."""
LARGE = 500_000
"""Logits of a network from which on temperatures are fitted to some of the samples alone."""
FITTED_LOGITS, FITTED_ROWS = 200_000, 2000
"""Then to about so many logits, and to so many samples at least."""


def error_if_calibrated(confidence: Array) -> Array:
    """The ECE to expect on these samples of a network whose confidences are right: it is not 0, but bias.

    Each answer is drawn correct with the probability that is its confidence, DRAWS times (the same draws each time);
    the mean of the errors. NaN where a confidence is not a number.
    """
    n, networks = len(confidence), confidence.shape[1:]
    draws = np.random.default_rng(0).random((n, DRAWS))
    sure = np.sort(confidence.reshape(n, -1).T, axis=1)  # NaN come last
    bins = equal_width_bins(sure)
    begins = np.ones(sure.shape, dtype=np.bool_)
    np.not_equal(bins[:, 1:], bins[:, :-1], out=begins[:, 1:])
    errors = np.empty(len(sure))
    together = max(1, BLOCK // 4 // draws.size)
    for at in range(0, len(sure), together):
        some = sure[at : at + together, :, None]
        gaps = np.subtract(draws < some, some, dtype=np.float64).reshape(-1, DRAWS)
        edges = np.flatnonzero(begins[at : at + together])
        by_bin = np.abs(np.add.reduceat(gaps, edges, axis=0)).sum(axis=1)
        errors[at : at + together] = np.add.reduceat(by_bin, np.searchsorted(edges, np.arange(0, len(gaps), n)))
    return np.where(np.isnan(sure[:, -1]), np.nan, errors / draws.size).reshape(networks)


def debiased_calibration_error(confidence: Array, correct: Correct) -> Array:
    """The calibration error with as many bins as the samples bear (the monotonic sweep of Roelofs et al. 2022, p = 1).

    The samples in order of confidence are cut into b bins of equal mass, where b is the most up to which the accuracy
    never falls from one bin to the next. Equal confidences stay in one bin. NaN where a confidence is not a number.
    """
    n, networks = len(confidence), confidence.shape[1:]
    sure, right = confidence.reshape(n, -1), correct.reshape(n, -1).astype(np.float64)
    order = np.argsort(sure, axis=0, kind="stable")
    sure, right = (np.take_along_axis(values, order, axis=0) for values in (sure, right))
    nothing, ends = np.zeros((1, sure.shape[1])), np.ones((1, sure.shape[1]), dtype=np.bool_)
    hits, gaps = (np.vstack([nothing, np.cumsum(values, axis=0)]) for values in (right, right - sure))
    # A bin that would begin within a tie begins after it.
    begins = np.vstack([ends, sure[1:] != sure[:-1], ends])
    next_begin = np.minimum.accumulate(np.where(begins, np.arange(n + 1)[:, None], n)[::-1])[::-1]
    error = np.abs(gaps[-1])
    swept = np.flatnonzero((hits[-1] > 0) & (hits[-1] < n))  # else all gaps have one sign, and any bins the same error
    for b in range(2, n + 1):
        edges = next_begin[np.arange(b + 1) * n // b][:, swept]
        sizes, hit = np.diff(edges, axis=0), np.diff(hits[edges, swept], axis=0)
        rate = np.where(sizes > 0, hit / np.maximum(sizes, 1), -1.0)
        rises = ((sizes == 0) | (rate == np.maximum.accumulate(rate, axis=0))).all(axis=0)
        edges, swept = edges[:, rises], swept[rises]
        if not swept.size:
            break
        error[swept] = np.abs(np.diff(gaps[edges, swept], axis=0)).sum(axis=0)
    return np.asarray(error / n).reshape(networks)


def cross_scaled(log_p: Array, y: Classes) -> Array:
    """Log probabilities (n, K[, R]) after temperature scaling: each of FOLDS parts by the temperature of the others.

    Part i is made of the samples i, i + FOLDS, i + 2·FOLDS, …; a single sample is scaled by its own temperature. Of
    many logits, only the `rows_fitted` have a say in the temperatures.
    """
    scaled, part = np.empty_like(log_p), np.arange(len(y)) % FOLDS
    fitted = np.zeros(len(y), dtype=np.bool_)
    fitted[rows_fitted(*log_p.shape[:2])] = True
    for fold in range(min(FOLDS, len(y))):
        held_out = part == fold
        others = fitted & ~held_out if len(y) > 1 else held_out
        scaled[held_out] = at_temperature(log_p[held_out], best_temperature(log_p[others], y[others]))
    return scaled


def rows_fitted(rows: int, classes: int) -> NDArray[np.int64]:
    """The numbers of the samples that temperatures are fitted to: all, or of many logits some, spread evenly."""
    count = rows if rows * classes <= LARGE else min(rows, max(FITTED_ROWS, FITTED_LOGITS // classes))
    return np.linspace(0, rows - 1, count).round().astype(np.int64)
