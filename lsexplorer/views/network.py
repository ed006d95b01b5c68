"""The network: its units, the weights between them, and what the next step does to both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array, without_noise
from lsexplorer.run.deltas import NodeDelta, node_name
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint


@dataclass(frozen=True)
class NetworkPicture:
    """The network before its next step; layer 0 is the inputs, and edges k lead from layer k to layer k + 1."""

    names: tuple[tuple[str, ...], ...]
    """Of each layer's units."""
    values: tuple[Array, ...]
    """What each unit passes on: input, activation or output, of the sample or the mean of the batch."""
    weights: tuple[Array, ...]
    """(fan_in, fan_out) of each layer of edges."""
    growth: tuple[Array, ...]
    """By how much the next step makes each of them larger, Δ|w| (fan_in, fan_out)."""
    moves: tuple[Array, ...]
    """The step itself, Δw (fan_in, fan_out)."""
    outputs: tuple[NodeDelta, ...]
    """The output nodes' rows of the delta table."""
    norm_growth: tuple[Array, ...]
    """Δ‖w‖ of the weights into each unit by the next step (fan_out,)."""
    selected: tuple[int, int]
    """Layer, from 1, and unit of the selected node."""
    source: int
    """The unit of the layer below from which the selected weight comes; −1 for the bias."""
    pixels: Array | None
    """The sample as an image (height, width) from 0 to 1, None for other data."""
    pixel_weights: Array | None
    """The weights from it to ``pixel_unit`` as an image (height, width)."""
    pixel_unit: str
    """The unit above the inputs that is selected, or from which the selected weight comes."""
    shows_weights: bool
    """Whether the image to show first is that of the weights."""
    reach: tuple[float, ...]
    """The size of a weight that is drawn at full strength, of each layer of edges: that of the largest."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer."""
        return tuple(map(len, self.names))


def network_picture(run: RunState, viewpoint: Viewpoint) -> NetworkPicture:
    """The network of a run as it stands; variant: the sample's pixels, or the weights that see them."""
    deltas, network, data = viewpoint.deltas, run.network, run.data
    last = len(network.weights)
    node = deltas.node(viewpoint.node)
    layer, unit = node.layer + 1, node.unit
    source = viewpoint.weight if viewpoint.weight < network.sizes[node.layer] else -1
    hidden = [tuple(node_name(k, j, last) for j in range(n)) for k, n in enumerate(network.sizes[1:])]
    outputs = tuple(entry for entry in deltas.nodes if entry.layer == last - 1)
    norm_growth = [np.zeros(n) for n in network.sizes[1:]]
    for entry in deltas.nodes:
        norm_growth[entry.layer][entry.unit] = entry.norm_changes.now
    values = [moves.inputs[:-1] for moves in deltas.layers]
    before = [moves.weight[:-1] for moves in deltas.layers]
    growth = [_growth(moves.weight[:-1], moves.after[:-1]) for moves in deltas.layers]
    first_unit = unit if layer == 1 else max(0, source) if layer == 2 else 0
    pixels = pixel_weights = None
    if data.image_shape is not None:
        pixels = _pixels(run, deltas.batch if deltas.sample is None else np.array([deltas.sample]))
        pixel_weights = before[0][:, first_unit].reshape(data.image_shape)
    return NetworkPicture(
        (data.feature_names, *hidden),
        (*values, np.array([entry.output for entry in outputs])),
        tuple(before),
        tuple(growth),
        tuple(moves.net[:-1] for moves in deltas.layers),
        outputs,
        tuple(norm_growth),
        (layer, unit),
        source,
        pixels,
        pixel_weights,
        hidden[0][first_unit],
        bool(viewpoint.variant % 2),
        tuple(float(np.abs(W[np.isfinite(W)]).max(initial=0.0)) for W in before),
    )


def in_one_scale(runs: Sequence[NetworkPicture]) -> list[NetworkPicture]:
    """The networks of several runs with weights drawn at the same strength."""
    reach = tuple(max(sizes) for sizes in zip(*(run.reach for run in runs), strict=True))
    return [replace(run, reach=reach) for run in runs]


def _growth(before: Array, after: Array) -> Array:
    return without_noise(np.abs(after) - np.abs(before), np.abs(before))


def _pixels(run: RunState, rows: NDArray[np.int64]) -> Array:
    """The mean of some training samples as an image, from 0 to 1."""
    data = run.data
    assert data.image_shape is not None
    mean = np.asarray(data.raw_part("train")[rows], dtype=np.float64).mean(axis=0)
    image: Array = np.clip(mean / _brightest(data), 0.0, 1.0)
    return image.reshape(data.image_shape)


@lru_cache(maxsize=4)
def _brightest(data: Dataset) -> float:
    return float(data.raw_part("train").max()) or 1.0


def neighbour(sizes: Sequence[int], node: str, source: int, *, right: int, down: int) -> str:
    """The node beside another one: up and down within its layer, right to the layer above, left to the one below.

    sizes: units of each layer, inputs first. source: the unit of the layer below that the way to the left leads to.
    """
    last = len(sizes) - 1
    places = {node_name(k, j, last): (k, j) for k, n in enumerate(sizes[1:]) for j in range(n)}
    layer, unit = places[node]
    if right > 0 and layer < last - 1:
        layer, unit = layer + 1, min(unit, sizes[layer + 2] - 1)
    elif right < 0 and layer > 0:
        layer, unit = layer - 1, min(max(0, source), sizes[layer] - 1)
    return node_name(layer, max(0, min(unit + down, sizes[layer + 1] - 1)), last)
