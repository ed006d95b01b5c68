"""Whether a text file's first rows name its columns, describe them, or are data.

Each cell is compared with the cells below it, in the same column, and votes.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from lsexplorer.data.readers.cells import TARGET_PREFIX, is_number, number
from lsexplorer.data.readers.class_names import FIRST
from lsexplorer.data.readers.marks import is_missing

Cells = Sequence[str]

_TEXT_OVER_NUMBERS, _NUMBER_OVER_TEXTS, _TARGET_NAME, _NEW_TEXT, _SAME_KIND = 3, 2, 2, 1, -2
"""Votes."""
_NEARLY_ALL = 0.9
"""Share of the cells of a column of numbers that are numbers or known to be missing."""
_MOST_LINES = 6
"""Of a header."""
_ENOUGH = 4
"""So many columns that are numbered from 0 or 1 on in the first row are named so; it is no chance."""
_WHOLE, _SCALE, _YEAR = re.compile(r"\d{1,9}"), re.compile(r"\d{1,9}(\.\d{1,6})?"), re.compile(r"1[5-9]\d\d|2[01]\d\d")
_UNEVEN = 1e-3
"""Steps that differ by this share of them are equal."""
_DESCRIPTION = re.compile(
    r"(?i)str|string|text|char|varchar|name|int(?:eger)?\d*|float\d*|double|real|num(?:eric|ber)?|decimal|bool(?:ean)?|"
    r"logical|date(?:time)?|time(?:stamp)?|nominal|ordinal|categor(?:y|ical)|factor|object|continuous|discrete|class|"
    r"target|label|meta|unit(?:s|less)?|none|-+|[(\[<].*[)\]>]"
)
"""Words that describe a column: its type, its unit, its role."""


def names_columns(first: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row names the columns of the rows below, by the majority of its cells' votes."""
    named = [cell for cell in first if not is_missing(cell)]
    if any(cell.startswith(TARGET_PREFIX) for cell in named):
        return True
    columns = [_column(below, i) for i in range(len(first))]
    texts = [_text_vote(cell, column) for cell, column in zip(first, columns, strict=True)]
    numbers = _number_votes(first, columns)
    most = 0 if min(texts, default=0) < 0 else max(numbers, default=0)
    votes = sum(texts) + sum(min(vote, most) for vote in numbers)
    count = sum(not is_number(cell) for cell in named)
    return votes > 0 or (votes == 0 and count == len(named) == len(set(named)))


def header_lines(rows: Sequence[Cells]) -> int:
    """How many of the first rows name or describe the columns, 0 for none.

    Rows further down that equal them are left out of account: where files were joined, the header comes again.
    """
    for count in range(min(_MOST_LINES, len(rows) - 1), 1, -1):
        below = other_rows(rows[count:], rows[:count])
        if all(_describes(row, below) for row in rows[1:count]) and names_columns(rows[0], below):
            return count
    if not rows:
        return 0
    others = other_rows(rows[1:], rows[:1])
    # Rows of data may come again, too, and have cells that no other row has.
    sure = len(set(map(tuple, others))) >= _ENOUGH or _best_vote(rows[0], others) > _NEW_TEXT
    alone = sure and not names_columns(others[0], other_rows(others, others[:1])) if others else False
    return int(names_columns(rows[0], others if alone else rows[1:]))


def other_rows(rows: Sequence[Cells], heads: Sequence[Cells]) -> list[Cells]:
    """The rows that equal none of the ``heads``."""
    return [row for row in rows if row not in heads]


def best_names(rows: Sequence[Cells]) -> int:
    """Which row of a header names the columns.

    The one with the most different names; of such one that does not describe columns, has no stray numbers, names a
    class column, stands first.
    """

    def rank(i: int) -> tuple[int, bool, bool, bool, int]:
        names = {cell.strip().lower() for cell in rows[i] if cell.strip()}
        described = all(map(_DESCRIPTION.fullmatch, names))
        stray = any(map(is_number, names)) and not _is_run(rows[i])
        return len(names), not described, not stray, not names.isdisjoint(FIRST), -i

    return max(range(len(rows)), key=rank)


def is_sure(header: Cells, below: Sequence[Cells]) -> bool:
    """Whether a header has a name that would be out of place below: a text over numbers, or 'class'."""
    return not any(map(is_number, header)) and _best_vote(header, below) > _NEW_TEXT


def comes_again(header: Cells, below: Sequence[Cells]) -> bool:
    """Whether a later row that equals the header must be the header again: it cannot be data."""
    return _best_vote(header, below) > 0


def names_rows(cells: Sequence[str]) -> bool:
    """Whether a column may hold row names: all differ, and none is a number that is not whole."""
    return len(set(cells)) == len(cells) and all(_WHOLE.fullmatch(cell) or not is_number(cell) for cell in cells)


def numeric_columns(rows: Sequence[Cells], width: int) -> tuple[bool, ...]:
    """Which columns hold numbers, as far as these rows show."""
    columns = (_column(rows, i) for i in range(width))
    return tuple(bool(column) and all(map(is_number, column)) for column in columns)


def numbered(width: int) -> tuple[str, ...]:
    """Names for columns that have none."""
    return tuple(f"column {i + 1}" for i in range(width))


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """A distinct name for every column: an empty one becomes its number, a repeated one gets a count."""
    seen: Counter[str] = Counter()
    out: list[str] = []
    for i, name in enumerate(names):
        name = name or f"column {i + 1}"
        seen[name] += 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in names:
            seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)


def _column(rows: Sequence[Cells], index: int) -> list[str]:
    """The cells of a column that are not missing."""
    return [row[index].strip() for row in rows if index < len(row) and not is_missing(row[index])]


def _best_vote(first: Cells, below: Sequence[Cells]) -> int:
    """The vote of the cell that speaks most for a row's being a header."""
    columns = [_column(below, i) for i in range(len(first))]
    return max([*map(_text_vote, first, columns), *_number_votes(first, columns)], default=0)


def _text_vote(cell: str, below: list[str]) -> int:
    """How much a text speaks for being the name of the column below it; 0 for a number."""
    if is_missing(cell) or is_number(cell) or not below:
        return 0
    if cell in below:
        return _SAME_KIND
    if sum(map(is_number, below)) >= _NEARLY_ALL * len(below):
        return _TEXT_OVER_NUMBERS
    if cell.lower() in FIRST:
        return _TARGET_NAME
    return _NEW_TEXT if len(set(below)) * 2 <= len(below) else 0


def _number_votes(first: Cells, columns: Sequence[list[str]]) -> list[int]:
    """How much each number of a row speaks for being a name; 0 for a text.

    It may be a name if the row's numbers are a run, or if it is its column's place.
    """
    run = _is_run(first)
    votes = [_number_vote(cell, column, run) for cell, column in zip(first, columns, strict=True)]
    votes = [
        max(vote, 0) if _is_place(cell, i) else vote for i, (cell, vote) in enumerate(zip(first, votes, strict=True))
    ]
    if run and max(votes) == 0 == min(votes) and _numbers_all(first):
        values = [[float(text) for text in column if _WHOLE.fullmatch(text)] for column in columns]
        above = any(float(cell) >= min(column) for cell, column in zip(first, values, strict=True) if column)
        return [int(len(first) >= _ENOUGH and above)]
    return votes


def _number_vote(cell: str, below: list[str], run: bool) -> int:
    if is_missing(cell) or not is_number(cell) or not below:
        return 0
    values = [value for text in below if (value := number(text)) is not None]
    if not values:
        return _NUMBER_OVER_TEXTS if len(below) >= _ENOUGH else 0
    value = number(cell) or 0.0
    inside = min(values) <= value <= max(values)
    year = _is_year(cell) and not inside
    if not (run or year) or values[:2] == [value + 1, value + 2] or len(values) < _NEARLY_ALL * len(below):
        return _SAME_KIND
    if value > max(values) or (not inside and not all(map(_WHOLE.fullmatch, below))):
        return _NUMBER_OVER_TEXTS
    return 0


def _is_place(cell: str, index: int) -> bool:
    return cell in (str(index - 1), str(index), str(index + 1))


def _is_year(cell: str) -> bool:
    return _YEAR.fullmatch(cell) is not None


def _is_run(first: Cells) -> bool:
    """Whether the numbers of a row, two at least, are years in order, or go up in equal steps, as wavelengths do."""
    numbers = [cell for cell in first if is_number(cell) and not is_missing(cell)]
    if len(numbers) < 2 or not all(map(_SCALE.fullmatch, numbers)):
        return False
    steps = [float(after) - float(before) for before, after in itertools.pairwise(numbers)]
    if all(map(_is_year, numbers)):
        return min(steps) > 0 or max(steps) < 0
    even = min(steps) > 0 and max(steps) - min(steps) <= _UNEVEN * max(steps)
    return even and (len(numbers) >= _ENOUGH or all(map(_WHOLE.fullmatch, numbers)))


def _numbers_all(first: Cells) -> bool:
    """Whether a row numbers all columns, from 0 or 1 on."""
    return list(first) in ([str(i + start) for i in range(len(first))] for start in (0, 1))


def _describes(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row between a header and the data describes the columns: no cell is like those below it."""
    sure = new = False
    filled = [cell for cell in row if cell.strip()]
    for i, cell in enumerate(row):
        if is_missing(cell):
            continue
        vote = _text_vote(cell, _column(below, i))
        if vote < 0 or is_number(cell):
            return False
        new = new or vote > 0
        sure = sure or (vote == _TEXT_OVER_NUMBERS and any(letter.isalpha() or letter in "%°" for letter in cell))
    return sure or (new and (len(set(filled)) == 1 < len(filled) or all(map(_DESCRIPTION.fullmatch, filled))))
