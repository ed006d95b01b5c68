"""The compare screen: it shows what each method's own Trainer says; methods go together, one may be taken."""

from typing import Any

import numpy as np
import pytest

from lsexplorer.render.charts import is_shown
from lsexplorer.tui.commands import COMPARE_COMMANDS
from lsexplorer.tui.compare.charts import MethodCharts
from lsexplorer.tui.compare.method_looks import PAGES, page_chart
from lsexplorer.tui.compare.screen import CompareScreen
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.help import HelpScreen
from tests.support.compare import assert_shown, compare_screen, message, rows, status
from tests.support.data_screen import on
from tests.support.explorer import WIDE, explorer, new_trainer
from tests.support.helpers import slow

SIZES = [(120, 40), (80, 24), (80, 20), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_shows_every_method_where_the_explorer_stands(size: tuple[int, int]) -> None:
    async with compare_screen(new_trainer(20, label_smoothing=0.25), size) as e:
        sample = e.session.sample
        assert e.is_on(CompareScreen)
        assert "step 20 · epoch 2.5 · paused" in status(e)
        assert message(e) == "Each method has one regulariser; all else is as in the explorer."
        assert e.screen.comparison.methods[1].strength == 0.25
        assert_shown(e, 20, sample)
        assert "row" in e.text
        if size[1] > 20:
            assert "step 20" in e.text.splitlines()[-3]


async def test_means_without_a_key_are_methods_when_they_are_on_or_were_given_a_strength() -> None:
    async with compare_screen(new_trainer(20, logit_penalty=0.05), focal_gamma=1.5) as e:
        assert "δ = t′ − o + reg." in e.text
        assert [method.key for method in e.screen.comparison.methods][-2:] == ["logit_penalty", "focal_gamma"]
        assert_shown(e, 20, e.session.sample)
        await e.press("space", "right", "right")
        assert_shown(e, 21, e.session.sample, "o3")


async def test_methods_step_run_and_go_back_together() -> None:
    async with compare_screen(new_trainer()) as e:
        await e.press("space", "space")
        sample = e.session.sample
        assert_shown(e, 2, sample)
        await e.press("n")
        assert "step 8 · epoch 1.0" in status(e)
        assert_shown(e, 8, sample)
        await e.press("b", "b", "b")
        assert "step 5 ·" in status(e)
        assert "step 5 of 8" in e.text
        assert_shown(e, 5, sample)
        await e.answer("g", "30")
        assert_shown(e, 30, sample)
        await e.answer("g", "thirty")
        assert "a step is a whole number, such as 30" in e.text
        await e.press("escape", "0")
        assert "step 0 of 30" in e.text
        assert_shown(e, 0, sample)
        await e.press("b")
        assert message(e) == "This is step 0: there is nothing before it."
        await e.tap("r")
        await e.wait_until(lambda: e.screen.step_count > 40)
        assert e.screen.running
        await e.tap("space")
        stopped = e.screen.step_count
        assert f"step {stopped:,} " in status(e)
        assert message(e) == f"Paused at step {stopped:,}."
        await e.rest()
        assert e.screen.step_count == stopped
        assert_shown(e, stopped, sample)
        assert e.trainer.step_count == 0


async def test_node_sample_mean_and_part() -> None:
    async with compare_screen(new_trainer(9)) as e:
        await e.press("right")
        first = e.session.sample
        assert "Next step of o2 versicolor · δ = t′ − o ·" in e.text
        assert_shown(e, 9, first, "o2")
        await e.press("tab", "tab")
        batch = e.trainer.next_batch
        assert_shown(e, 9, int(batch[2]), "o2")
        await e.press("shift+tab")
        assert_shown(e, 9, int(batch[1]), "o2")
        await e.press("left", "left")
        assert "Next step of h5, hidden · δ = slope·Σw·δ" in e.text
        assert_shown(e, 9, int(batch[1]), "h5")
        await e.press("a", "p")
        assert "mean of the batch's 16 samples" in e.text
        assert "on the train part" in e.text
        assert_shown(e, 9, None, "h5", "train")
        await e.press("a")
        assert_shown(e, 9, int(batch[0]), "h5", "train")
        await e.press("down", "down")
        worked = next(iter(e.find("#method_worked").lines[0]))
        assert worked.startswith("L2 · h5: Σw·δ = ")
        assert "δ = slope·Σw·δ = " in worked
        assert e.find("#scores").cursor == 2
        assert (e.session.sample, e.session.node) == (first, "o1")


@pytest.mark.parametrize("steps", [slow(12), 450])
async def test_escape_leaves_the_explorer_as_it_was(steps: int) -> None:
    trainer = new_trainer(5)
    trainer.set(l2=0.3)
    trainer.step(steps - 5)
    before = trainer.network.parameters.tobytes(), trainer.events, trainer.hyperparameters
    async with explorer(WIDE, trainer=trainer) as e:
        screen = e.text.splitlines()[:-1]
        await e.press("c")
        await e.wait_until(lambda: not e.screen.running)
        assert e.screen.step_count == steps
        assert "1 change made during its run is not repeated" in message(e)
        assert e.screen.comparison.methods[2].strength == 0.3
        await e.press("space", "n", "tab", "right", "v", "p", "escape")
        assert e.is_on(ExplorerScreen)
        assert e.trainer is trainer
        assert (trainer.network.parameters.tobytes(), trainer.events, trainer.hyperparameters) == before
        assert trainer.step_count == steps
        assert e.text.splitlines()[:-1] == screen


@pytest.mark.slow
async def test_a_long_way_to_the_explorers_step_is_told_and_may_be_paused() -> None:
    async with explorer(WIDE, trainer=new_trainer(20_000)) as e:
        await e.tap("c")
        await e.wait_until(lambda: e.is_on(CompareScreen) and e.screen.step_count > 50)
        assert e.screen.running
        assert message(e) == "Running until step 20,000; space pauses."
        await e.wait_until(lambda: "of 20,000" in e.text)
        await e.tap("space")
        assert not e.screen.running
        assert 0 < e.screen.step_count < 20_000
        await e.press("escape")
        assert e.trainer.step_count == 20_000


async def test_what_is_caught_up_with_is_trained_at_full_speed() -> None:
    async with explorer(WIDE, trainer=new_trainer(450)) as e:
        await e.press(*["minus"] * 8)
        assert e.session.speed == 1
        await e.press("c")
        await e.wait_until(lambda: e.screen.step_count == 450 and not e.screen.running, 60)
        await e.press("down", "enter", "enter")
        await e.wait_until(lambda: e.trainer.step_count == 450 and not e.screen.running, 60)
        assert e.hp.label_smoothing == 0.1
        await e.press("c", "0", "r")
        assert e.screen.step_count < 10
        assert e.screen.running


async def test_enter_takes_an_method_into_the_explorer_after_asking() -> None:
    trainer = new_trainer(4)
    async with explorer(WIDE, trainer=trainer) as e:
        await e.press("c", "n", "down", "down", "right", "tab", "enter")
        assert e.is_on(CompareScreen)
        assert message(e).startswith("Enter again puts L2 at step 8 into the explorer; its own run (4 steps) is then")
        await e.press("up", "enter")
        assert "Enter again puts smoothing at step 8" in message(e)
        assert e.trainer is trainer
        sample = e.screen.shown.sample
        await e.press("enter")
        assert e.is_on(ExplorerScreen)
        assert e.message.startswith("This is now the run of smoothing, from step 0 to 8 with seed 0. K goes back")
        assert e.hp == trainer.hyperparameters.replace(label_smoothing=0.1)
        assert e.trainer.step_count == 8
        assert e.trainer.events == ()
        assert (e.session.sample, e.session.node) == (sample, "o2")
        right = new_trainer(8, label_smoothing=0.1)
        assert e.trainer.network.parameters.tolist() == right.network.parameters.tolist()
        assert "step 8 ·" in e.status
        await e.press("s")
        assert e.hp.label_smoothing == 0


async def test_nothing_is_asked_where_nothing_is_lost() -> None:
    async with explorer(WIDE) as e:
        await e.press("c", "space", "enter")
        assert e.is_on(ExplorerScreen)
        assert e.trainer.step_count == 1
        assert e.hp.label_smoothing == e.hp.l2 == 0


async def test_a_taken_method_a_long_way_on_is_trained_in_the_open() -> None:
    async with explorer(WIDE) as e:
        await e.press("c")
        await e.answer("g", "450")
        await e.wait_until(lambda: not e.screen.running)
        await e.press("down", "enter")
        await e.wait_until(lambda: e.is_on(ExplorerScreen) and not e.screen.running)
        assert e.trainer.step_count == 450
        assert "This is now the run of smoothing, from step 0 to 450" in e.message


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60)])
async def test_views(size: tuple[int, int]) -> None:
    async with compare_screen(new_trainer(10), size) as e:

        def seen() -> Any:
            pages = [chart for chart in e.find(MethodCharts).children if chart.display and chart.region.height]
            return [chart.id.removeprefix("page_") for chart in pages]

        if size == (120, 40):
            expected = [["weight_norm", page] for page in ("logit_gap", "loss", "mean_confidence", "logit_gap")]
        elif size == (80, 24):
            expected = [[], ["weight_norm"], ["logit_gap"], ["loss"], ["mean_confidence"], []]
        else:
            expected = [["weight_norm", "logit_gap", "loss", "mean_confidence"]] * 2
        for pages in expected:
            assert seen() == pages
            assert bool(e.find("#scores").region.height) == (size != (80, 24) or not pages)
            assert all(e.find(f"#page_{page}").region.height >= 7 for page in pages)
            await e.press("v")
        assert "Next step of o1" in e.text


async def test_lines_are_the_methods_histories_by_colour_or_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with compare_screen(new_trainer(200)) as e:
        await e.press("x", "Y")
        drawn = e.area("#page_weight_norm")
        assert {"p", "s", "l"} <= set(drawn)
        assert "log x, log y" in e.text
        t = new_trainer(200, label_smoothing=0.1)
        for part, prefix in (("test", "test_"), ("train", "")):
            for page in PAGES:
                name = page if page == "weight_norm" else prefix + page
                every = page_chart(e.screen.shown, page, False, False).lines
                assert [line.name for line in every if line.dashed] == (["best"] if page == "logit_gap" else [])
                on_log = page_chart(e.screen.shown, page, True, False)
                assert all(is_shown(line, on_log).sum() > 1 for line in on_log.lines), "best too"
                lines = [line for line in every if not line.dashed]
                assert sorted(line.letter for line in lines) == ["1", "d", "l", "p", "s"]
                line = next(line for line in lines if line.letter == "s")
                if name in t.history:
                    assert line.x.tolist() == t.history[name].steps.tolist()
                    np.testing.assert_allclose(line.y, t.history[name].values, rtol=1e-9)
                else:
                    assert line.y[-1] == pytest.approx(t.evaluate(part).mean_confidence)
            await e.press("p")


@pytest.mark.slow
async def test_hard_targets_only_and_methods_that_overflow() -> None:
    async with compare_screen(on("iris", 3, output="identity", loss="hinge")) as e:
        assert list(rows(e, "#method_deltas")) == ["p", "l", "1", "d"]
        await e.press("m")
        assert "no smoothing to match" in message(e)
    trainer = on("iris", output="identity", loss="mse", learning_rate=0.01)
    async with compare_screen(trainer, l2=900.0) as e:
        await e.answer("g", "300")
        shown = rows(e, "#scores")
        assert shown["l"]["train"] == shown["l"]["‖W‖"] == "—"
        assert shown["p"]["train"] != "—"
        assert "L2 overflowed" in e.text
        await e.press("down", "down", "enter")
        assert message(e) == "L2 has overflowed: b goes back to where its numbers are finite."
        e.screen.comparison.goto(0)
        await e.press("space")
        assert rows(e, "#scores")["l"]["train"] != "—"
    async with compare_screen(on("iris", output="identity", loss="mse", learning_rate=900.0)) as e:
        await e.press("r")
        await e.wait_until(lambda: not e.screen.running)
        assert message(e).startswith("Every method has overflowed.")
        assert e.screen.comparison.diverged.all()


@pytest.mark.slow
async def test_methods_that_would_be_too_large_are_refused_in_the_explorer() -> None:
    async with explorer(WIDE, trainer=new_trainer(hidden=(2100, 2000))) as e:
        await e.press("c")
        assert e.is_on(ExplorerScreen)
        assert "5 networks 4-2100-2000-3 side by side have 21,092,515 parameters" in e.message
        assert e.find("#message").has_class("-error")


@pytest.mark.slow
async def test_the_same_update_is_said_to_be_the_same() -> None:
    async with compare_screen(new_trainer()) as e:
        assert "L2 and decay: one λ, plain SGD" in e.text
    async with compare_screen(new_trainer(momentum=0.9)) as e:
        assert "plain SGD" not in e.text
    async with compare_screen(new_trainer(5, soft_targets=0.8), (80, 24)) as e:
        assert "soft t′ in each · L2 and decay: one λ, plain SGD, so the same update" in e.text
        assert_shown(e, 5, e.session.sample)
        plain = rows(e, "#method_deltas")["p"]
        assert plain["t′"] != plain["t"]


async def test_help_and_palette_know_the_keys() -> None:
    async with compare_screen(new_trainer()) as e:
        await e.resize(120, 80)
        await e.press("question_mark")
        assert e.is_on(HelpScreen)
        assert "in lock step" in e.text
        for words in ("Take the selected method", "Match L2, or other remedies,", "Back to the explorer"):
            assert words in e.text
        await e.press("escape")
        offered = {command.title for command in e.app.get_system_commands(e.screen)}
        assert {"Take", "Match", "Explorer", "Part"} <= offered
        assert "Back" not in offered
        assert "Smoothing" not in offered
        for command in COMPARE_COMMANDS:
            *namespace, action = command.action.partition("(")[0].split(".")
            assert callable(getattr(e.app if namespace else e.screen, f"action_{action}"))


async def test_a_terminal_that_gets_too_small_and_large_again() -> None:
    async with compare_screen(new_trainer(3), (80, 24)) as e:
        await e.resize(60, 15)
        assert "lsexplorer needs 80×20 characters" in e.text
        await e.resize(120, 40)
        assert_shown(e, 3, e.session.sample)
        assert e.find("#page_weight_norm").region.height > 10
