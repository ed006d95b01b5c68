"""What goes out of the program: tables and histories as lines of cells."""

from collections.abc import Mapping, Sequence

import numpy as np

from lsexplorer.run import Series


def separated(rows: Sequence[Sequence[str]], separator: str) -> str:
    """Lines of cells, quoted where they must be."""
    return "".join(separator.join(_quoted(cell, separator) for cell in row) + "\n" for row in rows)


def _quoted(cell: str, separator: str) -> str:
    if any(letter in cell for letter in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def history_rows(series: Mapping[str, Series]) -> list[list[str]]:
    """A heading, then a row for each step at which something was recorded; what was not is empty."""
    steps = np.unique(np.concatenate([one.steps for one in series.values()]))
    columns = [dict(zip(one.steps.tolist(), one.values.tolist(), strict=True)) for one in series.values()]
    rows = [
        [str(step), *("" if step not in column else repr(column[step]) for column in columns)]
        for step in steps.tolist()
    ]
    return [["step", *series], *rows]
