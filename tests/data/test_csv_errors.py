"""Text files that are wrong: one line each that says where and what would be right."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.data import files
from lsexplorer.data.readers import lines

GOOD = "width,length,kind\n" + "5.1,3.5,a\n7.0,3.2,b\n6.3,2.9,a\n" * 3


@pytest.fixture
def message(tmp_path: Path) -> Callable[..., str]:
    """The message of the InputError that loading raises."""

    def loader(content: bytes | str, name: str = "bad.csv", **options: Any) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(ls.InputError) as caught:
            ls.load_dataset(path, **options)
        text = str(caught.value)
        assert "\n" not in text
        assert text.isprintable()
        assert name in text
        return text

    return loader


def line(number: int, text: str) -> str:
    """The good file with another text in one of its lines, counted from 1."""
    found = GOOD.splitlines()
    found[number - 1] = text
    return "\n".join(found) + "\n"


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ["is empty"]),
        ("\n \n\n", ["is empty"]),
        ("# nothing but a comment\n", ["is empty"]),
        ("width,length,kind\n", ["has a header but no rows"]),
        ("width\n1\n2\n", ["has one column only"]),
        (line(5, "5.1,3.5"), ["row 4 (line 5)", "has 2 columns", "the header has 3"]),
        (line(5, "5.1,3.5,a,b"), ["row 4 (line 5)", "has 4 columns", "the header has 3"]),
        (line(5, "5.1"), ["row 4 (line 5)", "has 1 column,"]),
        (line(7, "5.1,oops,a"), ["row 6 (line 7)", "column 2 'length'", "'oops' is not a number"]),
        (line(7, "5.1,1_0,a"), ["row 6 (line 7)", "column 2 'length'", "'1_0' is not a number"]),
        (line(7, "5.1,inf,a"), ["row 6 (line 7)", "column 2 'length'", "infinite"]),
        (line(7, "-1e999,2,a"), ["row 6 (line 7)", "column 1 'width'", "infinite"]),
        (line(7, '5.1,2,"a'), ["row 6 (line 7)", "a quoted cell is not closed"]),
        (line(7, '5.1,"2"x,a'), ["row 6 (line 7)", "column 2 'length'", "'\"2\"x' is not a number"]),
        ('a,b\n1,2\n"x" y,3\n', ["row 2 (line 3)", "closing quote"]),
        (line(7, "5.1,2\0,a"), ["line 7", "NUL byte"]),
        (GOOD.replace(",b", ",a"), ["column 3 'kind'", "one class alone ('a')"]),
        ("a,b,c\n" + "1,2,\n" * 5, ["column 3 'c'", "no class at all"]),
        ("a,b,price\n" + "".join(f"1,2,{i}.5\n" for i in range(20)), ["column 3 'price'", "regression target"]),
        (
            "a,b,kind\n" + "".join(f"{i},2.5,{'x' * i}\n" for i in range(1, 9)),
            ["column 3 'kind'", "8 different values"],
        ),
        ("class,kind\n" + "a,x\nb,y\n" * 4 + "a,\n" * 20, ["no column is left", "Column 2 'kind' was left out"]),
        ("name,class\n" + "".join(f"n{i},{'ab'[i % 2]}\n" for i in range(20)), ["no column is left", "names or ids"]),
        ("a,class\n1e308,x\n-1e308,y\n1e308,x\n-1e308,y\n", ["column 1 'a'", "too large"]),
        ("a;b;class\n" + "1,234;2;x\n2,345;3;y\n" * 3, ["'1,234' may be a decimal or a thousands comma"]),
        ("a,class\n" + "1,1\n2,2\n1,1\n2,inf\n" * 2, ["column 2 'class'", "infinite"]),
        ("a,b,class\n" + "NA,1,x\n2,NA,y\n" * 3, ["no row is complete", "mean"]),
    ],
)
def test_what_is_wrong_and_where(message: Callable[..., str], content: str, parts: list[str]) -> None:
    text = message(content)
    for part in parts:
        assert part in text


def test_the_first_cell_that_is_no_number_is_named_in_a_long_file(message: Callable[..., str]) -> None:
    rows = [f"{i},{i * i % 17}.5,{'ab'[i % 2]}" for i in range(100_000)]
    rows[91_234] = "1,two,a"
    text = message("p,q,class\n" + "\n".join(rows))
    assert "row 91235 (line 91236), column 2 'q': 'two' is not a number" in text


def test_an_unknown_target_lists_the_columns_and_suggests_one(message: Callable[..., str]) -> None:
    text = message(GOOD, target="kinds")
    assert "no column 'kinds'" in text
    assert "Did you mean 'kind'?" in text
    assert "width, length, kind" in text
    assert "1 to 3" in text


@pytest.mark.parametrize("target", ["0", "4", "-1", "2.0", "99999999999999999999"])
def test_a_column_number_that_is_none(message: Callable[..., str], target: str) -> None:
    assert f"no column '{target}'" in message(GOOD, target=target)
    assert "It has no header: give a number from 1 to 3" in message(GOOD.split("\n", 1)[1], target=target)


def test_a_regression_target_comes_with_a_suggestion(message: Callable[..., str]) -> None:
    content = "sort,size,price\n" + "".join(f"{'ab'[i % 2]},{i}.5,{i * i}.5\n" for i in range(20))
    assert "column 1 'sort' has 2 different values" in message(content, target="price")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"a,class\n" + b"1,x\n2,y\n" * 5000 + b"1,\x9d\n", "line 10002 holds the byte 0x9d and is neither UTF-8 nor"),
        (b"\x93NUMPY\x01\0v\0{'descr': '<f8'}", "single .npy array"),
        (b"\x80\x04\x95\x10\0\0\0", "is a pickle, which is never read"),
    ],
)
def test_files_that_are_no_text_of_ours(message: Callable[..., str], content: bytes, part: str) -> None:
    assert part in message(content)


def test_a_directory_and_a_device(tmp_path: Path) -> None:
    with pytest.raises(ls.InputError, match="is a directory"):
        ls.load_dataset(tmp_path)
    with pytest.raises(ls.InputError, match="not a regular file"):
        ls.load_dataset(os.devnull)


@pytest.mark.parametrize("name", ["secret.csv", "secret.npz", "train-images-idx3-ubyte"])
def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refuse(*_: object, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / name
    path.write_text(GOOD)
    monkeypatch.setattr("pathlib.Path.open", refuse)  # as root, nothing is really forbidden
    with pytest.raises(ls.InputError, match=rf"cannot read .*{name}: permission denied"):
        ls.load_dataset(path)


def test_limits_of_size(message: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 40)
    assert "line 1 is longer than 40 characters" in message("x" * 50 + ",class\n1,a\n")
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    assert "at most 100 are read" in message(GOOD * 3)


def test_more_values_than_fit(message: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.data.readers.csv_reader.MAX_CELLS", 20)
    assert "more than 20 values" in message(GOOD)


def test_one_hot_columns_are_bounded(message: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.data.readers.features.MAX_CELLS", 100)
    content = "a,b,class\n" + "".join(f"v{i % 9},{i}.5,{'xy'[i % 2]}\n" for i in range(20))
    assert "would become more than 100 values" in message(content)


@pytest.mark.parametrize(
    "content",
    [
        "# " * 100_000 + ",x\n1,2\n",
        '"' * 1_000_001 + "\n1,2\n",
        "," * 200_000 + "\n",
        "1," * 100_000 + "a\n",
        "a,b\n" + " \t" * 100_000 + "x\n",
        "\n" * 200_000 + "a\n",
    ],
    ids=["comments", "quotes", "delimiters", "columns", "spaces", "blank lines"],
)
def test_hostile_lines_take_no_time(message: Callable[..., str], content: str) -> None:
    start = time.perf_counter()
    message(content)
    assert time.perf_counter() - start < 300  # what takes the square of the length takes far longer
