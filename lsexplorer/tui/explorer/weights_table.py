"""The weights into the selected node: what pulls at each of them, and where it will be after the step."""

import numpy as np

from lsexplorer.render.numbers import format_number
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.number_table import Cell, Column, NumberTable

MANY_ROWS = 40
"""From this many on, rows are ordered by the size of their move unless the person chose otherwise."""

COLUMNS: dict[str, Column] = {
    "source": Column("from", 9, "Where the weight comes from: an input, or a node below.", left=True, grows=10),
    "inputs": Column("h", 5, "What comes in through the weight: input or activation; 1 for the bias.", grows=1),
    "weight": Column("w", 6, "The weight now.", grows=2),
    "data": Column("data pull", 9, "η times the mean over the samples of h·δ: what the loss on the data wants."),
    "l1": Column("L1 pull", 8, "−ηλ·sign(w): as strong on small weights as on large ones."),
    "l2": Column("L2 pull", 8, "−ηλ·w: in proportion to the weight."),
    "decay": Column("decay", 8, "−ηλ·w, taken off before the step and past momentum and Adam."),
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
        plain = frame.hp.optimizer == "sgd" and not frame.hp.momentum
        self._names = tuple(name for name in COLUMNS if name != "optimizer" or not plain)
        order = " · largest moves first" if by_size else ""
        self.border_title = f"Weights into {frame.node}{order}"
        after = "Δw = data pull + L1 pull + L2 pull + decay" + ("" if plain else " + optimiser")
        self.border_subtitle = after
        self.show()

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
        moving = name in ("data", "l1", "l2", "decay", "optimizer", "net")
        tone = "" if not moving else "table--faint" if value == 0 else "table--up" if value > 0 else "table--down"
        return format_number(value, width, signed=moving), tone
