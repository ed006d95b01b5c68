"""What every reader returns: samples as the source has them, before split and scaling."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

Classes = NDArray[np.int64]

MAX_CLASSES = 1000
"""Most classes of a data set."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Predictors and classes in the units of the source."""

    X: NDArray[Any]
    """(n, d): float64 with NaN where a value is missing, or whole numbers in the source's own type."""
    y: Classes
    """Class numbers (n,), −1 where the class is missing."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    rows: NDArray[np.int64]
    """Each sample's row in the source (n,), from 0."""
    soft: Array | None = None
    """Soft targets (n, K)."""
    groups: tuple[tuple[int, int], ...] = ()
    """The (first, past-last) columns of each text column coded one-hot."""
    image_shape: tuple[int, int] | None = None
    """(height, width) where a row is an image."""
    notes: tuple[str, ...] = ()
    """Sentences for the user."""
    class_column: str = ""
    """The name of the column that holds the classes, where there are columns."""
    class_note: str = ""
    """Which column holds the classes and why: one of the notes."""

    def __len__(self) -> int:
        return len(self.y)

    def take(self, keep: NDArray[Any]) -> Self:
        """The samples of a mask (n,) or of row numbers, in contiguous arrays."""
        soft = None if self.soft is None else np.ascontiguousarray(self.soft[keep])
        return replace(self, X=np.ascontiguousarray(self.X[keep]), y=self.y[keep], rows=self.rows[keep], soft=soft)

    def with_notes(self, *notes: str) -> Self:
        """The same samples with more notes."""
        return replace(self, notes=(*self.notes, *notes))


Parts = tuple[Samples, Samples | None]
"""The samples of a source, and those of its own test part where it has one."""
