"""Missing values: their rows are dropped, or they are filled in from the training part."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted
from lsexplorer.data.options import Missing
from lsexplorer.data.samples import Samples
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array


def drop_rows(samples: Samples, missing: Missing | None, part: str, where: str) -> Samples:
    """The samples without those whose class is missing and, unless missing is "mean", without incomplete ones.

    part: "" or "test ", for the notes. Raises InputError, naming ``where``, if nothing is left.
    """
    unlabelled = samples.y < 0
    if unlabelled.any():
        note = f"{counted(int(unlabelled.sum()), f'{part}row has', f'{part}rows have')} no class and cannot be used."
        samples = samples.take(~unlabelled).with_notes(note)
    holes = np.isnan(samples.X) if samples.X.dtype.kind == "f" else None
    if holes is not None and holes.any():
        rows = holes.any(axis=1)
        cells = int(holes.sum()) - sum(int(holes[:, first + 1 : last].sum()) for first, last in samples.groups)
        note = f"{counted(cells, 'value is', 'values are')} missing in {int(rows.sum()):,} of {len(rows):,} {part}rows"
        if missing == "mean":
            text = " (text: its most frequent value)" if samples.groups else ""
            samples = samples.with_notes(f"{note}; each was replaced by its column's training mean{text}.")
        else:
            samples = samples.take(~rows).with_notes(f"{note}; these rows were dropped.")
    if len(samples) == 0:
        hint = "; missing mean would fill in the values" if missing != "mean" else ""
        raise InputError(f"{where}: no {part}row is complete{hint}")
    return samples


def fill_in(train: Samples, test: Samples) -> tuple[Samples, Samples]:
    """Both parts with their missing values replaced by the training part's means, or most frequent texts."""
    if train.X.dtype.kind != "f" or not any(np.isnan(part.X).any() for part in (train, test)):
        return train, test
    values = _fillings(train)
    return _filled(train, values), _filled(test, values)


def _fillings(train: Samples) -> Array:
    """What stands in for a missing value of each column (d,); 0 where training has no value at all."""
    present = ~np.isnan(train.X)
    counts = np.maximum(present.sum(axis=0), 1)
    with np.errstate(over="ignore"):
        values: Array = np.where(present, train.X, 0.0).sum(axis=0) / counts
    for first, last in train.groups:
        most = int(np.argmax(values[first:last]))
        values[first:last] = 0.0
        values[first + most] = 1.0
    return values


def _filled(samples: Samples, values: Array) -> Samples:
    holes: NDArray[Any] = np.isnan(samples.X) if samples.X.dtype.kind == "f" else np.zeros(samples.X.shape, dtype=bool)
    return replace(samples, X=np.where(holes, values, samples.X)) if holes.any() else samples
