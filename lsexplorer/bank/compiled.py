"""Networks under SGD without momentum, trained by compiled loops where numba and SciPy are installed.

A step of NumPy calls takes as long as its calls and passes over arrays that no cache holds; compiled, one network takes
many steps, in which it and its batches stay in the processor's caches, and then comes the next. µs a network-step on
one core, compiled and not: see docs/benchmarks.md.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.threads import look_for_libraries
from lsexplorer.nn.activations import ELEMENTWISE_OUTPUTS, IDENTITY, LOGISTIC, RELU, TANH
from lsexplorer.nn.arrays import Array, Factor, Precision
from lsexplorer.nn.losses import ERROR, signal_of
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularizers import added_signals
from lsexplorer.nn.updates import FusedSGD, Update
from lsexplorer.run.hyperparameters import Hyperparameters

INPUTS, NARROW = 100, 16
"""Networks with more inputs than this and fewer units in the first layer had better share the product of that layer.
µs a network-step on one core, by themselves and as one, 784-5-10, batch 32, 64 networks: 13 and 14 where the processor
has AVX-512, 66 and 34 without; 784-64-10, 16 networks: 127 and 148, 185 and 184."""
CODES = (TANH, RELU, LOGISTIC, IDENTITY, None)
"""Functions in the order of their codes in bank/kernel.py; None is softmax."""
NUMBERS = 2**8
"""From this many parameters of all networks on, numba is worth importing, which takes a second."""


@cache
def kernel() -> Any:
    """The module of compiled loops; None without numba and SciPy."""
    try:
        module = import_module("lsexplorer.bank.kernel")
    except ImportError:
        return None
    look_for_libraries()  # SciPy brings a BLAS of its own
    return module


def fits(hyperparameters: Sequence[Hyperparameters], sizes: Sequence[int], shared: bool) -> bool:
    """Whether these networks of one shape are trained so: by SGD with decays, with δ = t′ − o.

    An L2 of all weights or of the last layer's is a decay, as FusedSGD says. sizes: units of each layer, inputs first.
    shared: whether bank/shared_batch.py fits too, which multiplies the first layers of many networks as one.
    """
    update = Update.of(hyperparameters)
    numbers = len(hyperparameters) * sum((i + 1) * o for i, o in pairwise(sizes))
    return (
        not (shared and sizes[0] > INPUTS and sizes[1] < NARROW)
        and numbers >= NUMBERS
        and FusedSGD.fits(update)
        and all(penalty.entry.proportional or penalty.entry.last_layer for penalty in update.penalties)
        and is_error(hyperparameters)
        and kernel() is not None
    )


def is_error(hyperparameters: Sequence[Hyperparameters]) -> bool:
    """Whether the output layer's signal is t′ − o for all these networks, which is all that compiled loops know."""
    first = hyperparameters[0]
    error = signal_of(first.output, first.loss, first.softmax_jacobian) is ERROR
    return error and not added_signals(hyperparameters)


def codes(network: Network, hyperparameters: Sequence[Hyperparameters]) -> tuple[int, int]:
    """What bank/kernel.py calls the activation and the output function of these networks."""
    return CODES.index(network.activation), CODES.index(ELEMENTWISE_OUTPUTS.get(hyperparameters[0].output))


class CompiledSteps:
    """Trains the networks of a group, whose parameters are network-major, several steps at a time."""

    def __init__(
        self,
        network: Network,
        hyperparameters: Sequence[Hyperparameters],
        X: Array,
        kinds: tuple[NDArray[np.int64], Array],
    ) -> None:
        """Get ready for networks that fit, on the training inputs X (rows, inputs).

        kinds: each row's kind of target (rows,), and the targets t′ of every kind (kinds, K, R).
        """
        update = Update.of(hyperparameters)
        rate, layers, count, dtype = update.learning_rate, len(network.sizes) - 1, len(hyperparameters), network.dtype
        self._network, self._sizes = network, np.array(network.sizes)
        self._X = np.array(X, dtype, order="C")
        self._kind, self._targets = kinds[0], np.array(kinds[1].transpose(2, 0, 1), dtype, order="C")
        self._rates = each(rate, count, dtype)
        shrinks = np.ones((count, layers))
        for entry, strength in (*update.decays, *update.penalties):
            which = slice(layers - 1 if entry.last_layer else 0, layers)
            shrinks[:, which] -= each(rate * strength, count)[:, None]
        self._shrinks = shrinks.astype(dtype)
        self._functions = codes(network, hyperparameters)
        self._blas = kernel().new_blas(dtype)

    def train(
        self,
        orders: NDArray[np.int64],
        order_of: NDArray[np.int64],
        batches: tuple[int, int, int],
        diverged: NDArray[np.bool_],
    ) -> None:
        """Train the batches of one epoch from one up to another, (batch size, from, up to).

        orders (orders, rows): the epoch's rows in order; order_of (R,): which of them a network takes. diverged (R,):
        whose numbers have overflowed; a network's becomes True in the step in which its parameters become NaN.
        """
        kernel().train(
            self._network.parameters.T,
            self._X,
            self._targets,
            self._kind,
            orders,
            order_of,
            self._rates,
            self._shrinks,
            diverged,
            self._sizes,
            *batches,
            *self._functions,
            self._blas,
        )


def each(value: Factor, networks: int, dtype: Precision = np.float64) -> Array:
    """A number for each network (R,)."""
    numbers: Array = np.full(networks, value, dtype)
    return numbers
