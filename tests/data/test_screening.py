"""Columns that are no measurements: ids, folds, weights, parts, copies of the class; left out or asked about."""

from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.data import write_smoothed
from tests.support.tables import NUMBERS, ROWS, load_table, said

THREE = ["rst"[i * 7 // 2 % 3] for i in range(ROWS)]
GAPS = [str(100 + 3 * i) for i in range(ROWS)]
SHUFFLED = [i * 27 % ROWS for i in range(ROWS)]


@pytest.mark.parametrize(
    "name", ["id", "PassengerId", "Unnamed: 0", "Unnamed: 0.1", "", "index", "Sample code number", "row_id", "uuid"]
)
@pytest.mark.parametrize(
    "values", [GAPS, [*GAPS[:-1], GAPS[3]], ["", *GAPS[1:]], [f"{v}.0" for v in GAPS], [*GAPS[:30], *GAPS[:10]]]
)
def test_ids_are_left_out_with_gaps_repeats_and_holes(tmp_path: Path, name: str, values: list[str]) -> None:
    data = load_table(tmp_path, {name: values, "v": NUMBERS, "class": THREE})
    assert data.feature_names == ("v",)
    assert len(data.y_train) + len(data.y_test) == ROWS
    assert said(data, "Column 1", "was left out: it numbers the rows", "keeps it")
    repeats = len(set(values) - {""}) < len([v for v in values if v])
    assert said(data, "different numbers in") == repeats
    assert len(load_table(tmp_path, {name: values, "v": NUMBERS, "class": THREE}, keep=["1"]).feature_names) == 2


def test_an_id_need_not_be_all_numbers(tmp_path: Path) -> None:
    columns = {"id": [*GAPS[:-1], "A12"], "v": NUMBERS, "class": THREE}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v",)
    assert said(data, "Column 1 'id' was left out: by its name it numbers the rows")
    with pytest.raises(ls.InputError, match="'A12' is not a number"):
        load_table(tmp_path, {"v2" if k == "id" else k: v for k, v in columns.items()})


def test_an_id_that_often_comes_again_is_kept_and_said(tmp_path: Path) -> None:
    data = load_table(tmp_path, {"store_id": SHUFFLED[:10] * 4, "v": NUMBERS, "class": THREE})
    assert data.feature_names == ("store_id", "v")
    assert said(data, "'store_id' is called as an id is, but has 10 different numbers in 40 rows")


@pytest.mark.parametrize("name", ["acid", "no_of_children", "number", "humidity", "v1"])
def test_names_that_are_no_ids(tmp_path: Path, name: str) -> None:
    data = load_table(tmp_path, {name: [i * i % 83 for i in range(ROWS)], "class": THREE})
    assert data.feature_names == (name,)


@pytest.mark.parametrize(
    "values", [[1_000_000 + 7919 * i % 100_000 for i in SHUFFLED], [i + 1 for i in SHUFFLED], GAPS]
)
def test_different_whole_numbers_are_asked_about_without_a_header(tmp_path: Path, values: list[Any]) -> None:
    data = load_table(tmp_path, {"1": values, "2": NUMBERS, "3": THREE}, header=False)
    assert data.feature_names == ("column 1", "column 2")
    assert said(data, "Column 1 has 40 different whole numbers in 40 rows; is it an id?")
    nearly = [100_000 + 7919 * min(i, 37) % 900_000 for i in range(ROWS)]
    data = load_table(tmp_path, {"1": nearly, "2": NUMBERS, "3": THREE}, header=False)
    assert said(data, "Column 1 has 38 different whole numbers in 40 rows; is it an id?")


CODES = ["rst".index(letter) for letter in THREE]
NAMES = [{"r": "Rye", "s": "Spelt", "t": "Teff"}[letter] for letter in THREE]


@pytest.mark.parametrize(
    ("columns", "left_out"),
    [
        ({"v": NUMBERS, "target": CODES, "target_name": NAMES}, ["target_name"]),
        ({"v": NUMBERS, "species": THREE, "species_encoded": CODES}, ["species_encoded"]),
        ({"label": THREE, "label_id": CODES, "v": NUMBERS}, ["label_id"]),
        ({"grain": NAMES, "v": NUMBERS, "class": THREE}, ["grain"]),
        ({"v": NUMBERS, "class": THREE} | {f"class_{k}": [int(k == x) for x in THREE] for k in "rst"}, ["class_s"]),
        ({"v": NUMBERS, "class": THREE} | {k: [k == x for x in THREE] for k in "rst"}, ["r", "s", "t"]),
        ({"v": NUMBERS, "class": NAMES, "is_rye": ["yn"[x != "Rye"] for x in NAMES]}, ["is_rye"]),
        ({"v": NUMBERS, "class": NAMES, "sp_Teff": [int(x == "Teff") for x in NAMES]}, ["sp_Teff"]),
        (
            {"v": NUMBERS, "class": THREE} | {f"is_{k}": [f"{k == x:.1f}" for x in THREE] for k in "rs"},
            ["is_r", "is_s"],
        ),
    ],
)
def test_copies_of_the_class_are_left_out(tmp_path: Path, columns: dict[str, Any], left_out: list[str]) -> None:
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v",)
    for name in left_out:
        assert said(data, f"'{name}' was left out", f"--keep '{name}' keeps it")
    kept = load_table(tmp_path, columns, keep=left_out).feature_names
    assert len(kept) > 1


@pytest.mark.parametrize(
    ("column", "question"),
    [
        (
            [("x", "y", "z")[k] for k in CODES],
            "each of its 3 values goes with one class alone; does it only repeat the class?",
        ),
        ([10 * k + 3 for k in CODES], "does it only repeat the class?"),
        ([int(k == 2) for k in CODES], "has one value in all rows of class 't' and another in all others; was it made"),
        (["yes" if k == 1 else "no" for k in CODES], "has one value in all rows of class 's'"),
        (
            [f"{'uvw'[k]}{i % 2}" for i, k in enumerate(CODES)],
            "each of its 6 values goes with one class alone; was it made",
        ),
    ],
)
def test_a_predictor_that_decides_the_class_is_asked_about(tmp_path: Path, column: list[Any], question: str) -> None:
    data = load_table(tmp_path, {"k": column, "v": NUMBERS, "class": THREE})
    assert len(data.feature_names) > 1
    assert said(data, "Column 1 'k'", question, "kept as a predictor")


def test_a_column_that_goes_with_the_class_in_a_hundred_rows_is_a_copy(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "alive": ["no", "yes"] * 50,
        "v": [i * i % 37 for i in range(100)],
        "survived": [0, 1] * 50,
    }
    data = load_table(tmp_path, columns, target="survived")
    assert data.feature_names == ("v",)
    assert said(data, "'alive' was left out: it repeats the class")
    assert len(load_table(tmp_path, {k: v[:99] for k, v in columns.items()}, target="survived").feature_names) == 3


@pytest.mark.parametrize(("rows", "asked"), [(100, False), (500, True)])
def test_a_threshold_between_the_classes_is_asked_about_in_many_rows_alone(
    tmp_path: Path, rows: int, asked: bool
) -> None:
    score = [f"{i * 37 % 997}.{i % 7}" for i in range(rows)]
    columns = {"score": score, "v": [i % 17 for i in range(rows)], "class": ["ab"[float(x) > 500] for x in score]}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("score", "v")
    assert said(data, f"'score' tells the 2 classes apart by itself in all {rows} rows") == asked
    columns["class"] = ["ab"[(float(x) > 500) != (i == 7)] for i, x in enumerate(score)]  # one exception
    assert not said(load_table(tmp_path, columns), "tells the 2 classes apart")


def test_iris_has_strong_predictors_and_no_leak() -> None:
    path = Path(ls.__file__).parent / "data" / "builtin" / "iris.csv"
    data = ls.load_dataset(path)
    assert len(data.feature_names) == 4
    assert not said(data, "predictor")


@pytest.mark.parametrize("name", ["split", "set", "fold", "anything"])
@pytest.mark.parametrize("words", [("train", "test"), ("Training", "Testing"), ("TRAIN", "TEST")])
def test_a_column_that_says_train_and_test_is_the_split(tmp_path: Path, name: str, words: tuple[str, str]) -> None:
    columns = {"v": NUMBERS, "class": THREE, name: [words[i % 4 == 0] for i in range(ROWS)]}
    data = load_table(tmp_path, columns)
    assert data.test_rows.tolist() == list(range(0, ROWS, 4))
    assert said(data, f"The split is that of the column '{name}'")
    assert f"{name}={words[0]}" in load_table(tmp_path, columns, keep=[name]).feature_names
    assert load_table(tmp_path, columns, drop=[name]).feature_names == ("v",)


def test_the_rows_of_a_validation_part_are_left_out_with_a_count(tmp_path: Path) -> None:
    parts = [("train", "train", "train", "val", "test")[i % 5] for i in range(ROWS)]
    data = load_table(tmp_path, {"v": NUMBERS, "class": THREE, "split": parts})
    assert (len(data.y_train), len(data.y_test)) == (24, 8)
    assert said(data, "8 rows of its other parts were left out (val)")


@pytest.mark.parametrize(
    "name", ["fold", "kfold", "cv_fold", "fold_id", "split", "sample_weight", "case_weights", "fnlwgt"]
)
def test_folds_and_weights_are_left_out_by_their_names(tmp_path: Path, name: str) -> None:
    columns = {"v": NUMBERS, name: [i * i % 5 for i in range(ROWS)], "class": THREE}
    data = load_table(tmp_path, columns)
    assert data.feature_names == ("v",)
    assert said(data, f"Column 2 '{name}' was left out: by its name it", f"--keep '{name}' keeps it")
    assert load_table(tmp_path, columns, keep=[name]).feature_names == ("v", name)


@pytest.mark.parametrize(("name", "words"), [("weight", "may weight the rows"), ("set", "may say which part")])
def test_names_that_may_mean_a_measurement_are_kept_and_said(tmp_path: Path, name: str, words: str) -> None:
    data = load_table(tmp_path, {"v": NUMBERS, name: [i * i % 5 for i in range(ROWS)], "class": THREE})
    assert data.feature_names == ("v", name)
    assert said(data, f"Column 2 '{name}' {words}", "kept as a predictor")


@pytest.mark.parametrize("name", ["class", "part", "id", "target_name", "weight", "class (2)"])
@pytest.mark.parametrize("a", [0.0, 0.2])
def test_a_file_that_was_written_keeps_predictors_of_any_name(tmp_path: Path, name: str, a: float) -> None:
    unclear = [901 if i % 3 else 1.001 + i % 7 for i in range(ROWS)]
    columns = {name: GAPS, "part": NUMBERS, "class": unclear, "kind": THREE}
    data = load_table(tmp_path, columns, target="kind", keep=[name], decimal=".")
    write_smoothed(data, a, tmp_path / "out.csv")
    again = ls.load_dataset(tmp_path / "out.csv")
    assert again.feature_names == data.feature_names
    assert again.X_train.tobytes() == data.X_train.tobytes()
    assert again.y_test.tobytes() == data.y_test.tobytes()
    assert again.test_rows.tolist() == data.test_rows.tolist()
