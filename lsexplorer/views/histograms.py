"""The weights' histograms: how each layer's weights are spread now, and how they were at the start."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint

WIDTH, GAP = 30, 3
"""Characters that a layer has at least, and that are left between two."""


@dataclass(frozen=True)
class LayerHistogram:
    """The weights of a layer, biases left out."""

    layer: int
    """From 0."""
    weights: tuple[Array, Array]
    """At step 0, and now (fan_in, fan_out)."""
    reach: float
    """The bins go from −reach to reach."""
    bins: int
    """Their number, which is even."""
    most: int = 0
    """Weights at the top of the picture, if they are more than any bin has."""

    @property
    def edges(self) -> Array:
        """Of the bins (bins + 1,); 0 is one of them."""
        return np.linspace(-self.reach, self.reach, self.bins + 1)

    @property
    def counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Weights in each bin (bins,) at step 0, and now; those that have overflowed are in none."""
        start, now = (np.histogram(W[np.isfinite(W)], self.edges)[0] for W in self.weights)
        return start, now

    @property
    def tallest(self) -> int:
        """Weights at the top of the picture."""
        return max(self.most, *(int(counts.max()) for counts in self.counts))

    @property
    def deviation(self) -> tuple[float, float]:
        """√ of the mean square of the weights at step 0, and now; ∞ where squares overflow."""
        with np.errstate(over="ignore"):
            start, now = (float(np.sqrt(np.mean(W * W))) for W in self.weights)
        return start, now

    @property
    def largest(self) -> tuple[float, float]:
        """The largest |w| at step 0, and now."""
        start, now = (float(np.abs(W).max()) for W in self.weights)
        return start, now


@dataclass(frozen=True)
class WeightHistograms:
    """Of the layers for which there is room."""

    layers: tuple[LayerHistogram, ...]
    more: int
    """Further layers."""
    other: str
    """What another variant shows, '' where all layers have room."""
    width: int
    """Characters that each has."""
    step: int
    """Steps trained."""


def weight_histograms(run: RunState, viewpoint: Viewpoint) -> WeightHistograms:
    """The histograms of a run as it stands; variant: which layer comes first."""
    hp = run.hyperparameters
    first = Network(run.network.sizes, hp.activation, hp.output)
    first.parameters = run.snapshots(1)[0].parameters
    count = len(first.weights)
    shown = max(1, min(count, (viewpoint.columns + GAP) // (WIDTH + GAP)))
    width = (viewpoint.columns + GAP) // shown - GAP
    layers = sorted((viewpoint.variant + place) % count for place in range(shown))
    histograms = [_histogram(layer, first.weights[layer], run.network.weights[layer], width) for layer in layers]
    return WeightHistograms(tuple(histograms), count - shown, "other layers" * (shown < count), width, run.step_count)


def _histogram(layer: int, start: Array, now: Array, width: int) -> LayerHistogram:
    """The histograms of a layer in at most ``width`` bins: an even number, smaller where there are few weights."""
    largest = max(float(np.abs(W[np.isfinite(W)]).max(initial=0.0)) for W in (start, now))
    half = max(1, min(width // 2, max(5, int(now.size**0.5))))
    return LayerHistogram(layer, (start.copy(), now.copy()), _reach(largest), 2 * half)


def in_one_scale(runs: Sequence[WeightHistograms]) -> list[WeightHistograms]:
    """The histograms of several runs with the same bins and the same top."""
    shared = []
    for layers in zip(*(run.layers for run in runs), strict=True):
        reach = max(layer.reach for layer in layers)
        wide = [replace(layer, reach=reach) for layer in layers]
        most = max(layer.tallest for layer in wide)
        shared.append([replace(layer, most=most) for layer in wide])
    return [replace(run, layers=tuple(layers)) for run, layers in zip(runs, zip(*shared, strict=True), strict=True)]


def _reach(largest: float) -> float:
    """The first of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not below ``largest``: bins seldom change."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next((part * power for part in (1, 1.5, 2, 3, 5, 7, 10) if part * power >= largest), 10 * power)
