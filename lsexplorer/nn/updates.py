"""Optimisers: how a descent direction (−∂L/∂w of the data loss, called gradient here) changes the parameters.

Rates and strengths may be numbers, or arrays (R,) for a bank of networks on the last axis. What a regulariser does to
the weights is in nn/regularizers.py. Conventions are those of PyTorch.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array, Precision, scalings, zeros_beside
from lsexplorer.nn.regularization import Active, active, penalty_gradient, shared
from lsexplorer.nn.regularizers import Settings, Strength

ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
OPTIMIZERS = ("sgd", "adam")
STATE_SLOTS = {"sgd": 1, "adam": 2}
"""Arrays of the parameters' shape that an optimiser keeps: velocity, or the two moments."""


class Update(NamedTuple):
    """One optimiser with its settings, and the regularisers that act on the weights."""

    optimizer: str
    learning_rate: Strength
    momentum: float = 0.0
    nesterov: bool = False
    penalties: tuple[Active, ...] = ()
    """Those that are on and add to the gradient."""
    decays: tuple[Active, ...] = ()
    """Those that are on and shrink the weights."""
    last_layer: int = 0
    """Where the last layer's weights begin among the parameters."""

    @classmethod
    def of(cls, settings: Sequence[Settings], last_layer: int = 0, dtype: Precision = np.float64) -> "Update":
        """The update of the networks with these ``settings``: of one, or of a bank's members.

        Members differ in learning rate and strengths alone. last_layer: where the last layer's weights begin.
        dtype: of the rate and the strengths, where they are arrays.
        """
        first, on = settings[0], active(settings, dtype)
        return cls(
            first.optimizer,
            shared([network.learning_rate for network in settings], dtype),
            first.momentum,
            first.nesterov,
            tuple(penalty for penalty in on if penalty.entry.gradient is not None),
            tuple(decay for decay in on if decay.entry.decay),
            last_layer,
        )

    def new_state(self, parameters: Array) -> Array:
        """An optimiser's state before its first step, (slots, *parameters.shape)."""
        return zeros_beside(parameters, STATE_SLOTS[self.optimizer])

    def apply(self, parameters: Array, weight_count: int, gradient: Array, state: Array, step: int) -> None:
        """Move ``parameters`` (P[, R]) in place by one step; ``gradient`` and ``state`` are used up and updated.

        gradient: the descent direction of the data loss. step: 1 for the first step (Adam's bias correction).
        Order (Loshchilov and Hutter 2019): w ← w·(1 − ηλ), then the optimiser on the gradients of data and penalties.
        """
        self.regularize(parameters, weight_count, gradient)
        parameters += self._sgd(gradient, state[0]) if self.optimizer == "sgd" else self._adam(gradient, state, step)

    @property
    def regularizes(self) -> bool:
        """Whether ``regularize`` does anything."""
        return bool(self.penalties or self.decays)

    def regularize(self, parameters: Array, weight_count: int, gradient: Array) -> None:
        """What comes before the optimiser: add the penalties' gradients to the data's, and shrink the weights."""
        w, of_weights = parameters[:weight_count], gradient[:weight_count]
        for penalty in self.penalties:
            of_weights += penalty_gradient(penalty, w, self.last_layer)
        for _, strength in self.decays:
            w *= 1.0 - self.learning_rate * strength

    def _sgd(self, gradient: Array, velocity: Array) -> Array:
        velocity *= self.momentum
        velocity += gradient
        return self.learning_rate * (gradient + self.momentum * velocity if self.nesterov else velocity)

    def _adam(self, gradient: Array, state: Array, step: int) -> Array:
        m, v = state
        m += (1.0 - ADAM_BETA1) * (gradient - m)
        v *= ADAM_BETA2
        v += (1.0 - ADAM_BETA2) * gradient * gradient
        root = np.sqrt(v) / (1.0 - ADAM_BETA2**step) ** 0.5
        return np.asarray(self.learning_rate / (1.0 - ADAM_BETA1**step) * m / (root + ADAM_EPSILON))


class FusedSGD:
    """SGD without momentum for a bank whose strengths stay as they are: what Update.apply does, in fewer passes.

    Multiplied out it is w·(1 − ηλ) + η(gradient − λ₂w) = w·(1 − η(λ + λ₂)) + η·gradient, where λ₂ are the strengths of
    penalties that are proportional to w; those of the others stay in the gradient.
    """

    def __init__(self, update: Update, parameters: Array, weight_count: int) -> None:
        """Get ready to move these parameters (P, R)."""
        self.learning_rate, self._penalties = update.learning_rate, update.penalties
        self._parameters, self._w, self._last_layer = parameters, parameters[:weight_count], update.last_layer
        self._others = [penalty for penalty in update.penalties if not penalty.entry.proportional]
        shrinking = [*update.decays, *(penalty for penalty in update.penalties if penalty.entry.proportional)]
        decay = reduce(add, [regularizer.strength for regularizer in shrinking], 0.0)
        self.shrink = 1.0 - self.learning_rate * decay if shrinking else 1.0
        """What every network's weights are multiplied by."""
        self._shrink = scalings(self._w, self.shrink) if shrinking else []

    @staticmethod
    def fits(update: Update) -> bool:
        """Whether the rule is SGD without momentum."""
        return update.optimizer == "sgd" and not update.momentum

    def velocity(self, move: Array, w: Array | None = None) -> Array:
        """The state (P, R) of SGD after a step by ``move``: the gradient, with those of the penalties.

        w: the weights before that step; unless given it is the one that comes next.
        """
        velocity: Array = move / self.learning_rate
        for penalty in self._penalties:
            velocity[: len(self._w)] += penalty_gradient(penalty, self._w if w is None else w, self._last_layer)
        return velocity

    def step(self, move: Array) -> None:
        """Move the parameters by one step; ``move`` is η·gradient (P, R), and is used up."""
        for penalty in self._others:
            move[: len(self._w)] += self.learning_rate * penalty_gradient(penalty, self._w, self._last_layer)
        for part, factor in self._shrink:
            part *= factor
        self._parameters += move
