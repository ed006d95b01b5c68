"""What a table is made of: its columns, and what stands in a cell."""

from dataclasses import dataclass

from lsexplorer.render.names import short_names
from lsexplorer.render.numbers import NONE


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    """The heading."""

    width: int
    """The least width."""

    help: str = ""
    """What the column means, for the help."""

    grows: int = 0
    """By how many characters it may grow, to show more digits, where there is room."""

    left: bool = False
    """Whether it is left-aligned."""

    starts_group: bool = False
    """Whether a line stands before it."""

    in_band: bool = False
    """Whether the table's band stands above it."""


ALL_DIGITS = 24
"""The width of a cell that holds every digit."""

Cell = tuple[str, str]
"""A cell's text, and the component class of its style, a colour such as color(208), or '' for the table's own."""

_MOST_OF_A_NAME = 20
"""The widest column of names; a wider cell has the whole name."""


def name_cell(names: tuple[str, ...], at: int, width: int) -> str:
    """One of several names, shortened where it must be so that it is told from the others."""
    return (names if width > _MOST_OF_A_NAME else short_names(names, width))[at]


def plain(text: str) -> str:
    """A cell's text for a spreadsheet."""
    text = text.strip().removeprefix("▸").strip()
    if text == NONE:
        return ""
    number = text.replace("−", "-").removeprefix("+")
    try:
        float(number)
    except ValueError:
        return text
    sign, size = ("-", number[1:]) if number.startswith("-") else ("", number)
    return f"{sign}0{size}" if size.startswith(".") else number


def tone(value: float | None) -> str:
    """The component class for a change: up, down, or faint for none at all."""
    if value is None or value != value or value == 0:
        return "table--faint"
    return "table--up" if value > 0 else "table--down"
