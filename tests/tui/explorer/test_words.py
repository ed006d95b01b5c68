"""What keys say, what is kept of what was typed, and what the mouse copies."""

from pathlib import Path

import pytest

from lsexplorer.tui.explorer.delta_table import DeltaTable
from tests.support.explorer import explorer
from tests.support.form import problem, shown, write
from tests.support.tour import go_to, told


async def test_b_says_that_a_switch_still_stands_and_a_strength_of_0_stays_0() -> None:
    async with explorer() as e:
        await e.press("space", "space", "s", "b")
        assert e.hp.label_smoothing == 0
        assert e.message == "Back at step 1. What was changed there still stands: label smoothing a 0 → .1 at step 2."
        await e.press("b")
        assert e.message == "", "nothing was changed at step 1"
        await write(e, "label_smoothing", "0")
        assert (e.hp.label_smoothing, shown(e, "label_smoothing")) == (0, "0")
        await e.press("escape", "s")
        assert e.message.startswith("Label smoothing a = .1 is on from the next step on, as suggested: its own was 0")
        assert (e.hp.label_smoothing, shown(e, "label_smoothing")) == (0.1, ".1")
        await e.press("ctrl+z")
        assert "no shell" in e.message


async def test_what_cannot_be_stays_in_the_forms_field_and_an_empty_field_says_so() -> None:
    async with explorer() as e:
        assert shown(e, "soft_targets") == "none"
        await write(e, "learning_rate", "fast", "down")
        assert e.find("#editor").display
        assert e.find("#editor").value == "fast"
        assert problem(e).startswith("learning_rate must be a number above 0")
        await e.press("escape")
        assert not e.find("#editor").display
        assert (e.hp.learning_rate, shown(e, "learning_rate")) == (0.05, ".05")


async def test_a_dragged_mouse_selects_the_text_of_a_table_and_not_its_id() -> None:
    async with explorer() as e:
        table = e.find(DeltaTable)
        lines = e.area("#deltas").splitlines()
        await e.pilot.mouse_down("#deltas", offset=(1, 2))
        await e.pilot.hover("#deltas", offset=(8, 3))
        await e.pilot.mouse_up("#deltas", offset=(8, 3))
        text = e.app.screen.get_selected_text()
        assert table.has_band
        assert text is not None
        first, second = text.splitlines()
        assert lines[1].startswith(first.rstrip())
        assert lines[2].startswith(second.rstrip())
        assert second.strip().startswith("▸o1")


@pytest.mark.parametrize("title", ["The error term"])
async def test_a_tour_step_on_the_error_term_answers_in_either_order(title: str) -> None:
    async with explorer((80, 24)) as e:
        await go_to(e, title)
        await e.press("s")
        soft = told(e)
        assert "t′ − o =" in soft
        assert "s switches smoothing off again" in str(e.find("#tour").content)
        await e.press("s", "space")
        assert "They grew" in told(e)
        assert not e.screen.guide.progress.question


async def test_the_folder_of_the_last_file_is_where_the_next_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    async with explorer() as e:
        await e.press("space", "w")
        assert e.find("Input").value == "iris-run.json"
        e.find("Input").value = "there/mine.json"
        await e.press("enter", "W", "h")
        assert e.app.settings.folder == str(tmp_path / "there")
        assert e.find("Input").value == str(tmp_path / "there" / "iris-history.csv")
        await e.press("escape", "O")
        assert "mine.json" in e.text
