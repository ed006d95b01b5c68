"""Tables for a terminal, in reports and on screens."""

from collections.abc import Container, Iterable, Sequence

from rich.table import Table
from rich.text import Text

Row = tuple[str, ...]


def rich_table(
    headings: Sequence[str],
    rows: Iterable[tuple[str | Text, ...]],
    *,
    right: Container[int] = (),
    wrap: Container[int] = (),
) -> Table:
    """A table without borders; ``right`` and ``wrap`` are columns that are right-aligned and that may wrap."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(headings):
        justify, overflow = "right" if i in right else "left", "fold" if i in wrap else "ellipsis"
        table.add_column(heading, justify=justify, no_wrap=i not in wrap, overflow=overflow)  # type: ignore[arg-type]
    for row in rows:
        # As Text, since a string's [brackets] would be read as markup.
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
