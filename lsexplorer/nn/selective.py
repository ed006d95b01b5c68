"""Whether confidence tells right answers from wrong ones.

Every measure takes confidences and which answers are correct, (n,) each, or (n, R) for a bank.
"""

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Correct, each_network


def area_under_risk_coverage(confidence: Array, correct: Correct) -> Array:
    """AURC (Geifman et al. 2019): the mean over m = 1 … n of the error rate among the m most confident samples.

    Where confidences are equal it is the mean over all their orders.
    """
    return each_network(_aurc, confidence, correct)


def failure_auroc(confidence: Array, correct: Correct) -> Array:
    """The probability that a right answer is more confident than a wrong one, equal ones counting half.

    NaN where all answers are right, or all wrong.
    """
    return each_network(_auroc, confidence, correct)


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
