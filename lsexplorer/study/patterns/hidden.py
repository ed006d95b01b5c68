"""A hidden layer of a trained network: its activations, and what the layers above make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import two_classes
from lsexplorer.nn.network import Network
from lsexplorer.run.deltas import node_name


class Range(NamedTuple):
    """The values that an activation function takes."""

    low: float
    high: float
    """Not reached."""
    closed: bool = False
    """Whether ``low`` itself is reached."""


RANGES: dict[str, Range] = {
    "relu": Range(0.0, np.inf, closed=True),
    "tanh": Range(-1.0, 1.0),
    "logistic": Range(0.0, 1.0),
    "identity": Range(-np.inf, np.inf),
}
"""By activation."""

ACTIVE_ABOVE: dict[str, float] = {"relu": 0.0, "tanh": 0.0, "logistic": 0.5, "identity": 0.0}
"""A unit is active where its activation is above this, which is where its weighted sum is above 0."""


@dataclass(frozen=True, eq=False)
class Answers:
    """A network's answers on samples of known classes: the class of the largest logit, of equal ones the first."""

    confusion: NDArray[np.int64]
    """Samples by true class and answered class (C, C)."""

    @property
    def recall(self) -> Array:
        """Share of each class's samples that is answered correctly (C,); NaN for a class without a sample."""
        counts = self.confusion.sum(axis=1)
        return np.asarray(np.where(counts > 0, np.diag(self.confusion) / np.maximum(counts, 1), np.nan))

    @property
    def rows(self) -> int:
        """Samples."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of all samples that is answered correctly."""
        return float(np.trace(self.confusion) / max(1, self.confusion.sum()))


class HiddenLayer:
    """Hidden layer number ``layer`` of a network, 1 for the first, None for the last.

    The weights above it are copied, so that later training does not change what it answers. Raises InputError for a
    network without a hidden layer, or without that one.
    """

    def __init__(self, network: Network, activation: str, layer: int | None = None) -> None:
        count = len(network.sizes) - 2
        if count < 1:
            raise InputError("patterns need a hidden layer, and this network has none: give it one, such as 5 units")
        if layer is not None and not 1 <= layer <= count:
            hidden = counted(count, "hidden layer", "hidden layers")
            raise InputError(f"there is no hidden layer {layer}: the network has {hidden}")
        self.layer = layer or count
        self.layers = count
        self.activation = activation
        self.incoming, self.bias = network.weights[self.layer - 1].copy(), network.biases[self.layer - 1].copy()
        """Weights (fan_in, J) and biases (J,) into the layer."""
        self.outgoing, self.offset = network.weights[self.layer].copy(), network.biases[self.layer].copy()
        """Weights (J, fan_out) and biases (fan_out,) from the layer into the next one."""
        self.units = tuple(node_name(self.layer - 1, j, count + 1) for j in range(self.outgoing.shape[0]))
        self._network, self._rest = network, None
        if not self.is_last:
            self._rest = Network(network.sizes[self.layer + 1 :], activation, "identity")
            self._rest.weights = network.weights[self.layer + 1 :]
            self._rest.biases = network.biases[self.layer + 1 :]

    @property
    def is_last(self) -> bool:
        """Whether the output layer comes next: then the logits are linear in its activations."""
        return self.layer == self.layers

    def activations(self, X: Array) -> Array:
        """The layer's activations h (n, J) of samples X (n, inputs), by the network's weights as they are now."""
        return self._network.hidden(X, self.layer)

    def sums(self, H: Array) -> Array:
        """The next layer's weighted sums H·W + b (n, fan_out) of activations H (n, J)."""
        return np.asarray(H @ self.outgoing + self.offset)

    def logits(self, sums: Array) -> Array:
        """The network's logits (n, K) from the next layer's sums (n, fan_out); those of a single unit as two classes'.

        K is never 1: see nn.metrics.two_classes.
        """
        if self._rest is None:
            return two_classes(sums)
        return two_classes(self._rest.answers(ACTIVATIONS[self.activation].value(sums))[0])

    def without(self, H: Array, sums: Array, units: Sequence[int], fill: Array) -> Array:
        """The next layer's sums (n, fan_out) with some units' activations at ``fill`` (J,), from H and its sums."""
        at = list(units)
        return np.asarray(sums + (fill[at] - H[:, at]) @ self.outgoing[at])

    def alone(self, h: Array, unit: int) -> Array:
        """The next layer's sums (n, fan_out) with one unit's activations h (n,), all others at 0."""
        return np.asarray(h[:, None] * self.outgoing[unit] + self.offset)

    def answers(self, sums: Array, y: NDArray[np.int64], classes: int) -> Answers:
        """What the network answers to samples of classes y (n,), from the next layer's sums."""
        said = self.logits(sums).argmax(axis=1)
        return Answers(np.bincount(y * classes + said, minlength=classes**2).reshape(classes, classes))
