"""The columns of a text file as they are read: texts while few differ, then numbers or texts, in bounded memory."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.labels import unified
from lsexplorer.data.readers.number_forms import parse
from lsexplorer.data.readers.tally import Tally
from lsexplorer.nn.arrays import Array

MAX_VALUES = 10_000
"""Different texts of one column that are told apart; a column with more is no category."""

_FEW_TEXTS, _LEAST_TEXTS, _ALL_TEXTS = 2_000, 200, 2_000_000
"""A column with more different texts than the first is one of numbers or of names; the fewer in a wide table."""

Codes = NDArray[np.int32]


class _Index(dict[str, int]):
    """Texts, numbered in order of appearance as they are looked up."""

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code


class Column:
    """One column, filled chunk by chunk.

    As long as few texts differ, each cell is the code of its text, exactly as the file has it. Beyond that, numbers are
    held as numbers, as they are with a decimal point and with a decimal comma; other texts stay codes, or are counted
    where they stand among numbers.
    """

    def __init__(self, width: int = 1, classes: bool = False, thousands: str | None = None) -> None:
        """width: columns of the table. classes: keep as many texts as there can be. thousands: what groups digits."""
        self.rows = 0
        """Cells read."""
        self.as_numbers = False
        """Whether the cells' texts are no longer known."""
        self._are_names = False
        self._limit = MAX_VALUES if classes else min(_FEW_TEXTS, max(_LEAST_TEXTS, _ALL_TEXTS // width))
        self._thousands = thousands
        self._index = _Index()
        self._codes: list[Codes] = []
        self._numbers: list[tuple[Array, Array]] = []
        self._tally = Tally()

    @classmethod
    def of_numbers(cls, values: Array, width: int = 1) -> Self:
        """A column of numbers (n,), NaN where missing, that were no texts before."""
        column = cls(width)
        column.rows = len(values)
        distinct, first, codes = np.unique(values, return_index=True, return_inverse=True)
        if len(distinct) > column._limit:
            column.as_numbers = True
            column._numbers = [column._tally.take(values)]
            return column
        order = np.argsort(first)
        for value in distinct[order].tolist():
            column._index[repr(value).removesuffix(".0") if value == value else ""]
        column._codes = [np.argsort(order)[codes].astype(np.int32)]
        return column

    def add(self, cells: Sequence[str]) -> None:
        """Take the next cells."""
        self.rows += len(cells)
        if self.as_numbers:
            self._add_numbers(cells)
        elif self._are_names and len(self._index) >= MAX_VALUES:
            known = self._index
            self._codes.append(np.array([known.get(cell, MAX_VALUES) for cell in cells], dtype=np.int32))
        else:
            self._codes.append(np.fromiter(map(self._index.__getitem__, cells), np.int32, len(cells)))
            if len(self._index) > self._limit and not self._are_names:
                self._settle()

    @property
    def is_plain(self) -> bool:
        """Whether all cells so far are numbers, surely with a decimal point, and further ones may be `add_plain`."""
        return self.as_numbers and self._tally.is_plain

    def add_plain(self, values: Array) -> None:
        """Take the next cells of a plain column by their numbers (n,)."""
        self.rows += len(values)
        self._numbers.append((values, values))
        self._tally.add_plain(values)

    def _settle(self) -> None:
        """With many different texts: from now on numbers, if most of them are."""
        texts = list(self._index)
        some = texts[:: max(1, len(texts) // 100)]
        if 2 * sum(parse(text) is not None for text in some) < len(some):
            self._are_names = True
            return
        self._numbers = [self._coded_numbers(np.concatenate(self._codes), texts)]
        self._codes, self._index = [], _Index()
        self.as_numbers = True

    def _coded_numbers(self, codes: Codes, texts: list[str]) -> tuple[Array, Array]:
        """The numbers of coded cells, NaN where they are none, with a decimal point and with a comma."""
        first = np.zeros(len(texts) + 1, dtype=np.int64)
        codes = np.minimum(codes, len(texts))
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        counts = np.bincount(codes, minlength=len(texts) + 1)
        point, comma = self._tally.read(texts, counts[:-1], first[:-1], self._thousands)
        self._tally.more_odd += int(counts[-1])
        point_of = np.append(point, np.nan)[codes]
        return point_of, point_of if comma is point else np.append(comma, np.nan)[codes]

    def _add_numbers(self, cells: Sequence[str]) -> None:
        start = self.rows - len(cells)
        rows = np.arange(start, self.rows)
        self._numbers.append(self._tally.read(cells, np.ones(len(cells), dtype=np.int64), rows, self._thousands))

    @property
    def codes(self) -> Codes:
        """Each cell's code (n,), by the order in which their exact texts appear; MAX_VALUES for all too many."""
        if len(self._codes) > 1:
            self._codes = [np.concatenate(self._codes)]
        return np.minimum(self._codes[0], MAX_VALUES) if self._codes else np.empty(0, np.int32)

    @cached_property
    def tally(self) -> Tally:
        """What forms the cells have, once all are read."""
        if not self.as_numbers:
            self._numbers = [self._coded_numbers(self.codes, list(self._index)[:MAX_VALUES])]
        return self._tally

    def floats(self, decimal: str = ".") -> Array:
        """The numbers (n,) with this decimal sign, NaN where a cell is none."""
        _ = self.tally
        chunks = [point if decimal == "." else comma for point, comma in self._numbers]
        return np.concatenate(chunks or [np.empty(0)])

    def texts(self, missing: frozenset[str], exact: bool = False) -> tuple[Codes, list[str]]:
        """Each cell's text as a number (n,) into the list of texts, with white space collapsed.

        −1 where it is one of ``missing``, in lower case; past the list for those beyond MAX_VALUES, or no longer known.
        Texts that look the same are one unless ``exact``.
        """
        if self.as_numbers:
            return np.zeros(self.rows, dtype=np.int32), []
        given = [" ".join(text.split()) for text in self._index][:MAX_VALUES]
        one = {text: text for text in given} if exact else self._unified
        place: dict[str, int] = {}
        names = [one[text] for text in given]
        codes = [-1 if name.lower() in missing else place.setdefault(name, len(place)) for name in names]
        return np.array([*codes, len(place)], dtype=np.int32)[np.minimum(self.codes, len(given))], list(place)

    @cached_property
    def _unified(self) -> dict[str, str]:
        return unified(" ".join(text.split()) for text in list(self._index)[:MAX_VALUES])

    @property
    def distinct(self) -> int:
        """How many texts differ, as far as they are known."""
        return MAX_VALUES if self.as_numbers else len(self._index)

    @property
    def merged(self) -> tuple[int, str]:
        """How many cells had their text taken for another one that looks the same, and the first such text."""
        if self.as_numbers or all(text == one for text, one in self._unified.items()):
            return 0, ""
        codes, texts = self.texts(frozenset(), exact=True)
        changed = np.array([*(self._unified[text] != text for text in texts), False])
        where = np.flatnonzero(changed[codes])
        return len(where), self._unified[texts[codes[where[0]]]]

    def counts(self, missing: frozenset[str]) -> Counter[str]:
        """How many cells have each text."""
        codes, texts = self.texts(missing)
        return Counter(dict(zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)).tolist(), strict=False)))

    def row_of(self, text: str) -> int:
        """The first row with this text, white space collapsed; the first of all if there is none."""
        for given, code in self._index.items():
            if " ".join(given.split()) == text:
                return int(np.argmax(self.codes == code))
        return 0
