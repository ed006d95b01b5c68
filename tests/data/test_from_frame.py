"""Data sets from data frames: a dict, what only looks like a frame, and pandas, polars and Arrow where they are."""

import csv
import datetime
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.frames import columns_of

N = 40
RNG = np.random.default_rng(0)
TABLE: dict[str, list[Any]] = {
    "id": list(range(1, N + 1)),
    "width": [None if i == 3 else float(x) for i, x in enumerate(RNG.normal(size=N))],
    "colour": [None if i == 8 else ["red", "blue"][i % 3 % 2] for i in range(N)],
    "ripe": [bool(x > 0) for x in RNG.normal(size=N)],
    "count": RNG.integers(0, 9, N).tolist(),
    "species": [["oat", "rye"][i % 2] for i in range(N)],
}
LIBRARIES = ("dict", "look-alike", "pandas", "polars", "pyarrow")


class LookAlike:
    """As much of pandas as is needed."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.columns = list(table)
        self.index = SimpleNamespace(names=["plot"])
        self.iloc = self
        self._values = [np.array(values, dtype=object) for values in table.values()]

    def __getitem__(self, place: Any) -> Any:
        return self._values[place[1]]


def frame(library: str, table: dict[str, Any] = TABLE) -> Any:
    if library in ("dict", "look-alike"):
        return table if library == "dict" else LookAlike(table)
    module = pytest.importorskip(library)
    return module.table(table) if library == "pyarrow" else module.DataFrame(table)


@pytest.fixture
def from_file(tmp_path: Path) -> Callable[..., ls.Dataset]:
    def load(**options: Any) -> ls.Dataset:
        with open(tmp_path / "frame.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(TABLE)
            writer.writerows(zip(*TABLE.values(), strict=True))
        return ls.load_dataset(tmp_path / "frame.csv", **options)

    return load


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("options", [{}, {"missing": "mean", "seed": 3, "test_size": 0.3}, {"keep": ["id"]}])
def test_a_frame_is_taken_as_a_file_is(
    from_file: Callable[..., ls.Dataset], library: str, options: dict[str, Any]
) -> None:
    file, data = from_file(**options), ls.Dataset.from_frame(frame(library), **options)
    index = ["The frame's index (plot) was left out."] if library == "look-alike" else []
    assert data.digest == file.digest
    assert list(data.notes) == [*file.notes, *index]
    assert (data.name, data.source, data.options) == ("frame", "", file.options)
    assert data.class_column == "species"


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_frame_for_testing(library: str) -> None:
    test = {name: values[:9] for name, values in TABLE.items() if name != "id"}
    data = ls.Dataset.from_frame(frame(library), "species", test=frame(library, test), missing="mean")
    assert len(data.y_train) == N
    assert data.y_test.tolist() == [i % 2 for i in range(9)]
    assert data.raw_test[0, 0] == TABLE["width"][0]


@pytest.mark.parametrize("library", LIBRARIES)
def test_predictors_and_classes_apart(library: str) -> None:
    table = {name: values for name, values in TABLE.items() if name not in ("id", "species")}
    data = ls.Dataset.from_arrays(frame(library, table), TABLE["species"])
    assert data.feature_names == ("width", "colour=blue", "colour=red", "ripe=False", "ripe=True", "count")
    assert data.class_names == ("oat", "rye")
    numbers = {name: table[name] for name in ("width", "count")}
    data = ls.Dataset.from_arrays(frame(library, numbers), TABLE["species"], missing="mean")
    assert data.feature_names == ("width", "count")
    with pytest.raises(ls.InputError, match=r"^y has 7 rows, but X has 40$"):
        ls.Dataset.from_arrays(frame(library, table), TABLE["species"][:7])


def values_of(values: Any) -> list[Any]:
    column = columns_of({"a": values})[0]
    found = column.texts if column.numbers is None else column.numbers.tolist()
    return ["" if isinstance(value, float) and math.isnan(value) else value for value in found]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, None, 3], [1, "", 3]),
        ([True, None, False], ["True", "", "False"]),
        (np.array([True, False]), ["True", "False"]),
        (["a", None, float("nan")], ["a", "", ""]),
        (np.array([b"a", b"b"]), ["a", "b"]),
        (np.array([1.5, 2], dtype=np.float32), [1.5, 2]),
        (np.array(["2020-01-02", "NaT"], dtype="M8[D]"), ["2020-01-02", ""]),
        (np.array([60, 90], dtype="m8[s]"), [60, 90]),
        ([datetime.date(2020, 1, 2), None], ["2020-01-02", ""]),
    ],
)
def test_values_of_a_column(values: Any, expected: list[Any]) -> None:
    assert values_of(values) == expected


def test_values_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    assert values_of(pandas.array([1, None], dtype="Int64")) == [1, ""]
    assert values_of(pandas.array([True, None], dtype="boolean")) == ["True", ""]
    assert values_of(pandas.array(["a", None], dtype="string")) == ["a", ""]
    assert values_of(pandas.Series(["b", None, "a"], dtype="category")) == ["b", "", "a"]
    assert values_of(pandas.to_datetime(pandas.Series(["2020-01-02", None])))[1] == ""
    table = {
        "a": pandas.Series([3, 1] * 9, dtype="category"),
        "b": np.arange(18.0) ** 0.5,
        "class": ["u", "v", "w"] * 6,
    }
    assert ls.Dataset.from_frame(pandas.DataFrame(table)).feature_names == ("a=1", "a=3", "b")


def test_a_missing_value_of_an_arrow_dictionary() -> None:
    pyarrow = pytest.importorskip("pyarrow")  # where NumPy makes another category of it
    assert values_of(pyarrow.chunked_array([pyarrow.array(["x", None, "y"]).dictionary_encode()])) == ["x", "", "y"]


def test_what_has_an_interchange_protocol_alone() -> None:
    pyarrow = pytest.importorskip("pyarrow")

    class Stream:
        def __arrow_c_stream__(self, *arguments: Any) -> Any:
            return pyarrow.table(TABLE).__arrow_c_stream__(*arguments)

    data = ls.Dataset.from_frame(Stream())
    assert data.digest == ls.Dataset.from_frame(TABLE).digest


def test_many_different_values_are_the_numbers_that_were_given() -> None:
    values = np.random.default_rng(0).normal(size=(5000, 2))
    values[7, 0] = np.nan
    data = ls.Dataset.from_frame({"a": values[:, 0], "b": values[:, 1].round(3), "class": np.arange(5000) % 3})
    rows = np.sort(np.concatenate([data.train_rows, data.test_rows]))
    assert 7 not in rows
    assert np.array_equal(np.sort(data.raw_train[:, 0]), np.sort(values[data.train_rows, 0]))
    assert np.array_equal(data.raw_test[:, 1], values[:, 1].round(3)[data.test_rows])


class Lazy:
    def collect(self) -> None: ...


NUMBERS = np.arange(8.0)
WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (np.zeros((3, 3)), {}, "^frame has no columns with names, being of the type ndarray; from_arrays"),
    ("iris", {}, "has no columns with names"),
    (None, {}, "has no columns with names"),
    (Lazy(), {}, "^frame is lazy: give what its collect"),
    ({}, {}, "^frame has no columns$"),
    ({"a": [], "b": []}, {}, "^frame has no rows$"),
    ({"a": [1, 2], "b": [1]}, {}, "^frame has columns of 1 and of 2 rows$"),
    ({"a": [1], " a": [1]}, {}, "^frame has two columns called 'a'$"),
    ({"a": 3, "b": [1]}, {}, r"^frame, column 'a' has the shape \(\)"),
    ({"a": [[1], [2, 3]], "b": [1, 2]}, {}, "^frame, column 'a' cannot be read: "),
    ({"a": np.array([1j]), "b": [1]}, {}, "^frame, column 'a' holds complex128 values"),
    ({"a": NUMBERS, "class": [1, 2] * 4}, {"target": "clas"}, "^frame has no column 'clas'. Did you mean 'class'"),
    ({"a": NUMBERS, "class": [1, 2] * 4}, {"test": {"b": [1], "class": [1]}}, "^frame for testing has no column 'a'"),
    ({"a": [1.5, np.inf] * 4, "class": [1, 1, 2, 2] * 2}, {}, "^frame, row 2, column 1 'a': the number is infinite"),
    ({"a": NUMBERS, "class": NUMBERS}, {}, "probably a regression target"),
    ({"a": NUMBERS, "class": [1, 2] * 4}, {"seed": -1}, "^seed must be"),
]


@pytest.mark.parametrize(("given", "options", "message"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_data_set(given: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ls.InputError, match=message) as caught:
        ls.Dataset.from_frame(given, **options)
    assert "\n" not in str(caught.value)
