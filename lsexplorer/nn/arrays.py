"""The array type of the equations, and the three contractions of a layer.

Axes are (sample, unit) for one network and (sample, unit, network) for a bank of R networks. Element-wise lines and
reductions over samples (axis 0) or units (axis 1) are then the same code for both; only a layer's three contractions
choose a layout, and they do it here.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A float64 array."""

EINSUM_NETWORKS, EINSUM_WEIGHTS = 64, 32
"""From so many networks and up to so many weights a layer, einsum over the contiguous last axis is the faster; other
layers are copied to (network, sample, unit) for matmul and back. Microseconds a network for the three contractions on
one core, einsum and matmul, layer input → output, samples × networks: 5→3, 16 × 256: .31 and .74; 5→3, 16 × 16: 1.4
and .8; 5→10, 32 × 64: 2.3 and 1.4; 32→10, 32 × 16: 24 and 6.5; 64→10, 32 × 8: 76 and 11."""


def keep_freed_memory() -> None:
    """Have the C library keep what temporary arrays leave, up to 32 MiB, and not ask the system for it in every step.

    glibc takes its measure for this from the largest block of its own that was freed (mallopt(3), M_MMAP_THRESHOLD), so
    one is taken and freed, never touched. It makes a bank's step two to three times as fast.
    """
    np.empty(16 * 2**20, dtype=np.uint8)


def forward(h: Array, W: Array) -> Array:
    """Layer input times weights: (n, i) or (n, i, R) with (i, o) or (i, o, R) → (n, o) or (n, o, R).

    An input without a network axis is shared by the whole bank: one wide matrix product.
    """
    if W.ndim == 2:
        z: Array = h.dot(W)
        return z
    if h.ndim == 2:
        wide: Array = h.dot(W.reshape(W.shape[0], -1))
        return wide.reshape(len(h), *W.shape[1:])
    if _by_einsum(W):
        return np.asarray(np.einsum("nir,ior->nor", h, W))
    return _to_last(np.matmul(_to_first(h), _to_first(W)))


def backward(delta: Array, W: Array) -> Array:
    """Signals sent back through the weights: (n, o[, R]) with (i, o[, R]) → (n, i[, R])."""
    if W.ndim == 2:
        back: Array = delta.dot(W.T)
        return back
    if _by_einsum(W):
        return np.asarray(np.einsum("nor,ior->nir", delta, W))
    return _to_last(np.matmul(_to_first(delta), _to_first(W.swapaxes(0, 1))))


def weight_pull(h: Array, delta: Array, out: Array) -> None:
    """Sum over samples of hᵀδ, into ``out`` of shape (i, o[, R])."""
    if out.ndim == 2:
        np.dot(h.T, delta, out=out)
    elif h.ndim == 2:
        np.dot(h.T, delta.reshape(len(delta), -1), out=out.reshape(len(out), -1))
    elif _by_einsum(out):
        np.einsum("nir,nor->ior", h, delta, out=out)
    else:
        out[...] = np.matmul(_to_first(h.swapaxes(0, 1)), _to_first(delta)).transpose(1, 2, 0)


def _by_einsum(W: Array) -> bool:
    i, o, networks = map(int, W.shape)
    return networks >= EINSUM_NETWORKS and i * o <= EINSUM_WEIGHTS


def _to_first(a: Array) -> Array:
    """(a, b, R) → (R, a, b), contiguous, as matmul wants it."""
    return np.ascontiguousarray(a.transpose(2, 0, 1))


def _to_last(a: Array) -> Array:
    """(R, a, b) → (a, b, R), contiguous."""
    return np.ascontiguousarray(a.transpose(1, 2, 0))
