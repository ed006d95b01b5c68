"""One network's step on small batches, where the way to a NumPy call costs more than the call.

What `Network.forward`, `Network.gradient` and `Update.apply` do, to the last bit: the same products and sums of the
same numbers, but into arrays that are used again, through views that are made once. NumPy takes .23 µs for two short
arrays of one shape, .36 for an array and a number, .6 for an array and a row or a column, so these are spread first.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from lsexplorer.nn.activations import IDENTITY, TANH, softmax
from lsexplorer.nn.arrays import Array, Factor, ones
from lsexplorer.nn.network import Blocks, Cache, Network
from lsexplorer.nn.updates import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, Update

MOST_NUMBERS = 2**15
"""Numbers in all layers of a batch, up to which it is small. Larger ones gain nothing, and their arrays are kept."""
MOST_SPREAD = 2**10
"""Numbers in an array up to which it pays to spread another to its shape."""


def is_small(network: Network, rows: int) -> bool:
    """Whether batches of so many rows are small; a bank's never are."""
    return network.parameters.ndim == 1 and rows * sum(network.sizes) <= MOST_NUMBERS


def spread(value: Factor, like: Array) -> Factor:
    """A number as it is fastest beside another array: as an array of its shape, if that is short."""
    return np.full_like(like, value) if like.size <= MOST_SPREAD else value


def slope_of(network: Network, h: Array) -> Callable[[], Array]:
    """A function that gives the slope of the activations in an array: 1 − h² of tanh."""
    if network.activation is not TANH:
        return partial(network.activation.slope, h)
    one, square = spread(1.0, h), np.empty_like(h)

    def slope() -> Array:
        np.multiply(h, h, square)
        return np.subtract(one, square, square)

    return slope


def spread_biases(network: Network, layers: list[Array]) -> tuple[list[Array], Callable[[], object]]:
    """What to add to each layer's z (n, units): its biases, once for every row if these are short.

    Returned with what has to be called whenever the network's biases may have changed.
    """
    size = sum(z.size for z in layers)
    if size > MOST_SPREAD:
        return network.biases, lambda: None
    ends = network.weight_count + np.cumsum(network.sizes[1:])
    places = [np.tile(np.arange(end - z.shape[1], end), len(z)) for end, z in zip(ends, layers, strict=True)]
    spread = np.empty(size)
    parts = np.split(spread, np.cumsum([z.size for z in layers])[:-1])
    take = partial(network.parameters.take, np.concatenate(places), None, spread, "clip")
    return [part.reshape(z.shape) for part, z in zip(parts, layers, strict=True)], take


class SmallForward:
    """Batches of n rows through one network."""

    def __init__(self, network: Network, rows: int) -> None:
        """Make the arrays for batches of so many rows."""
        self._layers = layers = [np.zeros((rows, units)) for units in network.sizes[1:]]
        biases, self._spread_biases = spread_biases(network, layers)
        *hidden, self._last = zip(network.weights, biases, layers, strict=True)
        self._hidden, self._activate = hidden, network.activation.value
        self._inputs, z = [np.empty(0), *layers[:-1]], layers[-1]
        outputs = z if network.output is IDENTITY.value else np.empty_like(z)
        self._cache = Cache(self._inputs, z, outputs)
        quick = network.output is softmax and z.size <= MOST_SPREAD
        self._output = SmallSoftmax(z, outputs) if quick else partial(network.output, z, out=outputs)

    def logits(self, x: Array) -> Array:
        """Logits (n, K) of x (n, inputs), right until the next call."""
        activate = self._activate
        self._inputs[0] = h = x
        self._spread_biases()
        for W, b, z in self._hidden:
            h.dot(W, z)
            np.add(z, b, z)
            h = activate(z, out=z)
        W, b, z = self._last
        h.dot(W, z)
        return np.add(z, b, z)

    def forward(self, x: Array) -> Cache:
        """As Network.forward, of x (n, inputs); what it returns is right until the next call."""
        self.logits(x)
        self._output()
        return self._cache


class SmallBatch(SmallForward):
    """Batches of n rows through one network, and their gradient."""

    def __init__(self, network: Network, out: Blocks, rows: int) -> None:
        """Make the arrays for batches of so many rows; ``out`` takes their gradient."""
        super().__init__(network, rows)
        layers, signals = self._layers, [np.empty_like(values) for values in self._layers]
        self._delta, self._share = signals[-1], spread(1.0 / rows, signals[-1])
        self._back = [
            (signals[layer].dot, network.weights[layer].T, signals[layer - 1], slope_of(network, layers[layer - 1]))
            for layer in range(len(layers) - 1, 0, -1)
        ]
        self._sum_rows = ones(rows).dot
        self._first = signals[0], out.weights[0], out.biases[0]
        self._rest = [
            (h.T.dot, signal, W, b)
            for h, signal, W, b in zip(layers, signals[1:], out.weights[1:], out.biases[1:], strict=False)
        ]

    def gradient(self, delta: Array) -> None:
        """As Network.gradient, of the output layer's signal (n, K) to the rows that were run forward last."""
        np.multiply(delta, self._share, self._delta)
        for through, W, back, slope in self._back:
            through(W, back)
            np.multiply(back, slope(), back)
        signal, W, b = self._first
        self._inputs[0].T.dot(signal, W)
        self._sum_rows(signal, b)
        for product, signal, W, b in self._rest:
            product(signal, W)
            self._sum_rows(signal, b)


class SmallSoftmax:
    """As softmax, of logits z (n, K) in one array into another."""

    def __init__(self, z: Array, outputs: Array) -> None:
        """The arrays of every call."""
        rows, units = z.shape
        self._z, self._outputs = z, outputs
        self._flat, self._starts = z.reshape(-1), np.arange(0, z.size, units)
        self._each = np.arange(rows).repeat(units).reshape(z.shape)
        """Each number's row."""
        self._of_row, self._spread = np.empty(rows), np.empty_like(z)
        self._columns = [outputs[:, unit] for unit in range(units)]

    def __call__(self) -> None:
        """Outputs of what is in z now."""
        e, each, spread = self._outputs, self._each, self._spread
        np.maximum.reduceat(self._flat, self._starts).take(each, None, spread, "clip")
        np.subtract(self._z, spread, e)
        np.exp(e, e)
        self._sum_units().take(each, None, spread, "clip")
        np.divide(e, spread, e)

    def _sum_units(self) -> Array:
        """The sum of each row, (n,); of two or three units column by column, in the order of a reduction."""
        if not 1 < len(self._columns) < 4:
            return np.add.reduce(self._outputs, axis=1, out=self._of_row)
        first, second, *rest = self._columns
        np.add(first, second, self._of_row)
        for column in rest:
            np.add(self._of_row, column, self._of_row)
        return self._of_row


class SmallUpdate:
    """As Update.apply, of one network."""

    def __init__(self, update: Update, network: Network, gradient: Array, state: Array) -> None:
        """Get ready to move the network by a gradient (P,) and the optimiser's state (slots, P)."""
        self._update, self._parameters, self._gradient = update, network.parameters, gradient
        self._weight_count, self._state, self._regularized = network.weight_count, [*state], update.regularizes
        self._move, self._term = np.empty_like(gradient), np.empty_like(gradient)
        self._rate, self._momentum = spread(update.learning_rate, gradient), spread(update.momentum, gradient)
        betas = 1.0 - ADAM_BETA1, ADAM_BETA2, 1.0 - ADAM_BETA2, ADAM_EPSILON
        self._adam_numbers = [spread(beta, gradient) for beta in betas]

    def apply(self, step: int) -> None:
        """Move the parameters by one step; step: 1 for the first."""
        if self._regularized:
            self._update.regularize(self._parameters, self._weight_count, self._gradient)
        if len(self._state) == 1:
            self._sgd()
        else:
            self._adam(step)
        np.add(self._parameters, self._move, self._parameters)

    def _sgd(self) -> None:
        velocity, move = self._state[0], self._move
        np.multiply(velocity, self._momentum, velocity)
        np.add(velocity, self._gradient, velocity)
        if self._update.nesterov:
            np.multiply(velocity, self._momentum, move)
            np.add(self._gradient, move, move)
            np.multiply(move, self._rate, move)
        else:
            np.multiply(velocity, self._rate, move)

    def _adam(self, step: int) -> None:
        (m, v), gradient, move, term = self._state, self._gradient, self._move, self._term
        rest1, beta2, rest2, epsilon = self._adam_numbers
        np.subtract(gradient, m, term)
        np.multiply(term, rest1, term)
        np.add(m, term, m)
        np.multiply(v, beta2, v)
        np.multiply(gradient, rest2, term)
        np.multiply(term, gradient, term)
        np.add(v, term, v)
        np.sqrt(v, term)
        np.divide(term, (1.0 - ADAM_BETA2**step) ** 0.5, term)
        np.add(term, epsilon, term)
        np.multiply(m, self._update.learning_rate / (1.0 - ADAM_BETA1**step), move)
        np.divide(move, term, move)
