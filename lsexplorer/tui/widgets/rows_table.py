"""The rows of the data screen: predictors, hard and soft targets, and what the network says."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset, article_line, article_targets
from lsexplorer.tui.numbers import number
from lsexplorer.tui.rows import PARTS, Rows
from lsexplorer.tui.widgets.number_table import Cell, Column, NumberTable

MAX_TARGETS = 4
"""With more classes than this only the largest target is shown; the line below the table has them all."""


class RowsTable(NumberTable):
    """Rows of a data set, the picked ones."""

    HELP = "The data. Enter steps on the selected row; c a class, p a part, x the wrong ones."
    BORDER_TITLE = "Rows"

    _data: Dataset | None = None
    _rows: Rows | None = None
    _a = 0.0
    picked: NDArray[np.int64] = np.array([], dtype=np.int64)

    def show_rows(self, data: Dataset, rows: Rows, picked: NDArray[np.int64], a: float) -> None:
        """Show the picked rows, with targets smoothed by ``a``."""
        self._data, self._rows, self.picked, self._a = data, rows, picked, a
        self.show()

    def columns(self) -> list[Column]:
        """Wide enough for the longest class name."""
        names = max((len(name) for name in self._data.class_names), default=5) if self._data else 5
        few = self._data is not None and len(self._data.class_names) <= MAX_TARGETS
        classes = len(self._data.class_names) if self._data else 3
        return [
            Column("row", 6),
            Column("part", 5, left=True),
            Column("predictors", 18, left=True, grows=30),
            Column("hard target", 3 * classes if few else 11, left=True, starts_group=True),
            Column("soft target", 8 * classes if few else 14, left=True),
            Column("class", min(max(5, names), 12), left=True),
            Column("network says", min(max(12, names + 2), 14), left=True, starts_group=True),
            Column("sure", 6),
        ]

    def row_count(self) -> int:
        """The picked rows."""
        return len(self.picked)

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A row's entry."""
        data, rows = self._data, self._rows
        assert data is not None
        assert rows is not None
        at = int(self.picked[row])
        part, inside, wrong = PARTS[rows.part[at]], int(rows.at[at]), rows.says[at] != rows.y[at]
        match column:
            case 0:
                return str(rows.source[at]), "table--faint"
            case 1:
                return part, "table--faint"
            case 2:
                return article_line(data, inside, part=part).split(",  ")[0], ""
            case 3:
                return self._targets(inside, part, None), ""
            case 4:
                return self._targets(inside, part, self._a), "table--live" if self._a else "table--faint"
            case 5:
                return data.class_names[int(rows.y[at])], ""
            case 6:
                mark = "✗ " if wrong else "  "
                return mark + data.class_names[int(rows.says[at])], "table--down" if wrong else ""
        sure = float(rows.sure[at])
        return number(sure, width) if sure < 1 else "1", "table--down" if wrong else ""

    def _targets(self, inside: int, part: str, a: float | None) -> str:
        assert self._data is not None
        text = article_targets(self._data, inside, a, part)
        if len(self._data.class_names) <= MAX_TARGETS:
            return text
        values = sorted(map(float, text.split(", ")), reverse=True)
        return f"{values[0]:g}, rest {values[1]:g}"
