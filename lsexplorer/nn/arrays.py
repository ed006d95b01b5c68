"""The array type of the equations, and a layer's contractions: the lines that choose how a bank lies in memory.

Axes are (sample, unit) for one network and (sample, unit, network) for a bank of R networks. Element-wise lines and
reductions over samples (axis 0) or units (axis 1) are then the same code for both. In memory a bank lies in one of two
ways, which its parameters have from parameter_array and all else from them:

* networks last: the networks are the contiguous axis. A first layer that all share is one wide matrix product.
  Layers of few weights are contracted by einsum, others network by network in copies.
* apart: each network's parameters are contiguous, (R, P) in memory, and its activations too, (R, sample, unit). Every
  contraction is a matrix product for each network, without a copy.

Which is the faster, in µs per network-step on one core that others used too, last and apart: 4-5-3, batch 16, 256
networks, 1.0 and 2; 20-10-5, batch 16, 128 networks, 4.5 and 4.8; 64-8-10, batch 32, 64 networks, 10 and 11; 64-16-10
the same, 15.7 and 12.5; 64-32-10 the same, 24 and 16; 784-64-10, batch 32, 16 networks, 344 and 217.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A float64 array."""

Factor = float | Array
"""One number, or one for each network of a bank (R,)."""

EINSUM_NETWORKS, EINSUM_WEIGHTS = 64, 32
"""With the networks last, from so many networks and up to so many weights a layer, einsum over the contiguous axis is
the faster; other layers are copied to (network, sample, unit) for matmul and back. Microseconds a network for the three
contractions on one core, einsum and matmul, layer input → output, samples × networks: 5→3, 16 × 256: .31 and .74; 5→3,
16 × 16: 1.4 and .8; 5→10, 32 × 64: 2.3 and 1.4."""

NARROW = 16
"""Outputs of fewer units are brought to networks last: a softmax over 10 contiguous units takes 2.5 µs a network with
batches of 32, over 10 rows of 64 networks .9 and the copy .2."""

NETWORKS_IN_A_ROW, BUFFER = 256, 8192
"""NumPy copies a factor for fewer networks into buffers of so many numbers, unless it comes as long as they are."""


def keep_freed_memory() -> None:
    """Have the C library keep what temporary arrays leave, up to 32 MiB, and not ask the system for it in every step.

    glibc takes its measure for this from the largest block of its own that was freed (mallopt(3), M_MMAP_THRESHOLD), so
    one is taken and freed, never touched. It makes a bank's step two to three times as fast.
    """
    np.empty(16 * 2**20, dtype=np.uint8)


def parameter_array(count: int, networks: int | None = None, apart: bool = False) -> Array:
    """Zeros (P,) for one network, (P, R) for a bank, which they make lie as the module's docstring says."""
    if networks is None:
        return np.zeros(count)
    return np.zeros((count, networks), order="F" if apart else "C")


def zeros_beside(parameters: Array, count: int) -> Array:
    """Zeros (count, P[, R]), each of which lies in memory as the parameters (P[, R]) do."""
    if _apart(parameters):
        return np.zeros((count, *parameters.T.shape)).swapaxes(1, 2)
    return np.zeros((count, *parameters.shape))


def by_einsum(inputs: int, outputs: int, networks: int) -> bool:
    """Whether a layer with the networks last is contracted by einsum."""
    return inputs * outputs <= EINSUM_WEIGHTS and networks >= EINSUM_NETWORKS


def forward(h: Array, W: Array, b: Array) -> Array:
    """h·W + b: (n, i) or (n, i, R) with (i, o[, R]) and (o[, R]) → (n, o[, R]).

    An input without a network axis is shared by the whole bank.
    """
    if W.ndim == 2:
        z: Array = h.dot(W)
    elif _apart(W):
        z = _each(h, W)
        if W.shape[1] < NARROW:
            z = np.ascontiguousarray(z)
    elif h.ndim == 2:
        z = h.dot(W.reshape(len(W), -1)).reshape(len(h), *W.shape[1:])
    elif by_einsum(*W.shape):
        z = np.einsum("nir,ior->nor", h, W)
    else:
        z = np.ascontiguousarray(_each(h, W))
    z += b
    return z


def backward(delta: Array, W: Array) -> Array:
    """Signals sent back through the weights: (n, o[, R]) with (i, o[, R]) → (n, i[, R])."""
    if W.ndim == 2:
        back: Array = delta.dot(W.T)
        return back
    if _apart(W):
        return _each(delta, W.swapaxes(0, 1))
    if by_einsum(*W.shape):
        return np.asarray(np.einsum("nor,ior->nir", delta, W))
    return np.ascontiguousarray(_each(delta, W.swapaxes(0, 1)))


def scaled(delta: Array, factor: Factor, W: Array) -> Array:
    """An output layer's signal (n, o[, R]) times a factor, laid out for the two contractions with its weights W."""
    if W.ndim == 2 or by_einsum(*W.shape):
        return delta * factor
    n, o, networks = delta.shape
    return np.multiply(delta, factor, out=np.empty((networks, n, o)).transpose(1, 2, 0))


def weight_pull(h: Array, delta: Array, out: Array) -> None:
    """Sum over samples of hᵀδ, into ``out`` of shape (i, o[, R])."""
    if out.ndim == 2:
        h.T.dot(delta, out)
    elif _apart(out):
        np.matmul(_first(h).swapaxes(-1, -2), _first(delta), out=out.transpose(2, 0, 1))
    elif h.ndim == 2:
        np.dot(h.T, delta.reshape(len(delta), -1), out=out.reshape(len(out), -1))
    elif by_einsum(*out.shape):
        np.einsum("nir,nor->ior", h, delta, out=out)
    else:
        out[...] = np.matmul(_first(h).swapaxes(1, 2), _first(delta)).transpose(1, 2, 0)


def bias_pull(delta: Array, out: Array) -> None:
    """Sum over samples of δ, into ``out`` of shape (o[, R])."""
    if out.ndim == 1:
        _ones(len(delta)).dot(delta, out)
    elif _apart(out):
        np.matmul(_ones(len(delta)), _first(delta), out=out.T)
    else:
        np.add.reduce(delta, axis=0, out=out)


def scalings(a: Array, factor: Factor) -> list[tuple[Array, Factor]]:
    """Windows on (P, R), and what to multiply each by, so that every network is multiplied by its factor."""
    if isinstance(factor, float) or _apart(a) or len(factor) >= NETWORKS_IN_A_ROW:
        return [(a, factor)]
    rows = -(-BUFFER // len(factor))
    whole = len(a) // rows * rows
    return [(a[:whole].reshape(-1, rows * len(factor)), np.tile(factor, rows)), (a[whole:], factor)]


@lru_cache(maxsize=8)
def _ones(n: int) -> Array:
    """Ones (n,) not to be written to: a product with them is faster than a sum, and the same for a bank as for one."""
    ones = np.ones(n)
    ones.flags.writeable = False
    return ones


def _apart(a: Array) -> bool:
    """Whether each network's numbers lie together (of a single network they do either way)."""
    return not a.flags.c_contiguous


def _each(h: Array, W: Array) -> Array:
    """A matrix product for each network: (n, i[, R]) with (i, o, R) → (n, o, R) that lies as (R, n, o)."""
    return np.asarray(np.matmul(_first(h), _first(W)).transpose(1, 2, 0))


def _first(a: Array) -> Array:
    """(a, b, R) → (R, a, b) as a product takes it, a view where possible; (n, i) as it is."""
    if a.ndim == 2:
        return a
    first = a.transpose(2, 0, 1)
    return first if a.itemsize in a.strides[:2] else np.ascontiguousarray(first)
