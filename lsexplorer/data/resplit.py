"""Other splits of a data set that is loaded: a validation part, and test parts drawn anew.

Scaling is fitted on each split's training part, as in loading. Missing values that were filled in keep what loading put
in their place.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import counted, shown
from lsexplorer.data.split import flip_labels, scaled, stratified_split
from lsexplorer.errors import InputError

VALIDATION_SHARE = 0.2
"""Share of each class of the training rows that goes to the validation part."""
MIN_VALIDATION = 5
"""Fewest rows of a validation part: a mean of fewer says little."""


def validation_rows(data: Dataset, seed: int) -> NDArray[np.int64]:
    """Row numbers into the training part of a stratified validation part, in increasing order, drawn by ``seed``.

    Raises InputError where the training part is too small to spare it.
    """
    _, rows = stratified_split(data.y_train, VALIDATION_SHARE, seed)
    if len(rows) < MIN_VALIDATION or len(np.unique(data.y_train[rows])) < 2:
        raise InputError(
            f"'{shown(data.name)}' has {counted(len(data.y_train), 'training row', 'training rows')}, too few to spare "
            f"{MIN_VALIDATION} of two classes or more for validation: it takes about "
            f"{round(MIN_VALIDATION / VALIDATION_SHARE)}"
        )
    return rows


def for_validation(data: Dataset, validation: NDArray[np.int64]) -> Dataset:
    """The data with the validation rows as the test part, and the other training rows as the training part.

    The labels of both are those of training, flipped ones too, as who chooses on them has no others.
    """
    is_validation = np.zeros(len(data.y_train), dtype=bool)
    is_validation[validation] = True
    raw = data.raw_part("train")
    soft = data.soft_train
    return _scaled(
        data.subset(
            ~is_validation,
            X_test=data.X_train[is_validation],
            y_test=data.y_train[is_validation],
            test_rows=data.train_rows[is_validation],
            soft_test=None if soft is None else soft[is_validation],
        ),
        raw[~is_validation],
        raw[is_validation],
    )


def new_split(data: Dataset, seed: int, keep: NDArray[np.int64] | None = None) -> Dataset:
    """The same rows with a test part drawn anew by ``seed``: as many rows of each class as the data's own has.

    keep: row numbers into the training part of rows that stay in training. With flipped labels, as many of the rows
    that come into training are flipped, the same ones in every split; the test part's labels are true. Raises
    InputError for data that came in two parts.
    """
    if data.came_split:
        raise InputError(f"'{shown(data.name)}' came with its own test part, so there is no other split of it")
    rows = np.concatenate([data.train_rows, data.test_rows])
    order = np.argsort(rows)
    true = np.concatenate([data.y_train if data.true_train is None else data.true_train, data.y_test])
    of_test = data.y_test
    if data.true_train is not None:
        of_test = flip_labels(of_test, len(data.class_names), data.options.label_noise, data.options.seed)
    labels = np.concatenate([data.y_train, of_test])
    free = np.ones(len(rows), dtype=bool)
    if keep is not None:
        free[keep] = False
    free, true = free[order], true[order]
    rng = np.random.default_rng(seed)
    is_test = np.zeros(len(rows), dtype=bool)
    for c, count in zip(*np.unique(data.y_test, return_counts=True), strict=True):
        is_test[rng.permutation(np.flatnonzero(free & (true == c)))[:count]] = True
    train, test = order[~is_test], order[is_test]
    raw = np.concatenate([data.raw_part("train"), data.raw_part("test")])
    soft = None
    if data.soft_train is not None and data.soft_test is not None:
        soft = np.concatenate([data.soft_train, data.soft_test])
    other = replace(
        data,
        y_train=labels[train],
        y_test=true[is_test],
        train_rows=rows[train],
        test_rows=rows[test],
        soft_train=None if soft is None else soft[train],
        soft_test=None if soft is None else soft[test],
        true_train=None if data.true_train is None else true[~is_test],
    )
    return _scaled(other, raw[train], raw[test])


def _scaled(data: Dataset, raw_train: NDArray[Any], raw_test: NDArray[Any]) -> Dataset:
    """The data with predictors in the source's units scaled by the training part; loading would not give it again."""
    (X_train, X_test), mean, scale = scaled((raw_train, raw_test), data.scaling)
    return replace(
        data, X_train=X_train, X_test=X_test, mean=mean, scale=scale, raw_train=raw_train, raw_test=raw_test, source=""
    )
