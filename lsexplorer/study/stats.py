"""Statistics of values measured on several seeds, one value for each seed.

Intervals and equivalence use Student's t. Differences use sign flips, which assume only that a difference is as likely
to go one way as the other. Nothing here depends on what was measured.
"""

import itertools
import math
import operator
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

ALPHA = 0.05
"""The level of every test."""
POWER = 0.8
"""The power for which a number of seeds is estimated."""
EXACT = 14
"""Up to this many values, all 2ⁿ⁻¹ sign flips are tried."""
DRAWN = 20_000
"""Sign flips drawn at random for more values than that."""


class Interval(NamedTuple):
    """A mean and the two ends of its interval."""

    mean: float
    low: float
    high: float

    def text(self, *, signed: bool = False) -> str:
        """Mean and ends, to two digits of the width: "0.152 [0.143, 0.161]"; ``signed`` adds a +."""
        width = self.high - self.low
        digits = 3 if not 0 < width < math.inf else max(0, min(5, 1 - math.floor(math.log10(width))))
        rounded = (round(value, digits) + 0.0 for value in self)  # no −0
        mean, low, high = (f"{value:{'+' if signed else ''}.{digits}f}" for value in rounded)
        return f"{mean} [{low}, {high}]"


MAX_SEEDS = 10_000
"""Seeds of a study: an interval of so many is a hundredth of its deviation wide."""


def checked_count(name: str, value: object, fewest: int = 1, reason: str = "") -> int:
    """A whole number of Python's or NumPy's, as an int; raises InputError for one below ``fewest``, and why not."""
    try:
        count = operator.index(value)  # type: ignore[arg-type]  # what is no whole number raises
    except TypeError:
        raise InputError(f"{name} must be a whole number, got {value!r:.60}") from None
    if count < fewest:
        raise InputError(f"{name} must be {fewest} or more, got {count}{reason}")
    return count


def checked_seeds(seeds: object, fewest: int, reason: str = "") -> int:
    """The number of a study's seeds, as `checked_count` has it; raises InputError for more than MAX_SEEDS too."""
    count = checked_count("seeds", seeds, fewest, reason)
    if count > MAX_SEEDS:
        raise InputError(f"seeds must be {MAX_SEEDS:,} or fewer, got {count:,}")
    return count


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
    """The t with P(T ≤ t) = p, 0 < p < 1, by bisection."""
    if p < 0.5:
        return -t_quantile(1 - p, df)
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


def within(values: Array, margin: float) -> bool:
    """Whether the mean is significantly within ±margin: two one-sided t tests at ALPHA each (Schuirmann 1987)."""
    interval = mean_interval(values, 1 - 2 * ALPHA)
    return -margin < interval.low and interval.high < margin


def not_below_zero(values: Array) -> bool:
    """Whether the mean is significantly 0 or more: a one-sided t test at ALPHA."""
    return mean_interval(values, 1 - 2 * ALPHA).low >= 0


def sign_flip_p(values: Array) -> float:
    """Two-sided p of a mean other than 0: the share of the sign flips of values (n,) whose |mean| is at least as large.

    Exact for up to EXACT values; for more, from DRAWN random flips (the same ones each time) and the values themselves.
    """
    observed = abs(float(values.sum()))
    sums = np.abs(_signs(len(values)) @ values)
    as_large = int((sums >= observed * (1 - 1e-12)).sum())
    drawn = len(values) > EXACT
    return (as_large + drawn) / (len(sums) + drawn)


def holm(p: Sequence[float]) -> list[float]:
    """The p values of a family of tests, adjusted so that comparing each with α holds α for all of them (Holm 1979)."""
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted


def fewest_seeds(tests: int) -> int:
    """The fewest seeds with which a family of ``tests`` sign-flip tests can be significant: 2·2⁻ⁿ·tests ≤ ALPHA."""
    return math.ceil(math.log2(2 * tests / ALPHA))


def floor_values(pairs: Array) -> Array:
    """Values (n,), one for each seed, of a measure's mean U over all pairs of n seeds; pairs (n, n) is symmetric.

    Each seed is in n − 1 pairs, so that the pairs are not independent. The jackknife's pseudo-values (Tukey 1958),
    n·U − (n − 1)·(U without the seed), have the same mean and the right spread. Raises InputError for fewer than three
    seeds.
    """
    n = len(pairs)
    if n < 3:
        raise InputError(f"a noise floor needs three seeds or more, got {n}")
    own = (pairs.sum(axis=1) - np.diag(pairs)) / (n - 1)
    return np.asarray((2 * (n - 1) * own - n * own.mean()) / (n - 2))


def seeds_to_be_within(values: Array, margin: float) -> int | None:
    """About how many seeds would show with POWER that the mean is within ±margin, if the measured mean is right.

    By the normal approximation ((z₀.₉₅ + z₀.₈)·s / (margin − |mean|))². None where the measured mean is outside.
    """
    return _seeds(values, margin - abs(float(values.mean())), 1 - ALPHA)


def seeds_to_differ(values: Array, tests: int = 1) -> int | None:
    """About how many seeds would show with POWER that the mean is not 0, as one of ``tests`` tests (Bonferroni)."""
    return _seeds(values, abs(float(values.mean())), 1 - ALPHA / 2 / tests)


def _seeds(values: Array, distance: float, level: float) -> int | None:
    if distance <= 0:
        return None
    normal = NormalDist()
    spread = float(values.std(ddof=1))
    return max(len(values) + 1, math.ceil(((normal.inv_cdf(level) + normal.inv_cdf(POWER)) * spread / distance) ** 2))


@cache
def _signs(n: int) -> Array:
    """Rows of ±1 (flips, n), one of each two opposite rows, whose |sum| is the same."""
    if n <= EXACT:
        return np.array([(1.0, *rest) for rest in itertools.product((1.0, -1.0), repeat=n - 1)])
    return np.random.default_rng(0).choice([-1.0, 1.0], (DRAWN, n))
