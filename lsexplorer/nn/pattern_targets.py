"""Pattern targets: a label for the last hidden layer, beside the one for the outputs.

To the loss of a batch they add β·mean over the samples of ‖h/s − μ_y‖², where h are the activations of the last hidden
layer and y the sample's class. With m_c = E[h | y = c] of a trained network and s = √(mean over classes and units of
m²), μ = m/s has unit RMS; the same s divides h, so that h and m are compared in the units in which the trained network
gives them: the penalty is β‖(h − m_y)/s‖². They are frozen: nothing of them is trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

Strength = float | Array


@dataclass(frozen=True, eq=False)
class PatternTargets:
    """μ (C, J), s and β of one network; for a bank μ (C, J, R), s (R,) and β (R,). See from_means."""

    patterns: Array
    scale: Strength
    strength: Strength

    @classmethod
    def from_means(cls, means: Array, strength: float) -> "PatternTargets":
        """Targets of strength β ≥ 0 from a trained network's mean activations (C, J).

        Raises InputError for another β, or for means that are all 0, since they cannot be scaled.
        """
        if not (strength >= 0 and np.isfinite(strength)):
            raise InputError(f"beta must be a number of at least 0, got {strength:g}")
        scale = float(np.sqrt(np.mean(means**2)))
        if not (scale > 0 and np.isfinite(scale)):
            raise InputError(
                "a pattern to train on needs hidden units that are active, and here all of them are silent"
            )
        return cls(means / scale, scale, float(strength))

    def permuted(self, order: NDArray[np.int64]) -> "PatternTargets":
        """The same patterns, class c getting that of class order[c]."""
        return replace(self, patterns=self.patterns[order])

    def check_fit(self, sizes: Sequence[int], classes: int) -> None:
        """Raise InputError unless they are for the last hidden layer of a network of ``sizes``, and so many classes."""
        if len(sizes) < 3:
            raise InputError(
                "pattern targets need a hidden layer, and this network has none: give it one, such as 5 units"
            )
        if self.patterns.shape[:2] != (classes, sizes[-2]):
            raise InputError(
                f"pattern targets must be {classes} classes by {sizes[-2]} hidden units, as the network has, "
                f"got {self.patterns.shape[0]} by {self.patterns.shape[1]}"
            )

    @property
    def off(self) -> bool:
        """Whether they do nothing: β is 0."""
        return not np.any(self.strength)

    def values(self, h: Array, y: NDArray[np.int64]) -> Array:
        """β‖h/s − μ_y‖² of each sample, (n[, R]), for activations h (n, J[, R]) of classes y (n,)."""
        return np.asarray(self.strength * ((h / self.scale - self.patterns[y]) ** 2).sum(axis=1))

    def pull(self, h: Array, y: NDArray[np.int64]) -> Array:
        """−∂/∂h of the values: −(2β/s)(h/s − μ_y), (n, J[, R])."""
        return np.asarray((-2.0 * self.strength / self.scale) * (h / self.scale - self.patterns[y]))


def together(targets: "list[PatternTargets | None]", shape: tuple[int, int]) -> PatternTargets:
    """The targets of R networks with (C, J) = ``shape`` as those of a bank; None for a network without any."""
    none = PatternTargets(np.zeros(shape), 1.0, 0.0)
    each = [target or none for target in targets]
    return PatternTargets(
        np.stack([target.patterns for target in each], axis=-1),
        np.array([target.scale for target in each]),
        np.array([target.strength for target in each]),
    )
