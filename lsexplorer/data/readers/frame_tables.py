"""From the columns of data frames to samples, as those of a text file become them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from lsexplorer.data.files import MAX_CELLS, label
from lsexplorer.data.frames import FrameColumn
from lsexplorer.data.readers.columns import Column
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.layout import MAX_COLUMNS, Layout
from lsexplorer.data.readers.reader import Request
from lsexplorer.data.readers.rows import Dialect
from lsexplorer.data.readers.tabular import TableSource, read_tables
from lsexplorer.data.samples import Parts
from lsexplorer.errors import InputError

_CHUNK = 10_000
"""Rows of text that are taken at once."""


def read_frames(path: Path, request: Request, columns: Callable[[Path], Sequence[FrameColumn]]) -> Parts:
    """Samples of a frame, and those of a test frame; columns: those of the frame that messages call by a path."""
    files = [path] if request.test is None else [path, request.test]
    tables = {file: _table(file, columns(file)) for file in files}
    source = TableSource(lambda file, names: tables[file].layout, lambda file, layout, classes: tables[file])
    return read_tables(path, request._replace(options=replace(request.options, decimal=".")), source)


def _table(path: Path, given: Sequence[FrameColumn]) -> Table:
    width = len(given)
    rows = len(given[0])
    if width > MAX_COLUMNS or width * rows > MAX_CELLS:
        raise InputError(f"{label(path)} has {width:,} columns of {rows:,} rows; at most {MAX_CELLS:,} values are held")
    columns = []
    for column in given:
        if column.numbers is not None:
            columns.append(Column.of_numbers(column.numbers, width))
            continue
        texts = Column(width, classes=column.is_category)
        for start in range(0, rows, _CHUNK):
            texts.add(column.texts[start : start + _CHUNK])
        columns.append(texts)
    layout = Layout(Dialect(","), header=True, names=tuple(column.name for column in given))
    categories = frozenset(i for i, column in enumerate(given) if column.is_category)
    return Table(path, layout, tuple(columns), categories=categories)
