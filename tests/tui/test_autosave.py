"""What is not lost: runs that are replaced, runs of a program that is killed, and what is asked before it ends."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.tui import autosave as module
from lsexplorer.tui.autosave import Autosave, leftovers
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.settings import Settings, load_settings, remember_settings
from tests.support.explorer import explorer, new_trainer
from tests.support.helpers import flat, same_bits
from tests.support.terminal import Terminal
from tests.tui.test_keeping import PACKAGE


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "lsexplorer" / "runs"


def save(autosave: Autosave, *trainers: ls.Trainer) -> int:
    due = autosave.due(trainers)
    autosave.write(due)
    return len(due)


def test_a_run_is_written_when_it_has_changed_and_offered_when_its_program_is_gone(state: Path) -> None:
    first, second = Autosave(), Autosave()
    t, other = new_trainer(), new_trainer(3, seed=1)
    assert save(first, t) == 0, "a run that has not begun"
    assert not state.exists()
    t.step(40)
    assert save(first, t) == 1
    assert save(first, t) == 0
    t.set(l2=0.1)
    t.step(2)
    assert save(first, t) == save(second, other) == 1
    assert len(list(state.glob("*/0.json"))) == 2, "two programs, two files"
    assert leftovers() == [], "both are alive"
    first.let_go()
    (found,) = leftovers()
    assert (found.name, found.steps) == ("iris", 42)
    assert found.file.stat().st_size < 4096
    assert same_bits(flat(ls.load_run(found.file)), flat(t))
    found.remove()
    assert leftovers() == []
    second.clear()
    assert list(state.iterdir()) == []


def test_runs_that_are_no_more_and_damaged_files_are_not_offered(state: Path) -> None:
    autosave = Autosave()
    save(autosave, new_trainer(1), new_trainer(2))
    assert save(autosave, new_trainer(5)) == 2
    autosave.let_go()
    (found,) = leftovers()
    assert found.steps == 5
    (found.file.parent / "7.json").write_text('{"data": 5')
    (found.file.parent / "8.json").write_text("[1]")
    assert leftovers() == [found]


def test_a_state_folder_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    autosave = Autosave()
    save(autosave, new_trainer(1))
    autosave.clear()
    assert leftovers() == []
    remember_settings(Settings("nord"))
    assert load_settings() == Settings()


def test_settings_come_back_and_what_cannot_be_is_left_out(state: Path) -> None:
    assert load_settings() == Settings(speed=50)
    for settings in (Settings("nord", "/some/where", None), Settings("", "", 5)):
        remember_settings(settings)
        assert load_settings() == settings
    file = state.with_name("settings.json")
    for text in ("", "[]", '{"theme": 3, "folder": null, "speed": 7, "other": 1}', "[" * 100_000):
        file.write_text(text)
        assert load_settings() == Settings()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_killed_program_loses_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: Path) -> None:
    def stands(terminal: Terminal, step: int) -> None:
        terminal.wait_for(lambda text: f"step {step} · epoch" in text, 60)

    run = ["sh", "-c", f"cd {tmp_path} && exec {sys.executable} -m lsexplorer"]
    env = {"PYTHONPATH": PACKAGE, "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(run, env=env) as terminal:
        stands(terminal, 0)
        terminal.press("   s ")
        stands(terminal, 4)
        terminal.wait_for(lambda _: any('"steps": 4' in f.read_text() for f in state.glob("*/0.json")), 60)
        os.kill(terminal.pid, signal.SIGKILL)
    with Terminal(run, env=env) as terminal:
        terminal.wait_for(lambda text: "iris, step 4" in text, 60)
        terminal.press("\r")
        stands(terminal, 4)
        terminal.discard()
        assert terminal.exit_status() == 0
    assert not list(state.glob("*/*"))


async def test_q_asks_once_whether_to_save(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer() as e:
        await e.press("space", "s", "q")
        assert "No file has this run: iris, step 1." in e.text
        await e.press("q", "escape")
        assert not e.screen.is_modal
        await e.press("q", "s", "escape")
        assert not e.screen.is_modal, "Esc at the name cancels"
        await e.answer("w", "mine.json")
        await e.press("space", "b", "ctrl+q")
        assert "No file" in e.text, "a step ahead that no file has"
        await e.press("s")
        await e.tap("enter")
        assert e.app.return_code == 0
    assert same_bits(flat(ls.load_run("mine.json")), flat(e.trainer))


async def test_a_run_that_is_replaced_is_kept_with_its_curves() -> None:
    async with explorer() as e:
        await e.press(*["space"] * 5)
        first = e.trainer
        await e.press("N")
        assert "K goes back to the run before" in e.message
        assert (e.trainer.step_count, e.hp.seed) == (0, 1)
        assert e.screen.shown.ghosts[0]["weight_norm"].steps.tolist() == [0, 1, 2, 3, 4, 5]
        await e.press("space", "K")
        assert e.trainer is first
        assert first.step_count == 5
        await e.press("K")
        assert (e.trainer.step_count, e.hp.seed) == (1, 1)
        assert [session.unsaved for session in e.screen.guide.own_sessions(e.session)] == [True, True]


def test_ghosts_of_other_data_go_and_memory_is_bounded() -> None:
    session: Any = Session(new_trainer(2))
    for _ in range(12):
        session.reset(seed=3)
        session.trainer.step(2)
    assert len(session.ghosts) == len(session.frame().ghosts) == 8
    session.rebuild({}, "digits")
    assert session.ghosts == ()
    assert module.SECONDS <= 5
    assert not Session(new_trainer()).unsaved
