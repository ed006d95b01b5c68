"""Workbooks of Excel and LibreOffice: the one sheet that holds a table, as lines of CSV."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsexplorer.data.files import FREE_BYTES, MAX_CELLS, MAX_RATIO, counted, shown
from lsexplorer.errors import InputError

OPTIONS = {"delimiter": ",", "comment": "", "decimal": ".", "encoding": "utf-8"}
"""How what comes out is to be read."""


def sheet(path: Path, name: str, packed: list[int]) -> tuple[Iterator[bytes], list[str]]:
    """The lines of the first sheet that holds anything, and a note where there are others.

    name: the file's in messages. packed: sizes of what is in it, unpacked. Raises InputError without the library that
    reads workbooks, for what is none, and for one that would be far larger than its file says.
    """
    try:
        import python_calamine
    except ImportError:
        raise InputError(
            f"{name} is an Excel workbook or the like: save its table as CSV, or pip install 'lsexplorer[tables]'"
        ) from None
    if sum(packed) > max(FREE_BYTES, MAX_RATIO * path.stat().st_size):
        raise InputError(f"{name} would unpack to {sum(packed):,} bytes, far more than a workbook of its size holds")
    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = [(title, book.get_sheet_by_name(title)) for title in book.sheet_names]
    except Exception as error:  # the library has a class of its own for each format's errors
        raise InputError(f"{name} cannot be read as a workbook: {shown(error, 100)}") from None
    full = [(title, found) for title, found in sheets if found.height > 0]
    if not full:
        raise InputError(f"{name} has no sheet that holds anything")
    title, found = full[0]
    if found.height * found.width > MAX_CELLS:
        raise InputError(f"{name} holds more than {MAX_CELLS:,} values, the most that are read")
    note = f"Of the workbook's {counted(len(full), 'sheet', 'sheets')}, '{shown(title)}' was read."
    return _lines(found), [note] if len(full) > 1 else []


def _lines(found: Any) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in found.iter_rows():
        writer.writerow(map(_text, row))
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _text(value: Any) -> str:
    """A cell as text: numbers in full precision, without line breaks."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return " ".join(str(value).split())
