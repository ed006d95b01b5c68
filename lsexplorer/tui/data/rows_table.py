"""The table of rows: predictors, hard and soft targets, predictions."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset, article_line, article_targets, short_decimal
from lsexplorer.render.numbers import as_on_screen, format_number
from lsexplorer.tui.data.rows import PARTS, Rows
from lsexplorer.tui.widgets.cells import Cell, Column, name_cell
from lsexplorer.tui.widgets.number_table import NumberTable

COLUMNS: dict[str, Column] = {
    "row": Column("row", 3, "Number of the row in the source, from 1."),
    "part": Column("part", 5, "train: the run trains on it; test: it is only measured on it.", left=True),
    "predictors": Column(
        "predictors", 18, "The inputs, in the source's units; an image is drawn at the left.", left=True, grows=30
    ),
    "hard": Column("hard t", 6, "The target as the data have it.", left=True, starts_group=True),
    "soft": Column("soft t′", 6, "The target that the next step trains on, with smoothing a.", left=True),
    "class": Column("class", 5, "The row's class.", left=True),
    "predicted": Column(
        "predicted",
        9,
        "The network's prediction: the class with the largest logit. ✗ marks a wrong one.",
        left=True,
        starts_group=True,
    ),
    "conf": Column("conf", 4, "Confidence: the probability of the prediction; — if the output is not a probability."),
}

MAX_TARGETS = 4
"""With more classes than this only the largest target is shown; the line below the table has the others."""


NARROWEST = {"predictors": 6, "predicted": 9}
"""Characters that these columns keep at least where there is little room."""


class RowsTable(NumberTable):
    """The picked rows of a data set."""

    HELP = "The data. Enter takes the selected row; c chooses a class, p a part, x the wrong ones."
    BORDER_TITLE = "Rows"

    _data: Dataset | None = None
    _rows: Rows | None = None
    _a = 0.0
    _names: list[str] = []
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
        widths = {
            "row": max(3, len(str(rows.source.max()))),
            "hard": max(6, 3 * classes - 2) if few else hard,
            "soft": 7 * classes - 2 if few else 17,
            "class": min(max(5, names), 12),
            "predicted": min(max(9, names + 2), 14),
        }
        columns = {name: replace(column, width=widths.get(name, column.width)) for name, column in COLUMNS.items()}
        if data.image_shape is not None:
            del columns["predictors"]
        if sum(column.width + 1 for column in columns.values()) > self.scrollable_content_region.width:
            del columns["class"]  # the hard target says it too, and so does the line below the table
        for name, least in NARROWEST.items():
            over = sum(column.width + 1 for column in columns.values()) - self.scrollable_content_region.width
            if over > 0 and name in columns:
                columns[name] = replace(columns[name], width=max(least, columns[name].width - over))
        self._names = list(columns)
        return list(columns.values())

    def row_count(self) -> int:
        """The picked rows."""
        return len(self.picked)

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A row's entry."""
        data, rows = self._data, self._rows
        assert data is not None
        assert rows is not None
        at = int(self.picked[row])
        part, inside, wrong = PARTS[rows.part[at]], int(rows.at[at]), rows.predictions[at] != rows.y[at]
        match self._names[column]:
            case "row":
                return str(rows.source[at]), "table--faint"
            case "part":
                return part, "table--faint"
            case "predictors":
                return article_line(data, inside, part=part).split(",  ")[0], ""
            case "hard":
                return self._targets(inside, part, None), ""
            case "soft":
                return self._targets(inside, part, self._a), "table--live" if self._a else "table--faint"
            case "class":
                return name_cell(data.class_names, int(rows.y[at]), width), ""
            case "predicted":
                mark = "✗ " if wrong else "  "
                name = name_cell(data.class_names, int(rows.predictions[at]), width - len(mark))
                return mark + name, "table--down" if wrong else ""
        confidence = float(rows.confidence[at])
        return "1" if confidence >= 1 else format_number(confidence, width), "table--down" if wrong else ""

    def _targets(self, inside: int, part: str, a: float | None) -> str:
        assert self._data is not None
        values = [float(text) for text in article_targets(self._data, inside, a, part).split(", ")]
        if len(values) <= MAX_TARGETS:
            return as_on_screen(", ".join(short_decimal(value, 3) for value in values))
        first, second, *_, last = sorted(values, reverse=True)
        return as_on_screen(f"{first:g}, rest {second:g}" if second == last else f"{first:g}, {second:g}, …")
