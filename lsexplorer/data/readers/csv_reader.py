"""Reading text files into tables of columns: .csv, .tsv and their kin."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import MAX_CELLS, Progress, counted, label, shown
from lsexplorer.data.readers.cells import is_number
from lsexplorer.data.readers.columns import Column
from lsexplorer.data.readers.layout import Layout
from lsexplorer.data.readers.lines import Lines
from lsexplorer.data.readers.places import Places
from lsexplorer.data.readers.plain_numbers import read_rest
from lsexplorer.data.readers.rows import WHITE_SPACE, Rows, fits_numbers, plain
from lsexplorer.data.readers.top import no_row_names
from lsexplorer.errors import InputError

_CHUNK_CELLS, _CHUNK_ROWS = 200_000, 2_500
_PLAIN_AFTER = 20_000
"""Line by which it shows that a file is plain numbers."""
_MOST_ROW_NAMES = 1_000_000
"""That are compared."""
_COMMENT_MARKS = "#%!/*;"


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a text file or of another table, before it is decided what they are for."""

    path: Path
    layout: Layout
    columns: tuple[Column, ...]
    lines: NDArray[np.int64] | None = None
    """Line number of each row (n,), where it has one."""
    comments: tuple[str, ...] | None = None
    """Each row's trailing comment, where every row has one."""
    notes: tuple[str, ...] = ()
    """What was left out or guessed while the rows were read, as sentences."""
    categories: frozenset[int] = frozenset()
    """Columns that are declared to hold categories, even if these are numbers."""

    def __len__(self) -> int:
        return self.columns[0].rows

    def place(self, row: int, column: int | None = None) -> str:
        """A place as messages name it: x.csv, row 5 (line 6), column 2 'width'. The arguments count from 0."""
        line = "" if self.lines is None else f" (line {self.lines[row]})"
        where = f"{label(self.path)}, row {row + 1}{line}"
        return where if column is None else f"{where}, {self.layout.column(column)}"


def read_table(
    path: Path,
    layout: Layout,
    classes: int | None = None,
    *,
    thousands: str | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Table:
    """Read all rows of a text file whose layout is known.

    classes: the column that probably holds them. thousands: what alone groups digits. encoding: as asked for, None to
    look. Raises InputError, naming row and line, for rows of another width, quotes that do not match, lines that may
    be comments or rows, or too many values.
    """
    width = len(layout.names)
    columns = tuple(Column(width, i == classes, thousands) for i in range(width))
    with Lines(path, encoding) as lines:
        source = _Source(path, Rows(lines, layout.dialect, layout.numeric), layout)
        numbers, chunk = source.numbers, max(1, min(_CHUNK_CELLS // width, _CHUNK_ROWS))
        for rows in _chunks(iter(source), chunk):
            if len(numbers) * width > MAX_CELLS:
                raise InputError(f"{label(path)} holds more than {MAX_CELLS:,} values, the most that are read")
            for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                column.add(cells)
            if progress is not None:
                progress(lines.bytes_read, lines.size)
            if thousands is None and numbers[-1] <= _PLAIN_AFTER and len(rows) == chunk:
                last = numbers[-1]
                rest = read_rest(path, layout, columns, last, chunk)
                if rest:
                    numbers.extend(range(last + 1, last + 1 + rest))
                    source.remarks.add(None)
                    break
        notes = (*layout.notes, *lines.notes, *source.notes())
    if not numbers:
        raise InputError(f"{label(path)} has {'a header but ' if layout.header else ''}no rows")
    return Table(path, layout, columns, np.array(numbers, dtype=np.int64), source.remarks.all, notes)


class _Remarks:
    """The rows' trailing comments, kept as long as every row has one and few differ."""

    def __init__(self) -> None:
        self._texts: list[str] | None = []
        self._known: dict[str, str] = {}

    def add(self, comment: str | None) -> None:
        if self._texts is None:
            return
        if not comment or (comment not in self._known and len(self._known) >= 1000):
            self._texts = None
        else:
            self._texts.append(self._known.setdefault(comment, comment))

    @property
    def all(self) -> tuple[str, ...] | None:
        return tuple(self._texts) if self._texts else None


class _Source:
    """The data rows of a file, each of the right width, to iterate over; it counts what is left out."""

    def __init__(self, path: Path, rows: Rows, layout: Layout) -> None:
        self.path, self.rows, self.layout = path, rows, layout
        self.numbers: list[int] = []
        """Line number of each row."""
        self.remarks = _Remarks()
        self._again, self._empty, self._comments = Places(), Places(), Places()
        self._row_names: set[str] = set()

    def __iter__(self) -> Iterator[list[str]]:
        source, layout, numbers, remarks = self.rows, self.layout, self.numbers, self.remarks
        width, begin, tops = len(layout.names), layout.first_line, {row[0] for row in layout.tops}
        try:
            for row in source:
                if source.comments:
                    self._take_comments()
                if source.start < begin:
                    continue
                if not any(map(str.strip, row)):
                    self._empty.add(source.start)
                    continue
                while len(row) > width and not row[-1].strip():
                    row.pop()
                if row[0] in tops and tuple(row) in layout.tops:
                    self._again.add(source.start)
                    continue
                if len(row) != width:
                    raise self._wrong_width(row)
                if layout.row_names:
                    self._check_row_name(row[0])
                numbers.append(source.start)
                remarks.add(source.comment)
                yield row
        except csv.Error as error:
            raise InputError(f"{self._place()}: {plain(error)}") from None
        self._take_comments()

    def notes(self) -> list[str]:
        """What was left out or guessed, as sentences."""
        rows = self.rows
        found = (
            (self._again, "repeats the header and was left out", "repeat the header and were left out"),
            (self._empty, "holds no value and was left out", "hold no value and were left out"),
            (self._comments, "is a comment and was left out", "are comments and were left out"),
            (rows.cut, "ends in a comment", "end in a comment"),
            (
                rows.kept,
                "ends in '# …', which was kept in the cell; --comment '#' makes it a comment",
                "end in '# …', which was kept in the cell; --comment '#' makes it a comment",
            ),
            (
                rows.split,
                "has a quote around no whole cell, which was taken for a letter",
                "have quotes around no whole cell, or around rows, which were taken for letters",
            ),
        )
        notes = [f"{places.lines} {one if places.count == 1 else many}." for places, one, many in found if places]
        if rows.long_count:
            first, last = rows.long[0]
            more = f", and {rows.long_count - 1:,} more do so" if rows.long_count > 1 else ""
            notes.append(f"A cell between quotes goes on over the lines {first}-{last}{more}.")
        return notes

    def _take_comments(self) -> None:
        """Count the whole lines of comment; raise InputError for one that may be a row."""
        layout = self.layout
        for line, text in self.rows.comments:
            if line == layout.header_line:
                continue
            cells = layout.dialect.cells(text)
            if layout.header and [" ".join(cell.split()) for cell in cells] == list(layout.names):
                self._again.add(line)
                continue
            if layout.dialect.comment is None and self._may_be_row(cells):
                raise InputError(
                    f"{label(self.path)}, line {line} begins with #, but has the {len(layout.names)} columns of a row: "
                    "--comment '#' leaves such lines out as comments, --comment none takes them for rows"
                )
            self._comments.add(line)
        self.rows.comments.clear()

    def _may_be_row(self, cells: list[str]) -> bool:
        """Whether a comment's text, of these cells, is a row whose first cell begins with # or is one."""
        numeric = self.layout.numeric
        if not any(numeric) and self.layout.dialect.delimiter == WHITE_SPACE:
            return False  # words in a row
        if len(cells) == len(numeric) - 1 and self.layout.dialect.delimiter == WHITE_SPACE:
            cells = ["#", *cells]
        if len(cells) != len(numeric) or not cells[0] or (numeric[0] and is_number(cells[0])):
            return False  # the latter is a row that was commented out
        return fits_numbers(cells, (False, *numeric[1:]))

    def _check_row_name(self, name: str) -> None:
        """Raise InputError where what was taken for row names repeats."""
        if name in self._row_names:
            raise InputError(f"{self._place()}: {no_row_names(len(self.layout.names))}")
        if len(self._row_names) < _MOST_ROW_NAMES:
            self._row_names.add(name)

    def _place(self) -> str:
        return f"{label(self.path)}, row {len(self.numbers) + 1} (line {self.rows.start})"

    def _wrong_width(self, row: list[str]) -> InputError:
        width, mark = len(self.layout.names), row[0].strip()[:1]
        whose = "the header has" if self.layout.header else "most rows have"
        hint = ""
        if mark in _COMMENT_MARKS and mark:
            hint = f"; if lines that begin so are comments, --comment '{mark}' leaves them out"
        elif self.layout.dialect.delimiter == WHITE_SPACE:
            hint = "; a cell that holds spaces needs quotes"
        count = counted(len(row), "column", "columns")
        return InputError(f"{self._place()} has {count}, but {whose} {width}: {shown(row[0])} …{hint}")


def _chunks(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk
