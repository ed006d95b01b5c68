"""Data sets from arrays that a program holds."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
NAMES = np.array(["oat", "rye", "wheat"])
HOLED = np.where(np.arange(90).reshape(30, 3) == 10, np.nan, X)


def of(X: Any, y: Any, **more: Any) -> ls.Dataset:
    return ls.Dataset.from_arrays(X, y, **more)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ls.Dataset:
    path = tmp_path_factory.mktemp("arrays") / "data.npz"
    np.savez(path, X=X, y=Y)
    return ls.load_dataset(path)


@pytest.mark.parametrize(
    ("predictors", "labels"),
    [
        (X, Y),
        (X.tolist(), Y.tolist()),
        (X.astype(object), Y.astype(object)),
        ([list(map(Decimal, row)) for row in X.tolist()], Y.astype(float)),
        (np.ma.array(X), np.ma.array(Y)),
        (X, Y[:, None]),
        (np.asfortranarray(X), Y.astype("u1")),
        (X, np.eye(3)[Y]),
    ],
)
def test_the_same_as_from_a_file(plain: ls.Dataset, predictors: Any, labels: Any) -> None:
    data = of(predictors, labels)
    assert data.digest == plain.digest
    assert (data.name, data.source, data.notes) == ("arrays", "", ())


def test_options_are_those_of_load_dataset(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=HOLED, y=Y)
    given: dict[str, Any] = {"test_size": 0.3, "missing": "mean", "label_noise": 0.2, "seed": 5}
    file, data = ls.load_dataset(tmp_path / "data.npz", **given), of(HOLED, Y, **given)
    assert (data.digest, data.notes, data.options) == (file.digest, file.notes, file.options)


@pytest.mark.parametrize("dtype", ["f4", "f2", "i8", "u1", "?"])
def test_numbers_of_any_type(dtype: str) -> None:
    values = (X > 0).astype(dtype)
    assert np.array_equal(of(values, Y).raw_train, values[of(values, Y).train_rows].astype(float))


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (NAMES[Y], tuple(NAMES)),
        (NAMES[Y].astype(object), tuple(NAMES)),
        (NAMES[Y].astype("S"), tuple(NAMES)),
        (Y > 0, ("False", "True")),
        ((Y > 0).tolist(), ("False", "True")),
        (Y - 1, ("-1", "0", "1")),
    ],
)
def test_classes_of_any_type(labels: Any, classes: tuple[str, ...]) -> None:
    assert of(X, labels).class_names == classes


def test_names_that_are_given() -> None:
    data = of(X, Y, feature_names=["p", "q", 3], class_names=NAMES, name="own")
    assert (data.feature_names, data.class_names, data.name) == (("p", "q", "3"), tuple(NAMES), "own")
    data = of(X, NAMES[Y], class_names=NAMES[::-1])
    assert data.class_names == tuple(NAMES[::-1])
    assert [data.class_names[k] for k in data.y_train] == NAMES[Y][data.train_rows].tolist()


def test_a_test_part_of_ones_own() -> None:
    data = of(X[:20], NAMES[Y[:20]], X_test=X[20:], y_test=NAMES[Y[20:]])
    assert np.array_equal(data.raw_test, X[20:])
    assert data.y_test.tolist() == Y[20:].tolist()


def test_images_and_soft_targets() -> None:
    T = ls.smooth_labels(np.eye(3)[Y], 0.3)
    data = of(np.arange(30 * 16, dtype=np.uint8).reshape(30, 4, 4), T)
    assert (data.image_shape, data.scaling) == ((4, 4), "maximum")
    assert np.array_equal(data.targets_train, T[data.train_rows])


def test_masked_values_are_missing() -> None:
    data = of(np.ma.masked_invalid(HOLED), Y, missing="drop")
    assert len(data.y_train) + len(data.y_test) == 29
    assert of(np.where(np.isnan(HOLED), None, HOLED), Y, missing="drop").digest == data.digest


def test_the_caller_may_change_the_arrays_later() -> None:
    own, labels = np.arange(90, dtype=np.uint8).reshape(30, 3), Y.copy()
    data = of(own, labels, X_test=own, y_test=labels)
    own[:], labels[:] = 0, 0
    assert data.raw_train[1].tolist() == data.raw_test[1].tolist() == [3, 4, 5]
    assert set(data.y_train) == {0, 1, 2}


def test_sparse_arrays() -> None:
    class Sparse:
        shape = X.shape

        def toarray(self) -> np.ndarray:
            return X

    assert of(Sparse(), Y).digest == of(X, Y).digest
    Sparse.shape = (10**6, 10**6)
    with pytest.raises(ls.InputError, match=r"X has the shape \(1000000, 1000000\); at most"):
        of(Sparse(), Y)


WRONG: list[tuple[Any, Any, dict[str, Any], str]] = [
    (X, Y[:5], {}, r"^y has 5 rows, but X has 30$"),
    (X, Y, {"X_test": X}, r"^y_test is missing"),
    (X[:, 0], Y, {}, r"^X has the shape \(30,\)"),
    (X[:, :0], Y, {}, r"^X has the shape \(30, 0\)"),
    (3, Y, {}, r"^X has the shape \(\)"),
    (None, Y, {}, r"^X is missing; there must be X and y$"),
    (X, np.zeros((30, 2, 2)), {}, r"^y has the shape \(30, 2, 2\)"),
    ([[1, 2], [3]], [0, 1], {}, r"^X cannot be made an array: "),
    (X + 1j, Y, {}, r"^X holds complex128 values; numbers are needed"),
    (X.astype(str), Y, {}, r"^X holds texts; numbers are needed"),
    (HOLED, Y, {}, r"^X, row 4, column 2: nan is not a number; missing drop or mean"),
    (np.where(np.isnan(HOLED), np.inf, X), Y, {"missing": "drop"}, r"^X, row 4, column 2: inf is not a number$"),
    (X, [None, *NAMES[Y][1:]], {}, r"^y, row 1 is empty; a class is needed"),
    (X, np.where(Y == 2, np.nan, Y), {}, r"^y, row 3: a class must be a whole number, got nan"),
    (X, X[:, 0], {}, r"^y, row 1: a class must be a whole number, got 0.12573"),
    (X, Y * 0, {}, r"^y: it holds one class alone"),
    (X, Y, {"X_test": X[:, :2], "y_test": Y}, r"^arrays: the test part has 2 columns"),
    (X, Y, {"X_test": X, "y_test": Y + 7}, r"^arrays: row 1 of the test part is of class '7'"),
    (X, Y, {"feature_names": ["p"]}, r"^feature_names must hold 3 texts"),
    (X, NAMES[Y], {"class_names": ["oat", "rye"]}, r"^y, row 3: 'wheat' is none of the class_names$"),
    (X, Y, {"test_size": 2}, r"^test_size must be"),
    (np.broadcast_to(1.0, (10**6, 101)), Y, {}, r"^X has the shape \(1000000, 101\); at most"),
]


@pytest.mark.parametrize(("predictors", "labels", "more", "message"), WRONG)
def test_arrays_that_are_no_data_set(predictors: Any, labels: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ls.InputError, match=message) as caught:
        of(predictors, labels, **more)
    assert "\n" not in str(caught.value)


def test_what_is_doubtful_is_said() -> None:
    assert of(X, np.array(["oat", "Oat", "rye"])[Y]).notes[0].startswith("The classes 'Oat' (10 rows), 'oat' (10 rows)")
    many = np.repeat(np.arange(60), 3)
    note = "There are 60 classes; is this a measurement and no class?"
    assert of(np.random.default_rng(0).normal(size=(180, 2)), many).notes[0] == note


def test_load_dataset_says_what_takes_arrays() -> None:
    with pytest.raises(ls.InputError, match=r"Dataset.from_arrays\(X, y\) takes arrays"):
        ls.load_dataset((X, Y))


def test_a_run_on_arrays_is_reopened_with_them(tmp_path: Path) -> None:
    trainer = ls.Trainer(of(X, Y), ls.Hyperparameters())
    trainer.step(3)
    trainer.save(tmp_path / "run.json")
    with pytest.raises(ls.InputError, match="the data 'arrays' were no file; in Python, load_run"):
        ls.load_run(tmp_path / "run.json")
    assert ls.load_run(tmp_path / "run.json", data=of(X, Y)).step_count == 3
