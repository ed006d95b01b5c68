"""The delta table: for every node, from its target to what the next step does to the weights into it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.numbers import NONE, format_number, format_total
from lsexplorer.run import NodeDelta
from lsexplorer.tui.model.frame import Frame, RunFrame
from lsexplorer.tui.widgets.cells import Cell, Column, name_cell, tone
from lsexplorer.tui.widgets.number_table import NumberTable

CHANGES = {
    "plain": ("plain", "no regulariser at all"),
    **{entry.name: (entry.short, f"{entry.label} alone") for entry in REGULARIZERS.values()},
    "now": ("as set", "everything as it is set now"),
}

LESS_NEEDED = tuple(REGULARIZERS)[2:]
"""Regularisers whose columns a table without room leaves out."""

ADDED = {f"added_{entry.name}": entry for entry in REGULARIZERS.values() if entry.signal}
"""Regularisers that act on the signal, by the column of their part of it."""

SUM = "added"
"""The column of their sum."""

COLUMNS: dict[str, Column] = {
    "node": Column("", 3, "Node: o1 … are outputs, h1 … hidden ones (h2.1 is in the second hidden layer).", left=True),
    "class_name": Column("class", 6, "The class that an output node stands for.", left=True),
    "target": Column("t", 3, "Hard target: 1 for the sample's class, 0 for the others.", grows=2),
    "soft_target": Column("t′", 5, "Soft target t′ = (1 − a)·t + a/K, with smoothing a and K classes.", grows=1),
    "output": Column("o", 5, "The node's output o; for a hidden node its activation h.", grows=2),
    "error": Column("t−o", 5, "Error term with the hard target: target − output.", grows=2),
    "soft_error": Column("t′−o", 5, "Error term with the soft target; for a hidden node Σ w·δ from above.", grows=2),
    "slope": Column("slope", 5, "Slope of output or activation, which multiplies the term; — where there is none."),
    **{
        name: Column(f"+{entry.short}", max(6, len(entry.short) + 1), f"What {entry.label} adds to δ: {entry.term}.")
        for name, entry in ADDED.items()
    },
    SUM: Column("+others", 7, "What all of these add to δ together, where there is no room for each."),
    "signal": Column(
        "δ", 5, "Signal δ = −∂L/∂z, the way the node's input should move; equation in the title.", grows=2
    ),
    "move": Column("η·δ", 6, "Learning rate times δ: the bias's move under plain SGD; times h, a weight's.", grows=2),
    "norm": Column("‖w‖", 5, "Norm of the weights into the node, without the bias: √Σw².", grows=1, starts_group=True),
}
COLUMNS |= {
    name: Column(title, 6, f"Change of ‖w‖ by the same next step with {words}.", grows=1, in_band=True)
    for name, (title, words) in CHANGES.items()
}


MAX_CLASS_WIDTH = 10


class DeltaTable(NumberTable):
    """The rows of a frame's delta table; the selected row is the selected node."""

    HELP = "Every node's part in the next step. ↑ ↓ choose a node, Tab the sample, a the batch's mean."
    BORDER_TITLE = "Next step"
    band = "Δ‖w‖ of the next step if …", "Δ‖w‖ of next step if"
    DROPPED: ClassVar[tuple[str, ...]] = (
        "now",
        *(name for name in reversed(LESS_NEEDED) if REGULARIZERS[name].keyed),
        "class_name",
        *(name for name in reversed(LESS_NEEDED) if not REGULARIZERS[name].keyed),
    )
    """What a table without room for all leaves out, in this order; the lines below the table still say it."""

    _frame: Frame | None = None
    _names: tuple[str, ...] = tuple(COLUMNS)

    def show_frame(self, frame: Frame) -> None:
        """Show the delta table of a frame."""
        self._frame = frame
        self.entitle(self._title(frame))
        names = [entry.name for entry in frame.deltas.nodes]
        self.set_reactive(NumberTable.cursor, names.index(frame.node))
        self.show()

    def show(self) -> None:
        """Say in the border what the band has no room for."""
        super().show()
        self.entitle(subtitle="" if self.has_band else f"right-hand columns: {self.band[0]}")

    def node_name(self, row: int) -> str:
        """The name of the node in a row."""
        return self._frame.deltas.nodes[row].name if self._frame else ""

    def columns(self) -> list[Column]:
        """All columns, or without those that a narrow table leaves out."""
        columns = dict(COLUMNS)
        if self._frame:
            nodes = self._frame.deltas.nodes
            changes, added = nodes[0].norm_changes.by_name, nodes[0].added
            absent = [name for name in REGULARIZERS if name not in changes]
            for name in (*absent, *(name for name, entry in ADDED.items() if entry.name not in added)):
                del columns[name]
            columns["node"] = replace(columns["node"], width=max(len(node.name) for node in nodes) + 1)
            longest = max(len(node.class_name or "") for node in nodes)
            columns["class_name"] = replace(columns["class_name"], width=min(max(longest, 6), MAX_CLASS_WIDTH))
        room, total = self.scrollable_content_region.width, columns.pop(SUM)
        for name in self.DROPPED:
            if name in columns and _width(columns) > room:
                del columns[name]
        parts = [name for name in columns if name in ADDED]
        if parts and _width(columns) > room:  # they become one column, which the order of the table has before δ
            columns = {name: columns.get(name, total) for name in COLUMNS if name in columns or name == SUM}
            for name in parts:
                del columns[name]
            if _width(columns) > room:
                del columns[SUM]
        if _width(columns) > room:
            del columns["slope"]  # the worked line has it
        if self._frame and self._frame.sample is None and _width(columns) + 2 <= room:
            # A mean of zeros and ones has more digits than one of them.
            columns["target"] = replace(columns["target"], width=5)
        self._names = tuple(columns)
        return list(columns.values())

    def row_count(self) -> int:
        """A row for every node."""
        return len(self._frame.deltas.nodes) if self._frame else 0

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A node's entry, made for the width."""
        assert self._frame is not None
        node, name = self._frame.deltas.nodes[row], self._names[column]
        if name == "node":
            return ("▸" if row == self.cursor else " ") + node.name, ""
        if name == "class_name":
            if node.class_name is None:
                return "hidden", "table--faint"
            return name_cell(self._frame.class_names, node.unit, width), ""
        if name in CHANGES:
            value = getattr(node.norm_changes, name)
            return format_number(value, width, signed=True), tone(value)
        beside = {}
        if name == "signal" and width == self._widths[column]:
            beside = dict(zip(self._names, self._widths, strict=True))
        return plain_cell(node, name, width, beside)

    @staticmethod
    def _title(frame: Frame) -> str:
        return f"Next step · {frame.deltas.equation} · {sample_text(frame, len(frame.deltas.batch))}"


def _width(columns: Mapping[str, Column]) -> int:
    return sum(column.width + 1 for column in columns.values())


def plain_cell(node: NodeDelta, name: str, width: int, beside: Mapping[str, int]) -> Cell:
    """A node's number under a column other than its names and the changes of ‖w‖.

    beside: the widths of the row's columns, so that shown parts of δ add up to it.
    """
    if name in ADDED:
        value = node.added.get(ADDED[name].name)
    elif name == SUM:
        value = sum(node.added.values()) if node.added else None
    else:
        value = getattr(node, name)
    if name == "soft_error" and node.incoming is not None:
        value = node.incoming
    signed = name in ("error", "soft_error", "signal", "move", SUM, *ADDED)
    parts = [part for part in beside if part in (SUM, *ADDED)] if name == "signal" and node.slope == 1 else []
    if parts and node.added:
        texts = [plain_cell(node, part, beside[part], {})[0] for part in ("soft_error", *parts)]
        text = format_total(node.signal, [text for text in texts if text != NONE], width)
    else:
        text = format_number(value, width, signed)
    return text, "table--faint" if text == NONE else tone(value) if name in ("signal", "move") else ""


def sample_text(frame: RunFrame, batch: int) -> str:
    """Whose numbers a table shows: a row's, or the mean of a batch of so many samples."""
    if frame.sample is None:
        return f"mean of the batch's {batch} samples"
    return f"row {frame.sample_row} ({frame.sample_class}) alone" + (
        "" if frame.in_batch else ", not in the next batch"
    )
