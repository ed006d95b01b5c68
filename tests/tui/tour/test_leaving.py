"""Leaving the tour, resuming it, keeping a tour step's run: no run is touched by another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.tui.explorer.screen import ExplorerScreen
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.form import choose, write
from tests.support.helpers import slow
from tests.support.tour import act, go_to, number, whole_screen, words


def state(trainer: ls.Trainer) -> tuple[Any, ...]:
    """All that a run is, exactly."""
    return (
        trainer.network.parameters.tobytes(),
        trainer.optimizer_state.tobytes(),
        trainer.step_count,
        trainer.furthest_step,
        trainer.hyperparameters,
        trainer.initial_hyperparameters,
        trainer.events,
        {name: (x.tobytes(), y.tobytes()) for name, (x, y) in trainer.history.items()},
        [{name: (x.tobytes(), y.tobytes()) for name, (x, y) in ghost.items()} for ghost in trainer.ghosts],
        trainer.next_batch.tobytes(),
    )


async def own_run(e: Explorer) -> None:
    """A run with a past: a ghost, events, a step back, another node, sample, order, page, axes and focus."""
    await e.answer("g", "40")
    await e.press("s")
    await e.answer("g", "90")
    await e.answer("g", "60")
    await e.press("l", *["space"] * 5, "b", "b", "tab", "tab", "down", "down", "o", "v", "x", "plus", "enter", "down")


@pytest.mark.parametrize(
    ("size", "leave"),
    [((80, 24), "escape"), slow((120, 40), "t"), slow((80, 20), "q")],
    ids=str,
)
async def test_the_own_run_comes_back_bit_for_bit(size: tuple[int, int], leave: str) -> None:
    async with explorer(size, trainer=new_trainer(momentum=0.5)) as e:
        await own_run(e)
        session, before, screen, focus = e.session, state(e.trainer), whole_screen(e), e.focus
        looked = replace(e.screen.shown)
        await e.press("t")
        assert e.session is not session
        assert "lsexplorer tour" in e.status
        assert "iris, step 63" in e.message
        for title in ("Smoothing stops the growth", "Cross-entropy and squared error"):
            await go_to(e, title)
            await e.press("s", "space", "e", "x", "o", "v", "a")
        await e.press(leave)
        assert e.app.return_code is None
        assert e.session is session
        assert state(e.trainer) == before
        assert whole_screen(e) == screen
        assert e.focus == focus
        now = e.screen.shown
        assert (now.sample, now.node, now.strengths, now.step) == (
            looked.sample,
            looked.node,
            looked.strengths,
            looked.step,
        )
        assert "at step 63" in e.message
        await e.press("space", "b")
        assert state(e.trainer)[:3] == before[:3]


@pytest.mark.slow
async def test_the_tour_goes_on_where_it_was_left() -> None:
    async with explorer((120, 40)) as e:
        await go_to(e, "Smoothing stops the growth")
        await act(e, ["s", "run"])
        await e.press("Y", "b")
        session, before, screen, said = e.session, state(e.trainer), whole_screen(e), words(e)
        await e.press("t")
        assert not e.find("#tour").display
        await e.press("space", "space", "t")
        assert e.session is session
        assert state(e.trainer) == before
        assert whole_screen(e) == screen
        assert words(e) == said
        assert "iris, step 2" in e.message


async def test_a_free_run_is_paused_on_the_way_in_and_out() -> None:
    async with explorer((120, 40)) as e:
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 20)
        await e.tap("t")
        await e.press()
        own = e.screen
        assert not own.running
        await go_to(e, "The weights grow")
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 20)
        toured = e.trainer
        await e.tap("t")
        await e.press()
        assert not own.running
        steps = toured.step_count, e.trainer.step_count
        await e.press("v")
        assert steps == (toured.step_count, e.trainer.step_count)
        assert e.trainer is not toured


@pytest.mark.slow
async def test_a_tour_steps_run_can_be_kept_and_the_own_one_is_not_lost() -> None:
    async with explorer((120, 40), trainer=new_trainer(7)) as e:
        own, before = e.session, state(e.trainer)
        await go_to(e, "The error term")
        await e.press("space", "K")
        toured = e.session
        assert toured is not own
        assert not e.screen.guide.on_tour
        assert not e.find("#tour").display
        assert "iris, step 7" in e.message
        assert "K switches to it" in e.message
        await e.press("space")
        assert toured.trainer.step_count == 2
        await e.press("K")
        assert e.session is own
        assert state(e.trainer) == before
        assert "article, step 2" in e.message
        await e.press("t")
        assert number(e) == 1, "the tour goes on at its step"
        assert e.session is not toured
        await e.press("K")
        third = e.session
        seen = []
        for _ in range(3):
            await e.press("K")
            seen.append(e.session)
        assert {id(session) for session in seen} == {id(own), id(toured), id(third)}, "none of three is lost"
        assert state(own.trainer) == before


async def test_the_tours_keys_do_nothing_outside_of_it() -> None:
    async with explorer((120, 40), trainer=new_trainer(3)) as e:
        before = state(e.trainer), whole_screen(e)
        for key in ("full_stop", "comma", "T", "e", "K", "escape"):
            e.screen.say("")
            await e.press(key)
            assert (state(e.trainer), whole_screen(e)) == before, key
            assert key == "escape" or "t begins" in e.message, key


async def test_the_palette_offers_the_tours_keys_in_the_tour() -> None:
    async with explorer((120, 110)) as e:
        names = {command.title for command in e.app.get_system_commands(e.screen)}
        assert "Tour" in names
        assert not names & {"Next tour step", "Previous tour step", "Restart tour step", "Keep", "Leave the tour"}
        await e.press("t")
        names = {command.title for command in e.app.get_system_commands(e.screen)}
        assert names >= {
            "Next tour step",
            "Previous tour step",
            "Restart tour step",
            "Do what is asked",
            "Keep",
            "Leave the tour",
        }


@pytest.mark.slow
async def test_changes_that_wait_in_the_form_come_first() -> None:
    async with explorer((120, 40)) as e:
        await write(e, "hidden", "8", "tab")
        e.find("#deltas").focus()
        await e.press("t")
        assert not e.screen.guide.on_tour
        assert "Enter makes them, Esc undoes them" in e.message


@pytest.mark.slow
async def test_a_file_of_ones_own_stays_the_own_runs(tmp_path: Path) -> None:
    """The tour step's run is saved under a name of its own, and the own data set can still be chosen."""
    path = tmp_path / "mine.json"
    async with explorer((120, 40), path=str(path)) as e:
        await e.press("t")
        assert e.session.path == ""
        assert "iris" in e.session.data_names
        await e.press("w")
        assert "article-run.json" in e.text
        await e.press("escape", "t", "w")
        assert "mine.json" in e.text


async def test_in_too_small_a_terminal_there_is_no_panel() -> None:
    async with explorer((120, 40)) as e:
        await e.press("t")
        await e.resize(60, 15)
        assert not e.find("#tour").display
        assert e.is_on(ExplorerScreen)


@pytest.mark.slow
async def test_a_rebuild_that_is_refused_leaves_the_tour_and_the_own_run_as_they_were() -> None:
    async with explorer((120, 40), trainer=new_trainer(5)) as e:
        own, before = e.session, state(e.trainer)
        await go_to(e, "The error term")
        await e.press("space")
        tour, during, panel = e.session, state(e.trainer), words(e)
        await choose(e, "output", "identity")
        await e.press("enter")
        assert "does not go with" in e.message
        assert (e.session, state(e.trainer), words(e)) == (tour, during, panel)
        await e.press("t")
        assert "form has changes that wait" in e.message
        assert e.focus == "fields", "where Enter and Esc do what the message says"
        await e.press("escape", "escape", "t")
        assert e.session is own
        assert state(e.trainer) == before
        await e.press("t")
        assert (e.session, state(e.trainer), words(e)) == (tour, during, panel)
