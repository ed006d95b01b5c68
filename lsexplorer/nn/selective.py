"""Whether confidence tells right answers from wrong ones.

Measures of confidences (n,) and of what was answered correctly (n,), or of both (n, R) for a bank.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

Correct = NDArray[np.bool_]


def area_under_risk_coverage(confidence: Array, correct: Correct) -> Array:
    """AURC (Geifman et al. 2019): the mean over m = 1 … n of the error rate among the m most confident samples.

    Of equal confidences it is the mean over all orders they can stand in.
    """
    return _each(_aurc, confidence, correct)


def failure_auroc(confidence: Array, correct: Correct) -> Array:
    """The probability that a right answer is more confident than a wrong one, equal ones counting half.

    NaN where all answers are right, or all wrong.
    """
    return _each(_auroc, confidence, correct)


def _aurc(confidence: Array, correct: Correct) -> float:
    # Under a random order every sample of a tie has the tie's error rate.
    _, tie, counts = np.unique(-confidence, return_inverse=True, return_counts=True)
    rates = np.bincount(tie, ~correct) / counts
    return float(np.mean(np.cumsum(np.repeat(rates, counts)) / np.arange(1, len(correct) + 1)))


def _auroc(confidence: Array, correct: Correct) -> float:
    _, tie, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[tie]  # from 1, the mean of a tie's
    right = int(correct.sum())
    pairs = right * (len(correct) - right)
    return float((ranks[correct].sum() - right * (right + 1) / 2) / pairs) if pairs else float("nan")


def _each(measure: Callable[[Array, Correct], float], confidence: Array, correct: Correct) -> Array:
    """The measure of each network; NaN for one whose confidences are not numbers."""
    columns = zip(confidence.reshape(len(confidence), -1).T, correct.reshape(len(correct), -1).T, strict=True)
    found = [float("nan") if np.isnan(c).any() else measure(c, right) for c, right in columns]
    return np.array(found).reshape(confidence.shape[1:])
