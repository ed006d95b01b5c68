"""The classes that a column of labels holds."""

import numpy as np

from lsexplorer.data.files import counted, label, shown
from lsexplorer.data.labels import alike_notes, doubts, look_alikes, matched, name_classes
from lsexplorer.data.readers.columns import Codes
from lsexplorer.data.readers.csv_reader import Table
from lsexplorer.data.readers.marks import AMONG_NUMBERS
from lsexplorer.data.samples import Classes
from lsexplorer.errors import InputError

Labels = tuple[Classes, tuple[str, ...], list[str]]
"""Class numbers (n,), −1 where missing; the classes' names; notes."""


def hard_classes(table: Table, target: int, missing: frozenset[str]) -> Labels:
    """The classes of a column; raises InputError for more labels than can be told apart, and for infinite ones."""
    column = table.columns[target]
    codes, texts = _labels(table, target, missing)
    given = table.layout.classes
    if given and {text.removesuffix(".0") for text in texts} <= set(map(str, range(len(given)))):
        return np.array([*(int(float(text)) for text in texts), -1])[codes], given, []
    try:
        numbers, names = name_classes(texts)
    except InputError as error:
        raise InputError(f"{label(table.path)}, {table.layout.column(target)}: {error}") from None
    counts = column.counts(missing)
    notes: list[str] = []
    if column.merged[0]:
        notes.append(f"Among the classes, {look_alikes(*column.merged)}.")
    spellings: dict[int, list[str]] = {}
    for text, number in zip(texts, numbers.tolist(), strict=True):
        spellings.setdefault(number, []).append(text)
    for same in spellings.values():
        if len(same) > 1:
            each = ", ".join(f"{shown(text, 20)} ({counted(counts[text], 'row', 'rows')})" for text in same[:5])
            notes.append(f"The labels {each} are one number, and one class.")
    notes += alike_notes(names, counts) + doubts(names)
    for name in names:
        if name.lower() in AMONG_NUMBERS - {"x"}:  # x and o, x and y are classes
            rows = counted(counts[name], "row", "rows")
            notes.append(
                f"'{shown(name)}' is a class of {rows}; --missing-marks '{shown(name)}' says that it is missing."
            )
    return np.append(numbers, -1)[codes], names, notes


def _labels(table: Table, target: int, missing: frozenset[str]) -> tuple[Codes, list[str]]:
    """The labels of a column, as codes (n,) into their list, −1 where missing; raises InputError for too many."""
    column = table.columns[target]
    codes, texts = column.texts(missing)
    if codes.max() >= len(texts):
        count = f"{np.unique(column.floats()).size:,}" if column.as_numbers else f"more than {len(texts):,}"
        raise InputError(
            f"{label(table.path)}: {table.layout.column(target)} has {count} different values in {column.rows:,} rows: "
            "probably a regression target or an id; name the column that holds the classes"
        )
    return codes, texts


def known_classes(table: Table, target: int, missing: frozenset[str], classes: tuple[str, ...]) -> Labels:
    """The classes of a test file's column by the training file's names for them.

    A label that differs from one class alone by case, a final dot or zeros is taken for it, with a note; one that is
    none keeps its own name.
    """
    codes, texts = _labels(table, target, missing)
    given = table.layout.classes
    if given and {text.removesuffix(".0") for text in texts} <= set(map(str, range(len(given)))):
        return np.array([*(int(float(text)) for text in texts), -1])[codes], given, []
    names, changed = [], []
    for text in texts:
        name = text if text in classes else name_classes([text])[1][0]
        if name not in classes and (near := matched(name, classes)) is not None:
            changed.append((text, near))
            name = near
        names.append(name)
    order = tuple(dict.fromkeys(names))
    notes = []
    if changed:
        counts = table.columns[target].counts(missing)
        rows = counted(sum(counts[text] for text, _ in changed), "row", "rows")
        text, near = changed[0]
        how = "by a final dot" if text.rstrip(". ") == near else "a little"
        notes.append(
            f"{rows} of the test file have labels that differ {how} from training's ('{shown(text)}', '{shown(near)}') "
            "and were taken for the same."
        )
    return np.array([*(order.index(name) for name in names), -1])[codes], order, notes
