"""Soft targets as a source gives them: rows of probabilities."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted
from lsexplorer.data.samples import Classes
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

EXACT, ROUNDED = 1e-6, 0.01
"""A row's sum may miss 1 by EXACT; by ROUNDED if its numbers were rounded for print, and is then divided by it."""


def check_targets(T: NDArray[np.float64], place: Callable[[int], str]) -> tuple[Array, tuple[str, ...]]:
    """Soft targets (n, K), contiguous, and notes on what was done to them.

    place: names a row in messages. Rows that sum to 1 within EXACT stay as they are, bit for bit; rows that were
    rounded for print are divided by their sum. Raises InputError for a row that is no distribution.
    """
    T = np.ascontiguousarray(T, dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        sums = T.sum(axis=1)
        good = np.isfinite(T).all(axis=1) & (T >= 0).all(axis=1) & (np.abs(sums - 1) <= ROUNDED)
    if not good.all():
        row = int(np.argmin(good))
        values = ", ".join(f"{value:.6g}" for value in T[row, :8].tolist()) + (" …" if T.shape[1] > 8 else "")
        raise InputError(f"{place(row)}: targets must be at least 0 and sum to 1, got {values}")
    off = np.abs(sums - 1) > EXACT
    if not off.any():
        return T, ()
    T = T.copy()
    T[off] /= sums[off, None]
    rows = counted(int(off.sum()), "row", "rows")
    return T, (f"The targets of {rows} sum to nearly 1; they were divided by their sum.",)


def largest(T: Array) -> tuple[Classes, tuple[str, ...]]:
    """The class of each row's largest target (the first of equals), and a note where there are equals."""
    ties = int((np.equal(T, T.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum())
    rows = counted(ties, "row has", "rows have")
    notes = (f"{rows} no single largest target; the first of the largest is taken for the class.",) if ties else ()
    return T.argmax(axis=1).astype(np.int64), notes


def hard_or_soft(T: Array) -> Array | None:
    """None for targets that are one-hot throughout, which are hard classes; else the targets."""
    return None if bool(((T == 0) | (T == 1)).all()) else T
