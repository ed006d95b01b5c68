"""Lines as dots: in braille cells of 2 × 4 of them, or in whole cells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
"""The bit of each dot (row, column) in a braille character."""
BRAILLE_CHARACTERS = np.array([chr(0x2800 + bits) for bits in range(256)], dtype=object)
"""The character of each set of dots."""


class Dots(NamedTuple):
    """Places of dots (m,), from the left and from the top."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]


def line_dots(x: NDArray[np.float64], y: NDArray[np.float64], size: tuple[int, int], *, dash: int = 0) -> Dots:
    """The dots of a line through points x, y (m,) from 0 to 1 from the lower left, in an area of so many dots.

    NaN interrupts the line; a point between two gaps is a dot. dash: the length of dashes and gaps, 0 for none.
    """
    width, height = size
    column, row = x * (width - 1), (1 - y) * (height - 1)
    good = np.isfinite(column) & np.isfinite(row)
    starts = (good[:-1] & good[1:]).nonzero()[0]
    across, down = (part[starts + 1] - part[starts] for part in (column, row))
    counts = np.ceil(np.maximum(np.maximum(np.abs(across), np.abs(down)), 1)).astype(np.int64)
    of = np.arange(len(starts)).repeat(counts)
    share = (np.arange(len(of)) - (counts.cumsum() - counts)[of]) / counts[of]
    # The points are also the ends of segments, and what stands alone.
    dots_x = np.concatenate([column[starts[of]] + share * across[of], column[good]])
    dots_y = np.concatenate([row[starts[of]] + share * down[of], row[good]])
    dots = Dots(np.rint(dots_x).astype(np.int64), np.rint(dots_y).astype(np.int64))
    if not dash:
        return dots
    kept = dots.x // dash % 2 == 0
    return Dots(dots.x[kept], dots.y[kept])


def cells_of(dots: Dots, size: tuple[int, int], columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The cells that dots lie in: their columns and rows (c,), and the braille characters of their dots.

    size: how many dots a cell has across and down, at most 2 and 4. columns: of the area.
    """
    across, down = size
    cells = dots.y // down * columns + dots.x // across
    bits = np.zeros(int(cells.max(initial=-1)) + 1, np.int64)
    np.bitwise_or.at(bits, cells, BRAILLE[dots.y % down, dots.x % across])
    filled = np.flatnonzero(bits)
    return filled % columns, filled // columns, BRAILLE_CHARACTERS[bits[filled]].tolist()
