"""The table of patterns: the bits of every class, and its recall with some neurons silenced."""

import numpy as np
from textual.content import Content

from lsexplorer.render.numbers import NONE, format_number, format_setting
from lsexplorer.render.pattern_texts import ACTIVE
from lsexplorer.tui.patterns.frame import PatternFrame
from lsexplorer.tui.widgets.cells import Cell, Column, name_cell
from lsexplorer.tui.widgets.number_table import NumberTable

MANY_UNITS = 8
"""With more neurons than this the bits share one column, and only the selected neuron's mean is shown."""
BITS_SHOWN = 40
"""The most bits in that column."""
MAX_CLASS_WIDTH = 12

COLUMNS: dict[str, Column] = {
    "class": Column("class", 5, "The class; the last row has the sums of the bits, and the accuracy.", left=True),
    "bit": Column("h1 …", 2, "1 where the neuron is active for more than τ of the class's training samples."),
    "length": Column("len", 3, "Length of the pattern: the number of bits that are 1."),
    "same": Column("same", 4, "Share of the class's samples in a neuron's commoner state; mean over the neurons."),
    "recall": Column("recall", 6, "Recall: share of the class's test samples predicted correctly.", starts_group=True),
    "now": Column("now", 4, "The same with the silenced neurons at 0, or at their mean."),
    "change": Column("Δ", 5, "now − recall, in percentage points; ✗: the class is lost, from 50% or more to below."),
    "share": Column("f", 5, "Share of the class's training samples for which the selected neuron is active."),
    "mean": Column("ø h1 …", 5, "The real-valued pattern: a neuron's mean activation over the class's samples."),
}
"""The kinds of columns."""


class PatternTable(NumberTable, can_focus=False):
    """A row for every class, and one for the sums."""

    HELP = "The hidden pattern of every class. + and − move the threshold τ, ↑ ↓ choose a neuron."
    DEFAULT_CSS = """
    PatternTable > .table--cursor { background: $surface 0%; }
    """

    _frame: PatternFrame | None = None
    _kinds: list[tuple[str, int]] = []

    def show_frame(self, frame: PatternFrame) -> None:
        """Show a frame's patterns."""
        self._frame = frame
        patterns = frame.patterns
        layer = "" if frame.layers == 1 else f"layer {frame.layer}/{frame.layers} · "
        when = f", step {frame.step:,}" if frame.step else ", untrained"
        self.border_title = Content(
            f"Patterns{when} · 1: {ACTIVE[patterns.activation]} for over τ = {format_setting(patterns.threshold)} · "
            f"{layer}{frame.network}"
        )
        self.border_subtitle = self._silenced(frame)
        self.show()

    @staticmethod
    def _silenced(frame: PatternFrame) -> str:
        if not frame.silenced:
            return ""
        at = "0" if frame.fill == "zero" else "the mean"
        return f"now: {frame.silenced_names} at {at}"

    def columns(self) -> list[Column]:
        """What fits: all means, or those of the selected neuron alone; with or without 'same'."""
        frame = self._frame
        if frame is None:
            return []
        units = range(len(frame.patterns.units))
        few = len(units) <= MANY_UNITS
        recall = [("recall", 0), ("now", 0), ("change", 0)]
        each, together = [("bit", j) for j in units], [("bits", 0)]
        chosen = [("share", frame.unit), ("own mean", frame.unit)]
        all_means = [("mean", j) for j in units]
        choices = [
            [("class", 0), *bits, ("length", 0), *same, *recall, *means]
            for bits, means in ((each, all_means), (each, chosen), (together, chosen))
            for same in ([("same", 0)], [])
            if few or bits is together
        ]
        room = self.scrollable_content_region.width
        for kinds in choices:
            columns = [self._column(frame, kind, j) for kind, j in kinds]
            self._kinds = kinds
            if sum(column.width + 1 for column in columns) <= room:
                break
        return columns

    @staticmethod
    def _column(frame: PatternFrame, kind: str, unit: int) -> Column:
        name = frame.patterns.units[unit]
        if kind == "class":
            longest = max(5, *map(len, frame.names))
            width = min(longest, MAX_CLASS_WIDTH)
            return Column("class", width, left=True, grows=longest - width)
        if kind == "bit":
            return Column(("▸" if unit == frame.unit else " ") + name, len(name) + 1)
        if kind == "bits":
            start, end = _window(frame)
            title = f"{frame.patterns.units[start]} … {frame.patterns.units[end - 1]}"
            return Column(title, max(end - start, len(title)), left=True)
        if kind in ("share", "mean", "own mean"):
            group = kind == "share" or (kind == "mean" and unit == 0)
            title = f"{'f' if kind == 'share' else 'ø'} {name}"
            return Column(title, max(5, len(title)), starts_group=group)
        return COLUMNS[kind]

    def row_count(self) -> int:
        """The classes, and the sums."""
        return len(self._frame.names) + 1 if self._frame else 0

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A class's entry, or a sum."""
        frame = self._frame
        assert frame is not None
        kind, unit = self._kinds[column]
        if row == len(frame.names):
            return self._sum(frame, kind, unit), "table--faint"
        patterns = frame.patterns
        match kind:
            case "class":
                return name_cell(frame.names, row, width), ""
            case "bit":
                return self._bit(frame, row, unit)
            case "bits":
                return patterns.codes[row][slice(*_window(frame))], ""
            case "length":
                return str(patterns.lengths[row]), ""
            case "same":
                return f"{patterns.consistency[row].mean():.2f}".removeprefix("0"), "table--faint"
            case "recall" | "now" | "change":
                return self._recall(frame, row, kind)
            case "share":
                return format_number(float(patterns.frequency[row, unit]), width), ""
        return format_number(float(patterns.means[row, unit]), width), "table--live" if unit == frame.unit else ""

    @staticmethod
    def _bit(frame: PatternFrame, row: int, unit: int) -> Cell:
        bit = frame.patterns.bits[row, unit]
        if unit == frame.unit:
            return "01"[int(bit)], "table--live"
        return "01"[int(bit)], "" if bit else "table--faint"

    @staticmethod
    def _recall(frame: PatternFrame, row: int, kind: str) -> Cell:
        before, now = float(frame.answers.recall[row]), float(frame.now.answers.recall[row])
        if np.isnan(before):
            return NONE, "table--faint"
        if kind != "change":
            return f"{before if kind == 'recall' else now:.0%}", ""
        points = round(100 * now) - round(100 * before)
        lost = "✗" if row in frame.now.lost else ""
        tone = "table--faint" if not points else "table--up" if points > 0 else "table--down"
        return f"{lost}{points:+d}".replace("-", "−") if points else "0", tone

    @staticmethod
    def _sum(frame: PatternFrame, kind: str, unit: int) -> str:
        before, now = frame.answers.accuracy, frame.now.answers.accuracy
        match kind:
            case "class":
                return "sum"
            case "bit":
                return str(frame.patterns.column_sums[unit])
            case "recall":
                return f"{before:.0%}"
            case "now":
                return f"{now:.0%}"
            case "change":
                return f"{round(100 * now) - round(100 * before):+d}".replace("-", "−").replace("+0", "0")
        return ""


def _window(frame: PatternFrame) -> tuple[int, int]:
    """First and last + 1 of the units whose bits are shown, the selected one among them."""
    count = len(frame.patterns.units)
    start = max(0, min(frame.unit - BITS_SHOWN // 2, count - BITS_SHOWN))
    return start, min(start + BITS_SHOWN, count)
