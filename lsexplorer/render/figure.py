"""Marks on plotext's figure, as rows of text in colours. The only module that knows plotext.

plotext takes most of the time of a chart, some of it for each row and some for each mark. Between two steps of a run
many rows stay as they are; so a row is drawn once, and the figure has those rows alone that were not drawn before.
plotext has a single figure, so charts are drawn one at a time.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import numpy as np
import plotext
from numpy.typing import NDArray

_FIGURE = Lock()
"""Held while the figure is drawn on."""
_PIECE = re.compile("\x1b\\[38;5;(\\d+)m(.*?)\x1b\\[0m|([^\x1b]+)|\x1b\\[0m")
"""Of a row of plotext's: cells of one line, cells without a line, and the end of a colour."""
_MOST_ROWS = 1000
"""Rows that are kept, each of them some hundred bytes."""


class Marked(NamedTuple):
    """Cells of one line, all of one colour."""

    x: NDArray[np.int64]
    """Columns (m,) from the left."""
    y: NDArray[np.int64]
    """Rows (m,) from the top."""
    letters: str | list[str]
    """What stands in them: the same in each, or a letter for each."""
    color: int
    """1 to 255."""


Piece = tuple[str, int]
"""Cells of a row that stand together: what is in them, and their colour, 0 where no line is."""
_ROWS: dict[tuple[bytes, bytes], Sequence[Piece]] = {}
"""Rows that were drawn, by their letters and colours."""


def drawn(lines: Sequence[Marked], columns: int, rows: int) -> list[Sequence[Piece]]:
    """The rows of a figure with these lines, from the top; a later line covers an earlier one."""
    letters, colors = np.full((rows, columns), " "), np.zeros((rows, columns), np.int64)
    for line in lines:
        letters[line.y, line.x], colors[line.y, line.x] = line.letters, line.color
    keys = [(letters[row].tobytes(), colors[row].tobytes()) for row in range(rows)]
    with _FIGURE:
        new = {key: row for row, key in enumerate(keys) if key not in _ROWS}
        if len(_ROWS) + len(new) > _MOST_ROWS:
            _ROWS.clear()
            new = {key: row for row, key in enumerate(keys)}
        if new:
            at = list(new.values())
            _ROWS.update(zip(new, map(_pieces, _drawn_by_plotext(letters[at], colors[at])), strict=True))
        return [_ROWS[key] for key in keys]


def _drawn_by_plotext(letters: NDArray[np.str_], colors: NDArray[np.int64]) -> list[str]:
    """The rows of a figure (rows, columns) of letters, with the codes of their colours."""
    rows, columns = letters.shape
    _bare_figure()
    plotext.clear_data()
    plotext.plotsize(columns, rows)
    plotext.xlim(0, 1)
    plotext.ylim(0, 1)
    for color in np.unique(colors[colors > 0]).tolist():
        y, x = np.nonzero(colors == color)
        across, up = x / max(1, columns - 1), 1 - y / max(1, rows - 1)
        plotext.scatter(across.tolist(), up.tolist(), marker=letters[y, x].tolist(), color=color)
    return str(plotext.build()).split("\n")[:rows]


def _pieces(row: str) -> Sequence[Piece]:
    return [(cells or blank, int(color or 0)) for color, cells, blank in _PIECE.findall(row) if cells or blank]


@lru_cache
def _bare_figure() -> None:
    """Have plotext draw nothing but marks. Done once: a new figure takes as long as the lines of a small chart."""
    plotext.clear_figure()
    plotext.limit_size(False, False)  # else the terminal's size, or 80×24, caps the chart
    plotext.theme("clear")
    plotext.frame(False)
    plotext.xticks([])
    plotext.yticks([])
