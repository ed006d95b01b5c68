"""Class labels stay what the file says; those that may be one class are named."""

from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.data.labels import name_classes
from tests.support.tables import NUMBERS, ROWS, load_table, said


def load_labels(folder: Path, labels: list[str], **options: str) -> ls.Dataset:
    return load_table(folder, {"v": NUMBERS, "class": [labels[i % len(labels)] for i in range(ROWS)]}, **options)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["1", "2", "10"], ("1", "2", "10")),
        (["1", "1.0", "2"], ("1", "2")),
        (["1.0", "2.0"], ("1", "2")),
        (["-1", "+1"], ("-1", "1")),
        (["0.5", ".5", "1"], ("0.5", "1")),
        (["01", "1", "10"], ("01", "1", "10")),
        (["007", "7"], ("007", "7")),
        (["1.1", "1.10", "2.0"], ("1.1", "1.10", "2.0")),
        (["1_0", "10"], ("10", "1_0")),
        (["1E5", "2E3", "7E1"], ("1E5", "2E3", "7E1")),
        (["1e999", "2"], ("1e999", "2")),
        (["12345678901234567", "12345678901234568"], ("12345678901234567", "12345678901234568")),
        (["0x1", "1"], ("0x1", "1")),
        (["1,5", "2,5"], ("1,5", "2,5")),
        (["10%", "20%"], ("10%", "20%")),
        (["True", "False"], ("False", "True")),
    ],
)
def test_only_plain_numbers_are_merged_and_sorted_as_numbers(
    tmp_path: Path, labels: list[str], classes: tuple[str, ...]
) -> None:
    assert name_classes(labels)[1] == classes
    assert load_labels(tmp_path, labels).class_names == classes


def test_merged_numbers_are_counted(tmp_path: Path) -> None:
    data = load_labels(tmp_path, ["1", "1.0", "2", "2"])
    assert said(data, "The labels 1 (10 rows), 1.0 (10 rows) are one number, and one class")


@pytest.mark.parametrize(
    ("labels", "difference"),
    [
        (["yes", "Yes", "YES", "no"], "case"),
        (["oat", "oat.", "rye", "rye"], "a final dot"),
        (["New York", "New-York", "Rome", "Rome"], "their spaces and hyphens"),
        (["01", "1", "2", "2"], "zeros"),
        (["1.1", "1.10", "2.0", "2.0"], "zeros"),
        (["office", "o\ufb03ce", "home", "home"], "characters that say the same"),
    ],
)
def test_labels_that_may_be_one_are_kept_apart_and_named(tmp_path: Path, labels: list[str], difference: str) -> None:
    data = load_labels(tmp_path, labels)
    assert len(data.class_names) == len(set(labels))
    assert said(data, f"'{labels[0]}' (10 rows)", f"'{labels[1]}' (10 rows)", f"differ by {difference} alone")


@pytest.mark.parametrize(
    ("one", "other"),
    [("caf\u00e9", "cafe\u0301"), ("ja", "ja\u200b"), ("ja", "\ufeffja"), ("ja", "j\u00ada"), ("a b", "a\u00a0b")],
)
def test_labels_that_look_the_same_are_one_class(tmp_path: Path, one: str, other: str) -> None:
    data = load_labels(tmp_path, [one, other, "x", "x"])
    assert data.class_names == tuple(sorted([one, "x"]))
    assert "\u00a0" in other or said(data, "Among the classes, 10 cells were taken for a text that looks the same")


def test_a_label_that_looks_like_no_other_stays_as_it_is(tmp_path: Path) -> None:
    family = "\U0001f468\u200d\U0001f469"  # a character without width joins the two
    (tmp_path / "names").mkdir()
    data = load_labels(tmp_path, [family, "x"])
    assert [name.encode("unicode_escape").decode() for name in data.class_names][1].startswith("\\U0001f468")
    assert len(data.class_names) == 2


def test_texts_of_predictors_that_look_the_same_are_one_too(tmp_path: Path) -> None:
    columns = {"v": NUMBERS, "w": [("caf\u00e9", "cafe\u0301", "bar")[i * 7 // 3 % 3] for i in range(ROWS)]}
    data = load_table(tmp_path, columns | {"class": ["ab"[i % 2] for i in range(ROWS)]})
    assert data.feature_names == ("v", "w=bar", "w=caf\u00e9")
    assert said(data, "Column 2 'w'", "taken for a text that looks the same")


@pytest.mark.parametrize(
    ("train", "test", "note"),
    [
        (["oat", "rye"], ["oat.", "rye."], "40 rows of the test file have labels that differ by a final dot"),
        (["Oat", "rye"], ["oat", "rye"], "20 rows of the test file have labels that differ a little"),
        (["1", "2"], ["1.0", "2.0"], ""),
        (["1.10", "1.1", "2.0"], ["2.0", "1.1"], ""),
        (["01", "2"], ["01", "2"], ""),
    ],
)
def test_a_test_file_that_spells_the_labels_otherwise(
    tmp_path: Path, train: list[str], test: list[str], note: str
) -> None:
    load_labels(tmp_path, test)
    (tmp_path / "mine.csv").rename(tmp_path / "test.csv")
    data = load_labels(tmp_path, train, test_file=str(tmp_path / "test.csv"))
    assert len(data.y_test) == ROWS
    assert len(data.class_names) == len(train)
    assert not note or said(data, note)


def test_a_label_of_the_test_file_that_could_be_two_is_none(tmp_path: Path) -> None:
    load_labels(tmp_path, ["YES", "no"])
    (tmp_path / "mine.csv").rename(tmp_path / "test.csv")
    with pytest.raises(ls.InputError, match="is of class 'YES', which is none of the training part's"):
        load_labels(tmp_path, ["yes", "Yes", "no"], test_file=str(tmp_path / "test.csv"))


@pytest.mark.parametrize("form", ["{:.1f}", "{:.2f} €", "{:,.2f}"])
def test_many_decimals_are_a_regression_target(tmp_path: Path, form: str) -> None:
    prices = [form.format(4 + i * 7 % 30 / 10) for i in range(200)]
    columns = {"v": [i * i % 37 for i in range(200)], "price": prices}
    for options in ({}, {"target": "price"}):
        with pytest.raises(ls.InputError, match=r"column 2 'price' has 30 different decimals in 200 rows, such as"):
            load_table(tmp_path, columns, **options)


def test_some_decimals_are_classes_with_one_doubt(tmp_path: Path) -> None:
    columns = {"v": [i * i % 37 for i in range(200)], "grade": [i * 7 % 12 / 2 for i in range(200)]}
    data = load_table(tmp_path, columns)
    assert sum("is this a measurement and no class?" in note for note in data.notes) == 1
    assert said(data, "The 12 classes are decimals, such as 0.5")
    assert not said(load_table(tmp_path, columns | {"grade": [i % 3 / 2 for i in range(200)]}), "decimals")


def test_single_rows_are_told_in_one_sentence(tmp_path: Path) -> None:
    labels = ["a"] * 15 + ["b"] * 15 + list("cdefghijkl")
    data = load_table(tmp_path, {"v": NUMBERS, "class": labels})
    assert sum("single row" in note for note in data.notes) == 1
    assert said(data, "10 classes have a single row: 'c', 'd', 'e' and 7 more")
