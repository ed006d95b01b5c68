"""Which predictors are the pixels of an image."""

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int]

_GRID = re.compile(r"(?:pixel|pix|px)?[_ ]?(\d{1,4})[x_](\d{1,4})")
_COUNTED = re.compile(r"(?:pixel|pix|px)[_ ]?(\d{1,6})")
MIN_PIXELS = 64
"""Columns without names are taken for pixels if there are at least this many."""


def pixel_names(shape: Shape) -> tuple[str, ...]:
    """Names of an image's pixels, row by row: 'pixel_0_0', 'pixel_0_1' …; `shape_from_names` reads them back."""
    return tuple(f"pixel_{row}_{column}" for row in range(shape[0]) for column in range(shape[1]))


def shape_from_names(names: tuple[str, ...]) -> Shape | None:
    """(height, width) where columns are named as pixels, row by row: pixel_0_0 …, 1x1 …, or pixel0 … of a square."""
    grid = [_GRID.fullmatch(name) for name in names]
    if all(grid) and len(names) >= 4:
        places = [(int(match[1]), int(match[2])) for match in grid if match]
        (top, left), (bottom, right) = places[0], places[-1]
        shape = (bottom - top + 1, right - left + 1)
        if min(shape) < 2 or shape[0] * shape[1] != len(names):
            return None
        full = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        return shape if places == full else None
    counted = [_COUNTED.fullmatch(name) for name in names]
    if all(counted) and len(names) >= 4:
        numbers = [int(match[1]) for match in counted if match]
        side = math.isqrt(len(names))
        in_order = numbers == list(range(numbers[0], numbers[0] + len(names)))
        return (side, side) if in_order and side * side == len(names) else None
    return None


def shape_from_values(X: NDArray[Any]) -> Shape | None:
    """(height, width) guessed for nameless columns (n, d): d a square of 8 or more, all values whole, 0 to 255."""
    side = math.isqrt(X.shape[1])
    if side * side != X.shape[1] or X.shape[1] < MIN_PIXELS or X.shape[0] == 0:
        return None
    if X.dtype == np.uint8:
        return side, side
    with np.errstate(invalid="ignore"):
        whole = bool(((X >= 0) & (X <= 255) & np.equal(X, np.floor(X))).all())
    return (side, side) if whole and float(X.max()) > 1 else None
