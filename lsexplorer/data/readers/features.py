"""Which columns of a table become predictors, and how text is coded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import MAX_CELLS, counted, label, shown
from lsexplorer.data.readers.columns import MAX_VALUES, Column
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

MAX_CATEGORIES = 100
"""A text column with more different values is left out."""

_FEW_VALUES, _COUNTING_ROWS = 10, 10
_ID_NAME = re.compile(r"(?i:id|idx|index|row|row ?names?|row_?id|nr|no\.?|unnamed: 0|.*[_ ]id)|.*[a-z]I[dD]")


@dataclass(frozen=True)
class Feature:
    """A column taken as a predictor: numbers, or texts of these ``values`` to be coded one-hot."""

    index: int
    name: str
    values: tuple[str, ...] = ()


def choose_features(table: Table, taken: frozenset[int], all_numbers: bool) -> tuple[tuple[Feature, ...], list[str]]:
    """The predictors among a table's columns, and notes on those left out.

    taken: columns with another purpose. all_numbers: keep numeric columns that look like ids. Raises InputError for
    text where nearly all else is numbers, for infinite numbers, and when no predictor remains.
    """
    features: list[Feature] = []
    notes: list[str] = []
    for index, column in enumerate(table.columns):
        if index in taken:
            continue
        feature = _feature(table, index, column, all_numbers, notes)
        if feature is not None:
            features.append(feature)
    if not features:
        reasons = shown(" ".join(notes), 300) or "The file has the class column alone."
        raise InputError(f"{label(table.path)}: no column is left as a predictor. {reasons}")
    return tuple(features), notes


def _feature(table: Table, index: int, column: Column, all_numbers: bool, notes: list[str]) -> Feature | None:
    place, name, rows = f"Col{table.layout.column(index)[3:]}", table.layout.names[index], len(table)
    if column.stray:
        row, text = column.stray
        raise InputError(
            f"{table.place(row, index)}: '{shown(text)}' is not a number, as the other {column.numbers:,} cells of the "
            "column are; leave it empty if it is missing"
        )
    if column.missing * 2 > rows:
        notes.append(f"{place} was left out: {column.missing:,} of its {counted(rows, 'value', 'values')} are missing.")
        return None
    if column.is_text:
        values = column.texts()[1]
        reason = _no_category(len(values), rows - column.missing)
        if reason:
            notes.append(f"{place} was left out: {reason}.")
            return None
        notes.append(
            f"{place} is text; each of its {counted(len(values), 'value', 'values')} became a column of 0 and 1."
        )
        return Feature(index, name, tuple(sorted(values)))
    kind = None if all_numbers else _counts_rows(table, index, column)
    if kind == "id":
        notes.append(f"{place} was left out: it numbers the rows.")
        return None
    if kind == "counts":
        notes.append(f"{place} counts the rows (1, 2, 3 …), as an id does; it is kept as a predictor.")
    return Feature(index, name)


def _no_category(distinct: int, present: int) -> str:
    """Why a text column is left out, or nothing."""
    count = f"more than {MAX_VALUES - 1:,}" if distinct >= MAX_VALUES else f"{distinct:,}"
    if (distinct == present > 2) or (distinct > _FEW_VALUES and distinct * 2 > present) or distinct >= MAX_VALUES:
        return f"{count} different texts in {present:,} rows are names or ids, not categories"
    if distinct > MAX_CATEGORIES:
        return f"it has {count} different texts, more than the {MAX_CATEGORIES} that become columns of their own"
    return ""


def _counts_rows(table: Table, index: int, column: Column) -> str:
    """'id' for a column that only numbers the rows, 'counts' for one that may, else nothing."""
    name, header = table.layout.names[index], table.layout.header
    unnamed = header and name == f"column {index + 1}"
    named = header and (unnamed or _ID_NAME.fullmatch(name) is not None)
    values = column.floats()
    if column.missing or not np.isfinite(values).all() or (values != np.floor(values)).any():
        return ""
    counts = len(values) >= _COUNTING_ROWS and _counts_up(values)
    if named and len(np.unique(values)) == len(values) > 1:
        return "id"
    if counts and not header and index == 0 and values[0] == 1:
        return "id"
    return "counts" if counts else ""


def encode(
    table: Table, features: Sequence[Feature], at: Sequence[int]
) -> tuple[Array, tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Predictors (n, d) with NaN where missing, their names, and the (first, past-last) columns of one-hot groups.

    at: where each feature stands in this table. Raises InputError for text in a numeric column, an infinite number, or
    too many values.
    """
    widths = [len(feature.values) or 1 for feature in features]
    if len(table) * sum(widths) > MAX_CELLS:
        raise InputError(f"{label(table.path)} would become more than {MAX_CELLS:,} values, the most that are held")
    X = np.empty((len(table), sum(widths)))
    groups: list[tuple[int, int]] = []
    names: list[str] = []
    start = 0
    for feature, index, width in zip(features, at, widths, strict=True):
        if feature.values:
            X[:, start : start + width] = _one_hot(table.columns[index], feature.values)
            groups.append((start, start + width))
            names += [f"{feature.name}={value}" for value in feature.values]
        else:
            X[:, start] = _numbers(table, index)
            names.append(feature.name)
        start += width
    return X, tuple(names), tuple(groups)


def _numbers(table: Table, index: int) -> Array:
    column = table.columns[index]
    if column.is_text:
        row, text = column.first_odd or (0, "")
        raise InputError(f"{table.place(row, index)}: '{shown(text)}' is not a number, as in the training data")
    values = column.floats()
    if np.isinf(values).any():
        raise InputError(f"{table.place(int(np.argmax(np.isinf(values))), index)}: the number is infinite")
    return values


def _one_hot(column: Column, values: tuple[str, ...]) -> Array:
    """0 and 1 (n, values); NaN where missing, all 0 for a value that is none of them."""
    codes, texts = column.texts()
    places = {value: k for k, value in enumerate(values)}
    block: NDArray[np.float64] = np.zeros((len(codes), len(values)))
    where = np.array([*(places.get(text, -1) for text in texts), -1])[np.minimum(codes, len(texts))]
    rows = np.flatnonzero(where >= 0)
    block[rows, where[rows]] = 1.0
    block[codes < 0] = np.nan
    return block


def _counts_up(values: Array) -> bool:
    """Whether each number is one more than the one before."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool((np.diff(values) == 1).all())
