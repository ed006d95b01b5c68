"""The jackknife (Tukey 1958): values whose mean and spread stand for a measure that is no mean itself."""

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array


def pair_means(pairs: Array) -> Array:
    """The mean (…, n) of the pairs (…, n, n) that each seed is in, as first or as second, where they are finite.

    The diagonal is not used.
    """
    known = np.isfinite(pairs) & ~np.eye(pairs.shape[-1], dtype=bool)
    total, count = ((a.sum(axis=-1) + a.sum(axis=-2)) for a in (np.where(known, pairs, 0.0), known.astype(np.float64)))
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def pair_values(means: Array) -> Array:
    """Values (n, …), one for each seed, of a measure's mean U over all pairs of seeds, from its pair_means (n, …).

    The pairs are not independent, as each seed is in many of them. The values, n·U − (n − 1)·(U without the seed), have
    the same mean and the right spread. Raises InputError for fewer than three seeds.
    """
    n = len(means)
    if n < 3:
        raise InputError(f"pairs of seeds need three seeds or more, got {n}")
    return np.asarray((2 * (n - 1) * means - n * means.mean(axis=0)) / (n - 2))


def group_values(whole: Array, without: Array) -> Array:
    """Values (n, g) of a measure of the rows, from the measure of all (n,) and without each of g groups of rows (n, g).

    They are g·whole − (g − 1)·without, moved so that their mean is the measure itself.
    """
    g = without.shape[-1]
    return np.asarray(whole[:, None] + (g - 1) * (without.mean(axis=-1, keepdims=True) - without))
