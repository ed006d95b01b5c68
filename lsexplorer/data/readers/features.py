"""Which columns of a table become predictors, and how they are read and coded."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import MAX_CELLS, counted, label, shown
from lsexplorer.data.labels import look_alikes
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers import screening
from lsexplorer.data.readers.class_column import find_column
from lsexplorer.data.readers.columns import MAX_VALUES
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.decimal_sign import Signs, check_units, comma_note, decimal_sign, form_notes, signs, units
from lsexplorer.data.readers.kinds import MAX_CATEGORIES, doubt, kind_of, no_category, odd_cell
from lsexplorer.data.readers.marks import with_marks, without_marked
from lsexplorer.data.readers.screening import Screened
from lsexplorer.data.readers.tally import Tally
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

_NO_PREDICTOR = Screened("the header says that it is no predictor", left_out=True, hint=True)


@dataclass(frozen=True)
class Feature:
    """A column taken as a predictor: numbers, or texts of these ``values`` to be coded one-hot."""

    index: int
    name: str
    values: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    """Texts, in lower case, that stand for a missing value."""
    decimal: str = "."
    units: frozenset[str] = frozenset()
    """Of its numbers: currency, unit or percent sign."""


@dataclass(frozen=True)
class ClassColumn:
    """The class of each row, to compare predictors with."""

    y: NDArray[np.int64]
    """(n,), −1 where missing."""
    names: tuple[str, ...]
    column: str


@dataclass
class Choice:
    """Chooses the predictors among a table's columns, and says what it left out or guessed.

    taken: columns with another purpose. classes: None in a file with soft targets, where all numbers are predictors.
    """

    table: Table
    options: LoadOptions
    taken: frozenset[int]
    classes: ClassColumn | None
    notes: list[str] = field(default_factory=list)
    _commas: list[tuple[str, Tally]] = field(default_factory=list)

    def features(self) -> tuple[Feature, ...]:
        """The predictors; raises InputError for a cell that cannot be read, and when no predictor remains."""
        drop, self._keep = (self._columns(names) for names in (self.options.drop, self.options.keep))
        self._missing = with_marks(self.options.missing_marks)
        self._signs = signs_of(self.table, self.options, self.taken if self.classes else frozenset(), not self.classes)
        columns = (i for i in range(len(self.table.columns)) if i not in self.taken and i not in drop)
        features = tuple(feature for i in columns if (feature := self._feature(i)) is not None)
        self.notes += comma_note(self._commas) + self._marks(features)
        if drop:
            self.notes.append(f"Left out as asked for: {', '.join(map(self.table.layout.column, sorted(drop)))}.")
        if not features:
            reasons = shown(" ".join(self.notes), 300) or "The file has the class column alone."
            raise InputError(f"{label(self.table.path)}: no column is left as a predictor. {reasons}")
        return features

    def _marks(self, features: Sequence[Feature]) -> list[str]:
        """A note on the texts that stand for missing values in the predictors."""
        counts: Counter[str] = Counter()
        for feature in features:
            tally = self.table.columns[feature.index].tally
            counts.update(
                {text: seen.count for text, seen in tally.odd.items() if text and text.lower() in self._missing}
            )
            counts["nan"] += tally.nan if self.table.lines is not None else 0
        marks = [f"'{shown(text, 20)}' ({counted(n, 'cell', 'cells')})" for text, n in counts.most_common(6) if n]
        return [f"Taken for missing: {', '.join(marks)}."] if marks else []

    def _columns(self, names: Sequence[str]) -> frozenset[int]:
        layout, where = self.table.layout, label(self.table.path)
        found = frozenset(find_column(layout, name, where) for name in names)
        for index in found & self.taken:
            raise InputError(f"{where}: {layout.column(index)} is no predictor, and cannot be dropped or kept as one")
        return found

    def _say(self, index: int, note: str) -> None:
        self.notes.append(f"Col{self.table.layout.column(index)[3:]}{note}")

    def _left_out(self, index: int, screened: Screened | None) -> bool:
        """Say what was found of a column; whether it is left out for it."""
        if screened is None or index in self._keep:
            return False
        hint = f"; --keep '{shown(self._name(index))}' keeps it" if screened.hint else ""
        self._say(index, f" was left out: {screened.note}{hint}." if screened.left_out else f" {screened.note}.")
        return screened.left_out

    def _name(self, index: int) -> str:
        return self.table.layout.names[index] if self.table.layout.header else str(index + 1)

    def _feature(self, index: int) -> Feature | None:
        kept, name = index in self._keep, self.table.layout.names[index]
        if self.classes and self.table.layout.header and self._left_out(index, screening.special_purpose(name)):
            return None
        if index in self.table.layout.left_out and self._left_out(index, _NO_PREDICTOR):
            return None
        try:
            kind = kind_of(self.table, index, self._missing, kept)
        except InputError:
            if self.classes and self.table.layout.header and self._left_out(index, screening.id_by_name(name)):
                return None
            raise
        if not kind.numbers:
            return self._text(index)
        feature = Feature(index, name, missing=kind.marks)
        feature = _formed(self.table, index, feature, self._signs)
        values = numbers(self.table, index, feature, self.options)
        if self._mostly_missing(index, int(np.isnan(values).sum())) or self._screened(index, values):
            return None
        for note in kind.notes:
            self._say(index, f": {note}.")
        column = self.table.columns[index]
        marked = int(np.isnan(values).sum() - np.isnan(column.floats(feature.decimal)).sum())
        if marked:
            self._say(index, f": {counted(marked, 'number was', 'numbers were')} taken for missing, as asked for.")
        tally = column.tally
        for note in form_notes(tally, feature.decimal, self._signs):
            self._say(index, note)
        if feature.decimal == ",":
            self._commas.append((f"Col{self.table.layout.column(index)[3:]}", tally))
        return feature

    def _mostly_missing(self, index: int, missing: int) -> bool:
        rows = len(self.table)
        reason = f"{missing:,} of its {counted(rows, 'value', 'values')} are missing"
        return missing * 2 > rows and self._left_out(index, Screened(reason, left_out=True))

    def _screened(self, index: int, values: Array) -> bool:
        """Whether a column of numbers is left out: an id, or a copy of the class."""
        if self.classes is None:
            return False
        header, name = self.table.layout.header, self.table.layout.names[index]
        given = name if name != f"column {index + 1}" else ""
        leak = self._leak(index, is_number=True)
        found = leak if leak and leak.left_out else screening.id_of_rows(given, header, index == 0, values)
        found = found or leak or screening.tells_apart(values, self.classes.y, len(self.classes.names))
        out = self._left_out(index, found)
        if not out:
            self._left_out(index, screening.constant_for_missing(values))
        return out

    def _leak(self, index: int, is_number: bool = False) -> Screened | None:
        column = self.table.columns[index]
        if self.classes is None or column.distinct > MAX_CATEGORIES:
            return None
        codes, texts = column.texts(self._missing)
        name = self.table.layout.names[index] if self.table.layout.header else ""
        return screening.leak(
            name, (codes, texts), (self.classes.y, self.classes.names), self.classes.column, is_number
        )

    def _text(self, index: int) -> Feature | None:
        column, name = self.table.columns[index], self.table.layout.names[index]
        codes, values = column.texts(self._missing)
        missing = int((codes < 0).sum())
        if self._mostly_missing(index, missing):
            return None
        reason = no_category(len(values), len(self.table) - missing, column.as_numbers)
        if reason and (len(values) >= MAX_VALUES or column.as_numbers) and index in self._keep:
            raise InputError(f"{label(self.table.path)}: {self.table.layout.column(index)} cannot be kept: {reason}")
        if self._left_out(index, Screened(reason, left_out=True) if reason else self._leak(index)):
            return None
        each = f"each of its {counted(len(values), 'value', 'values')} became a column of 0 and 1"
        self._say(index, f" is text; {each}{doubt(values)}.")
        if column.merged[0]:
            self._say(index, f": {look_alikes(*column.merged)}.")
        return Feature(index, name, tuple(sorted(values)), self._missing)


def signs_of(table: Table, options: LoadOptions, taken: frozenset[int], lenient: bool) -> Signs:
    """What a table's columns of numbers say of the decimal sign; ``taken`` hold none. lenient: see Signs."""
    columns = [column.tally for i, column in enumerate(table.columns) if i not in taken]
    mostly = [tally for tally in columns if tally.numbers * 2 > sum(seen.count for seen in tally.odd.values())]
    return signs(mostly, options, table.layout.dialect.delimiter, lenient)


def _formed(table: Table, index: int, feature: Feature, known: Signs) -> Feature:
    """A feature with the decimal sign and units of a column; raises InputError where they are not clear."""

    def place(row: int) -> str:
        return table.place(row, index)

    tally = table.columns[index].tally
    check_units(tally, place)
    return replace(feature, decimal=decimal_sign(tally, known, place), units=frozenset(units(tally)))


def numbers(table: Table, index: int, feature: Feature, options: LoadOptions) -> Array:
    """A column's numbers (n,) as a feature has them, NaN where missing; raises InputError for other cells."""
    odd = odd_cell(table, index, feature.missing)
    if odd is not None:
        raise InputError(f"{table.place(odd.row, index)}: '{shown(odd.text)}' is not a number, as in the training data")
    values = without_marked(table.columns[index].floats(feature.decimal), options.missing_marks)
    if np.isinf(values).any():
        raise InputError(f"{table.place(int(np.argmax(np.isinf(values))), index)}: the number is infinite")
    return values


def encode(
    table: Table, features: Sequence[Feature], at: Callable[[int], int], options: LoadOptions
) -> tuple[Array, tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Predictors (n, d) with NaN where missing, their names, and the (first, past-last) columns of one-hot groups.

    at: where the column of an index stands in this table. Raises InputError for text in a numeric column, an infinite
    number, or too many values.
    """
    widths = [len(feature.values) or 1 for feature in features]
    if len(table) * sum(widths) > MAX_CELLS:
        raise InputError(f"{label(table.path)} would become more than {MAX_CELLS:,} values, the most that are held")
    X = np.empty((len(table), sum(widths)))
    groups: list[tuple[int, int]] = []
    names: list[str] = []
    start = 0
    for feature, width in zip(features, widths, strict=True):
        if feature.values:
            X[:, start : start + width] = _one_hot(table, at(feature.index), feature)
            groups.append((start, start + width))
            names += [f"{feature.name}={value}" for value in feature.values]
        else:
            X[:, start] = numbers(table, at(feature.index), feature, options)
            names.append(feature.name)
        start += width
    return X, tuple(names), tuple(groups)


def fitted(table: Table, feature: Feature, index: int, known: Signs) -> Feature:
    """A feature of the training file with the form that its numbers have in another table, in column ``index`` there.

    Raises InputError for numbers in another unit.
    """
    if feature.values:
        return feature
    there = units(table.columns[index].tally)
    for unit, seen in there.items():
        if feature.units and unit not in feature.units:
            raise InputError(f"{table.place(seen.row, index)}: '{shown(seen.text)}' has another unit than in training")
    return _formed(table, index, feature, replace(known, of_file=known.of_file or feature.decimal))


def _one_hot(table: Table, index: int, feature: Feature) -> Array:
    """0 and 1 (n, values); NaN where missing, all 0 for a value that is none of them."""
    codes, texts = table.columns[index].texts(feature.missing)
    places = {value: k for k, value in enumerate(feature.values)}
    block: NDArray[np.float64] = np.zeros((len(codes), len(feature.values)))
    where = np.array([*(places.get(text, -1) for text in texts), -1])[np.minimum(codes, len(texts))]
    rows = np.flatnonzero((where >= 0) & (codes >= 0))
    block[rows, where[rows]] = 1.0
    block[codes < 0] = np.nan
    return block


def unseen(table: Table, index: int, feature: Feature) -> int:
    """How many cells of a text column have a text that the training file lacks."""
    if not feature.values:
        return 0
    codes, texts = table.columns[index].texts(feature.missing)
    new = np.array([text not in feature.values for text in texts] + [True])
    return int(new[np.minimum(codes, len(texts))][codes >= 0].sum())
