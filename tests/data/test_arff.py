"""Reading ARFF: dense and sparse rows, quotes, types, and what the header does not allow."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls

HEADER = """% made up
@RELATION 'two words'

@attribute 'leaf width' REAL
@ATTRIBUTE colour {red, 'dark blue', "x, y"}
@attribute stage {1,2}
@attribute count integer [0, 10]
@attribute kind {oat,rye}

@DATA
"""
ROWS = """1.5, red, 1, 3, oat
% a comment
2.5,'dark blue',2,4,rye

3.5, "x, y" ,1,5,oat
4.5,red,2,6,rye
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(rows: str = ROWS, header: str = HEADER, test: str = "", **options: object) -> ls.Dataset:
        (tmp_path / "own.arff").write_text(header + rows)
        if test:
            (tmp_path / "test.arff").write_text(test)
            options["test_file"] = tmp_path / "test.arff"
        return ls.load_dataset(tmp_path / "own.arff", **options)

    return loader


def whole(data: ls.Dataset) -> np.ndarray:
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    return np.concatenate([data.raw_train, data.raw_test])[order]


def test_numbers_stay_and_categories_become_columns(load: Callable[..., ls.Dataset]) -> None:
    data = load()
    names = ("leaf width", "colour=dark blue", "colour=red", "colour=x, y", "stage=1", "stage=2", "count")
    assert data.feature_names == names
    assert data.class_names == ("oat", "rye")
    assert whole(data).tolist() == [
        [1.5, 0, 1, 0, 1, 0, 3],
        [2.5, 1, 0, 0, 0, 1, 4],
        [3.5, 0, 0, 1, 1, 0, 5],
        [4.5, 0, 1, 0, 0, 1, 6],
    ]


def test_sparse_rows_are_the_same_rows(load: Callable[..., ls.Dataset]) -> None:
    sparse = "{0 1.5, 3 3}\n{0 2.5,1 'dark blue',2 2,3 4,4 rye}\n{ 0 3.5, 1 \"x, y\", 3 5 }\n{3 6, 2 2, 0 4.5, 4 rye}\n"
    assert load(sparse).digest == load().digest
    assert whole(load(sparse + "{}\n{4 rye}\n"))[4].tolist() == [0, 0, 1, 0, 1, 0, 0]


def test_missing_values(load: Callable[..., ls.Dataset]) -> None:
    data = load(ROWS + "?,red,1,2,oat\n1,?,1,2,rye\n1,red,1,2,?\n<null>,red,1,2,rye\n", missing="mean")
    assert "1 row has no class and cannot be used." in data.notes
    assert any(note.startswith("3 values are missing in 3 of 7 rows") for note in data.notes)


def test_spaces_and_tabs_separate_too_and_weights_are_left_out(load: Callable[..., ls.Dataset]) -> None:
    assert load(ROWS.replace("4.5,red,2,6,rye", "4.5\tred 2  6\trye")).digest == load().digest
    data = load(ROWS.replace("4.5,red,2,6,rye", "4.5,red,2,6,rye, {2.5}"))
    assert data.digest == load().digest
    assert "The weights of 1 row were left out." in data.notes


@pytest.mark.parametrize(
    ("name", "options", "target", "note"),
    [
        ("kind", {}, "kind", "by its name"),
        ("leaf", {}, "leaf", "as the header says"),
        ("kind", {"target": "colour"}, "colour", "as asked for"),
    ],
)
def test_which_attribute_is_the_class(
    load: Callable[..., ls.Dataset], name: str, options: dict[str, str], target: str, note: str
) -> None:
    data = load(ROWS + "1,'dark blue',1,1,oat\n1,\"x, y\",1,1,rye\n", HEADER.replace(" kind ", f" {name} "), **options)
    assert any(text.startswith("The class is ") and target in text and note in text for text in data.notes)
    assert (name == "leaf") == any("as it is in Weka" in text for text in data.notes)


def test_keel_names_the_output(load: Callable[..., ls.Dataset]) -> None:
    header = HEADER.replace("@DATA", "@inputs 'leaf width', stage, count, kind\n@outputs colour\n@data")
    data = load(ROWS + "1,'dark blue',1,1,oat\n1,\"x, y\",1,1,rye\n", header)
    assert data.class_names == ("dark blue", "red", "x, y")


def test_a_test_file(load: Callable[..., ls.Dataset]) -> None:
    test = HEADER + "9,red,1,3,rye\n8,'dark blue',2,3,oat\n"
    data = load(test=test)
    assert data.raw_test[:, 0].tolist() == [9, 8]
    assert data.y_test.tolist() == [1, 0]
    with pytest.raises(ls.InputError, match="is no ARFF file, but"):
        load(test="a,b\n1,2\n")


def test_options(load: Callable[..., ls.Dataset]) -> None:
    assert load(drop=["colour", "4"]).feature_names == ("leaf width", "stage=1", "stage=2")
    with pytest.raises(ls.InputError, match="delimiter is for text files"):
        load(delimiter=";")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,red,1,oat\n", r"row 1 \(line 11\): there are 4 values for 5 attributes"),
        (ROWS + "a,red,1,2,oat\n", r"row 5 \(line 17\): 'a' is not a number, as 'leaf width' is"),
        (ROWS + "1_0,red,1,2,oat\n", r"'1_0' is not a number"),
        (ROWS + "1,green,1,2,oat\n", r"row 5 \(line 17\): 'green' is none of the values of 'colour'"),
        (ROWS + "1,'red,1,2,oat\n", r"row 5 \(line 17\): a quote is not closed, or text follows it: 'red"),
        (ROWS + "1,'red'x,1,2,oat\n", r"a quote is not closed, or text follows it"),
        (ROWS + "{0 1\n", r"row 5 \(line 17\): the bracket \{ is not closed"),
        (ROWS + "{5 1}\n", r"row 5 \(line 17\): '5 1' is no index from 0 to 4 and a value"),
        (ROWS + "{a 1}\n", r"'a 1' is no index"),
        ("", r" has a header but no rows"),
    ],
)
def test_rows_that_cannot_be(load: Callable[..., ls.Dataset], rows: str, message: str) -> None:
    with pytest.raises(ls.InputError, match=f"own.arff.*{message}"):
        load(rows)


@pytest.mark.parametrize(
    ("line", "by", "message"),
    [
        ("@DATA\n", "%", "there is no line @data"),
        ("@attribute stage {1,2}", "@attribute stage {1,2", "line 6: the values of 'stage' are not closed"),
        ("@attribute stage {1,2}", "@attribute stage relational", "line 6: 'stage' is of the type relational"),
        ("@attribute stage {1,2}", "@attribute stage", "line 6: 'stage' is no name and type"),
        ("@attribute stage {1,2}", "stage 1", "line 6: 'stage 1' stands before @data, but is no @attribute"),
        ("@attribute stage", "@attribute kind", "two attributes are called 'kind'"),
    ],
)
def test_headers_that_cannot_be(load: Callable[..., ls.Dataset], line: str, by: str, message: str) -> None:
    with pytest.raises(ls.InputError, match=f"own.arff, {message}"):
        load("%" if by == "%" else ROWS, HEADER.replace(line, by))


@pytest.mark.parametrize(
    "row", ["1,'" + " " * 10**6 + "x,1,2,oat", "{" + "0 " * 10**5, "1," * 10**5, "{0 " + " " * 10**6]
)
def test_hostile_rows_take_no_time(load: Callable[..., ls.Dataset], row: str) -> None:
    with pytest.raises(ls.InputError, match="row 5"):
        load(ROWS + row + "\n")
