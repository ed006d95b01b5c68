"""What the reports share: the console that they are printed on, and Markdown."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from lsexplorer.data import Dataset, summarize
from lsexplorer.render.rich_tables import Row

WIDTH = 120
"""Columns of a report that is not printed on a terminal."""


def open_console() -> Console:
    """A console on standard output: as wide as the terminal, or WIDTH columns where it is none."""
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    return console


def markdown_document(parts: Iterable[str]) -> str:
    """Paragraphs as a Markdown document. Names in them come from files: they make no HTML, links or pictures."""
    text = "\n\n".join(parts) + "\n"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "\\[")


def markdown_table(headings: Sequence[str], rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [tuple(headings), ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in line) + " |" for line in lines)


def data_notes(data: Dataset) -> list[str]:
    """What was understood of a person's own file, as a list in Markdown; nothing for a built-in set."""
    return notes_list(summarize(data).brief())


def notes_list(notes: Sequence[str]) -> list[str]:
    """Notes as one list in Markdown, none where there are none."""
    return ["\n".join(f"- {note}" for note in notes)] if notes else []


def has_color(console: Console) -> bool:
    """Whether charts on this console may have colours."""
    return console.is_terminal and not console.no_color


def print_chart(console: Console, lines: Iterable[Text]) -> None:
    """Print the lines of a chart; what does not fit is cut off."""
    for line in lines:
        console.print(line, no_wrap=True, crop=True)
