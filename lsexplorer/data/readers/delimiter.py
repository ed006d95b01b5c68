"""What separates the cells of a text file, and what stands around them."""

import csv
import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from lsexplorer.data.readers.cells import is_number
from lsexplorer.data.readers.rows import WHITE_SPACE, WIDE_SPACE, Dialect, Rows

DELIMITERS = (",", ";", "\t", "|", WHITE_SPACE, WIDE_SPACE)
RARE_DELIMITERS = (":", "\x01", "\x1f", "~", "^", "&")
"""Which an error suggests."""
_MARKS = ",;\t|"
_QUOTES = ("'", '"')
_HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?:^|[,;\t| ]) *'[^']*'\s*(?:$|[,;\t| ])", re.MULTILINE)
_BEFORE_REMARKS = 3
"""Of so many first rows, which may be headers, none needs to end in a comment where all others do."""
_LAST_ROWS = 10
_MIXED = 0.5
"""Where fewer of the rows have the most common number of cells, this is no table."""


class Row(NamedTuple):
    """A row of a file's first lines."""

    line: int
    """Number of its first line."""
    cells: list[str]

    @property
    def stripped(self) -> list[str]:
        """The cells without spaces around them."""
        return [cell.strip() for cell in self.cells]


class Sampled:
    """A file's first lines as rows of one dialect."""

    def __init__(self, lines: list[str], dialect: Dialect) -> None:
        self.rows: list[Row] = []
        """Without blank lines and rows without any text."""
        self.failed = ""
        """Why the rows end before the lines do, if they do."""
        source = Rows(lines, dialect)
        remarks: list[bool] = []
        try:
            for cells in source:
                if any(map(str.strip, cells)):
                    self.rows.append(Row(source.start, cells))
                    remarks.append(source.comment is not None or source.kept.last == source.start)
        except csv.Error as error:
            self.failed = str(error)
        self.spans, self.stray = source.long_count, source.split.count
        """How many rows go on over several lines, and how many have quotes that were taken for letters."""
        self.comments = source.comments
        """Line and text of each whole line of comment."""
        before = remarks.index(True) if True in remarks else len(remarks)
        every = before <= _BEFORE_REMARKS and 2 * before < len(remarks) and all(remarks[before:])
        self.dialect = replace(dialect, trailing=every and dialect.comment is None)
        """With what the rows say of comments at their ends."""
        widths = Counter(len(row.cells) for row in self.rows if len(row.cells) > 1)
        self.width, self.regular = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        """The most common number of cells, and how many rows have it."""
        first = next((i for i, row in enumerate(self.rows) if len(row.cells) == self.width), 0)
        self.share = self.regular / max(1, len(self.rows) - first)
        """Of the rows from the first such row on."""
        short = first > 0 and len(self.rows[first - 1].cells) == self.width - 1 > 1  # R's header, without row names
        self.regular_share = (self.regular + short) / max(1, len(self.rows))
        """Of all rows; a header may lack a name."""
        last = self.rows[-_LAST_ROWS:]
        self.lasts = sum(len(row.cells) in (self.width, self.width + 1) for row in last) >= _MIXED * len(last)
        """Whether most of the last rows have it, so that the rows are no text before the table or after it."""

    @property
    def is_table(self) -> bool:
        """Whether most rows have the same number of cells, more than one."""
        return self.width > 1 and self.share >= _MIXED

    @property
    def score(self) -> tuple[float, ...]:
        """More is better: rows at the end, no other delimiter in cells, all lines read, equal widths, numbers."""
        if not self.is_table:
            return (-1.0,)
        others = set(_MARKS) - {self.dialect.delimiter}
        rows = [row.cells for row in self.rows if len(row.cells) == self.width]
        cells = [cell for row in rows for cell in row]
        lower = [cell for row in rows[len(rows) // 2 :] for cell in row]  # below any header
        clean = [not (_torn(cell) or others.intersection(cell) - {"," if is_number(cell) else ""}) for cell in cells]
        shares = [round(sum(of) / len(of), 1) for of in (clean, [is_number(cell) for cell in lower])]
        whole = not self.failed or "unexpected end" in self.failed  # of a quoted cell that goes on
        return (self.lasts, shares[0], whole, self.share, self.regular_share, shares[1], self.width)


def _torn(cell: str) -> bool:
    """Whether a cell looks like a part of one between quotes."""
    return (cell[:1] in _QUOTES) != (cell[-1:] in _QUOTES) and sum(map(cell.count, _QUOTES)) % 2 == 1


def hinted(lines: list[str]) -> tuple[int, str] | None:
    """The line 'sep=;' that Excel takes for the delimiter, by its index, and what it says; or None."""
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    found = _HINT.fullmatch(lines[first]) if lines else None
    return (first, found[1]) if found else None


def sampled(lines: list[str], delimiter: str | None, comment: str | None) -> Sampled:
    """The first lines as rows of the dialect that fits them best. delimiter, comment: as asked for, None to look."""
    text = "".join(lines)
    apostrophes = '"' not in text and len(_APOSTROPHE.findall(text)) > 1
    options = []
    for mark in DELIMITERS if delimiter is None else (delimiter,):
        if apostrophes:
            quoted = _spaced(lines, Dialect(mark, "'", comment=comment))
            if not (quoted.failed or quoted.spans or quoted.stray):
                options.append(quoted)
        options.append(_spaced(lines, Dialect(mark, comment=comment)))
    best = max(options, key=lambda option: option.score)
    return Sampled(lines, best.dialect) if best.dialect.trailing else best


def _spaced(lines: list[str], dialect: Dialect) -> Sampled:
    """The rows; with spaces before the delimiters left out where closing quotes are followed by some."""
    rows = Sampled(lines, dialect)
    if not (rows.failed or rows.stray) or dialect.delimiter in (WHITE_SPACE, WIDE_SPACE):
        return rows
    again = Sampled(lines, replace(dialect, spaced=True))
    return again if (len(again.rows), -again.stray) > (len(rows.rows), -rows.stray) else rows
