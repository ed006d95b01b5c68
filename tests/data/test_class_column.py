"""Which column holds the classes: by its name in any place, else by what it holds, else a question."""

from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.data.readers.class_names import rank
from tests.support.tables import LABELS, NUMBERS, ROWS, load_table, said

OTHER = [f"{i * 7 % 31}.25" for i in range(ROWS)]
THREE = [("rst")[i * 7 // 2 % 3] for i in range(ROWS)]
CODES = [i * 7 // 2 % 3 for i in range(ROWS)]


@pytest.mark.parametrize(
    "name",
    [
        "class", "Labels", "TARGET", "species", "Class Label", "class_name", "y_true", "groundTruth",
        "diagnosis", "Outcome", "survived", "income", "Churn", "category", "Categories", "type", "Quality",
        "loan_status", "Survived (0/1)", "churn_flag", "Class variable", "is_fraud", "isSpam", "Is Alive",
        "has_disease", "Exited", "HeartDisease", "Genres", "approved", "y", "Klasse", "Art", "Zielgröße",
        "Gattung", "classe", "Espèce", "étiquette", "Catégorie", "clase", "especie", "tipo", "Diagnóstico",
        "rótulo", "alvo", "etichetta", "soort", "utfall", "laji", "klasa", "gatunek", "druh", "faj", "tür",
        "класс", "Метки", "类别", "標籤", "ラベル", "クラス", "클래스", "라벨", "فئة"
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_class_column_is_known_by_its_name_in_any_place(tmp_path: Path, name: str, place: int) -> None:
    names = ["aa", "bb"]
    names.insert(place, name)
    columns = {key: CODES if key == name else NUMBERS if key == "aa" else OTHER for key in names}
    data = load_table(tmp_path, columns)
    assert data.class_names == ("0", "1", "2")
    assert said(data, f"The class is column {place + 1} '{name}', by its name")


@pytest.mark.parametrize(
    "name", ["classical", "yes", "glabels", "mistype", "island", "history", "x", "age", "wasp", "hash", ""]
)
def test_other_names_say_nothing(name: str) -> None:
    assert rank(name) is None


@pytest.mark.parametrize(
    ("columns", "found", "why"),
    [
        ({"v": NUMBERS, "wool": LABELS, "w": OTHER}, "column 2 'wool'", "the only column of few texts"),
        ({"wool": LABELS, "v": NUMBERS, "w": OTHER}, "column 1 'wool'", "the only column of few texts"),
        ({"v": NUMBERS, "w": OTHER, "z": CODES}, "column 3 'z'", "the last column (no name says which it is)"),
        ({"x": NUMBERS, "y": OTHER, "z": CODES}, "column 3 'z'", "the last column"),
        ({"x": NUMBERS, "y": CODES, "wool": LABELS}, "column 3 'wool'", "the only column of few texts"),
        ({"income": OTHER, "w": NUMBERS, "wool": LABELS}, "column 3 'wool'", "the only column of few texts"),
        ({"wool": LABELS, "v": NUMBERS, "year": [2001 + k for k in CODES]}, "column 1 'wool'", "the only column"),
        ({"label": CODES, "type": THREE, "v": OTHER}, "column 1 'label'", "by its name"),
        ({"type": THREE, "v": OTHER, "wool": LABELS}, "column 1 'type'", "by its name"),
        ({"is_red": LABELS, "v": OTHER, "outcome": THREE}, "column 3 'outcome'", "by its name"),
    ],
)
def test_the_class_column_and_why(tmp_path: Path, columns: dict[str, Any], found: str, why: str) -> None:
    assert said(load_table(tmp_path, columns), f"The class is {found}, {why}")


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"wool": LABELS, "sky": THREE, "v": OTHER}, ["column 1 'wool' (2 values)", "column 2 'sky' (3 values)"]),
        ({"v": OTHER, "sky": THREE, "wool": LABELS}, ["column 2 'sky'", "column 3 'wool'", "--target 'wool'"]),
        ({"wool": LABELS, "v": OTHER, "z": CODES}, ["column 1 'wool'", "column 3 'z'"]),
        ({"type": LABELS, "v": OTHER, "quality": CODES}, ["column 1 'type'", "column 3 'quality'"]),
        ({"class": THREE, "survived": CODES, "v": OTHER}, ["column 1 'class'", "column 2 'survived'"]),
        ({"is_red": LABELS, "v": OTHER, "is_fraud": CODES}, ["column 1 'is_red'", "column 3 'is_fraud'"]),
    ],
)
def test_where_two_columns_fit_the_user_is_asked(tmp_path: Path, columns: dict[str, Any], names: list[str]) -> None:
    with pytest.raises(ls.InputError) as caught:
        load_table(tmp_path, columns)
    assert "the class may be" in str(caught.value)
    for name in [*names, "say which, such as --target"]:
        assert name in str(caught.value)
    for target in columns:
        if columns[target] is not OTHER:
            assert said(load_table(tmp_path, columns, target=target), f"'{target}', as asked for")


def test_without_a_header(tmp_path: Path) -> None:
    assert said(
        load_table(tmp_path, {"1": LABELS, "2": NUMBERS}, header=False), "The class is column 1, the only column"
    )
    assert said(
        load_table(tmp_path, {"1": NUMBERS, "2": CODES}, header=False), "The class is column 2, the last column"
    )
    with pytest.raises(ls.InputError, match=r"the class may be column 1 \(2 values\) or column 3 .* --target '3'"):
        load_table(tmp_path, {"1": LABELS, "2": NUMBERS, "3": THREE}, header=False)


@pytest.mark.parametrize("last", [[f"{i * 37 % 101}.5" for i in range(ROWS)], [i * 37 % 101 for i in range(ROWS)]])
def test_a_last_column_of_many_numbers_is_no_class(tmp_path: Path, last: list[Any]) -> None:
    with pytest.raises(ls.InputError, match=r"'z'.* regression target .*\(column 1 'k' has 3 different values\)"):
        load_table(tmp_path, {"k": CODES, "v": NUMBERS, "z": last})


def test_a_dropped_or_kept_column_is_no_class(tmp_path: Path) -> None:
    columns = {"wool": LABELS, "sky": THREE, "v": OTHER}
    assert said(load_table(tmp_path, columns, drop=["sky"]), "The class is column 1 'wool', the only column")
    assert said(load_table(tmp_path, columns, keep=["wool"]), "The class is column 2 'sky', the only column")
    columns = {"label": LABELS, "type": THREE, "v": OTHER}
    assert said(load_table(tmp_path, columns, drop=["1"]), "The class is column 2 'type', by its name")
    assert said(load_table(tmp_path, columns, drop=["1"]), "Left out as asked for: column 1 'label'")
    with pytest.raises(ls.InputError, match="'type' is no predictor, and cannot be dropped or kept as one"):
        load_table(tmp_path, columns, target="type", drop=["type"])
    with pytest.raises(ls.InputError, match=r"has no column 'lable'. Did you mean 'label'"):
        load_table(tmp_path, columns, keep=["lable"])
