"""The verdict of a match, and the evidence."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from lsexplorer.render.match_texts import (
    NOTES,
    Row,
    measure_table,
    ratio_line,
    settings_line,
    strength_headings,
    strength_rows,
    time_line,
)
from lsexplorer.study.match.matching import Match

WIDE, NARROW = 124, 86
"""Columns of the terminal from which the table of measures is whole, and below which it leaves the remedy's mean out,
which is smoothing's and the difference."""


class VerdictScreen(ModalScreen[None]):
    """The sentence, the strengths, and the measures with their intervals."""

    DEFAULT_CSS = """
    VerdictScreen { align: center middle; }
    VerdictScreen > VerticalScroll {
        width: 128; max-width: 100%; height: auto; max-height: 90%; border: round $accent; padding: 0 1;
        background: $surface; scrollbar-size: 1 1;
    }
    VerdictScreen #verdict { text-style: bold; }
    VerdictScreen .faint { color: $text-muted; }
    VerdictScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m,enter", "dismiss", "Close"),
        Binding("down,j", "scroll(3)", "Down", show=False),
        Binding("up,k", "scroll(-3)", "Up", show=False),
        Binding("pagedown,space", "scroll(12)", "Page down", show=False),
        Binding("pageup", "scroll(-12)", "Page up", show=False),
    ]

    def __init__(self, match: Match) -> None:
        super().__init__()
        self._match = match

    def compose(self) -> ComposeResult:
        """As the report of `lsexplorer match`, without the picture."""
        match, width = self._match, self.app.size.width
        with VerticalScroll(can_focus=False) as box:
            box.border_title = f"Would {match.plan.regularizer.label} have done the same? · ↑ ↓ scroll · Esc closes"
            yield Static(match.verdict.text, id="verdict", markup=False)
            yield Static(settings_line(match), classes="faint", markup=False)
            yield Static(_table([strength_headings(match), *strength_rows(match)], left=3))
            yield Static(ratio_line(match), markup=False)
            rows = measure_table(match, width >= WIDE)
            if width < NARROW:
                rows = [(measure, smoothing, *rest) for measure, smoothing, _, *rest in rows]
            if len(rows) > 1:
                yield Static(_table(rows, left=1 if width >= WIDE else 2))
                yield Static("\n".join(NOTES), classes="faint", markup=False)
            yield Static(time_line(match), classes="faint", markup=False)

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _table(rows: Sequence[Row], left: int) -> Table:
    """Rows under their headings; the first column and the last ``left`` ones are words."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(rows[0]):
        words = i == 0 or i >= len(rows[0]) - left
        table.add_column(heading, justify="left" if words else "right", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    return table
