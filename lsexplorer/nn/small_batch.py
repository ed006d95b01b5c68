"""One network's forward pass and gradient for small batches, where the way to a NumPy call costs more than the call.

What `Network.forward` and `Network.gradient` do, to the last bit: the same products and sums of the same numbers, but
into arrays that are used again, through views that are made once.
"""

import numpy as np

from lsexplorer.nn.arrays import Array, ones
from lsexplorer.nn.network import Blocks, Cache, Network

MOST_NUMBERS = 2**15
"""Numbers in all layers of a batch, up to which it is small. Larger ones gain nothing, and their arrays are kept."""


def is_small(network: Network, rows: int) -> bool:
    """Whether batches of so many rows are small; a bank's never are."""
    return network.parameters.ndim == 1 and rows * sum(network.sizes) <= MOST_NUMBERS


class SmallBatch:
    """Batches of n rows through one network, and their gradient."""

    def __init__(self, network: Network, out: Blocks, rows: int) -> None:
        """Make the arrays for batches of so many rows; ``out`` takes their gradient."""
        layers = [np.empty((rows, units)) for units in network.sizes[1:]]
        signals = [np.empty_like(values) for values in layers]
        *hidden, self._last = zip(network.weights, network.biases, layers, strict=True)
        self._hidden, self._activate, self._output = hidden, network.activation.value, network.output
        self._inputs = [np.empty(0), *layers[:-1]]

        self._share, self._delta, self._slope = 1.0 / rows, signals[-1], network.activation.slope
        self._back = [
            (signals[layer].dot, network.weights[layer].T, signals[layer - 1], layers[layer - 1])
            for layer in range(len(layers) - 1, 0, -1)
        ]
        self._sum_rows = ones(rows).dot
        self._first = signals[0], out.weights[0], out.biases[0]
        self._rest = [
            (h.T.dot, signal, W, b)
            for h, signal, W, b in zip(layers, signals[1:], out.weights[1:], out.biases[1:], strict=False)
        ]

    def forward(self, x: Array) -> Cache:
        """As Network.forward, of x (n, inputs); what it returns is right until the next call."""
        inputs, activate = self._inputs, self._activate
        inputs[0] = h = x
        for W, b, z in self._hidden:
            h.dot(W, z)
            z += b
            h = activate(z, out=z)
        W, b, z = self._last
        h.dot(W, z)
        z += b
        return Cache(inputs, z, self._output(z))

    def gradient(self, delta: Array) -> None:
        """As Network.gradient, of the output layer's signal (n, K) to the rows that were run forward last."""
        np.multiply(delta, self._share, self._delta)
        for through, W, back, h in self._back:
            through(W, back)
            back *= self._slope(h)
        signal, W, b = self._first
        self._inputs[0].T.dot(signal, W)
        self._sum_rows(signal, b)
        for product, signal, W, b in self._rest:
            product(signal, W)
            self._sum_rows(signal, b)
