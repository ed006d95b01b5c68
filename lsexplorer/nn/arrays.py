"""The array type of the equations, and a layer's contractions: the lines that choose how a bank lies in memory.

Axes are (sample, unit) for one network and (sample, unit, network) for a bank of R networks. Element-wise lines and
reductions over samples (axis 0) or units (axis 1) are then the same code for both. A bank has one of two memory
layouts, chosen by parameter_array; every other array follows its parameters:

* network-minor: the network axis is contiguous. A first layer whose input all networks share is one wide matrix
  product. Layers of few weights are contracted by einsum, others network by network in copies.
* network-major: each network's parameters are contiguous, (R, P) in memory, and so are its activations,
  (R, sample, unit). Every contraction is a matrix product for each network, without a copy.

Microseconds per network-step on one busy core, network-minor and network-major: 4-5-3, batch 16, 256 networks, 1.0 and
2; 20-10-5, batch 16, 128 networks, 4.5 and 4.8; 64-8-10, batch 32, 64 networks, 10 and 11; 64-16-10 the same, 15.7 and
12.5; 64-32-10 the same, 24 and 16; 784-64-10, batch 32, 16 networks, 344 and 217.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A float64 array; in a bank that trains in single precision, float32."""

Precision = type[Any]
"""np.float64 or np.float32."""

Factor = float | Array
"""One number, or one for each network of a bank (R,)."""


NOISE = 1e-12
"""A difference smaller than this share of what it was taken of is rounding."""


def without_noise(values: Array, scale: Array) -> Array:
    """Values, with 0 for those that are only rounding beside the ``scale`` of what they were computed from."""
    return np.where(np.abs(values) < NOISE * scale, 0.0, values)


def python_value(value: Any) -> Any:
    """A NumPy number, or an array that holds just one, as Python's; anything else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


EINSUM_NETWORKS, EINSUM_WEIGHTS = 64, 32
"""In the network-minor layout einsum over the contiguous axis is faster from this many networks on, and up to this
many weights a layer; other layers are copied to (network, sample, unit) for matmul and back. Microseconds a network for
the three contractions on one core, einsum and matmul, layer input → output, samples × networks: 5→3, 16 × 256: .31 and
.74; 5→3, 16 × 16: 1.4 and .8; 5→10, 32 × 64: 2.3 and 1.4."""

NARROW = 16
"""Outputs of fewer units are copied to the network-minor layout: with batches of 32 a softmax over 10 contiguous units
takes 2.5 µs a network, over 10 rows of 64 networks .9 µs and the copy .2 µs."""

NETWORKS_IN_A_ROW, BUFFER = 256, 8192
"""NumPy copies a factor for fewer networks than this into buffers of 8192 numbers, unless it is as long as a buffer."""


def keep_freed_memory() -> None:
    """Make the C library keep up to 32 MiB of freed memory rather than return it to the system in every step.

    glibc raises its threshold to the size of the largest mapped block freed so far (mallopt(3), M_MMAP_THRESHOLD), so
    one block is allocated and freed, untouched. This makes a bank's step two to three times as fast.
    """
    np.empty(16 * 2**20, dtype=np.uint8)


def parameter_array(
    count: int, networks: int | None = None, network_major: bool = False, dtype: Precision = np.float64
) -> Array:
    """Zeros (P,) for one network, or (P, R) for a bank in the layout asked for (see the module's docstring)."""
    shape = count if networks is None else (count, networks)
    zeros: Array = np.zeros(shape, dtype, order="F" if network_major else "C")
    return zeros


def zeros_beside(parameters: Array, count: int) -> Array:
    """Zeros (count, P[, R]), each laid out in memory as the parameters (P[, R]) are."""
    if _network_major(parameters):
        return np.zeros((count, *parameters.T.shape), parameters.dtype).swapaxes(1, 2)
    return np.zeros((count, *parameters.shape), parameters.dtype)


def by_einsum(inputs: int, outputs: int, networks: int) -> bool:
    """Whether a network-minor layer (inputs, outputs, networks) is contracted by einsum."""
    return inputs * outputs <= EINSUM_WEIGHTS and networks >= EINSUM_NETWORKS


def forward(h: Array, W: Array, b: Array) -> Array:
    """h·W + b: (n, i) or (n, i, R) with (i, o[, R]) and (o[, R]) → (n, o[, R]).

    An input without a network axis is shared by the whole bank.
    """
    if W.ndim == 2:
        z: Array = h.dot(W)
    elif _network_major(W):
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
    if _network_major(W):
        return _each(delta, W.swapaxes(0, 1))
    if by_einsum(*W.shape):
        return np.asarray(np.einsum("nor,ior->nir", delta, W))
    return np.ascontiguousarray(_each(delta, W.swapaxes(0, 1)))


def scaled(delta: Array, factor: Factor, W: Array) -> Array:
    """An output layer's signal (n, o[, R]) times a factor, laid out for the two contractions with its weights W."""
    if W.ndim == 2 or by_einsum(*W.shape):
        return delta * factor
    n, o, networks = delta.shape
    return np.multiply(delta, factor, out=np.empty((networks, n, o), W.dtype).transpose(1, 2, 0))


def weight_gradient(h: Array, delta: Array, out: Array) -> None:
    """Sum over samples of hᵀδ, into ``out`` of shape (i, o[, R])."""
    if out.ndim == 2:
        h.T.dot(delta, out)
    elif _network_major(out):
        np.matmul(_first(h).swapaxes(-1, -2), _first(delta), out=out.transpose(2, 0, 1))
    elif h.ndim == 2:
        np.dot(h.T, delta.reshape(len(delta), -1), out=out.reshape(len(out), -1))
    elif by_einsum(*out.shape):
        np.einsum("nir,nor->ior", h, delta, out=out)
    else:
        out[...] = np.matmul(_first(h).swapaxes(1, 2), _first(delta)).transpose(1, 2, 0)


def bias_gradient(delta: Array, out: Array) -> None:
    """Sum over samples of δ, into ``out`` of shape (o[, R])."""
    if out.ndim == 1:
        ones(len(delta), delta.dtype).dot(delta, out)
    elif _network_major(out):
        np.matmul(ones(len(delta), delta.dtype), _first(delta), out=out.T)
    else:
        np.add.reduce(delta, axis=0, out=out)


def scalings(a: Array, factor: Factor) -> list[tuple[Array, Factor]]:
    """Views of (P, R), each with what to multiply it by, so that every network is multiplied by its own factor."""
    if isinstance(factor, float) or _network_major(a) or len(factor) >= NETWORKS_IN_A_ROW:
        return [(a, factor)]
    rows = -(-BUFFER // len(factor))
    whole = len(a) // rows * rows
    return [(a[:whole].reshape(-1, rows * len(factor)), np.tile(factor, rows)), (a[whole:], factor)]


@lru_cache(maxsize=8)
def ones(n: int, dtype: Any = np.float64) -> Array:
    """Read-only ones (n,): a product with them is faster than a sum, and the same for a bank as for one network."""
    ones = np.ones(n, dtype)
    ones.flags.writeable = False
    return ones


def _network_major(a: Array) -> bool:
    """Whether each network's numbers are contiguous (a single network's are either way)."""
    return not a.flags.c_contiguous


def _each(h: Array, W: Array) -> Array:
    """A matrix product for each network: (n, i[, R]) with (i, o, R) → (n, o, R), laid out as (R, n, o)."""
    return np.asarray(np.matmul(_first(h), _first(W)).transpose(1, 2, 0))


def _first(a: Array) -> Array:
    """(a, b, R) → (R, a, b) as a product takes it, a view where possible; (n, i) as it is."""
    if a.ndim == 2:
        return a
    first = a.transpose(2, 0, 1)
    return first if a.itemsize in a.strides[:2] else np.ascontiguousarray(first)
