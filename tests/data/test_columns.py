"""What becomes of a text file's columns: the class, numbers, texts, ids, missing values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from tests.support.helpers import crossed
from tests.support.tables import load_table, raw_column


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def loader(header: str, rows: list[str], **options: Any) -> ls.Dataset:
        path = tmp_path / "data.csv"
        path.write_text("\n".join([*([header] if header else []), *rows]) + "\n")
        return ls.load_dataset(path, **options)

    return loader


def notes(data: ls.Dataset, *parts: str) -> bool:
    """Whether a note holds all these parts."""
    return any(all(part in note for part in parts) for note in data.notes)


PLAIN = [f"{i % 5}.5,{i % 3}.25,{'ab'[i % 2]}" for i in range(20)]


@pytest.mark.parametrize(
    ("header", "options", "column", "why"),
    [
        ("class,p,label", {"target": "label"}, "column 3 'label'", "as asked for"),
        ("class,p,label", {"target": "LABEL"}, "column 3 'label'", "as asked for"),
        ("class,p,label", {"target": "3"}, "column 3 'label'", "as asked for"),
        ("x1,x2,Species", {}, "column 3 'Species'", "by its name"),
        ("x1,x2,kind", {}, "column 3 'kind'", "by its name"),
        ("x1,x2,wool", {}, "column 3 'wool'", "the only column of few texts"),
        ("x,y,wool", {}, "column 3 'wool'", "the only column of few texts"),
        ("", {}, "column 3", "the only column of few texts"),
        ("", {"target": "3"}, "column 3", "as asked for"),
    ],
)
def test_which_column_is_the_class_and_why(
    load: Callable[..., ls.Dataset], header: str, options: dict[str, Any], column: str, why: str
) -> None:
    data = load(header, PLAIN, **options)
    assert data.class_names == ("a", "b")
    assert notes(data, f"The class is {column}", why)


@pytest.mark.parametrize("name", ["class", "Label", "TARGET", "species", "y"])
def test_a_class_column_is_known_by_its_name_wherever_it_stands(load: Callable[..., ls.Dataset], name: str) -> None:
    data = load(f"{name},p,q", [f"{'ab'[i % 2]},{i % 5}.5,{i % 7}" for i in range(20)])
    assert data.class_names == ("a", "b")
    assert data.feature_names == ("p", "q")


def test_a_column_named_as_a_number_is_meant_by_its_name(load: Callable[..., ls.Dataset]) -> None:
    data = load("2,p,q", [f"{'ab'[i % 2]},{i % 5}.5,{i % 7}" for i in range(20)], target="2")
    assert data.class_names == ("a", "b")


def test_numeric_classes_are_sorted_as_numbers_and_merged(load: Callable[..., ls.Dataset]) -> None:
    data = load("p,class", [f"{i}.5,{['10', '9', '9.0', ' 2'][i % 4]}" for i in range(20)])
    assert data.class_names == ("2", "9", "10")
    assert notes(data, "The labels 9 (5 rows), 9.0 (5 rows) are one number, and one class.")
    assert load("p,class", [f"{i}.5,{['1.5', '1.0'][i % 2]}" for i in range(20)]).class_names == ("1", "1.5")
    assert np.bincount(np.concatenate([data.y_train, data.y_test])).tolist() == [5, 10, 5]


def test_text_classes_are_sorted_so_that_the_order_of_rows_does_not_matter(load: Callable[..., ls.Dataset]) -> None:
    rows = ["1.5,b", "2.5,a", "3.5,c"] * 4
    assert load("p,class", rows).class_names == load("p,class", rows[::-1]).class_names == ("a", "b", "c")


def test_text_becomes_one_hot(load: Callable[..., ls.Dataset]) -> None:
    data = load("p,sky,class", [f"{i}.5,{['sun', 'rain', 'fog'][i % 3]},{'ab'[i % 2]}" for i in range(30)])
    assert data.feature_names == ("p", "sky=fog", "sky=rain", "sky=sun")
    raw = dict(zip(data.train_rows.tolist(), data.raw_train.tolist(), strict=True))
    for row, values in raw.items():
        assert values == [row + 0.5, *[[0, 0, 1], [0, 1, 0], [1, 0, 0]][row % 3]]
    assert notes(data, "Column 2 'sky' is text; each of its 3 values")


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (lambda i: f"name{i}", "60 different texts in 60 rows are names or ids"),
        (lambda i: f"name{i // 2}" if i < 50 else f"n{i}", "35 different texts in 60 rows are names or ids"),
    ],
)
def test_names_are_no_categories(load: Callable[..., ls.Dataset], column: Callable[..., Any], reason: str) -> None:
    data = load("p,who,class", [f"{i}.5,{column(i)},{'ab'[i % 2]}" for i in range(60)])
    assert data.feature_names == ("p",)
    assert notes(data, "Column 2 'who' was left out", reason)


def test_too_many_categories_are_left_out(load: Callable[..., ls.Dataset]) -> None:
    rows = [f"{i % 9}.5,city{i % 101},{'ab'[i % 2]}" for i in range(505)]
    assert notes(load("p,city,class", rows), "'city' was left out", "101 different texts, more than the 100")
    rows = [f"{i % 9}.5,city{i % 100},{'ab'[i % 2]}" for i in range(500)]
    assert load("p,city,class", rows).X_train.shape[1] == 101


@pytest.mark.parametrize("name", ["Id", "id", "PassengerId", "customer_id", "Unnamed: 0", "", "index", "Customer ID"])
def test_numbers_of_rows_are_left_out(load: Callable[..., ls.Dataset], name: str) -> None:
    data = load(f"{name},p,class", [f"{100 + 3 * i},{i % 5}.5,{'ab'[i % 2]}" for i in range(20)])
    assert data.feature_names == ("p",)
    assert notes(data, "Column 1", "numbers the rows")


@pytest.mark.parametrize("name", ["acid", "humid", "Covid", "p"])
def test_other_whole_numbers_are_kept_and_counting_ones_reported(load: Callable[..., ls.Dataset], name: str) -> None:
    data = load(f"{name},q,class", [f"{100 + 3 * i},{i + 1},{'ab'[i % 2]}" for i in range(20)])
    assert data.feature_names == (name, "q")
    assert notes(data, "Column 2 'q' counts the rows", "kept")


def test_constant_columns_and_single_rows_and_repeats_are_reported(load: Callable[..., ls.Dataset]) -> None:
    rows = [f"0.1,{i * i},{'ab'[i % 2]}" for i in range(20)] + ["0.1,1000,c", "0.1,9,b"]
    data = load("same,p,class", rows)
    assert notes(data, "'same' is constant")
    assert notes(data, "Class 'c' has a single row")
    assert notes(data, "1 row repeats another (rows 4 and 22)")
    assert np.abs(data.X_train[:, 0]).max() < 1e-12  # rounding must not blow it up
    assert data.scale[0] == 1


MISSING = ["", "NA", "NaN", "nan", "null", "NULL", "?", ".", "N/A", "#N/A", " "]


@pytest.mark.parametrize("text", MISSING)
def test_all_that_means_missing(load: Callable[..., ls.Dataset], text: str) -> None:
    data = load("p,q,class", [f"{text if i == 3 else i * i},1,{'ab'[i % 2]}" for i in range(12)])
    assert 3 not in [*data.train_rows, *data.test_rows]
    assert notes(data, "1 value is missing in 1 of 12 rows", "dropped")
    assert data.options.missing is None


@pytest.mark.parametrize("missing", ["drop", None])
def test_rows_with_missing_values_are_dropped(load: Callable[..., ls.Dataset], missing: str | None) -> None:
    rows = [f"{'NA' if i % 5 == 0 else i * i},{'' if i % 6 == 0 else 'uvw'[i % 3]},{'ab'[i % 2]}" for i in range(30)]
    data = load("p,sky,class", rows, missing=missing)
    assert sorted([*data.train_rows, *data.test_rows]) == [i for i in range(30) if i % 5 and i % 6]
    assert notes(data, "11 values are missing in 10 of 30 rows; these rows were dropped")


def test_missing_values_are_filled_in_from_the_training_part_alone(load: Callable[..., ls.Dataset]) -> None:
    rows = [f"{'NA' if i % 5 == 0 else i * i},{'' if i % 6 == 0 else 'uuv'[i % 3]},{'ab'[i % 2]}" for i in range(30)]
    data = load("p,sky,class", rows, missing="mean")
    assert len(data.y_train) + len(data.y_test) == 30
    known = [i * i for i in data.train_rows if i % 5]
    for part, numbers in ((data.raw_train, data.train_rows), (data.raw_test, data.test_rows)):
        for values, row in zip(part.tolist(), numbers.tolist(), strict=True):
            assert values[0] == (row * row if row % 5 else pytest.approx(np.mean(known)))
            assert values[1:] == ([0, 1] if row % 6 and row % 3 == 2 else [1, 0])
    assert notes(data, "11 values are missing in 10 of 30 rows; each was replaced")


def test_rows_without_a_class_cannot_be_used(load: Callable[..., ls.Dataset]) -> None:
    for missing in (None, "drop", "mean"):
        data = load("p,class", [f"{i}.5,{'NA' if i == 7 else 'ab'[i % 2]}" for i in range(20)], missing=missing)
        assert data.class_names == ("a", "b")
        assert 7 not in [*data.train_rows, *data.test_rows]
        assert notes(data, "1 row has no class")


def test_a_column_that_is_mostly_missing_is_left_out_instead_of_all_rows(load: Callable[..., ls.Dataset]) -> None:
    rows = [f"{i}.5,{'seen late' if i == 3 else 'NA'},{'ab'[i % 2]}" for i in range(20)]
    data = load("p,comment,class", rows)
    assert len(data.y_train) + len(data.y_test) == 20
    assert notes(data, "Column 2 'comment' was left out", "19 of its 20 values are missing")


def test_mixed_text_and_numbers_are_text(load: Callable[..., ls.Dataset]) -> None:
    rows = [f"{i}.5,{['1', '2', 'x1', 'x2'][i % 4]},{'ab'[i % 2]}" for i in range(20)]
    assert load("p,grade,class", rows).feature_names == ("p", "grade=1", "grade=2", "grade=x1", "grade=x2")


def test_text_that_begins_late_in_a_long_column(load: Callable[..., ls.Dataset]) -> None:
    """The first chunk of the column is numbers, the second text."""
    rows = [f"{i % 7}.5,{i % 3 if i < 70_000 else 'xyz'[i % 3]},{'ab'[i % 2]}" for i in range(85_000)]
    data = load("p,code,class", rows)
    assert data.feature_names == ("p", *[f"code={value}" for value in ("0", "1", "2", "x", "y", "z")])
    assert data.raw_train[:, 1:].sum() == len(data.y_train)


def test_kaggle_pixels_are_a_picture(load: Callable[..., ls.Dataset]) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (20, 16))
    rows = [f"{i % 2}," + ",".join(map(str, row)) for i, row in enumerate(pixels)]
    for names in ([f"pixel{i}" for i in range(16)], [f"{r}x{c}" for r in range(1, 5) for c in range(1, 5)]):
        data = load("label," + ",".join(names), rows)
        assert data.image_shape == (4, 4)
        assert np.array_equal(data.X_train * data.raw_train.max(), data.raw_train)


def test_nameless_bytes_in_a_square_are_a_picture(load: Callable[..., ls.Dataset]) -> None:
    rng = np.random.default_rng(0)
    rows = [",".join(map(str, row)) + f",{i % 2}" for i, row in enumerate(rng.integers(0, 256, (20, 64)))]
    data = load("", rows)
    assert data.image_shape == (8, 8)
    assert data.feature_names[-1] == "pixel_7_7"
    rows[3] = rows[3].replace(",", ".5,", 1)
    assert load("", rows).image_shape is None


@pytest.mark.parametrize(
    ("form", "name"), crossed(["{}.5", "{}", "{},5", "{} kg", "€ {:,.2f}"], ["p", "income", "last"], keep=3)
)
def test_long_columns_of_different_numbers_in_a_narrow_file(tmp_path: Path, name: str, form: str) -> None:
    """More texts than a column keeps, in its first chunk and later, also where its name or place may be the class's."""
    rows = 12_000
    values = [i * 7919 % 1_000_003 for i in range(rows)]
    columns = {name: map(form.format, values), "wool": ["ab"[i // 3 % 2] for i in range(rows)]}
    if name == "last":
        columns = dict(reversed(columns.items()))
    data = load_table(tmp_path, columns, "\t", keep=[name])
    assert raw_column(data, name) == [float(value) + (0.5 if "5" in form else 0) for value in values]


def test_many_different_texts_where_the_class_should_be(tmp_path: Path) -> None:
    numbers = {"v": range(12_000), "class": [f"{i}.25" for i in range(12_000)]}
    with pytest.raises(ls.InputError, match="'class' has 12,000 different values in 12,000 rows: probably"):
        load_table(tmp_path, numbers)
    with pytest.raises(ls.InputError, match="'class' has more than 10,000 different values in 12,000 rows"):
        load_table(tmp_path, numbers | {"class": [f"n{i}" for i in range(12_000)]})
    (tmp_path / "mine.csv").rename(tmp_path / "test.csv")
    with pytest.raises(ls.InputError, match=r"test.csv: column 2 'class' has more than 10,000 different values"):
        load_table(tmp_path, {"v": range(40), "class": ["a", "b"] * 20}, test_file=tmp_path / "test.csv")


def test_three_hundred_classes_in_the_last_column_of_a_wide_table(tmp_path: Path) -> None:
    wide = {f"p{k}": [k + i % 5 for i in range(900)] for k in range(400)} | {"z": [i % 300 for i in range(900)]}
    assert len(load_table(tmp_path, wide).class_names) == 300
