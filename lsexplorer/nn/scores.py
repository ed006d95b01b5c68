"""How right, how sure and how well calibrated: measures of answers (n, K) or (n, K, R) against classes y (n,).

z are logits; log_p are log class probabilities (metrics.log_probabilities, of a single unit those of its two_classes).
Of one network a measure is an array without axes, or (n,) where it is one for each sample; of a bank it has the network
axis last. A diverged member's probabilities give NaN; what takes the largest logit alone cannot tell and answers the
first class.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import ECE_BINS, two_classes

Classes = NDArray[np.int64]
TEMPERATURES = (0.01, 100.0)
"""Where the temperature is looked for. Held-out data that the network answers without an error has its best at 0."""


def own(values: Array, y: Classes) -> Array:
    """Each sample's entry of its own class, (n, K[, R]) → (n[, R])."""
    return values[np.arange(len(y)), y]


def logit_gaps(z: Array, y: Classes) -> Array:
    """z_y − mean_{k≠y} z_k of each sample, (n[, R])."""
    z = two_classes(z)
    classes = z.shape[1]
    return np.asarray((classes * own(z, y) - z.sum(axis=1)) / (classes - 1))


def margins(z: Array, y: Classes) -> Array:
    """z_y − max_{k≠y} z_k of each sample, (n[, R])."""
    z = two_classes(z)
    others = z.copy()
    others[np.arange(len(y)), y] = -np.inf
    return np.asarray(own(z, y) - others.max(axis=1))


def gap_spread(z: Array, y: Classes) -> Array:
    """Standard deviation of the logit gap within the classes: √ of the mean of (gap − its class's mean gap)²."""
    gaps = logit_gaps(z, y)
    members = (y == np.unique(y)[:, None]).astype(np.float64)  # (classes there are, n)
    means = np.tensordot(members / members.sum(axis=1, keepdims=True), gaps, axes=1)
    return np.asarray(np.sqrt(np.mean((gaps - np.tensordot(members.T, means, axes=1)) ** 2, axis=0)))


def correct(z: Array, y: Classes) -> NDArray[np.bool_]:
    """Whether each sample's largest logit is its class's, (n[, R]); the first of equal ones counts."""
    best = two_classes(z).argmax(axis=1)
    return np.asarray(best == y.reshape(-1, *[1] * (best.ndim - 1)))


def negative_log_likelihood(log_p: Array, y: Classes) -> Array:
    """Mean of −log p_y."""
    return np.asarray(-own(log_p, y).mean(axis=0))


def brier_score(log_p: Array, y: Classes) -> Array:
    """Mean over the samples of Σ_k (p_k − [k = y])², from 0 to 2 (Brier 1950)."""
    p = np.exp(log_p)
    return np.asarray(((p * p).sum(axis=1) - 2 * own(p, y) + 1).mean(axis=0))


def confidence(log_p: Array) -> Array:
    """The largest class probability of each sample, (n[, R])."""
    return np.asarray(np.exp(log_p.max(axis=1)))


def wrong_confidence(confidence: Array, correct: NDArray[np.bool_]) -> Array:
    """Mean confidence (n[, R]) of the samples that are answered wrongly; NaN where none is."""
    count = (~correct).sum(axis=0)
    total = np.where(correct, 0.0, confidence).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def adaptive_calibration_error(confidence: Array, correct: NDArray[np.bool_]) -> Array:
    """The calibration error over bins of equal mass, for confidences (n[, R]) of the predicted class.

    The samples in order of confidence are cut into ECE_BINS bins whose sizes differ by one at most (the adaptive
    ranges of Nixon et al. 2019, section 3). Of equal confidences the wrong answers come first, so that the samples' own
    order is of no account. Then Σ over the bins of (samples in the bin / n)·|accuracy − mean confidence|.
    """
    order = np.lexsort((correct, confidence), axis=0)
    gaps = np.take_along_axis(correct - confidence, order, axis=0)
    sizes = [len(part) for part in np.array_split(np.empty(len(gaps)), min(ECE_BINS, len(gaps)))]
    starts = np.cumsum([0, *sizes[:-1]])
    return np.asarray(np.abs(np.add.reduceat(gaps, starts, axis=0)).sum(axis=0) / len(gaps))


def best_temperature(log_p: Array, y: Classes) -> Array:
    """The temperature T within TEMPERATURES at which softmax(log_p / T) has the least NLL (Guo et al. 2017).

    log_p (n, K[, R]) and y are held-out data. With β = 1/T the NLL is convex and its
    slope is the mean of Σ_k p_k l_k − l_y, l = log_p, so that halving the interval of log β by the slope's sign finds
    the one minimum; of temperatures that are equally good to the last digit it is the highest.
    """
    low, high = (np.full(log_p.shape[2:], -math.log(T)) for T in reversed(TEMPERATURES))
    for _ in range(50):
        middle = (low + high) / 2
        p = np.exp(log_softmax(np.exp(middle) * log_p))
        slope = ((p * log_p).sum(axis=1) - own(log_p, y)).mean(axis=0)
        low, high = np.where(slope < 0, middle, low), np.where(slope < 0, high, middle)
    failed = np.isnan(log_p).any(axis=(0, 1))
    return np.asarray(np.where(failed, np.nan, np.exp(-(low + high) / 2)))


def at_temperature(log_p: Array, temperature: Array | float) -> Array:
    """Log probabilities after temperature scaling: log softmax(log_p / T), with T a number or (R,)."""
    return log_softmax(log_p / temperature)
