"""Out of the program: tables to the clipboard and to files, histories, the screen as a picture."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from lsexplorer.run import Series
from lsexplorer.tui.writing import history_rows, separated
from tests.support.explorer import explorer, new_trainer


def cells(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def test_cells_are_quoted_where_they_must_be_and_read_back_as_they_were() -> None:
    rows = [["a,b", 'say "x"', ""], ["1", "two\nlines", "tab\there"]]
    for delimiter in ",\t":
        assert cells(separated(rows, delimiter), delimiter) == rows


def test_a_history_has_a_row_for_each_step_and_every_digit() -> None:
    series = {
        "norm": Series(np.array([0, 1, 2]), np.array([0.1, 1 / 3, np.inf])),
        "loss": Series(np.array([0, 2]), np.array([1.5, 2e-300])),
    }
    assert history_rows(series) == [
        ["step", "norm", "loss"],
        ["0", "0.1", "1.5"],
        ["1", "0.3333333333333333", ""],
        ["2", "inf", "2e-300"],
    ]


async def test_y_copies_the_table_that_has_the_focus_with_all_digits() -> None:
    async with explorer(trainer=new_trainer(5)) as e:
        await e.press("y")
        heading, *rows = cells(e.app.clipboard, "\t")
        assert heading[:2] == ["node", "t"]
        assert "Copied 8 rows" in e.message
        nodes = e.trainer.deltas(e.session.sample, e.session.strengths).nodes
        for row, node in zip(rows, nodes, strict=True):
            shown = dict(zip(heading, row, strict=True))
            assert shown["node"] == node.name
            assert float(shown["o"]) == pytest.approx(node.output, rel=1e-12)
            assert float(shown["δ"]) == pytest.approx(node.signal, rel=1e-12)
            assert shown["t"] == ("" if node.target is None else f"{node.target:g}")
        await e.press("enter", "y")
        heading, *rows = cells(e.app.clipboard, "\t")
        assert (heading[0], rows[-1][0]) == ("from", "bias")


async def test_w_writes_history_table_and_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with explorer(trainer=new_trainer(5)) as e:
        await e.press("W", "h")
        await e.type("~/new/folder/run.tsv")
        await e.press("enter")
        file = tmp_path / "new" / "folder" / "run.tsv"
        assert str(file) in e.message
        heading, *rows = cells(file.read_text(), "\t")
        norms = [float(row[heading.index("weight_norm")]) for row in rows]
        assert norms == e.trainer.history["weight_norm"].values.tolist()
        await e.press("W", "t")
        await e.type(str(file))
        await e.press("enter")
        assert "exists; Enter once more replaces it" in e.text
        await e.press("enter")
        assert cells(file.read_text(), "\t")[0][0] == "node"
        await e.press("W", "s")
        await e.type(str(tmp_path / "a.csv"))
        await e.press("enter")
        assert "must end in .svg" in e.text
        await e.type(str(tmp_path / "a.svg"))
        await e.press("enter")
        picture = (tmp_path / "a.svg").read_text()
        assert "versicolor" in picture or "o2" in picture
        assert "Write" not in picture
