"""Reading ARFF files: their attributes say what is a number and what a category."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from lsexplorer.data.files import MAX_CELLS, counted, label, shown
from lsexplorer.data.readers.arff import Arff, is_arff
from lsexplorer.data.readers.class_column import likely_class
from lsexplorer.data.readers.columns import Column
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.layout import MAX_COLUMNS, Layout
from lsexplorer.data.readers.lines import Lines
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.readers.rows import Dialect
from lsexplorer.data.readers.tabular import TableSource, read_tables
from lsexplorer.data.samples import Parts
from lsexplorer.errors import InputError

_CHUNK_ROWS = 100


def read_arff(path: Path, request: Request) -> Parts:
    """Samples of an ARFF file, dense or sparse, and those of a test file of the same attributes.

    The class is the attribute that is called so, else the last if it is nominal. Raises InputError, naming row and
    line, for values that the header does not allow.
    """
    tables: dict[Path, Table] = {}

    def layout(file: Path, names: object) -> Layout:
        tables[file] = _table(file, request)
        return tables[file].layout

    request = request._replace(options=replace(request.options, decimal="."))
    return read_tables(path, request, TableSource(layout, lambda file, layout, classes: tables[file]))


def _table(path: Path, request: Request) -> Table:
    arff = Arff()
    columns: tuple[Column, ...] = ()
    numbers: list[int] = []
    try:
        with Lines(path, request.options.encoding) as lines:
            rows = arff.rows(iter(lines))
            while chunk := list(islice(rows, _CHUNK_ROWS)):
                width = len(arff.attributes)
                if width > MAX_COLUMNS or (len(numbers) + len(chunk)) * width > MAX_CELLS:
                    raise InputError(f"there are more than {MAX_COLUMNS:,} attributes or {MAX_CELLS:,} values")
                columns = columns or tuple(Column(width, not attribute.is_number) for attribute in arff.attributes)
                for column, cells in zip(columns, zip(*(row for _, row in chunk), strict=True), strict=True):
                    column.add(cells)
                numbers += [number for number, _ in chunk]
                if request.progress is not None:
                    request.progress(lines.bytes_read, lines.size)
            notes = list(lines.notes)
        layout = _layout(arff)
    except InputError as error:
        raise error if label(path) in str(error) else InputError(f"{label(path)}, {error}") from None
    if not numbers:
        raise InputError(f"{label(path)} has a header but no rows")
    if arff.weights:
        notes.append(f"The weights of {counted(arff.weights, 'row', 'rows')} were left out.")
    if layout.target is not None and not arff.output and request.options.target is None:
        notes.append("No attribute is called class or the like; the last one is the class then, as it is in Weka.")
    categories = frozenset(i for i, attribute in enumerate(arff.attributes) if not attribute.is_number)
    return Table(path, layout, columns, np.array(numbers), notes=tuple(notes), categories=categories)


def _layout(arff: Arff) -> Layout:
    names = tuple(" ".join(attribute.name.split()) for attribute in arff.attributes)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"two attributes are called '{shown(twice)}'")
    plain = Layout(Dialect(","), header=True, names=names)
    if arff.output in names:
        return replace(plain, target=names.index(arff.output))
    if likely_class(plain, None, "") is None and arff.attributes[-1].values:
        return replace(plain, target=len(names) - 1)
    return plain


ARFF = Reader(
    kind="ARFF",
    files=".arff",
    matches=is_arff,
    read=read_arff,
    options=("target", "encoding", "missing_marks", "drop", "keep"),
)
