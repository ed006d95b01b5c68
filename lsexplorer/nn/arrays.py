"""The array type of the equations, and the three contractions of a layer.

Axes are (sample, unit) for one network and (sample, unit, network) for a bank of R networks. Element-wise lines and
reductions over samples (axis 0) or units (axis 1) are then the same code for both; only a layer's three contractions
choose a layout, and they do it here.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A float64 array."""


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
    return np.asarray(np.einsum("nir,ior->nor", h, W))


def backward(delta: Array, W: Array) -> Array:
    """Signals sent back through the weights: (n, o[, R]) with (i, o[, R]) → (n, i[, R])."""
    if W.ndim == 2:
        back: Array = delta.dot(W.T)
        return back
    return np.asarray(np.einsum("nor,ior->nir", delta, W))


def weight_pull(h: Array, delta: Array, out: Array) -> None:
    """Sum over samples of hᵀδ, into ``out`` of shape (i, o[, R])."""
    if out.ndim == 2:
        np.dot(h.T, delta, out=out)
    elif h.ndim == 2:
        np.dot(h.T, delta.reshape(len(delta), -1), out=out.reshape(len(out), -1))
    else:
        np.einsum("nir,nor->ior", h, delta, out=out)
