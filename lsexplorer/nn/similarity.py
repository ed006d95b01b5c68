"""How similar two networks are on the same samples, and how far activations have collapsed on their class means.

Arrays are (n, units) for one network and (n, units, R) for a bank; two banks are compared member by member.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import two_classes

CACHED = 100_000
"""Activations that are taken at a time, so that they stay in the processor's cache."""
MAX_GRAM = 4_000_000
"""Most numbers in the (n, n) products of several networks' activations, which are quicker where units are many."""
Classes = NDArray[np.int32]


def agreement(z: Array, other: Array) -> Array:
    """Share of the samples that two networks, with logits (n, K[, R]), give the same class."""
    return np.asarray((two_classes(z).argmax(axis=1) == two_classes(other).argmax(axis=1)).mean(axis=0))


def jensen_shannon(log_p: Array, log_q: Array) -> Array:
    """Mean over the samples of ½ KL(p‖m) + ½ KL(q‖m) with m = (p + q)/2, in nats: from 0 to log 2 (Lin 1991)."""
    with np.errstate(invalid="ignore"):  # NaN of a diverged member, and 0·(−∞ + ∞), which counts 0
        log_m = np.logaddexp(log_p, log_q) - np.log(2.0)
        total = sum(np.where((a := np.exp(log_a)) == 0, 0.0, a * (log_a - log_m)) for log_a in (log_p, log_q))
    return np.asarray(np.sum(total, axis=1).mean(axis=0) / 2)


def agreement_pairs(classes: Classes, others: Classes) -> Array:
    """The agreement of every network of answered classes (R, n) with every one of (S, n), (R, S)."""
    same = np.array([np.count_nonzero(of_one == others, axis=1) for of_one in classes])
    return np.asarray(same / classes.shape[1])


def answered(z: Array) -> Classes:
    """The classes (R, n) that networks with logits (n, K, R) answer."""
    return np.asarray(two_classes(z).argmax(axis=1).T, dtype=np.int32)


class Probabilities(NamedTuple):
    """Class probabilities of some networks, to be compared with others'."""

    values: Array
    """(R, n·K)."""
    entropy: Array
    """Summed over the samples, (R,)."""

    @classmethod
    def of(cls, log_p: Array) -> "Probabilities":
        """Of log class probabilities (n, K, R)."""
        p = np.exp(_network_first(log_p)).reshape(log_p.shape[-1], -1)
        return cls(p, _entropy(p))


def jensen_shannon_pairs(p: Probabilities, q: Probabilities, samples: int) -> Array:
    """The divergence of every network of p from every one of q, (R, S), on so many samples.

    As H(m) − ½ H(p) − ½ H(q), with the entropy H in nats.
    """
    mixed = np.array([_entropy((of_one + q.values) / 2) for of_one in p.values])
    return (mixed - (p.entropy[:, None] + q.entropy) / 2) / samples


def _entropy(p: Array) -> Array:
    """The sum of −p log p over the answers of each network (R, answers), (R,)."""
    with np.errstate(invalid="ignore"):
        logarithms = np.maximum(p, np.finfo(np.float64).tiny)
        np.log(logarithms, out=logarithms)
        return np.asarray(-np.einsum("ra,ra->r", p, logarithms))


class Centred(NamedTuple):
    """Activations of some networks less their means, to be compared with others'."""

    values: Array
    """(R, n, p)."""
    varies: NDArray[np.bool_]
    """Whether they vary beyond rounding, (R,)."""

    @classmethod
    def of(cls, X: Array) -> "Centred":
        """Of activations (n, p, R)."""
        return cls(_network_first(X - X.mean(axis=0)), _varies(X))


def linear_cka_pairs(X: Centred, Y: Centred) -> Array:
    """The linear_cka of every network of activations X with every one of Y, (R, S)."""
    known, A, B = np.logical_and(X.varies[:, None], Y.varies), X.values, Y.values
    n = A.shape[1]
    if 4 * n * n < max(A.size, B.size) and max(len(A), len(B)) * n * n <= MAX_GRAM:
        K, L = ((Z @ Z.swapaxes(-1, -2)).reshape(len(Z), -1) for Z in (A, B))
        shared, own, others = K @ L.T, (K * K).sum(axis=1), (L * L).sum(axis=1)
    else:
        wide = np.moveaxis(B, 0, 1).reshape(n, -1)  # (n, S·q)
        shared = np.array([((a.T @ wide) ** 2).sum(axis=0).reshape(len(B), -1).sum(axis=1) for a in A])
        own, others = (np.sum((Z.swapaxes(-1, -2) @ Z) ** 2, axis=(-1, -2)) for Z in (A, B))
    scale = np.sqrt(own[:, None] * others)
    known &= scale > 0
    return np.asarray(np.where(known, shared / np.where(known, scale, 1.0), np.nan))


def linear_cka(X: Array, Y: Array) -> Array:
    """‖YᵀX‖²_F / (‖XᵀX‖_F ‖YᵀY‖_F) of centred activations (n, p[, R]) and (n, q[, R]) (Kornblith et al. 2019).

    1 where one is the other rotated, shifted or scaled; NaN where either does not vary beyond rounding.
    """
    varies = np.logical_and(_varies(X), _varies(Y))
    X, Y = (_network_first(A - A.mean(axis=0)) for A in (X, Y))
    if X.shape[-2] < max(X.shape[-1], Y.shape[-1]):
        # More units than samples: ‖YᵀX‖²_F = Σ XXᵀ∘YYᵀ, of (n, n) matrices.
        K, L = (A @ A.swapaxes(-1, -2) for A in (X, Y))
        shared, own, others = (np.sum(A * B, axis=(-1, -2)) for A, B in ((K, L), (K, K), (L, L)))
    else:
        shared, own, others = (
            np.sum((A.swapaxes(-1, -2) @ B) ** 2, axis=(-1, -2)) for A, B in ((X, Y), (X, X), (Y, Y))
        )
    scale = np.sqrt(own * others)
    known = varies & (scale > 0)
    return np.asarray(np.where(known, shared / np.where(known, scale, 1.0), np.nan))


def _varies(A: Array) -> NDArray[np.bool_]:
    """Whether activations (n, p[, R]) vary beyond rounding."""
    return np.asarray(((A - A.mean(axis=0)) ** 2).sum(axis=1).mean(axis=0) > _rounding(A))


def _rounding(A: Array) -> Array:
    """A variance, summed over the units of A (n, p[, R]), that may be nothing but rounding: the greatest such."""
    n, units = A.shape[:2]
    error = max(n, units) * np.finfo(np.float64).eps * np.abs(A).max(axis=(0, 1))
    return np.asarray(units * error**2)


def _network_first(A: Array) -> Array:
    """(n, p) as it is, (n, p, R) as (R, n, p), for products."""
    return np.ascontiguousarray(np.moveaxis(A, -1, 0)) if A.ndim == 3 else A


def class_collapse(H: Array, y: NDArray[np.int64]) -> Array:
    """NC1 = tr(Σ_W Σ_B†)/K of the penultimate activations H (n, p[, R]) (Papyan et al. 2020): 0 is full collapse.

    Σ_W is the mean over the samples of (h − μ_y)(h − μ_y)ᵀ, Σ_B the mean over the K classes that occur of
    (μ_c − μ)(μ_c − μ)ᵀ, μ the mean of the class means. NaN where all class means are the same but for rounding.
    """
    columns = np.moveaxis(H.reshape(*H.shape[:2], -1), -1, 0)
    parts = np.array_split(columns, min(len(columns), -(-columns.size // CACHED)))
    return np.concatenate([_nc1(np.ascontiguousarray(part), y) for part in parts]).reshape(H.shape[2:])


def _nc1(H: Array, y: NDArray[np.int64]) -> Array:
    """NC1 of activations (R, n, p), (R,)."""
    _, index = np.unique(y, return_inverse=True)
    counts = np.bincount(index)
    by_class = H.take(np.argsort(index, kind="stable"), axis=1)
    starts = np.cumsum(counts) - counts
    means = np.add.reduceat(by_class, starts, axis=1) / counts[:, None]
    with np.errstate(invalid="ignore"):
        between = means - means.mean(axis=1, keepdims=True)
        within = by_class
        for c, (start, count) in enumerate(zip(starts, counts, strict=True)):
            within[:, start : start + count] -= means[:, c, None]
    finite = np.isfinite(between).all(axis=(1, 2))
    # With M = between = U·S·Vᵀ: Σ_B = MᵀM/K, so Σ_B† = K·V·S⁻²·Vᵀ, and tr(Σ_W Σ_B†)/K = Σ_j mean((h − μ_y)·v_j)²/s_j².
    _, s, v = np.linalg.svd(np.where(finite[:, None, None], between, 0.0), full_matrices=False)
    largest = np.maximum(H.max(axis=(1, 2)), -H.min(axis=(1, 2)))
    kept = s > max(H.shape[1:]) * np.finfo(np.float64).eps * largest[:, None]
    with np.errstate(invalid="ignore"):
        along = within @ np.swapaxes(v, 1, 2)
    terms = np.where(kept, (along**2).mean(axis=1) / np.where(kept, s, 1.0) ** 2, 0.0)
    return np.asarray(np.where(finite & kept.any(axis=1), terms.sum(axis=1), np.nan))


def class_separation(H: Array, y: NDArray[np.int64]) -> Array:
    """Spread between the class means over spread within the classes, tr Σ_B / tr Σ_W, of activations H (n, p[, R]).

    Σ_B and Σ_W as in class_collapse. The larger it is, the further apart the classes lie; NaN where neither varies
    beyond rounding, and infinite where only the means do.
    """
    classes, index = np.unique(y, return_inverse=True)
    means = np.array([H[y == c].mean(axis=0) for c in classes])
    between = ((means - means.mean(axis=0)) ** 2).sum(axis=1).mean(axis=0)
    within = ((H - means[index]) ** 2).sum(axis=1).mean(axis=0)
    between, within = (np.where(spread <= _rounding(H), 0.0, spread) for spread in (between, within))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(between / within)
