"""Student's t, and the interval of the mean of some values."""

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array

ALPHA = 0.05
"""The level of every test."""

LARGE_DF = 200
"""Degrees of freedom above which a quantile is expanded in their reciprocal."""
_LARGE_DF_TERMS = (
    np.array([1, 0, 1, 0]) / 4,
    np.array([5, 0, 16, 0, 3, 0]) / 96,
    np.array([3, 0, 19, 0, 17, 0, -15, 0]) / 384,
    np.array([79, 0, 776, 0, 1482, 0, -1920, 0, -945, 0]) / 92160,
)
"""Polynomials in z by which the quantile exceeds z, over df, df², … (Abramowitz and Stegun 26.7.5)."""


class Interval(NamedTuple):
    """A mean and the two ends of its interval."""

    mean: float
    low: float
    high: float

    def text(self, *, signed: bool = False, most: int = 5) -> str:
        """Mean and ends, to two digits of the width: "0.152 [0.143, 0.161]"; ``signed`` adds a +.

        most: decimals at most.
        """
        width = self.high - self.low
        digits = min(3, most) if not 0 < width < math.inf else max(0, min(most, 1 - math.floor(math.log10(width))))
        rounded = (round(value, digits) + 0.0 for value in self)  # no −0
        mean, low, high = (f"{value:{'+' if signed else ''}.{digits}f}" for value in rounded)
        return f"{mean} [{low}, {high}]"


def t_probability(t: float, df: int) -> float:
    """P(T ≤ t) of Student's t with ``df`` ≥ 1 degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    # Terms cosⁱ · (product of the earlier coefficients), for i = 0 or 1 in steps of two up to df − 2.
    term, total = (cosine if df % 2 else 1.0), 0.0
    for i in range(df % 2, df - 1, 2):
        total += term
        term *= cosine * cosine * (i + 1) / (i + 2)
    central = 2 / math.pi * (angle + sine * total) if df % 2 else sine * total
    return (1 + central) / 2


@cache
def t_quantile(p: float, df: int) -> float:
    """The t with P(T ≤ t) = p, 0 < p < 1: by bisection, or for many degrees of freedom by the normal distribution's."""
    if p < 0.5:
        return -t_quantile(1 - p, df)
    if df > LARGE_DF:
        z = NormalDist().inv_cdf(p)
        return float(z + sum(np.polyval(terms, z) / df**power for power, terms in enumerate(_LARGE_DF_TERMS, 1)))
    low, high = 0.0, 1.0
    while t_probability(high, df) < p:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_probability(middle, df) < p else (low, middle)
    return (low + high) / 2


def mean_interval(values: Sequence[float] | Array, level: float = 0.95) -> Interval:
    """The mean of values (n,) with its two-sided t interval; the ends are infinite for fewer than two values."""
    v = np.asarray(values, dtype=np.float64)
    mean = float(v.mean()) if len(v) else math.nan
    if len(v) < 2:
        return Interval(mean, -math.inf, math.inf)
    reach = t_quantile((1 + level) / 2, len(v) - 1) * float(v.std(ddof=1)) / math.sqrt(len(v))
    return Interval(mean, mean - reach, mean + reach)
