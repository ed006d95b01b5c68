"""The rows of the data screen: predictors, hard and soft targets, and what the network says."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset, article_line, article_targets, short_decimal
from lsexplorer.render.numbers import format_number
from lsexplorer.tui.data.rows import PARTS, Rows
from lsexplorer.tui.widgets.number_table import Cell, Column, NumberTable

_PREDICTORS = 2
"""The column that pictures do without: they are drawn instead."""

MAX_TARGETS = 4
"""With more classes than this only the largest target is shown; the line below the table has them all."""


class RowsTable(NumberTable):
    """Rows of a data set, the picked ones."""

    HELP = "The data. Enter steps on the selected row; c a class, p a part, x the wrong ones."
    BORDER_TITLE = "Rows"

    _data: Dataset | None = None
    _rows: Rows | None = None
    _a = 0.0
    _kinds: list[int] = []
    picked: NDArray[np.int64] = np.array([], dtype=np.int64)

    def show_rows(self, data: Dataset, rows: Rows, picked: NDArray[np.int64], a: float) -> None:
        """Show the picked rows, with targets smoothed by ``a``."""
        self._data, self._rows, self.picked, self._a = data, rows, picked, a
        self.show()

    def columns(self) -> list[Column]:
        """Wide enough for the longest class name."""
        data, rows = self._data, self._rows
        if data is None or rows is None:
            return []
        names, classes = max(map(len, data.class_names)), len(data.class_names)
        few, hard = classes <= MAX_TARGETS, 9 if data.soft_train is None else 17
        columns = [
            Column("row", max(3, len(str(rows.source.max())))),
            Column("part", 5, left=True),
            Column("predictors", 18, left=True, grows=30),
            Column("hard t", max(6, 3 * classes - 2) if few else hard, left=True, starts_group=True),
            Column("soft t′", 7 * classes - 2 if few else 17, left=True),
            Column("class", min(max(5, names), 12), left=True),
            Column("says", min(max(6, names + 2), 14), left=True, starts_group=True),
            Column("sure", 4),
        ]
        self._kinds = [i for i in range(len(columns)) if i != _PREDICTORS or data.image_shape is None]
        return [columns[i] for i in self._kinds]

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
        match self._kinds[column]:
            case 0:
                return str(rows.source[at]), "table--faint"
            case 1:
                return part, "table--faint"
            case 2:  # _PREDICTORS
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
        return "1" if sure >= 1 else format_number(sure, width), "table--down" if wrong else ""

    def _targets(self, inside: int, part: str, a: float | None) -> str:
        assert self._data is not None
        values = [float(text) for text in article_targets(self._data, inside, a, part).split(", ")]
        if len(values) <= MAX_TARGETS:
            return ", ".join(short_decimal(value, 3) for value in values)
        first, second, *_, last = sorted(values, reverse=True)
        return f"{first:g}, rest {second:g}" if second == last else f"{first:g}, {second:g}, …"
