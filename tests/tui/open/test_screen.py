"""O: a file is chosen, what is understood of it is shown and overruled, and only then it is loaded."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.open.screen import OpenScreen
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.form import shown, write
from tests.support.helpers import snapshot

HOSTILE = "[red]x\x1b[2J\n.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose last column is not the class that is meant, another with semicolons, a folder, a hostile name."""
    rows = [f"{'yes' if i % 3 else 'no'},{i * i % 7},person {i},{'ab'[i % 2]}" for i in range(40)]
    (tmp_path / "people.csv").write_text("left,visits,who,group\n" + "\n".join(rows) + "\n")
    (tmp_path / "plants").mkdir()
    rows = [f"{i % 7},5;{i % 5};{'xyz'[i % 3]}" for i in range(30)]
    (tmp_path / "plants" / "leaves.txt").write_text("width;length;kind\n" + "\n".join(rows) + "\n")
    (tmp_path / HOSTILE).write_text("a,class\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lsexplorer.tui.open.screen.TYPING_SECONDS", 0.01)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    return tmp_path


async def read(e: Explorer) -> None:
    """Wait until the file is read, or cannot be."""
    await e.wait_until(lambda: not e.screen.stale)
    await e.press()


def shows(e: Explorer, words: str) -> bool:
    """Whether the screen shows some words, on one line or on several."""
    return words in " ".join(e.text.split())


def said_below(e: Explorer, name: str) -> str:
    """What is said to be wrong below a field, which keeps the focus."""
    field, problem = e.find(f"#{name}"), e.find("OptionFields Problem")
    assert (e.focus, problem.region.y) == (name, field.region.bottom)
    assert problem.region.right == field.region.right, "it has the width of label and field"
    return " ".join(e.area("OptionFields Problem").split())


async def test_shown_and_overruled_before_it_is_loaded(folder: Path) -> None:
    async with explorer((120, 40)) as e:
        await e.press("space", "space")
        own = e.trainer
        await e.press("O")
        assert e.is_on(OpenScreen)
        assert "[red]x\\x1b[2J\\n.csv" in e.area("#files")
        await e.press(*"peo", "enter")
        await read(e)
        understood = e.area("#understood_box")
        for words in ("'group'", "'who' was left out", "40 (32 training, 8 test)", "a            16     4"):
            assert words in understood
        heading, first, *_ = e.area("#first_rows").splitlines()
        assert heading.split() == ["row", "class", "left=no", "left=yes", "visits"]
        assert first.split() == ["1", "a", "1", "0", "0"]
        assert e.trainer is own

        await e.type("lef")
        await read(e)
        assert "no column 'lef'. Did you mean 'left'?" in said_below(e, "target")
        await e.press("enter")
        assert e.is_on(OpenScreen)
        await e.type("left")
        await e.press("down")
        await e.type("perhaps")
        await read(e)
        assert "header must be yes or no" in said_below(e, "header")
        await e.type("yes")
        await read(e)
        assert "The class is column 1 'left', as asked for." in e.area("#understood_box")

        await e.press("enter")
        assert e.is_on(ExplorerScreen)
        data = ls.load_dataset("people.csv", target="left", header=True)
        assert e.trainer.data.digest == data.digest
        assert (e.trainer.step_count, e.hp.batch_size) == (0, 16)
        assert "people, class 'left'" in e.status
        assert e.message.startswith(
            f"{data.class_note} D has {len(data.notes)} notes on the file; O reads it otherwise. "
        )
        assert e.message.endswith("Your run (iris, step 2) is kept until you quit: K goes back to it.")
        assert shown(e, "data") == "people"

        await e.press("space", "K")
        assert e.trainer is own
        assert shown(e, "data") == "iris"
        await e.press("K")
        assert (e.trainer.data.digest, e.trainer.step_count) == (data.digest, 1)

        await e.press("O", "enter")
        await read(e)
        assert "column 1 'left', as asked for" in e.area("#understood_box")
        assert [e.find(f"#{name}").value for name in ("target", "header", "drop")] == ["left", "yes", ""]


@pytest.mark.slow
async def test_in_a_small_terminal_into_a_folder_and_out_again(folder: Path) -> None:
    async with explorer() as e:
        e.trainer.step(3)
        own, before = e.trainer, snapshot(e.trainer)
        await e.press("O", *"pla", "tab")
        assert e.find("#path").value == "plants/"
        assert e.area("#files").strip() == "leaves.txt"
        await e.press("down", "up", "enter")
        await read(e)
        assert e.find("#path").value == "plants/leaves.txt"
        assert "'kind'" in e.area("#understood_box")
        assert e.area("#first_rows").splitlines()[1].split() == ["1", "x", "0.5", "0"]
        await e.press("pagedown", "pagedown", "f1", "escape", "shift+tab")
        await e.type("plants/")
        assert "Choose a file" in e.area("#message")
        await e.click(3, 1, "#files")
        await read(e)
        assert "'kind'" in e.area("#understood_box")
        await e.press("escape")
        assert e.is_on(ExplorerScreen)
        assert e.trainer is own
        assert snapshot(e.trainer) == before

        for typed, said in (("nothing.csv", "there is no file nothing.csv"), ("", "type the name of a file")):
            await e.press("O")
            await e.type(typed)
            e.find("#files").clear_options()
            await e.press("enter")
            await e.wait_until(partial(shows, e, said))
            assert e.focus == "path", "where it is to be corrected"
            await e.press("escape")


@pytest.mark.slow
async def test_a_run_file_is_replayed_and_the_tour_left(folder: Path) -> None:
    trainer = new_trainer(5, seed=3)
    trainer.save("run.json")
    async with explorer() as e:
        await e.press("t", "space", "O")
        await e.type("run.json")
        await e.press("enter")
        await read(e)
        assert "iris: 150 irises" in e.area("#understood")
        await e.type("species")
        await read(e)
        assert "is a run file" in said_below(e, "target")
        await e.type("")
        await read(e)
        await e.press("enter")
        assert (e.trainer.step_count, e.hp.seed) == (5, 3)
        assert e.session.path == str(folder / "run.json")
        assert not e.screen.guide.on_tour
        assert "kept" not in e.message, "the own run had not begun"


async def test_nothing_is_opened_while_the_form_waits(folder: Path) -> None:
    async with explorer() as e:
        await write(e, "hidden", "8", "tab")
        e.find("#deltas").focus()
        await e.press("O")
        assert e.is_on(ExplorerScreen)
        assert "changes that wait" in e.message


async def test_the_screen_lives_while_a_file_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends at its next report once the answer is no longer wanted."""
    goes_on, ended = threading.Event(), threading.Event()

    def slow(path: Path, *, progress: Any, **options: Any) -> None:
        try:
            progress(3, 10)
            goes_on.wait()
            progress(4, 10)
        finally:
            ended.set()

    monkeypatch.setattr("lsexplorer.tui.open.reading.load_dataset", slow)
    async with explorer() as e:
        await e.press("O")
        await e.type("people.csv")
        await e.press("enter")
        await e.wait_until(lambda: "Reading people.csv … 30%" in e.text)
        await e.press("enter")
        assert "still being read" in e.text
        await e.press("escape")
        assert e.is_on(ExplorerScreen)
        goes_on.set()
        await e.wait_until(ended.is_set)
        await e.press("space")
        assert e.trainer.step_count == 1
