"""How a text file is laid out: where its rows begin, what separates their cells, what the columns are called."""

import itertools
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsexplorer.data.files import label, printable, shown
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers.cells import TARGET_PREFIX, is_number
from lsexplorer.data.readers.delimiter import RARE_DELIMITERS, Row, Sampled, hinted, sampled
from lsexplorer.data.readers.header import comes_again, numbered, numeric_columns, other_rows, unique_names
from lsexplorer.data.readers.lines import Lines
from lsexplorer.data.readers.rows import Dialect
from lsexplorer.data.readers.top import Top, filled, find_top
from lsexplorer.errors import InputError

MAX_COLUMNS = 20_000

_SAMPLE, _LARGE_SAMPLE = (200, 2**16), (20_000, 2**22)
"""Lines and characters that are looked at; the larger one where a long text stands before the table."""
_LEAST_LINES = 8
"""That are looked at however long they are."""
_LAST_LINES = 10
"""Of the larger sample, which must have the table's width."""


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out."""

    dialect: Dialect
    header: bool
    names: tuple[str, ...]
    """Of the columns; "column 3" where there is no header."""
    classes: tuple[str, ...] = ()
    """Of classes 0, 1 …, where the first row is '150,4,setosa,versicolor,virginica', as in scikit-learn's files."""
    first_line: int = 1
    """Number of the line at which the data begin."""
    tops: frozenset[tuple[str, ...]] = frozenset()
    """The rows before the data, to be left out where they come again; none if they might be data."""
    header_line: int = 0
    """Number of the header's line."""
    numeric: tuple[bool, ...] = ()
    """Which columns hold numbers in the file's first lines."""
    row_names: bool = False
    """Whether the first column holds row names, for which the header has no name."""
    target: int | None = None
    """The class column, where the header says so."""
    left_out: tuple[int, ...] = ()
    """Columns that the header says are no predictors."""
    notes: tuple[str, ...] = ()
    """What was guessed or left out, as sentences."""

    def column(self, index: int) -> str:
        """A column as messages name it: by number, and by name where it has one."""
        return f"column {index + 1}" + (f" '{shown(self.names[index])}'" if self.header else "")


def find_layout(path: Path, options: LoadOptions | None = None, expected: Sequence[str] = ()) -> Layout:
    """Detect a text file's layout from its first lines, where ``options`` do not say it.

    expected: names of a header that goes with this file (the training file's). Raises InputError for an empty file
    or one without a delimiter, and for a header that does not fit.
    """
    options = options or LoadOptions()
    for limits in (_SAMPLE, _LARGE_SAMPLE):
        lines, last = _first_lines(path, options.encoding, limits)
        hint = hinted(lines) if options.delimiter is None else None
        if hint is not None:
            lines[hint[0]] = "\n"
        sample = sampled(lines, hint[1] if hint else options.delimiter, options.comment)
        if not last or _fits(last, sample):
            break
    _check(path, lines, sample, options)
    return _layout(path, sample, options, expected, hint)


def _first_lines(path: Path, encoding: str | None, limits: tuple[int, int]) -> tuple[list[str], list[str]]:
    """A file's first lines, and some of those that follow; none if these are all, or enough in any case."""
    lines: list[str] = []
    last: deque[str] = deque(maxlen=_LAST_LINES)
    held = 0
    with Lines(path, encoding) as source:
        for line in itertools.islice(source, _LARGE_SAMPLE[0]):
            held += len(line)
            within = len(lines) < limits[0] and held <= limits[1]
            (lines if within or len(lines) < _LEAST_LINES else last).append(line)
            if held > _LARGE_SAMPLE[1]:
                break
    return lines, [] if limits == _LARGE_SAMPLE else list(last)


def _fits(last: list[str], sample: Sampled) -> bool:
    """Whether lines further on are rows of the same table."""
    rows, width = Sampled(last, sample.dialect).rows, _without_trailing(sample)[1]
    fitting = sum(len(row.cells) == width or (len(row.cells) == width + 1 and not row.cells[-1]) for row in rows)
    return sample.is_table and 2 * fitting >= len(rows)


def _check(path: Path, lines: list[str], sample: Sampled, options: LoadOptions) -> None:
    """Raise InputError for what is no table."""
    if not any(line.strip() for line in lines):
        raise InputError(f"{label(path)} is empty: it has no rows")
    if not sample.rows and sample.comments:
        raise InputError(
            f"{label(path)} is empty but for comments; --comment none reads lines that begin with # as rows"
        )
    if not sample.is_table:
        raise InputError(f"{label(path)} has one column only: {_no_delimiter(lines, options)}")
    if sample.width > MAX_COLUMNS:
        raise InputError(f"{label(path)} has {sample.width:,} columns; at most {MAX_COLUMNS:,} are read")


def _no_delimiter(lines: list[str], options: LoadOptions) -> str:
    """What to say where no delimiter makes rows of the same width."""
    if options.delimiter is not None:
        mark = printable(options.delimiter)
        return f"the delimiter '{mark}' separates nothing in most rows; leave it out to detect it"
    usual = "columns are separated by a comma, semicolon, tab, bar or white space"
    for mark in RARE_DELIMITERS:
        if sampled(lines, mark, options.comment).is_table:
            return f"{usual}; if '{printable(mark)}' separates them, say so with --delimiter"
    return f"{usual}; --delimiter names another character"


def _layout(
    path: Path, sample: Sampled, options: LoadOptions, expected: Sequence[str], hint: tuple[int, str] | None
) -> Layout:
    rows, width = _without_trailing(sample)
    cells = [row.stripped for row in rows]
    notes = [f"Line {hint[0] + 1} ('sep=…') names the delimiter."] if hint else []
    if sample.dialect.quote == "'":
        notes.append("Single quotes around cells were taken for quotation marks.")
    classes = _class_names(cells[0], cells[1:], width) if options.header is None else ()
    if classes:
        numeric = numeric_columns(cells[1:], width)
        first = rows[1].line
        return Layout(sample.dialect, False, numbered(width), classes, first, numeric=numeric, notes=tuple(notes))
    try:
        top = find_top(sample, rows, width, header=options.header, expected=expected)
    except InputError as error:
        raise InputError(f"{label(path)}: {error}") from None
    body = other_rows(cells[top.count :], [*cells[: top.count], list(top.names)])
    return Layout(
        sample.dialect,
        bool(top.names),
        _distinct(path, top.names) if top.names else numbered(width),
        first_line=rows[top.count].line if top.count < len(rows) else rows[-1].line + 1,
        tops=_tops([row.cells for row in rows[: top.count]], top, body),
        header_line=top.line,
        numeric=numeric_columns(body, width),
        row_names=top.row_names,
        target=top.target,
        left_out=top.left_out,
        notes=(*notes, *top.notes),
    )


def _without_trailing(sample: Sampled) -> tuple[list[Row], int]:
    """The rows without the empty cells after last delimiters, and how many cells most have then."""
    full = [row.cells for row in sample.rows if len(row.cells) == sample.width]
    width = max([2, *map(filled, full)])
    empty = sample.width - width

    def cut(cells: list[str]) -> list[str]:
        most = width if len(cells) >= sample.width else len(cells) - empty
        return cells[: max(filled(cells), most)]

    return [Row(row.line, cut(row.cells)) for row in sample.rows], width


def _class_names(first: list[str], rest: list[list[str]], width: int) -> tuple[str, ...]:
    """The class names in a first row of rows, predictors and class names, or nothing if it is another."""
    first = [" ".join(cell.split()) for cell in first]
    sizes, names = first[:2], first[2:]
    if len(names) < 2 or not all(size.isdecimal() and len(size) < 10 for size in sizes):
        return ()
    fits = int(sizes[0]) >= len(rest) > 0 and int(sizes[1]) == width - 1
    return tuple(names) if fits and all(not is_number(name) and name for name in names) else ()


def _distinct(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    twice = [name for name, count in Counter(names).items() if count > 1 and name.startswith(TARGET_PREFIX)]
    if twice:
        raise InputError(f"{label(path)}: soft targets need names that differ, but '{shown(twice[0])}' stands twice")
    return unique_names(names)


def _tops(rows: Sequence[Sequence[str]], top: Top, body: Sequence[Sequence[str]]) -> frozenset[tuple[str, ...]]:
    """The rows before the data, as far as they cannot be data where they come again."""
    if not top.names or not comes_again(top.names, body):
        return frozenset()
    return frozenset({top.names, *map(tuple, rows)})
