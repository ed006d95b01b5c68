"""From the lines of a text file to rows of cells, without comments."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsexplorer.data.files import shown
from lsexplorer.data.readers.cells import is_number
from lsexplorer.data.readers.marks import is_missing
from lsexplorer.data.readers.places import Places

WHITE_SPACE, WIDE_SPACE = " ", "  "
"""Delimiters: any white space, and two or more spaces, where cells hold single ones."""

_SURE_WIDTH = 3
"""In so many columns, lines that a quoted cell spans are rows of their own if each has all columns."""

_STRAY = "expected after"
"""Part of the csv module's message where text follows a closing quote."""

_TRAILING = re.compile(r"\s#\s+(?=\S)")
_WIDE = re.compile(r" {2,}")


@dataclass(frozen=True)
class Dialect:
    """How a line becomes cells."""

    delimiter: str
    """One character, WHITE_SPACE or WIDE_SPACE."""
    quote: str = '"'
    """What stands around a cell that holds delimiters."""
    spaced: bool = False
    """Whether spaces stand between a closing quote and the delimiter."""
    comment: str | None = None
    """What begins a comment, anywhere; '' for no comments. None takes '#' with care, see `Rows`."""
    trailing: bool = False
    """With ``comment`` None: whether every row ends in '  # text', as the article prints its samples."""

    def reader(self, lines: Iterable[str], literal: bool = False) -> Iterator[list[str]]:
        """The csv module's reader of lines that were `shaped`. literal: quotes are letters as any other."""
        return csv.reader(
            lines,
            delimiter="\t" if self.delimiter == WIDE_SPACE else self.delimiter,
            quotechar=self.quote,
            quoting=csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL,
            skipinitialspace=True,
            strict=True,
        )

    @property
    def shaped(self) -> Callable[[str], str] | None:
        """What a line has to go through before `reader`, if anything."""
        if self.delimiter == WHITE_SPACE:
            return lambda line: line.replace("\t", " ").strip() + "\n"
        if self.delimiter == WIDE_SPACE:
            return lambda line: _WIDE.sub("\t", line.replace("\t", "  ").strip()) + "\n"
        if self.spaced:
            closing = re.compile(rf"{self.quote} +(?={re.escape(self.delimiter)}|$)", re.MULTILINE)
            return lambda line: closing.sub(self.quote, line)
        return None

    def cells(self, text: str) -> list[str]:
        """The cells of one line, quotes taken literally; none where a cell is too long."""
        line = text.strip() + "\n"
        try:
            return next(self.reader([self.shaped(line) if self.shaped else line], literal=True), [])
        except csv.Error:
            return []


class Rows:
    """The rows of cells of lines, to iterate over; blank lines and whole lines of comment are left out.

    Without a mark for comments, those are comments: a line that begins with '# ', or with # and holds no delimiter
    ('#N/A,1' and '#ff0000,1' are rows), and '  # text' after the last cell where all rows have it, or after a number
    or a quoted cell. A quoted cell may go on over several lines. Quotes are letters where they enclose a part of a
    cell, or a cell over lines that each have all columns. Iterating raises csv.Error for other quotes that do not
    match; ``start`` is its line.
    """

    def __init__(self, lines: Iterable[str], dialect: Dialect, numeric: Sequence[bool] = ()) -> None:
        """numeric: which columns hold numbers, once that is known."""
        self.start = 0
        """Number of the row's first line, from 1."""
        self.comment: str | None = None
        """The comment at the row's end."""
        self.comments: list[tuple[int, str]] = []
        """Line and text of the whole lines of comment so far; whoever reads a long file clears it."""
        self.cut, self.kept = Places(), Places()
        """Lines with a comment at their end, and those with '# text' that was taken for a part of the last cell."""
        self.split = Places()
        """Lines that a quoted cell would have swallowed."""
        self.long: list[tuple[int, int]] = []
        """First and last lines of some rows with a cell over several lines."""
        self.long_count = 0
        """Of all of these."""
        self._lines, self._dialect, self._numeric = lines, dialect, numeric
        self._number = 0
        self._recent: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        reader = self._dialect.reader(self._shaped())
        recent = self._recent
        while True:
            recent.clear()
            self.start = self._number + 1
            pieces: list[list[str]] = []
            try:
                row = next(reader, None)
                if row is None:
                    return
                pieces = self._pieces() if len(recent) > 1 else []
            except csv.Error as error:
                pieces = self._pieces() if _STRAY in str(error) else []
                if not pieces:
                    raise
            if pieces:
                for piece in pieces:
                    self.split.add(self.start)
                    yield piece
                    self.start += 1
                continue
            if len(recent) > 1:
                self.long_count += 1
                if len(self.long) < 100:
                    self.long.append((self.start, self._number))
            if row:
                yield row

    def _shaped(self) -> Iterator[str]:
        shaped, recent = self._dialect.shaped, self._recent
        mark = "#" if self._dialect.comment is None else self._dialect.comment
        cleaned = self._with_care if self._dialect.comment is None else self._cut_off
        for line in self._lines:
            self._number += 1
            if not recent:  # else it goes on with a quoted cell
                self.comment = None
                if mark and mark in line:
                    line = cleaned(line)
            if shaped is not None:
                line = shaped(line)
            recent.append(line)
            yield line

    def _cut_off(self, line: str) -> str:
        """A line up to the mark of comments, if that stands outside quotes."""
        mark, quote = self._dialect.comment or "", self._dialect.quote
        start = quotes = 0
        while (at := line.find(mark, start)) >= 0:
            quotes += line.count(quote, start, at)
            if quotes % 2 == 0:
                return self._without(line, at, at + len(mark))
            start = at + len(mark)
        return line

    def _without(self, line: str, end: int, comment: int) -> str:
        """A line up to ``end``; what stands from ``comment`` on is a comment."""
        if not line[:end].strip():
            self.comments.append((self._number, line[comment:].strip()))
        else:
            self.cut.add(self._number)
            self.comment = line[comment:].strip()
        return line[:end] + "\n"

    def _with_care(self, line: str) -> str:
        begin = line.lstrip(" \t")
        if begin.startswith("#") and self._is_comment(begin):
            self.comments.append((self._number, begin.lstrip("#").strip()))
            return "\n"
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        spaces = delimiter in (WHITE_SPACE, WIDE_SPACE)
        start = max(line.rfind(quote), -1 if spaces else line.rfind(delimiter)) + 1
        found = _TRAILING.search(line, start)
        if found is None or line.count(quote) % 2:
            return line
        before = line[start : found.start()]
        quoted = line[:start].endswith(quote) and not before.strip()
        if self._dialect.trailing or spaces or quoted or is_number(before):
            return self._without(line, found.start(), found.end())
        self.kept.add(self._number)
        return line

    def _is_comment(self, line: str) -> bool:
        delimiter = self._dialect.delimiter
        rest = line.lstrip("#")
        if delimiter in (WHITE_SPACE, WIDE_SPACE):
            count = len(self._dialect.cells(line))
            return rest[:1].isspace() or (count != len(self._numeric) if self._numeric else count < 2)
        return not rest.startswith(delimiter) and (rest[:1].isspace() or delimiter not in line)

    def _pieces(self) -> list[list[str]]:
        """The rows that the row's lines are by themselves, or nothing if they are not."""
        width = len(self._numeric)
        try:
            rows = [row for row in self._dialect.reader(self._recent, literal=True) if row]
        except csv.Error:
            return []
        widths = set(map(len, rows))
        if len(widths) > 1 or widths == {1} or (width and widths != {width}):
            return []
        if any(self._numeric):
            fits = all(fits_numbers(row, self._numeric) for row in rows)
        else:
            fits = min(widths) >= _SURE_WIDTH
        return [[self._unquoted(cell) for cell in row] for row in rows] if fits else []

    def _unquoted(self, cell: str) -> str:
        quote, text = self._dialect.quote, cell.strip()
        inside = text[1:-1].replace(2 * quote, "")
        whole = len(text) > 1 and text[0] == text[-1] == quote and quote not in inside
        return text[1:-1].replace(2 * quote, quote) if whole else cell


def fits_numbers(cells: Sequence[str], numeric: Sequence[bool]) -> bool:
    """Whether the cells are numbers, or missing, in all columns that hold numbers."""
    pairs = zip(cells, numeric, strict=False)
    return all(not digits or is_missing(cell) or is_number(cell) for cell, digits in pairs)


def plain(error: csv.Error) -> str:
    """A csv error in plain words."""
    text = str(error)
    if "unexpected end of data" in text:
        return "a quoted cell is not closed"
    if "field limit" in text:
        return f"a cell is longer than {csv.field_size_limit():,} characters; is a quote not closed?"
    if _STRAY in text:
        return "text follows a closing quote; a quote inside a quoted cell is written twice"
    return shown(text, 120)
