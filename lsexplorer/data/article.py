"""Samples as the article prints them: '5.1, 3.5, 1.4, 0.2,  1, 0, 0  # setosa'."""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import shown
from lsexplorer.errors import InputError
from lsexplorer.nn.targets import smooth_labels

DECIMALS = 4
"""Most decimals of a number."""

_known: "WeakKeyDictionary[Dataset, tuple[str, ...]]" = WeakKeyDictionary()


def article_line(data: Dataset, row: int, a: float | None = None, part: str = "train") -> str:
    """One sample as the article prints it: predictors in the units of the source, targets, and the class.

    row: into the "train" or "test" part, from 0. a: the smoothing of the targets; None prints them as they are. A
    predictor has the decimals that its column needs, 4 at most. Raises InputError for a row that is not there.
    """
    X = data.raw_part(part)
    _check_row(row, len(X), part)
    predictors = ", ".join(form % value for form, value in zip(_forms(data), X[row].tolist(), strict=True))
    name = shown(data.class_names[int((data.y_test if part == "test" else data.y_train)[row])])
    return f"{predictors},  {article_targets(data, row, a, part)}  # {name}"


def article_targets(data: Dataset, row: int, a: float | None = None, part: str = "train") -> str:
    """One sample's targets as the article prints them: '1, 0, 0', and with a = 0.3 '0.8, 0.1, 0.1'."""
    T = data.targets_test if part == "test" else data.targets_train
    _check_row(row, len(T), part)
    t = T[row : row + 1] if a is None else smooth_labels(T[row : row + 1], a)
    return ", ".join(short_decimal(value) for value in t[0].tolist())


def short_decimal(value: float, decimals: int = DECIMALS) -> str:
    """A number with as many decimals as it needs, ``decimals`` at most: 1, 0.8, 0.9333."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _check_row(row: int, count: int, part: str) -> None:
    if not 0 <= row < count:
        raise InputError(f"the {part} part has the rows 0 to {count - 1}, got {row}")


def _forms(data: Dataset) -> tuple[str, ...]:
    """How each predictor is printed, as a % format; worked out once for a data set."""
    forms = _known.get(data)
    if forms is None:
        forms = _known[data] = _find_forms(data.raw_part("train"))
    return forms


def _find_forms(X: NDArray[Any]) -> tuple[str, ...]:
    if X.dtype.kind in "iu":
        return ("%d",) * int(X.shape[1])
    largest = np.abs(X).max(axis=0)
    needed = np.full(X.shape[1], DECIMALS)
    for decimals in range(DECIMALS - 1, -1, -1):
        exact = (np.abs(np.round(X, decimals) - X) <= 1e-9 * np.maximum(largest, 1)).all(axis=0)
        needed[exact & (needed == decimals + 1)] = decimals
    odd = (largest >= 1e9) | ((largest > 0) & (largest < 10.0 ** (1 - DECIMALS)))
    return tuple("%.4g" if odd[i] else f"%.{needed[i]}f" for i in range(X.shape[1]))
