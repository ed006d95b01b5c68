"""Reading text files into tables of columns: .csv, .tsv and their kin."""

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import MAX_CELLS, Progress, label, shown
from lsexplorer.data.readers.columns import Column
from lsexplorer.data.readers.lines import Lines
from lsexplorer.data.readers.sniff import Layout
from lsexplorer.errors import InputError

_CHUNK_CELLS = 200_000


@dataclass(frozen=True, eq=False)
class Table:
    """A text file's columns, before it is decided what they are for."""

    path: Path
    layout: Layout
    columns: tuple[Column, ...]
    lines: NDArray[np.int64]
    """Line number of each row (n,)."""
    comments: tuple[str, ...] | None
    """Each row's trailing comment, where every row has one."""

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, column: int | None = None) -> str:
        """A place as messages name it: x.csv, row 5 (line 6), column 2 'width'. The arguments count from 0."""
        where = f"{label(self.path)}, row {row + 1} (line {self.lines[row]})"
        return where if column is None else f"{where}, {self.layout.column(column)}"


def read_table(
    path: Path,
    layout: Layout,
    text: Sequence[int] = (),
    thousands: str | None = None,
    progress: Progress | None = None,
) -> Table:
    """Read all rows of a text file whose layout is known.

    text: columns that are texts even where they look like numbers. thousands: what alone groups digits.
    Raises InputError, naming row and line, for rows of another width, an unclosed quote, or too many values.
    """
    width = len(layout.names)
    columns = tuple(Column(width, i in text, thousands) for i in range(width))
    numbers: list[int] = []
    remarks = _Remarks()
    with Lines(path, collapse=layout.delimiter == " ") as lines:
        for rows in _chunks(_rows(lines, layout, numbers, remarks), max(1, _CHUNK_CELLS // width)):
            if len(numbers) * width > MAX_CELLS:
                raise InputError(f"{label(path)} holds more than {MAX_CELLS:,} values, the most that are read")
            for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                column.add(cells)
            if progress is not None:
                progress(lines.bytes_read, lines.size)
    if not numbers:
        raise InputError(f"{label(path)} has {'a header but ' if layout.header else ''}no rows")
    return Table(path, layout, columns, np.array(numbers, dtype=np.int64), remarks.all)


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


def _rows(lines: Lines, layout: Layout, numbers: list[int], remarks: _Remarks) -> Iterator[list[str]]:
    """The data rows, each of the right width; ``numbers`` and ``remarks`` take their line numbers and comments."""
    width = len(layout.names)
    skip = layout.first_row
    reader = csv.reader(lines, delimiter=layout.delimiter, skipinitialspace=True, strict=True)
    while True:
        start = lines.number + 1  # a quoted cell may go on over several lines
        try:
            row = next(reader, None)
        except csv.Error as error:
            place = f"{label(lines.path)}, row {len(numbers) + 1} (line {start})"
            raise InputError(f"{place}: {_plain(error)}") from None
        if row is None:
            return
        if not any(map(str.strip, row)):
            continue
        if skip:
            skip = False
            continue
        if len(row) == width + 1 and not row[-1].strip():
            row.pop()
        if len(row) != width:
            raise InputError(
                f"{label(lines.path)}, row {len(numbers) + 1} (line {start}) has {len(row)} "
                f"{'column' if len(row) == 1 else 'columns'}, but "
                f"{'the header has' if layout.header else 'most rows have'} {width}: {shown(row[0])} …"
            )
        numbers.append(start)
        remarks.add(lines.comment)
        yield row


def _plain(error: csv.Error) -> str:
    """A csv error in plain words."""
    text = str(error)
    if "unexpected end of data" in text:
        return "a quoted cell is not closed"
    if "field limit" in text:
        return f"a cell is longer than {csv.field_size_limit():,} characters; is a quote not closed?"
    if "expected after" in text:
        return "text follows a closing quote; a quote inside a quoted cell is written twice"
    return shown(text, 120)


def _chunks(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk
