"""Whether a column is one of numbers, of categories or of names, and which texts stand for a missing number."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lsexplorer.data.files import counted, shown
from lsexplorer.data.readers.columns import MAX_VALUES
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.decimal_sign import MAX_UNITS, units
from lsexplorer.data.readers.marks import AMONG_NUMBERS, MISSING
from lsexplorer.data.readers.tally import Seen
from lsexplorer.errors import InputError

MAX_CATEGORIES = 100
"""A text column with more different values is left out."""

_WITH_LETTERS = re.compile(r"\d[\d.,]* ?[^\W\d_]+")
"""A number with something beside it that is no unit, such as 5k."""

_FEW_VALUES = 10
"""Up to so many different whole numbers beside texts are categories: 2, 4, more."""

_FEW_CELLS = 0.1
"""Texts in at most this share of a column's cells are mistakes rather than values."""


class Kind(NamedTuple):
    """What a column holds."""

    numbers: bool
    marks: frozenset[str] = frozenset()
    """Texts, in lower case, that stand for a missing number."""
    notes: tuple[str, ...] = ()
    """What is to be said of them, without the column's name."""


def kind_of(table: Table, index: int, missing: frozenset[str], kept: bool) -> Kind:
    """What a column holds, judged by all of its cells.

    missing: texts that stand for a missing value in every column. kept: whether the user asked for the column, which is
    text then if it is not all numbers. Raises InputError, naming a cell, where neither is clearly right.
    """
    column = table.columns[index]
    tally = column.tally
    kinds = len(units(tally))
    sizes = kinds > 1 and column.distinct <= _FEW_VALUES  # 500 g, 1 kg and 2 kg are categories
    if index in table.categories or not tally.numbers or kinds > MAX_UNITS or sizes:
        return Kind(numbers=index not in table.categories and not (tally.odd or tally.numbers))
    marked = {text: seen for text, seen in tally.odd.items() if text.lower() in AMONG_NUMBERS - missing}
    odd = [seen for text, seen in tally.odd.items() if text not in marked and text.lower() not in missing]
    cells = sum(seen.count for seen in odd) + tally.more_odd
    if not cells:
        return _numbers(marked, missing)
    values = column.distinct - len(tally.odd)
    few = not column.as_numbers and not tally.fraction and values <= min(_FEW_VALUES, tally.numbers // 2)
    if kept and not column.as_numbers:
        return Kind(numbers=False)
    if len(odd) == 1 and cells > 1 and not few and not any(map(str.isdigit, odd[0].text)):
        return _numbers({**marked, odd[0].text: odd[0]}, missing)
    if cells > 1 and cells > _FEW_CELLS * (tally.numbers + cells) and _are_texts(table, index, odd, cells, few):
        return Kind(numbers=False)
    raise _mixed(table, index, odd, kept)


def _numbers(marked: dict[str, Seen], missing: frozenset[str]) -> Kind:
    notes = tuple(
        f"{counted(seen.count, 'cell', 'cells')} '{shown(text)}' among its numbers "
        f"{'was' if seen.count == 1 else 'were'} taken for missing"
        for text, seen in marked.items()
    )
    return Kind(True, frozenset(map(str.lower, marked)) | (AMONG_NUMBERS | missing), notes)


def _are_texts(table: Table, index: int, odd: list[Seen], cells: int, few: bool) -> bool:
    """Whether a column that has numbers and many other cells is one of texts: codes such as 3 and 3b, names, ids."""
    tally, distinct = table.columns[index].tally, table.columns[index].distinct
    names = len(odd) > _FEW_VALUES and (table.columns[index].as_numbers or distinct * 2 > tally.numbers + cells)
    return few or names or (not tally.fraction and tally.numbers < cells)


def _mixed(table: Table, index: int, odd: list[Seen], kept: bool) -> InputError:
    """The error for texts among numbers."""
    first = min(odd, key=lambda seen: seen.row)
    others = counted(len(odd) - 1, "other text is none", "other texts are none")
    more = f" ({others} either)" if len(odd) > 1 else ""
    name = shown(table.layout.names[index]) if table.layout.header else str(index + 1)
    marks = ",".join(shown(seen.text, 20) for seen in odd[:3])
    advice = f"--missing-marks '{marks}' says that a value is missing, --drop '{name}' leaves the column out"
    if not kept and not table.columns[index].as_numbers:
        advice += f", --keep '{name}' takes it as text"
    return InputError(
        f"{table.place(first.row, index)}: '{shown(first.text)}' is not a number, as the other "
        f"{table.columns[index].tally.numbers:,} cells of the column are{more}; {advice}"
    )


def odd_cell(table: Table, index: int, marks: frozenset[str]) -> Seen | None:
    """The first cell of a column that is neither a number nor one of ``marks``, if there is one."""
    tally = table.columns[index].tally
    odd = [seen for text, seen in tally.odd.items() if text.lower() not in marks | MISSING]
    return min(odd, key=lambda seen: seen.row) if odd else None


def doubt(values: Sequence[str]) -> str:
    """What may be wrong with taking a column's values for categories, or nothing."""
    marks = [value for value in values if value.lower() in AMONG_NUMBERS]
    if marks:
        mark = shown(marks[0])
        return f", '{mark}' too (--missing-marks '{mark}' says that it is missing)"
    if len(values) > _FEW_VALUES and all(map(_WITH_LETTERS.fullmatch, values)):
        return f"; '{shown(values[0])}' and the others begin with a number, which alone would be read as one"
    return ""


def no_category(distinct: int, present: int, many: bool) -> str:
    """Why a text column is left out, or nothing."""
    count = f"more than {MAX_VALUES - 1:,}" if distinct >= MAX_VALUES else f"{distinct:,}"
    if many:
        return f"many different texts and numbers in {present:,} rows are names or ids, not categories"
    if (distinct == present > 2) or (distinct > _FEW_VALUES and distinct * 2 > present) or distinct >= MAX_VALUES:
        return f"{count} different texts in {present:,} rows are names or ids, not categories"
    if distinct > MAX_CATEGORIES:
        return f"it has {count} different texts, more than the {MAX_CATEGORIES} that become columns of their own"
    return ""
