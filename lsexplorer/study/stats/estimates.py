"""The mean of differences measured on seeds that are crossed with splits or rows, with its standard error.

Seeds and columns (splits or rows) are both a sample: another study would draw other ones. A difference is then a mean
plus an effect of its seed, one of its column, and one of the two together (crossed random effects).
"""

import math
from typing import NamedTuple

from lsexplorer.nn.arrays import Array
from lsexplorer.study.stats.student import Interval, t_quantile


class Estimate(NamedTuple):
    """A mean with its standard error."""

    mean: float
    error: float
    """The standard error; infinite where there are too few values to know it."""
    df: int
    """Degrees of freedom of the error."""
    seeds: int
    """Seeds that it was measured on."""
    lasting: float = 0.0
    """The part of the error's square that more seeds would not lessen: that of the splits or rows."""

    def interval(self, level: float = 0.95) -> Interval:
        """The two-sided t interval."""
        reach = math.inf if math.isinf(self.error) else t_quantile((1 + level) / 2, self.df) * self.error
        return Interval(self.mean, self.mean - reach, self.mean + reach)

    def with_seeds(self, seeds: int) -> "Estimate":
        """What it would be with another number of seeds, all else as measured."""
        error = math.sqrt(self.lasting + (self.error**2 - self.lasting) * self.seeds / seeds)
        df = min(self.df, seeds - 1) if self.lasting else seeds - 1
        return Estimate(self.mean, error, df, seeds, self.lasting)


def one_way(values: Array) -> Estimate:
    """The Estimate of values (n,), one a seed: it speaks of other seeds on the same rows."""
    n = len(values)
    mean = float(values.mean()) if n else math.nan
    if n < 2:
        return Estimate(mean, math.inf, 1, n)
    return Estimate(mean, float(values.std(ddof=1)) / math.sqrt(n), n - 1, n)


def two_way(values: Array, test_share: float | None = None) -> Estimate:
    """The Estimate of values (n, m): n seeds crossed with m columns; with one column, that of the seeds alone.

    The variance is that of the seeds' means plus that of the columns' means less that of the interaction, which both
    hold, and not below the larger of the two. ``test_share`` says that columns are splits of the same rows: test rows
    over training rows. The splits' means are then correlated, and 1/m + test_share takes the place of 1/m (Nadeau and
    Bengio 2003); of the interaction in their variance, which is not correlated, half is taken off that part, since
    less would make the interval too wide and more, as simulation shows, too narrow. Degrees of freedom are
    Satterthwaite's (1946) of the two parts, and not fewer than the smaller of n and m has.
    """
    n, m = values.shape
    if m == 1 or n < 2:
        return one_way(values.mean(axis=1))
    by_seed, by_column, mean = values.mean(axis=1), values.mean(axis=0), float(values.mean())
    both = float(((values - by_seed[:, None] - by_column + mean) ** 2).sum()) / ((n - 1) * (m - 1))  # mean square
    seeds, columns = float(by_seed.var(ddof=1)) / n, float(by_column.var(ddof=1))
    share = test_share or 0.0
    square = seeds + max(0.0, columns - both / n) / m + share * max(0.0, columns - both / n / 2)
    square = max(square, columns / m)
    df = min(n, m) - 1
    parts = seeds**2 / (n - 1) + ((1 / m + share) * columns) ** 2 / (m - 1)
    if parts > 0:
        df = min(max(df, math.floor(square**2 / parts)), n + m - 2)
    lasting = (1 / m + share) * max(0.0, columns - both / n)
    return Estimate(mean, math.sqrt(square), df, n, min(lasting, square))


def two_samples(first: Array, second: Array, by_column: Array, test_share: float | None = None) -> Estimate:
    """The Estimate of a difference of two methods on seeds of their own, n and k of them, crossed with m columns.

    first (n, m) and second (k, m) are the values of each method's seeds, whose spread is that of the difference (see
    `pair_values` for those of a measure that is no mean); by_column (m,) is the difference on each column. With one
    column it is Welch's (1947). With several the variance is that of `two_way`, in which what the seeds' means and the
    interaction add is the sum of both methods' parts. Degrees of freedom are whole, rounded down.
    """
    n, k, m = len(first), len(second), len(by_column)
    mean, fewest = float(by_column.mean()), min(n, k)
    if fewest < 2:
        return Estimate(mean, math.inf, 1, fewest)
    means = [(values.mean(axis=1), len(values)) for values in (first, second)]
    seeds = [float(of_seed.var(ddof=1)) / count for of_seed, count in means]
    square, share, both, columns = sum(seeds), test_share or 0.0, 0.0, 0.0
    parts = sum(part**2 / (count - 1) for part, (_, count) in zip(seeds, means, strict=True))
    low, high, lasting = fewest - 1, n + k - 2, 0.0
    if m > 1:
        for values in (first, second):
            rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
            both += float((rest**2).sum()) / ((len(values) - 1) * (m - 1)) / len(values)
        columns = float(by_column.var(ddof=1))
        square += max(0.0, columns - both) / m + share * max(0.0, columns - both / 2)
        square = max(square, columns / m)
        parts += ((1 / m + share) * columns) ** 2 / (m - 1)
        low, high = min(fewest, m) - 1, n + k + m - 3
        lasting = (1 / m + share) * max(0.0, columns - both)
    df = min(max(low, math.floor(square**2 / parts * (1 + 1e-12))), high) if parts > 0 else low
    return Estimate(mean, math.sqrt(square), df, fewest, min(lasting, square))
