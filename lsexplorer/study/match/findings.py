"""What the evaluation seeds say of each measure: how far the remedy is from label smoothing, and whether it matters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.measures import Measure
from lsexplorer.study.stats import (
    ALPHA,
    Interval,
    fewest_seeds,
    floor_values,
    holm,
    mean_interval,
    not_below_zero,
    seeds_to_be_within,
    seeds_to_differ,
    sign_flip_p,
    within,
)

State = Literal["same", "differs", "open", ""]


@dataclass(frozen=True)
class Finding:
    """One measure on n seeds.

    hard, smoothing, remedy: the three methods' means (of a likeness NaN). difference: remedy − smoothing, or of a
    likeness the likeness itself; paired by seed, with its 95 % t interval. floor: the same between two seeds of label
    smoothing: the mean |difference|, or the mean likeness. judged: whether it counts for the verdict. p: sign-flip p
    after Holm's correction, that the difference is 0, or as large as between two seeds where these set the margin.
    state: "same" where equivalence is shown (within the margin; or no further apart than two seeds), "differs" where
    p ≤ 0.05 and it is not, "open" where neither; "" where not judged. needed: about how many seeds would settle what is
    open.
    """

    measure: Measure
    n: int
    hard: float
    smoothing: float
    remedy: float
    difference: Interval
    floor: float
    judged: bool = False
    p: float = float("nan")
    state: State = ""
    needed: int | None = None


@dataclass(frozen=True)
class Values:
    """A measure on each seed: (n,) for each method, or (n,) likeness; pairs (n, n) likeness or distance of two seeds of
    label smoothing, NaN in the diagonal.
    """  # noqa: D205

    measure: Measure
    difference: Array
    pairs: Array
    hard: float = float("nan")
    smoothing: float = float("nan")
    remedy: float = float("nan")


def of_scalars(measure: Measure, hard: Array, smoothing: Array, remedy: Array) -> Values:
    """The Values of a measure that each network has for itself, (n,) each."""
    pairs = np.abs(smoothing[:, None] - smoothing)
    means = (float(method.mean()) for method in (hard, smoothing, remedy))
    return Values(measure, remedy - smoothing, pairs, *means)


def findings(values: Sequence[Values], left_out: str) -> list[Finding]:
    """A Finding for each measure; ``left_out`` is the criterion that was matched, which is not judged.

    The judged measures are one family for Holm's correction, the others another.
    """
    found = [_finding(one, left_out) for one in values]
    for judged in (True, False):
        family = [i for i, one in enumerate(found) if one.judged == judged and np.isfinite(one.p)]
        for i, p in zip(family, holm([found[i].p for i in family]), strict=True):
            found[i] = replace(found[i], p=p)
            if judged:
                found[i] = _settled(found[i], values[i], len(family))
    return found


def _finding(values: Values, left_out: str) -> Finding:
    d, pairs = _finite(values)
    measure, n = values.measure, len(d)
    judged = measure.kind != "described" and measure.name != left_out and n >= fewest_seeds(1)
    p = float("nan")
    if judged:
        p = sign_flip_p(_tested(values, d, pairs))
    elif n and not measure.alike:
        p = sign_flip_p(d)
    floor = float(pairs[np.triu_indices(n, 1)].mean()) if n > 1 else float("nan")
    means = values.hard, values.smoothing, values.remedy
    return Finding(measure, n, *means, mean_interval(d), floor, judged, p)


def _settled(found: Finding, values: Values, tests: int) -> Finding:
    """With the state, and of what is open the seeds that would settle it."""
    d, pairs = _finite(values)
    tested, margin = _tested(values, d, pairs), values.measure.margin
    if within(tested, margin) if margin is not None else not_below_zero(tested) or _fully_alike(values, d):
        return replace(found, state="same")
    if found.p <= ALPHA and (margin is not None or tested.mean() < 0):
        return replace(found, state="differs")
    if margin is not None:
        needed = seeds_to_be_within(tested, margin) or seeds_to_differ(tested, tests)
    else:
        needed = seeds_to_differ(tested, 1 if tested.mean() > 0 else tests)
    return replace(found, state="open", needed=needed)


def _fully_alike(values: Values, d: Array) -> bool:
    """Whether every likeness is 1: no floor can be above that, however uncertain it is itself."""
    return values.measure.alike and bool((d >= 1).all())


def _tested(values: Values, d: Array, pairs: Array) -> Array:
    """What is tested to be 0 or more, or within a margin: of a measure with a margin the differences.

    Of one that two seeds set the margin for: how much more alike smoothing and remedy are than two seeds of smoothing.
    """
    if values.measure.margin is not None:
        return d
    floor = floor_values(np.where(np.eye(len(d), dtype=bool), 0.0, pairs))
    return d - floor if values.measure.alike else floor - np.abs(d)


def _finite(values: Values) -> tuple[Array, Array]:
    """The seeds on which the measure is a number."""
    kept = np.isfinite(values.difference)
    return values.difference[kept], values.pairs[np.ix_(kept, kept)]
