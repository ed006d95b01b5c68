"""A run's numbers as tables for a spreadsheet: its history, and the delta table of its next step, with all digits."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.run import Deltas, Series

SEPARATORS = {".csv": ",", ".tsv": "\t"}
"""What stands between cells, by the ending of the file."""

Rows = list[list[str]]
"""A table's cells, its heading first."""


def separator_of(path: str | Path) -> str:
    """What stands between the cells of a file; raises InputError for a name that ends in none of SEPARATORS."""
    path = Path(path)
    if path.suffix.lower() not in SEPARATORS:
        raise InputError(f"a table goes to a file that ends in {' or '.join(SEPARATORS)}, got '{path.name}'")
    return SEPARATORS[path.suffix.lower()]


def separated(rows: Sequence[Sequence[str]], separator: str) -> str:
    """Lines of cells, quoted where they must be."""
    return "".join(separator.join(_quoted(cell, separator) for cell in row) + "\n" for row in rows)


def _quoted(cell: str, separator: str) -> str:
    if any(letter in cell for letter in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def history_rows(series: Mapping[str, Series]) -> Rows:
    """A heading, then a row for each step at which something was recorded; what was not is empty."""
    steps = np.unique(np.concatenate([one.steps for one in series.values()]))
    columns = [dict(zip(one.steps.tolist(), one.values.tolist(), strict=True)) for one in series.values()]
    rows = [
        [str(step), *("" if step not in column else repr(column[step]) for column in columns)]
        for step in steps.tolist()
    ]
    return [["step", *series], *rows]


def delta_rows(deltas: Deltas) -> Rows:
    """A heading, then a row for each node: the columns of `Deltas.to_dict`; what a node does not have is empty."""
    columns = deltas.to_dict()
    rows = zip(*columns.values(), strict=True)
    return [list(columns), *(["" if value is None else str(value) for value in row] for row in rows)]
