"""Long files of plain numbers go through NumPy's reader in C, and come out as they do row by row."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.data.readers import columns, csv_reader, plain_numbers

CELLS: dict[str, Callable[[Random], str]] = {
    "float": lambda draw: repr(draw.uniform(-1e6, 1e6)),
    "fixed": lambda draw: f"{draw.randint(-9999, 9999) / 1000:.3f}",
    "exponent": lambda draw: f"{draw.gauss(0, 1) * 10.0 ** draw.randint(-310, 300):.5e}",
    "small": lambda draw: draw.choice(["-0.0", "0.0", ".5", "5.", "+1.5", "1e-320", "1.0", "01.50"]),
    "whole": lambda draw: str(draw.randint(0, 10**6)),
    "few": lambda draw: str(draw.randint(0, 3)),
    "text": lambda draw: draw.choice(["oat", "rye", "wheat"]),
}
ODD = ["", "nan", "NA", "inf", "1e400", "1_0", "1,5", '"1.5"', "'1.5'", " 1.5", "1.5 ", "# 1", "1.5kg", "x", "0x1p3"]
ODD += ["−1.5", "1.5\r", "infinity", "1.5 # a", "1.234.567", "\x0b1.5", "é"]
LINES = ["", "# a comment", "a,b,c,class", "1.5", "1.5,2.5,3.5,4.5,5.5,6.5", ",,,", "\r", "  ", '"', "%"]


def table(draw: Random) -> str:
    """A file of some 40 rows, mostly of plain numbers; sometimes something odd stands far down."""
    kinds = draw.choices(["float", "float", "fixed", "exponent", "small", "whole"], k=draw.randint(2, 4))
    kinds.insert(draw.randint(0, len(kinds)), draw.choice(["few", "text"]))
    rows = [[CELLS[kind](draw) for kind in kinds] for _ in range(draw.randint(30, 45))]
    for _ in range(draw.choice([0, 0, 1, 2])):
        draw.choice(rows[12:])[draw.randrange(len(kinds))] = draw.choice(ODD)
    mark = draw.choice(",,;\t| ")
    lines = [mark.join(row) for row in rows]
    if draw.random() < 0.2:
        lines.insert(draw.randint(12, len(lines)), draw.choice(LINES))
    if draw.random() < 0.7:
        lines.insert(0, mark.join("class" if kind in ("few", "text") else f"c{i}" for i, kind in enumerate(kinds)))
        if draw.random() < 0.1:
            lines.insert(draw.randint(12, len(lines)), lines[0])
    end = draw.choice(["\n", "\n", "\r\n"])
    return end.join(lines) + draw.choice(["", end, 2 * end])


def outcome(path: Path, **options: Any) -> tuple[Any, ...]:
    try:
        data = ls.load_dataset(path, **options)
    except ls.InputError as error:
        return (str(error),)
    return data.digest, data.notes, data.raw_train.tobytes(), data.train_rows.tolist(), data.class_names


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain") / "own.csv"


@pytest.fixture(scope="module", autouse=True)
def small_limits() -> Iterator[None]:
    """A column is one of numbers after a few rows, and a rest of any length is read in C."""
    limits = patch.multiple(columns, _FEW_TEXTS=4, _LEAST_TEXTS=4)
    with limits, patch.object(csv_reader, "_CHUNK_ROWS", 6), patch.object(plain_numbers, "LEAST_BYTES", 0):
        yield


def counted(read: Callable[..., int], rows: list[int]) -> Callable[..., int]:
    """The same function; the rows that it read are added to the list."""

    def reading(*arguments: Any) -> int:
        rows.append(read(*arguments))
        return rows[-1]

    return reading


@given(st.integers(0, 2**32), st.sampled_from([{}, {}, {"missing": "mean"}, {"decimal": "."}, {"comment": ""}]))
def test_both_ways_give_the_same(path: Path, seed: int, options: dict[str, Any]) -> None:
    path.write_bytes(table(Random(seed)).encode())
    fast = outcome(path, **options)
    with patch.object(csv_reader, "read_rest", lambda *_: 0):
        assert fast == outcome(path, **options)


def test_half_of_these_files_are_read_in_c(path: Path) -> None:
    assert sum(rest_of(path, table(Random(seed))) > 0 for seed in range(20)) >= 7


def rest_of(path: Path, text: str) -> int:
    """How many rows of a file are read in C."""
    rows: list[int] = []
    path.write_bytes(text.encode())
    with patch.object(csv_reader, "read_rest", counted(plain_numbers.read_rest, rows)):
        outcome(path)
    return sum(rows)


PLAIN = "a,b,class\n" + "".join(f"{i / 7!r},{i / 3!r},{'xyz'[i % 3]}\n" for i in range(40))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (PLAIN, 34),
        (PLAIN.replace(",", ";"), 34),
        (PLAIN.replace("\n", "\r\n"), 34),
        (PLAIN + "\n\n", 34),
        (PLAIN + "1,2,x", 35),
        (PLAIN.partition("\n")[2], 34),
        (PLAIN + "1,nan,x\n", 0),
        (PLAIN + "\n1,2,x\n", 0),
        (PLAIN + "a,b,class\n", 0),
        (PLAIN + "1,2\n", 0),
        (PLAIN + "1, 2,x\n", 0),
        (PLAIN + '"1",2,x\n', 0),
        (PLAIN.replace(",", " "), 0),
    ],
    ids=range(13),
)
def test_what_is_read_in_c(path: Path, text: str, rows: int) -> None:
    assert rest_of(path, text) == rows


def test_the_last_line_of_each_row_is_known(path: Path) -> None:
    path.write_text(PLAIN.replace("\n", "\n# a comment\n", 1) + "1e999,2,x\n")
    with pytest.raises(ls.InputError, match=r"row 41 \(line 43\), column 1 'a': the number is infinite"):
        ls.load_dataset(path)
    path.write_text(PLAIN.replace("\n", "\n# a comment\n", 1))
    table = csv_reader.read_table(path, csv_reader_layout(path))
    assert table.lines.tolist() == list(range(3, 43))
    assert len(table) == 40


def csv_reader_layout(path: Path) -> Any:
    from lsexplorer.data.readers.layout import find_layout

    return find_layout(path)


def test_a_name_that_numpy_would_unpack(path: Path) -> None:
    other = path.with_name("plain.xz")
    assert rest_of(other, PLAIN) == 0
    assert len(ls.load_dataset(other).y_train) == 31


def test_values_are_those_that_python_reads(path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(60, 3)) * 10.0 ** np.arange(-150, 150, 100)
    path.write_text("".join(f"{a!r},{b!r},{c!r},{i % 2}\n" for i, (a, b, c) in enumerate(values.tolist())))
    data = ls.load_dataset(path)
    assert np.array_equal(data.raw_train, values[data.train_rows])
