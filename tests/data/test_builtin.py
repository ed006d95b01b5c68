"""The data sets in the package: shapes, exact contents, splits, and networks that suit them."""

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import resources

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import BUILTINS, builtin, summarize
from lsexplorer.data.builtin import Builtin
from lsexplorer.data.made import MADE
from lsexplorer.data.options import LoadOptions
from lsexplorer.run.presets import default_hyperparameters
from tests.support.helpers import slow

IRIS_DIGEST = "4f3a31e0d8a89323659a35ec0de9fa0a227a037e26a348d416089d750f2d4ec3"

SHAPES = {  # training rows, test rows, predictors, classes
    "iris": (120, 30, 4, 3),
    "penguins": (273, 69, 4, 3),
    "digits": (1438, 359, 64, 10),
    "mnist": (5000, 1000, 784, 10),
    "mnist1d": (4000, 1000, 40, 10),
    "article": (3, 3, 4, 3),
}


def test_the_builtin_sets_are_those_documented() -> None:
    assert set(BUILTINS) == set(SHAPES) | set(MADE)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_types_and_ranges(name: str) -> None:
    data = ls.load_dataset(name)
    n, m, d, classes = SHAPES[name]
    assert (data.X_train.shape, data.X_test.shape) == ((n, d), (m, d))
    assert (data.y_train.shape, data.y_test.shape) == ((n,), (m,))
    assert data.X_train.dtype == data.X_test.dtype == np.float64
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert np.isfinite(data.X_train).all()
    assert np.isfinite(data.X_test).all()
    assert len(data.feature_names) == len(set(data.feature_names)) == d
    assert len(data.class_names) == classes
    assert set(data.y_train) == set(range(classes))
    assert data.name == data.source == name
    assert data.soft_train is None


@pytest.mark.parametrize("name", ["iris", "penguins"])
def test_a_plain_file_is_read_as_the_reader_of_text_files_reads_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, _ = builtin.read(name, LoadOptions())
    entry = BUILTINS[name]
    assert isinstance(entry, Builtin)
    assert entry.is_plain
    monkeypatch.setattr(builtin, "BUILTINS", {name: replace(entry, is_plain=False)})
    full, _ = builtin.read(name, LoadOptions())
    for field, values in asdict(full).items():
        assert np.array_equal(getattr(quick, field), values), field
    assert (quick.X.dtype, quick.y.dtype, quick.rows.dtype) == (full.X.dtype, full.y.dtype, full.rows.dtype)


def test_iris_loads_as_it_always_did() -> None:
    """Old runs name their data by digest, so the default Iris must never change."""
    assert ls.load_dataset("iris").digest == IRIS_DIGEST


def test_iris_holds_fishers_values_and_its_one_repeated_flower() -> None:
    data = ls.load_dataset("iris")
    raw = np.empty((150, 4))
    raw[data.train_rows], raw[data.test_rows] = data.raw_train, data.raw_test
    assert raw[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert raw[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # UCI's file has 0.1 here
    assert raw[37].tolist() == [4.9, 3.6, 1.4, 0.1]  # and 3.1, 1.5 here
    assert raw.mean(axis=0) == pytest.approx([5.8433333, 3.0573333, 3.758, 1.1993333])
    assert any("rows 102 and 143" in note for note in data.notes)


def test_penguins_are_counted_as_published() -> None:
    summary = summarize(ls.load_dataset("penguins"))
    assert {count.name: count.train + count.test for count in summary.classes} == {
        "Adelie": 151,
        "Chinstrap": 68,
        "Gentoo": 123,
    }


def test_mnist_keeps_its_official_split_and_balance() -> None:
    data = ls.load_dataset("mnist")
    assert np.bincount(data.y_train).tolist() == [500] * 10
    assert np.bincount(data.y_test).tolist() == [100] * 10
    with np.load(resources.files("lsexplorer.data") / "builtin" / "mnist_5k_1k.npz") as file:
        assert np.array_equal(data.raw_train, file["X_train"])
        assert np.array_equal(data.raw_test, file["X_test"])
        assert np.array_equal(data.y_test, file["y_test"])


@pytest.mark.parametrize(("name", "shape", "largest"), [("digits", (8, 8), 16), ("mnist", (28, 28), 255)])
def test_pictures_are_divided_by_their_largest_value(name: str, shape: tuple[int, int], largest: int) -> None:
    data = ls.load_dataset(name)
    assert data.image_shape == shape
    assert data.scaling == "maximum"
    assert np.array_equal(data.X_train, data.raw_train / largest)
    assert np.array_equal(data.raw(data.X_test), data.raw_test)
    assert data.feature_names[shape[1] + 2] == "pixel_1_2"


def test_the_article_has_its_three_rows_in_both_parts_and_says_so() -> None:
    data = ls.load_dataset("article")
    assert data.raw_train.tolist() == [[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 2.9, 5.6, 1.8]]
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.y_train.tolist() == [0, 1, 2]
    assert np.array_equal(data.X_test, data.X_train)
    assert any("test part too" in note for note in data.notes)


def test_mnist_opens_at_once() -> None:
    """In at most fifty times as long as it takes to scale its pixels, on whatever machine."""
    pixels = ls.load_dataset("mnist").X_train  # the first time the file may have to come from disk
    scaling = min(_processor_seconds(lambda: (pixels - 0.1) / 0.3) for _ in range(5))
    assert min(_processor_seconds(lambda: ls.load_dataset("mnist")) for _ in range(5)) < 50 * scaling


def _processor_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("name", "epochs", "least"),
    [
        ("iris", 60, 0.86),
        ("penguins", 30, 0.95),
        slow("digits", 15, 0.93),
        slow("mnist", 10, 0.8),
        slow("mnist1d", 8, 0.45),
    ],
)
def test_the_suggested_network_learns_the_set(name: str, epochs: int, least: float) -> None:
    data = ls.load_dataset(name)
    trainer = ls.Trainer(data, ls.Hyperparameters(**default_hyperparameters(name)))
    trainer.step(epochs * trainer.steps_per_epoch)
    assert trainer.evaluate("test").accuracy >= least


def test_the_article_can_be_trained_and_measured() -> None:
    data = ls.load_dataset("article")
    trainer = ls.Trainer(data, ls.Hyperparameters(**default_hyperparameters(data)))
    trainer.step(300)
    assert trainer.evaluate("test").accuracy == 1


def test_suggestions_for_own_data_are_valid_and_grow_with_it() -> None:
    rng = np.random.default_rng(0)
    small = ls.load_dataset("article")
    assert ls.Hyperparameters(**default_hyperparameters(small)).hidden == (5,)
    X = rng.normal(size=(40, 60))
    wide = ls.Dataset("own", X, np.arange(40) % 7, X, np.arange(40) % 7, tuple("x" * 60), tuple("1234567"),
                      np.zeros(60), np.ones(60), np.arange(40), np.arange(40))  # fmt: skip
    hp = ls.Hyperparameters(**default_hyperparameters(wide))
    assert hp.hidden > (5,)
    assert 1 <= hp.batch_size <= 40
    with pytest.raises(ls.InputError, match="Did you mean 'iris'"):
        default_hyperparameters("irsi")


def test_every_shipped_file_is_accounted_for() -> None:
    folder = resources.files("lsexplorer.data") / "builtin"
    text = (folder / "README.md").read_text(encoding="utf-8")
    names = {entry.name for entry in folder.iterdir()}
    assert {entry.file for entry in BUILTINS.values() if isinstance(entry, Builtin)} <= names
    for name in names - {"README.md"}:
        assert name in text, f"builtin/README.md must say where {name} is from"
    assert "LeCun" in text
    assert "creativecommons.org/licenses/by-sa/3.0/" in text
