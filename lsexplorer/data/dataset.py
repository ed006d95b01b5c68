"""A data set, split and standardised, ready for training."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.options import LoadOptions
from lsexplorer.data.split import Scaling
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.targets import one_hot


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their classes, in a training and a test part.

    X_train (n, d) and X_test (m, d): float64 predictors, standardised as (raw − mean) / scale by the training part's
    statistics. y_train (n,) and y_test (m,): class numbers. mean and scale: (d,). train_rows and test_rows: each
    sample's row in the source, counted from 0; rows of a test part from elsewhere are counted on from the others'.
    soft_train and soft_test: soft targets (n, K) and (m, K) where the source holds them, else None. image_shape:
    (height, width) where a row is a picture. raw_train and raw_test: the predictors in the units of the source,
    exactly. scaling: how mean and scale were found. source and options: what it was loaded from, and how, so that
    load_dataset(source, **options.as_dict()) gives it again. notes: sentences on what was found and done.
    """

    name: str
    X_train: Array
    y_train: NDArray[np.int64]
    X_test: Array
    y_test: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    mean: Array
    scale: Array
    train_rows: NDArray[np.int64]
    test_rows: NDArray[np.int64]
    soft_train: Array | None = None
    soft_test: Array | None = None
    image_shape: tuple[int, int] | None = None
    raw_train: NDArray[Any] | None = None
    raw_test: NDArray[Any] | None = None
    scaling: Scaling = "standard"
    source: str = ""
    options: LoadOptions = LoadOptions()
    notes: tuple[str, ...] = ()

    @cached_property
    def targets_train(self) -> Array:
        """Training targets (n, K) before any smoothing: one-hot, or the source's own soft targets."""
        return one_hot(self.y_train, len(self.class_names)) if self.soft_train is None else self.soft_train

    @cached_property
    def targets_test(self) -> Array:
        """Test targets (m, K) before any smoothing: one-hot, or the source's own soft targets."""
        return one_hot(self.y_test, len(self.class_names)) if self.soft_test is None else self.soft_test

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that training can see: predictors, classes, soft targets and names."""
        sha = hashlib.sha256()
        parts = (self.X_train, self.y_train, self.X_test, self.y_test, self.soft_train, self.soft_test)
        for part in parts:
            if part is not None:
                sha.update(repr((part.shape, part.dtype.str)).encode())
                sha.update(np.ascontiguousarray(part).tobytes())
        sha.update(repr((self.feature_names, self.class_names)).encode())
        return sha.hexdigest()

    def raw(self, X: Array) -> Array:
        """Standardised predictors (…, d) in the units of the source, up to rounding."""
        return X * self.scale + self.mean

    def raw_part(self, part: str) -> NDArray[Any]:
        """Predictors of the "train" or "test" part in the units of the source: (n, d), exact where they are known."""
        known, X = (self.raw_test, self.X_test) if part == "test" else (self.raw_train, self.X_train)
        return self.raw(X) if known is None else known
