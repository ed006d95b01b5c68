"""A sheet of characters to draw on: what is drawn later covers what was there."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from lsexplorer.render.line_dots import BRAILLE, BRAILLE_CHARACTERS
from lsexplorer.render.pictures.palette import Color, Palette

NO_COLOR = -1
"""In place of a colour: the ground's, or the text's own."""

Colors = NDArray[np.int64]


class Canvas:
    """``columns`` × ``rows`` characters with a foreground, a background, and bold or reversed print."""

    def __init__(self, columns: int, rows: int, palette: Palette) -> None:
        self.columns, self.rows, self.palette = columns, rows, palette
        self._cells = np.full((rows, columns), " ", dtype=object)
        self._front = np.full((rows, columns), NO_COLOR, dtype=np.int64)
        self._back = np.full((rows, columns), NO_COLOR, dtype=np.int64)
        self._dots = np.zeros((rows, columns), dtype=np.int64)
        self._marked = np.zeros((rows, columns), dtype=np.int64)

    def write(
        self,
        x: int,
        y: int,
        text: str,
        color: Color = NO_COLOR,
        *,
        ground: Color = NO_COLOR,
        bold: bool = False,
        reverse: bool = False,
    ) -> int:
        """Write a line of text from column x of row y on, cut at the edge; the column after it."""
        if not 0 <= y < self.rows or x >= self.columns:
            return x
        if x + cell_len(text) > self.columns:
            text = set_cell_size(text, self.columns - x - 1) + "…"
        cells: list[str] = []
        for letter in text:
            width = cell_len(letter)
            cells += [letter, ""][:width]
        at = slice(max(0, x), max(0, x + len(cells)))
        self._cells[y, at] = cells[max(0, -x) :]
        self._front[y, at], self._back[y, at], self._marked[y, at] = color, ground, bold + 2 * reverse
        return x + len(cells)

    def fill(self, x: int, y: int, cells: NDArray[np.object_], front: Colors, back: Colors) -> None:
        """Put a block of single characters (h, w) with their colours at column x of row y."""
        height, width = cells.shape
        at = slice(y, y + height), slice(x, x + width)
        self._cells[at], self._front[at], self._back[at], self._marked[at] = cells, front, back, 0

    def pixels(self, x: int, y: int, colors: Colors) -> None:
        """Put a block of pixels (2h, w) there, two to a character."""
        upper, lower = colors[::2], colors[1::2]
        self.fill(x, y, np.full(upper.shape, "▀", dtype=object), upper, lower)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], color: Color, *, thick: bool = False, dash: int = 1
    ) -> None:
        """Draw a line of braille dots between the middles of two characters (x, y); every ``dash``-th dot is drawn."""
        (x0, y0), (x1, y1) = ((2 * x + 1, 4 * y + 1.5) for x, y in (start, end))
        count = int(max(abs(x1 - x0), abs(y1 - y0))) + 1
        way = np.arange(0, count, dash) / max(1, count - 1)
        x, y = np.rint(x0 + way * (x1 - x0)).astype(np.int64), np.rint(y0 + way * (y1 - y0)).astype(np.int64)
        if thick:
            x, y = np.concatenate([x, x]), np.concatenate([y, y + 1])
        self.dots(x, y, color)

    def dots(self, x: NDArray[np.int64], y: NDArray[np.int64], color: Color) -> None:
        """Draw braille dots at columns x and rows y (n,) of dots; a character, of 2 × 4, has the last one's colour."""
        inside = (x >= 0) & (x < 2 * self.columns) & (y >= 0) & (y < 4 * self.rows)
        x, y = x[inside], y[inside]
        at = y // 4, x // 2
        np.bitwise_or.at(self._dots, at, BRAILLE[y % 4, x % 2])
        self._cells[at] = BRAILLE_CHARACTERS[self._dots[at]]
        self._front[at] = color

    def ground(self, x: int, y: int) -> Color:
        """The background of a character, or the lower of two pixels."""
        return int(self._back[y, x])

    def lines(self) -> list[list[Segment]]:
        """The rows, each as runs of characters of one style."""
        looks = np.stack([self._front, self._back, self._marked], axis=-1)
        begins = np.ones((self.rows, self.columns), dtype=bool)
        begins[:, 1:] = (looks[:, 1:] != looks[:, :-1]).any(axis=-1)
        lines = []
        for cells, row, new in zip(self._cells.tolist(), looks, begins, strict=True):
            starts = np.flatnonzero(new).tolist()
            ends = [*starts[1:], self.columns]
            styles = [_style(*look) for look in row[starts].tolist()]
            runs = zip(starts, ends, styles, strict=True)
            lines.append([Segment("".join(cells[start:end]), style) for start, end, style in runs])
        return lines


@lru_cache(maxsize=4096)
def _style(front: int, back: int, marked: int) -> Style:
    color, bgcolor = (None if color == NO_COLOR else f"#{color:06x}" for color in (front, back))
    return Style(color=color, bgcolor=bgcolor, bold=bool(marked & 1) or None, reverse=bool(marked & 2) or None)
