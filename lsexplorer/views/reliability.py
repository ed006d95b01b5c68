"""Reliability: how often the network is right where it is so sure, and how often it would be if that were the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.calibration import error_if_calibrated
from lsexplorer.nn.metrics import (
    ECE_BINS,
    at_temperature,
    best_temperature,
    confidence,
    correct,
    equal_width_bins,
    expected_calibration_error,
    log_probabilities,
)
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint

LEVEL = 0.95
"""The probability of the band."""


@dataclass(frozen=True)
class Bins:
    """The test samples by confidence, in ECE_BINS bins of equal width."""

    counts: NDArray[np.int64]
    """Samples in each bin (bins,)."""
    confidence: Array
    """Their mean confidence (bins,), NaN where there is none."""
    accuracy: Array
    """The share of them that is right (bins,), NaN where there is none."""
    low: Array
    """Between low and high (bins,) the accuracy of a calibrated network lies in 95 % of cases or more."""
    high: Array
    ece: float
    """The expected calibration error."""
    ece_if_calibrated: float
    """What it is to be expected of a calibrated network on so many samples."""

    @property
    def outside(self) -> int:
        """Bins whose accuracy lies outside the band."""
        return int(((self.accuracy < self.low) | (self.accuracy > self.high)).sum())


@dataclass(frozen=True)
class Reliability:
    """The test part before and after temperature scaling."""

    before: Bins | None
    """None where the outputs are no probabilities, or have overflowed."""
    after: Bins | None
    """With logits divided by the temperature; None where before is."""
    temperature: float
    """At which the test samples have the least NLL: above 1 the network is too sure, below 1 not sure enough."""
    scaled: bool
    """Whether the scaled one is to be looked at."""

    @property
    def shown(self) -> Bins | None:
        """The one to be looked at."""
        return self.after if self.scaled else self.before


def reliability(run: RunState, viewpoint: Viewpoint) -> Reliability:
    """The reliability of a run as it stands; an odd variant: after temperature scaling."""
    X, y = run.data.X_test, run.data.y_test
    with np.errstate(all="ignore"):
        z, o = run.network.answers(X)
        log_p = log_probabilities(z, o, run.hyperparameters.output)
        scaled = bool(viewpoint.variant % 2)
        if log_p is None or not np.isfinite(log_p).all():
            return Reliability(None, None, float("nan"), scaled)
        right = correct(z, y)
        temperature = float(best_temperature(log_p, y))
        after = bins_of(confidence(at_temperature(log_p, temperature)), right)
        return Reliability(bins_of(confidence(log_p), right), after, temperature, scaled)


def bins_of(sure: Array, right: NDArray[np.bool_]) -> Bins:
    """The bins of confidences (n,) of which some are right (n,)."""
    places = equal_width_bins(sure)
    counts = np.bincount(places, minlength=ECE_BINS)
    with np.errstate(invalid="ignore"):
        means, shares = (np.bincount(places, values, minlength=ECE_BINS) / counts for values in (sure, right))
    low, high = np.full((2, ECE_BINS), np.nan)
    for at in np.flatnonzero(counts):
        low[at], high[at] = expected_band(int(counts[at]), float(means[at]))
    ece = float(expected_calibration_error(sure, right))
    return Bins(counts, means, shares, low, high, ece, float(error_if_calibrated(sure)))


def expected_band(n: int, p: float) -> tuple[float, float]:
    """The shares between which a binomial count of n draws of probability p lies with LEVEL or more, the tails alike.

    The bounds are the count's quantiles at (1 − LEVEL)/2 and (1 + LEVEL)/2, divided by n.
    """
    if not 0 < p < 1:
        return p, p
    k = np.arange(n + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(k[1:]))])
    log_mass = log_factorial[n] - log_factorial[k] - log_factorial[n - k] + k * np.log(p) + (n - k) * np.log1p(-p)
    below = np.cumsum(np.exp(log_mass))
    low, high = (int(np.searchsorted(below, share)) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return min(low, n) / n, min(high, n) / n
