"""A matrix of the classes against each other: Hamming distance, cosine, or confusion."""

from collections.abc import Sequence

from textual.content import Content

from lsexplorer.tui.widgets.number_table import Cell, Column, NumberTable

MAX_NAME = 10


class MatrixTable(NumberTable, can_focus=False):
    """A row and a column for every class; long names are numbered in the heading."""

    DEFAULT_CSS = """
    MatrixTable > .table--cursor { background: $surface 0%; }
    """

    _names: tuple[str, ...] = ()
    _cells: Sequence[Sequence[str]] = ()
    _strong: frozenset[tuple[int, int]] = frozenset()

    def show_matrix(
        self,
        names: tuple[str, ...],
        cells: Sequence[Sequence[str]],
        title: str,
        subtitle: str = "",
        strong: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """Show texts (C, C) under a title; ``strong`` are the entries to be seen first."""
        self._names, self._cells, self._strong = names, cells, strong
        self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        self.show()

    @property
    def table_width(self) -> int:
        """The columns of the terminal that the table takes, with its frame."""
        return sum(column.width + 1 for column in self.columns()) + 2

    @property
    def needed_width(self) -> int:
        """Those that it takes with its titles in full."""
        titles = max(len(str(title)) for title in (self.border_title, self.border_subtitle))
        return max(self.table_width, titles + 6)

    def columns(self) -> list[Column]:
        """The class, and a column for each class, as wide as the widest entry."""
        short = all(len(name) <= 3 for name in self._names)
        heads = self._names if short else tuple(str(c + 1) for c in range(len(self._names)))
        width = max((len(text) for row in (heads, *self._cells) for text in row), default=1)
        return [Column("", max((len(text) for text in self._labels()), default=1), left=True)] + [
            Column(head, width) for head in heads
        ]

    def _labels(self) -> list[str]:
        if all(len(name) <= 3 for name in self._names):
            return list(self._names)
        short = [name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…" for name in self._names]
        return [f"{c + 1} {name}" for c, name in enumerate(short)]

    def row_count(self) -> int:
        """The classes."""
        return len(self._names)

    def cell(self, row: int, column: int, width: int) -> Cell:
        """An entry, or a class's name."""
        if column == 0:
            return self._labels()[row], "table--faint"
        text = self._cells[row][column - 1]
        if (row, column - 1) in self._strong:
            return text, "table--live"
        return text, "table--faint" if text == "·" else ""
