"""From a table to samples: the class column or soft targets, the predictors, the part each row belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import closest, counted, label, shown
from lsexplorer.data.images import pixel_names, shape_from_names, shape_from_values
from lsexplorer.data.labels import check_classes
from lsexplorer.data.options import TEXT_OPTIONS
from lsexplorer.data.probabilities import check_targets, hard_or_soft, largest
from lsexplorer.data.readers.class_column import Roles, can_be_class, find_column, find_roles, likely_class
from lsexplorer.data.readers.csv_reader import Table, read_table
from lsexplorer.data.readers.decimal_sign import decimal_sign
from lsexplorer.data.readers.features import Choice, ClassColumn, Feature, encode, fitted, signs_of, unseen
from lsexplorer.data.readers.hard_classes import hard_classes, known_classes
from lsexplorer.data.readers.kinds import odd_cell
from lsexplorer.data.readers.layout import Layout, find_layout
from lsexplorer.data.readers.marks import MISSING, with_marks
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Classes, Parts, Samples
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array


class TableSource(NamedTuple):
    """Where tables come from."""

    layout: Callable[[Path, Sequence[str]], Layout]
    """How a file is laid out; the names are those of the training file's columns, if this is a test file."""
    table: Callable[[Path, Layout, int | None], Table]
    """The table of a file; the number is that of the class column, where it is known."""


def read_text(path: Path, request: Request) -> Parts:
    """Samples of a text file, and those of its test part, or of a test file with the same columns, if there is one."""
    options = request.options

    def table(file: Path, layout: Layout, classes: int | None) -> Table:
        known = len(layout.names) - 1 if classes is None else classes
        options_of_rows = {"thousands": options.thousands, "encoding": options.encoding}
        return read_table(file, layout, known, **options_of_rows, progress=request.progress)

    return read_tables(path, request, TableSource(lambda file, names: find_layout(file, options, names), table))


def read_tables(path: Path, request: Request, source: TableSource) -> Parts:
    """Samples of a table, and those of its test part, or of a test table with the same columns, if there is one."""
    options = request.options
    layout = source.layout(path, ())
    table = source.table(path, layout, likely_class(layout, options.target, label(path)))
    drop, keep = ([find_column(layout, name, label(path)) for name in names] for names in (options.drop, options.keep))
    roles = _as_printed(table, options.target) or find_roles(table, options.target, [*layout.left_out, *drop], keep)
    notes = [roles.note]
    if roles.soft:
        y, soft, classes, remarks = _soft_classes(table, roles)
    else:
        y, classes, remarks = hard_classes(table, roles.target or 0, with_marks(options.missing_marks))
        soft = None
        if roles.part is None:
            _check(table, y, classes, roles.target or 0)
    notes += remarks
    target = "" if roles.target is None or not layout.header else layout.names[roles.target]
    choice = Choice(table, options, roles.taken, None if roles.soft else ClassColumn(y, classes, target))
    features = choice.features()
    if layout.classes:
        notes.append("The first row holds the numbers of rows and predictors and the names of the classes.")
    samples = _samples(table, features, (y, soft, classes), lambda index: index, request)
    samples = replace(samples.with_notes(*table.notes, *notes, *choice.notes), class_note=roles.note)
    if roles.target is not None:
        samples = replace(samples, class_column=layout.names[roles.target])
    if roles.part is not None:
        if request.test is not None:
            column = layout.column(roles.part)
            raise InputError(f"{label(path)} has its own column of parts ({column}): leave out the test file")
        return _parted(table, roles.part, samples)
    return samples, None if request.test is None else _test_samples(table, (roles, features, classes), request, source)


def _samples(
    table: Table,
    features: tuple[Feature, ...],
    labels: tuple[Classes, Array | None, tuple[str, ...]],
    at: Callable[[int], int],
    request: Request,
) -> Samples:
    """Samples of a table; at: where the column of an index stands in it."""
    X, names, groups = encode(table, features, at, request.options)
    y, soft, classes = labels
    shape = shape_from_names(names) if table.layout.header else shape_from_values(X)
    if shape is not None and not table.layout.header:
        names = pixel_names(shape)
    return Samples(X, y, names, classes, np.arange(len(table), dtype=np.int64), soft, groups, shape)


def _check(table: Table, y: Classes, classes: tuple[str, ...], target: int) -> None:
    """Refuse labels that make no classes, and name a column that would."""
    try:
        check_classes(y, classes, label(table.path), table.layout.column(target))
    except InputError as error:
        for index, column in enumerate(table.columns):
            if index != target and can_be_class(table, index):
                count = len(column.texts(MISSING)[1])
                raise InputError(f"{error} ({table.layout.column(index)} has {count} different values)") from None
        raise


def _soft_classes(table: Table, roles: Roles) -> tuple[Classes, Array | None, tuple[str, ...], list[str]]:
    """Classes and targets of the columns 'target:…', the classes' names and notes; no targets where all are 0 and 1."""
    T = np.column_stack([_target_values(table, i) for i in roles.soft])
    T, notes = check_targets(T, table.place)
    if roles.target is None:
        y, ties = largest(T)
        return y, hard_or_soft(T), roles.classes, [*notes, *ties]
    codes, texts = table.columns[roles.target].texts(frozenset(), exact=True)
    known = {name: k for k, name in enumerate(roles.classes)}
    numbers = np.array([*(known.get(text, -1) for text in texts), -1])[codes]
    if (numbers < 0).any():
        row = int(np.argmax(numbers < 0))
        text = shown([*texts, "…"][codes[row]])
        raise InputError(
            f"{table.place(row, roles.target)}: '{text}' is none of the classes of the targets, "
            f"{shown(', '.join(roles.classes), 200)}"
        )
    return numbers.astype(np.int64), hard_or_soft(T), roles.classes, list(notes)


def _target_values(table: Table, index: int) -> NDArray[np.float64]:
    """A column of numbers, none missing."""
    column = table.columns[index]
    odd = odd_cell(table, index, frozenset())
    if odd is not None:
        raise InputError(f"{table.place(odd.row, index)}: '{shown(odd.text)}' is not a number")
    known = signs_of(table, Request().options, frozenset(), lenient=True)
    values = column.floats(decimal_sign(column.tally, known, partial(table.place, column=index)))
    if np.isnan(values).any():
        raise InputError(f"{table.place(int(np.argmax(np.isnan(values))), index)}: a soft target is missing")
    return values


def _as_printed(table: Table, target: str | None) -> Roles | None:
    """Recognise rows as the article prints them, '5.1, 3.5, 1.4, 0.2,  1, 0, 0  # setosa', in a file without header.

    Every row ends in a comment, and of K different comments each belongs to one of the last K columns, the largest
    of them, which sum to 1.
    """
    if table.comments is None or table.layout.header or target is not None:
        return None
    classes = list(dict.fromkeys(table.comments))
    width, count = len(table.columns), len(classes)
    if not 2 <= count < width:
        return None
    columns = tuple(range(width - count, width))
    try:
        T, _ = check_targets(np.column_stack([_target_values(table, i) for i in columns]), table.place)
    except (InputError, ValueError):
        return None
    pairs = set(zip(table.comments, T.argmax(axis=1).tolist(), strict=True))
    if sorted(k for _, k in pairs) != list(range(count)):
        return None
    names = tuple(comment for comment, _ in sorted(pairs, key=lambda pair: pair[1]))
    note = f"The last {count} columns are the targets of the classes the comments name: {shown(', '.join(names), 200)}."
    return Roles(None, columns, names, None, note)


def _parted(table: Table, index: int, samples: Samples) -> Parts:
    """Split by the column that says train or test; the rows of a validation part are left out."""
    codes, texts = table.columns[index].texts(frozenset())
    parts = [text.lower().removesuffix("ing") for text in texts]
    for text, part in zip(texts, parts, strict=True):
        if part not in ("train", "test", "val", "valid", "validation", "dev", "eval", "holdout"):
            row = table.columns[index].row_of(text)
            raise InputError(f"{table.place(row, index)}: '{shown(text)}' must be train or test")
    of = np.array(parts)[codes]
    in_train, in_test = of == "train", of == "test"
    if not in_train.any():
        raise InputError(f"{label(table.path)}: all rows are of the test part; some must be of the part train")
    others = int((~in_train & ~in_test).sum())
    if others:
        rows = counted(others, "row of its other parts was", "rows of its other parts were")
        samples = samples.with_notes(f"{rows} left out ({shown(', '.join(sorted({*parts} - {'train', 'test'})), 60)}).")
    train = samples.take(in_train)
    if not in_test.any():
        return train.with_notes("No row is of the part test, so a share of the rows was split off for it."), None
    name = (
        f"the {table.layout.column(index)}"
        if not table.layout.header
        else f"the column '{shown(table.layout.names[index])}'"
    )
    return train.with_notes(f"The split is that of {name}."), samples.take(in_test)


def _test_samples(
    train: Table, chosen: tuple[Roles, tuple[Feature, ...], tuple[str, ...]], request: Request, source: TableSource
) -> Samples:
    """The samples of a test file, coded as the training file is. chosen: its roles, features and classes."""
    path = request.test or train.path
    roles, features, classes = chosen
    layout = source.layout(path, train.layout.names if train.layout.header else ())
    wanted = sorted({*roles.taken, *(feature.index for feature in features)})
    where = _matching(path, layout.names, train, wanted, layout.header)
    target = None if roles.target is None else where(roles.target)
    table = source.table(path, layout, target)
    there = Roles(target, tuple(map(where, roles.soft)), roles.classes)
    if roles.soft:
        y, soft, names, notes = _soft_classes(table, there)
    else:
        y, names, notes = known_classes(table, target or 0, with_marks(request.options.missing_marks), classes)
        soft = None
    known = signs_of(table, request.options, frozenset() if roles.soft else there.taken, bool(roles.soft))
    features = tuple(fitted(table, feature, where(feature.index), known) for feature in features)
    samples = _samples(table, features, (y, soft, names), where, request)
    samples = samples.with_notes(*(f"Test file: {note}" for note in table.notes), *notes)
    new = sum(unseen(table, where(feature.index), feature) for feature in features)
    note = f"{counted(new, 'text', 'texts')} of the test file unknown in training: their columns are all 0."
    return samples.with_notes(note) if new else samples


def _matching(
    path: Path, names: tuple[str, ...], train: Table, wanted: list[int], header: bool
) -> Callable[[int], int]:
    """Where the training file's columns stand in the test file: by name, or by place where one has no header."""
    if not (header and train.layout.header):
        if len(names) != len(train.layout.names):
            raise InputError(
                f"{label(path)} has {len(names)} columns, but the training file {label(train.path)} has "
                f"{len(train.layout.names)}"
            )
        return lambda index: index
    places = {name: i for i, name in enumerate(names)}
    for index in wanted:
        name = train.layout.names[index]
        if name not in places:
            raise InputError(
                f"{label(path)} has no column '{shown(name)}', as the training file has.{closest(name, list(names))}"
            )
    return lambda index: places[train.layout.names[index]]


TEXT = Reader(kind="text", files=".csv, .tsv, .txt", matches=lambda start: True, read=read_text, options=TEXT_OPTIONS)
