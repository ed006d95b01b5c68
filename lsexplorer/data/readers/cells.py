"""What a single cell says by itself: a number, or a name that has a meaning."""

from lsexplorer.data.readers.number_forms import parse

TARGET_PREFIX = "target:"
"""A column named 'target:setosa' holds the soft target of class setosa."""


def number(cell: str) -> float | None:
    """A cell's number in any form, NaN and infinities included, or None.

    1.234 and 1,234 are taken for decimals. Underscores, which Python allows, are text here.
    """
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        found = parse(cell)
    if found is None:
        return None
    return found.point if found.point == found.point else found.comma


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any form."""
    return number(cell) is not None
