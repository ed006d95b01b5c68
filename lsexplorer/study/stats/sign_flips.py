"""Sign flips, which assume only that a difference is as likely to go one way as the other; and families of tests."""

import math
from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats.student import ALPHA

EXACT = 36
"""Up to this many values, all 2ⁿ⁻¹ sign flips count."""
DRAWN = 20_000
"""Sign flips drawn at random for more values than that."""


def sign_flip_p(values: Array) -> float:
    """Two-sided p of a mean other than 0: the share of the sign flips of values (n,) whose |mean| is at least as large.

    Exact for up to EXACT values; for more, from DRAWN random flips (the same ones each time) and the values themselves.
    """
    bound = abs(float(values.sum())) - 1e-12 * float(np.abs(values).sum())
    if len(values) > EXACT:
        flips = np.random.default_rng(0).choice([-1.0, 1.0], (DRAWN, len(values)))
        return float((np.abs(flips @ values) >= bound).sum() + 1) / (DRAWN + 1)
    if bound <= 0:
        return 1.0
    # Opposite flips have the same |sum|, so that the first sign may stay. The others meet in the middle: a flip's sum
    # is one of the first half's sums plus one of the second's, and a search among the sorted ones counts the pairs.
    half = len(values) // 2
    first = values[:1].sum() + _sums(values[1:half])
    second = np.sort(_sums(values[max(half, 1) :]))
    above = len(second) - np.searchsorted(second, bound - first)
    below = np.searchsorted(second, -bound - first, side="right")
    return int(above.sum() + below.sum()) / (len(first) * len(second))


def _sums(values: Array) -> Array:
    """The sums of all 2ⁿ sign flips of values (n,)."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


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
