"""What the tour tells: the numbers of the live run, each by other means, and none that is typed."""

import ast
import inspect
import math
import re
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.render.match_texts import ratio_line
from lsexplorer.render.numbers import format_brief as n
from lsexplorer.render.numbers import format_brief_signed as s
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.compare.screen import CompareScreen
from lsexplorer.tui.tour import run_texts as tour_runs
from lsexplorer.tui.tour import texts as tour_words
from lsexplorer.tui.tour.panel import OFF_TRACK
from tests.support.explorer import explorer, shows, table
from tests.support.tour import act, go_to, told, words


async def test_the_articles_numbers_are_read_off_the_live_table() -> None:
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
            assert told(e).startswith("Still up" if output < 0.8 else "Now down")


async def test_soft_targets_are_those_of_the_formula() -> None:
    async with explorer((120, 40)) as e:
        await e.press("t", "s")
        assert f"1 became {n(0.9 + 0.1 / 3)}, 0 became {n(0.1 / 3)}" in told(e)
        await e.press("e")
        assert told(e).startswith("Yes: its a is .3, and t′ is .8 for the class, .1 for the others.")


def article(**changes: Any) -> ls.Trainer:
    hp = ls.Hyperparameters(hidden=(), seed=8, batch_size=3, learning_rate=0.5, **changes)
    return ls.Trainer(ls.load_dataset("article"), hp)


def norm(trainer: ls.Trainer) -> float:
    return float(np.sqrt(sum((W**2).sum() for W in trainer.network.weights)))


@pytest.mark.slow
async def test_the_weights_grow_and_are_stopped_in_two_ways() -> None:
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
        assert f"o2's output is {n(output[1])}, its target t′ is {n(0.9 + 0.1 / 3)}" in told(e)
        await go_to(e, "L2 stops it in another way")
        await act(e, ["l", "run"])
        other = article()
        other.step(1000)
        other.set(l2=0.01)
        other.goto(e.trainer.step_count)
        assert f"to {n(norm(other))}" in told(e)
        largest = max(other.network.weights[0][:, 1], key=abs)
        assert f"L2 pulls it by {s(-0.5 * 0.01 * largest)}" in told(e)


@pytest.mark.slow
async def test_the_gap_is_that_of_the_formula_and_has_no_end_without_smoothing() -> None:
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


@pytest.mark.slow
async def test_the_losses_signals_are_those_worked_by_hand() -> None:
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
        assert told(e).startswith("No: t′ − o is +.05 instead of +.25, and δ is still +1.")


def ece_by_hand(trainer: ls.Trainer) -> float:
    """The calibration error on the test part, bin by bin."""
    _, o = trainer.network.answers(trainer.data.X_test)
    sure, right = o.max(axis=1), o.argmax(axis=1) == trainer.data.y_test
    total = 0.0
    for k in range(15):
        inside = (sure > k / 15) & (sure <= (k + 1) / 15)
        if inside.any():
            total += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    return total


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "name", "epochs", "changes", "verdict"),
    [
        ("Calibration of an accurate network", "digits", 20, {}, "Worse"),
        ("Calibration of an overfitting network", "mnist1d", 30, {"learning_rate": 0.5}, "Better"),
    ],
)
async def test_calibration_in_two_regimes(
    title: str, name: str, epochs: int, changes: dict[str, Any], verdict: str
) -> None:
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
            assert f"right on {right:.1%} of the test samples and {sure:.1%} sure on average" in told(e)
        assert told(e).startswith(f"{verdict} here: ECE went from {n(errors[0])} to {n(errors[1])}")
        assert len(e.trainer.ghosts) == 1, "the hard run stays in the charts"


@pytest.mark.slow
async def test_an_offer_that_was_paused_goes_on() -> None:
    async with explorer((80, 24)) as e:
        await go_to(e, "Calibration of an overfitting network")
        await e.tap("e")
        await e.press("space")
        assert 0 < e.trainer.step_count < 3750
        assert told(e) == ""
        await act(e, ["offer"])
        assert e.trainer.step_count == 3750
        assert "ECE is" in told(e)


@pytest.mark.slow
async def test_the_question_leads_to_the_comparison_and_its_match(quick_match: None) -> None:
    async with explorer((120, 40)) as e:
        await go_to(e, "Would L2 have done the same?")
        await e.press("c")
        assert e.is_on(CompareScreen)
        await e.press("escape")
        assert told(e) == "", "no match, no answer"
        await act(e, ["match"])
        match = e.session.match
        assert told(e).startswith(f"{match.verdict.kind.capitalize()} on iris ({len(match.evaluation)} seeds)")
        assert n(match.strengths["weight_norm"].value) in told(e)
        assert ratio_line(match) in told(e)


def test_no_number_is_typed_into_the_words() -> None:
    """Texts are made of names, keys, and numbers in braces: o1, o2, L2 and the 0 that L2 pulls to."""
    for module in (tour_words, tour_runs):
        functions = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)]
        for function in functions:
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


async def test_what_is_told_goes_with_the_run() -> None:
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


async def test_another_run_or_row_than_the_stops_is_not_spoken_of() -> None:
    async with explorer((80, 24)) as e:
        await go_to(e, "The error term")
        for key in ("a", "d", "N"):
            await e.press(key, "space")
            assert words(e) == f"▸ {OFF_TRACK}", key
            await e.press("T", "space")
            assert "They grew" in told(e), key
            await e.press("T")


async def test_a_training_step_that_nobody_asked_for_leads_into_no_dead_end() -> None:
    async with explorer() as e:
        await e.press("t", "space", "s")
        assert "t′ = (1 − a)·t + a/K" in told(e), "soft targets are the same at every step"
        await go_to(e, "Cross-entropy and squared error")
        await e.press("space", "e")
        assert words(e).startswith("▸ b goes back.")
        await e.press("b", "e")
        assert "multiplied by the output" in told(e)


@pytest.mark.slow
async def test_smoothing_switched_on_late_is_no_answer() -> None:
    """The calibration steps compare runs that were smoothed from step 0 on; e makes such a run of any other."""
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


@pytest.mark.slow
async def test_an_offer_of_hard_targets_forgets_what_was_switched_on_the_way() -> None:
    async with explorer((80, 24)) as e:
        await go_to(e, "Calibration of an accurate network")
        await e.press("space", "s", "space", "s")
        await act(e, ["offer"])
        assert (e.trainer.step_count, e.trainer.events) == (900, ())
        assert "ECE is" in told(e)


@pytest.mark.slow
async def test_a_run_begun_again_is_not_the_tour_steps() -> None:
    async with explorer((80, 24)) as e:
        await go_to(e, "Smoothing stops the growth")
        await e.press("s", "0")
        assert words(e) == f"▸ {OFF_TRACK}"
        await e.answer("g", "1600")
        await e.wait_until(lambda: e.trainer.step_count == 1600)
        assert told(e) == ""
