"""Text files that are fine, in all the layouts people use."""

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data.files import printable

ROWS = [(5.1, 3.5, "setosa"), (7.0, 3.2, "versicolor"), (6.3, 2.9, "virginica")] * 4
RAW = np.array([row[:2] for row in ROWS])
PENGUINS = """\
species,island,bill_length_mm,flipper_length_mm,sex,year
Adelie,Torgersen,39.1,181,male,2007
Adelie,Torgersen,39.5,186,female,2007
Adelie,Torgersen,NA,NA,NA,2007
Gentoo,Biscoe,46.1,211,female,2007
Gentoo,Biscoe,50.0,230,male,2007
Gentoo,Biscoe,48.7,210,NA,2007
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(content: bytes | str, name: str = "data.csv", **options: Any) -> ls.Dataset:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return ls.load_dataset(path, **options)

    return loader


def everything(data: ls.Dataset) -> tuple[np.ndarray, list[str]]:
    """Raw predictors and class names of all rows, in the order of the file."""
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    names = np.array(data.class_names)[np.concatenate([data.y_train, data.y_test])]
    return np.concatenate([data.raw_train, data.raw_test])[order], names[order].tolist()


def text(delimiter: str = ",", header: str = "width,length,kind", end: str = "\n") -> str:
    lines = [header.split(",")] if header else []
    lines += [list(map(str, row)) for row in ROWS]
    return end.join(delimiter.join(cells) for cells in lines) + end


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("header", ["width,length,kind", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_headers_and_line_ends(
    load: Callable[..., ls.Dataset], delimiter: str, header: str, end: str
) -> None:
    data = load(text(delimiter, header, end))
    X, names = everything(data)
    assert np.array_equal(X, RAW)
    assert names == [row[2] for row in ROWS]
    assert data.feature_names == (("width", "length") if header else ("column 1", "column 2"))


@pytest.mark.parametrize("name", ["data.csv", "data.tsv", "data.txt", "data.data", "data"])
def test_the_contents_decide_not_the_name(load: Callable[..., ls.Dataset], name: str) -> None:
    assert np.array_equal(everything(load(text("\t"), name))[0], RAW)


def test_a_byte_order_mark_is_no_part_of_the_first_name(load: Callable[..., ls.Dataset]) -> None:
    assert load(b"\xef\xbb\xbf" + text().encode()).feature_names == ("width", "length")


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks(load: Callable[..., ls.Dataset]) -> None:
    content = '"width, cm","le""ngth",kind\n' + '1,"2","a, b"\n3,4,"c\nd"\n' * 3
    data = load(content)
    assert data.feature_names == ("width, cm", 'le"ngth')
    assert data.class_names == ("a, b", "c d")
    assert everything(data)[0].tolist() == [[1, 2], [3, 4]] * 3


def test_runs_of_white_space_part_columns(load: Callable[..., ls.Dataset]) -> None:
    content = "".join(f"  {a}   {b} \t {kind}  \n" for a, b, kind in ROWS)
    assert np.array_equal(everything(load(content))[0], RAW)


def test_comments_blank_lines_and_empty_rows_are_passed_over(load: Callable[..., ls.Dataset]) -> None:
    lines = text().splitlines()
    content = "# made by hand, on Monday\n" + "\n\n  # more\n".join(lines[:4]) + "\n,,\n" + "\n".join(lines[4:])
    X, names = everything(load(content))
    assert np.array_equal(X, RAW)
    assert names == [row[2] for row in ROWS]


def test_a_number_sign_in_a_cell_is_no_comment(load: Callable[..., ls.Dataset]) -> None:
    content = "#legs,unit,class\n" + "4,1.5,Unit #1\n2,2.5,Unit #2\n" * 3
    data = load(content)
    assert data.feature_names == ("#legs", "unit")
    assert data.class_names == ("Unit #1", "Unit #2")
    data = load("colour,size,class\n" + "#f00,1.5,a\n#0f0,2.5,b\n" * 3)
    assert data.feature_names == ("colour=#0f0", "colour=#f00", "size")


def test_decimal_commas_between_semicolons(load: Callable[..., ls.Dataset]) -> None:
    content = text(";").replace(".", ",")
    assert np.array_equal(everything(load(content))[0], RAW)


def test_a_trailing_delimiter_makes_no_column(load: Callable[..., ls.Dataset]) -> None:
    content = "".join(line + ",\n" for line in text().splitlines())
    assert load(content).feature_names == ("width", "length")


def test_r_writes_no_header_for_its_row_names(load: Callable[..., ls.Dataset]) -> None:
    content = '"width" "length" "kind"\n' + "".join(f'"{i + 1}" {a} {b} "{k}"\n' for i, (a, b, k) in enumerate(ROWS))
    data = load(content)
    assert np.array_equal(everything(data)[0], RAW)
    assert any("numbers the rows" in note for note in data.notes)


@pytest.mark.parametrize("header", ["0,1,target", "x,y,kind", ",a,kind"])
def test_headers_that_look_strange(load: Callable[..., ls.Dataset], header: str) -> None:
    data = load(text(header=header))
    assert np.array_equal(everything(data)[0], RAW)


@pytest.mark.parametrize("sizes", ["12,2,setosa,versicolor,virginica", "12,2,a long name,b,c", "99,2,p,q,r"])
def test_scikit_learns_first_row_of_sizes_and_class_names(load: Callable[..., ls.Dataset], sizes: str) -> None:
    lines = [f"{a},{b},{i % 3}" for i, (a, b, _) in enumerate(ROWS)]
    data = load("\n".join([sizes, *lines]))
    X, names = everything(data)
    assert np.array_equal(X, RAW)
    assert names == [sizes.split(",")[2 + i % 3] for i in range(12)]
    assert data.feature_names == ("column 1", "column 2")


def test_text_columns_alone_with_and_without_a_header(load: Callable[..., ls.Dataset]) -> None:
    cells = ["sunny,hot,no", "rainy,mild,yes", "sunny,mild,yes", "rainy,hot,no"] * 2
    assert len(everything(load("sky,air,play\n" + "\n".join(cells)))[1]) == 8
    assert len(everything(load("\n".join(cells), target="3"))[1]) == 8


def test_penguins_with_the_class_first_and_text_and_missing_values(load: Callable[..., ls.Dataset]) -> None:
    data = load(PENGUINS)
    assert data.class_names == ("Adelie", "Gentoo")
    assert data.feature_names == (
        "island=Biscoe", "island=Torgersen", "bill_length_mm", "flipper_length_mm", "sex=female", "sex=male", "year",
    )  # fmt: skip
    X, names = everything(data)
    assert names == ["Adelie", "Adelie", "Gentoo", "Gentoo"]
    assert X[1].tolist() == [0, 1, 39.5, 186, 1, 0, 2007]
    assert sorted([*data.train_rows, *data.test_rows]) == [0, 1, 3, 4]  # rows of the file
    notes = " ".join(data.notes)
    assert "The class is column 1 'species', by its name." in notes
    assert "4 values are missing in 2 of 6 rows; these rows were dropped." in notes


def test_progress_rises_to_the_size_of_the_file(load: Callable[..., ls.Dataset], tmp_path: Path) -> None:
    lines = [f"{i % 7}.5," * 50 + f"{i % 3}" for i in range(4500)]
    calls = []
    data = load("\n".join(lines), progress=lambda done, total: calls.append((done, total)))
    size = (tmp_path / "data.csv").stat().st_size
    assert len(data.y_train) == 3600
    assert len(calls) >= 2
    assert calls == sorted(calls)
    assert calls[-1] == (size, size)
    assert {total for _, total in calls} == {size}


LINE_BREAKS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
names = st.text(st.characters(codec="utf-8", exclude_characters="\0#" + LINE_BREAKS), min_size=1, max_size=8)


def looks(name: str) -> str:
    """A class name as it looks: names that look the same are one class."""
    kept = "".join(letter for letter in f"c{name}" if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFC", kept).split())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=6, max_size=20),
    st.sampled_from(",;|\t"),
    st.lists(names, min_size=2, max_size=2, unique_by=looks),
)
def test_what_the_csv_module_writes_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, values: list[float], delimiter: str, names: list[str]
) -> None:
    """Any floats and any class names, written by another program, come back as they were, but for white space."""
    names = [f"c{name}" for name in names]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["first", "second", "class"])
    writer.writerows([value, value / 2 + 0.1, names[i % 2]] for i, value in enumerate(values))
    path = tmp_path_factory.mktemp("written") / "data.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    data = ls.load_dataset(path)
    X, found = everything(data)
    assert X[:, 0].tolist() == values
    assert X[:, 1].tolist() == [value / 2 + 0.1 for value in values]
    assert found == [printable(" ".join(names[i % 2].split())) for i in range(len(values))]
