"""The weights' histograms: how each layer's weights are spread now, and how they were at the start."""

import math
from dataclasses import dataclass

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
    shape: tuple[int, int]
    """(fan_in, fan_out)."""
    edges: Array
    """Of the bins (bins + 1,), evenly about 0, which is one of them."""
    now: NDArray[np.int64]
    """Weights in each bin (bins,); in all fan_in · fan_out, or fewer once numbers have overflowed."""
    start: NDArray[np.int64]
    """The same at step 0."""
    deviation: tuple[float, float]
    """√ of the mean square of the weights: at step 0, and now."""
    largest: tuple[float, float]
    """The largest |w|: at step 0, and now."""


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
    largest = float(np.abs(start).max()), float(np.abs(now).max())
    reach = _reach(max(value for value in (*largest, 0.0) if math.isfinite(value)))
    half = max(1, min(width // 2, max(5, int(now.size**0.5))))
    edges = np.linspace(-reach, reach, 2 * half + 1)
    after, before = (np.histogram(W[np.isfinite(W)], edges)[0] for W in (now, start))
    deviation = float(np.sqrt(np.mean(start * start))), float(np.sqrt(np.mean(now * now)))
    return LayerHistogram(layer, (now.shape[0], now.shape[1]), edges, after, before, deviation, largest)


def _reach(largest: float) -> float:
    """The first of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not below ``largest``: bins seldom change."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next((part * power for part in (1, 1.5, 2, 3, 5, 7, 10) if part * power >= largest), 10 * power)
