"""From samples in the units of the source to a Dataset: missing values, split, flipped labels, scaling, notes."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import MAX_CELLS, counted, printable, shown
from lsexplorer.data.missing import drop_rows, fill_in
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.samples import MAX_CLASSES, Samples
from lsexplorer.data.split import Scaling, flip_labels, scaled, scaling_for, stratified_split
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

_DUPLICATE_ROWS, _DUPLICATE_CELLS = 200_000, 10_000_000
_DEFAULT = LoadOptions()
MAX_NAME = 40
"""Characters of a data set's name, which comes from its file's name."""


def assemble(name: str, source: str, train: Samples, own_test: Samples | None, options: LoadOptions) -> Dataset:
    """A Dataset of a reader's samples; ``own_test`` is the source's own test part, without which one is split off.

    Raises InputError when no complete rows of two classes remain, or when numbers are too large to standardise.
    """
    where = shown(source or name, 200)
    notes: list[str] = []
    if len(train.class_names) > MAX_CLASSES or len(train.class_names) * len(train) > MAX_CELLS:
        raise InputError(f"{where} has {len(train.class_names):,} classes; at most {MAX_CLASSES:,} can be told apart")
    if own_test is not None:
        own_test = drop_rows(_joined(train, own_test, where), options.missing, "test ", where)
        if options.test_size != _DEFAULT.test_size:
            notes.append("The source has its own test part, so test_size was not used.")
    train = drop_rows(train, options.missing, "training " if own_test else "", where)
    if train.soft is None and not (train.y != train.y[:1]).any():
        raise InputError(f"{where}: the rows that are left are of one class alone; at least two are needed")
    train, test = fill_in(*_split(train, own_test, options, notes))
    y_train = _noisy(train, options, where, notes)
    scaling = scaling_for(train.X, train.image_shape)
    X_train, X_test, mean, scale = _scaled(train, test, scaling, where)
    dataset = Dataset(
        name=shown(name, MAX_NAME),
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=test.y,
        class_column=shown(train.class_column, MAX_NAME),
        class_note=train.class_note,
        feature_names=tuple(map(printable, train.feature_names)),
        class_names=tuple(map(printable, train.class_names)),
        mean=mean,
        scale=scale,
        train_rows=train.rows,
        test_rows=test.rows,
        soft_train=train.soft,
        soft_test=test.soft,
        image_shape=train.image_shape,
        raw_train=train.X,
        raw_test=test.X,
        scaling=scaling,
        source=source,
        options=options,
        came_split=own_test is not None or train.rows is test.rows,
        true_train=None if y_train is train.y else train.y,
    )
    notes = [*train.notes, *test.notes, *notes, *_observations(train, test)]
    return replace(dataset, notes=tuple(dict.fromkeys(notes)))


def _joined(train: Samples, test: Samples, where: str) -> Samples:
    """The test samples with the classes numbered as in training; rows of another file count on from training's."""
    if test.X.shape[1] != train.X.shape[1]:
        raise InputError(
            f"{where}: the test part has {test.X.shape[1]:,} columns, but the training part has {train.X.shape[1]:,}"
        )
    if train.class_names != test.class_names:
        place = {name: k for k, name in enumerate(train.class_names)}
        numbers = np.array([*(place.get(name, -2) for name in test.class_names), -1])[test.y]
        if (numbers == -2).any():
            row = int(np.argmax(numbers == -2))
            raise InputError(
                f"{where}: row {row + 1} of the test part is of class '{shown(test.class_names[test.y[row]])}', "
                f"which is none of the training part's: {shown(', '.join(train.class_names), 200)}"
            )
        soft = None
        if test.soft is not None:
            if set(test.class_names) != set(train.class_names):
                raise InputError(f"{where}: the test part's soft targets are of other classes than the training part's")
            soft = np.ascontiguousarray(test.soft[:, [test.class_names.index(name) for name in train.class_names]])
        test = replace(test, y=numbers.astype(np.int64), class_names=train.class_names, soft=soft)
    if np.intersect1d(train.rows, test.rows).size:
        test = replace(test, rows=test.rows + len(train))
    return test


def _split(train: Samples, test: Samples | None, options: LoadOptions, notes: list[str]) -> tuple[Samples, Samples]:
    if test is not None:
        return train, test
    kept, held = stratified_split(train.y, options.test_size, options.seed)
    if len(held):
        return train.take(kept), train.take(held)
    notes.append("No class has rows enough for a test part, so the training rows are the test part too.")
    return train, train


def _noisy(train: Samples, options: LoadOptions, where: str, notes: list[str]) -> NDArray[np.int64]:
    """The training classes, a share of them flipped."""
    if not options.label_noise:
        return train.y
    if train.soft is not None:
        raise InputError(f"{where}: label_noise flips hard classes, but this source holds soft targets")
    flipped = flip_labels(train.y, len(train.class_names), options.label_noise, options.seed)
    count = int((flipped != train.y).sum())
    notes.append(
        f"{count:,} of {counted(len(flipped), 'training label was', 'training labels were')} flipped to another class."
    )
    return flipped


def _scaled(train: Samples, test: Samples, scaling: Scaling, where: str) -> tuple[Array, Array, Array, Array]:
    parts, mean, scale = scaled((train.X, test.X), scaling)
    for numbers in (*parts, mean[None], scale[None]):
        if not np.isfinite(numbers).all():
            column = int(np.argmin(np.isfinite(numbers).all(axis=0)))
            raise InputError(
                f"{where}: column {column + 1} '{shown(train.feature_names[column])}' holds numbers too large, or too "
                "far apart, to be standardised"
            )
    return parts[0], parts[1], mean, scale


def _observations(train: Samples, test: Samples) -> list[str]:
    """Notes on constant columns, classes with few rows, and repeated rows."""
    notes: list[str] = []
    constant = np.flatnonzero(np.equal(train.X, train.X[:1]).all(axis=0))
    if len(constant):
        listed = _listed([train.feature_names[i] for i in constant])
        verb = "is" if len(constant) == 1 else "are"
        notes.append(f"{listed} {verb} constant in the training part, and can teach nothing.")
    own = train.rows is test.rows
    counts = np.bincount(np.concatenate([train.y, test.y[:0] if own else test.y]), minlength=len(train.class_names))
    for few, rows in () if own else ((1, "a single row"), (0, "no row")):
        names = [train.class_names[k] for k in np.flatnonzero(counts == few)]
        if len(names) == 1:
            notes.append(f"Class '{shown(names[0])}' has {rows}.")
        elif names:
            notes.append(f"{len(names):,} classes have {rows}: {_listed(names)}.")
    if not own and len(train) + len(test) <= _DUPLICATE_ROWS and train.X.size + test.X.size <= _DUPLICATE_CELLS:
        notes += _repeats(train, test)
    return notes


def _all_differ(*parts: NDArray[Any]) -> bool:
    """Whether all rows (n, d) differ for sure: sums of their numbers' bits, each times an odd number, do."""
    if any(X.dtype != np.float64 for X in parts):
        return False
    width = parts[0].shape[1]
    factors = np.random.default_rng(0).integers(0, 2**63, width, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    sums = np.sort(np.concatenate([X.view(np.uint64) @ factors for X in parts]))
    return bool((sums[1:] != sums[:-1]).all())


def _listed(names: list[str]) -> str:
    """The first three of some names, and how many more there are."""
    first = ", ".join(f"'{shown(name, 30)}'" for name in names[:3])
    return f"{first} and {len(names) - 3:,} more" if len(names) > 3 else first


def _repeats(train: Samples, test: Samples) -> list[str]:
    """A note on rows that are equal in all predictors and in class, if there are any."""
    if _all_differ(train.X, test.X):
        return []
    first: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    both = 0
    for samples in (train, test):
        before = set(first) if samples is test else set()
        for row, y, source in zip(samples.X, samples.y.tolist(), samples.rows.tolist(), strict=True):
            key = hash((row.tobytes(), y))
            both += key in before
            if first.setdefault(key, source) != source:
                pairs.append((first[key], source))
    if not pairs:
        return []
    low, high = sorted(pairs[0])
    rows = f"{counted(len(pairs), 'row repeats', 'rows repeat')} another ({'' if len(pairs) == 1 else 'first '}"
    rows += f"rows {low + 1} and {high + 1})"
    return [rows + (f"; {counted(both, 'test row occurs', 'test rows occur')} in training too." if both else ".")]
