"""The weights into the selected node: what moves each of them, and where it will be after the step."""

import numpy as np

from lsexplorer.nn.regularizers import REGULARIZERS, Regularizer
from lsexplorer.render.numbers import format_number, format_total
from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.cells import Cell, Column, tone
from lsexplorer.tui.widgets.number_table import NumberTable

MANY_ROWS = 40
"""From this many rows on, they are ordered by the size of their move unless the order was chosen."""

PARTS = tuple(entry.name for entry in schema() if entry.name in REGULARIZERS and REGULARIZERS[entry.name].move)
"""The regularisers that move weights themselves, in the order of the options."""


PULLS = ("data", *PARTS, "optimizer")
"""Columns that add up to Δw."""


def regularizer_column(entry: Regularizer) -> Column:
    """The column of a regulariser's part."""
    title = entry.short if entry.decay else f"{entry.short} pull"
    return Column(title, max(8, len(title)), entry.move)


COLUMNS: dict[str, Column] = {
    "source": Column("from", 9, "Where the weight comes from: an input, or a node below.", left=True, grows=10),
    "inputs": Column("h", 5, "What comes in through the weight: input or activation; 1 for the bias.", grows=1),
    "weight": Column("w", 6, "The weight now.", grows=2),
    "data": Column("data pull", 9, "η times the mean over the samples of h·δ: what the loss on the data wants."),
    **{name: regularizer_column(REGULARIZERS[name]) for name in PARTS},
    "optimizer": Column("optimiser", 9, "What momentum or Adam adds to, or takes from, the pulls before it."),
    "net": Column("Δw", 8, "The sum of the pulls: how far the weight moves.", grows=1),
    "after": Column("w after", 7, "The weight after the step: w + Δw.", grows=2),
}


class WeightsTable(NumberTable):
    """The rows of a frame's weight moves."""

    HELP = "What the next step does to each weight into the selected node. o orders by size of move."
    BORDER_TITLE = "Weights"

    _frame: Frame | None = None
    _names: tuple[str, ...] = ()
    _order: "np.ndarray[tuple[int], np.dtype[np.int64]]" = np.array([], dtype=np.int64)
    by_size: bool | None = None
    """Whether rows are ordered by the size of their move; None decides by their number."""

    def show_frame(self, frame: Frame) -> None:
        """Show the weights into a frame's selected node."""
        self._frame = frame
        moves, count = frame.weights, len(frame.weights.sources)
        by_size = count >= MANY_ROWS if self.by_size is None else self.by_size
        self._order = np.argsort(-np.abs(moves.net), kind="stable") if by_size else np.arange(count)
        hp = frame.hp
        parts = [name for name in PARTS if REGULARIZERS[name].keyed or getattr(hp, name)]
        left_out = {*PARTS} - {*parts} | ({"optimizer"} if hp.optimizer == "sgd" and not hp.momentum else set())
        self._names = tuple(name for name in COLUMNS if name not in left_out)
        order = " · largest moves first" if by_size else ""
        summands = [COLUMNS[name].title for name in self._names if name in PULLS]
        self.entitle(f"Weights into {frame.node}{order}", f"Δw = {' + '.join(summands)}")
        self.show()

    @property
    def source(self) -> int:
        """The selected weight, by its place among the sources."""
        return int(self._order[self.cursor]) if self.cursor < len(self._order) else 0

    def toggle_order(self) -> None:
        """Order by size of move, or as the inputs come."""
        count = self.row_count()
        by_size = count >= MANY_ROWS if self.by_size is None else self.by_size
        self.by_size = not by_size
        if self._frame:
            self.show_frame(self._frame)

    def columns(self) -> list[Column]:
        """The columns; 'optimiser' only where there is momentum or Adam."""
        return [COLUMNS[name] for name in self._names]

    def row_count(self) -> int:
        """A row for every input, and the bias."""
        return len(self._order)

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A weight's entry, made for the width."""
        assert self._frame is not None
        name, at = self._names[column], int(self._order[row])
        moves = self._frame.weights
        if name == "source":
            return moves.sources[at], ""
        value = float(getattr(moves, name)[at])
        text = self._total(at, value, width) if name == "net" else format_number(value, width, name in PULLS)
        return text, tone(value) if name in (*PULLS, "net") else ""

    def _total(self, at: int, value: float, width: int) -> str:
        """Δw with the digits that come out from the parts as they are shown, where they are."""
        assert self._frame is not None
        widths = dict(zip(self._names, self._widths, strict=True))
        if width != widths["net"]:
            return format_number(value, width, signed=True)
        parts = [name for name in self._names if name in PULLS]
        moves = self._frame.weights
        shown = [format_number(float(getattr(moves, name)[at]), widths[name], signed=True) for name in parts]
        return format_total(value, shown, width)
