"""Splits, test files, flipped labels and scaling."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data.split import flip_labels, standardization, stratified_split

TRAIN = "p,sky,class\n" + "".join(f"{i}.5,{'uvw'[i % 3]},{'abc'[i % 3]}\n" for i in range(30))


def save(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=80),
    st.floats(0.01, 0.99),
    st.integers(0, 2**32),
)
def test_the_split_is_stratified_complete_and_repeatable(labels: list[int], size: float, seed: int) -> None:
    y = np.array(labels)
    train, test = stratified_split(y, size, seed)
    assert sorted([*train, *test]) == list(range(len(y)))
    assert np.array_equal(np.sort(train), train)
    assert np.array_equal(np.sort(test), test)
    for c in set(labels):
        count, held = labels.count(c), int((y[test] == c).sum())
        assert held == (0 if count == 1 else min(max(round(count * size), 1), count - 1))
    again = stratified_split(y, size, seed)
    assert np.array_equal(again[0], train)
    assert np.array_equal(again[1], test)


def test_seeds_and_sizes_make_other_splits() -> None:
    base = ls.load_dataset("iris")
    assert ls.load_dataset("iris", seed=1).test_rows.tolist() != base.test_rows.tolist()
    assert len(ls.load_dataset("iris", test_size=0.3).y_test) == 45
    assert ls.load_dataset("iris", test_size=0.2, seed=0).digest == base.digest


def test_scaling_knows_the_training_part_alone(tmp_path: Path) -> None:
    path = save(tmp_path, "mine.csv", TRAIN)
    data = ls.load_dataset(path, test_size=0.5)
    assert data.X_train.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert data.X_train.std(axis=0) == pytest.approx(1)
    assert np.array_equal(data.X_test, (data.raw_test - data.raw_train.mean(axis=0)) / data.raw_train.std(axis=0))
    assert data.raw(data.X_test) == pytest.approx(data.raw_test)


def test_a_constant_column_stays_small_in_spite_of_rounding() -> None:
    """The standard deviation of seven times 0.1 is not exactly 0."""
    X = np.full((7, 1), 0.1)
    mean, scale = standardization(X)
    assert scale.tolist() == [1.0]
    assert mean == pytest.approx([0.1])


@given(st.integers(2, 6), st.integers(1, 200), st.floats(0, 1), st.integers(0, 2**32))
def test_exactly_the_share_of_labels_is_flipped(classes: int, n: int, share: float, seed: int) -> None:
    y = np.arange(n) % classes
    flipped = flip_labels(y, classes, share, seed)
    assert int((flipped != y).sum()) == round(n * share)
    assert flipped.min() >= 0
    assert flipped.max() < classes
    assert np.array_equal(flip_labels(y, classes, share, seed), flipped)
    assert np.array_equal(y, np.arange(n) % classes)


def test_flips_go_to_every_other_class_alike() -> None:
    flipped = flip_labels(np.zeros(30_000, dtype=np.int64), 4, 1.0, seed=3)
    counts = np.bincount(flipped, minlength=4)
    assert counts[0] == 0
    assert (np.abs(counts[1:] - 10_000) < 5 * np.sqrt(30_000 * 2 / 9)).all()


def test_label_noise_leaves_the_test_part_and_the_split_alone() -> None:
    clean, noisy = ls.load_dataset("digits"), ls.load_dataset("digits", label_noise=0.3)
    assert np.array_equal(noisy.X_train, clean.X_train)
    assert np.array_equal(noisy.y_test, clean.y_test)
    assert int((noisy.y_train != clean.y_train).sum()) == round(0.3 * 1438)
    assert any("431 of 1,438 training labels were flipped" in note for note in noisy.notes)
    other = ls.load_dataset("digits", label_noise=0.3, seed=1)
    assert other.digest != noisy.digest


def test_a_test_file_is_the_test_part(tmp_path: Path) -> None:
    train = save(tmp_path, "train.csv", TRAIN)
    test = save(tmp_path, "test.csv", "class;sky;p\n" + "b;v;100,5\na;u;7,5\n")  # other order, other layout
    data = ls.load_dataset(train, test_file=test)
    assert data.raw_train.shape == (30, 4)
    assert data.raw_test.tolist() == [[100.5, 0, 1, 0], [7.5, 1, 0, 0]]
    assert [data.class_names[c] for c in data.y_test] == ["b", "a"]
    assert data.test_rows.tolist() == [30, 31]
    assert data.mean == pytest.approx(data.raw_train.mean(axis=0))


def test_files_without_headers_match_by_place(tmp_path: Path) -> None:
    body = TRAIN.split("\n", 1)[1]
    train, test = save(tmp_path, "train.csv", body), save(tmp_path, "test.csv", "1,u,a\n2,w,c\n")
    assert ls.load_dataset(train, test_file=test, target="3").raw_test.tolist() == [[1, 1, 0, 0], [2, 0, 0, 1]]


@pytest.mark.parametrize("missing", [None, "drop", "mean"])
def test_missing_values_in_a_test_file(tmp_path: Path, missing: str | None) -> None:
    train = save(tmp_path, "train.csv", TRAIN)
    test = save(tmp_path, "test.csv", "p,sky,class\nNA,u,a\n3,,b\n4,w,c\n5,x,c\n")
    data = ls.load_dataset(train, test_file=test, missing=missing)
    if missing == "mean":
        assert data.raw_test[0, 0] == pytest.approx(data.raw_train[:, 0].mean())
        assert data.raw_test[1, 1:].sum() == 1
        assert data.raw_test[3].tolist() == [5, 0, 0, 0]
    else:
        assert data.raw_test.tolist() == [[4, 0, 0, 1], [5, 0, 0, 0]]
    assert any("1 text of the test file unknown in training" in note for note in data.notes)
    assert len(data.y_train) == 30


WRONG = [
    ("p,sky,class\n1,u,z\n", "row 1 of the test part is of class 'z'"),
    ("p,sky,kind\n1,u,a\n", "has no column 'class', as the training file has"),
    ("p,sky\n1,u\n", "has no column 'class'"),
    ("p,sky,class\nhigh,u,a\n", "row 1 (line 2), column 1 'p': 'high' is not a number, as in the training data"),
    ("p,sky,class\ninf,u,a\n", "the number is infinite"),
    ("1,a\n2,b\n", "has 2 columns, but the training file"),
    ("p,sky,class\n,u,a\n", "no test row is complete"),
    ("", "is empty"),
]


@pytest.mark.parametrize(("text", "part"), WRONG, ids=[f"wrong {i}" for i in range(len(WRONG))])
def test_test_files_that_do_not_fit(tmp_path: Path, text: str, part: str) -> None:
    train, test = save(tmp_path, "train.csv", TRAIN), save(tmp_path, "test.csv", text)
    with pytest.raises(ls.InputError) as caught:
        ls.load_dataset(train, test_file=test)
    assert part in str(caught.value)


def test_parts_of_different_kinds(tmp_path: Path) -> None:
    text = save(tmp_path, "train.csv", TRAIN)
    X, y = np.arange(24.0).reshape(12, 2) ** 0.5, np.arange(12) % 3
    np.savez(tmp_path / "all.npz", X=X, y=y)
    np.savez(tmp_path / "few.npz", X=X[:2], y=y[:2])
    np.savez(tmp_path / "own.npz", X_train=X[:9], y_train=y[:9], X_test=X[9:], y_test=y[9:])
    data = ls.load_dataset(tmp_path / "all.npz", test_file=tmp_path / "few.npz")
    assert (len(data.y_train), data.y_test.tolist()) == (12, [0, 1])
    for source, test, part in [
        (text, tmp_path / "all.npz", "both parts must be alike"),
        (tmp_path / "all.npz", text, "both parts must be alike"),
        (tmp_path / "own.npz", tmp_path / "few.npz", "has its own test part"),
        (tmp_path / "all.npz", tmp_path / "own.npz", "a test file holds X and y alone"),
        (text, tmp_path / "none.csv", "neither a data set nor a file"),
    ]:
        with pytest.raises(ls.InputError, match=part):
            ls.load_dataset(source, test_file=test)


def test_classes_that_only_the_dropped_rows_had(tmp_path: Path) -> None:
    path = save(tmp_path, "mine.csv", "p,class\n" + "1,a\n2,a\n3,a\n,b\n,b\n4,a\n5,a\n")
    with pytest.raises(ls.InputError, match="one class alone"):
        ls.load_dataset(path)
    assert len(ls.load_dataset(path, missing="mean").class_names) == 2
