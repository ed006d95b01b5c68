"""What the reports share: the console that they are printed on, and tables on it and in Markdown."""

from collections.abc import Container, Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 120
"""Columns of a report that is not printed on a terminal."""

Row = tuple[str, ...]


def open_console() -> Console:
    """A console on standard output: as wide as the terminal, or WIDTH columns where it is none."""
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else WIDTH
    return console


def table(
    headings: Sequence[str], rows: Iterable[Row], *, right: Container[int] = (), wrap: Container[int] = ()
) -> Table:
    """A table without borders; ``right`` and ``wrap`` are columns that are right-aligned and that may wrap."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(headings):
        justify, overflow = "right" if i in right else "left", "fold" if i in wrap else "ellipsis"
        made.add_column(heading, justify=justify, no_wrap=i not in wrap, overflow=overflow)  # type: ignore[arg-type]
    for row in rows:
        made.add_row(*map(Text, row))
    return made


def markdown_document(parts: Iterable[str]) -> str:
    """Paragraphs as a Markdown document. Names in them come from files: they make no HTML, links or pictures."""
    text = "\n\n".join(parts) + "\n"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "\\[")


def markdown_table(headings: Sequence[str], rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [tuple(headings), ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in line) + " |" for line in lines)


def has_color(console: Console) -> bool:
    """Whether charts on this console may have colours."""
    return console.is_terminal and not console.no_color


def print_chart(console: Console, lines: Iterable[str]) -> None:
    """Print the lines of a chart, which may have ANSI colours; what does not fit is cut off."""
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
