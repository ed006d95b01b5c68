"""Data sets of two predictors that are made by a seed: a network's classes over the plane can be seen whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.options import LoadOptions
from lsexplorer.data.samples import Classes, Samples
from lsexplorer.nn.arrays import Array

SAMPLES = 500
"""Samples in both parts, unless ``samples`` says otherwise."""
DECIMALS = 4
"""Of a predictor: sine and cosine differ between machines in their last bits, and a digest would with them."""

Place = Callable[[np.random.Generator, Classes], Array]
"""Points (n, 2) without noise for the classes (n,)."""


@dataclass(frozen=True)
class Made:
    """A data set that is made; the networks that suit them are in run/presets.py."""

    title: str
    """What it is, in a few words."""
    class_names: tuple[str, ...]
    noise: float
    """The standard deviation of what is added to each predictor, unless ``noise`` says otherwise."""
    place: Place

    def make(self, options: LoadOptions) -> Samples:
        """The samples that ``data_seed``, ``samples`` and ``noise`` describe, the classes in turn."""
        n = SAMPLES if options.samples is None else options.samples
        noise = self.noise if options.noise is None else options.noise
        rng = np.random.default_rng(options.data_seed)
        y = np.arange(n) % len(self.class_names)
        X = np.round(self.place(rng, y) + noise * rng.standard_normal((n, 2)), DECIMALS)
        note = (
            f"{n:,} samples were made by the data seed {options.data_seed}; the standard deviation of their noise is "
        )
        return Samples(X, y, ("x1", "x2"), self.class_names, np.arange(n), notes=(f"{note}{noise:g}.",))


def _polar(radius: Array, angle: NDArray[np.floating]) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _circles(rng: np.random.Generator, y: Classes) -> Array:
    """A disc of radius 0.5 and a ring from 0.75 to 1, each evenly filled."""
    low, high = np.array([(0.0, 0.5), (0.75, 1.0)])[y].T
    radius: Array = np.sqrt(rng.uniform(low**2, high**2))
    return _polar(radius, rng.uniform(0, 2 * np.pi, len(y)))


def _xor(rng: np.random.Generator, y: Classes) -> Array:
    """Four squares of side 0.9: x1 and x2 have one sign, or two."""
    size = rng.uniform(0.1, 1, (len(y), 2))
    sign: NDArray[np.int64] = rng.integers(0, 2, len(y)) * 2 - 1
    return size * np.stack([sign, sign * (1 - 2 * y)], axis=1)


def _moons(rng: np.random.Generator, y: Classes) -> Array:
    """Two half circles of radius 1, the lower one moved by (1, 0.5)."""
    upper = _polar(np.ones(len(y)), rng.uniform(0, np.pi, len(y)))
    return np.where(y[:, None] == 0, upper, [1, 0.5] - upper)


def _spiral(rng: np.random.Generator, y: Classes) -> Array:
    """Three arms from radius 0.1 to 1 that turn by 4 radians, 120° apart."""
    radius = rng.uniform(0.1, 1, len(y))
    return _polar(radius, 4 * radius + 2 * np.pi / 3 * y)


def _blobs(rng: np.random.Generator, y: Classes) -> Array:
    """The corners of a triangle with equal sides, at distance 1 from its middle."""
    return _polar(np.ones(len(y)), np.pi / 2 + 2 * np.pi / 3 * y)


MADE: Mapping[str, Made] = MappingProxyType(
    {
        "circles": Made("a disc inside a ring", ("inner", "outer"), 0.1, _circles),
        "xor": Made("four squares, opposite ones of one class", ("same", "opposite"), 0.1, _xor),
        "moons": Made("two half circles that reach into each other", ("upper", "lower"), 0.2, _moons),
        "spiral": Made("three arms of a spiral", ("first", "second", "third"), 0.05, _spiral),
        "blobs": Made("three round clouds that overlap a little", ("top", "left", "right"), 0.4, _blobs),
    }
)
