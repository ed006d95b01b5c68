"""Whether confidence tells right answers from wrong ones.

Every measure takes confidences and which answers are correct, (n,) each, or (n, R) for a bank.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Correct


def area_under_risk_coverage(confidence: Array, correct: Correct) -> Array:
    """AURC (Geifman et al. 2019): the mean over m = 1 … n of the error rate among the m most confident samples.

    Where confidences are equal it is the mean over all their orders. NaN where a confidence is not a number.
    """
    ranked = _Ranked.of(confidence, correct)
    # Under a random order every sample of a tie has the tie's error rate.
    wrong = np.zeros((len(ranked.right), ranked.right.shape[1] + 1))  # before each sample, and in all
    np.cumsum(~ranked.right, axis=1, out=wrong[:, 1:])
    to_begin, to_end = (np.take_along_axis(wrong, edge, axis=1) for edge in (ranked.begins, ranked.ends))
    rates = ((to_end - to_begin) / (ranked.ends - ranked.begins))[:, ::-1]
    values = (np.cumsum(rates, axis=1) / np.arange(1, rates.shape[1] + 1)).mean(axis=1)
    return np.where(ranked.known, values, np.nan).reshape(confidence.shape[1:])


def failure_auroc(confidence: Array, correct: Correct) -> Array:
    """The probability that a right answer is more confident than a wrong one, equal ones counting half.

    NaN where all answers are right, or all wrong, and where a confidence is not a number.
    """
    ranked = _Ranked.of(confidence, correct)
    ranks = (ranked.begins + 1 + ranked.ends) / 2  # from 1, the mean of a tie's
    right = ranked.right.sum(axis=1)
    pairs = right * (ranked.right.shape[1] - right)
    above = (ranks * ranked.right).sum(axis=1) - right * (right + 1) / 2
    values = np.where(ranked.known & (pairs > 0), above / np.maximum(pairs, 1), np.nan)
    return values.reshape(confidence.shape[1:])


class _Ranked(NamedTuple):
    """Each network's samples in order of confidence, (R, n)."""

    right: Correct
    """Which are answered correctly."""
    begins: NDArray[np.int64]
    """Where the samples of the same confidence begin, and end, in that order."""
    ends: NDArray[np.int64]
    known: Correct
    """Whether all of a network's confidences are numbers, (R,)."""

    @classmethod
    def of(cls, confidence: Array, correct: Correct) -> "_Ranked":
        sure = np.ascontiguousarray(confidence.reshape(len(confidence), -1).T)
        order = np.argsort(sure, axis=1)
        sure = np.take_along_axis(sure, order, axis=1)
        right = np.take_along_axis(correct.reshape(len(correct), -1).T, order, axis=1)
        place = np.arange(sure.shape[1] + 1)
        edge = np.ones((len(sure), len(place)), dtype=np.bool_)
        np.not_equal(sure[:, 1:], sure[:, :-1], out=edge[:, 1:-1])
        begins = np.maximum.accumulate(np.where(edge, place, 0), axis=1)[:, :-1]
        ends = np.minimum.accumulate(np.where(edge, place, place[-1])[:, ::-1], axis=1)[:, -2::-1]
        return cls(right, begins, ends, ~np.isnan(sure[:, -1]))
