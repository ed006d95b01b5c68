"""A fully connected network: its parameters in one flat array, and forward and backward through it.

The flat array (P,) holds all weights, first layer first, then all biases; for a bank of R networks it is (P, R). A
checkpoint is then one copy, and an optimiser one pass.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn import arrays
from lsexplorer.nn.activations import ACTIVATIONS, OUTPUTS
from lsexplorer.nn.arrays import Array, Factor

BLOCK = 256
"""Samples run through the network at once."""

INITS = ("glorot", "he", "small")
"""glorot: uniform ±√(6/(fan_in+fan_out)). he: normal, SD √(2/fan_in). small: uniform ±0.01. Biases start at 0."""


class Views(list[Array]):
    """A list of views of a flat array: assigning to an entry writes through to it and checks the shape."""

    def __setitem__(self, index: SupportsIndex | slice, value: object) -> None:
        """Copy ``value`` into the entry; raises InputError when the shape differs."""
        if isinstance(index, slice):
            raise TypeError("assign one layer at a time, or the whole list")
        new = _fitting(f"layer {index}", value, self[index])
        self[index][...] = new


class Cache(NamedTuple):
    """What a forward pass computed and the backward pass needs."""

    inputs: list[Array]
    """The input of every layer (n, unit[, R]): x first, then each hidden layer's activations."""
    logits: Array
    """z of the output layer, (n, K[, R])."""
    outputs: Array
    """o of the output layer, (n, K[, R])."""


class Blocks(NamedTuple):
    """A flat array of one number per parameter, and views of it by layer."""

    flat: Array
    """(P[, R])."""
    weights: Views
    """(fan_in, fan_out[, R]) each, first layer first."""
    biases: Views
    """(fan_out[, R]) each, first layer first."""

    def __deepcopy__(self, memo: dict[int, object]) -> "Blocks":
        """Views of a copy of the flat array: copied views would no longer refer to it."""
        flat, at = self.flat.copy("K"), 0
        copies = Views(), Views()
        for views, new in zip((self.weights, self.biases), copies, strict=True):
            for view in views:
                rows = view.size * len(flat) // flat.size
                new.append(flat[at : at + rows].reshape(view.shape))
                at += rows
        return Blocks(flat, *copies)


class Network:
    """Layers of ``sizes`` (inputs, hidden …, outputs) with one activation and one output function.

    Throughout the program a *gradient* is taken in descent direction: −∂L/∂w, what an optimiser adds to w.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str,
        output: str,
        *,
        networks: int | None = None,
        network_major: bool = False,
        dtype: arrays.Precision = np.float64,
    ) -> None:
        """A network with all parameters at 0.

        networks: R of a bank, None for a single network. network_major: a bank's memory layout (see nn/arrays.py).
        dtype: np.float32 for a bank in single precision.
        """
        self.sizes = tuple(sizes)
        self.activation = ACTIVATIONS[activation]
        """Of the hidden layers."""
        self.output = OUTPUTS[output]
        """From the output layer's logits to its outputs."""
        shapes = list(zip(self.sizes[:-1], self.sizes[1:], strict=True))
        self.weight_count = sum(i * o for i, o in shapes)
        self.last_layer = self.weight_count - sum(i * o for i, o in shapes[-1:])
        """Where the last layer's weights begin among the parameters."""
        count = self.weight_count + sum(self.sizes[1:])
        self._blocks = self.blocks(arrays.parameter_array(count, networks, network_major, dtype))

    def blocks(self, flat: Array) -> Blocks:
        """Views by layer of a flat array (P[, R]) laid out as this network's parameters."""
        weights, biases, at = Views(), Views(), 0
        for i, o in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            weights.append(flat[at : at + i * o].reshape(i, o, *flat.shape[1:]))
            at += i * o
        for o in self.sizes[1:]:
            biases.append(flat[at : at + o])
            at += o
        return Blocks(flat, weights, biases)

    @property
    def dtype(self) -> arrays.Precision:
        """That of the parameters."""
        return self._blocks.flat.dtype.type

    @property
    def parameters(self) -> Array:
        """All weights, then all biases, (P[, R])."""
        return self._blocks.flat

    @parameters.setter
    def parameters(self, values: object) -> None:
        self._blocks.flat[...] = _fitting("parameters", values, self._blocks.flat)

    @property
    def weights(self) -> Views:
        """Weight matrices (fan_in, fan_out[, R]), first layer first; assigning to an entry writes to ``parameters``."""
        return self._blocks.weights

    @weights.setter
    def weights(self, values: Iterable[object]) -> None:
        _assign(self._blocks.weights, values)

    @property
    def biases(self) -> Views:
        """Bias vectors (fan_out[, R]), first layer first; assigning to an entry writes to ``parameters``."""
        return self._blocks.biases

    @biases.setter
    def biases(self, values: Iterable[object]) -> None:
        _assign(self._blocks.biases, values)

    def initialize(self, init: str, rng: np.random.Generator) -> None:
        """Draw fresh weights by the named rule (see INITS) and set the biases to 0."""
        self.parameters[...] = 0.0
        for W in self.weights:
            fan_in, fan_out = W.shape[:2]
            if init == "he":
                W[...] = rng.normal(0.0, (2.0 / fan_in) ** 0.5, W.shape)
            else:
                bound = 0.01 if init == "small" else (6.0 / (fan_in + fan_out)) ** 0.5
                W[...] = rng.uniform(-bound, bound, W.shape)

    def forward(self, x: Array) -> Cache:
        """Run x through the layers: (n, inputs), which a bank shares, or (n, inputs, R)."""
        inputs = [x]
        last = len(self.weights) - 1
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = arrays.forward(inputs[-1], W, b)
            if layer < last:
                inputs.append(self.activation.value(z, out=z))
        return Cache(inputs, z, self.output(z))

    def answers(self, X: Array) -> tuple[Array, Array]:
        """Logits and outputs (n, K[, R]) for any number of samples X (n, inputs)."""
        blocks = self._blockwise(X)
        if len(blocks) == 1:
            return blocks[0].logits, blocks[0].outputs
        return _joined([b.logits for b in blocks]), _joined([b.outputs for b in blocks])

    def hidden(self, X: Array, layer: int = -1) -> Array:
        """Activations (n, units[, R]) of hidden layer ``layer`` for samples X (n, inputs); −1 is the last.

        Layer 0 is X itself, as is −1 in a network without a hidden layer.
        """
        layers = range(len(self.weights))[layer]
        return _joined([self._activations(X[at : at + BLOCK], layers) for at in range(0, max(1, len(X)), BLOCK)])

    def _activations(self, x: Array, layers: int) -> Array:
        """What so many layers make of x."""
        for W, b in zip(self.weights[:layers], self.biases, strict=False):
            z = arrays.forward(x, W, b)
            x = self.activation.value(z, out=z)
        return x

    def _blockwise(self, X: Array) -> list[Cache]:
        """Forward passes of BLOCK samples each; of no samples one.

        A tall matrix times a narrow one is several times slower as a whole (OpenBLAS 0.3, 5,000 × 784 times 784 × 5:
        7 ms, in blocks 2 ms).
        """
        return [self.forward(X[at : at + BLOCK]) for at in range(0, max(1, len(X)), BLOCK)]

    def signals(self, cache: Cache, delta: Array, hidden_gradient: Array | None = None) -> list[Array]:
        """Every layer's signal −∂L/∂z (n, unit[, R]), first layer first.

        delta: the output layer's signal (n, K[, R]). hidden_gradient (n, J[, R]): what a loss on the last hidden
        layer's activations h adds to −∂L/∂h.
        """
        signals, last = [delta], len(self.weights) - 1
        for layer in range(last, 0, -1):
            back = arrays.backward(signals[0], self.weights[layer])
            if layer == last and hidden_gradient is not None:
                back += hidden_gradient
            back *= self.activation.slope(cache.inputs[layer])
            signals.insert(0, back)
        return signals

    def gradient(
        self, cache: Cache, delta: Array, out: Blocks, factor: Factor = 1.0, hidden_gradient: Array | None = None
    ) -> None:
        """A factor times the mean over samples of −∂L/∂parameters, into ``out``: Σ hᵀδ for weights, Σ δ for biases.

        delta and hidden_gradient: as for signals. delta is multiplied by factor/n before it goes back through the
        layers, since it is the smallest array on the way; and so is hidden_gradient.
        """
        share = factor / len(delta)
        hidden_share = None if hidden_gradient is None else hidden_gradient * share
        signals = self.signals(cache, arrays.scaled(delta, share, self.weights[-1]), hidden_share)
        for h, signal, W, b in zip(cache.inputs, signals, out.weights, out.biases, strict=True):
            arrays.weight_gradient(h, signal, out=W)
            arrays.bias_gradient(signal, out=b)


@lru_cache(maxsize=8)
def parameter_places(sizes: tuple[int, ...]) -> list[NDArray[np.int64]]:
    """By layer, where each weight stands among the parameters (fan_in + 1, fan_out), with the biases in the last row.

    sizes: units of each layer, inputs first.
    """
    shapes, at = list(pairwise(sizes)), 0
    bias, places = sum(i * o for i, o in shapes), []
    for i, o in shapes:
        weights = np.arange(at, at + i * o).reshape(i, o)
        places.append(np.vstack([weights, np.arange(bias, bias + o)]))
        at, bias = at + i * o, bias + o
    return places


def _joined(blocks: Sequence[Array]) -> Array:
    """Blocks of samples (n, unit[, R]) as one array, a copy, laid out in memory as they are."""
    whole = np.empty_like(blocks[0], shape=(sum(map(len, blocks)), *blocks[0].shape[1:]))
    return np.concatenate(blocks, out=whole)


def _assign(views: Views, values: Iterable[object]) -> None:
    given = list(values)
    if len(given) != len(views):
        raise InputError(f"this network has {len(views)} layers, got {len(given)} arrays")
    # All are checked, and copied from what may be these very windows, before the first is written.
    new = [_fitting(f"layer {layer}", value, views[layer]).copy() for layer, value in enumerate(given)]
    for view, value in zip(views, new, strict=True):
        view[...] = value


def _fitting(name: str, value: object, view: Array) -> Array:
    new = np.asarray(value, dtype=np.float64)
    if new.shape != view.shape:
        raise InputError(f"{name} takes an array of shape {view.shape}, got {new.shape}")
    return new
