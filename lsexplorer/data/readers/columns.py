"""The columns of a text file as they are read: numbers or text, in bounded memory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.readers.sniff import is_missing, number
from lsexplorer.nn.arrays import Array

MAX_VALUES = 10_000
"""Different texts of one column that are told apart; a column with more is no category."""

Codes = NDArray[np.int32]


class Column:
    """One column, filled chunk by chunk: numbers until a cell is not one, from then on texts."""

    def __init__(self, text: bool = False, decimal_comma: bool = False, keep_missing: bool = False) -> None:
        """text: never numbers. keep_missing: 'NA' and the like are texts as any other."""
        self.missing = self.numbers = self.odd = 0
        """Counts of the cells that are missing, that are numbers, and that are neither."""
        self.first_odd: tuple[int, str] | None = None
        """Row (from 0) and text of the first cell that is neither."""
        self._text, self._comma, self._keep = text, decimal_comma, keep_missing
        self._chunks: list[Array | Codes] = []
        self._index: dict[str, int] = {}

    def add(self, cells: Sequence[str], first: int) -> None:
        """Take the next cells, the first of them in row ``first``."""
        if self._text:
            codes = self._codes(cells)
            self.missing += int((codes < 0).sum())
            self._chunks.append(codes)
            return
        if not self._comma:
            try:
                values = np.fromiter(map(float, cells), np.float64, len(cells))
            except ValueError:
                pass
            else:
                if "_" not in "".join(cells):  # Python's float takes 1_000, a table's not
                    missing = int(np.isnan(values).sum())
                    self.missing += missing
                    self.numbers += len(values) - missing
                    self._chunks.append(values)
                    return
        self._add_mixed(cells, first)

    def _add_mixed(self, cells: Sequence[str], first: int) -> None:
        """Cells that are not all plain numbers: with missing ones among them, with decimal commas, or texts."""
        values = np.full(len(cells), np.nan)
        odd = missing = 0
        for i, cell in enumerate(cells):
            value = number(cell, self._comma)
            if value is None and is_missing(cell):
                missing += 1
            elif value is None:
                self.first_odd = self.first_odd or (first + i, cell.strip())
                odd += 1
            else:
                missing += value != value
                values[i] = value
        self.odd += odd
        self.missing += missing
        self.numbers += len(cells) - odd - missing
        self._chunks.append(self._codes(cells) if odd else values)

    def _codes(self, cells: Sequence[str]) -> Codes:
        """Number of each cell's text in order of appearance; −1 where it is missing; MAX_VALUES for all too many."""
        codes = np.empty(len(cells), dtype=np.int32)
        index = self._index
        for i, cell in enumerate(cells):
            text = " ".join(cell.split())
            if is_missing(text) and not self._keep:
                codes[i] = -1
            elif text in index or len(index) < MAX_VALUES:
                codes[i] = index.setdefault(text, len(index))
            else:
                codes[i] = MAX_VALUES
        return codes

    @property
    def is_text(self) -> bool:
        """Whether any cell was neither a number nor missing."""
        return self._text or self.odd > 0

    @property
    def stray(self) -> tuple[int, str] | None:
        """Row and text of the first cell that is text where nearly all else is numbers: likely a mistake."""
        few = self.odd * 10 <= self.numbers + self.odd or (self.odd == 1 and self.numbers > 1)
        return self.first_odd if not self._text and self.odd and few else None

    def floats(self) -> Array:
        """The numbers (n,), NaN where missing."""
        return np.concatenate(self._chunks or [np.empty(0)]).astype(np.float64, copy=False)

    def texts(self) -> tuple[Codes, list[str]]:
        """Each cell's text as a number (n,) into the list of all texts; −1 where it is missing."""
        codes: list[Codes] = []
        for chunk in self._chunks:
            if chunk.dtype == np.int32:
                codes.append(chunk.astype(np.int32, copy=False))
            else:
                codes.append(self._codes(["" if value != value else f"{value:.15g}" for value in chunk.tolist()]))
        return np.concatenate(codes or [np.empty(0, np.int32)]), list(self._index)
