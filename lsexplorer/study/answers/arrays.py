"""Arrays of any framework as NumPy's, through what they offer for that."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import shown
from lsexplorer.errors import InputError
from lsexplorer.nn.metrics import Classes


def named(value: object) -> str:
    """What a value is, for a message: 'a list', 'None'."""
    return "None" if value is None else f"a {type(value).__module__}.{type(value).__name__}".replace("builtins.", "")


def numpy_array(value: Any, name: str) -> NDArray[Any]:
    """The value as an array of numbers; raises InputError for one that holds others, or cannot be read.

    A tensor that is part of a graph or lies on a device is detached and fetched by its own methods.
    """
    try:
        for method in ("detach", "cpu"):
            if callable(getattr(value, method, None)):
                value = getattr(value, method)()
        if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
            value = np.from_dlpack(value)
        a = np.asarray(value)
    except Exception as error:  # whatever a framework raises
        raise InputError(f"{name} cannot be read as an array: {shown(error, 150)}") from None
    if a.dtype.kind not in "biuf":
        what = "what is no array of numbers" if a.dtype == object else f"values of type {a.dtype}"
        raise InputError(f"{name} must be numbers, got {what}")
    return a


def float_array(value: Any, name: str) -> NDArray[Any]:
    """The value as an array of its own, in single precision where it is in that or in half, else in double."""
    a = numpy_array(value, name)
    with np.errstate(over="ignore"):  # what is more than double precision holds becomes infinite
        return np.array(a, dtype=np.float32 if a.dtype in (np.float16, np.float32) else np.float64, order="C")


def whole_numbers(value: Any, name: str) -> Classes:
    """The value as classes (n,); raises InputError for other shapes, and for numbers that are not whole."""
    a = numpy_array(value, name)
    if a.ndim == 2 and a.shape[1] == 1:
        a = a[:, 0]
    if a.ndim != 1:
        hint = ": use argmax(axis=1)" if a.ndim == 2 else ""
        raise InputError(f"{name} must be classes (n,), got the shape {a.shape}{hint}")
    if a.dtype.kind == "f":
        a = float_array(a, name).astype(np.float64)
        wrong = np.flatnonzero(~(np.isfinite(a) & (a == np.round(a)) & (np.abs(a) < 2**53)))
        if len(wrong):
            raise InputError(f"{name} must be whole numbers, got {a[wrong[0]]} in row {wrong[0]}")
    if a.dtype.kind == "u" and len(a) and a.max() > np.iinfo(np.int64).max:
        raise InputError(f"{name} must be whole numbers from 0 on, got {a.max()}")
    return a.astype(np.int64)
