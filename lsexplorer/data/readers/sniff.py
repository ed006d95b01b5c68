"""Detecting a text file's layout: its delimiter, its header, its decimal sign."""

import contextlib
import csv
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsexplorer.data.files import label, shown
from lsexplorer.data.readers.lines import Lines
from lsexplorer.data.readers.marks import is_missing
from lsexplorer.errors import InputError

TARGET_NAMES = ("class", "label", "target", "species", "y")
"""Names of a class column, in order of preference."""

TARGET_PREFIX = "target:"
"""A column named 'target:setosa' holds the soft target of class setosa."""

MAX_COLUMNS = 20_000

_SAMPLE_LINES, _SAMPLE_CHARACTERS = 200, 2**16
_DELIMITERS = (",", ";", "\t", "|", " ")
_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out."""

    delimiter: str
    header: bool
    names: tuple[str, ...]
    """Of the columns; "column 3" where there is no header."""
    decimal_comma: bool
    classes: tuple[str, ...] = ()
    """Of classes 0, 1 …, where the first row is '150,4,setosa,versicolor,virginica', as in scikit-learn's files."""

    @property
    def first_row(self) -> bool:
        """Whether the first row is no data."""
        return self.header or bool(self.classes)

    def column(self, index: int) -> str:
        """A column as messages name it: by number, and by name where it has one."""
        return f"column {index + 1}" + (f" '{shown(self.names[index])}'" if self.header else "")


def number(cell: str, decimal_comma: bool = False) -> float | None:
    """A cell's number, NaN and infinities included, or None. Underscores, which Python allows, are text here."""
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None


def sniff(path: Path, expected: Sequence[str] = ()) -> Layout:
    """Detect a text file's layout from its first lines.

    expected: names of a header that goes with this file (the training file's). Raises InputError for an empty file
    or one without a delimiter.
    """
    lines = _sample(path)
    if not any(line.strip() for line in lines):
        raise InputError(f"{label(path)} is empty: it has no rows")
    best = max((_Candidate(lines, delimiter) for delimiter in _DELIMITERS), key=lambda candidate: candidate.score)
    if best.width < 2:
        raise InputError(
            f"{label(path)} has one column only: columns are separated by a comma, semicolon, tab, bar or white space"
        )
    if best.width > MAX_COLUMNS:
        raise InputError(f"{label(path)} has {best.width:,} columns; at most {MAX_COLUMNS:,} are read")
    return _layout(best, path, expected)


def _sample(path: Path) -> list[str]:
    """The first lines of a file."""
    lines: list[str] = []
    held = 0
    with Lines(path) as source:
        for line in itertools.islice(source, _SAMPLE_LINES):
            lines.append(line)
            held += len(line)
            if held > _SAMPLE_CHARACTERS:
                break
    return lines


class _Candidate:
    """The sample's rows as one delimiter would separate them."""

    def __init__(self, lines: list[str], delimiter: str) -> None:
        self.delimiter = delimiter
        if delimiter == " ":
            lines = [line.replace("\t", " ").strip() + "\n" for line in lines]
        self.rows: list[list[str]] = []
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
        # An error may be a quoted cell that goes on beyond the sample; the reader will name it if it is not.
        with contextlib.suppress(csv.Error):
            self.rows.extend(row for row in reader if any(map(str.strip, row)))
        widths = Counter(map(len, self.rows))
        self.width, self.regular = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))

    @property
    def score(self) -> tuple[float, ...]:
        """More is better: cells without another delimiter, rows of the same width, numbers, columns."""
        if self.width < 2:
            return (-1.0,)
        share = self.regular / len(self.rows)
        cells = [cell for row in self.rows if len(row) == self.width for cell in row]
        comma = self.delimiter != ","
        numbers = sum(number(cell, comma) is not None for cell in cells)
        others = [mark for mark in ",;\t|" if mark != self.delimiter]
        clean = sum(number(cell, comma) is not None or not any(mark in cell for mark in others) for cell in cells)
        return (round(clean / len(cells), 1), share, round(numbers / len(cells), 1), self.width)


def _layout(best: _Candidate, path: Path, expected: Sequence[str]) -> Layout:
    rows, comma = best.rows, _decimal_comma(best)
    first = [" ".join(cell.split()) for cell in rows[0]]
    rest = rows[1:]
    trailing = all(len(row) > 2 and not row[-1].strip() for row in rows)
    if trailing:
        first = first[:-1]
    classes = _class_names(first, rest, best.width)
    if classes:
        return Layout(best.delimiter, False, _numbered(best.width), comma, classes)
    header = _names_most(first, expected) if expected else _has_header(first, rest, comma)
    if header and best.delimiter in " \t" and rest and all(len(row) == len(rows[0]) + 1 for row in rest):
        first = ["", *first]  # R's write.table names no column for its row names
    twice = [name for name, count in Counter(first).items() if count > 1 and name.startswith(TARGET_PREFIX)]
    if header and twice:
        raise InputError(f"{label(path)}: soft targets need names that differ, but '{shown(twice[0])}' stands twice")
    names = _unique(first) if header else _numbered(best.width - trailing)
    return Layout(best.delimiter, header, names, comma)


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column {i + 1}" for i in range(width))


def _class_names(first: list[str], rest: list[list[str]], width: int) -> tuple[str, ...]:
    """The class names in a first row of rows, predictors and class names, or nothing if it is another."""
    sizes, names = first[:2], first[2:]
    if len(names) < 2 or not all(size.isdecimal() and len(size) < 10 for size in sizes):
        return ()
    fits = int(sizes[0]) >= len(rest) > 0 and int(sizes[1]) == width - 1
    return tuple(names) if fits and all(number(name) is None and name for name in names) else ()


def _names_most(first: list[str], expected: Sequence[str]) -> bool:
    """Whether the first row is the expected header, though a name or two may be missing."""
    return 2 * len(set(first) & set(expected)) >= len(set(expected))


def _has_header(first: list[str], rest: list[list[str]], comma: bool) -> bool:
    """Whether the first row names the columns: by vote, each column comparing its first cell with those below."""
    named = [cell for cell in first if not is_missing(cell)]
    if any(cell.startswith(TARGET_PREFIX) for cell in named):
        return True
    votes = texts = 0
    for i, cell in enumerate(first):
        below = {row[i].strip() for row in rest if i < len(row) and not is_missing(row[i])}
        if is_missing(cell):
            continue
        if number(cell, comma) is not None:
            votes -= cell not in (str(i - 1), str(i), str(i + 1))  # a header may number the columns
            continue
        texts += 1
        if cell in below:
            votes -= 1
        elif below and (cell.lower() in TARGET_NAMES or all(number(text, comma) is not None for text in below)):
            votes += 1
    return votes > 0 or (votes == 0 and texts == len(named) == len(set(named)))


def _decimal_comma(best: _Candidate) -> bool:
    """Whether the sample's numbers have a decimal comma, as far as cells of numbers can be told from cells of texts."""
    if best.delimiter == ",":
        return False
    cells = [cell.strip() for row in best.rows for cell in row]
    return any(map(_COMMA_NUMBER.fullmatch, cells)) and not any(map(_POINT_NUMBER.fullmatch, cells))


def _unique(names: list[str]) -> tuple[str, ...]:
    """A distinct name for every column: an empty one becomes its number, a repeated one gets a count."""
    seen: Counter[str] = Counter()
    given, out = set(names), list[str]()
    for i, name in enumerate(names):
        name = name or f"column {i + 1}"
        seen[name] += 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in given:
            seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)
