"""The clusters, drawn: training samples as dots, test samples as circles, at one scale in both directions."""

from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import Classes
from lsexplorer.render.names import told_apart
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import NO_COLOR, Canvas
from lsexplorer.render.pictures.palette import class_letters
from lsexplorer.render.pictures.plot import Plot
from lsexplorer.views.clusters import Clusters

REACH, FLAT_REACH = 1.45, 1.9
"""Half the plot's height, and half its width on a line, in units of the samples' root mean square distance from the
middle; what lies further out stands at the edge."""
MAX_NAME = 12
"""Characters of a class's name in the title."""
LEGEND_ROWS = 10
"""From so many rows on there is one for the legend."""
BAND = 0.3
"""Half the width of a class's band where the samples lie on a line."""


def clusters_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return columns, max(1, rows - (rows >= LEGEND_ROWS))


def clusters_title(numbers: Clusters) -> str:
    """What is shown."""
    names = ", ".join(told_apart(numbers.names, MAX_NAME))
    return f"Clusters · {names} · templates' {'line' if numbers.flat else 'plane'}"


def clusters_brief(numbers: Clusters) -> Sequence[str]:
    """How loose the clusters are: in one word those of training, unless the test part is shown alone."""
    train, test = (format_number(value, 4) for value in numbers.spread)
    short = f"spread {test if numbers.shown == 'test' else train}"
    return (f"spread {train} in training, {test} in test", short) if numbers.shown == "both" else (short,)


def clusters_look_for(numbers: Clusters) -> Sequence[str]:
    """What to look for, the longest form first."""
    where = "the last hidden layer" if numbers.units else "the predictors (there is no hidden layer)"
    if len(numbers.classes) < 2 or not numbers.size > 0:
        return ("All samples fall on one point: there is no cluster to see yet.",)
    on = f"on the line through {'two' if len(numbers.classes) == 2 else 'the'} templates" if numbers.flat else ""
    plane = on or "on the plane through three classes' templates"
    return (
        f"How tight is each class in {where}, {plane}? In time smoothing draws it together, L2 hardly.",
        "How tight is each class? In time smoothing draws it together, L2 hardly.",
        "In time smoothing draws each class together.",
    )


def draw_clusters(numbers: Clusters, canvas: Canvas) -> None:
    """Draw the samples; the distance from the middle of all is the same in every picture."""
    columns, rows = clusters_room(canvas.columns, canvas.rows)
    wide = REACH * 2 * columns / (4 * rows)
    plot = Plot(canvas, 0, 0, columns, rows, (-wide, wide), (-REACH, REACH))
    if numbers.flat:
        plot = Plot(canvas, 0, 0, columns, rows, (-FLAT_REACH, FLAT_REACH), (-len(numbers.classes) + 0.5, 0.5))
    muted = canvas.palette.muted
    x, y = plot.cell(0.0, plot.y[0] if numbers.flat else 0.0)
    for row in range(rows):
        canvas.write(x, row, "┊", muted)
    if not numbers.flat:
        canvas.write(0, y, "┄" * columns, muted)
    draw_train, draw_test = _train_dots if canvas.palette.color else _train_letters, _test_circles
    if numbers.shown != "test":
        draw_train(numbers, plot)
    if numbers.shown != "train":
        draw_test(numbers, plot)
    _brackets(numbers, plot)
    if rows < canvas.rows:
        _legend(numbers, canvas)


def _places(numbers: Clusters, plot: Plot, points: Array, classes: Classes) -> tuple[Array, Array]:
    """Coordinates (n,) of points in the plot; on a line each class has a band, over which its samples are spread."""
    at = (points - numbers.middle) / (numbers.size or 1.0)
    spread = np.arange(len(at)) * 0.618 % 1 * 2 * BAND - BAND
    y = -classes + spread if numbers.flat else np.clip(at[:, 1], *plot.y)
    return np.clip(at[:, 0], *plot.x), np.asarray(y)


def _train_dots(numbers: Clusters, plot: Plot) -> None:
    palette = plot.canvas.palette
    x, y = _places(numbers, plot, numbers.train, numbers.train_classes)
    for at, k in enumerate(numbers.classes):
        own = numbers.train_classes == at
        plot.points(x[own], y[own], palette.class_color(k))


def _train_letters(numbers: Clusters, plot: Plot) -> None:
    letters = class_letters(numbers.names)
    _write(numbers, plot, numbers.train, numbers.train_classes, letters)


def _test_circles(numbers: Clusters, plot: Plot) -> None:
    """Circles; letters where there is no legend that would say whose colour it is."""
    signs = ["○"] * len(numbers.classes) if plot.canvas.rows >= LEGEND_ROWS else [*class_letters(numbers.names)]
    if not plot.canvas.palette.color:
        signs = [letter.upper() for letter in class_letters(numbers.names)]
    _write(numbers, plot, numbers.test, numbers.test_classes, signs, reverse=not plot.canvas.palette.color)


def _write(
    numbers: Clusters, plot: Plot, points: Array, classes: Classes, signs: Sequence[str], *, reverse: bool = False
) -> None:
    x, y = _places(numbers, plot, points, classes)
    inside = np.isfinite(x) & np.isfinite(y)
    palette = plot.canvas.palette
    colors = [palette.class_color(k) if palette.color else NO_COLOR for k in numbers.classes]
    cells = np.stack([*plot.cells(x[inside], y[inside]), classes[inside]], axis=1)
    for column, row, k in np.unique(cells, axis=0).tolist():
        plot.canvas.write(column, row, signs[k], colors[k], reverse=reverse)


def _brackets(numbers: Clusters, plot: Plot) -> None:
    """The selected sample, in brackets."""
    palette, own = plot.canvas.palette, numbers.chosen_class
    for x, y in zip(*_places(numbers, plot, numbers.chosen, np.full(len(numbers.chosen), own)), strict=True):
        if np.isfinite(x):
            column, row = plot.cell(float(x), float(y))
            sign = "●" if palette.color else class_letters(numbers.names)[own]
            plot.canvas.write(column - 1, row, f"[{sign}]", bold=True)
            if palette.color:
                plot.canvas.write(column, row, sign, palette.class_color(numbers.classes[own]), bold=True)


def _legend(numbers: Clusters, canvas: Canvas) -> None:
    x, y, palette = 0, canvas.rows - 1, canvas.palette
    letters, count = class_letters(numbers.names), len(numbers.names)
    marks = "· training  ○ test" if palette.color else "reversed: test"
    beside = (canvas.columns - len(marks)) // count - 4
    has_marks = beside >= min(MAX_NAME, max(map(len, numbers.names)))
    width = beside if has_marks else max(3, canvas.columns // count - 4)
    for k, name, whole, letter in zip(
        numbers.classes, told_apart(numbers.names, width), numbers.names, letters, strict=True
    ):
        sign = "● " if palette.color else f"{letter} " * (letter != whole)
        x = canvas.write(x, y, f"{sign}{name}  ", palette.class_color(k) if palette.color else NO_COLOR)
    if x + len(marks) <= canvas.columns:
        canvas.write(canvas.columns - len(marks), y, marks, palette.muted)
