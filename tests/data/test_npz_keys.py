"""The names that others give their arrays, and arrays that a data set cannot use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls

X = np.arange(48.0).reshape(24, 2) ** 0.5
Y = np.arange(24) % 3
A, B, C = slice(0, 12), slice(12, 18), slice(18, 24)
NOBODY = np.array([None, {}], dtype=object)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(**arrays: Any) -> ls.Dataset:
        np.savez(tmp_path / "data.npz", **arrays)
        return ls.load_dataset(tmp_path / "data.npz")

    return loader


@pytest.mark.parametrize(
    ("keys", "whole"),
    [
        (("train_images", "train_labels", "test_images", "test_labels"), False),  # MedMNIST
        (("x_train", "y_train", "x_test", "y_test"), False),  # Keras
        (("TrainX", "TrainY", "TestX", "TestY"), False),
        (("data_training", "target_training", "data_testing", "target_testing"), False),
        (("Xtr", "ytr", "Xte", "yte"), False),
        (("images", "labels"), True),
        (("data", "target"), True),  # scikit-learn
        (("features", "targets"), True),
    ],
)
def test_keys_of_others(load: Callable[..., ls.Dataset], keys: tuple[str, ...], whole: bool) -> None:
    arrays = (X, Y) if whole else (X[A], Y[A], X[B], Y[B])
    data = load(**dict(zip(keys, arrays, strict=True)))
    assert (len(data.y_train) + len(data.y_test), data.notes) == (24 if whole else 18, ())
    if not whole:
        assert np.array_equal(data.raw_test, X[B])


def test_arrays_without_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X, Y)
    data = ls.load_dataset(tmp_path / "data.npz")
    assert len(data.y_train) + len(data.y_test) == 24
    assert data.notes == ("arr_0 was taken for X, and arr_1 for y.",)


def test_a_column_of_labels_and_of_channels(load: Callable[..., ls.Dataset]) -> None:
    images = np.arange(24 * 64, dtype=np.uint8).reshape(24, 8, 8)
    plain = load(images=images, labels=Y)
    for shape in ((24, 8, 8, 1), (24, 1, 8, 8)):
        assert load(images=images.reshape(shape), labels=Y[:, None]).digest == plain.digest


def test_colour_images_become_predictors_and_it_is_said(load: Callable[..., ls.Dataset]) -> None:
    data = load(images=np.arange(24 * 48, dtype=np.uint8).reshape(24, 4, 4, 3), labels=Y)
    assert (data.X_train.shape[1], data.image_shape) == (48, None)
    assert data.notes == ("Each image of 4 × 4 × 3 values became 48 predictors, not shown as an image.",)


@pytest.mark.parametrize("val", ["val", "valid", "validation"])
def test_a_validation_part(load: Callable[..., ls.Dataset], val: str) -> None:
    train = {"X_train": X[A], "y_train": Y[A]}
    held = {f"X_{val}": X[B], f"y_{val}": Y[B]}
    data = load(**train, **held)
    assert np.array_equal(data.raw_test, X[B])
    assert data.notes == (f"The test part is the validation part (X_{val}, y_{val}).",)
    data = load(**train, **held, X_test=X[C], y_test=Y[C])
    assert np.array_equal(data.raw_test, X[C])
    assert data.notes == (f"Left out: arrays X_{val}, y_{val}.",)


def test_a_validation_part_beside_a_test_file(load: Callable[..., ls.Dataset], tmp_path: Path) -> None:
    np.savez(tmp_path / "test.npz", X=X[C], y=Y[C])
    load(X_train=X[A], y_train=Y[A], X_val=X[B], y_val=Y[B])
    data = ls.load_dataset(tmp_path / "data.npz", test_file=tmp_path / "test.npz")
    assert np.array_equal(data.raw_test, X[C])
    assert "Left out: arrays X_val, y_val." in data.notes


def test_scikit_learns_bunch(load: Callable[..., ls.Dataset]) -> None:
    names = {"feature_names": ["p", "q"], "target_names": np.array(["oat", "rye", "wheat"])}
    data = load(data=X, target=Y, frame=NOBODY, DESCR="a set", **names)
    assert (data.feature_names, data.class_names) == (("p", "q"), ("oat", "rye", "wheat"))
    assert data.notes == ("Left out: arrays frame, DESCR.",)
    data = load(data=X, target=Y, target_names=np.array(["price"]))  # as of a regression
    assert data.class_names == ("0", "1", "2")
    assert data.notes == ("target_names does not name the classes that the labels number, and was left out.",)


def test_the_same_pictures_twice(load: Callable[..., ls.Dataset]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (24, 8, 8), dtype=np.uint8)
    data = load(data=images.reshape(24, 64).astype(float), images=images, target=Y)
    assert (data.image_shape, data.notes) == ((8, 8), ("Left out: array data.",))


@pytest.mark.parametrize("key", ["feature_names", "class_names", "target_names"])
def test_names_that_only_unpickling_could_read(load: Callable[..., ls.Dataset], key: str) -> None:
    data = load(X=X, y=Y, **{key: NOBODY})
    assert data.notes == (f"{key} is an object array, which is never unpickled, and was left out.",)


def test_several_classes_in_a_row(load: Callable[..., ls.Dataset]) -> None:
    with pytest.raises(ls.InputError, match=r"array labels, row 2: a row must be of one class, or sum to 1$"):
        load(images=X, labels=np.array([[1, 0, 0], [1, 1, 0]] * 12, np.uint8))
    assert load(images=X, labels=np.eye(3, dtype=np.uint8)[Y]).digest == load(images=X, labels=Y).digest
