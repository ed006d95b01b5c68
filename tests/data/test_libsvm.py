"""Reading LIBSVM's format, and what only looks like it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.files import MAX_CELLS

ROWS = ["+1 1:.5 4:2e1", "-1 2:-1", "+1 1:3 2:4 3:5 4:6", "-1"] * 3
X = np.array([[0.5, 0, 0, 20], [0, -1, 0, 0], [3, 4, 5, 6], [0, 0, 0, 0]] * 3)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(lines: list[str], test: list[str] | None = None, ends: str = "\n") -> ls.Dataset:
        paths = [tmp_path / "own.libsvm", tmp_path / "own.t"]
        for path, rows in zip(paths, (lines, test or []), strict=True):
            path.write_bytes(ends.join([*rows, ""]).encode())
        return ls.load_dataset(paths[0], test_file=paths[1] if test else None)

    return loader


def whole(data: ls.Dataset) -> np.ndarray:
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    return np.concatenate([data.raw_train, data.raw_test])[order]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("first", [0, 1])
def test_values_labels_and_names(load: Callable[..., ls.Dataset], first: int, ends: str) -> None:
    lines = [" ".join(f"{int(c.split(':')[0]) - 1 + first}:{c.split(':')[1]}" if ":" in c else c for c in row.split())
             for row in ROWS]  # fmt: skip
    data = load(lines, ends=ends)
    assert np.array_equal(whole(data), X)
    assert data.class_names == ("-1", "1")
    assert data.feature_names == tuple(f"x{i}" for i in range(first, first + 4))


def test_comments_empty_lines_and_queries(load: Callable[..., ls.Dataset]) -> None:
    data = load(["# made up", "", *(row.replace(" ", " qid:7 ", 1) + "  # a row" for row in ROWS)])
    assert np.array_equal(whole(data), X)
    assert "The column qid was left out." in data.notes


def test_a_test_file_has_the_same_columns(load: Callable[..., ls.Dataset]) -> None:
    data = load(ROWS, test=["-1 1:7", "+1 6:1"])
    assert data.raw_train.shape == (12, 6)
    assert data.raw_test.tolist() == [[7, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    assert data.y_test.tolist() == [0, 1]
    assert load(ROWS, test=["-1 0:1 4:7"]).raw_test.tolist() == [[1, 0, 0, 0, 7]]  # both count from 0 then


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2.5 1:1", r"line 13: the label 2.5 is no whole number, but a regression target"),
        ("1,2 1:1", r"line 13 has several labels, 1,2; a sample has one class here"),
        ("a 1:1", r"line 13: the label 'a' is no number"),
        ("1 1:1 b", r"line 13: 'b' is not index:value"),
        ("1 1:1 2:", r"line 13: '2:' is not index:value"),
        ("1 2:1 1:1", r"line 13: index 1 follows 2; indices must rise along a line"),
        ("1 -1:1", r"line 13: index -1 follows 0; indices must rise"),
        ("1 20001:1", r"line 13: index 20001 follows 0; at most 20,000 are read"),
        ("1 1:inf", r"row 13, column 1: inf is not a number"),
    ],
)
def test_lines_that_cannot_be(load: Callable[..., ls.Dataset], line: str, message: str) -> None:
    with pytest.raises(ls.InputError, match=rf"own.libsvm, .*{message}"):
        load([*ROWS, line])


def test_what_is_no_set_of_classes(load: Callable[..., ls.Dataset]) -> None:
    with pytest.raises(ls.InputError, match="probably a regression target"):
        load([f"{i} 1:{i}" for i in range(20)])
    with pytest.raises(ls.InputError, match=f"are more than {MAX_CELLS:,}"):
        load([f"{i % 2} 20000:1" for i in range(5001)])


@pytest.mark.parametrize("lines", [["time kind", "12:30 a"], ["1 2", "3 4"], ["a b:1", "c d:2"]])
def test_text_that_only_looks_like_it(load: Callable[..., ls.Dataset], lines: list[str]) -> None:
    with pytest.raises(ls.InputError) as caught:
        load(lines)
    assert "index" not in str(caught.value)


def test_options_of_text_files(tmp_path: Path) -> None:
    (tmp_path / "own.libsvm").write_text("\n".join(ROWS))
    with pytest.raises(ls.InputError, match="drop is for text files"):
        ls.load_dataset(tmp_path / "own.libsvm", drop=["1"])
