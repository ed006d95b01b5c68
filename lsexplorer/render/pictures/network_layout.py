"""Where the parts of the drawn network stand."""

from dataclasses import dataclass

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.pixels import fitted
from lsexplorer.views.network import NetworkPicture

MOST_UNITS = 16
"""Units of a layer that are drawn; the others are counted."""
HEADER = 1
"""Rows above the units."""
WORDS = 14
"""Rows of a picture from which on two of them, below the units, have the selected weight in words and the legend."""
GAPS = 7, 3
"""The least width of the lines between two layers, and where no words leave that, what they must leave."""


@dataclass(frozen=True)
class Column:
    """Where a layer stands: its left edge and width, and the row of each unit drawn."""

    left: int
    width: int
    rows: dict[int, int]
    """Unit → row."""
    fold: str = ""
    """What is said of those left out, in the last row."""

    @property
    def right(self) -> int:
        """The column after it."""
        return self.left + self.width


@dataclass(frozen=True)
class Fit:
    """How much is written of what."""

    inputs: int
    """Characters of an input's name."""
    classes: int
    """Characters of a class's name."""
    details: int
    """What an output shows beside o: 1 t′ − o, 2 Δ‖w‖ too."""
    value: int = 7
    """Characters of a number, with a space before it."""


_FITS = (
    *(Fit(20, 14, 2), Fit(14, 10, 2), Fit(12, 10, 1), Fit(8, 6, 1)),
    *(Fit(8, 6, 1, 6), Fit(8, 0, 1, 6), Fit(3, 0, 1, 6), Fit(3, 0, 0, 6)),
)


def room_of(canvas: Canvas) -> int:
    """Rows for the units."""
    return max(1, canvas.rows - HEADER - (2 if canvas.rows >= WORDS else 0))


def columns_of(numbers: NetworkPicture, canvas: Canvas, fit: Fit) -> list[Column]:
    """The column of each layer, the inputs at the left edge and the outputs at the right one."""
    sizes, last = numbers.sizes, len(numbers.sizes) - 1
    widths = _widths(numbers, canvas, fit)
    gap = (canvas.columns - sum(widths)) // last
    columns, left = [], 0
    layer, unit = numbers.selected
    for k, (size, width) in enumerate(zip(sizes, widths, strict=True)):
        if k == last:
            left = max(left, canvas.columns - width)
        chosen = unit if k == layer else max(0, numbers.source) if k == layer - 1 else 0
        rows, fold = ({}, "") if k == 0 and numbers.pixels is not None else _rows(size, chosen, canvas)
        columns.append(Column(left, width, rows, fold))
        left += width + gap
    return columns


def fit_of(numbers: NetworkPicture, canvas: Canvas) -> Fit:
    """The most words that leave enough between two layers."""
    room = [(canvas.columns - sum(_widths(numbers, canvas, fit))) // (len(numbers.sizes) - 1) for fit in _FITS]
    return next((fit for gap in GAPS for fit, left in zip(_FITS, room, strict=True) if left >= gap), _FITS[-1])


def _widths(numbers: NetworkPicture, canvas: Canvas, fit: Fit) -> list[int]:
    """Of each layer's column: name, value, and for outputs what else has room."""
    image = image_of(numbers, canvas)
    longest = [max(map(len, names)) for names in numbers.names]
    inputs = min(fit.inputs, longest[0]) + 1 + fit.value if image is None else image.shape[1]
    hidden = [2 + length + fit.value for length in longest[1:-1]]
    return [inputs, *hidden, 2 + longest[-1] + class_room(numbers, fit) + fit.value * (1 + fit.details) + 2]


def class_room(numbers: NetworkPicture, fit: Fit) -> int:
    """Characters for the classes' names, and a space before them."""
    longest = max(len(node.class_name or "") for node in numbers.outputs)
    return min(fit.classes, longest) + 1 if min(fit.classes, longest) else 0


def _rows(size: int, chosen: int, canvas: Canvas) -> tuple[dict[int, int], str]:
    """Rows of a layer's units: all of them spread evenly, or a window around the chosen one."""
    room = room_of(canvas)
    most = min(room, MOST_UNITS)
    shown = size if size <= most else max(1, most - 1)
    first = max(0, min(chosen - shown // 2, size - shown))
    lines = shown + (shown < size)
    step = max(1, room // lines)
    top = HEADER + (room - step * (lines - 1) - 1) // 2
    rows = {first + at: top + at * step for at in range(shown)}
    return rows, "" if shown == size else f"… {size - shown} more"


def image_of(numbers: NetworkPicture, canvas: Canvas) -> Array | None:
    """The image in the place of the inputs, from −1 to 1, in pixels for which there is room; None for other data."""
    image = numbers.pixel_weights if numbers.shows_weights else numbers.pixels
    if image is None:
        return None
    largest = float(np.abs(image).max()) if numbers.shows_weights else 1.0
    return fitted(image / (largest or 1.0), canvas.columns, room_of(canvas))
