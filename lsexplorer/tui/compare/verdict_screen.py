"""The verdict of a match, and the evidence."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.render.match_texts import (
    NOTES,
    measure_table,
    ratio_line,
    settings_line,
    strength_headings,
    strength_rows,
    time_line,
)
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.study.match.matching import Match
from lsexplorer.tui.page_screen import PageScreen

WIDE, NARROW = 124, 86
"""Columns of the terminal from which the table of measures is whole, and below which it leaves out the remedy's mean
(which is smoothing's plus the difference)."""


class VerdictScreen(PageScreen):
    """The sentence, the strengths, and the measures with their intervals."""

    DEFAULT_CSS = """
    VerdictScreen > VerticalScroll {
        width: 128; max-width: 100%; height: auto; max-height: 90%; padding: 0 1; scrollbar-size: 1 1;
    }
    VerdictScreen #verdict { text-style: bold; }
    VerdictScreen .faint { color: $text-muted; }
    VerdictScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("m,enter", "dismiss", "Close")]

    def __init__(self, match: Match) -> None:
        super().__init__()
        self._match = match

    @property
    def box_title(self) -> str:
        """The question."""
        return f"Would {self._match.plan.regularizer.label} have done the same? · ↑ ↓ scroll · Esc closes"

    def compose_page(self) -> Iterator[Widget]:
        """As the report of `lsexplorer match`, without the chart."""
        match, width = self._match, self.app.size.width
        yield Static(match.verdict.text, id="verdict", markup=False)
        yield Static(settings_line(match), classes="faint", markup=False)
        yield Static(rich_table(strength_headings(match), strength_rows(match), right={1}))
        yield Static(ratio_line(match), markup=False)
        rows = measure_table(match, width >= WIDE)
        if width < NARROW:
            rows = [(measure, smoothing, *rest) for measure, smoothing, _, *rest in rows]
        headings, *measured = rows
        if measured:
            texts = 1 if width >= WIDE else 2
            yield Static(rich_table(headings, measured, right=range(1, len(headings) - texts)))
            yield Static("\n".join(NOTES), classes="faint", markup=False)
        yield Static(time_line(match), classes="faint", markup=False)
