"""Marks on plotext's figure, as rows of text in colours. The only module that knows plotext.

plotext has a single figure, so charts are drawn one at a time.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import numpy as np
import plotext
from numpy.typing import NDArray

_FIGURE = Lock()
"""Held while the figure is drawn on."""


class Marked(NamedTuple):
    """Cells of one line, all of one colour."""

    x: NDArray[np.int64]
    """Columns (m,) from the left."""
    y: NDArray[np.int64]
    """Rows (m,) from the top."""
    letters: str | list[str]
    """What stands in them: the same in each, or a letter for each."""
    color: int
    """0 to 255."""


def drawn(lines: Sequence[Marked], columns: int, rows: int) -> str:
    """The rows of a figure with these lines, with the codes of their colours; a later line covers an earlier one."""
    with _FIGURE:
        _bare_figure()
        plotext.clear_data()
        plotext.plotsize(columns, rows)
        plotext.xlim(0, 1)
        plotext.ylim(0, 1)
        for line in lines:
            across, up = line.x / max(1, columns - 1), 1 - line.y / max(1, rows - 1)
            plotext.scatter(across.tolist(), up.tolist(), marker=line.letters, color=line.color)
        return str(plotext.build())


@lru_cache
def _bare_figure() -> None:
    """Have plotext draw nothing but marks. Done once: a new figure takes as long as the lines of a small chart."""
    plotext.clear_figure()
    plotext.limit_size(False, False)  # else the terminal's size, or 80×24, caps the chart
    plotext.theme("clear")
    plotext.frame(False)
    plotext.xticks([])
    plotext.yticks([])
