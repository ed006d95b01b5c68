"""What a text file's cells say by themselves: numbers, missing values, the names that have a meaning."""

import re
from collections.abc import Sequence
from pathlib import Path

from lsexplorer.data.files import label, shown
from lsexplorer.errors import InputError

MISSING = frozenset({"", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "null", "?", "."})
"""Cells, in lower case, that stand for a missing value."""

TARGET_NAMES = ("class", "label", "target", "species", "y")
"""Names of a class column, in order of preference."""

TARGET_PREFIX = "target:"
"""A column named 'target:setosa' holds the soft target of class setosa."""

_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a missing value."""
    return cell.strip().lower() in MISSING


def number(cell: str, decimal_comma: bool = False) -> float | None:
    """A cell's number, NaN and infinities included, or None. Underscores, which Python allows, are text here."""
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None


def is_number(cell: str) -> bool:
    """Whether a cell is a number with a decimal point or comma."""
    return number(cell, decimal_comma=True) is not None


def decimal_comma(rows: Sequence[Sequence[str]], delimiter: str, path: Path) -> bool:
    """Whether the sample's numbers have a decimal comma; raises InputError where 1,234 could be read two ways."""
    if delimiter == ",":
        return False
    cells = [cell.strip() for row in rows for cell in row]
    commas = [cell for cell in cells if _COMMA_NUMBER.fullmatch(cell)]
    if not commas or any(_POINT_NUMBER.fullmatch(cell) for cell in cells):
        return False
    if all(_THOUSANDS.fullmatch(cell) for cell in commas):
        raise InputError(
            f"{label(path)}: '{shown(commas[0])}' may be a decimal or a thousands comma: write numbers with a point"
        )
    return True
