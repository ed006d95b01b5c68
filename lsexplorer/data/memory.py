"""Data sets from what a program holds: arrays, and what can be made one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.array_parts import ArrayParts
from lsexplorer.data.assemble import assemble
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import MAX_CELLS, shown
from lsexplorer.data.options import LoadOptions
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
    arrays = {slots[key]: _array(key, value) for key, value in given.items()}
    features = getattr(given.get("X"), "columns", None) if names[0] is None else names[0]
    for key, values in (("feature_names", features), ("class_names", names[1])):
        if values is not None:
            arrays[key] = np.array([str(value) for value in values])
    if names[1] is not None:
        _number(arrays, {slot: key for key, slot in slots.items()})
    known = {slot: key for key, slot in slots.items()}
    train, test = ArrayParts(arrays, known, "", options.missing is not None).parts()
    return assemble(name, "", train, test, options)


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
        array = _unboxed(array)
    is_labels = name.startswith("y") and array.ndim < 2
    return array.astype(str) if array.dtype.kind == "b" and is_labels else np.array(array)


def _unboxed(array: NDArray[Any]) -> NDArray[Any]:
    """Python's objects as numbers where all are, else as texts; what is missing as NaN or an empty text."""
    values = array.ravel().tolist()
    if all(isinstance(value, bool) for value in values):
        return array.astype(bool)
    if all(is_missing(value) or isinstance(value, Real | Decimal) for value in values):
        numbers = [np.nan if is_missing(value) else float(value) for value in values]
        return np.array(numbers, dtype=np.float64).reshape(array.shape)
    return np.array(["" if is_missing(value) else str(value) for value in values]).reshape(array.shape)


def is_missing(value: object) -> bool:
    """Whether a value is None, NaN, or the like of pandas."""
    return value is None or value != value or type(value).__name__ in ("NAType", "NaTType")


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
