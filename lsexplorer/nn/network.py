"""A fully connected network: its parameters in one flat array, and forward and backward through it.

The flat array (P,) holds all weights, first layer first, then all biases; for a bank of R networks it is (P, R). A
checkpoint is then one copy, and an optimiser one pass.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, SupportsIndex

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn import arrays
from lsexplorer.nn.activations import ACTIVATIONS, OUTPUTS
from lsexplorer.nn.arrays import Array, Factor

BLOCK = 256
"""Samples that are run through the network at once where there are many."""

INITS = ("glorot", "he", "small")
"""glorot: uniform ±√(6/(fan_in+fan_out)). he: normal, SD √(2/fan_in). small: uniform ±0.01. Biases start at 0."""


class Views(list[Array]):
    """A list of arrays that are windows on a flat one: assigning to an entry writes through, and checks the shape."""

    def __setitem__(self, index: SupportsIndex | slice, value: object) -> None:
        """Copy ``value`` into the entry; raises InputError when the shape differs."""
        if isinstance(index, slice):
            raise TypeError("assign one layer at a time, or the whole list")
        new = _fitting(f"layer {index}", value, self[index])
        self[index][...] = new


class Pass(NamedTuple):
    """What a forward pass computed, (n, unit[, R]) each."""

    inputs: list[Array]
    """The input of every layer: x first, then each hidden activation."""
    logits: Array
    outputs: Array


class Blocks(NamedTuple):
    """A flat array of one number per parameter (P[, R]), and windows on it by layer."""

    flat: Array
    weights: Views
    biases: Views

    def __deepcopy__(self, memo: dict[int, object]) -> "Blocks":
        """Windows on a copy of the flat array: copies of the windows would look at nothing."""
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

    weights: list of (fan_in, fan_out[, R]) arrays, biases: list of (fan_out[, R]) arrays, first layer first; both are
    windows on ``parameters`` and may be assigned to. networks, apart: R of a bank, and how it lies in memory (see
    nn/arrays.py).
    """

    def __init__(
        self, sizes: Sequence[int], activation: str, output: str, networks: int | None = None, apart: bool = False
    ) -> None:
        self.sizes = tuple(sizes)
        self._activation = ACTIVATIONS[activation]
        self._output = OUTPUTS[output]
        shapes = list(zip(self.sizes[:-1], self.sizes[1:], strict=True))
        self.weight_count = sum(i * o for i, o in shapes)
        self._blocks = self.blocks(arrays.parameter_array(self.weight_count + sum(self.sizes[1:]), networks, apart))

    def blocks(self, flat: Array) -> Blocks:
        """Windows by layer on a flat array (P[, R]) laid out as this network's parameters."""
        weights, biases, at = Views(), Views(), 0
        for i, o in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            weights.append(flat[at : at + i * o].reshape(i, o, *flat.shape[1:]))
            at += i * o
        for o in self.sizes[1:]:
            biases.append(flat[at : at + o])
            at += o
        return Blocks(flat, weights, biases)

    @property
    def parameters(self) -> Array:
        """All weights and biases (P[, R])."""
        return self._blocks.flat

    @parameters.setter
    def parameters(self, values: object) -> None:
        self._blocks.flat[...] = _fitting("parameters", values, self._blocks.flat)

    @property
    def weights(self) -> Views:
        """Weight matrices (fan_in, fan_out[, R]), first layer first."""
        return self._blocks.weights

    @weights.setter
    def weights(self, values: Iterable[object]) -> None:
        _assign(self._blocks.weights, values)

    @property
    def biases(self) -> Views:
        """Bias vectors (fan_out[, R]), first layer first."""
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

    def forward(self, x: Array) -> Pass:
        """Run x (n, inputs) through the layers; a bank shares x."""
        inputs = [x]
        last = len(self.weights) - 1
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = arrays.forward(inputs[-1], W, b)
            if layer < last:
                inputs.append(self._activation.value(z, out=z))
        return Pass(inputs, z, self._output(z))

    def answers(self, X: Array) -> tuple[Array, Array]:
        """Logits and outputs (n, K) for any number of samples X (n, inputs).

        They are computed in blocks of BLOCK samples: a tall matrix times a narrow one is several times slower whole
        (OpenBLAS 0.3, 5,000 × 784 times 784 × 5: 7 ms, in blocks 2 ms).
        """
        blocks = [self.forward(X[at : at + BLOCK]) for at in range(0, max(1, len(X)), BLOCK)]
        if len(blocks) == 1:
            return blocks[0].logits, blocks[0].outputs
        return np.concatenate([b.logits for b in blocks]), np.concatenate([b.outputs for b in blocks])

    def signals(self, done: Pass, delta: Array, hidden_pull: Array | None = None) -> list[Array]:
        """Every layer's signal −∂L/∂z, first layer first, from the output layer's ``delta`` (n, K[, R]).

        hidden_pull (n, J[, R]): what a loss on the last hidden layer's activations adds to −∂L/∂h there.
        """
        signals, last = [delta], len(self.weights) - 1
        for layer in range(last, 0, -1):
            back = arrays.backward(signals[0], self.weights[layer])
            if layer == last and hidden_pull is not None:
                back += hidden_pull
            back *= self._activation.slope(done.inputs[layer])
            signals.insert(0, back)
        return signals

    def pull(
        self, done: Pass, delta: Array, out: Blocks, factor: Factor = 1.0, hidden_pull: Array | None = None
    ) -> None:
        """A factor times the mean over samples of −∂L/∂parameters, into ``out``: Σ hᵀδ for weights, Σ δ for biases.

        delta: the output layer's signal (n, K[, R]). It is multiplied by factor/n before it goes back through the
        layers, since it is the smallest array on the way; and so is hidden_pull, see signals.
        """
        share = factor / len(delta)
        hidden_share = None if hidden_pull is None else hidden_pull * share
        signals = self.signals(done, arrays.scaled(delta, share, self.weights[-1]), hidden_share)
        for h, signal, W, b in zip(done.inputs, signals, out.weights, out.biases, strict=True):
            arrays.weight_pull(h, signal, out=W)
            arrays.bias_pull(signal, out=b)


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
