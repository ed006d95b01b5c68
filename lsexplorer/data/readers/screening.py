"""Columns that are no measurements of a sample: ids, folds, weights, copies of the class, constants for 'missing'."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted, shown
from lsexplorer.nn.arrays import Array

_ID_NAME = re.compile(
    r"(?i:ids?|idx|index|row|row ?names?|(?:row|id)[_ .-]?(?:id|nr|no|num|number)|nr|no\.?|serial.*|unnamed: ?[\d.]+"
    r"|level_\d|uuid|.*[_ .-](?:ids?|nr|no\.?|code.?number)"
    r"|(?:patient|customer|sample|user|record|passenger)(?:id|no|nr|number))|.*[a-z]I[dD]"
)
_FOLD = re.compile(r"(?i)(?:cv|k|test|outer|inner)?[_ .-]?folds?(?:[_ .-]?(?:id|nr|no|number))?|split|partition")
_SET = re.compile(r"(?i)set|subset|data[_ ]?set|usage")
_WEIGHT = re.compile(
    r"(?i)(?:sample|instance|case|obs|observation|survey|person|final|prob|row)[_ .-]?w(?:eigh)?ts?|fnlwgt|pweights?"
)
_TAILS = re.compile(
    r"(?:names?|ids?|codes?|encoded|enc|num(?:ber|eric)?|nr|int|idx|index|labels?|text|str(?:ing)?|cat|bin(?:ary)?|\d+)$"
)
_YES = ("1", "true", "yes", "y", "t")
_MARKS, _LEAST_OTHERS = 3, 3
_COUNTING_ROWS, _NEARLY, _MOSTLY = 10, 0.5, 0.9
_MEASURE_ROWS, _COPY_ROWS, _TELL_ROWS = 20, 100, 300


class Screened(NamedTuple):
    """What is to be said of a column, and whether it is left out for it."""

    note: str
    left_out: bool = False
    hint: bool = False
    """Whether it is worth saying how the column can be kept."""


def id_of_rows(name: str, named: bool, first: bool, values: Array) -> Screened | None:
    """What is said of a column of numbers that may number the rows.

    name: '' where the file gives none. named: whether the file has a header. first: whether it is the first column.
    values: (n,), NaN where missing.
    """
    present = values[~np.isnan(values)]
    if len(present) < 2 or not np.isfinite(present).all() or (present != np.floor(present)).any():
        return None
    rows = len(present)
    looks = named and (not name or _ID_NAME.fullmatch(name) is not None)
    counts = rows == len(values) >= _COUNTING_ROWS and _counts_up(present)
    some = present[:50]
    if not (looks or counts) and len(np.unique(some)) < _MOSTLY * len(some):
        return None
    distinct = len(np.unique(present))
    if (looks and distinct > _NEARLY * rows) or (counts and not named and first and present[0] == 1):
        repeats = "" if distinct == rows else f" ({distinct:,} different numbers in {rows:,} rows)"
        return Screened(f"it numbers the rows{repeats}", left_out=True, hint=True)
    if counts:
        return Screened("counts the rows (1, 2, 3 …), as an id does; it is kept as a predictor")
    if looks:
        return Screened(f"is called as an id is, but has {distinct:,} different numbers in {rows:,} rows; it is kept")
    nearly = not named and first and distinct >= _MOSTLY * rows and np.median(present) >= 1000
    if rows >= _MEASURE_ROWS and (nearly or (distinct == rows and _are_like_ids(present))):
        return Screened(
            f"has {distinct:,} different whole numbers in {rows:,} rows; is it an id? It is kept as a predictor"
        )
    return None


def id_by_name(name: str) -> Screened | None:
    """What is said of a column of texts and numbers that is called as an id is."""
    known = _ID_NAME.fullmatch(name) is not None
    return Screened("by its name it numbers the rows", left_out=True, hint=True) if known else None


def special_purpose(name: str) -> Screened | None:
    """What is said of a column that, by its name, assigns the rows to folds, or weights them."""
    if _FOLD.fullmatch(name):
        return Screened("by its name it splits the rows", left_out=True, hint=True)
    if _WEIGHT.fullmatch(name):
        return Screened("by its name it weights the rows", left_out=True, hint=True)
    if _SET.fullmatch(name):
        return Screened("may say which part of the data a row is of; it is kept as a predictor")
    if re.fullmatch(r"(?i)w(?:eigh)?ts?", name):
        return Screened("may weight the rows rather than measure something; it is kept as a predictor")
    return None


def leak(
    name: str,
    cells: tuple[NDArray[np.int32], Sequence[str]],
    labels: tuple[NDArray[np.int64], Sequence[str]],
    target: str,
    is_number: bool = False,
) -> Screened | None:
    """What is said of a column of few values each of which belongs to one class alone.

    name: the column's. cells: codes (n,) into texts, −1 where missing. labels: class numbers (n,), −1 where missing,
    and the classes' names. target: the class column's name. is_number: whether the texts are numbers.
    """
    (codes, texts), (y, classes) = cells, labels
    known = (codes >= 0) & (y >= 0)
    rows, values, K = int(known.sum()), len(texts), len(classes)
    if not 2 <= values <= max(K, rows // 5) or K < 2 or not _pure(codes[known][:500], y[known][:500], values, K):
        return None
    table = np.bincount(codes[known] * K + y[known], minlength=values * K).reshape(values, K)
    goes_with = (table > 0).sum(axis=1)
    k = _indicated(table, texts)
    if k is not None and _is_sibling(name, classes[k], target):
        return Screened(f"it says which rows are of class '{shown(classes[k])}'", left_out=True, hint=True)
    if k is not None and K > 2 and rows >= _MEASURE_ROWS:
        return Screened(
            f"has one value in all rows of class '{shown(classes[k])}' and another in all others; was it made from the "
            "class? It is kept as a predictor"
        )
    if (goes_with != 1).any():
        return None
    one = f"each of its {values} values goes with one class alone"
    copies = values == K and (table > 0).sum() == K
    if copies and (rows >= _COPY_ROWS or _related(name, target) or _same_texts(table, texts, classes)):
        return Screened(f"it repeats the class: {one}", left_out=True, hint=True)
    if is_number and not copies and rows < _TELL_ROWS:
        return None  # in few rows a good predictor's values are each of one class
    ask = "does it only repeat the class?" if copies else "was it made from the class?"
    return Screened(f"decides the class: {one}; {ask} It is kept as a predictor")


def tells_apart(values: Array, y: NDArray[np.int64], classes: int) -> Screened | None:
    """What is said of a column of numbers whose ranges are those of the classes in many rows.

    In few rows a good predictor does so too, as the length of a petal does for two kinds of iris.
    """
    known = ~np.isnan(values) & (y >= 0)
    if known.sum() < _TELL_ROWS or not _in_ranges(values[known][:200], y[known][:200]):
        return None
    if not _in_ranges(values[known], y[known]) or len(np.unique(y[known])) < 2:
        return None
    return Screened(
        f"tells the {classes} classes apart by itself in all {int(known.sum()):,} rows; was the class made from it? "
        "It is kept as a predictor"
    )


def constant_for_missing(values: Array) -> Screened | None:
    """What is said of numbers such as -999 or 1e20 that lie far outside all others."""
    present = values[np.isfinite(values)]
    if not len(present) or not (_is_mark(float(present.min()), 2) or _is_mark(float(present.max()), 2)):
        return None
    distinct, counts = np.unique(present, return_counts=True)
    cells = dict(zip(distinct.tolist(), counts.tolist(), strict=True))
    ends = [*distinct[:_MARKS].tolist(), *distinct[-_MARKS:].tolist()]
    marks = sorted({value for value in ends if _is_mark(value, cells[value])})
    others = np.setdiff1d(distinct, marks)
    if len(others) < _LEAST_OTHERS:
        return None
    low, high = float(others[0]), float(others[-1])
    # Python's floats overflow to infinity without a warning.
    gaps = {value: max(low - value, value - high) for value in marks}
    far = [value for value, gap in gaps.items() if gap > max(high - low, 1e-12) and gap > 0.5 * abs(value)]
    if not far:
        return None
    each = " and ".join(f"{value:.15g} in {counted(cells[value], 'cell', 'cells')}" for value in far)
    option = ",".join(f"{value:.15g}" for value in far)
    return Screened(
        f"has {each}, far outside the rest ({low:.6g} to {high:.6g}); if that means a missing value, "
        f"--missing-marks {option} says so"
    )


def _is_mark(value: float, count: int) -> bool:
    """Whether people write this number for a missing value: nines, a power of ten, or the ends of a type's range."""
    size = abs(value)
    digits = f"{size:.15g}"
    nines = re.fullmatch(r"9{2,}(?:\.(?:0|9)+)?|9+[5-8]|8{2,}|7{3,}", digits) is not None
    ends = size in (32767, 32768, 65535, 2147483647, 2147483648) or size >= 1e15
    power = size >= 1000 and re.fullmatch(r"10*|1e\+\d+", digits) is not None
    return nines or ends or (power and count > 1)


def _counts_up(values: Array) -> bool:
    """Whether each number is one more than the one before."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool((np.diff(values) == 1).all())


def _are_like_ids(values: Array) -> bool:
    """Whether different whole numbers have five digits or more, or no gap, or rise from row to row, as ids do."""
    low, high = float(values.min()), float(values.max())
    digits = low >= 10_000 and len(f"{low:.0f}") == len(f"{high:.0f}")
    return digits or high - low == len(values) - 1 or bool((np.diff(values) > 0).all())


def _pure(codes: NDArray[np.int32], y: NDArray[np.int64], values: int, classes: int) -> bool:
    """Whether some value has rows of one class alone, at a glance."""
    table = np.zeros((values, classes), dtype=bool)
    table[codes, y] = True
    return bool((table.sum(axis=1) == 1).any())


def _in_ranges(values: Array, y: NDArray[np.int64]) -> bool:
    """Whether each class has a range of values of its own, with no value of another class in it."""
    order = np.lexsort((y, values))
    v, c = values[order], y[order]
    changes = np.flatnonzero(c[1:] != c[:-1])
    return len(changes) == len(np.unique(y)) - 1 and bool((v[changes] < v[changes + 1]).all())


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _related(name: str, target: str) -> bool:
    """Whether a column's name is the class column's with another ending: species_encoded, target_name, label_id."""
    one, other = (_TAILS.sub("", _plain(text)) or _plain(text) for text in (name, target))
    return bool(one) and (
        one == other or (min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one)))
    )


def _same_texts(table: NDArray[np.int64], texts: Sequence[str], classes: Sequence[str]) -> bool:
    """Whether a column's values are the classes in other words: the same, or the same beginning."""
    pairs = [(_plain(text), _plain(classes[int(k)])) for text, k in zip(texts, table.argmax(axis=1), strict=True)]
    return all(a and b and (a.startswith(b) or b.startswith(a)) for a, b in pairs)


def _indicated(table: NDArray[np.int64], texts: Sequence[str]) -> int | None:
    """The class that one of two values stands for, and the other for all other classes, or None."""
    if len(texts) != 2:
        return None
    for one in sorted((0, 1), key=lambda value: texts[value].lower().removesuffix(".0") not in _YES):
        classes = np.flatnonzero(table[one])
        if len(classes) == 1 and table[1 - one, classes[0]] == 0:
            return int(classes[0])
    return None


def _is_sibling(name: str, indicated: str, target: str) -> bool:
    """Whether a column that says which rows are of one class is called so: setosa, is_setosa, species_setosa."""
    key, wanted = _plain(name), _plain(indicated)
    ends = key.endswith(_plain(target) + wanted) or (len(wanted) > 2 and key.endswith(wanted))
    return bool(wanted) and (key in (wanted, f"is{wanted}") or ends)
