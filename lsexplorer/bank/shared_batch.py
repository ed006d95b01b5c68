"""Networks that share their batches, under SGD without momentum: what TrainingStep does, in fewer passes.

Weights are laid (network, output, input) and values (network, unit, sample). The first layer of all networks is then
one product with the batch, (R·units, inputs) times (inputs, n), and its gradient is one, which BLAS adds to the weights
as it goes: W ← W + δ·x. That takes fewer passes over the weights. µs a network-step on one busy core, the general way
and this one: 40-64-10, batch 32, 6 networks, 83 and 57; 64-32-10, 16 networks, 50 and 37; 784-5-10, 8 networks, 65 and
60; 784-64-10, 4 networks, 355 and 258.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from lsexplorer.bank.compiled import kernel, knows_signal, rules_of
from lsexplorer.bank.threads import add_product
from lsexplorer.nn.activations import TANH
from lsexplorer.nn.arrays import Array, Factor, ones
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularization import signal_rule
from lsexplorer.nn.updates import FusedSGD, Update
from lsexplorer.run.hyperparameters import Hyperparameters

FIRST_LAYER, LARGE = 2**13, 2**15
"""From this many weights in the first layers of all networks on, it is worth while, and SciPy worth importing."""
SAFE = {np.float64: 1e150, np.float32: 1e18}
"""Numbers whose norm is below this have a finite sum of squares, and so have twice as many."""


class SharedBatch:
    """R networks that train together, on batches that all of them share."""

    def __init__(self, network: Network, hyperparameters: Sequence[Hyperparameters], compiled: bool = True) -> None:
        """Begin with the network's parameters; the hyperparameters must fit.

        compiled: use compiled loops for the layers above the first, where numba is installed and they fit.
        """
        dtype = network.dtype
        update = Update.of(hyperparameters, dtype=dtype)
        self._network, self._signal = network, signal_rule(hyperparameters, dtype)
        self._sgd = FusedSGD(update, network.parameters, network.weight_count)
        self._learning_rate, self._shrink = _by_network(self._sgd.learning_rate), _by_network(self._sgd.shrink)
        self._shrinks, self._most = bool(np.any(self._shrink != 1.0)), float(np.max(np.abs(self._shrink)))
        self._activate = tanh if network.activation is TANH else network.activation.value
        self._large = network.weights[0].size >= LARGE
        self._state = update.new_state(network.parameters)
        self._before: tuple[Array, Array, Array, Array] | None = None
        (i, o, networks), count = network.weights[0].shape, len(network.parameters)
        self._first, self._above = np.empty((networks, o, i), dtype), np.empty((networks, count - i * o), dtype)
        # All but the first layer's weights are laid out as a network without inputs.
        without = (0, *network.sizes[1:])
        above = Network(without, "identity", "identity").blocks(self._above.T)
        self._weights = [self._first, *(W.T for W in above.weights[1:])]
        self._biases = [b.T for b in above.biases]
        self._compiled = None
        if compiled and len(self._weights) > 1 and knows_signal(hyperparameters) and kernel() is not None:
            self._compiled = kernel()
            self._constants = rules_of(network, hyperparameters), np.array(without), self._compiled.new_blas(dtype)
        self.load()

    @staticmethod
    def fits(hyperparameters: Sequence[Hyperparameters], first_layer: int) -> bool:
        """Whether networks that share their batches are to be trained this way: by SGD with decays alone.

        An L2 is a decay, as FusedSGD says. first_layer: weights in the first layers of all these networks.
        """
        update = Update.of(hyperparameters)
        decays = all(penalty.entry.proportional for penalty in update.penalties)
        return FusedSGD.fits(update) and decays and first_layer >= FIRST_LAYER

    @property
    def state(self) -> Array:
        """The optimiser's array (1, P, R), right after a step that was to keep it."""
        if self._before is not None:
            # Working this out takes as long as the step, and hardly anybody asks for it.
            x, t, *numbers = self._before
            self._before, after = None, (self._first.copy(), self._above.copy())
            self._first[...], self._above[...] = numbers
            before, move = (self._network.blocks(np.zeros_like(self._network.parameters)) for _ in range(2))
            with np.errstate(all="ignore"):
                inputs, signals = self._pass(x, t)
                for layer, (W, h, delta) in enumerate(zip(self._weights, inputs, signals, strict=True)):
                    before.weights[layer][...] = W.T
                    move.weights[layer][...] = np.matmul(delta, h.swapaxes(-1, -2)).T
                    move.biases[layer][...] = np.matmul(delta, ones(delta.shape[-1], delta.dtype)).T
                self._state[0] = self._sgd.velocity(move.flat, before.flat[: self._network.weight_count])
            self._first[...], self._above[...] = after
        return self._state

    def load(self) -> None:
        """Take over the network's parameters."""
        for mine, view in self._pairs():
            mine[...] = view.T
        self._stored, self._bound = True, math.inf

    def store(self) -> None:
        """Give the network the parameters that were trained."""
        if not self._stored:
            for mine, view in self._pairs():
                view[...] = mine.T
        self._stored = True

    def take(self, number: int, x: Array, t: Array, *, y: object = None, keep_state: bool = True) -> None:
        """Train one step, as TrainingStep.take does: on inputs x (n, i) and targets t′ (n, K, R)."""
        self._before = (x, t, self._first.copy(), self._above.copy()) if keep_state else None
        if self._compiled is None:
            self._update(*self._pass(x, t))
        else:
            z = np.zeros((*self._first.shape[:2], len(x)), x.dtype)
            add_product(_flat(self._first), x.T, _flat(z), at_once=True)
            delta = np.empty_like(z)
            self._compiled.train_above(self._above, z, delta, np.ascontiguousarray(t.T), *self._constants)
            self._update_first(x.T, delta)
        self._stored = False

    def is_finite(self) -> bool:
        """Whether the sum of squares of all parameters is finite.

        That of the first layer's weights, which are many, is taken only where the norms of what was added to them do
        not settle it: ‖W + δ·x‖ ≤ ‖W‖ + ‖δ‖·‖x‖.
        """
        safe = SAFE[self._network.dtype]
        if not self._bound < safe:
            self._bound = _norm(self._first)
        above = _norm(self._above)
        if self._bound < safe and above < safe:
            return True
        return bool(np.isfinite(self._network.dtype(math.hypot(_norm(self._first), above)) ** 2))

    def _pairs(self) -> Iterator[tuple[Array, Array]]:
        """The arrays here, each with the transposed view of the network's."""
        yield from zip(self._weights, self._network.weights, strict=True)
        yield from zip(self._biases, self._network.biases, strict=True)

    def _pass(self, x: Array, t: Array) -> tuple[list[Array], list[Array]]:
        """The inputs and the signals of every layer; see `_forward` and `_signals`."""
        inputs, z = self._forward(x)
        return inputs, self._signals(inputs, self._signal(t, z.T, self._network.output(z.T)).T)

    def _forward(self, x: Array) -> tuple[list[Array], Array]:
        """The input of every layer, x.T (i, n) and then (R, unit, n), and the last layer's logits (R, K, n)."""
        inputs, last = [x.T], len(self._weights) - 1
        for layer, (W, b) in enumerate(zip(self._weights, self._biases, strict=True)):
            if layer == 0:
                z = np.empty((*b.shape, len(x)), x.dtype)
                z[...] = b[..., None]
                add_product(_flat(W), x.T, _flat(z), at_once=self._large)
            else:
                z = np.matmul(W, inputs[layer])
                z += b[..., None]
            if layer < last:
                inputs.append(self._activate(z, out=z))
        return inputs, z

    def _signals(self, inputs: list[Array], delta: Array) -> list[Array]:
        """Every layer's signal (R, unit, n) times η/n, from the output layer's ``delta``."""
        signals = [np.multiply(delta, self._learning_rate / delta.shape[-1], order="C")]
        for W, h in zip(self._weights[:0:-1], inputs[:0:-1], strict=True):
            back = np.matmul(W.swapaxes(1, 2), signals[0])
            back *= self._network.activation.slope(h)
            signals.insert(0, back)
        return signals

    def _update(self, inputs: list[Array], signals: list[Array]) -> None:
        """W ← W·(1 − η(λ + λ₂)) + δ·hᵀ and b ← b + Σδ, with the signals of `_signals`."""
        self._update_first(inputs[0], signals[0])
        for W, h, delta in zip(self._weights[1:], inputs[1:], signals[1:], strict=True):
            if self._shrinks:
                W *= self._shrink
            W += np.matmul(delta, h.swapaxes(1, 2))
        for b, delta in zip(self._biases, signals, strict=True):
            b += np.matmul(delta, ones(delta.shape[-1], delta.dtype))

    def _update_first(self, x: Array, delta: Array) -> None:
        """The same of the first layer's weights, with the inputs x (i, n) and its signal (R, units, n)."""
        if self._shrinks:
            self._first *= self._shrink
        add_product(_flat(delta), x.T, _flat(self._first), at_once=self._large)
        self._bound = self._most * self._bound + _norm(delta) * _norm(x)


def tanh(z: Array, out: Array) -> Array:
    """1 − 2/(1 + e^2z): the hyperbolic tangent to within 4e-16, in half the time of NumPy's."""
    np.multiply(z, 2.0, out=out)
    np.exp(out, out=out)
    out += 1.0
    np.divide(-2.0, out, out=out)
    out += 1.0
    return out


def _by_network(factor: Factor) -> Factor:
    """A factor as it multiplies (R, unit, sample)."""
    return factor if isinstance(factor, float) else factor[:, None, None]


def _flat(a: Array) -> Array:
    """(R, unit, n) as (R·unit, n), a view."""
    return a.reshape(-1, a.shape[-1])


def _norm(a: Array) -> float:
    """√Σa²."""
    flat = a.ravel(order="K")
    return math.sqrt(flat.dot(flat))
