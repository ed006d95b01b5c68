"""Penalties and optimisers: how a pull (−gradient of the data loss) becomes a change of the parameters.

Strengths may be floats, or arrays (R,) for a bank of networks on the last axis. L2, L1 and weight decay act on weights
alone, never on biases. Conventions are those of PyTorch.
"""

from typing import NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array

ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
OPTIMIZERS = ("sgd", "adam")
STATE_SLOTS = {"sgd": 1, "adam": 2}
"""Arrays of the parameters' shape that an optimiser keeps: velocity, or the two moments."""

Strength = float | Array


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
        return np.zeros((STATE_SLOTS[self.optimizer], *parameters.shape))

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


def _any(strength: Strength) -> bool:
    return bool(strength.any()) if isinstance(strength, np.ndarray) else strength != 0.0
