"""Data sets from what a program holds: arrays, data frames, and what can be made one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.array_parts import ArrayParts
from lsexplorer.data.assemble import assemble
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import MAX_CELLS, label, shown
from lsexplorer.data.frames import FrameColumn, column_of, columns_of, has_columns, unboxed
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers.frame_tables import read_frames
from lsexplorer.data.readers.reader import Request
from lsexplorer.errors import InputError


def from_arrays(
    given: Mapping[str, Any],
    names: tuple[Sequence[object] | None, Sequence[object] | None],
    options: LoadOptions,
    name: str,
) -> Dataset:
    """A Dataset of the arrays X, y, X_test and y_test, those that are not None; see Dataset.from_arrays.

    names: of the features and of the classes.
    """
    given = {key: value for key, value in given.items() if value is not None}
    two_parts = "X_test" in given or "y_test" in given
    slots = {key: key.lower() + ("_train" if two_parts and "_" not in key else "") for key in given}
    features = names[0]
    frames = {key: columns_of(value, key) for key, value in given.items() if "X" in key and has_columns(value)}
    if any(column.numbers is None for columns in frames.values() for column in columns):
        return _of_frames(frames, given, options, name)
    for key, columns in frames.items():
        given[key] = np.column_stack([column.numbers for column in columns if column.numbers is not None])
        features = features or [column.name for column in columns]
    arrays = {slots[key]: _array(key, value) for key, value in given.items()}
    for key, values in (("feature_names", features), ("class_names", names[1])):
        if values is not None:
            arrays[key] = np.array([str(value) for value in values])
    if names[1] is not None:
        _number(arrays, {slot: key for key, slot in slots.items()})
    known = {slot: key for key, slot in slots.items()}
    train, test = ArrayParts(arrays, known, "", options.missing is not None).parts()
    return assemble(name, "", train, test, options)


def _of_frames(
    frames: Mapping[str, Sequence[FrameColumn]], given: Mapping[str, Any], options: LoadOptions, name: str
) -> Dataset:
    """A Dataset of predictors in frames, some of them texts, and their classes."""
    parts = {}
    for key in (key for key in ("X", "X_test") if key in given):
        labels = key.replace("X", "y")
        if key not in frames or labels not in given:
            raise InputError(f"X holds texts; X_test must be a frame of the same columns, and {labels} its classes")
        parts[Path(key)] = [*frames[key], column_of("class", given[labels], labels)]
        rows, classes = (len(parts[Path(key)][i]) for i in (0, -1))
        if rows != classes:
            raise InputError(f"{labels} has {classes:,} rows, but {key} has {rows:,}")
    return _from_columns(parts, options, name, target=str(len(parts[Path("X")])))


def from_frame(frame: Any, test: Any, options: LoadOptions, name: str) -> Dataset:
    """A Dataset of a data frame, and of another one for the test part; see Dataset.from_frame."""
    frames = {Path(name): frame} | ({} if test is None else {Path(f"{name} for testing"): test})
    data = _from_columns({path: columns_of(given, label(path)) for path, given in frames.items()}, options, name)
    index = [str(title) for title in getattr(getattr(frame, "index", None), "names", []) if title is not None]
    if not index or not hasattr(frame, "iloc"):
        return data
    return replace(data, notes=(*data.notes, f"The frame's index ({shown(', '.join(index), 60)}) was left out."))


def _from_columns(
    parts: Mapping[Path, Sequence[FrameColumn]], options: LoadOptions, name: str, target: str | None = None
) -> Dataset:
    """A Dataset of the columns of one or two tables, by what messages call them; target: the number of the class's."""
    path, *test = parts
    request = Request(replace(options, target=target or options.target), test[0] if test else None)
    return assemble(name, "", *read_frames(path, request, lambda path: parts[path]), options)


def _array(name: str, values: object) -> NDArray[Any]:
    """An array that the caller cannot change any more: numbers with NaN for what is missing, or texts."""
    if hasattr(values, "toarray") and hasattr(values, "shape"):  # SciPy's sparse arrays
        if np.prod(values.shape, dtype=float) > MAX_CELLS:
            raise InputError(f"{name} has the shape {values.shape}; at most {MAX_CELLS:,} values are held")
        values = values.toarray()
    try:
        array = np.asarray(values)
        if isinstance(values, np.ma.MaskedArray):
            array = np.where(np.ma.getmaskarray(values), np.array(None), array.astype(object))
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} cannot be made an array: {shown(error, 120)}") from None
    if array.size > MAX_CELLS:
        raise InputError(f"{name} has the shape {array.shape}; at most {MAX_CELLS:,} values are held")
    if array.dtype.kind in "OT":
        array = unboxed(array)
    is_labels = name.startswith("y") and array.ndim < 2
    return array.astype(str) if array.dtype.kind == "b" and is_labels else np.array(array)


def _number(arrays: dict[str, NDArray[Any]], known: Mapping[str, str]) -> None:
    """Replace labels that are texts by their places among the class names."""
    names = arrays["class_names"].tolist()
    for slot, name in known.items():
        labels = arrays[slot].ravel()
        if slot.startswith("y") and labels.dtype.kind == "U" and arrays[slot].size == len(arrays[slot]):
            unknown = np.flatnonzero(~np.isin(labels, names))
            if unknown.size:
                row = int(unknown[0])
                raise InputError(f"{name}, row {row + 1}: '{shown(labels[row])}' is none of the class_names")
            arrays[slot] = np.array([names.index(label) for label in labels.tolist()], dtype=np.int64)
