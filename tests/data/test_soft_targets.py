"""Soft targets in files: written, read back, made by hand; and that training cannot tell where they were smoothed."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data import write_smoothed
from tests.support.helpers import crossed

SUFFIXES = [".csv", ".tsv", ".txt", ".npz"]


def same_data(found: ls.Dataset, data: ls.Dataset, a: float) -> None:
    """Whether all that training sees is equal, bit for bit."""
    for name in ("X_train", "X_test", "y_train", "y_test", "mean", "scale"):
        left, right = getattr(found, name), getattr(data, name)
        assert left.dtype == right.dtype
        assert left.tobytes() == right.tobytes(), name
    for part in ("train", "test"):
        y = data.y_train if part == "train" else data.y_test
        hard = np.eye(len(data.class_names))[y]
        assert getattr(found, f"targets_{part}").tobytes() == ls.smooth_labels(hard, a).tobytes()
    assert found.feature_names == data.feature_names
    assert found.class_names == data.class_names
    assert found.image_shape == data.image_shape
    assert found.scaling == data.scaling


@pytest.mark.parametrize(
    ("name", "a", "suffix"), crossed(["iris", "penguins", "article", "digits"], [0.0, 0.3, 1.0], SUFFIXES, keep=4)
)
def test_a_written_set_is_read_back_bit_for_bit(tmp_path: Path, name: str, a: float, suffix: str) -> None:
    data = ls.load_dataset(name)
    path = tmp_path / f"smoothed{suffix}"
    write_smoothed(data, a, path)
    same_data(ls.load_dataset(path), data, a)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_own_data_with_all_that_can_happen_to_it(tmp_path: Path, suffix: str) -> None:
    """Another split, filled-in values, one-hot text, flipped labels."""
    path = tmp_path / "mine.csv"
    sky = ["sun", '"rain, fog"', "NA"]
    rows = [f"{'' if i % 7 == 0 else i / 3},{sky[i * i % 3]},{'abc'[i % 3]}" for i in range(60)]
    path.write_text("p,sky,class\n" + "\n".join(rows))
    data = ls.load_dataset(path, test_size=0.4, missing="mean", label_noise=0.3, seed=9)
    write_smoothed(data, 0.2, tmp_path / f"out{suffix}")
    same_data(ls.load_dataset(tmp_path / f"out{suffix}"), data, 0.2)


RUNS = [
    {"optimizer": "sgd", "momentum": 0.9},
    {"optimizer": "adam", "learning_rate": 0.01, "l2": 0.01},
    {"output": "sigmoid", "loss": "binary_cross_entropy"},
]


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
@pytest.mark.parametrize("hyper", RUNS, ids=["sgd", "adam", "sigmoid"])
def test_training_on_smoothed_data_is_smoothing_during_training(
    tmp_path: Path, hyper: dict[str, Any], suffix: str
) -> None:
    a = 0.3
    data = ls.load_dataset("iris")
    write_smoothed(data, a, tmp_path / f"smoothed{suffix}")
    changed = ls.Trainer(ls.load_dataset(tmp_path / f"smoothed{suffix}"), ls.Hyperparameters(seed=5, **hyper))
    smoothed = ls.Trainer(data, ls.Hyperparameters(seed=5, label_smoothing=a, **hyper))
    plain = ls.Trainer(data, ls.Hyperparameters(seed=5, **hyper))
    for _ in range(3):
        for trainer in (changed, smoothed, plain):
            trainer.step(60)
        assert changed.network.parameters.tobytes() == smoothed.network.parameters.tobytes()
        assert changed.evaluate("test") == smoothed.evaluate("test")
        assert changed.network.parameters.tobytes() != plain.network.parameters.tobytes()


def test_the_text_file_is_as_documented(tmp_path: Path) -> None:
    write_smoothed(ls.load_dataset("article"), 0.3, tmp_path / "out.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert rows[0] == [
        "sepal_length", "sepal_width", "petal_length", "petal_width",
        "target:setosa", "target:versicolor", "target:virginica", "class", "part",
    ]  # fmt: skip
    assert rows[1][:4] == ["5.1", "3.5", "1.4", "0.2"]
    assert [float(cell) for cell in rows[1][4:7]] == ls.smooth_labels(np.eye(3), 0.3)[0].tolist()
    assert rows[1][7:] == ["setosa", "train"]
    assert len(rows) == 7


def test_rows_stay_in_the_order_of_the_source(tmp_path: Path) -> None:
    write_smoothed(ls.load_dataset("iris"), 0.1, tmp_path / "out.csv")
    with open(tmp_path / "out.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == ["setosa"] * 50 + ["versicolor"] * 50 + ["virginica"] * 50
    assert sum(row["part"] == "test" for row in rows) == 30


def test_smoothing_smoothed_data_again(tmp_path: Path) -> None:
    data = ls.load_dataset("iris")
    write_smoothed(data, 0.2, tmp_path / "once.csv")
    write_smoothed(ls.load_dataset(tmp_path / "once.csv"), 0.3, tmp_path / "twice.csv")
    twice = ls.load_dataset(tmp_path / "twice.csv")
    expected = ls.smooth_labels(ls.smooth_labels(np.eye(3)[data.y_train], 0.2), 0.3)
    assert twice.soft_train.tobytes() == expected.tobytes()


weird = st.text(min_size=1, max_size=6).map(lambda text: " ".join(text.replace("\0", "").split())).filter(bool)


@given(
    st.data(),
    st.floats(0, 1),
    st.sampled_from([".csv", ".tsv", ".npz"]),
    st.lists(weird, min_size=1, max_size=3, unique=True),
    st.lists(weird | st.sampled_from(["NA", "class", "1", "#x", "# y"]), min_size=2, max_size=4, unique=True),
)
def test_any_names_and_numbers_pass_through_a_file(
    tmp_path_factory: pytest.TempPathFactory, draw: st.DataObject, a: float, suffix: str, features: int, classes: int
) -> None:
    """Names with quotes, delimiters, number signs; numbers of any size; a file that load_dataset itself read first."""
    n = 3 * len(classes)
    numbers = st.floats(-1e100, 1e100, allow_subnormal=False)
    X = np.array(draw.draw(st.lists(st.tuples(*[numbers] * len(features)), min_size=n, max_size=n)))
    folder = tmp_path_factory.mktemp("weird")
    y = np.arange(n) % len(classes)
    np.savez(folder / "first.npz", X=X, y=y, feature_names=np.array(features), class_names=np.array(classes))
    try:
        data = ls.load_dataset(folder / "first.npz")
    except ls.InputError as error:
        assert "too large, or too far apart" in str(error)  # noqa: PT017
        return
    write_smoothed(data, a, folder / f"second{suffix}")
    same_data(ls.load_dataset(folder / f"second{suffix}"), data, a)


HAND = "p,q,target:yes,target:no\n" + "1,2,0.9,0.1\n2,5,0.2,0.8\n3,3,0.7,0.3\n9,4,0,1\n" * 3


def load_text(tmp_path: Path, text: str, **options: Any) -> ls.Dataset:
    (tmp_path / "hand.csv").write_text(text)
    return ls.load_dataset(tmp_path / "hand.csv", **options)


def test_a_file_made_by_hand_needs_target_columns_alone(tmp_path: Path) -> None:
    data = load_text(tmp_path, HAND)
    assert data.class_names == ("yes", "no")
    T = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0, 1]])
    assert np.array_equal(data.soft_train, T[data.train_rows % 4])
    assert data.y_train.tolist() == [[0, 1, 0, 1][row % 4] for row in data.train_rows]
    assert len(data.y_test) == 2


def test_hard_targets_in_columns_are_hard_classes(tmp_path: Path) -> None:
    text = "p,target:a,target:b\n" + "1,1,0\n2,0,1\n" * 4
    data = load_text(tmp_path, text)
    assert data.soft_train is None
    assert load_text(tmp_path, text, label_noise=0.5).y_train.tolist() != data.y_train.tolist()


def test_rows_as_the_article_prints_them(tmp_path: Path) -> None:
    soft = """\
5.1, 3.5, 1.4, 0.2,  0.8, 0.1, 0.1  # setosa
7.0, 3.2, 4.7, 1.4,  0.1, 0.8, 0.1  # versicolor
6.3, 2.9, 5.6, 1.8,  0.1, 0.1, 0.8  # virginica
"""
    data = load_text(tmp_path, soft)
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.raw_train.tolist() == ls.load_dataset("article").raw_train.tolist()
    assert data.soft_train.tolist() == [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]
    hard = load_text(tmp_path, soft.replace("0.8", "1").replace("0.1", "0"))
    assert hard.soft_train is None
    assert np.array_equal(hard.X_train, ls.load_dataset("article").X_train)


def test_targets_rounded_for_print_are_brought_to_sum_to_one(tmp_path: Path) -> None:
    text = "p,target:a,target:b,target:c\n" + "1,.9333,.0333,.0333\n2,.0333,.9333,.0333\n3,.0333,.0333,.9333\n"
    data = load_text(tmp_path, text)
    assert data.soft_train.sum(axis=1) == pytest.approx(1, abs=1e-15)
    assert data.soft_train[0] == pytest.approx([0.93339, 0.0333, 0.0333], abs=1e-5)
    assert any("sum to nearly 1" in note for note in data.notes)


def with_column(name: str, value: Any) -> str:
    """The file made by hand with one more column in front, the same value in every row."""
    first, *rest = HAND.splitlines()
    return "\n".join([f"{name},{first}", *(f"{value},{row}" for row in rest)])


def test_the_class_may_differ_from_the_largest_target(tmp_path: Path) -> None:
    data = load_text(tmp_path, with_column("class", "no"))
    assert data.feature_names == ("p", "q")
    assert set(data.y_train) == {1}
    assert 0.9 in data.soft_train[:, 0]


WRONG = [
    (HAND.replace("0.2,0.8", "0.2,0.9", 1), "row 2 (line 3): targets must be at least 0 and sum to 1, got 0.2, 0.9"),
    (HAND.replace("0.2,0.8", "-0.2,1.2", 1), "row 2 (line 3): targets must be at least 0"),
    (HAND.replace("0.2,0.8", "nan,0.8", 1), "row 2 (line 3), column 3 'target:yes': a soft target is missing"),
    (HAND.replace("0.2,0.8", "x,0.8", 1), "row 2 (line 3), column 3 'target:yes': 'x' is not a number"),
    (HAND.replace("0.2,0.8", "inf,0.8", 1), "row 2 (line 3): targets must be at least 0"),
    (HAND.replace("target:no", "other"), "for each of at least two classes"),
    (HAND.replace("target:no", "target:yes"), "'target:yes' stands twice"),
    (with_column("class", "maybe"), "row 1 (line 2), column 1 'class': 'maybe' is none of the classes"),
    (with_column("part", "trial"), "row 1 (line 2), column 1 'part': 'trial' must be train or test"),
    (with_column("part", "test"), "all rows are of the test part"),
]


@pytest.mark.parametrize(("text", "part"), WRONG, ids=[f"wrong {i}" for i in range(len(WRONG))])
def test_soft_files_that_are_wrong(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(ls.InputError) as caught:
        load_text(tmp_path, text)
    assert part in str(caught.value)


def test_options_that_do_not_go_with_soft_targets(tmp_path: Path) -> None:
    with pytest.raises(ls.InputError, match="columns of soft targets"):
        load_text(tmp_path, HAND, target="p")
    with pytest.raises(ls.InputError, match="label_noise flips hard classes"):
        load_text(tmp_path, HAND, label_noise=0.1)


def test_what_cannot_be_written(tmp_path: Path) -> None:
    data = ls.load_dataset("article")
    with pytest.raises(ls.InputError, match="from 0 to 1"):
        write_smoothed(data, 1.5, tmp_path / "out.csv")
    with pytest.raises(ls.InputError, match="must end in"):
        write_smoothed(data, 0.1, tmp_path / "out.xlsx")
    with pytest.raises(ls.InputError, match="there is no directory"):
        write_smoothed(data, 0.1, tmp_path / "no" / "such" / "out.csv")
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(ls.InputError, match="is a directory"):
        write_smoothed(data, 0.1, tmp_path / "dir.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["dir.csv"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    monkeypatch.setattr("lsexplorer.data.write._numbers", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_smoothed(ls.load_dataset("article"), 0.1, path)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_nine_tenths_and_one_tenth_is_a_fifth_smoothed_over_two_classes() -> None:
    """The 0.9 and 0.1 of the 1980s, for one output or two."""
    one = np.array([[1.0], [0.0], [1.0]])
    assert ls.smooth_labels(one, 0.2) == pytest.approx(np.array([[0.9], [0.1], [0.9]]), abs=1e-15)
    two = np.hstack([one, 1 - one])
    assert ls.smooth_labels(two, 0.2)[:, :1].tobytes() == ls.smooth_labels(one, 0.2).tobytes()
    assert ls.smooth_labels(two, 0.2).sum(axis=1) == pytest.approx(1)
