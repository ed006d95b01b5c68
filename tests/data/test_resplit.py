"""Other splits of a data set that is loaded: a validation part, and test parts drawn anew."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data.resplit import for_validation, new_split, validation_rows
from tests.support.helpers import dataset, same_bits


@pytest.fixture(scope="module")
def digits() -> ls.Dataset:
    return ls.load_dataset("digits", label_noise=0.3)


def true_classes(data: ls.Dataset) -> dict[int, int]:
    """The class of each row of the source, before any was flipped."""
    of_train = data.y_train if data.true_train is None else data.true_train
    return dict(zip([*data.train_rows, *data.test_rows], [*of_train, *data.y_test], strict=True))


def labels(data: ls.Dataset) -> dict[int, int]:
    """The label that training sees of each row of the training part."""
    return dict(zip(data.train_rows.tolist(), data.y_train.tolist(), strict=True))


def check_scaled(data: ls.Dataset, source: ls.Dataset) -> None:
    """Predictors are the source's values, scaled by this training part alone."""
    of_row = dict(zip([*source.train_rows, *source.test_rows], [*source.raw_train, *source.raw_test], strict=True))
    for X, rows in ((data.X_train, data.train_rows), (data.X_test, data.test_rows)):
        raw = np.array([of_row[row] for row in rows])
        assert data.raw(X) == pytest.approx(raw, abs=1e-12)
        assert same_bits(X, (raw - data.mean) / data.scale if data.scaling == "standard" else raw / data.scale)


def test_who_split_the_data_is_known(tmp_path: Path) -> None:
    X, y = np.arange(24.0).reshape(12, 2) ** 0.5, np.arange(12) % 3
    of_arrays = ls.Dataset.from_arrays
    came = {
        "iris": ls.load_dataset("iris"),
        "mnist": ls.load_dataset("mnist"),
        "one": of_arrays(X, y),
        "two": of_arrays(X, y, X_test=X, y_test=y),
        "article": ls.load_dataset("article"),
        "by hand": dataset(X, y),
    }
    assert [name for name, data in came.items() if data.came_split] == ["mnist", "two", "article", "by hand"]
    assert came["iris"].subset(slice(50)).came_split is False


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_a_new_split_has_the_sizes_of_the_datas_own_and_other_rows(name: str) -> None:
    data = ls.load_dataset(name)
    kept = validation_rows(data, 0)
    splits = [new_split(data, seed, kept) for seed in (1, 2)]
    for split in splits:
        assert len(split.y_train) == len(data.y_train)
        assert np.bincount(split.y_test).tolist() == np.bincount(data.y_test).tolist()
        assert sorted([*split.train_rows, *split.test_rows]) == sorted([*data.train_rows, *data.test_rows])
        assert set(data.train_rows[kept]) <= set(split.train_rows)
        assert true_classes(split) == true_classes(data)
    assert len({split.digest for split in (*splits, data)}) == 3
    assert new_split(data, 1, kept).digest == splits[0].digest
    check_scaled(splits[0], data)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=60), st.integers(0, 2**32))
def test_every_class_keeps_its_rows_in_each_part(classes: list[int], seed: int) -> None:
    y = np.array([0, 0, 0, 1, 1, 1, *classes])
    data = ls.Dataset.from_arrays(np.random.default_rng(seed).normal(size=(len(y), 2)), y)
    split = new_split(data, seed)
    for of in (data.y_train, split.y_train), (data.y_test, split.y_test):
        counts = [np.bincount(part, minlength=4).tolist() for part in of]
        assert counts[0] == counts[1]


def test_the_validation_part_is_a_fifth_of_each_class_and_scaled_by_the_rest(digits: ls.Dataset) -> None:
    rows = validation_rows(digits, 3)
    assert np.array_equal(rows, np.sort(rows))
    for c in range(10):
        assert (digits.y_train[rows] == c).sum() == pytest.approx(0.2 * (digits.y_train == c).sum(), abs=0.5)
    data = for_validation(digits, rows)
    assert same_bits(data.test_rows, digits.train_rows[rows])
    assert same_bits(data.y_test, digits.y_train[rows])  # flipped labels too
    assert sorted([*data.train_rows, *data.test_rows]) == digits.train_rows.tolist()
    check_scaled(data, digits)
    assert validation_rows(digits, 3).tolist() == rows.tolist() != validation_rows(digits, 4).tolist()


def test_labels_of_a_test_part_are_true_and_a_row_has_the_same_flipped_label_in_every_split(
    digits: ls.Dataset,
) -> None:
    clean = true_classes(ls.load_dataset("digits"))
    assert true_classes(digits) == clean
    splits = [digits, *(new_split(digits, seed) for seed in (1, 2))]
    seen: dict[int, int] = {}
    for split in splits:
        assert true_classes(split) == clean
        flipped = split.y_train != split.true_train
        assert flipped.mean() == pytest.approx(0.3, abs=0.03)
        for row, label in labels(split).items():
            assert seen.setdefault(row, label) == label


def test_soft_targets_go_with_their_rows() -> None:
    rng = np.random.default_rng(0)
    soft = rng.dirichlet(np.ones(3) / 9, size=60)
    data = ls.Dataset.from_arrays(rng.normal(size=(60, 2)), soft)
    of_row = dict(zip([*data.train_rows, *data.test_rows], [*data.soft_train, *data.soft_test], strict=True))
    kept = validation_rows(data, 0)
    for split in (new_split(data, 1, kept), for_validation(data, kept)):
        for targets, rows in ((split.soft_train, split.train_rows), (split.soft_test, split.test_rows)):
            assert same_bits(targets, np.array([of_row[row] for row in rows]))


def test_data_that_came_in_two_parts_have_no_other_split() -> None:
    with pytest.raises(ls.InputError, match="'mnist' came with its own test part, so there is no other split of it"):
        new_split(ls.load_dataset("mnist"), 1)


def test_too_few_rows_for_a_validation_part() -> None:
    X, y = np.arange(20.0)[:, None], np.arange(20) % 2
    with pytest.raises(ls.InputError, match="has 16 training rows, too few to spare 5 of two classes or more"):
        validation_rows(ls.Dataset.from_arrays(X, y), 0)
    with pytest.raises(ls.InputError, match="'article' has 3 training rows, too few"):
        validation_rows(ls.load_dataset("article"), 0)
