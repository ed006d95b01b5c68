"""The rest of a long text file whose columns are plain decimal numbers, read by NumPy's reader in C.

What comes out is what the reader of rows would make of it, to the last bit; where that is not sure, it is left to that
reader.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import MAX_CELLS, opened
from lsexplorer.data.readers.cells import is_number
from lsexplorer.data.readers.columns import Column
from lsexplorer.data.readers.layout import Layout

LEAST_BYTES = 2**18
"""A shorter rest is not worth the look."""

_BLOCK = 2**22
_PLAIN = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._\r\n"
_DELIMITERS = ",;\t|"
_UNPACKED = (".gz", ".bz2", ".xz")
"""Endings of names at which NumPy unpacks a file, whatever is in it."""


def read_rest(path: Path, layout: Layout, columns: Sequence[Column], line: int, chunk: int) -> int:
    """Add all rows after a line to the columns; how many they are, 0 where they have to be read one by one.

    chunk: rows that a column is given at once.
    """
    plain = [i for i, column in enumerate(columns) if column.is_plain]
    if not plain or not _is_simple(layout, plain) or path.suffix.lower() in _UNPACKED:
        return 0
    rows = _count_lines(path, line, layout.dialect.delimiter)
    if not 0 < rows * len(columns) <= MAX_CELLS:
        return 0
    texts: dict[int, list[str]] = {i: [] for i in range(len(columns)) if i not in plain}
    values = _values(path, layout.dialect.delimiter, line, {i: _kept(cells) for i, cells in texts.items()})
    # With blank lines there are fewer rows than lines.
    if values is None or values.shape != (rows, len(columns)) or not np.isfinite(values).all():
        return 0
    for i in plain:
        columns[i].add_plain(np.ascontiguousarray(values[:, i]))
    for i, cells in texts.items():
        for start in range(0, rows, chunk):
            columns[i].add(cells[start : start + chunk])
    return rows


def _is_simple(layout: Layout, plain: Sequence[int]) -> bool:
    """Whether a line's cells are what stands between its delimiters, and no row can be a header that comes again."""
    dialect = layout.dialect
    marked = dialect.comment and all(ord(letter) in _PLAIN for letter in dialect.comment)
    if dialect.delimiter not in _DELIMITERS or marked or layout.row_names:
        return False
    return all(any(i < len(top) and not is_number(top[i]) for i in plain) for top in layout.tops)


def _count_lines(path: Path, line: int, delimiter: str) -> int:
    """The lines after a line but for blank ones at the end; 0 if they are short, or of any but the plainest letters."""
    allowed = _PLAIN + delimiter.encode()
    lines, block = 0, b""
    with opened(path) as file:
        for _ in range(line):
            file.readline()
        if path.stat().st_size - file.tell() < LEAST_BYTES:
            return 0
        while more := file.read(_BLOCK):
            block = more + file.read(1) if more.endswith(b"\r") else more
            if block.translate(None, allowed):
                return 0
            if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
                return 0
            lines += block.count(b"\n")
    end = len(block.rstrip(b"\r\n"))
    return lines - block[end:].count(b"\n") + 1 if end else 0


def _kept(cells: list[str]) -> Callable[[str], float]:
    """A converter that keeps a column's texts."""

    def keep(text: str) -> float:
        cells.append(text)
        return 0.0

    return keep


def _values(
    path: Path, delimiter: str, line: int, converters: dict[int | str, Callable[[str], float]]
) -> NDArray[np.float64] | None:
    """The numbers of all rows after a line; None where a cell is none."""
    try:
        values: NDArray[np.float64] = np.loadtxt(
            str(path.resolve()),
            delimiter=delimiter,
            comments=None,
            converters=converters or None,
            skiprows=line,
            ndmin=2,
            encoding="latin-1",
        )
    except (ValueError, OSError):
        return None
    return values
