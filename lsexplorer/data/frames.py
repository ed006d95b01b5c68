"""The columns of a data frame: pandas' or polars', an Arrow table, a dict of columns, or the like of them.

None of these libraries is imported; a frame is what has names and gives a column for each.
"""

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import shown
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

_ARROW_NUMBERS = re.compile(r"u?int\d+|halffloat|float|double")
_CONVERTERS = (
    ("pyarrow", "table"),
    ("pyarrow.interchange", "from_dataframe"),
    ("pandas.api.interchange", "from_dataframe"),
)
"""Functions that make a frame of what only has one of the interchange protocols."""
_PROTOCOLS = ("__arrow_c_stream__", "__dataframe__")


@dataclass(frozen=True, eq=False)
class FrameColumn:
    """A column: numbers, or texts."""

    name: str
    numbers: Array | None
    """(n,), NaN where one is missing."""
    texts: Sequence[str] = ()
    """Empty where one is missing."""
    is_category: bool = False
    """Whether the texts are declared to be categories, even if they are numbers."""

    def __len__(self) -> int:
        return len(self.texts if self.numbers is None else self.numbers)


def has_columns(frame: object) -> bool:
    """Whether something has named columns of its own, as frames have."""
    return isinstance(frame, Mapping) or hasattr(frame, "columns") or hasattr(frame, "column_names")


def columns_of(frame: Any, what: str = "the frame") -> list[FrameColumn]:
    """The columns of a frame; raises InputError for what is none, and for columns that no table has."""
    if not has_columns(frame) and any(hasattr(frame, protocol) for protocol in _PROTOCOLS):
        frame = _exchanged(frame, what)
    names = _names(frame, what)
    columns = []
    for index, name in enumerate(names):
        title = " ".join(str(name).split()) or f"column {index + 1}"
        where = f"{what}, column '{shown(title)}'"
        columns.append(column_of(title, _values(frame, index, name), where))
    titles = [column.name for column in columns]
    twice = next((title for title in titles if titles.count(title) > 1), None)
    if twice is not None:
        raise InputError(f"{what} has two columns called '{shown(twice)}'")
    if not columns:
        raise InputError(f"{what} has no columns")
    lengths = set(map(len, columns))
    if len(lengths) > 1:
        raise InputError(f"{what} has columns of {min(lengths):,} and of {max(lengths):,} rows")
    if not any(lengths):
        raise InputError(f"{what} has no rows")
    return columns


def _exchanged(frame: Any, what: str) -> Any:
    """A frame of one that has no more than an interchange protocol, by a library that is there."""
    for module, function in _CONVERTERS:
        with contextlib.suppress(ImportError, AttributeError, TypeError, ValueError, RuntimeError, NotImplementedError):
            return getattr(import_module(module), function)(frame)
    raise InputError(f"{what} has an interchange protocol alone, for which pyarrow or pandas is needed")


def _names(frame: Any, what: str) -> list[Any]:
    """The columns' names, as the frame has them."""
    names: Any = None
    if isinstance(frame, Mapping):
        names = frame.keys()
    elif hasattr(frame, "collect") and not hasattr(frame, "shape"):
        raise InputError(f"{what} is lazy: give what its collect() returns")
    elif hasattr(frame, "column_names"):
        names = frame.column_names
    elif hasattr(frame, "columns") and hasattr(frame, "__getitem__"):
        names = frame.columns
    elif getattr(getattr(frame, "dtype", None), "names", None):
        names = frame.dtype.names
    names = names() if callable(names) else names
    if names is None:
        kind = type(frame).__name__
        raise InputError(f"{what} has no columns with names, being of the type {kind}; from_arrays takes arrays")
    return list(names)


def _values(frame: Any, index: int, name: Any) -> Any:
    """A column; by its place in pandas, where a name may stand twice."""
    return frame.iloc[:, index] if hasattr(frame, "iloc") else frame[name]


def column_of(name: str, values: Any, where: str) -> FrameColumn:
    """A column of anything that NumPy makes an array of; raises InputError, naming ``where``, for what is none."""
    is_category = str(getattr(values, "dtype", "")) == "category"  # pandas', which NumPy would make numbers
    try:
        if hasattr(values, "to_pylist") and not _ARROW_NUMBERS.fullmatch(str(values.type)):
            values = _objects(values.to_pylist())  # NumPy would give an Arrow dictionary's missing value a text
        array: NDArray[Any] = np.asarray(values.astype(object) if is_category else values)
    except (TypeError, ValueError, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{where} cannot be read: {shown(error, 120)}") from None
    if array.ndim != 1:
        raise InputError(f"{where} has the shape {array.shape}; a value for each row is needed")
    if array.dtype.kind == "m":
        array = array / np.timedelta64(1, "s")
    if array.dtype.kind in "OT" and not is_category and not _are_flags(array):
        array = unboxed(array)
    if array.dtype.kind in "iuf":
        return FrameColumn(name, array.astype(np.float64))
    if array.dtype.kind == "S":
        return FrameColumn(name, None, [bytes(value).decode("utf-8", "replace") for value in array.tolist()])
    if array.dtype.kind not in "UTObM":
        raise InputError(f"{where} holds {array.dtype.name} values; numbers or texts are needed")
    missing = np.isnat(array).tolist() if array.dtype.kind == "M" else map(is_missing, array.tolist())
    texts = array.astype(str).tolist() if array.dtype.kind == "M" else map(str, array.tolist())
    cells = ["" if gone else text for gone, text in zip(missing, texts, strict=True)]
    return FrameColumn(name, None, cells, is_category)


def _are_flags(array: NDArray[Any]) -> bool:
    """Whether objects are True, False or missing: categories, as they are in a file."""
    return all(isinstance(value, bool | np.bool_) or is_missing(value) for value in array.tolist())


def _objects(values: list[Any]) -> NDArray[Any]:
    """An array of objects, also where they are lists."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def unboxed(array: NDArray[Any]) -> NDArray[Any]:
    """Python's objects as numbers where all are, else as texts; what is missing as NaN or an empty text."""
    values = array.ravel().tolist()
    if all(isinstance(value, bool | np.bool_) for value in values):
        return array.astype(bool)
    if all(is_missing(value) or isinstance(value, Real | Decimal | np.bool_) for value in values):
        numbers = [np.nan if is_missing(value) else float(value) for value in values]
        return np.array(numbers, dtype=np.float64).reshape(array.shape)
    return np.array(["" if is_missing(value) else str(value) for value in values]).reshape(array.shape)


def is_missing(value: object) -> bool:
    """Whether a value is None, NaN, or the like of pandas."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, Real | Decimal) and value != value
