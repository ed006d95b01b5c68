"""The hidden pattern of a class: which hidden units are active for it, and how strongly.

For class c, f[c, j] = P(h_j is active | y = c) over the training samples. The bit of its pattern is f > τ; its real-
valued pattern is the mean activation E[h_j | y = c]. A unit is active at h > 0 under relu, tanh and identity, at h > ½
under logistic.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.study.patterns.hidden import ACTIVE_ABOVE

THRESHOLD = 0.5
"""The threshold τ unless another is given."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """The patterns of C classes over J hidden units."""

    class_names: tuple[str, ...]
    units: tuple[str, ...]
    """The units' names."""
    activation: str
    """The layer's activation function."""
    threshold: float
    """The share τ above which a bit is set."""
    frequency: Array
    """Share f of each class's samples for which each unit is active (C, J)."""
    means: Array
    """Mean activations by class (C, J)."""
    dead: NDArray[np.bool_]
    """Whether each unit's activation is the same for every sample, as 0 is under relu (J,)."""

    def at(self, threshold: float) -> "Patterns":
        """The same with another threshold; raises InputError unless it is above 0 and below 1."""
        check_threshold(threshold)
        return replace(self, threshold=threshold)

    @cached_property
    def bits(self) -> NDArray[np.bool_]:
        """The binary patterns (C, J): f > τ."""
        return np.asarray(self.frequency > self.threshold)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of bits that each class has set (C,)."""
        return np.asarray(self.bits.sum(axis=1))

    @property
    def column_sums(self) -> NDArray[np.int64]:
        """The number of classes that have each unit's bit set (J,)."""
        return np.asarray(self.bits.sum(axis=0))

    @property
    def consistency(self) -> Array:
        """max(f, 1 − f) (C, J): the share of a class's samples in which a unit has its commoner state, ½ to 1."""
        return np.asarray(np.maximum(self.frequency, 1 - self.frequency))

    @property
    def codes(self) -> tuple[str, ...]:
        """The binary patterns as text, such as 10111."""
        return tuple("".join("01"[bit] for bit in row) for row in self.bits.astype(int))

    @property
    def distinct(self) -> int:
        """The number of different binary patterns."""
        return len(set(self.codes))

    @property
    def shared_codes(self) -> tuple[tuple[int, ...], ...]:
        """Groups of two or more classes that have the same binary pattern."""
        groups: dict[str, list[int]] = {}
        for c, code in enumerate(self.codes):
            groups.setdefault(code, []).append(c)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    @property
    def hamming(self) -> NDArray[np.int64]:
        """The number of bits in which two classes differ (C, C)."""
        return np.asarray((self.bits[:, None, :] != self.bits[None, :, :]).sum(axis=2))

    @property
    def cosine(self) -> Array:
        """The cosine of two classes' mean activations (C, C), NaN for a class all of whose means are 0."""
        norms = np.linalg.norm(self.means, axis=1)
        scale = np.outer(norms, norms)
        product = np.clip(self.means @ self.means.T / np.where(scale > 0, scale, 1.0), -1.0, 1.0)
        return np.asarray(np.where(scale > 0, product, np.nan))


def find_patterns(
    H: Array,
    y: NDArray[np.int64],
    class_names: tuple[str, ...],
    units: tuple[str, ...],
    activation: str,
    threshold: float = THRESHOLD,
) -> Patterns:
    """The patterns in activations H (n, J) of samples of classes y (n,).

    Raises InputError for a threshold out of range, fewer than two classes, a class without a sample, or a layer all of
    whose units are dead.
    """
    check_threshold(threshold)
    if len(class_names) < 2:
        raise InputError(f"patterns are compared between classes: two or more are needed, got {len(class_names)}")
    counts = np.bincount(y, minlength=len(class_names))
    if not counts.all():
        missing = class_names[int(np.argmin(counts))]
        raise InputError(f"class '{missing}' has no training sample, so it has no pattern")
    dead = np.asarray(np.ptp(H, axis=0) == 0)
    if dead.all():
        raise InputError(
            f"all hidden units ({len(dead)}) are dead: the activation of each is the same for every training sample, "
            "so no class has a pattern; train with another seed or a smaller learning rate"
        )
    each = [H[y == c] for c in range(len(class_names))]
    active = np.array([(h > ACTIVE_ABOVE[activation]).mean(axis=0) for h in each])
    means = np.array([h.mean(axis=0) for h in each])
    return Patterns(class_names, units, activation, threshold, active, means, dead)


def check_threshold(threshold: float) -> None:
    """Raise InputError unless the threshold τ is above 0 and below 1."""
    if not 0 < threshold < 1:
        raise InputError(f"threshold must be a number above 0 and below 1, got {threshold:g}")


def pairs(matrix: NDArray[np.generic]) -> Array:
    """The entries of a symmetric matrix (C, C) above its diagonal, as numbers (C(C − 1)/2,)."""
    return np.asarray(matrix[np.triu_indices(len(matrix), 1)], dtype=np.float64)


def confused(confusion: NDArray[np.int64]) -> Array:
    """How often two classes are confused (C, C): the mean of the shares of either that are taken for the other.

    ``confusion`` (C, C) counts samples by true class and answered class. A class without samples counts as 0.
    """
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    return np.asarray((shares + shares.T) / 2)


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's ρ of values (m,) and (m,): the correlation of their ranks, equal values sharing theirs.

    NaN where either does not vary, or a value is NaN.
    """
    if np.isnan(a).any() or np.isnan(b).any():
        return float("nan")
    x, y = (_ranks(values) for values in (a, b))
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else float("nan")


def _ranks(values: Array) -> Array:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])
