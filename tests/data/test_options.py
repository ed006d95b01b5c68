"""Options of loading: validation, JSON, and reopening the same data."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import LoadOptions
from lsexplorer.data.options import parse_option, write_option
from lsexplorer.errors import InputError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"test_size": 0}, "test_size must be a number above 0 and below 1"),
        ({"test_size": 1.0}, "test_size"),
        ({"test_size": float("nan")}, "test_size"),
        ({"test_size": True}, "test_size"),
        ({"test_size": "0.2"}, "test_size"),
        ({"missing": "median"}, "missing must be drop or mean, got 'median'"),
        ({"label_noise": -0.1}, "label_noise must be a number from 0 to 1"),
        ({"label_noise": 1.1}, "label_noise"),
        ({"label_noise": float("nan")}, "label_noise"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 1.0}, "seed"),
        ({"seed": True}, "seed"),
        ({"target": ""}, "target must be a column's name or number"),
        ({"target": 3}, "target"),
        ({"test_file": " "}, "test_file must be a file name"),
        ({"header": "yes"}, "header must be True or False"),
        ({"delimiter": ", "}, "delimiter must be one character"),
        ({"delimiter": "a"}, "delimiter must be no letter"),
        ({"encoding": "utf-99"}, "encoding must be that of a text"),
        ({"encoding": "hex"}, "encoding"),
        ({"comment": 3}, "comment must be a text"),
        ({"decimal": ";"}, "decimal must be '.' or ','"),
        ({"thousands": "x"}, "thousands must be one of"),
        ({"thousands": ",", "decimal": ","}, "cannot both be ','"),
        ({"thousands": ".", "decimal": "."}, "cannot both be '.'"),
        ({"missing_marks": (1,)}, "missing_marks must be a list of texts"),
        ({"drop": "a"}, "drop must be a list of texts"),
        ({"drop": ("a", "b"), "keep": ("b",)}, "column 'b' cannot be both dropped and kept"),
    ],
)
def test_values_that_cannot_be_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ls.InputError, match=message):
        LoadOptions(**values)


def test_numpy_numbers_are_numbers() -> None:
    given = {"seed": np.int64(3), "test_size": np.float32(0.25), "label_noise": np.float64(0.5), "header": np.True_}
    options = LoadOptions(**given)
    assert options == LoadOptions(seed=3, test_size=0.25, label_noise=0.5, header=True)
    assert [type(getattr(options, name)) for name in given] == [int, float, float, bool]
    with pytest.raises(ls.InputError, match="seed must be a whole number"):
        LoadOptions(seed=np.True_)


def test_columns_by_number(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "a,b,c,kind\n" + "".join(f"{i}.5,{i % 5},{i % 3}.5,{'xy'[i % 2]}\n" for i in range(20))
    )
    data = ls.load_dataset(tmp_path / "own.csv", target=np.int64(4), drop=np.array([1, 2]).tolist())
    assert data.feature_names == ("c",)
    assert data.options.drop == ("1", "2")


def test_unknown_options_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ls.InputError, match="did you mean test_size"):
        LoadOptions.from_dict({"testsize": 0.3})


def test_options_pass_through_json() -> None:
    options = LoadOptions(target="species", test_size=0.3, missing="mean", label_noise=0.25, seed=7)
    assert LoadOptions.from_dict(json.loads(json.dumps(options.as_dict()))) == options


def test_options_of_text_files_pass_through_json_where_they_were_given() -> None:
    plain = LoadOptions().as_dict()
    assert set(plain) == {"target", "test_size", "test_file", "missing", "label_noise", "seed"}
    options = LoadOptions(header=False, delimiter=";", comment="", thousands="'", missing_marks=("x",), drop=("a", "2"))
    stored = json.loads(json.dumps(options.as_dict()))
    assert LoadOptions.from_dict(stored) == options
    assert set(stored) - set(plain) == {"header", "delimiter", "comment", "thousands", "missing_marks", "drop"}


def test_source_and_options_load_the_same_data_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{x:.3f},{y:.3f},{'ab'[i % 2]}" for i, (x, y) in enumerate(rng.normal(size=(40, 2)))]
    path = tmp_path / "mine.csv"
    path.write_text("kind,other\n".replace("kind,other", "p,q,kind") + "\n".join(rows) + "\n,1,a\n")
    data = ls.load_dataset(path, target="kind", test_size=0.3, missing="mean", label_noise=0.2, seed=5)
    stored = json.loads(json.dumps({"source": data.source, "options": data.options.as_dict()}))
    again = ls.load_dataset(stored["source"], **stored["options"])
    assert again.digest == data.digest
    assert again.name == data.name == "mine"
    assert ls.load_dataset(path, target="kind", test_size=0.3, missing="mean", label_noise=0.2, seed=6).digest != (
        data.digest
    )


def test_options_of_columns_load_the_same_data_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [f"{i};{1 + i % 8}.{100 + i};{'?' if i % 7 else 'x'};{i * i % 37},5;{'ab'[i // 3 % 2]}" for i in range(60)]
    path.write_text("id;p;q;r;kind\n" + "\n".join(rows))
    options: dict[str, Any] = {"thousands": ".", "missing_marks": ["x"], "drop": ["q"], "keep": ["id"]}
    data = ls.load_dataset(path, **options)
    assert data.feature_names == ("id", "p", "r")
    stored = json.loads(json.dumps({"source": data.source, "options": data.options.as_dict()}))
    assert {name: stored["options"][name] for name in options} == options
    assert ls.load_dataset(stored["source"], **stored["options"]).digest == data.digest
    assert ls.load_dataset(path, **(options | {"keep": []})).digest != data.digest


def test_a_column_number_may_be_a_number(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("kind,p\n" + "a,1.5\nb,2.5\n" * 4)
    data = ls.load_dataset(path, target=1)
    assert data.options.target == "1"
    assert data.class_names == ("a", "b")


def test_options_that_a_builtin_set_does_not_take() -> None:
    for option in ({"target": "species"}, {"test_file": "other.csv"}):
        with pytest.raises(ls.InputError, match="built-in set 'iris'"):
            ls.load_dataset("iris", **option)


def test_a_test_size_beside_an_own_test_part_is_noted() -> None:
    data = ls.load_dataset("mnist1d", test_size=0.5)
    assert len(data.y_test) == 1000
    assert any("test_size was not used" in note for note in data.notes)


@pytest.mark.parametrize("name", ["irsi", "Iris", "no/such.csv", "", "a\0b", "x" * 5000])
def test_a_source_that_is_not_there(name: str) -> None:
    with pytest.raises(ls.InputError) as caught:
        ls.load_dataset(name)
    message = str(caught.value)
    assert "neither a data set nor a file" in message
    assert "iris, penguins, digits, mnist, mnist1d, article" in message
    assert "\n" not in message
    assert message.isprintable()
    if name.lower() in ("irsi", "iris"):
        assert "Did you mean 'iris'?" in message


def test_a_file_of_nearly_that_name_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "flowers.csv").write_text("a")
    with pytest.raises(ls.InputError, match=r"Did you mean 'flowers\.csv'\?"):
        ls.load_dataset(tmp_path / "flower.csv")


def test_a_file_may_be_called_as_a_builtin_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "iris").write_text("p,class\n" + "1,a\n2,b\n" * 4)
    monkeypatch.chdir(tmp_path)
    assert ls.load_dataset("./iris").class_names == ("a", "b")
    assert len(ls.load_dataset("iris").class_names) == 3


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("header", "Yes", True),
        ("header", "no", False),
        ("delimiter", "tab", "\t"),
        ("delimiter", ";", ";"),
        ("thousands", "space", " "),
        ("comment", "none", ""),
        ("comment", "%", "%"),
        ("missing_marks", "-, none", ("-", "none")),
        ("drop", "a b,2", ("a b", "2")),
        ("target", "space", "space"),
    ],
)
def test_options_as_a_person_writes_them(name: str, text: str, value: object) -> None:
    assert parse_option(name, text) == value
    assert parse_option(name, write_option(name, value)) == value


@pytest.mark.parametrize("name", ["missing_marks", "drop", "keep"])
@pytest.mark.parametrize("values", [5, None, "a", [1]])
def test_lists_that_are_none(name: str, values: object) -> None:
    with pytest.raises(InputError, match=f"{name} must be a list of texts"):
        LoadOptions.from_dict({name: values})
