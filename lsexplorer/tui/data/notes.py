"""What was understood of a data set: the notes on how it was read, and what it holds."""

from collections.abc import Iterator

from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.data import BUILTINS, Dataset, Summary
from lsexplorer.data.files import counted
from lsexplorer.tui.page_screen import PageScreen


def understood_text(summary: Summary) -> str:
    """The notes first, since they say what was guessed and dropped; then what the data hold."""
    return "\n".join([*(f"• {note}" for note in summary.notes), "", *summary.facts()])


def first_message(data: Dataset) -> str:
    """What the data screen says when it opens."""
    if data.source not in BUILTINS and data.notes:
        return f"{data.class_note} n shows {counted(len(data.notes), 'note', 'notes')} on the file.".strip()
    return "Smoothing changes the targets alone. e: the same weights from smoothed data?"


class NotesScreen(PageScreen[None]):
    """All that was understood, whatever the terminal's width."""

    DEFAULT_CSS = """
    NotesScreen > VerticalScroll { width: 100; max-width: 96%; height: auto; max-height: 90%; padding: 0 1; }
    """

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self._summary = summary

    @property
    def box_title(self) -> str:
        """The data set's name."""
        return f"How {self._summary.name} was read"

    def compose_page(self) -> Iterator[Widget]:
        """Notes and summary."""
        yield Static(understood_text(self._summary), markup=False)
