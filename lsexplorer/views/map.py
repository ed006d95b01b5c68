"""The map: what the network answers over a plane through the predictors, and how sure it is."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import confidence, log_probabilities, two_classes
from lsexplorer.nn.network import Network
from lsexplorer.nn.regularizers import REGULARIZERS, Regularizer
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint

MARGIN = 0.45
"""How far the map reaches beyond the samples at each side, as a share of their range: far away is part of the story."""
MOST_SAMPLES = 150
"""Samples drawn at most; more would hide the map."""
PREDICTORS, COMPONENTS = 4, 3
"""How many of them are paired with each other."""
PCA_ROWS = 1000
"""Where there are more predictors than this, so many samples find the components."""


@dataclass(frozen=True)
class Plane:
    """Two directions through the predictors, as the network sees them."""

    names: tuple[str, str]
    """Of the axes x and y."""
    directions: Array
    """(2, d), at right angles and of length 1."""
    units: tuple[tuple[float, float], tuple[float, float]]
    """Of each axis (mean, scale): a coordinate u reads mean + u·scale on it."""
    is_pair: bool
    """Whether the axes are two predictors, in the units of the data."""

    def shown(self, axis: int, coordinate: float) -> float:
        """What an axis (0 or 1) reads at a coordinate."""
        mean, scale = self.units[axis]
        return coordinate * scale + mean

    def coordinate(self, axis: int, shown: float) -> float:
        """The coordinate at which an axis reads a number."""
        mean, scale = self.units[axis]
        return (shown - mean) / scale


@dataclass(frozen=True)
class ClassMap:
    """Answers at the points of a grid on a plane through the selected sample, or the mean of all."""

    plane: Plane
    variants: int
    """How many planes there are to choose from."""
    x: Array
    """Coordinates of the grid's columns (w,), as the network sees them."""
    y: Array
    """Coordinates of its rows (h,), from the top down."""
    classes: NDArray[np.int64]
    """The answer at each point (h, w), −1 where the numbers have overflowed."""
    sure: Array | None
    """Its confidence (h, w), from 1/K to 1; None where the outputs are no probabilities."""
    class_names: tuple[str, ...]
    rows: NDArray[np.int64]
    """The training rows of the samples drawn (n,)."""
    points: Array
    """Their coordinates (n, 2)."""
    point_classes: NDArray[np.int64]
    """Their classes (n,)."""
    right: NDArray[np.bool_]
    """Which of them the network has right (n,)."""
    apart: NDArray[np.bool_]
    """Which of them it answers otherwise than the map says at their place, since they lie off the plane (n,)."""
    count: int
    """How many training samples there are; those drawn are spread evenly over them."""
    row: int | None
    """The source's row, from 1, of the selected sample, the last one drawn; None for the mean of all. The plane goes
    through it: the predictors off the plane have its values."""
    target: float
    """The greatest target of a class: 1 where they are hard."""
    bounded: bool
    """Whether the hidden units' activations are, so that answers far away level off."""
    held: str
    """The regularisers of the weights that are on, in words; '' for none."""
    beyond: float
    """The mean confidence of the answers at the map's rim, far from the samples; NaN without probabilities."""


def class_map(run: RunState, viewpoint: Viewpoint) -> ClassMap:
    """The map of a run as it stands, a grid point for each half of a character; variant: another plane."""
    data, sample = run.data, viewpoint.deltas.sample
    planes = planes_of(data)
    plane = planes[viewpoint.variant % len(planes)]
    across = _coordinates(data, viewpoint.variant % len(planes))
    middle = data.X_train.mean(axis=0) if sample is None else data.X_train[sample]
    drawn = _spread(len(data.X_train), sample)
    x, y = (_axis(across[:, at], n) for at, n in enumerate((viewpoint.columns, 2 * viewpoint.rows)))
    center = plane.directions @ middle
    # z of the first layer is linear in the coordinates, so that a point costs no more for many predictors.
    grid = np.stack(np.meshgrid(x - center[0], y[::-1] - center[1]), axis=-1).reshape(-1, 2)
    small = _on_plane(run, plane, middle)
    classes, sure = _answers(small, grid, run.hyperparameters.output)
    shape = len(y), len(x)
    own, _ = _answers(run.network, data.X_train[drawn], run.hyperparameters.output)
    y_drawn, places = data.y_train[drawn], across[drawn] - center
    on_plane, _ = _answers(small, places, run.hyperparameters.output)
    sure_at = None if sure is None else sure.reshape(shape)
    return ClassMap(
        plane,
        len(planes),
        x,
        y[::-1],
        classes.reshape(shape),
        sure_at,
        data.class_names,
        drawn,
        across[drawn],
        y_drawn,
        own == y_drawn,
        own != on_plane,
        len(data.X_train),
        None if sample is None else int(data.train_rows[sample]) + 1,
        _greatest_target(run, drawn),
        _is_bounded(run),
        " and ".join(entry.label for entry in REGULARIZERS.values() if _holds(entry, run)),
        float("nan") if sure_at is None else _rim(sure_at),
    )


@lru_cache(maxsize=4)
def planes_of(data: Dataset) -> tuple[Plane, ...]:
    """The planes to choose from: pairs of the predictors that tell the classes apart best, and of components."""
    d = data.X_train.shape[1]
    planes = []
    if data.image_shape is None:
        best = np.sort(np.argsort(-separation(data.X_train, data.y_train), kind="stable")[:PREDICTORS])
        strength = separation(data.X_train, data.y_train)
        pairs = sorted(combinations(best.tolist(), 2), key=lambda pair: -min(strength[pair[0]], strength[pair[1]]))
        planes = [_pair(data, i, j) for i, j in pairs]
    if d > 2 or not planes:
        found = components(data.X_train)
        chosen = list(combinations(range(len(found)), 2)) if not planes else [(0, 1)]
        planes += [_component_plane(found, i, j) for i, j in chosen]
    return tuple(planes)


@lru_cache(maxsize=4)
def _coordinates(data: Dataset, plane: int) -> Array:
    """Of the training samples on one of the planes (n, 2)."""
    return np.asarray(data.X_train @ planes_of(data)[plane].directions.T)


def _pair(data: Dataset, i: int, j: int) -> Plane:
    directions = np.zeros((2, data.X_train.shape[1]))
    directions[[0, 1], [i, j]] = 1.0
    units = [(float(data.mean[at]), float(data.scale[at])) for at in (i, j)]
    return Plane((data.feature_names[i], data.feature_names[j]), directions, (units[0], units[1]), True)


def _component_plane(found: Array, i: int, j: int) -> Plane:
    names = f"component {i + 1}", f"component {j + 1}"
    return Plane(names, found[[i, j]], ((0.0, 1.0), (0.0, 1.0)), False)


def separation(X: Array, y: NDArray[np.int64]) -> Array:
    """How well each predictor (n, d) tells the classes y (n,) apart: variance of the class means over that within."""
    groups = [X[y == k] for k in np.unique(y)]
    shares = np.array([len(group) for group in groups]) / len(X)
    means = np.array([group.mean(axis=0) for group in groups])
    between = shares @ (means - X.mean(axis=0)) ** 2
    within = shares @ np.array([group.var(axis=0) for group in groups])
    return np.asarray(between / np.maximum(within, np.finfo(np.float64).tiny))


def components(X: Array) -> Array:
    """The first principal components of X (n, d) as rows (COMPONENTS or d, d); the largest part of each is positive.

    Those of at most PCA_ROWS samples where there are many predictors.
    """
    if X.shape[1] > PCA_ROWS:
        X = X[:: -(-len(X) // PCA_ROWS)]
    X = X - X.mean(axis=0)
    n, d = X.shape
    few = min(COMPONENTS, d)
    if d <= n:
        rows = np.linalg.eigh(X.T @ X)[1][:, ::-1][:, :few].T
    else:  # the smaller of the two products has the same eigenvalues
        rows = (X.T @ np.linalg.eigh(X @ X.T)[1][:, ::-1][:, :few]).T
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    largest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    rows = rows * np.where(largest < 0, -1.0, 1.0)[:, None]
    return rows if len(rows) > 1 else np.vstack([rows, np.zeros_like(rows)])


def _spread(count: int, sample: int | None) -> NDArray[np.int64]:
    """The training rows to draw: all, or some spread evenly, the selected one among them and last."""
    rows = np.unique(np.linspace(0, count - 1, min(count, MOST_SAMPLES)).astype(np.int64))
    return rows if sample is None else np.append(rows[rows != sample], sample)


def _axis(values: Array, count: int) -> Array:
    """Coordinates (count,) over the range of some values and beyond."""
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * ((high - low) or 1.0)
    edges = np.linspace(low - margin, high + margin, count + 1)
    return np.asarray((edges[1:] + edges[:-1]) / 2)


def _on_plane(run: RunState, plane: Plane, middle: Array) -> Network:
    """The network as a function of the two coordinates, measured from ``middle`` (d,)."""
    network, hp = run.network, run.hyperparameters
    first, *rest = network.weights
    small = Network((2, *network.sizes[1:]), hp.activation, hp.output)
    small.weights = [plane.directions @ first, *rest]
    small.biases = [middle @ first + network.biases[0], *network.biases[1:]]
    return small


def _answers(network: Network, X: Array, output: str) -> tuple[NDArray[np.int64], Array | None]:
    """Answers (n,), −1 where the numbers have overflowed, and confidence (n,)."""
    with np.errstate(all="ignore"):
        z, o = network.answers(X)
        log_p = log_probabilities(z, o, output)
        finite = np.isfinite(z).all(axis=1)
        sure = None if log_p is None else confidence(log_p)
        return np.where(finite, two_classes(z).argmax(axis=1), -1), sure


def _greatest_target(run: RunState, rows: NDArray[np.int64]) -> float:
    targets = targets_of(run.data, "train", run.hyperparameters, rows)
    return float(max(targets.max(), 1 - targets.min() if targets.shape[1] == 1 else 0.0))


def _is_bounded(run: RunState) -> bool:
    far = ACTIVATIONS[run.hyperparameters.activation].value(np.array([-2e3, -1e3, 1e3, 2e3]))
    return len(run.network.weights) > 1 and bool(far[0] == far[1] and far[2] == far[3])


def _holds(entry: Regularizer, run: RunState) -> bool:
    """Whether it is on and acts on the weights themselves."""
    return bool(getattr(run.hyperparameters, entry.name)) and (entry.gradient is not None or entry.decay)


def _rim(sure: Array) -> float:
    return float(np.concatenate([sure[0], sure[-1], sure[1:-1, 0], sure[1:-1, -1]]).mean())
