"""Texts and constants that stand for a missing value: found, counted and named, or asked about."""

from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from tests.support.tables import LABELS, NUMBERS, ROWS, load_table, raw_column, said

MARKED = range(0, ROWS, 8)
"""Rows with a mark."""


def marked(mark: str, values: list[Any] | None = None) -> list[str]:
    return [mark if i in MARKED else str(value) for i, value in enumerate(values or NUMBERS)]


@pytest.mark.parametrize("mark", ["n.a.", "#DIV/0!", "\\N", "NaT", "#VALUE!", "nan", "NA"])
def test_marks_that_are_known_everywhere(tmp_path: Path, mark: str) -> None:
    columns = {"v": marked(mark), "w": marked(mark, ["x", "y"] * (ROWS // 2)), "class": LABELS}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v", "w=x", "w=y")
    assert {*data.train_rows.tolist(), *data.test_rows.tolist()} == {*range(ROWS)} - {*MARKED}
    assert said(data, "Taken for missing", f"'{mark}' (10 cells)") or said(
        data, "Taken for missing", f"'{mark}' (5 cells)"
    )


@pytest.mark.parametrize("mark", ["None", "-", "--", "unknown", "Missing", "n/d", "nicht erhoben", "TBD", "foo"])
@pytest.mark.parametrize("rows", [ROWS, 4000])
def test_a_text_that_comes_again_among_numbers_is_missing(tmp_path: Path, mark: str, rows: int) -> None:
    """With 4000 rows, where the column's texts are too many to be kept."""
    values = [mark if i % 8 == 0 else f"{i}.5" for i in range(rows)]
    columns = {"v": values, "class": ["ab"[i // 3 % 2] for i in range(rows)]}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v",)
    assert len(data.y_train) + len(data.y_test) == rows - rows // 8
    assert said(data, f"Column 1 'v': {rows // 8} cells '{mark}' among its numbers were taken for missing")
    assert said(data, f"{rows // 8:,} values are missing in {rows // 8:,} of {rows:,} rows")


def test_the_test_file_has_the_same_marks(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("v,class\nnicht erhoben,a\n1.5,b\n")
    data = load_table(tmp_path, {"v": marked("nicht erhoben"), "class": LABELS}, test_file=tmp_path / "test.csv")
    assert data.raw_test.tolist() == [[1.5]]
    (tmp_path / "test.csv").write_text("v,class\n1.5,b\nnot asked,a\n")
    with pytest.raises(ls.InputError, match=r"test\.csv, row 2 .*'not asked' is not a number, as in the training data"):
        ls.load_dataset(tmp_path / "mine.csv", test_file=tmp_path / "test.csv")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["foo", *NUMBERS[1:]], "row 1 (line 2), column 1 'v': 'foo' is not a number, as the other 39 cells"),
        ([*NUMBERS[:-1], "12+"], "row 40 (line 41), column 1 'v': '12+' is not a number"),
        (marked("<0.1"), "row 1 (line 2), column 1 'v': '<0.1' is not a number, as the other 35 cells"),
        ([("low", "high", v, v)[i % 4] for i, v in enumerate(NUMBERS)], "'low' is not a number, as the other 20 cells"),
        (
            [*marked("foo", [i % 3 for i in range(ROWS)])[1:], "1"],
            "row 8 (line 9), column 1 'v': 'foo' is not a number",
        ),
    ],
)
def test_texts_among_numbers_that_need_a_word_from_the_user(tmp_path: Path, values: list[str], message: str) -> None:
    columns = {"v": values, "w": NUMBERS, "class": LABELS}
    with pytest.raises(ls.InputError) as caught:
        load_table(tmp_path, columns)
    assert message in str(caught.value)
    for option in ("--missing-marks '", "--drop 'v' leaves the column out", "--keep 'v' takes it as text"):
        assert option in str(caught.value)
    assert load_table(tmp_path, columns, drop=["v"]).feature_names == ("w",)
    assert all(name.startswith("v=") for name in load_table(tmp_path, columns, keep=["1"]).feature_names[:-1])
    texts = sorted({text for text in values if not text.replace(".", "").isdecimal()})
    assert load_table(tmp_path, columns, missing_marks=texts).feature_names == ("v", "w")


@pytest.mark.parametrize("texts", [["2", "4", "more"], ["0", "1", "2", "3+"], ["1", "2", "x1", "x2"]])
def test_few_whole_numbers_beside_texts_are_categories(tmp_path: Path, texts: list[str]) -> None:
    values = [texts[i * 7 // 3 % len(texts)] for i in range(ROWS)]
    data = load_table(tmp_path, {"v": values, "class": LABELS})
    assert data.feature_names == tuple(f"v={text}" for text in sorted(texts))


def test_few_numbers_of_which_none_comes_again_are_no_categories(tmp_path: Path) -> None:
    columns = {"v": ["foo", *map(str, range(30, 40)), "foo"], "class": ["a", "b"] * 6}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v",)
    assert said(data, "2 cells 'foo' among its numbers were taken for missing")


def test_numbers_with_something_unknown_beside_them_are_text_and_said(tmp_path: Path) -> None:
    columns = {"v": [f"{i * i % 37}k" for i in range(ROWS)], "w": NUMBERS, "class": LABELS}
    data = load_table(tmp_path, columns)
    assert said(data, "Column 1 'v' is text; each of its 19 values", "'0k' and the others begin with a number")


def test_such_texts_are_categories_among_texts_and_classes_but_said(tmp_path: Path) -> None:
    columns = {"v": NUMBERS, "w": [("None", "brick", "tile")[i * 7 // 3 % 3] for i in range(ROWS)], "class": LABELS}
    data = load_table(tmp_path, columns)
    assert "w=None" in data.feature_names
    assert said(data, "'None' too (--missing-marks 'None' says that it is missing)")
    assert "w=None" not in load_table(tmp_path, columns, missing_marks=["none"]).feature_names
    classes = [("unknown", "a", "b")[i % 3] for i in range(ROWS)]
    data = load_table(tmp_path, columns | {"class": classes})
    assert data.class_names == ("a", "b", "unknown")
    assert said(data, "'unknown' is a class of 14 rows; --missing-marks 'unknown' says that it is missing")
    assert load_table(tmp_path, columns | {"class": classes}, missing_marks=["unknown"]).class_names == ("a", "b")


def test_x_beside_another_letter_is_a_class_like_any_other(tmp_path: Path) -> None:
    data = load_table(tmp_path, {"v": NUMBERS, "class": ["xo"[i % 2] for i in range(ROWS)]})
    assert data.class_names == ("o", "x")
    assert not any("missing" in note for note in data.notes)


@pytest.mark.parametrize("mark", ["-999", "9999", "-9", "99", "1e20", "-99.9", "-32768", "888"])
def test_a_constant_far_outside_the_rest_is_asked_about(tmp_path: Path, mark: str) -> None:
    values = marked(mark, [i % 7 / 2 for i in range(ROWS)])
    data = load_table(tmp_path, {"v": values, "class": LABELS})
    if mark == "-9":
        assert not said(data, "far outside")  # one digit is no pattern
        return
    assert said(data, f"Column 1 'v' has {float(mark):.15g} in 5 cells, far outside the rest (0 to 3)")
    data = load_table(tmp_path, {"v": values, "class": LABELS}, missing_marks=[mark])
    assert len(data.y_train) + len(data.y_test) == ROWS - 5
    assert not said(data, "far outside")


def test_several_constants_are_asked_about_at_once(tmp_path: Path) -> None:
    values = [("-999", "-998")[i % 16 == 0] if i in MARKED else str(i % 7 / 2) for i in range(ROWS)]
    data = load_table(tmp_path, {"v": values, "class": LABELS})
    assert said(data, "has -999 in 2 cells and -998 in 3 cells, far outside", "--missing-marks -999,-998 says so")
    marked_data = load_table(tmp_path, {"v": values, "class": LABELS}, missing_marks=["-999", "-998"])
    assert said(marked_data, "5 numbers were taken for missing, as asked for")


@pytest.mark.parametrize("values", [[str(i * 25 + 24) for i in range(ROWS)], ["99", *map(str, range(60, 99))], NUMBERS])
def test_numbers_within_the_range_of_the_rest_are_numbers(tmp_path: Path, values: list[str]) -> None:
    assert not said(load_table(tmp_path, {"v": values, "class": LABELS}, keep=["v"]), "far outside")
    assert not said(load_table(tmp_path, {"v": values, "class": LABELS}), "far outside")


def test_a_mark_that_is_a_number_is_that_number_in_any_spelling(tmp_path: Path) -> None:
    values = [("-999", "-999.0", "-9.99e2")[i % 3] if i in MARKED else v for i, v in enumerate(NUMBERS)]
    data = load_table(tmp_path, {"v": values, "class": LABELS}, missing_marks=["-999"])
    assert min(raw_column(data, "v")) >= 0
    assert said(data, "Column 1 'v': 5 numbers were taken for missing, as asked for")
    assert len(data.y_train) + len(data.y_test) == ROWS - 5
