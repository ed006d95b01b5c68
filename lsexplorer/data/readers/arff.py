"""The ARFF format of Weka and OpenML, and KEEL's kin of it: the header's attributes, and the rows as cells of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lsexplorer.data.files import shown
from lsexplorer.errors import InputError

MISSING = ("?", "<null>")
"""Cells that stand for a missing value; KEEL has the second."""

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*+%[^\n]*+\n)*+\s*+@relation\b", re.IGNORECASE)
_KEYWORD = re.compile(r"@(\w+)\s*(.*)", re.DOTALL)
_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_NAME = re.compile(rf"({_QUOTED}|[^\s{{]+)\s*(.*)", re.DOTALL)
_BARE = r"(?!['\"])[^,]*+"
_CELL = re.compile(rf"\s*+((?:{_QUOTED})\s*+|{_BARE})(,|$)")
_SPARSE_CELL = re.compile(rf"\s*+(\d++\s++(?:(?:{_QUOTED})\s*+|{_BARE})|{_BARE})(,|$)")
_SPARSE = re.compile(r"(\d+)\s+(.*)", re.DOTALL)
_WEIGHT = re.compile(r",\s*\{\s*[\d.]+\s*\}\s*$")
_ESCAPED = re.compile(r"\\(.)")
_NUMERIC = ("numeric", "real", "integer")


class Attribute(NamedTuple):
    """A column."""

    name: str
    is_number: bool
    values: tuple[str, ...] = ()
    """Of a nominal attribute, as declared."""
    known: frozenset[str] = frozenset()
    """The same as a set."""


@dataclass
class Arff:
    """A file as it is read: attributes first, then rows. Errors are InputErrors without the file's name."""

    attributes: list[Attribute] = field(default_factory=list)
    output: str = ""
    """The class attribute, where KEEL's @outputs names it."""
    weights: int = 0
    """Rows whose weight was left out."""

    def rows(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Each row's line number and cells; the attributes are complete before the first."""
        in_data, count = False, 0
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text or text.startswith("%"):
                continue
            try:
                if in_data:
                    count += 1
                    yield number, self._row(text)
                else:
                    in_data = self._declare(text)
            except InputError as error:
                row = f"row {count} (line {number})" if in_data else f"line {number}"
                raise InputError(f"{row}: {error}") from None
        if not in_data:
            raise InputError("there is no line @data")

    def _declare(self, text: str) -> bool:
        """Take a line of the header; whether it is the last."""
        match = _KEYWORD.match(text)
        if match is None:
            raise InputError(f"'{shown(text, 40)}' stands before @data, but is no @attribute")
        keyword, rest = match[1].lower(), match[2]
        if keyword == "attribute":
            self.attributes.append(_attribute(rest))
        elif keyword in ("output", "outputs"):
            self.output = _plain(rest.strip())
        elif keyword == "data" and len(self.attributes) < 2:
            raise InputError("a data set needs two attributes or more")
        return keyword == "data"

    def _row(self, text: str) -> list[str]:
        if text.endswith("}") and (weight := _WEIGHT.search(text)):
            text, self.weights = text[: weight.start()], self.weights + 1
        width = len(self.attributes)
        if text.startswith("{"):
            return self._sparse(text)
        cells = _cells(text)
        if len(cells) == 1 < width:  # white space separates as well
            cells = text.split()
        if len(cells) != width:
            raise InputError(f"there are {len(cells):,} values for {width:,} attributes: {shown(text, 40)}")
        return self._checked(cells)

    def _sparse(self, text: str) -> list[str]:
        """The cells of '{index value, …}', counted from 0; all others are 0, or the first value declared."""
        row = [attribute.values[0] if attribute.values else "0" for attribute in self.attributes]
        if not text.endswith("}"):
            raise InputError("the bracket { is not closed")
        inner = text[1:-1].strip()
        for cell in _cells(inner, plain=False) if inner else []:
            match = _SPARSE.fullmatch(cell)
            if match is None or int(match[1][:9]) >= len(row):
                raise InputError(f"'{shown(cell, 40)}' is no index from 0 to {len(row) - 1:,} and a value")
            row[int(match[1])] = _plain(match[2])
        return self._checked(row)

    def _checked(self, cells: list[str]) -> list[str]:
        """The cells of a row, once it is sure that the header allows them; '?' where one is missing."""
        for i, (attribute, cell) in enumerate(zip(self.attributes, cells, strict=True)):
            if cell in MISSING:
                cells[i] = MISSING[0]
            elif attribute.values and cell not in attribute.known:
                raise InputError(f"'{shown(cell, 40)}' is none of the values of '{shown(attribute.name)}'")
            elif attribute.is_number and not _is_number(cell):
                raise InputError(f"'{shown(cell, 40)}' is not a number, as '{shown(attribute.name)}' is")
        return cells


def is_arff(start: bytes) -> bool:
    """Whether a file that starts so is an ARFF file."""
    return _BEGINS.match(start) is not None


def _attribute(text: str) -> Attribute:
    match = _NAME.match(text)
    if match is None or not match[2].strip():
        raise InputError(f"'{shown(text, 40)}' is no name and type of an attribute")
    name, kind = _plain(match[1]), match[2].strip()
    if kind.startswith("{"):
        if "}" not in kind:
            raise InputError(f"the values of '{shown(name)}' are not closed by a bracket")
        values = tuple(_cells(kind[1 : kind.rindex("}")]))
        return Attribute(name, False, values, frozenset(values))
    word = kind.split()[0].split("[")[0].lower()
    if word not in (*_NUMERIC, "string", "date"):
        raise InputError(
            f"'{shown(name)}' is of the type {shown(word, 20)}; numeric, nominal, string and date are read"
        )
    return Attribute(name, word in _NUMERIC)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _cells(text: str, plain: bool = True) -> list[str]:
    """Cells that commas separate; plain: without their quotes."""
    if "'" not in text and '"' not in text:
        return [cell.strip() for cell in text.split(",")]
    cells: list[str] = []
    position = 0
    while True:
        match = (_CELL if plain else _SPARSE_CELL).match(text, position)
        if match is None:
            raise InputError(f"a quote is not closed, or text follows it: {shown(text[position:], 40)}")
        cells.append(_plain(match[1].strip()) if plain else match[1].strip())
        position = match.end()
        if not match[2]:
            return cells


def _plain(cell: str) -> str:
    """A cell without quotes and escapes."""
    if len(cell) > 1 and cell[0] in "'\"" and cell[-1] == cell[0]:
        return _ESCAPED.sub(r"\1", cell[1:-1])
    return cell
