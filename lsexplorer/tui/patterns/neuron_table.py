"""The table of neurons: whether each is silenced, what it predicts alone, what is lost without it."""

from dataclasses import replace

from lsexplorer.render.numbers import format_share
from lsexplorer.render.pattern_texts import alone_text, listed, seen_text
from lsexplorer.tui.patterns.frame import PatternFrame
from lsexplorer.tui.widgets.cells import Cell, Column
from lsexplorer.tui.widgets.number_table import NumberTable

COLUMNS: dict[str, Column] = {
    "unit": Column("", 4, "The neuron; ▸ the selected one.", left=True),
    "state": Column("is", 4, "on, dead, or silenced: at 0, or at its mean activation.", left=True),
    "sum": Column("holds", 5, "In how many classes' patterns its bit is 1."),
    "alone": Column("alone predicts", 20, "With all others at 0: the predicted class, by its activation h.", left=True),
    "seen": Column("for samples", 12, "For the training samples: how often each class is predicted.", left=True),
    "accuracy": Column("without", 7, "Accuracy on the test samples without it.", starts_group=True),
    "lost": Column("loses", 12, "Classes lost without it: recall from 50% or more to below.", left=True),
}
TEXTS = {"alone": 60, "lost": 28, "seen": 28}
"""Characters that are enough for each column of words; 'seen' is left out where there is little room."""
MEASURED = 40
"""The columns of words are fitted to this many rows."""


class NeuronTable(NumberTable, can_focus=False):
    """A row for every neuron; the selected row is the selected neuron."""

    HELP = "↑ ↓ choose a neuron, space silences it, m chooses 0 or the mean."

    _frame: PatternFrame | None = None
    _names: tuple[str, ...] = tuple(COLUMNS)

    def show_frame(self, frame: PatternFrame) -> None:
        """Show a frame's neurons."""
        self._frame = frame
        at = "0" if frame.fill == "zero" else "its mean activation"
        seen = "" if frame.layer == frame.layers else " · (seen): only the last hidden layer has exact intervals"
        self.border_title = f"Neurons · a silenced one is at {at} (m){seen}"
        if self.cursor != frame.unit:
            self.cursor = frame.unit
        self.show()

    def columns(self) -> list[Column]:
        """As wide as their words; without those on the samples where there is little room."""
        frame = self._frame
        if frame is None:
            return list(COLUMNS.values())
        columns = dict(COLUMNS)
        columns["unit"] = replace(columns["unit"], width=max(map(len, frame.patterns.units)) + 1)
        for name, most in TEXTS.items():
            longest = max(len(self._words(row, name)) for row in range(min(self.row_count(), MEASURED)))
            columns[name] = replace(
                columns[name], width=max(len(columns[name].title), min(longest, most)), grows=max(0, longest - most)
            )
        room = self.scrollable_content_region.width
        if sum(column.width + 1 for column in columns.values()) > room:
            del columns["seen"]
        over = sum(column.width + 1 for column in columns.values()) - room
        if over > 0:
            columns["alone"] = replace(columns["alone"], width=max(20, columns["alone"].width - over))
        self._names = tuple(columns)
        return list(columns.values())

    def _words(self, row: int, name: str) -> str:
        assert self._frame is not None
        frame = self._frame
        if name == "lost":
            return listed(frame.without_one[frame.fill][row].lost, frame.names)
        return (alone_text if name == "alone" else seen_text)(frame.alone[row], frame.names)

    def row_count(self) -> int:
        """A row for every neuron."""
        return len(self._frame.patterns.units) if self._frame else 0

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A neuron's entry."""
        frame, name = self._frame, self._names[column]
        assert frame is not None
        dropped, off = frame.without_one[frame.fill][row], row in frame.silenced
        match name:
            case "unit":
                return ("▸" if row == frame.unit else " ") + frame.patterns.units[row], ""
            case "state":
                if off:
                    return ("0" if frame.fill == "zero" else "mean"), "table--down"
                return ("dead", "table--down") if frame.patterns.dead[row] else ("on", "table--faint")
            case "sum":
                return str(frame.patterns.column_sums[row]), ""
            case "alone":
                return self._words(row, name), ""
            case "seen":
                return self._words(row, name), "table--faint"
            case "accuracy":
                return format_share(dropped.answers.accuracy, dropped.answers.rows), ""
        return self._words(row, name), "table--down" if dropped.lost else "table--faint"
