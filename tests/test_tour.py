"""The tour: it asks first, answers with the live run's numbers, can be left and resumed, and touches no other run."""

import ast
import inspect
import math
import re
from dataclasses import replace

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import default_hyperparameters
from lsexplorer.study.match_words import ratio_line
from lsexplorer.tui import tour_runs, tour_words
from lsexplorer.tui.screens.compare import CompareScreen
from lsexplorer.tui.screens.explorer import ExplorerScreen
from lsexplorer.tui.tour import STOPS
from lsexplorer.tui.tour_words import n, s
from lsexplorer.tui.widgets.tour_panel import STRAYED
from tests.explorer import explorer, new_trainer, shows, table
from tests.tour import ACTS, act, given, go_to, number, told, words

SIZES = [(120, 40), (80, 24), (80, 20)]


@pytest.fixture
def found(monkeypatch):
    """A match as compare's m would make it, of fewer epochs and seeds."""

    def quick(data, hp, **named):
        hp = hp or ls.Hyperparameters(**default_hyperparameters(data))
        return ls.match(data, hp, label_smoothing=named["label_smoothing"], epochs=12, seeds=10)

    monkeypatch.setattr("lsexplorer.tui.screens.matching.match", quick)


def whole_screen(e):
    """The screen without the line for messages and the footer, which is drawn when it comes to it."""
    region = e.find("#message").region
    lines = e.text.splitlines()
    return lines[: region.y] + lines[region.bottom : -1]


# The way through


def test_every_stop_has_something_to_do():
    assert list(ACTS) == [stop.title for stop in STOPS]
    for stop in STOPS:
        assert len(ACTS[stop.title]) == len(stop.parts)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_walk_through_all_stops_and_back(size, found):
    """Every question stands there before its answer, whole; every answer comes when the person did what it asks for."""
    async with explorer(size, trainer=new_trainer(2)) as e:
        await e.press("t")
        opened = []
        for at, (title, parts) in enumerate(ACTS.items()):
            assert number(e) == at
            assert title in str(e.find("#tour").border_title)
            opened.append(whole_screen(e))
            said = ""
            for keys in parts:
                assert told(e) == said, f"{title}: nothing is told before it was asked"
                assert "▸" in words(e)
                await act(e, keys)
                assert words(e) == given(e), f"{title}: the panel shows all of it"
                assert told(e) != said, f"{title}: {keys} is answered"
                said = told(e)
                assert "nan" not in said.lower()
                assert "inf " not in said
                at_least = 6 if "-norms" in e.app.screen.classes or "-measures" in e.app.screen.classes else 4
                chart = e.find("#measures" if "-measures" in e.app.screen.classes else "#norms")
                assert not chart.display or chart.region.height >= at_least - (size[1] < 24), "the chart can be seen"
                assert "▸o2" in e.area("#deltas"), "and the row of the node that is spoken of"
            assert "▸" not in words(e), f"{title}: all is answered"
            await e.press("full_stop")
        assert number(e) == len(STOPS) - 1
        assert "last stop" in e.message
        for at in reversed(range(len(STOPS) - 1)):
            await e.press("comma")
            assert number(e) == at
            assert whole_screen(e) == opened[at], "a stop that one comes back to begins as it did"
        await e.press("comma")
        assert "first stop" in e.message


async def test_a_stop_begins_the_same_from_anywhere():
    """Whatever was done at another stop, and whatever way one comes."""
    async with explorer((120, 40)) as e:
        first = {}
        for title in list(ACTS)[:9]:
            await go_to(e, title)
            first[title] = whole_screen(e)
            await e.press("x", "y", "o", "v", "s", "space", "space", "b", "enter", "down", "a", "plus")
            await e.press("T")
            assert whole_screen(e) == first[title], "anew"
        for title in ("Smoothing stops the growth", "The error term", "Where (target − output) is missing"):
            await e.press("space", "l", "enter")
            await go_to(e, title)
            assert whole_screen(e) == first[title]


# What is told


async def test_the_articles_numbers_are_read_off_the_live_table():
    """η = .01: 1 − .75 gives .0025, 1 − .97 gives .0003, .8 − .75 gives .0005 and .8 − .97 gives −.0017."""
    async with explorer((120, 40)) as e:
        for title, output, hard, soft in (
            ("The error term", 0.75, "+.0025", "+.0005"),
            ("The error term near the target", 0.97, "+.0003", "−.0017"),
        ):
            await go_to(e, title)
            row = table(e.text, "Next step")["o2"]
            assert shows(row["o"], output)
            assert row["η·δ"] == hard
            assert e.trainer.deltas(1).node("o2").output == pytest.approx(output, abs=1e-14)
            before = e.trainer.network.biases[0][1]
            await e.press("space")
            moved = e.trainer.network.biases[0][1] - before
            assert moved == pytest.approx(0.01 * (1 - output), rel=1e-9)
            assert f"bias moved by {s(moved)}" in told(e)
            assert s(moved) == hard
            await e.press("b", "s")
            row = table(e.text, "Next step")["o2"]
            assert row["t′"] == ".8000"
            assert row["η·δ"] == soft
            assert f"η·δ = {soft}" in told(e)
            assert told(e).startswith("Up still" if output < 0.8 else "Down now")


async def test_soft_targets_are_those_of_the_formula():
    async with explorer((120, 40)) as e:
        await e.press("t", "s")
        assert f"1 became {n(0.9 + 0.1 / 3)}, 0 became {n(0.1 / 3)}" in told(e)
        await e.press("e")
        assert told(e).startswith("Yes: its a is .3, and t′ is .8 for the class, .1 for the others.")


def article(**changes):
    hp = ls.Hyperparameters(hidden=(), seed=8, batch_size=3, learning_rate=0.5, **changes)
    return ls.Trainer(ls.load_dataset("article"), hp)


def norm(trainer):
    return float(np.sqrt(sum((W**2).sum() for W in trainer.network.weights)))


async def test_the_weights_grow_and_are_stopped_in_two_ways():
    """The norms and pulls that are told, against runs of their own."""
    async with explorer((120, 40)) as e:
        await go_to(e, "The weights grow")
        await act(e, ["run"])
        hard = article()
        hard.step(e.trainer.step_count)
        assert f"is {n(norm(hard))} at step {hard.step_count:,}" in told(e)
        hard.goto(100)
        assert f"{n(norm(hard))} at step 100" in told(e)
        hard.goto(1000)
        start = norm(hard)
        await go_to(e, "Smoothing stops the growth")
        await act(e, ["s", "run"])
        hard.set(label_smoothing=0.1)
        hard.goto(e.trainer.step_count)
        assert f"‖W‖ shrank from {n(start)} to {n(norm(hard))}" in told(e)
        z = hard.data.X_train[1] @ hard.network.weights[0] + hard.network.biases[0]
        output = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        assert f"o2 says {n(output[1])}, its target t′ is {n(0.9 + 0.1 / 3)}" in told(e)
        await go_to(e, "L2 stops it in another way")
        await act(e, ["l", "run"])
        other = article()
        other.step(1000)
        other.set(l2=0.01)
        other.goto(e.trainer.step_count)
        assert f"to {n(norm(other))}" in told(e)
        largest = max(other.network.weights[0][:, 1], key=abs)
        assert f"L2 pulls it by {s(-0.5 * 0.01 * largest)}" in told(e)


async def test_the_gap_is_that_of_the_formula_and_has_no_end_without_smoothing():
    async with explorer((120, 40)) as e:
        await go_to(e, "The logit gap that smoothing wants")
        await act(e, ["run"])
        assert f"= log {n(0.9 * 3 / 0.1 + 1)} = {n(math.log(1 + 3 * 0.9 / 0.1))}" in told(e)
        network, data = e.trainer.network, e.trainer.data
        z = data.X_train @ network.weights[0] + network.biases[0]
        gap = np.mean([z[i, i] - (z[i].sum() - z[i, i]) / 2 for i in range(3)])
        assert f"The run's gap is {n(gap)}" in told(e)
        assert gap == pytest.approx(math.log(28), abs=1e-3)
        await act(e, ["s", "run"])
        assert "With a = 0 it is infinite: the gap grew from 3.33" in told(e)


async def test_the_losses_signals_are_those_worked_by_hand():
    """o = (.96, .02, .02), t = (0, 1, 0): squared error gives o2·[(t2 − o2) − Σ o(t − o)]."""
    async with explorer((120, 40)) as e:
        await go_to(e, "Cross-entropy and squared error")
        assert table(e.text, "Next step")["o2"]["δ"] == "+.980"
        o, t = np.array([0.96, 0.02, 0.02]), np.array([0.0, 1.0, 0.0])
        for a, key in ((0.0, "e"), (0.1, "s")):
            await e.press(key)
            soft = (1 - a) * t + a / 3
            by_hand = o[1] * ((soft - o)[1] - (o * (soft - o)).sum())
            assert s(by_hand) in told(e)
            assert shows(table(e.text, "Next step")["o2"]["δ"], by_hand)
        await go_to(e, "Where (target − output) is missing")
        assert table(e.text, "Next step")["o2"]["δ"] == "+.250"
        await e.press("e")
        assert told(e).startswith("+1: δ = sign(t′ − o)")
        assert float(table(e.text, "Next step")["o2"]["δ"]) == 1
        await e.press("s")
        assert told(e).startswith("No: t′ − o is +.05 in place of +.25, and δ is still +1.")


def ece_by_hand(trainer):
    """The calibration error on the test part, bin by bin."""
    _, o = trainer.network.answers(trainer.data.X_test)
    sure, right = o.max(axis=1), o.argmax(axis=1) == trainer.data.y_test
    total = 0.0
    for k in range(15):
        inside = (sure > k / 15) & (sure <= (k + 1) / 15)
        if inside.any():
            total += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    return total


@pytest.mark.parametrize(
    ("title", "name", "epochs", "changes", "verdict"),
    [
        ("Calibration of an accurate network", "digits", 20, {}, "Worse"),
        ("Calibration of an overfitting network", "mnist1d", 30, {"learning_rate": 0.5}, "Better"),
    ],
)
async def test_calibration_in_two_regimes(title, name, epochs, changes, verdict):
    data = ls.load_dataset(name)
    errors = []
    async with explorer((120, 40)) as e:
        await go_to(e, title)
        for a in (0.0, 0.1):
            await act(e, ["offer"])
            trainer = ls.Trainer(data, ls.Hyperparameters(**default_hyperparameters(data) | changes, label_smoothing=a))
            trainer.step(epochs * trainer.steps_per_epoch)
            errors.append(ece_by_hand(trainer))
            _, o = trainer.network.answers(data.X_test)
            assert n(errors[-1]) in told(e)
            right, sure = (o.argmax(axis=1) == data.y_test).mean(), o.max(axis=1).mean()
            assert f"right on {right:.1%} of the test rows and {sure:.1%} sure" in told(e)
        assert told(e).startswith(f"{verdict} here: ECE went from {n(errors[0])} to {n(errors[1])}")
        assert len(e.trainer.ghosts) == 1, "the hard run stays in the charts"


async def test_an_offer_that_was_paused_goes_on():
    async with explorer((80, 24)) as e:
        await go_to(e, "Calibration of an overfitting network")
        await e.tap("e")
        await e.press("space")
        assert 0 < e.trainer.step_count < 3750
        assert told(e) == ""
        await act(e, ["offer"])
        assert e.trainer.step_count == 3750
        assert "ECE is" in told(e)


async def test_the_question_leads_to_the_comparison_and_its_match(found):
    async with explorer((120, 40)) as e:
        await go_to(e, "Would L2 have done the same?")
        await e.press("c")
        assert isinstance(e.app.screen, CompareScreen)
        await e.press("escape")
        assert told(e) == "", "no match, no answer"
        await act(e, ["match"])
        match = e.session.match
        assert told(e).startswith(f"{match.verdict.kind.capitalize()} on iris ({len(match.evaluation)} seeds)")
        assert n(match.strengths["weight_norm"].value) in told(e)
        assert ratio_line(match) in told(e)


def test_no_number_is_typed_into_the_words():
    """Texts are made of names, keys, and numbers in braces: o1, o2, L2 and the 0 that L2 pulls to."""
    for module in (tour_words, tour_runs):
        functions = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)]
        for function in functions:
            if function.name in ("n", "s"):
                continue
            named = {
                id(call.args[1]) for call in ast.walk(function) if isinstance(call, ast.Call) and len(call.args) > 1
            }
            body = [part for statement in function.body[1:] for part in ast.walk(statement)]
            formats = {
                id(p)
                for f in body
                if isinstance(f, ast.FormattedValue) and f.format_spec
                for p in ast.walk(f.format_spec)
            }
            for part in body:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in formats | named:
                    text = re.sub(r"\bo[12]\b|\bL2\b|towards 0|K\(1 − a\)|\(1 − a\)|log\(1 \+", "", part.value)
                    assert not re.search(r"\d", text), (function.name, part.value)


async def test_what_is_told_goes_with_the_run():
    """An answer is made anew from every frame at which it holds."""
    async with explorer((120, 40)) as e:
        await go_to(e, "The weights grow")
        await act(e, ["run"])
        step = e.trainer.step_count
        assert f"at step {step:,}:" in told(e)
        await e.press("space")
        assert f"at step {step + 1:,}:" in told(e)
        await e.press("0")
        assert f"at step {step + 1:,}:" in told(e), "and stays when the run is begun again"


@pytest.mark.parametrize("key", ["a", "d", "N"])
async def test_another_run_or_row_than_the_stops_is_not_spoken_of(key):
    async with explorer((80, 24)) as e:
        await go_to(e, "The error term")
        await e.press(key, "space")
        assert words(e) == f"▸ {STRAYED}"
        await e.press("T", "space")
        assert "They grew" in told(e)


async def test_smoothing_switched_on_late_is_no_answer():
    """The calibration stops compare runs that were smoothed from step 0 on; e makes such a run of any other."""
    async with explorer((80, 24)) as e:
        await go_to(e, "Calibration of an accurate network")
        await act(e, ["offer"])
        said = told(e)
        await e.press("s", "space")
        assert told(e) == said
        await act(e, ["offer"])
        assert e.trainer.step_count == 901
        assert [event.step for event in e.trainer.events] == [0]
        assert told(e).startswith("Worse here: ECE went from ")


async def test_an_offer_of_hard_targets_forgets_what_was_switched_on_the_way():
    async with explorer((80, 24)) as e:
        await go_to(e, "Calibration of an accurate network")
        await e.press("space", "s", "space", "s")
        await act(e, ["offer"])
        assert (e.trainer.step_count, e.trainer.events) == (900, ())
        assert "ECE is" in told(e)


async def test_a_run_begun_again_is_not_the_stops():
    async with explorer((80, 24)) as e:
        await go_to(e, "Smoothing stops the growth")
        await e.press("s", "0")
        assert words(e) == f"▸ {STRAYED}"
        await e.answer("g", "1600")
        await e.wait_until(lambda: e.trainer.step_count == 1600)
        assert told(e) == ""


# Leaving, resuming, keeping


def state(trainer):
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


async def own_run(e):
    """A run with a past: a ghost, events, a step back, another node, sample, order, page, axes and focus."""
    await e.answer("g", "40")
    await e.press("s")
    await e.answer("g", "90")
    await e.answer("g", "60")
    await e.press("l", *["space"] * 5, "b", "b", "tab", "tab", "down", "down", "o", "v", "x", "plus", "enter", "down")


@pytest.mark.parametrize(("size", "leave"), zip(SIZES, ["t", "escape", "q"], strict=True), ids=str)
async def test_the_own_run_comes_back_bit_for_bit(size, leave):
    async with explorer(size, trainer=new_trainer(momentum=0.5)) as e:
        await own_run(e)
        session, before, screen, focus = e.session, state(e.trainer), whole_screen(e), e.focus
        looked = replace(e.app.screen.shown)
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
        now = e.app.screen.shown
        assert (now.sample, now.node, now.strengths, now.step) == (
            looked.sample,
            looked.node,
            looked.strengths,
            looked.step,
        )
        assert "at step 63" in e.message
        await e.press("space", "b")
        assert state(e.trainer)[:3] == before[:3]


async def test_the_tour_goes_on_where_it_was_left():
    async with explorer((120, 40)) as e:
        await go_to(e, "Smoothing stops the growth")
        await act(e, ["s", "run"])
        await e.press("y", "b")
        session, before, screen, said = e.session, state(e.trainer), whole_screen(e), words(e)
        await e.press("t")
        assert not e.find("#tour").display
        await e.press("space", "space", "t")
        assert e.session is session
        assert state(e.trainer) == before
        assert whole_screen(e) == screen
        assert words(e) == said
        assert "iris, step 2" in e.message


async def test_a_free_run_is_paused_on_the_way_in_and_out():
    async with explorer((120, 40)) as e:
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 20)
        await e.tap("t")
        await e.press()
        own = e.app.screen
        assert not own.running
        await go_to(e, "The weights grow")
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 20)
        stop = e.trainer
        await e.tap("t")
        await e.press()
        assert not own.running
        steps = stop.step_count, e.trainer.step_count
        await e.press("v")
        assert steps == (stop.step_count, e.trainer.step_count)
        assert e.trainer is not stop


async def test_a_stops_run_can_be_kept_and_the_own_one_is_not_lost():
    async with explorer((120, 40), trainer=new_trainer(7)) as e:
        own, before = e.session, state(e.trainer)
        await go_to(e, "The error term")
        await e.press("space", "K")
        stop = e.session
        assert stop is not own
        assert not e.app.screen.on_tour
        assert not e.find("#tour").display
        assert "iris, step 7" in e.message
        assert "K goes to it" in e.message
        await e.press("space")
        assert stop.trainer.step_count == 2
        await e.press("K")
        assert e.session is own
        assert state(e.trainer) == before
        assert "article, step 2" in e.message
        await e.press("t")
        assert number(e) == 1, "the tour goes on at its stop"
        assert e.session is not stop
        await e.press("K")
        third = e.session
        seen = []
        for _ in range(3):
            await e.press("K")
            seen.append(e.session)
        assert {id(one) for one in seen} == {id(own), id(stop), id(third)}, "none of three is lost"
        assert state(own.trainer) == before


@pytest.mark.parametrize("key", ["full_stop", "comma", "T", "e", "K", "escape"])
async def test_the_tours_keys_do_nothing_outside_of_it(key):
    async with explorer((120, 40), trainer=new_trainer(3)) as e:
        before = state(e.trainer), whole_screen(e)
        await e.press(key)
        assert (state(e.trainer), whole_screen(e)) == before
        assert key == "escape" or "t begins the tour" in e.message


async def test_the_palette_offers_the_tours_keys_in_the_tour():
    async with explorer((120, 110)) as e:
        names = {command.title for command in e.app.get_system_commands(e.app.screen)}
        assert "Tour" in names
        assert not names & {"Next stop", "Stop before", "Stop anew", "Keep", "Leave the tour"}
        await e.press("t")
        names = {command.title for command in e.app.get_system_commands(e.app.screen)}
        assert names >= {"Next stop", "Stop before", "Stop anew", "Stop's offer", "Keep", "Leave the tour"}


async def test_changes_that_wait_in_the_form_come_first():
    async with explorer((120, 40)) as e:
        await e.press("f")
        await e.type("8")
        await e.press("tab", "tab")
        e.find("#deltas").focus()
        await e.press("t")
        assert not e.app.screen.on_tour
        assert "Enter makes them, Esc undoes them" in e.message


async def test_a_file_of_ones_own_stays_the_own_runs(tmp_path):
    """The stop's run is saved under a name of its own, and the own data set can still be chosen."""
    path = tmp_path / "mine.json"
    async with explorer((120, 40), path=str(path)) as e:
        await e.press("t")
        assert e.session.path == ""
        assert "iris" in e.session.data_names
        await e.press("w")
        assert "article-run.json" in e.text
        await e.press("escape", "t", "w")
        assert "mine.json" in e.text


async def test_in_too_small_a_terminal_there_is_no_panel():
    async with explorer((120, 40)) as e:
        await e.press("t")
        await e.pilot.resize_terminal(60, 15)
        await e.pilot.pause()
        assert not e.find("#tour").display
        assert isinstance(e.app.screen, ExplorerScreen)
