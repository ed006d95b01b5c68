"""The two tables of a comparison, a row for every method: a node's part in the next step, and how the methods do."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from lsexplorer.render.charts import FOREGROUND
from lsexplorer.render.numbers import NONE, format_number, format_score, format_share
from lsexplorer.tui.compare import method_looks as looks
from lsexplorer.tui.compare.frame import CompareFrame
from lsexplorer.tui.explorer import delta_table
from lsexplorer.tui.widgets.cells import Cell, Column, tone
from lsexplorer.tui.widgets.number_table import NumberTable

_METHOD = Column("method", 13, "A method of the comparison: one regulariser alone, drawn with its letter.", left=True)

DELTA_COLUMNS: dict[str, Column] = {"method": _METHOD} | {
    name: delta_table.COLUMNS[name] for name in ("target", "soft_target", "output", "soft_error", "slope")
}
DELTA_COLUMNS[delta_table.SUM] = Column(
    "+reg.", 6, "What the method's regulariser adds to δ; in the explorer its own column says the formula."
)
DELTA_COLUMNS |= {name: delta_table.COLUMNS[name] for name in ("signal", "move", "norm")}
DELTA_COLUMNS["change"] = Column(
    "Δ‖w‖", 7, "Change of ‖w‖, the norm of the weights into the node, by this method's own next step.", grows=1
)

SCORE_COLUMNS: dict[str, Column] = {
    "method": _METHOD,
    "setting": Column("set", 7, "Its regulariser's strength: smoothing a, or λ.", left=True, grows=2),
    "train": Column("train", 6, "Accuracy on the training part."),
    "test": Column("test", 6, "Accuracy on the test part."),
    "nll": Column(
        "NLL", 6, "Negative log-likelihood of the true classes, on the part shown.", grows=2, starts_group=True
    ),
    "ece": Column("ECE", 6, "Expected calibration error: |accuracy − confidence| over 15 bins.", grows=1),
    "mean_confidence": Column("conf", 6, "Mean probability of the predicted class.", grows=1),
    "logit_gap": Column("gap", 6, "Mean of z_y − mean of the other logits.", grows=1),
    "weight_norm": Column("‖W‖", 6, "Norm of all weights, biases left out: √Σw².", grows=1),
    "agreement": Column("agree", 6, "Share of the samples for which it predicts what the smoothing method predicts."),
}


class MethodTable(NumberTable):
    """A row for every method; the selected row is the selected method."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.node(-1)", "Node before", show=False),
        Binding("right", "screen.node(1)", "Next node", show=False),
    ]

    _frame: CompareFrame | None = None
    _columns: dict[str, Column]

    def show_methods(self, frame: CompareFrame, method: int) -> None:
        """Show a frame's methods, one of them selected."""
        self._frame = frame
        self._entitle(frame)
        self.set_reactive(NumberTable.cursor, method)
        self.show()

    def _entitle(self, frame: CompareFrame) -> None:
        """Say in the border what the table shows."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        """The columns in order."""
        return list(self._columns.values())

    def row_count(self) -> int:
        """A row for every method."""
        return len(self._frame.methods) if self._frame else 0

    def cell(self, row: int, column: int, width: int) -> Cell:
        """A method's entry."""
        assert self._frame is not None
        name = list(self._columns)[column]
        if name != "method":
            return self._entry(self._frame, row, name, width)
        method = self._frame.methods[row]
        look = looks.LOOKS[method.key]
        mark = "▸" if row == self.cursor else " "
        return (
            f"{mark}{look.letter} {looks.method_name(method)}",
            "" if look.color == FOREGROUND else f"color({look.color})",
        )

    def _entry(self, frame: CompareFrame, row: int, name: str, width: int) -> Cell:
        """A method's entry in a column other than the first."""
        raise NotImplementedError


class MethodDeltas(MethodTable):
    """One node's row of every method's delta table."""

    HELP = (
        "What the next step does to one node in every method. ← → another node, ↑ ↓ another method, Tab another sample."
    )
    _columns = DELTA_COLUMNS

    def _entitle(self, frame: CompareFrame) -> None:
        node = frame.nodes[0]
        title = f"{node.name} {node.class_name}" if node.class_name else f"{node.name}, hidden"
        equation = frame.deltas[0].equation if node.class_name else "δ = slope·Σw·δ"
        if any(node.added for node in frame.nodes):
            equation += " + reg."
        who = delta_table.sample_text(frame, len(frame.deltas[0].batch))
        self.entitle(f"Next step of {title} · {equation} · {who}", "← → node  ↑ ↓ method")
        self._columns = dict(DELTA_COLUMNS)
        if not any(node.added for node in frame.nodes):
            del self._columns[delta_table.SUM]
        if not node.class_name:
            del self._columns["target"], self._columns["soft_target"]
            self._columns["output"] = Column("h", 5, grows=2)
            self._columns["soft_error"] = Column("Σw·δ", 5, grows=2)

    def _entry(self, frame: CompareFrame, row: int, name: str, width: int) -> Cell:
        node = frame.nodes[row]
        if name == "change":
            value = node.norm_changes.now
            return format_number(value, width, signed=True), tone(value)
        return delta_table.plain_cell(node, name, width, dict(zip(self._columns, self._widths, strict=True)))


class Scoreboard(MethodTable):
    """How every method does at this step."""

    HELP = "How the methods do. p shows the other part of the data; Enter takes the selected method into the explorer."
    _columns = SCORE_COLUMNS

    def _entitle(self, frame: CompareFrame) -> None:
        title = f"Scores at step {frame.step:,} · NLL to agreement on the {frame.part} part"
        self.entitle(title, looks.notes(frame))

    def _entry(self, frame: CompareFrame, row: int, name: str, width: int) -> Cell:
        score, rows = frame.scores[row], frame.rows[frame.part]
        match name:
            case "setting":
                return looks.setting(frame.methods[row], width), ""
            case "train" | "test":
                return format_share(score.parts[name].accuracy, frame.rows[name]), ""
            case "agreement":
                same = frame.methods[row].key == "label_smoothing"
                return (NONE, "table--faint") if same else (format_share(score.agreement[frame.part], rows), "")
            case "weight_norm":
                return format_number(score.weight_norm, width), ""
        return format_score(score.parts[frame.part][name], rows, width), ""
