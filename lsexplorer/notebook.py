"""What a notebook shows of a result: a line, a table, a chart; without any notebook, data frame or chart library."""

from collections.abc import Mapping, Sequence
from typing import Any

from lsexplorer.errors import InputError

Columns = dict[str, list[Any]]
"""A table as its columns: lists of equal length by name, such as ``pandas.DataFrame`` takes."""


def html_table(caption: str, columns: Mapping[str, Sequence[object]]) -> str:
    """A table in HTML under a caption, numbers to four digits; every text is escaped."""
    from html import escape  # where a notebook asks; the start does without

    rows = zip(*columns.values(), strict=True)
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell_text(value))}</td>" for value in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cell_text(value: object) -> str:
    """A value in a few characters: a number to four digits; '' for None and NaN."""
    if value is None or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def fields_text(values: Mapping[str, object]) -> str:
    """Names and values for a line: 'accuracy=0.9667, nll=0.1023'."""
    return ", ".join(f"{name}={cell_text(value) or 'nan'}" for name, value in values.items())


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Rows, values by name, as columns; None where a row lacks a name."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def new_axes(count: int) -> list[Any]:
    """So many axes of Matplotlib side by side; raises InputError where it is missing."""
    try:
        from matplotlib import pyplot
    except ImportError:
        raise InputError("plot needs Matplotlib: pip install matplotlib") from None
    _figure, axes = pyplot.subplots(1, count, figsize=(4.5 * count, 3.5), layout="constrained", squeeze=False)
    return list(axes[0])
