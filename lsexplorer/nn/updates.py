"""Penalties and optimisers: how a pull (−gradient of the data loss) becomes a change of the parameters.

Strengths may be floats, or arrays (R,) for a bank of networks on the last axis. L2, L1 and weight decay act on weights
alone, never on biases. Conventions are those of PyTorch.
"""

from typing import NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array, Factor, scalings, zeros_beside

ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
OPTIMIZERS = ("sgd", "adam")
STATE_SLOTS = {"sgd": 1, "adam": 2}
"""Arrays of the parameters' shape that an optimiser keeps: velocity, or the two moments."""

Strength = Factor


def l2_pull(w: Array, l2: Strength) -> Array:
    """−λw, from the penalty ½λΣw²."""
    return np.asarray(-l2 * w)


def l1_pull(w: Array, l1: Strength) -> Array:
    """−λ·sign(w), from the penalty λΣ|w|; sign(0) = 0."""
    return np.asarray(-l1 * np.sign(w))


class Update(NamedTuple):
    """One optimiser with its settings and the three penalties."""

    optimizer: str
    learning_rate: Strength
    momentum: Strength = 0.0
    nesterov: bool = False
    l1: Strength = 0.0
    l2: Strength = 0.0
    weight_decay: Strength = 0.0

    def new_state(self, parameters: Array) -> Array:
        """An optimiser's state before its first step, (slots, *parameters.shape)."""
        return zeros_beside(parameters, STATE_SLOTS[self.optimizer])

    def apply(self, parameters: Array, weight_count: int, pull: Array, state: Array, step: int) -> None:
        """Move ``parameters`` (P[, R]) in place by one step; ``pull`` and ``state`` are used up and updated.

        pull: −gradient of the data loss. step: 1 for the first step (Adam's bias correction).
        Order (Loshchilov and Hutter 2019): w ← w·(1 − ηλ), then the optimiser on the data, L2 and L1 pulls together.
        """
        w, weight_pull = parameters[:weight_count], pull[:weight_count]
        if _any(self.l2):
            weight_pull += l2_pull(w, self.l2)
        if _any(self.l1):
            weight_pull += l1_pull(w, self.l1)
        if _any(self.weight_decay):
            w *= 1.0 - self.learning_rate * self.weight_decay
        parameters += self._sgd(pull, state[0]) if self.optimizer == "sgd" else self._adam(pull, state, step)

    def _sgd(self, pull: Array, velocity: Array) -> Array:
        velocity *= self.momentum
        velocity += pull
        return self.learning_rate * (pull + self.momentum * velocity if self.nesterov else velocity)

    def _adam(self, pull: Array, state: Array, step: int) -> Array:
        m, v = state
        m += (1.0 - ADAM_BETA1) * (pull - m)
        v *= ADAM_BETA2
        v += (1.0 - ADAM_BETA2) * pull * pull
        root = np.sqrt(v) / (1.0 - ADAM_BETA2**step) ** 0.5
        return np.asarray(self.learning_rate / (1.0 - ADAM_BETA1**step) * m / (root + ADAM_EPSILON))


class FusedSGD:
    """Plain gradient descent for a bank whose strengths stay as they are: what Update.apply does, in fewer passes.

    Multiplied out it is w·(1 − ηλ) + η(pull − λ₂w) = w·(1 − η(λ + λ₂)) + η·pull, with λ₁·sign(w) in the pull.
    """

    def __init__(self, update: Update, parameters: Array, weight_count: int) -> None:
        """Get ready to move these parameters (P, R)."""
        self.learning_rate, self._l1, self._l2 = update.learning_rate, update.l1, update.l2
        self._parameters, self._w = parameters, parameters[:weight_count]
        decay = update.weight_decay + update.l2
        self._shrink = scalings(self._w, 1.0 - self.learning_rate * decay) if _any(decay) else []
        self._sparse = _any(self._l1)

    @staticmethod
    def fits(update: Update) -> bool:
        """Whether the rule is SGD without momentum."""
        return update.optimizer == "sgd" and not _any(update.momentum)

    def velocity(self, move: Array) -> Array:
        """What the state (P, R) of SGD is after the step that comes next: the pull, with those of L2 and L1."""
        velocity: Array = move / self.learning_rate
        velocity[: len(self._w)] += l2_pull(self._w, self._l2) + l1_pull(self._w, self._l1)
        return velocity

    def step(self, move: Array) -> None:
        """Move the parameters by one step; ``move`` is η·pull (P, R), and is used up."""
        if self._sparse:
            move[: len(self._w)] += self.learning_rate * l1_pull(self._w, self._l1)
        for part, factor in self._shrink:
            part *= factor
        self._parameters += move


def _any(strength: Strength) -> bool:
    return bool(strength.any()) if isinstance(strength, np.ndarray) else strength != 0.0
