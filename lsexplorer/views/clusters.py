"""The clusters: the last hidden layer's activations on the plane through three classes' templates.

After Müller, Kornblith and Hinton 2019, "When Does Label Smoothing Help?", section 3. A class's template is the weights
into its output.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.run.state import RunState
from lsexplorer.views.viewpoint import Viewpoint

MOST_SAMPLES = 150
"""Samples of a class in a part that are drawn at most."""
PARTS = {"both": "both parts", "train": "the training part", "test": "the test part"}
"""The parts of the data that are drawn, and how they are called."""


@dataclass(frozen=True)
class Clusters:
    """The samples of three classes, or of two, on the plane through their templates."""

    classes: tuple[int, ...]
    """The classes."""
    names: tuple[str, ...]
    """Their names."""
    train: Array
    """Training samples (n, 2), or (n, 1) on a line: up to MOST_SAMPLES of each class, evenly spread over its rows."""
    train_classes: NDArray[np.int64]
    """Which of ``classes`` each is of, by its place there (n,)."""
    test: Array
    """Test samples (m, 2), or (m, 1)."""
    test_classes: NDArray[np.int64]
    chosen: Array
    """The selected sample (1, 2) or (1, 1), or (0, …) where there is none or it is of another class."""
    chosen_class: int
    """Its class, by its place among ``classes``; −1 without it."""
    middle: Array
    """The mean of the training samples, (2,) or (1,)."""
    size: float
    """√ of the mean square of their distances from it."""
    shown: str
    """A key of PARTS."""
    other: str
    """What the next variant shows."""
    units: int
    """Units of the layer; 0 where there is no hidden layer, and the predictors stand for it."""
    spread: tuple[float, float]
    """See spread_of; of the training and the test samples."""

    @property
    def flat(self) -> bool:
        """Whether they lie on a line: the templates span no plane."""
        return int(self.train.shape[1]) == 1


def clusters(run: RunState, viewpoint: Viewpoint) -> Clusters:
    """The clusters of a run as it stands; variant: the next three classes, then the training or the test part alone."""
    data, network = run.data, run.network
    count = len(data.class_names)
    triples = triples_of(count)
    part, classes = _variant(viewpoint.variant, triples)
    next_part, next_classes = _variant(viewpoint.variant + 1, triples)
    place = np.full(count, -1)
    place[list(classes)] = range(len(classes))
    last = network.weights[-1]
    templates = np.hstack([np.zeros_like(last), last]) if last.shape[1] == 1 else last
    with np.errstate(all="ignore"):
        basis = plane_of(templates[:, list(classes)].T)
        parts = []
        for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
            rows = np.concatenate([_spread(np.flatnonzero(y == k)) for k in classes])
            parts.append((network.hidden(X[rows]) @ basis.T, place[y[rows]]))
    (train, train_y), (test, test_y) = parts
    middle, sample = train.mean(axis=0), viewpoint.deltas.sample
    own, chosen = -1, train[:0]
    if sample is not None and place[data.y_train[sample]] >= 0:
        own, chosen = int(place[data.y_train[sample]]), network.hidden(data.X_train[sample : sample + 1]) @ basis.T
    return Clusters(
        classes,
        tuple(data.class_names[k] for k in classes),
        train,
        train_y,
        test,
        test_y,
        chosen,
        own,
        middle,
        float(np.sqrt(((train - middle) ** 2).sum(axis=1).mean())),
        part,
        PARTS[next_part] if next_classes == classes else "other classes",
        0 if len(network.weights) == 1 else network.sizes[-2],
        (spread_of(train, train_y), spread_of(test, test_y)),
    )


def _variant(number: int, triples: list[tuple[int, ...]]) -> tuple[str, tuple[int, ...]]:
    """The part and the classes: all classes with both parts first, then with one."""
    part, at = divmod(number, len(triples))
    return list(PARTS)[part % len(PARTS)], triples[at]


def triples_of(count: int) -> list[tuple[int, ...]]:
    """The classes to look at together: three after three, the last ones with the first; of two classes both."""
    if count < 3:
        return [tuple(range(count))]
    return [tuple((first + step) % count for step in range(3)) for first in range(0, count, 3)]


def plane_of(templates: Array) -> Array:
    """An orthonormal basis (2, J) of the plane through three templates (3, J), or (1, J) of the line through two.

    The first is seen at the left, the second at the right, and the third above. Where three lie on a line, or there is
    one unit alone, that line.
    """
    first, second, *third = templates
    across = _unit(second - first)
    if not third or len(across) < 2:
        return across[None]
    up = third[0] - (first + second) / 2
    if not across.any():
        return _unit(up)[None]
    rest = up - (up @ across) * across
    on_line = np.linalg.norm(rest) <= 1e-9 * np.linalg.norm(up)
    return across[None] if on_line else np.stack([across, _unit(rest)])


def spread_of(points: Array, classes: NDArray[np.int64]) -> float:
    """How loose the clusters of points (n, 2) are: √ of the mean square distance from the own class's centre, divided
    by that of the centres from each other; NaN where these coincide.
    """  # noqa: D205
    kinds = np.unique(classes)
    centres = np.array([points[classes == k].mean(axis=0) for k in kinds])
    if len(centres) < 2:
        return float("nan")
    own = centres[np.searchsorted(kinds, classes)]
    apart = centres[:, None] - centres[None, :]
    between = (apart**2).sum() / (len(kinds) * (len(kinds) - 1))
    within = ((points - own) ** 2).sum() / len(points)
    return float(np.sqrt(within / between)) if between > 0 else float("nan")


def _unit(vector: Array) -> Array:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector


def _spread(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(rows) <= MOST_SAMPLES:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MOST_SAMPLES).astype(np.int64)]
