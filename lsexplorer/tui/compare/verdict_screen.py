"""The verdict of a match, and the evidence."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.data.output import check_output
from lsexplorer.errors import InputError
from lsexplorer.render import match_all_texts
from lsexplorer.render.match_texts import (
    NOTES,
    TERMS,
    measure_table,
    ratio_line,
    settings_line,
    strength_headings,
    strength_rows,
    time_line,
)
from lsexplorer.render.numbers import as_on_screen
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.study.match.matching import Match, Matches
from lsexplorer.tui.file_prompt import write_files
from lsexplorer.tui.page_screen import PageScreen
from lsexplorer.tui.prompt import Prompt

WIDE, NARROW = 124, 86
"""Columns of the terminal from which the table of measures is whole, and below which it leaves out the remedy's mean
(which is smoothing's plus the difference), and that of several remedies the logit gap."""


class VerdictScreen(PageScreen[bool]):
    """The sentence, the strengths, and the measures with their intervals; of several remedies, a row for each.

    Its answer is whether another match is wanted.
    """

    DEFAULT_CSS = """
    VerdictScreen > VerticalScroll {
        width: 128; max-width: 100%; height: auto; max-height: 90%; padding: 0 1; scrollbar-size: 1 1;
    }
    VerdictScreen #verdict { text-style: bold; }
    VerdictScreen #saved { color: $text-accent; display: none; }
    VerdictScreen .faint { color: $text-muted; }
    VerdictScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m,enter", "dismiss", "Close"),
        Binding("n", "dismiss(True)", "Another match"),
        Binding("w", "save", "Save the report"),
    ]

    keys = "↑ ↓ scroll · n another match · w save the report · Esc closes"

    def __init__(self, matches: Matches, command: str) -> None:
        """command: what makes the same match in a shell."""
        super().__init__()
        self._matches, self._command = matches, command

    @property
    def box_title(self) -> str:
        """The question."""
        who = self._matches.first.plan.regularizer.label if self._matches.is_single else "anything simpler"
        return f"Would {who} have done the same?"

    def compose_page(self) -> Iterator[Widget]:
        """As the report of `lsexplorer match`, without the chart; the command, and the terms in words."""
        yield Static(id="saved", markup=False)
        if self._matches.is_single:
            yield from self._of_one(self._matches.first)
        else:
            yield from self._of_several()
        yield Static(f"The same in a shell: {self._command}", markup=False)
        terms = rich_table(("term", "what it is"), tuple(TERMS.items()), wrap={1})
        yield Static(terms, classes="faint")
        yield Static(time_line(self._matches.first, self._matches.networks), classes="faint", markup=False)

    def _of_one(self, match: Match) -> Iterator[Widget]:
        width = self.app.size.width
        yield Static(as_on_screen(match.verdict.text), id="verdict", markup=False)
        yield Static(as_on_screen(settings_line(match)), classes="faint", markup=False)
        yield Static(rich_table(strength_headings(match), _on_screen(strength_rows(match)), right={1}))
        yield Static(as_on_screen(ratio_line(match)), markup=False)
        rows = measure_table(match, width >= WIDE)
        if width < NARROW:
            rows = [(measure, smoothing, *rest) for measure, smoothing, _, *rest in rows]
        headings, *measured = _on_screen(rows)
        if measured:
            texts = 1 if width >= WIDE else 2
            yield Static(rich_table(headings, measured, right=range(1, len(headings) - texts)))
            yield Static(as_on_screen("\n".join(NOTES)), classes="faint", markup=False)

    def _of_several(self) -> Iterator[Widget]:
        matches = self._matches
        yield Static(as_on_screen(match_all_texts.answer(matches)), id="verdict", markup=False)
        yield Static(as_on_screen("\n".join(match_all_texts.settings_lines(matches))), classes="faint", markup=False)
        width = self.app.size.width
        rows = match_all_texts.table(matches, width >= WIDE)
        if width < NARROW:
            rows = [(remedy, strength, *rest) for remedy, strength, _, *rest in rows]
        headings, *rows = _on_screen(rows)
        yield Static(rich_table(headings, rows, right=range(2, len(headings) - 1)))
        yield Static(match_all_texts.NOTE, classes="faint", markup=False)
        for match in matches.matches.values():
            yield Static(as_on_screen(match.verdict.text), markup=False)

    def action_save(self) -> None:
        """Ask for a file and write the report to it, as Markdown."""
        name = f"{self._matches.first.data.name}-match.md"
        self.app.push_screen(
            Prompt("Save the report as", "Markdown, as `match --markdown` writes it", self._save, name)
        )

    def _save(self, text: str) -> None:
        from lsexplorer.reports import match, match_all

        if not text.strip():
            raise InputError("a file needs a name, such as match.md")
        path = text.strip() if self.app.is_web else str(check_output(text.strip()))
        report = match.markdown(self._matches.first) if self._matches.is_single else match_all.markdown(self._matches)
        told = write_files(self.app, {path: report.encode()})
        saved = self.query_one("#saved", Static)
        saved.display = True
        saved.update(told)


def _on_screen(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of a report with its numbers as the screen writes them."""
    return [tuple(map(as_on_screen, row)) for row in rows]
