"""What the evaluation networks show for each measure: how far remedy and smoothing differ, and whether it matters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.study.measures import Measure
from lsexplorer.study.stats import (
    Estimate,
    Interval,
    Margin,
    decide,
    holm,
    one_way,
    outside_p,
    pair_means,
    pair_values,
    seeds_to_settle,
    two_samples,
    two_way,
)

State = Literal["same", "differs", "open", ""]
MIN_SEEDS = 3
"""Seeds needed for findings: leaving one out, two must be left that are a pair."""
UNKNOWN = Estimate(float("nan"), float("inf"), 1, 0)


@dataclass(frozen=True)
class Scope:
    """What the methods were compared on, and so what a verdict speaks of."""

    seeds: int
    train_rows: int
    test_rows: int
    """Of one split."""
    splits: int = 1
    """Splits that the seeds are crossed with."""
    given: bool = False
    """Whether the data came with their test part, so that its rows, not splits, are the sample."""
    test_part: str = "the data's own test part"
    """What a given test part is called."""
    own_seeds: int | None = None
    """The remedy's seeds, where they are others than smoothing's; None where networks are paired by seed."""

    @property
    def test_share(self) -> float | None:
        """Test rows over training rows, by which splits are correlated; None where rows are the sample."""
        return None if self.given else self.test_rows / self.train_rows

    @property
    def text(self) -> str:
        """In words: "12 seeds on 12 splits"."""
        seeds = f"{self.seeds} seeds"
        if self.own_seeds is not None:
            seeds += f" of smoothing, {self.own_seeds} others of the remedy,"
        if self.given:
            return f"{seeds} and the {self.test_rows:,} rows of {self.test_part}"
        return f"{seeds} on {self.splits} splits" if self.splits > 1 else f"{seeds} on this split"


@dataclass(frozen=True)
class Values:
    """A measure of the networks of each method, (seeds, columns) each, in the same order of seeds.

    A column is a split; or, on a given test part, a row or a group of rows (see stats.group_values). Measures of single
    networks that no row belongs to have one column. A pairwise measure's value is the mean over the pairs of a network
    of smoothing and one of the method, of different seeds, that the seed is in (see stats.pair_means).
    """

    measure: Measure
    plain: Array
    smoothing: Array
    remedy: Array
    across: Array | None = None
    """Where methods have seeds of their own, of a pairwise measure: the mean over the pairs of each of smoothing's
    networks with all of the remedy's, (seeds of smoothing, columns)."""


@dataclass(frozen=True)
class Finding:
    """A measure on some seeds: the three methods' means, the paired difference, and whether it matters."""

    measure: Measure
    n: int
    """Seeds on which the measure is finite."""
    plain: float
    """Mean without any regulariser; of a pairwise measure, how alike such networks and smoothing's are."""
    smoothing: float
    """Mean with label smoothing; of a pairwise measure, how alike two seeds of it are."""
    remedy: float
    """Mean with the remedy; of a pairwise measure, how alike such networks and smoothing's are."""
    difference: Interval
    """Remedy − smoothing, paired by seed and split, with its 95 % interval."""
    floor: float
    """Two seeds of label smoothing: the mean |difference|, or how alike they are."""
    judged: bool = False
    """Whether it counts for the verdict."""
    p: float = float("nan")
    """Of a judged measure, the p of a difference beyond the margin; of another, of one other than 0; both after Holm's
    correction."""
    state: State = ""
    """"same" where equivalence is shown, "differs" where a difference beyond the margin is, else "open"; "" where it is
    not judged."""
    needed: int | None = None
    """About how many seeds would settle an "open" state."""
    margin: float | None = None
    """The difference that does not matter, in the measure's own units."""
    estimate: Estimate = UNKNOWN
    """The difference with its standard error and degrees of freedom."""
    undone: bool = False
    """Whether temperature scaling makes the same what differs."""

    @property
    def limit(self) -> Margin:
        """The margin, and whether it is one-sided."""
        return Margin(self.margin or 0.0, self.measure.pairwise)


def of_pairs(measure: Measure, plain: Array, smoothing: Array, remedy: Array) -> Values:
    """The Values of a pairwise measure, from how alike smoothing's network i and a method's j are: (splits, i, j)."""
    return Values(measure, *(pair_means(pairs).T for pairs in (plain, smoothing, remedy)))


def of_samples(measure: Measure, plain: Array, smoothing: Array, remedy: Array) -> Values:
    """The same where each method has seeds of its own: all pairs of smoothing's i and a method's j count."""
    own = pair_means(smoothing).T
    return Values(measure, _means(plain, 1).T, own, _means(remedy, 1).T, across=_means(remedy, 2).T)


def findings(values: Sequence[Values], matched: str, scope: Scope) -> list[Finding]:
    """A Finding for each measure; the one named ``matched`` is the criterion of the match and is not judged.

    The judged measures are one family for Holm's correction, the others another.
    """
    result = [_finding(each, matched, scope) for each in values]
    for judged in (True, False):
        family = [i for i, finding in enumerate(result) if finding.judged == judged and np.isfinite(finding.p)]
        for i, p in zip(family, holm([result[i].p for i in family]), strict=True):
            result[i] = replace(result[i], p=p)
            if judged:
                result[i] = _with_state(result[i], len(family))
    by_name = {finding.measure.name: finding for finding in result}
    return [replace(finding, undone=_is_undone(finding, by_name.get(finding.measure.scaled))) for finding in result]


def needed_for_all(open_ones: Iterable[Finding], tests: int) -> int | None:
    """About how many seeds would settle all of these at once; None where no number would."""
    return seeds_to_settle([(finding.estimate, finding.limit) for finding in open_ones], tests)


def _finding(values: Values, matched: str, scope: Scope) -> Finding:
    measure, estimate = values.measure, _estimate(values, scope)
    plain, smoothing, remedy = (_mean(method) for method in (values.plain, values.smoothing, values.remedy))
    size = measure.margin
    if size is not None and measure.relative:
        size *= abs(smoothing)
    judged = measure.kind != "described" and measure.name != matched and scope.test_rows >= measure.rows
    judged = judged and estimate.seeds > 1 and size is not None
    tested = Margin(size or 0.0, measure.pairwise) if judged else Margin(0.0)
    difference = estimate.interval()
    if measure.pairwise:  # no two networks are more alike than 1, or less than 0
        low, high = (min(max(end, -smoothing), 1 - smoothing) for end in difference[1:])
        difference = Interval(difference.mean, low, high)
    p = outside_p(estimate, tested) if estimate.seeds > 1 else float("nan")
    means = plain, smoothing, remedy
    by_split = values.smoothing.mean(axis=1, keepdims=True) if scope.given else values.smoothing
    floor = smoothing if measure.pairwise else _two_seeds(by_split)
    return Finding(measure, estimate.seeds, *means, difference, floor, judged, p, margin=size, estimate=estimate)


def _with_state(finding: Finding, tests: int) -> Finding:
    state = decide(finding.estimate, finding.limit, finding.p)
    return replace(finding, state=state, needed=needed_for_all([finding], tests) if state == "open" else None)


def _is_undone(finding: Finding, scaled: Finding | None) -> bool:
    """Whether the same measure after temperature scaling is shown to be within this one's margin."""
    return finding.state == "differs" and scaled is not None and decide(scaled.estimate, finding.limit, 1.0) == "same"


def _estimate(values: Values, scope: Scope) -> Estimate:
    """Of the seeds with a value on the splits where all of them have one; if there are none, of the seeds' means."""
    if scope.own_seeds is not None:
        return _of_samples(values, scope)
    remedy, smoothing = values.remedy, values.smoothing
    finite = np.isfinite(remedy) & np.isfinite(smoothing)
    known = finite.any(axis=1)
    kept = finite[known].all(axis=0)
    if not kept.any():
        difference = np.where(finite, remedy - smoothing, 0.0)[known]
        return UNKNOWN if values.measure.pairwise else one_way(difference.sum(axis=1) / finite[known].sum(axis=1))
    remedy, smoothing = (method[known][:, kept] for method in (remedy, smoothing))
    if values.measure.pairwise:
        if len(remedy) < MIN_SEEDS:
            return UNKNOWN
        remedy, smoothing = pair_values(remedy), pair_values(smoothing)
    return two_way(remedy - smoothing, scope.test_share)


def _of_samples(values: Values, scope: Scope) -> Estimate:
    """The same where methods have seeds of their own."""
    known = np.isfinite(values.smoothing).any(axis=1)
    smoothing, remedy = values.smoothing[known], values.remedy[np.isfinite(values.remedy).any(axis=1)]
    if not (len(smoothing) and len(remedy)):
        return UNKNOWN
    kept = np.isfinite(smoothing).all(axis=0) & np.isfinite(remedy).all(axis=0)
    if not kept.any():
        if values.measure.pairwise:
            return UNKNOWN
        smoothing, remedy = (np.nanmean(method, axis=1, keepdims=True) for method in (smoothing, remedy))
        kept = np.ones(1, dtype=np.bool_)
    smoothing, remedy = smoothing[:, kept], remedy[:, kept]
    by_column = remedy.mean(axis=0) - smoothing.mean(axis=0)
    if values.measure.pairwise:
        if min(len(smoothing), len(remedy)) < MIN_SEEDS or values.across is None:
            return UNKNOWN
        # The jackknife's values for a seed of smoothing's: it is in pairs of its own kind and in those with the remedy.
        smoothing = pair_values(smoothing) - values.across[known][:, kept]
    return two_samples(smoothing, remedy, by_column, scope.test_share)


def _two_seeds(values: Array) -> float:
    """The mean |difference| of two different seeds (seeds, splits) on one split; of the finite values."""
    first, second = np.triu_indices(len(values), 1)
    return _mean(np.abs(values[first] - values[second]))


def _means(pairs: Array, axis: int) -> Array:
    """The means of the finite values along an axis; NaN where there are none."""
    known = np.isfinite(pairs)
    count = known.sum(axis=axis)
    return np.asarray(np.where(count, np.where(known, pairs, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan))


def _mean(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else float("nan")
