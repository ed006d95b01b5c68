"""What stands before a table's rows: titles, the header, lines that describe the columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lsexplorer.data.files import shown
from lsexplorer.data.readers.cells import is_number
from lsexplorer.data.readers.class_names import FIRST
from lsexplorer.data.readers.delimiter import Row, Sampled
from lsexplorer.data.readers.header import best_names, header_lines, is_sure, names_columns, names_rows, other_rows
from lsexplorer.data.readers.orange import orange_header
from lsexplorer.data.readers.places import Places
from lsexplorer.data.readers.rows import WHITE_SPACE
from lsexplorer.errors import InputError

_PROSE = frozenset(
    ("and", "are", "at", "by", "for", "from", "in", "is", "of", "on", "the", "this", "to", "was", "with")
)
"""Words of a comment that is no header."""


@dataclass(frozen=True)
class Top:
    """What stands before the data."""

    count: int
    """Of the rows in it."""
    names: tuple[str, ...] = ()
    """Of the columns; none without a header."""
    line: int = 0
    """Of the names."""
    notes: tuple[str, ...] = ()
    row_names: bool = False
    """Whether the names begin with an empty one, for row names."""
    target: int | None = None
    """The class column, where the header says so."""
    left_out: tuple[int, ...] = ()
    """Columns that the header says are no predictors."""


class _Finder:
    """The rows, and where the first full one is."""

    def __init__(self, sample: Sampled, rows: Sequence[Row], width: int, looks: bool) -> None:
        """looks: whether it is to be found out if there is a header."""
        self.sample, self.rows, self.width, self.looks = sample, rows, width, looks
        self.cells = [row.stripped for row in rows]
        fitting = [i for i, cells in enumerate(self.cells) if len(cells) == width]
        self.first = next((i for i in fitting if filled(self.cells[i]) == width), fitting[0] if fitting else 0)

    def stack(self, start: int, count: int) -> Top:
        """The header that the ``count`` rows from ``start`` on are."""
        end = start + count
        lines = [row.line for row in self.rows[start:end]]
        gap = max((i for i in range(1, count) if lines[i] > lines[i - 1] + 1), default=0)  # after an empty line
        best = start + gap + best_names(self.cells[start + gap : end])
        names, line = _clean(self.cells[best]), self.rows[best].line
        notes = [*_before(self.rows[:best], "the header")]
        if self.looks and not is_sure(names, other_rows(self.cells[end:], self.cells[start:end])):
            what = shown(", ".join(names), 40)
            notes.append(f"Line {line} ({what}) was taken for the header; --no-header reads it as a row.")
        for row in self.rows[best + 1 : end]:
            what = shown(", ".join(cell for cell in row.cells if cell.strip()), 40)
            notes.append(f"Line {row.line} ({what}) describes the columns and was left out.")
        return Top(end, names, line, tuple(notes))

    def orange(self) -> Top | None:
        """A header in Orange's form."""
        found = orange_header(self.cells[self.first :])
        if found is None:
            return None
        at = self.first
        note = "The header is one of Orange's and says what the columns are for."
        notes = (*_before(self.rows[:at], "the header"), note)
        line = self.rows[at].line
        return Top(at + found.lines, found.names, line, notes, target=found.target, left_out=found.left_out)

    def expected(self, names: Sequence[str]) -> Top:
        """The header that is expected, though a name or two may be missing, or none."""
        wanted = set(names)
        for i, cells in enumerate(self.cells[: self.first + 2]):
            if 2 * len(set(_clean(cells)) & wanted) >= len(wanted):
                short = self.short(i)
                return short or self.stack(i, max(1, header_lines(self.cells[i:])))
        return self.in_comment() or self.none()

    def in_comment(self) -> Top | None:
        """A header that is the last of the comments before the first row that may be one."""
        line = self.rows[self.first].line
        below = self.cells[self.first :]
        for number, text in reversed([comment for comment in self.sample.comments if comment[0] < line]):
            cells = self._comment_cells(text)
            prose = any(map(is_number, cells)) or not _PROSE.isdisjoint(text.lower().split())
            if len(cells) == self.width and not prose and names_columns(cells, below):
                notes = [*_before(self.rows[: self.first], "the header")]
                notes.append(f"The header is the comment in line {number}: {shown(', '.join(cells), 60)}.")
                return Top(self.first, _clean(cells), number, tuple(notes))
        return None

    def _comment_cells(self, text: str) -> list[str]:
        """The cells of a comment; between white space, a header may have commas, or # for the name of numbers."""
        if self.sample.dialect.delimiter == WHITE_SPACE and text.count(",") == self.width - 1:
            return text.split(",")
        cells = self.sample.dialect.cells(text)
        if self.sample.dialect.delimiter != WHITE_SPACE or len(cells) != self.width - 1:
            return cells
        first = [row[0] for row in self.cells[self.first :]]
        return ["#", *cells] if names_rows(first) and all(map(is_number, first)) else cells

    def short(self, at: int) -> Top | None:
        """A header in the row ``at`` that has no name for the last column, or none for row names as R writes it."""
        cells = self.cells[at]
        below = other_rows(self.cells[at + 1 :], [cells])
        before = _before(self.rows[:at], "the header")
        if len(cells) == self.width > filled(cells) > 1 and names_columns(cells, below):
            return self.stack(at, 1)
        if not (len(cells) == self.width - 1 == filled(cells) and names_columns(["", *cells], below)):
            return None
        if not names_rows([row[0] for row in below if len(row) == self.width]):
            raise InputError(f"line {self.rows[at + 1].line}: {no_row_names(self.width)}")
        note = "The header has a name less than there are columns: column 1 holds the names of the rows."
        return Top(at + 1, ("", *_clean(cells)), self.rows[at].line, (*before, note), row_names=True)

    def none(self) -> Top:
        """No header: titles alone may stand before the rows."""
        count = len(list(takewhile(self._is_title, self.cells)))
        notes = _before(self.rows[:count], "the first row")
        if self.looks:
            notes.append("The file has no header, so its columns go by their numbers.")
        return Top(count, notes=tuple(notes))

    def _is_title(self, cells: Sequence[str]) -> bool:
        """Whether a row is one text, alone or before empty cells."""
        alone = len(cells) == 1 or (self.width > 2 and filled(cells) == 1)
        return alone and not is_number(cells[0])


def find_top(
    sample: Sampled, rows: Sequence[Row], width: int, *, header: bool | None, expected: Sequence[str] = ()
) -> Top:
    """What stands before the data in a file's first ``rows``, most of ``width`` cells.

    header: whether there is one, None to look. expected: the names in it, where they are known. Raises InputError, to
    be completed with the file's name, for a header that does not fit.
    """
    finder = _Finder(sample, rows, width, header is None)
    if header is False:
        return finder.none()
    orange = finder.orange()
    if orange is not None:
        return orange
    if expected and header is None:
        return finder.expected(expected)
    count = header_lines(finder.cells[finder.first :])
    if count:
        return finder.stack(finder.first, count)
    found = finder.in_comment() or (finder.short(finder.first - 1) if finder.first else None)
    if found is not None:
        return found
    return finder.stack(finder.first, 1) if header else finder.none()


def no_row_names(width: int) -> str:
    """Why a header of one name less than the rows have cells does not fit."""
    return (
        f"{width} columns, but the header has {width - 1}, and column 1 names no rows: it repeats, or holds decimals; "
        "a cell that holds the delimiter needs quotes, and a title has to go"
    )


def filled(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((i for i in range(len(cells), 0, -1) if cells[i - 1].strip()), 0)


def _clean(cells: Sequence[str]) -> tuple[str, ...]:
    """The names in a header; '#label' is one that begins as a comment does."""
    names = [" ".join(cell.split()) for cell in cells]
    bare = names[0].removeprefix("#").strip()
    if names[0].startswith("#") and bare.lower() in FIRST and bare not in names:
        names[0] = bare
    return tuple(names)


def _before(rows: Sequence[Row], what: str) -> list[str]:
    """A note on rows that stand before something, if there are any."""
    if not rows:
        return []
    places = Places(*(row.line for row in rows))
    one = places.count == 1
    return [f"{places.lines} {'stands' if one else 'stand'} before {what} and {'was' if one else 'were'} left out."]
