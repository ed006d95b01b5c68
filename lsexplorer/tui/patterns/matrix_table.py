"""A matrix of the classes against each other: Hamming distance, cosine, or confusion."""

from collections.abc import Sequence

from textual.content import Content

from lsexplorer.render.tables import matrix_titles
from lsexplorer.tui.widgets.cells import Cell, Column
from lsexplorer.tui.widgets.number_table import NumberTable

MAX_NAME = 10


class MatrixTable(NumberTable, can_focus=False):
    """A row and a column for every class."""

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
        """Show cells (C, C); strong: (row, column) of those to highlight."""
        self._names, self._cells, self._strong = names, cells, strong
        self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        self.show()

    @property
    def table_width(self) -> int:
        """Columns of the terminal that the table takes, with its frame."""
        return sum(column.width + 1 for column in self.columns()) + 2

    @property
    def needed_width(self) -> int:
        """Columns that it takes with its titles in full."""
        titles = max(len(str(title)) for title in (self.border_title, self.border_subtitle))
        return max(self.table_width, titles + 6)

    def columns(self) -> list[Column]:
        """The class, and a column for each class, as wide as the widest entry."""
        heads, labels = matrix_titles(self._names, MAX_NAME)
        width = max((len(text) for row in (heads, *self._cells) for text in row), default=1)
        return [Column("", max(map(len, labels), default=1), left=True), *(Column(head, width) for head in heads)]

    def row_count(self) -> int:
        """The classes."""
        return len(self._names)

    def cell(self, row: int, column: int, width: int) -> Cell:
        """An entry, or a class's name."""
        if column == 0:
            return matrix_titles(self._names, MAX_NAME)[1][row], "table--faint"
        text = self._cells[row][column - 1]
        if (row, column - 1) in self._strong:
            return text, "table--live"
        return text, "table--faint" if text == "·" else ""
