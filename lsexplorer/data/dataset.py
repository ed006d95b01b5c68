"""A data set, split and standardised, ready for training."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.options import LoadOptions, Missing, as_texts
from lsexplorer.data.split import Scaling
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.targets import one_hot
from lsexplorer.notebook import Columns, html_table

Rows = NDArray[np.int64] | NDArray[np.bool_] | slice
"""Some rows: their numbers, a mask, or a slice."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their classes, in a training and a test part."""

    name: str
    X_train: Array
    """Training predictors (n, d), float64, as (raw − mean) / scale."""
    y_train: NDArray[np.int64]
    """Training classes (n,), numbered from 0."""
    X_test: Array
    """Test predictors (m, d), scaled as the training part is."""
    y_test: NDArray[np.int64]
    """Test classes (m,)."""
    feature_names: tuple[str, ...]
    """Of the predictors (d,)."""
    class_names: tuple[str, ...]
    """Of the K classes."""
    mean: Array
    """What is subtracted from the raw predictors (d,), by the training part alone."""
    scale: Array
    """What they are then divided by (d,), by the training part alone."""
    train_rows: NDArray[np.int64]
    """Each training sample's row in the source (n,), counted from 0."""
    test_rows: NDArray[np.int64]
    """Each test sample's row (m,); those of a separate test file are counted on from the training file's."""
    soft_train: Array | None = None
    """Soft training targets (n, K), where the source has them."""
    soft_test: Array | None = None
    """Soft test targets (m, K), where the source has them."""
    image_shape: tuple[int, int] | None = None
    """(height, width) where a row is an image."""
    raw_train: NDArray[Any] | None = None
    """The training predictors exactly as in the source (n, d)."""
    raw_test: NDArray[Any] | None = None
    """The test predictors exactly as in the source (m, d)."""
    scaling: Scaling = "standard"
    """How mean and scale were chosen."""
    source: str = ""
    """What it was loaded from: load_dataset(source, **options.as_dict()) gives it again."""
    options: LoadOptions = LoadOptions()
    """How it was loaded."""
    notes: tuple[str, ...] = ()
    """Sentences on what was detected and changed while loading."""
    class_column: str = ""
    """The name of the source's column that holds the classes, where it has columns."""
    class_note: str = ""
    """Which column holds the classes and why: one of the notes."""
    came_split: bool = True
    """Whether the parts came as they are; False where the test part was drawn from one set of rows."""
    true_train: NDArray[np.int64] | None = None
    """The training classes (n,) before label_noise flipped some; None where none was."""

    def __repr__(self) -> str:
        rows = f"{len(self.y_train):,} training and {len(self.y_test):,} test rows"
        return (
            f"Dataset({self.name!r}: {rows}, {self.X_train.shape[1]:,} predictors, {len(self.class_names):,} classes)"
        )

    def _repr_html_(self) -> str:
        count = len(self.class_names)
        train, test = (np.bincount(y, minlength=count).tolist() for y in (self.y_train, self.y_test))
        return html_table(repr(self), {"class": self.class_names, "training rows": train, "test rows": test})

    def to_dict(self) -> Columns:
        """Columns for a data frame, a row for each sample: part, row in the source, class, and the predictors.

        The predictors are in the units of the source. Where one is called like one of the other columns, that column's
        name ends with "_".
        """
        parts = ["train"] * len(self.y_train) + ["test"] * len(self.y_test)
        rows = np.concatenate([self.train_rows, self.test_rows]).tolist()
        classes = [self.class_names[c] for c in np.concatenate([self.y_train, self.y_test]).tolist()]
        X = np.concatenate([self.raw_part("train"), self.raw_part("test")])
        columns: Columns = {}
        for name, values in {"part": parts, "row": rows, "class": classes}.items():
            while name in self.feature_names:
                name += "_"
            columns[name] = values
        return columns | {name: X[:, i].tolist() for i, name in enumerate(self.feature_names)}

    @classmethod
    def from_arrays(
        cls,
        X: Any,
        y: Any,
        *,
        X_test: Any = None,
        y_test: Any = None,
        feature_names: Sequence[object] | None = None,
        class_names: Sequence[object] | None = None,
        test_size: float = 0.2,
        missing: Missing | None = None,
        label_noise: float = 0.0,
        seed: int = 0,
        name: str = "arrays",
    ) -> "Dataset":
        """A data set of arrays, split and scaled as a file's.

        A saved run on it is opened with ``load_run(path, data=…)``.

        Args:
            X: Predictors (n, d), or images (n, height, width): numbers in anything that NumPy makes an array of.
            y: Classes (n,), numbers or texts, or soft targets (n, K).
            X_test: Predictors of a test part (m, d); without one, a part of each class is split off.
            y_test: Its classes (m,), or soft targets (m, K).
            feature_names: Of the d predictors, by default x1, x2, … or the columns' names.
            class_names: Of classes numbered from 0, or all texts that y may hold, in their order.
            test_size: As for `load_dataset`, and so are missing, label_noise and seed; NaN in X needs ``missing``.
            missing: "drop" or "mean".
            label_noise: Share of the training labels to flip.
            seed: Of the split and of the flips.
            name: Of the data set.

        Raises:
            InputError: In one line, for arrays that are no data set.

        """
        from lsexplorer.data.memory import from_arrays

        options = LoadOptions(test_size=test_size, missing=missing, label_noise=label_noise, seed=seed)
        arrays = {"X": X, "y": y, "X_test": X_test, "y_test": y_test}
        return from_arrays(arrays, (feature_names, class_names), options, name)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        target: str | int | None = None,
        *,
        test: Any = None,
        test_size: float = 0.2,
        missing: Missing | None = None,
        label_noise: float = 0.0,
        seed: int = 0,
        missing_marks: Sequence[str | int] = (),
        drop: Sequence[str | int] = (),
        keep: Sequence[str | int] = (),
        name: str = "frame",
    ) -> "Dataset":
        """A data set of a data frame: its columns are taken as those of a file are, with the same notes.

        Numbers are predictors, texts and categories become columns of 0 and 1, columns that only number the rows are
        left out. A saved run on it is opened with ``load_run(path, data=…)``.

        Args:
            frame: A frame of pandas or polars, an Arrow table, a dict of columns, or what has an interchange protocol.
            target: The class column, by name or by number from 1; None detects it.
            test: A frame of the same columns whose rows are the test part.
            test_size: As for `load_dataset`, and so are all that follow but the last.
            missing: "drop" or "mean".
            label_noise: Share of the training labels to flip.
            seed: Of the split and of the flips.
            missing_marks: Further texts that stand for a missing value.
            drop: Columns that must not be predictors.
            keep: Columns that are predictors even if they look like ids or leaks.
            name: Of the data set.

        Raises:
            InputError: In one line, for a frame that is no data set.

        """
        from lsexplorer.data.memory import from_frame

        options = LoadOptions(
            target=None if target is None else str(target),
            test_size=test_size,
            missing=missing,
            label_noise=label_noise,
            seed=seed,
            missing_marks=as_texts(missing_marks),
            drop=as_texts(drop),
            keep=as_texts(keep),
        )
        return from_frame(frame, test, options, name)

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

    def subset(self, train: Rows = slice(None), test: Rows = slice(None), **changes: Any) -> "Dataset":
        """The data with some rows of each part alone, without raw values.

        train, test: row numbers, a mask or a slice. changes: values for other fields.
        """

        def rows_of(values: Array | None, rows: Rows) -> Array | None:
            return None if values is None else values[rows]

        kept = {
            "X_train": self.X_train[train],
            "y_train": self.y_train[train],
            "train_rows": self.train_rows[train],
            "soft_train": rows_of(self.soft_train, train),
            "true_train": None if self.true_train is None else self.true_train[train],
            "X_test": self.X_test[test],
            "y_test": self.y_test[test],
            "test_rows": self.test_rows[test],
            "soft_test": rows_of(self.soft_test, test),
        }
        return replace(self, raw_train=None, raw_test=None, **kept | changes)

    def raw(self, X: Array) -> Array:
        """Standardised predictors (…, d) in the units of the source, up to rounding."""
        return X * self.scale + self.mean

    def raw_part(self, part: str) -> NDArray[Any]:
        """Predictors of the "train" or "test" part in the units of the source: (n, d), exact where they are known."""
        known, X = (self.raw_test, self.X_test) if part == "test" else (self.raw_train, self.X_train)
        return self.raw(X) if known is None else known
