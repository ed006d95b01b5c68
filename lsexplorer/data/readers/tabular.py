"""From a text file to samples: the class column or soft targets, the predictors, the part each row belongs to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import closest, counted, label, shown
from lsexplorer.data.images import pixel_names, shape_from_names, shape_from_values
from lsexplorer.data.options import TEXT_OPTIONS
from lsexplorer.data.probabilities import check_targets, hard_or_soft, largest
from lsexplorer.data.readers.class_column import Roles, find_roles
from lsexplorer.data.readers.csv_reader import Table, read_table
from lsexplorer.data.readers.features import Feature, choose_features, encode
from lsexplorer.data.readers.layout import find_layout
from lsexplorer.data.readers.reader import Reader, Request
from lsexplorer.data.samples import Classes, Parts, Samples, check_classes, name_classes
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

_FEW_CLASSES, _MANY_CLASSES = 20, 50


def read_text(path: Path, request: Request) -> Parts:
    """Samples of a text file, and those of its test part, or of a test file with the same columns, if there is one."""
    target, test, progress = request.options.target, request.test, request.progress
    layout = find_layout(path, request.options)
    roles = find_roles(layout, target, path)
    table = read_table(path, layout, *_texts(roles), encoding=request.options.encoding, progress=progress)
    roles = _as_printed(table, roles, target)
    features, notes = choose_features(table, roles.taken, all_numbers=bool(roles.soft))
    samples = _samples(table, roles, features, [feature.index for feature in features])
    if layout.classes:
        notes.append("The first row holds the numbers of rows and predictors and the names of the classes.")
    if not roles.soft and len(samples.class_names) > _MANY_CLASSES:
        notes.append(f"There are {len(samples.class_names):,} classes; is this a measurement and no class?")
    samples = replace(samples.with_notes(*table.notes, roles.note, *notes), class_note=roles.note)
    if roles.target is not None:
        samples = replace(samples, class_column=layout.names[roles.target])
    if roles.part is not None:
        if test is not None:
            raise InputError(f"{label(path)} has its own column of parts ('part'): leave out the test file")
        return _parted(table, roles.part, samples)
    if not roles.soft:
        _check(table, samples, roles.target or 0)
    return samples, None if test is None else _test_samples(test, table, roles, features, request)


def _texts(roles: Roles) -> tuple[list[int], list[int]]:
    """The columns to be read as text, and those where 'NA' is one too: a class may be called so."""
    text = [i for i in (roles.target, roles.part) if i is not None]
    return text, text if roles.soft else []


def _samples(table: Table, roles: Roles, features: tuple[Feature, ...], at: list[int]) -> Samples:
    X, names, groups = encode(table, features, at)
    soft: Array | None = None
    notes: tuple[str, ...] = ()
    if roles.soft:
        y, soft, notes = _soft_classes(table, roles)
        classes = roles.classes
    else:
        y, classes = _hard_classes(table, roles.target or 0)
    shape = shape_from_names(names) if table.layout.header else shape_from_values(X)
    if shape is not None and not table.layout.header:
        names = pixel_names(shape)
    rows = np.arange(len(table), dtype=np.int64)
    return Samples(X, y, names, classes, rows, soft, groups, shape, notes)


def _check(table: Table, samples: Samples, target: int) -> None:
    """Refuse labels that make no classes, and name a column that would."""
    try:
        check_classes(samples.y, samples.class_names, label(table.path), table.layout.column(target))
    except InputError as error:
        for index, column in enumerate(table.columns):
            values = column.texts()[1] if column.is_text else np.unique(column.floats()[:10_000]).tolist()
            if index != target and not column.missing and 2 <= len(values) <= _FEW_CLASSES:
                hint = f"{table.layout.column(index)} has {len(values)} different values"
                raise InputError(f"{error} ({hint})") from None
        raise


def _hard_classes(table: Table, target: int) -> tuple[Classes, tuple[str, ...]]:
    codes, texts = table.columns[target].texts()
    if codes.max() >= len(texts):
        raise InputError(
            f"{label(table.path)}: {table.layout.column(target)} has more than {len(texts):,} different values: "
            "probably a regression target or an id; name the column that holds the classes"
        )
    given = table.layout.classes
    if given and {text.removesuffix(".0") for text in texts} <= set(map(str, range(len(given)))):
        return np.array([*(int(float(text)) for text in texts), -1])[codes], given
    try:
        numbers, names = name_classes(texts)
    except InputError as error:
        raise InputError(f"{label(table.path)}, {table.layout.column(target)}: {error}") from None
    return np.append(numbers, -1)[codes], names


def _soft_classes(table: Table, roles: Roles) -> tuple[Classes, Array | None, tuple[str, ...]]:
    """Classes and targets of the columns 'target:…'; hard classes where all targets are 0 and 1."""
    T = np.column_stack([_target_values(table, i) for i in roles.soft])
    T, notes = check_targets(T, table.place)
    if roles.target is None:
        y, ties = largest(T)
        return y, hard_or_soft(T), (*notes, *ties)
    codes, texts = table.columns[roles.target].texts()
    known = {name: k for k, name in enumerate(roles.classes)}
    numbers = np.array([known.get(text, -1) for text in texts])[codes]
    if (numbers < 0).any():
        row = int(np.argmax(numbers < 0))
        raise InputError(
            f"{table.place(row, roles.target)}: '{shown(texts[codes[row]])}' is none of the classes of the targets, "
            f"{shown(', '.join(roles.classes), 200)}"
        )
    return numbers.astype(np.int64), hard_or_soft(T), notes


def _target_values(table: Table, index: int) -> NDArray[np.float64]:
    """A column of numbers, none missing; the last column of a file as the article prints it was read as text."""
    column = table.columns[index]
    if not column.is_text:
        values = column.floats()
    else:
        codes, texts = column.texts()
        row, text = column.first_odd or (0, "")
        if column.odd:
            raise InputError(f"{table.place(row, index)}: '{shown(text)}' is not a number")
        values = np.array([float(text) for text in [*texts, "nan"]])[codes]
    if np.isnan(values).any():
        raise InputError(f"{table.place(int(np.argmax(np.isnan(values))), index)}: a soft target is missing")
    return values


def _as_printed(table: Table, roles: Roles, target: str | None) -> Roles:
    """Recognise rows as the article prints them, '5.1, 3.5, 1.4, 0.2,  1, 0, 0  # setosa', in a file without header.

    Every row ends in a comment, and of K different comments each belongs to one of the last K columns, the largest
    of them, which sum to 1.
    """
    if table.comments is None or table.layout.header or target is not None:
        return roles
    classes = list(dict.fromkeys(table.comments))
    width, count = len(table.columns), len(classes)
    if not 2 <= count < width:
        return roles
    columns = tuple(range(width - count, width))
    try:
        T, _ = check_targets(np.column_stack([_target_values(table, i) for i in columns]), table.place)
    except (InputError, ValueError):
        return roles
    pairs = set(zip(table.comments, T.argmax(axis=1).tolist(), strict=True))
    if sorted(k for _, k in pairs) != list(range(count)):
        return roles
    names = tuple(comment for comment, _ in sorted(pairs, key=lambda pair: pair[1]))
    note = f"The last {count} columns are the targets of the classes the comments name: {shown(', '.join(names), 200)}."
    return Roles(None, columns, names, None, note)


def _parted(table: Table, index: int, samples: Samples) -> Parts:
    """Split by the column that says train or test."""
    codes, texts = table.columns[index].texts()
    lower = [text.lower() for text in texts]
    for row, code in enumerate(codes.tolist()):
        if lower[code] not in ("train", "test"):
            raise InputError(f"{table.place(row, index)}: '{shown(texts[code])}' must be train or test")
    in_test = np.array([text == "test" for text in lower])[codes]
    if in_test.all():
        raise InputError(f"{label(table.path)}: all rows are of the test part; some must be of the part train")
    if not in_test.any():
        return samples.with_notes("No row is of the part test, so a share of the rows was split off for it."), None
    return samples.take(~in_test).with_notes("The split is that of the column 'part'."), samples.take(in_test)


def _test_samples(path: Path, train: Table, roles: Roles, features: tuple[Feature, ...], request: Request) -> Samples:
    """The samples of a test file, coded as the training file is."""
    layout = find_layout(path, request.options, train.layout.names if train.layout.header else ())
    wanted = sorted({*roles.taken, *(feature.index for feature in features)})
    where = _matching(path, layout.names, train, wanted, layout.header)
    target = None if roles.target is None else where(roles.target)
    there = Roles(target, tuple(map(where, roles.soft)), roles.classes)
    encoding, progress = request.options.encoding, request.progress
    table = read_table(path, layout, *_texts(there), encoding=encoding, progress=progress)
    samples = _samples(table, there, features, [where(feature.index) for feature in features])
    samples = samples.with_notes(*(f"Test file: {note}" for note in table.notes))
    unseen = sum(_unseen(table, where(feature.index), feature) for feature in features)
    note = f"{counted(unseen, 'text', 'texts')} of the test file unknown in training: their columns are all 0."
    return samples.with_notes(note) if unseen else samples


def _unseen(table: Table, index: int, feature: Feature) -> int:
    if not feature.values:
        return 0
    codes, texts = table.columns[index].texts()
    new = np.array([text not in feature.values for text in texts] + [True] * 2)
    return int(new[np.minimum(codes, len(texts))][codes >= 0].sum())


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
