"""Measures of one trained network on one set of samples."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.arrays import Array

ECE_BINS = 15
"""Equal-width confidence bins (l, u] of the expected calibration error (Guo et al. 2017)."""


@dataclass(frozen=True)
class Evaluation(Mapping[str, float]):
    """Measures on one set of samples, as attributes and as a mapping.

    loss: the run's own loss on its own (smoothed) targets, without penalties. accuracy: 0 to 1. nll, brier, ece,
    mean_confidence: from the class probabilities and the true classes; NaN where the output is no probability (tanh,
    identity). logit_gap: mean over the samples of z_y − mean of the other logits.
    """

    loss: float
    accuracy: float
    nll: float
    brier: float
    ece: float
    mean_confidence: float
    logit_gap: float

    def __getitem__(self, name: str) -> float:
        return float(asdict(self)[name])

    def __iter__(self) -> Iterator[str]:
        return iter(asdict(self))

    def __len__(self) -> int:
        return len(asdict(self))


def log_probabilities(z: Array, o: Array, output: str) -> Array | None:
    """Log class probabilities (n, K): softmax, or sigmoid outputs divided by their sum; None for other outputs."""
    if output == "softmax":
        return log_softmax(z)
    if output == "sigmoid":
        tiny = np.finfo(np.float64).tiny
        clipped = np.maximum(o, tiny)
        return np.asarray(np.log(clipped) - np.log(np.add.reduce(clipped, axis=1, keepdims=True)))
    return None


def two_classes(z: Array) -> Array:
    """Logits (n, 2) of the two classes that a single unit's logit (n, 1) stands for: 0 and z, whose softmax is the
    logistic function of z; logits of more units as they are.
    """  # noqa: D205
    return np.hstack([np.zeros_like(z), z]) if z.shape[1] == 1 else z


def accuracy(z: Array, y: NDArray[np.int64]) -> float:
    """Share of the samples whose largest logit is the true class's."""
    z = two_classes(z)
    return float((z.argmax(axis=1) == y).mean())


def logit_gap(z: Array, y: NDArray[np.int64]) -> float:
    """Mean over the samples of z_y − mean_{k≠y} z_k."""
    # The mean over k ≠ y is (Σ_k z_k − z_y)/(K − 1), so the gap is (K·z_y − Σ_k z_k)/(K − 1).
    z = two_classes(z)
    classes = z.shape[1]
    own = z.ravel().take(y + np.arange(0, z.size, classes))
    return float((classes * own.sum() - z.sum()) / (len(y) * (classes - 1)))


def expected_calibration_error(confidence: Array, correct: NDArray[np.bool_]) -> Array:
    """Σ over the bins of (samples in the bin / n)·|accuracy − mean confidence| (Guo et al. 2017).

    confidence and correct: (n,) → a number, or (n, R) for a bank → (R,); NaN where a confidence is not a number.
    """
    with np.errstate(invalid="ignore"):
        bins = np.clip(np.ceil(confidence * ECE_BINS).astype(np.int64) - 1, 0, ECE_BINS - 1)
    networks = confidence.shape[1:]
    bins += ECE_BINS * np.arange(*networks or (1,))
    sums = np.bincount(bins.ravel(), (correct - confidence).ravel(), minlength=ECE_BINS * math.prod(networks))
    return np.asarray(np.abs(sums.reshape(*networks, ECE_BINS)).sum(axis=-1) / len(confidence))


def evaluate(y: NDArray[np.int64], z: Array, o: Array, output: str, loss: float) -> Evaluation:
    """Measure logits z and outputs o (n, units) against the true classes y (n,)."""
    if z.shape[1] == 1:
        z, output = two_classes(z), "softmax"
    correct = z.argmax(axis=1) == y
    log_p = log_probabilities(z, o, output)
    nll = brier = ece = confidence = float("nan")
    if log_p is not None:
        p = np.exp(log_p)
        own = np.arange(len(y)), y
        nll = float(-np.mean(log_p[own]))
        # Σ_k (p_k − y_k)² = Σ p² − 2p_y + 1
        brier = float(np.mean((p * p).sum(axis=1) - 2 * p[own] + 1))
        top = p.max(axis=1)
        ece = float(expected_calibration_error(top, correct))
        confidence = float(top.mean())
    return Evaluation(loss, float(correct.mean()), nll, brier, ece, confidence, logit_gap(z, y))
