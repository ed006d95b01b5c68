"""Pattern targets: targets for the last hidden layer, beside those for the outputs.

They add β·mean over the samples of ‖h/s − μ_y‖² to a batch's loss, where h are the activations of the last hidden layer
and y is the sample's class. With m_c = E[h | y = c] of a trained network and s = √(mean over classes and units of m²),
μ = m/s has unit RMS. The same s divides h, so that h and m are compared in the trained network's own units: the penalty
is β‖(h − m_y)/s‖². The targets themselves are not trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array, Factor


@dataclass(frozen=True, eq=False)
class PatternTargets:
    """Targets of the last hidden layer of one network, or of a bank of R networks."""

    patterns: Array
    """μ, the pattern of each class: (C, J) for C classes and J hidden units, (C, J, R) for a bank."""
    scale: Factor
    """s, which divides the activations: a number, or (R,)."""
    strength: Factor
    """β ≥ 0: a number, or (R,)."""

    @classmethod
    def from_means(cls, means: Array, strength: float) -> "PatternTargets":
        """Targets of strength β from a trained network's mean activations by class (C, J).

        Raises InputError unless β ≥ 0, and for means that are all 0, since they cannot be scaled.
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
        """Raise InputError unless they fit the last hidden layer of a network of these ``sizes`` and classes."""
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
        """β‖h/s − μ_y‖² of each sample (n[, R]), for activations h (n, J[, R]) of classes y (n,) or (n, R)."""
        return np.asarray(self.strength * ((h / self.scale - self._of(y)) ** 2).sum(axis=1))

    def gradient(self, h: Array, y: NDArray[np.int64]) -> Array:
        """−∂values/∂h = −(2β/s)(h/s − μ_y), (n, J[, R]); arguments as for values."""
        return np.asarray((-2.0 * self.strength / self.scale) * (h / self.scale - self._of(y)))

    def _of(self, y: NDArray[np.int64]) -> Array:
        """μ_y (n, J[, R]); y is (n, R) where each network of a bank has samples of its own."""
        if y.ndim == 1:
            return self.patterns[y]
        units, networks = self.patterns.shape[1:]
        return self.patterns[y[:, None, :], np.arange(units)[:, None], np.arange(networks)]


def stack_targets(targets: Sequence[PatternTargets | None], shape: tuple[int, int]) -> PatternTargets:
    """The targets of R networks as those of one bank; None stands for a network without targets.

    shape: (C, J), their classes and hidden units.
    """
    none = PatternTargets(np.zeros(shape), 1.0, 0.0)
    each = [target or none for target in targets]
    return PatternTargets(
        np.stack([target.patterns for target in each], axis=-1),
        np.array([target.scale for target in each]),
        np.array([target.strength for target in each]),
    )
