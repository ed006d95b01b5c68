"""Whether a difference matters: three states by a margin set beforehand, and how many seeds would settle one."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats.counts import MAX_SEEDS
from lsexplorer.study.stats.estimates import Estimate, one_way
from lsexplorer.study.stats.student import ALPHA, t_probability, t_quantile

SETTLED = 0.8
"""The probability with which the seeds that are named would settle what is open."""

_Z = np.linspace(-9, 9, 4501)
_NORMAL = np.array([NormalDist().cdf(z) for z in _Z])
"""P(Z ≤ z) of the standard normal distribution; between its points it is interpolated to 5e-7."""

Decision = Literal["same", "differs", "open"]


class Margin(NamedTuple):
    """The difference that does not matter."""

    size: float
    one_sided: bool = False
    """Whether only a mean below −size matters."""


def decide(estimate: Estimate, margin: Margin, p: float) -> Decision:
    """The state of a difference, ``p`` being its outside_p, adjusted if it is one of several.

    "same": two one-sided t tests at ALPHA place it within the margin (Schuirmann 1987); else "differs": it is shown to
    lie beyond (a minimum-effect test, Murphy and Myors 1999); else "open".
    """
    low, high = estimate.interval(1 - 2 * ALPHA)[1:]
    if -margin.size <= low and (margin.one_sided or high <= margin.size):
        return "same"
    return "differs" if p <= ALPHA else "open"


def outside_p(estimate: Estimate, margin: Margin) -> float:
    """The p of a mean beyond the margin: the least α at which the whole two-sided interval of 1 − α lies outside it."""
    beyond = (-estimate.mean if margin.one_sided else abs(estimate.mean)) - margin.size
    if beyond <= 0 or math.isinf(estimate.error):
        return 1.0
    return 2 * t_probability(-beyond / estimate.error, estimate.df) if estimate.error else 0.0


def within(values: Array, margin: float) -> bool:
    """Whether the mean of values (n,) is significantly within ±margin: two one-sided t tests at ALPHA each."""
    return decide(one_way(values), Margin(margin), 1.0) == "same"


def power(estimate: Estimate, margin: Margin, tests: int = 1) -> float:
    """The probability that another study with this mean and error settles it: as the same, or as one of ``tests``.

    The measured mean is normal and the error's square is χ² over its degrees of freedom, so that t is noncentral; the
    probability given the error is summed over the error's density.
    """
    if not 0 < estimate.error < math.inf:
        return float(estimate.error == 0)
    width = 1 / math.sqrt(2 * estimate.df)
    ratio = np.linspace(max(0.0, 1 - 8 * width), 1 + 8 * width, 101)[1:]  # of an error to the true one
    density = np.exp((estimate.df - 1) * np.log(ratio) - estimate.df * (ratio**2 - 1) / 2)

    def below(bound: float, level: float, side: int) -> Array:
        """P(measured mean + side·reach ≤ bound), reach being the t quantile times the error, for each ratio."""
        reach = side * t_quantile(level, estimate.df) * ratio
        return np.asarray(np.interp((bound - estimate.mean) / estimate.error - reach, _Z, _NORMAL))

    size, one, two = margin.size, 1 - ALPHA, 1 - ALPHA / 2 / tests
    same = 1 - below(-size, one, -1) if margin.one_sided else below(size, one, 1) - below(-size, one, -1)
    differs = below(-size, two, 1) + (0.0 if margin.one_sided else 1 - below(size, two, -1))
    return float((np.maximum(same, 0.0) + differs) @ density / density.sum())


def seeds_to_settle(open_ones: Sequence[tuple[Estimate, Margin]], tests: int = 1) -> int | None:
    """About how many seeds would settle all of these at once with probability SETTLED, if they are as measured.

    The chances that one of them stays open are added up, as they may depend on each other in any way. None where
    MAX_SEEDS would not do: what is left is the splits' or the rows' doing.
    """

    def settled(seeds: int) -> bool:
        chances = (1 - power(estimate.with_seeds(seeds), margin, tests) for estimate, margin in open_ones)
        return sum(chances) <= 1 - SETTLED

    low = max(estimate.seeds for estimate, _ in open_ones)
    high = min(2 * low, MAX_SEEDS)
    while not settled(high):
        if high >= MAX_SEEDS:
            return None
        low, high = high, min(2 * high, MAX_SEEDS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return high
