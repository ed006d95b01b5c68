"""From arrays, those of an .npz file or a caller's own, to samples."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.images import pixel_names, shape_from_names, shape_from_values
from lsexplorer.data.labels import alike_notes, check_classes, doubts, name_classes
from lsexplorer.data.probabilities import check_targets, hard_or_soft, largest
from lsexplorer.data.samples import Classes, Parts, Samples
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array


@dataclass(frozen=True, eq=False)
class ArrayParts:
    """Arrays by what they are, on their way to samples.

    x, y: all samples. x_train, y_train, x_test, y_test: those of two parts. targets, targets_train, targets_test: soft
    targets. feature_names, class_names.
    """

    arrays: Mapping[str, NDArray[Any]]
    names: Mapping[str, str]
    """What each is called where it is from."""
    source: str
    """What holds them, in messages; nothing where they are a caller's own."""
    allow_missing: bool
    """Whether NaN among the predictors is a missing value rather than an error."""
    check: bool = True
    """Whether to refuse labels that cannot be classes."""
    known_keys: str = "X and y"
    """The arrays that there should be."""

    def where(self, key: str) -> str:
        """An array as messages name it."""
        name = self.names.get(key) or key.replace("x", "X", 1)
        return f"{self.source}, array {name}" if self.source else name

    def parts(self) -> Parts:
        """The samples, and those of the test part where there is one; raises InputError for arrays of no data set."""
        if "x_train" not in self.arrays and "y_train" not in self.arrays:
            return self.samples("x", "y", "targets"), None
        train = self.samples("x_train", "y_train", "targets_train")
        if "x_test" not in self.arrays and "y_test" not in self.arrays:
            return train, None
        return train, self.samples("x_test", "y_test", "targets_test")

    def samples(self, x: str, y: str, targets: str) -> Samples:
        """The samples of one part."""
        for key in (x, y):
            if key not in self.arrays and not (key == y and targets in self.arrays):
                raise InputError(f"{self.where(key)} is missing; there must be {self.known_keys}")
        X, names, shape, colours = self._predictors(x)
        for key in (y, targets):
            if key in self.arrays and self.arrays[key].ndim and len(self.arrays[key]) != len(X):
                rows = len(self.arrays[key])
                raise InputError(f"{self.where(key)} has {rows:,} rows, but {self.where(x)} has {len(X):,}")
        classes, soft, class_names, notes = self._classes(y, targets, self.check and not x.endswith("test"))
        return Samples(X, classes, names, class_names, np.arange(len(X)), soft, (), shape, (*colours, *notes))

    def _predictors(self, key: str) -> tuple[NDArray[Any], tuple[str, ...], tuple[int, int] | None, tuple[str, ...]]:
        """X (n, d), its columns' names, the images' shape or None, notes."""
        X = self.arrays[key]
        if X.dtype.kind not in "biuf":
            kind = "texts" if X.dtype.kind in "US" else f"{X.dtype.name} values"
            raise InputError(f"{self.where(key)} holds {kind}; numbers are needed")
        if X.ndim not in (2, 3, 4) or 0 in X.shape:
            raise InputError(
                f"{self.where(key)} has the shape {X.shape}; (rows, columns) or (rows, height, width) is needed"
            )
        axes = tuple(int(size) for size in X.shape[1:])
        if len(axes) == 3 and 1 in (axes[0], axes[2]):  # one channel, first or last
            axes = axes[:2] if axes[2] == 1 else axes[1:]
        shape = axes if len(axes) == 2 and min(axes) > 1 else None
        notes: tuple[str, ...] = ()
        if len(axes) == 3:
            size = " × ".join(map(str, axes))
            notes = (f"Each image of {size} values became {math.prod(axes):,} predictors, not shown as an image.",)
        X = np.ascontiguousarray(X.reshape(len(X), -1))
        if X.dtype.kind not in "iu" or X.dtype.itemsize > 2:
            with np.errstate(over="ignore", invalid="ignore"):
                X = X.astype(np.float64)
        bad = ~np.isfinite(X) if X.dtype.kind == "f" and not np.isfinite(X).all() else None
        if bad is not None and not (self.allow_missing and not np.isinf(X).any()):
            row, column = (int(i) for i in np.argwhere(bad)[0])
            place = f"{self.where(key)}, row {row + 1}, column {column + 1}"
            hint = "" if np.isinf(X[row, column]) else "; missing drop or mean would take it for a missing value"
            raise InputError(f"{place}: {X[row, column]} is not a number{hint}")
        if "feature_names" in self.arrays:
            names = self._names("feature_names", X.shape[1])
            return X, names, shape or shape_from_names(names), notes
        if shape is None and not notes and X.dtype == np.uint8:
            shape = shape_from_values(X)
        return X, pixel_names(shape) if shape else tuple(f"x{i + 1}" for i in range(X.shape[1])), shape, notes

    def _classes(
        self, y: str, targets: str, check: bool
    ) -> tuple[Classes, Array | None, tuple[str, ...], tuple[str, ...]]:
        """Class numbers, soft targets or None, class names, notes. check: whether hard classes must make sense."""
        labels = self.arrays.get(y)
        soft = self.arrays.get(targets)
        if labels is not None and labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels is not None and labels.ndim == 2 and soft is None:
            labels, soft, targets = None, labels, y
        if soft is None:
            numbers, names = self._hard(y, labels)
            if check:
                what = f"array {self.names.get(y, y)}" if self.source else "it"
                check_classes(numbers, names, self.source or self.where(y), what)
            rows = dict(zip(names, np.bincount(numbers, minlength=len(names)).tolist(), strict=True))
            return numbers, None, names, (*alike_notes(names, rows), *doubts(names)) if check else ()
        if soft.ndim != 2 or soft.shape[1] < 2 or soft.dtype.kind not in "biuf" or len(soft) == 0:
            raise InputError(f"{self.where(targets)} has the shape {soft.shape}; (rows, classes) is needed")
        if soft.dtype.kind in "biu" and (soft.sum(axis=1) != 1).any():
            row = int(np.argmax(soft.sum(axis=1) != 1))
            raise InputError(f"{self.where(targets)}, row {row + 1}: a row must be of one class, or sum to 1")
        T, notes = check_targets(soft.astype(np.float64), lambda row: f"{self.where(targets)}, row {row + 1}")
        names = self._names("class_names", T.shape[1]) if "class_names" in self.arrays else _numbered(T.shape[1])
        if labels is None:
            numbers, ties = largest(T)
            return numbers, hard_or_soft(T), names, (*notes, *ties)
        numbers = self._whole(y, labels)
        self._check_range(y, numbers, len(names))
        return numbers, hard_or_soft(T), names, notes

    def _hard(self, key: str, labels: NDArray[Any] | None) -> tuple[Classes, tuple[str, ...]]:
        if labels is None or labels.ndim != 1 or len(labels) == 0:
            shape = None if labels is None else labels.shape
            raise InputError(f"{self.where(key)} has the shape {shape}; a class for each row is needed")
        if labels.dtype.kind in "US":
            texts = [" ".join(text.split()) for text in _texts(labels)]
            if "" in texts:
                raise InputError(f"{self.where(key)}, row {texts.index('') + 1} is empty; a class is needed")
            known = list(dict.fromkeys(texts))
            numbers, names = name_classes(known)
            place = dict(zip(known, numbers.tolist(), strict=True))
            return np.array([place[text] for text in texts], dtype=np.int64), names
        numbers = self._whole(key, labels)
        if "class_names" in self.arrays:
            names = self._names("class_names", self.arrays["class_names"].size)
            self._check_range(key, numbers, len(names))
            return numbers, names
        values, at = np.unique(numbers, return_inverse=True)
        return at.astype(np.int64), tuple(map(str, values.tolist()))

    def _whole(self, key: str, labels: NDArray[Any]) -> Classes:
        if labels.ndim != 1 or labels.dtype.kind not in "biuf":
            raise InputError(f"{self.where(key)} must hold a whole number for each row")
        values = labels.astype(np.float64)
        with np.errstate(invalid="ignore"):
            bad = ~(np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2**53))
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(f"{self.where(key)}, row {row + 1}: a class must be a whole number, got {values[row]:g}")
        return values.astype(np.int64)

    def _check_range(self, key: str, numbers: Classes, count: int) -> None:
        bad = (numbers < 0) | (numbers >= count)
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(
                f"{self.where(key)}, row {row + 1}: the class {numbers[row]} is not one of 0 to {count - 1}, "
                "the numbers of class_names"
            )

    def _names(self, key: str, count: int) -> tuple[str, ...]:
        values = self.arrays[key]
        names = tuple(" ".join(text.split()) for text in _texts(values)) if values.ndim == 1 else ()
        if len(names) != count or len(set(names)) != count or "" in names:
            raise InputError(f"{self.where(key)} must hold {count} texts that differ, and none that is empty")
        return names


def _texts(values: NDArray[Any]) -> list[str]:
    if values.dtype.kind == "S":
        return [bytes(value).decode("utf-8", "replace") for value in values.tolist()]
    return [str(value) for value in values.tolist()]


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(k) for k in range(count))
