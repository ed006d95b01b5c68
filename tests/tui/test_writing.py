"""Out of the program: tables to the clipboard and to files, histories, the screen as a picture."""

import csv
import io
from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.run.share import load_shared, share_text
from tests.support.explorer import explorer, new_trainer
from tests.support.pages import named_hosts


def cells(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


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
        assert named_hosts(picture) == set(), "the font is the reader's own"


async def test_w_writes_the_run_as_code_with_its_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.npz").write_bytes(b"kept")
    async with explorer(trainer=new_trainer(5)) as e:
        await e.press("W", "c", "j")
        await e.type("mine.py")
        await e.press("enter")
        assert "mine.npz, which the script's rows go to, exists; Enter once more" in e.text
        assert Path("mine.npz").read_bytes() == b"kept"
        await e.press("enter")
        assert "mine.py and " in e.message
        assert Path("mine.py").read_text() == ls.export.script(e.trainer, "jax")
        assert Path("mine.npz").read_bytes() != b"kept"
        await e.press("s", "space", "W", "c", "k")
        assert "label_smoothing changes on the way" in e.message


async def test_a_key_copies_the_text_that_opens_the_run_again() -> None:
    async with explorer(trainer=new_trainer(5)) as e:
        await e.press("s", "space", "S")
        text = share_text(e.trainer)
        assert e.app.clipboard == f"lsexplorer '{text}'"
        assert text in "".join(e.text.replace("│", "").split())
        again = load_shared(text)
        assert (again.network.parameters == e.trainer.network.parameters).all()
        await e.press("escape")
        e.trainer.network.weights[0][0, 0] = 1.0
        await e.press("space", "W", "l")
        assert "weights were set by hand at step 6, which no text holds" in e.message
