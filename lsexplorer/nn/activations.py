"""Activations and output functions, each with its slope written in terms of its own value."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array


class Function(NamedTuple):
    """An element-wise function and its derivative as a function of the function's value.

    value: of z, into the array ``out`` if one is given, which may be z itself.
    """

    value: Callable[..., Array]
    slope: Callable[[Array], Array]
    slope_text: str


def logistic(z: Array, out: Array | None = None) -> Array:
    """1 / (1 + e^−z), without overflow for any finite z."""
    e = np.exp(-np.abs(z))
    return np.divide(np.where(z >= 0, 1.0, e), 1.0 + e, out=out)


def softmax(z: Array, out: Array | None = None) -> Array:
    """e^z_k / Σ_j e^z_j over the units (axis 1)."""
    e = np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out=out)
    np.exp(e, out=e)
    e /= np.add.reduce(e, axis=1, keepdims=True)
    return e


def log_softmax(z: Array) -> Array:
    """Log softmax(z) over the units (axis 1), finite for every finite z."""
    shifted = z - np.maximum.reduce(z, axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.add.reduce(np.exp(shifted), axis=1, keepdims=True)))


def logsumexp(z: Array) -> Array:
    """Log Σ_k e^z_k over the units, (n, 1[, R]), without overflow for any finite z."""
    largest = np.maximum.reduce(z, axis=1, keepdims=True)
    return np.asarray(largest + np.log(np.add.reduce(np.exp(z - largest), axis=1, keepdims=True)))


def first_largest(z: Array) -> Array:
    """1 at each sample's largest entry over the units, at the first of equal ones; else 0."""
    is_largest: NDArray[np.bool_] = z == np.maximum.reduce(z, axis=1, keepdims=True)
    return np.asarray(is_largest & (np.cumsum(is_largest, axis=1) == 1), dtype=z.dtype)


def _tanh_slope(v: Array) -> Array:
    square = v * v
    return np.subtract(1.0, square, out=square)


TANH = Function(np.tanh, _tanh_slope, "1 − {v}²")
RELU = Function(
    lambda z, out=None: np.maximum(z, 0.0, out=out), lambda v: (v > 0).astype(v.dtype), "1 if {v} > 0 else 0"
)
LOGISTIC = Function(logistic, lambda v: v * (1.0 - v), "{v}(1 − {v})")
IDENTITY = Function(lambda z, out=None: z, np.ones_like, "1")

ACTIVATIONS: dict[str, Function] = {"tanh": TANH, "relu": RELU, "logistic": LOGISTIC, "identity": IDENTITY}
"""Hidden-layer activations by name."""

ELEMENTWISE_OUTPUTS: dict[str, Function] = {"sigmoid": LOGISTIC, "tanh": TANH, "identity": IDENTITY}
"""Output functions that treat each unit alone; softmax couples them."""

OUTPUTS: dict[str, Callable[..., Array]] = {
    "softmax": softmax,
    **{name: function.value for name, function in ELEMENTWISE_OUTPUTS.items()},
}
"""Output functions by name, logits → outputs, into the array ``out`` if one is given."""
