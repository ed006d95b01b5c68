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
from lsexplorer.nn.arrays import Array, Factor
from lsexplorer.nn.losses import ERROR, signal_of
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularization import active, added_signals
from lsexplorer.nn.updates import FusedSGD, Update
from lsexplorer.run.hyperparameters import Hyperparameters

INPUTS, NARROW = 100, 16
"""Networks with more inputs than this and fewer units in the first layer had better share the product of that layer.
µs a network-step on one core, by themselves and as one, 784-5-10, batch 32, 64 networks: 13 and 14 where the processor
has AVX-512, 66 and 34 without; 784-64-10, 16 networks: 127 and 148, 185 and 184."""
CODES = (TANH, RELU, LOGISTIC, IDENTITY, None)
"""Functions in the order of their codes in bank/kernel.py; None is softmax."""
LOGIT_PENALTIES = (
    "logit_penalty",
    "confidence_penalty",
    "max_suppression",
    "margin_smoothing",
    "z_loss",
    "focal_gamma",
)
"""Regularisers in the order of their codes in bank/kernel.py."""
L1 = "l1"
WORK = 2**31
"""Samples times parameters that are worked on at once, some tenths of a second: signals are heard in between."""
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


def bank_libraries() -> str:
    """What a bank's numbers are computed with here: 'NumPy 2.4.6 with openblas 0.3.31 Haswell and numba 0.68.1'."""
    # All this is loaded here since few need it.
    from importlib.metadata import version
    from importlib.util import find_spec

    from lsexplorer.run.ending import libraries

    loops = f" and numba {version('numba')}" if find_spec("numba") and find_spec("scipy") else ""
    return libraries() + loops


def fits(hyperparameters: Sequence[Hyperparameters], sizes: Sequence[int], shared: bool) -> bool:
    """Whether these networks of one shape are trained so: by SGD with decays and L1, with a signal that is known.

    An L2 of all weights or of the last layer's is a decay, as FusedSGD says. sizes: units of each layer, inputs first.
    shared: whether bank/shared_batch.py fits too, which multiplies the first layers of many networks as one.
    """
    update = Update.of(hyperparameters)
    numbers = len(hyperparameters) * sum((i + 1) * o for i, o in pairwise(sizes))
    return (
        not (shared and sizes[0] > INPUTS and sizes[1] < NARROW)
        and numbers >= NUMBERS
        and FusedSGD.fits(update)
        and all(one.entry.proportional or one.entry.last_layer or one.entry.name == L1 for one in update.penalties)
        and knows_signal(hyperparameters)
        and kernel() is not None
    )


def knows_signal(hyperparameters: Sequence[Hyperparameters]) -> bool:
    """Whether compiled loops know the output layer's signal of these networks: t′ − o, and LOGIT_PENALTIES."""
    first = hyperparameters[0]
    error = signal_of(first.output, first.loss, first.softmax_jacobian) is ERROR
    return error and added_signals(hyperparameters).keys() <= set(LOGIT_PENALTIES)


def rules_of(network: Network, hyperparameters: Sequence[Hyperparameters]) -> Any:
    """How bank/kernel.py is to train these networks: its Rules."""
    count, layers, dtype = len(hyperparameters), len(network.sizes) - 1, network.dtype
    update, on = Update.of(hyperparameters), active(hyperparameters)
    rates, shrinks, l1 = each(update.learning_rate, count), np.ones((count, layers)), np.zeros(count)
    for entry, strength in (*update.decays, *update.penalties):
        moved = rates * strength
        if entry.name == L1:
            l1 += moved
        else:
            shrinks[:, layers - 1 if entry.last_layer else 0 :] -= moved[:, None]
    on_logits = {entry.name: each(strength, count) for entry, strength in on if entry.name in LOGIT_PENALTIES}
    penalties = np.zeros((count if on_logits else 0, len(LOGIT_PENALTIES)))
    for name, strength in on_logits.items():
        penalties[:, LOGIT_PENALTIES.index(name)] = strength
    arrays = (array.astype(dtype) for array in (rates, shrinks, l1, penalties))
    return kernel().Rules(*arrays, hyperparameters[0].margin, *codes(network, hyperparameters))


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
        dtype = network.dtype
        self._network, self._sizes = network, np.array(network.sizes)
        self._X = np.array(X, dtype, order="C")
        self._kind, self._targets = kinds[0], np.array(kinds[1].transpose(2, 0, 1), dtype, order="C")
        self._rules, self._blas = rules_of(network, hyperparameters), kernel().new_blas(dtype)
        self.most = max(1, WORK // (hyperparameters[0].batch_size * network.parameters.size))
        """Steps at once, at most."""

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
            self._rules,
            diverged,
            self._sizes,
            *batches,
            self._blas,
        )


def each(value: Factor, networks: int) -> Array:
    """A number for each network (R,)."""
    return np.full(networks, value, dtype=np.float64)
