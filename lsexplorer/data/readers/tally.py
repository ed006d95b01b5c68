"""What forms the cells of a column have, counted as they are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.readers.number_forms import Number, parse
from lsexplorer.nn.arrays import Array

MAX_ODD, _MAX_AFFIXES = 10_000, 100
"""Different texts among a column's numbers, and different units, that are told apart."""

_CERTAIN_POINT, _CERTAIN_COMMA = (
    re.compile(rf"(?:^|[^\d{m}])0+{m}|\d{{4}}{m}|{m}\d{{0,2}}(?!\d)|{m}\d{{4}}|(?<!\d){m}|{m}\d*[eE]", re.MULTILINE)
    for m in (r"\.", ",")
)
"""A point, or comma, that does not stand between groups of three digits."""


@dataclass
class Seen:
    """Cells of a kind: how many, and the first of them."""

    count: int = 0
    row: int = 0
    """From 0."""
    text: str = ""

    def add(self, count: int, row: int, text: str) -> None:
        """Count more cells of the kind."""
        if not self.count or row < self.row:
            self.row, self.text = row, " ".join(text.split())
        self.count += count


@dataclass
class Tally:
    """What forms the cells of a column have."""

    numbers: int = 0
    """Cells that are numbers in some way."""
    nan: int = 0
    """Cells that say nan."""
    odd: dict[str, Seen] = field(default_factory=dict)
    """All other texts, the missing ones among them."""
    more_odd: int = 0
    """Cells whose text is beyond the first MAX_ODD of them."""
    point: Seen = field(default_factory=Seen)
    """Numbers with a decimal point alone."""
    comma: Seen = field(default_factory=Seen)
    """Numbers with a decimal comma alone."""
    either: dict[str, Seen] = field(default_factory=lambda: {".": Seen(), ",": Seen()})
    """Numbers such as 1.234 and 1,234, whose mark may group digits, by that mark."""
    grouped: Seen = field(default_factory=Seen)
    """Numbers whose digits are grouped for certain."""
    small: Seen = field(default_factory=Seen)
    """Numbers below 1000 without any mark."""
    large: int = 0
    """Numbers from 1000 on whose digits are not grouped."""
    affixes: dict[str, Seen] = field(default_factory=dict)
    """By currency, unit or percent sign."""
    styles: dict[str, Seen] = field(default_factory=dict)
    fraction: bool = False
    """Whether some number is not whole."""

    @property
    def decimal(self) -> str | None:
        """The decimal sign, if the column shows it."""
        if bool(self.point.count) == bool(self.comma.count):
            return None
        return "." if self.point.count else ","

    def read(
        self, texts: Sequence[str], counts: NDArray[np.int64], rows: NDArray[np.int64], thousands: str | None = None
    ) -> tuple[Array, Array]:
        """Take texts, each with its count of cells and its first row: their numbers with a decimal point and comma.

        NaN for what is no number. Where the sign is certain, both are the numbers with that sign.
        """
        values = self._read_plain(texts, counts, rows) if thousands is None else None
        if values is not None:
            return values
        point, comma = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
        for i, (text, count, row) in enumerate(zip(texts, counts.tolist(), rows.tolist(), strict=True)):
            number = parse(text, thousands)
            if number is None:
                self._add_odd(text, count, row)
            elif number.point != number.point and number.comma != number.comma:
                self.nan += count
            else:
                point[i], comma[i] = number.point, number.comma
                self._add(number, text, count, row)
        return point, comma

    @property
    def is_plain(self) -> bool:
        """Whether all cells are plain numbers, some of them with a decimal point, none with a comma."""
        others = self.odd or self.more_odd or self.nan or self.affixes or self.styles or self.grouped.count
        return bool(self.point.count) and not (others or self.comma.count or any(s.count for s in self.either.values()))

    def add_plain(self, values: Array) -> None:
        """Count more cells of a plain column, all of them finite."""
        self.numbers += len(values)
        self.point.count += len(values)
        self.fraction = self.fraction or bool((values != np.floor(values)).any())

    def take(self, values: Array) -> tuple[Array, Array]:
        """Take numbers that were no texts, NaN where missing; the same as `read` gives."""
        missing = np.isnan(values)
        self.nan += int(missing.sum())
        self.numbers += int((~missing).sum())
        broken = ~missing & (values != np.floor(values))
        self.fraction = self.fraction or bool(broken.any())
        if not broken.any():
            return values, values
        row = int(np.argmax(broken))
        self.point.add(int((~missing).sum()), row, repr(float(values[row])))
        return values, values

    def _read_plain(
        self, texts: Sequence[str], counts: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> tuple[Array, Array] | None:
        """The same for texts that are all numbers as Python writes them, or with commas for points; None for others."""
        joined = "\n".join(texts)
        marks = [mark for mark in ".," if mark in joined]
        sign, certain = (self.comma, _CERTAIN_COMMA) if marks == [","] else (self.point, _CERTAIN_POINT)
        if "_" in joined or len(marks) > 1 or (marks and not sign.count and not certain.search(joined)):
            return None
        cells = joined.replace(",", ".").split("\n") if marks == [","] else texts
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            return None
        if len(values) != len(texts):
            return None  # some cells have line breaks
        missing = np.isnan(values)
        nan, total = int(counts[missing].sum()), int(counts.sum())
        self.nan += nan
        self.numbers += total - nan
        self.fraction = self.fraction or bool((values != np.floor(values))[~missing].any())
        if marks:
            first = next(i for i, text in enumerate(texts) if marks[0] in text)
            sign.add(total - nan, int(rows[first]), texts[first])
            return values, values
        self.large += int(counts[np.abs(values) >= 1000].sum())
        small = np.flatnonzero(np.abs(values) < 1000)
        if len(small):
            self.small.add(int(counts[small].sum()), int(rows[small[0]]), texts[small[0]])
        return values, values

    def _add_odd(self, text: str, count: int, row: int) -> None:
        text = " ".join(text.split())
        if text in self.odd or len(self.odd) < MAX_ODD:
            self.odd.setdefault(text, Seen()).add(count, row, text)
        else:
            self.more_odd += count

    def _add(self, number: Number, text: str, count: int, row: int) -> None:
        self.numbers += count
        known = number.point if number.point == number.point else number.comma
        self.fraction = self.fraction or bool(known != np.floor(known))
        if number.comma != number.comma:
            self.point.add(count, row, text)
        elif number.point != number.point:
            self.comma.add(count, row, text)
        elif number.point != number.comma:
            self.either["." if "." in text else ","].add(count, row, text)
        elif abs(known) < 1000:
            self.small.add(count, row, text)
        elif not number.grouped:
            self.large += count
        both = number.point == number.point and number.comma == number.comma
        if number.grouped and not (both and number.point != number.comma):
            self.grouped.add(count, row, text)
        if number.affix and (number.affix in self.affixes or len(self.affixes) < _MAX_AFFIXES):
            self.affixes.setdefault(number.affix, Seen()).add(count, row, text)
        if number.style:
            self.styles.setdefault(number.style, Seen()).add(count, row, text)
