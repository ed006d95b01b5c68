"""What the evaluation seeds show for each measure: how far remedy and smoothing differ, and whether it matters."""

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
    """A measure on some seeds: the three methods' means, the paired difference, and whether it matters."""

    measure: Measure
    n: int
    """Seeds on which the measure is finite."""
    plain: float
    """Mean over the seeds without any regulariser; NaN for a pairwise measure."""
    smoothing: float
    """Mean over the seeds with label smoothing; NaN for a pairwise measure."""
    remedy: float
    """Mean over the seeds with the remedy; NaN for a pairwise measure."""
    difference: Interval
    """Remedy − smoothing, paired by seed, or the pairwise measure of the two; with its 95 % t interval."""
    floor: float
    """The same between two seeds of label smoothing: the mean |difference|, or the mean of the pairwise measure."""
    judged: bool = False
    """Whether it counts for the verdict."""
    p: float = float("nan")
    """Sign-flip p after Holm's correction: that the difference is 0, or no larger than between two seeds."""
    state: State = ""
    """"same" where equivalence is shown, else "differs" where p ≤ 0.05, else "open"; "" where it is not judged."""
    needed: int | None = None
    """About how many seeds would settle an "open" state."""


@dataclass(frozen=True)
class Values:
    """A measure on each of n seeds."""

    measure: Measure
    difference: Array
    """Remedy − smoothing (n,), or the pairwise measure of the two (n,)."""
    pairs: Array
    """The same between every two seeds of label smoothing (n, n), absolute; the diagonal is not used."""
    plain: float = float("nan")
    smoothing: float = float("nan")
    remedy: float = float("nan")


def of_scalars(measure: Measure, plain: Array, smoothing: Array, remedy: Array) -> Values:
    """The Values of a measure that is not pairwise, from the three methods' values (n,)."""
    pairs = np.abs(smoothing[:, None] - smoothing)
    means = (float(method.mean()) for method in (plain, smoothing, remedy))
    return Values(measure, remedy - smoothing, pairs, *means)


def findings(values: Sequence[Values], matched: str) -> list[Finding]:
    """A Finding for each measure; the one named ``matched`` is the criterion of the match and is not judged.

    The judged measures are one family for Holm's correction, the others another.
    """
    result = [_finding(each, matched) for each in values]
    for judged in (True, False):
        family = [i for i, finding in enumerate(result) if finding.judged == judged and np.isfinite(finding.p)]
        for i, p in zip(family, holm([result[i].p for i in family]), strict=True):
            result[i] = replace(result[i], p=p)
            if judged:
                result[i] = _with_state(result[i], values[i], len(family))
    return result


def _finding(values: Values, matched: str) -> Finding:
    d, pairs = _finite(values)
    measure, n = values.measure, len(d)
    judged = measure.kind != "described" and measure.name != matched and n >= fewest_seeds(1)
    p = float("nan")
    if judged:
        p = sign_flip_p(_tested(values, d, pairs))
    elif n and not measure.pairwise:
        p = sign_flip_p(d)
    floor = float(pairs[np.triu_indices(n, 1)].mean()) if n > 1 else float("nan")
    means = values.plain, values.smoothing, values.remedy
    return Finding(measure, n, *means, mean_interval(d), floor, judged, p)


def _with_state(finding: Finding, values: Values, tests: int) -> Finding:
    """The finding with its state and, where that is open, the seeds that would settle it."""
    d, pairs = _finite(values)
    tested, margin = _tested(values, d, pairs), values.measure.margin
    if margin is None:
        # Similarity 1 on every seed: no floor can be above that, however uncertain the floor itself is.
        identical = values.measure.pairwise and bool((d >= 1).all())
        same = identical or not_below_zero(tested)
    else:
        same = within(tested, margin)
    if same:
        return replace(finding, state="same")
    if finding.p <= ALPHA and (margin is not None or tested.mean() < 0):
        return replace(finding, state="differs")
    if margin is not None:
        needed = seeds_to_be_within(tested, margin) or seeds_to_differ(tested, tests)
    else:
        needed = seeds_to_differ(tested, 1 if tested.mean() > 0 else tests)
    return replace(finding, state="open", needed=needed)


def _tested(values: Values, d: Array, pairs: Array) -> Array:
    """The values (n,) whose mean is tested: the differences, where the measure has a margin.

    Where two seeds set the margin: how much closer remedy and smoothing are than two seeds of smoothing, 0 or more if
    they are equivalent.
    """
    if values.measure.margin is not None:
        return d
    floor = floor_values(np.where(np.eye(len(d), dtype=bool), 0.0, pairs))
    return d - floor if values.measure.pairwise else floor - np.abs(d)


def _finite(values: Values) -> tuple[Array, Array]:
    """Differences and pairs of the seeds on which the measure is finite."""
    kept = np.isfinite(values.difference)
    return values.difference[kept], values.pairs[np.ix_(kept, kept)]
