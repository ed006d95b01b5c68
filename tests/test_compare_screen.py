"""The compare screen: what it shows is what each arm's own Trainer says; arms go together, and one may be taken."""

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.run import Strengths
from lsexplorer.study.compare import arms_of
from lsexplorer.tui.arms import PAGES, page_picture
from lsexplorer.tui.commands import COMPARE_COMMANDS
from lsexplorer.tui.screens.compare import CompareScreen
from lsexplorer.tui.screens.explorer import ExplorerScreen
from lsexplorer.tui.screens.help import HelpScreen
from lsexplorer.tui.widgets.arm_charts import ArmCharts
from tests.data_screen import on
from tests.explorer import explorer, new_trainer, shows

SIZES = [(120, 40), (80, 24), (80, 20), (200, 60)]
NAMES = {"p": "plain", "s": "smoothing", "l": "L2", "1": "L1", "d": "decay", "m": "matched"}


def message(e):
    return str(e.find("#message").content)


def status(e):
    return e.text.splitlines()[0]


def rows(e, selector):
    """An arms' table on the screen: {letter: {heading: cell}}; the name and setting of two words are one cell."""
    lines = [line.replace("│", " ").replace("▸", " ") for line in e.area(selector).splitlines()]
    names = lines[0].split()
    found = {}
    for line in lines[1:]:
        words = line.split()
        if words and words[0] in NAMES:
            words = [w for w in words if w not in ("L2",) or words[1] != "matched"] if words[0] == "m" else words
            cells = words[2:]
            if "set" in names and cells[0] in ("a", "λ"):
                cells = [f"{cells[0]} {cells[1]}", *cells[2:]]
            found[words[0]] = dict(zip(names[1:], cells, strict=True)) | {"name": words[1]}
    return found


def trainers(e, step, matched=None):
    """A Trainer for every arm, at a step, by its letter."""
    trainer = e.trainer
    arms = arms_of(trainer.hyperparameters, e.session.strengths, matched)
    letters = {"plain": "p", "label_smoothing": "s", "l2": "l", "l1": "1", "weight_decay": "d", "matched_l2": "m"}
    found = {}
    for arm in arms:
        found[letters[arm.key]] = t = ls.Trainer(trainer.data, arm.hyperparameters)
        t.step(step)
    return found


def assert_shown(e, step, sample, node="o1", part="test", matched=None):
    """Both tables against Trainers of their own."""
    expected = trainers(e, step, matched)
    deltas = rows(e, "#arm_deltas")
    assert list(deltas) == list(expected)
    for letter, t in expected.items():
        right, shown = t.deltas(sample).node(node), deltas[letter]
        assert shown["name"] == NAMES[letter]
        assert shows(shown["δ"], right.signal), (letter, shown, right)
        assert shows(shown["η·δ"], right.move)
        assert shows(shown["slope"], right.slope)
        assert shows(shown["‖w‖"], right.norm)
        assert shows(shown["Δ‖w‖"], right.norm_changes.now)
        if right.class_name:
            assert shows(shown["t"], right.target)
            assert shows(shown["t′"], right.soft_target)
            assert shows(shown["o"], right.output)
            assert shows(shown["t′−o"], right.soft_error)
        else:
            assert shows(shown["h"], right.output)
            assert shows(shown["Σw·δ"], right.incoming)
    if not e.find("#scores").region.height:
        return
    scores, X = rows(e, "#scores"), getattr(e.trainer.data, f"X_{part}")
    says = {letter: t.network.forward(X).logits.argmax(axis=1) for letter, t in expected.items()}
    for letter, shown in scores.items():
        t = expected[letter]
        measured = t.evaluate(part)
        for name in ("train", "test"):
            accuracy = t.evaluate(name).accuracy
            assert shown[name] == ("100%" if accuracy == 1 else f"{accuracy:.1%}")
        for heading, name in {"NLL": "nll", "ECE": "ece", "conf": "mean_confidence", "gap": "logit_gap"}.items():
            assert shows(shown[heading], measured[name]), (letter, heading, shown, measured[name])
        assert shows(shown["‖W‖"], t.history["weight_norm"].values[-1])
        alike = np.mean(says[letter] == says["s"])
        assert shown["agree"] == ("—" if letter == "s" else "100%" if alike == 1 else f"{alike:.1%}")


@pytest.mark.parametrize("size", SIZES)
async def test_it_shows_every_arm_where_the_explorer_stands(size):
    async with explorer(size=size, trainer=new_trainer(20, label_smoothing=0.25)) as e:
        sample = e.session.sample
        await e.press("c")
        assert isinstance(e.app.screen, CompareScreen)
        assert "step 20 · epoch 2.5 · paused" in status(e)
        assert message(e) == "Every arm has one regulariser alone, and all else as in the explorer."
        assert e.app.screen.comparison.arms[1].strength == 0.25
        assert_shown(e, 20, sample)
        assert "row" in e.text
        if size[1] > 20:
            assert "step 20" in e.text.splitlines()[-3]


async def test_arms_step_run_and_go_back_together():
    async with explorer(trainer=new_trainer()) as e:
        await e.press("c", "space", "space")
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
        await e.wait_until(lambda: e.app.screen.step_count > 40)
        assert e.app.screen.running
        await e.tap("space")
        stopped = e.app.screen.step_count
        assert f"step {stopped:,} " in status(e)
        assert message(e) == f"Paused at step {stopped:,}."
        await e.pilot.pause()
        assert e.app.screen.step_count == stopped
        assert_shown(e, stopped, sample)
        assert e.trainer.step_count == 0


async def test_node_sample_mean_and_part():
    async with explorer(trainer=new_trainer(9)) as e:
        await e.press("c", "right")
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
        worked = str(e.find("#arm_worked").content)
        assert worked.startswith("L2 · h5: δ = slope·Σw·δ = ")
        assert e.find("#scores").cursor == 2
        await e.press("escape")
        assert (e.session.sample, e.session.node) == (first, "o1")


@pytest.mark.parametrize("steps", [12, 900])
async def test_escape_leaves_the_explorer_as_it_was(steps):
    trainer = new_trainer(5)
    trainer.set(l2=0.3)
    trainer.step(steps - 5)
    before = trainer.network.parameters.tobytes(), trainer.events, trainer.hyperparameters
    async with explorer(trainer=trainer) as e:
        screen = e.text.splitlines()[:-1]
        await e.press("c")
        await e.wait_until(lambda: not e.app.screen.running)
        assert e.app.screen.step_count == steps
        assert "1 change made there on the way is not repeated" in message(e)
        assert e.app.screen.comparison.arms[2].strength == 0.3
        await e.press("space", "n", "tab", "right", "v", "p", "escape")
        assert isinstance(e.app.screen, ExplorerScreen)
        assert e.trainer is trainer
        assert (trainer.network.parameters.tobytes(), trainer.events, trainer.hyperparameters) == before
        assert trainer.step_count == steps
        assert e.text.splitlines()[:-1] == screen


async def test_a_long_way_to_the_explorers_step_is_told_and_may_be_paused():
    async with explorer(trainer=new_trainer(20_000)) as e:
        await e.tap("c")
        await e.wait_until(lambda: isinstance(e.app.screen, CompareScreen) and e.app.screen.step_count > 50)
        assert e.app.screen.running
        assert message(e) == "Training every arm to step 20,000; space pauses."
        await e.wait_until(lambda: "of 20,000" in e.text)
        await e.tap("space")
        assert not e.app.screen.running
        assert 0 < e.app.screen.step_count < 20_000
        await e.press("escape")
        assert e.trainer.step_count == 20_000


async def test_what_is_caught_up_with_is_trained_at_full_speed():
    async with explorer(trainer=new_trainer(1000)) as e:
        await e.press(*["minus"] * 7)
        assert e.session.speed == 1
        await e.press("c")
        await e.wait_until(lambda: e.app.screen.step_count == 1000 and not e.app.screen.running, 60)
        await e.press("down", "enter", "enter")
        await e.wait_until(lambda: e.trainer.step_count == 1000 and not e.app.screen.running, 60)
        assert e.hp.label_smoothing == 0.1
        await e.press("c", "0", "r")
        assert e.app.screen.step_count < 10
        assert e.app.screen.running


async def test_enter_takes_an_arm_into_the_explorer_after_asking():
    trainer = new_trainer(4)
    async with explorer(trainer=trainer) as e:
        await e.press("c", "n", "down", "down", "right", "tab", "enter")
        assert isinstance(e.app.screen, CompareScreen)
        assert message(e).startswith("Enter again puts L2 at step 8 into the explorer; its own run (4 steps) is gone")
        await e.press("up", "enter")
        assert "Enter again puts smoothing at step 8" in message(e)
        assert e.trainer is trainer
        sample = e.app.screen.shown.sample
        await e.press("enter")
        assert isinstance(e.app.screen, ExplorerScreen)
        assert e.message == "This is now the run of smoothing, from step 0 to 8 with seed 0."
        assert e.hp == trainer.hyperparameters.replace(label_smoothing=0.1)
        assert e.trainer.step_count == 8
        assert e.trainer.events == ()
        assert (e.session.sample, e.session.node) == (sample, "o2")
        right = new_trainer(8, label_smoothing=0.1)
        assert e.trainer.network.parameters.tolist() == right.network.parameters.tolist()
        assert "step 8 ·" in e.status
        await e.press("s")
        assert e.hp.label_smoothing == 0


async def test_nothing_is_asked_where_nothing_is_lost():
    async with explorer() as e:
        await e.press("c", "space", "enter")
        assert isinstance(e.app.screen, ExplorerScreen)
        assert e.trainer.step_count == 1
        assert e.hp.label_smoothing == e.hp.l2 == 0


async def test_a_taken_arm_a_long_way_on_is_trained_in_the_open():
    async with explorer() as e:
        await e.press("c")
        await e.answer("g", "600")
        await e.wait_until(lambda: not e.app.screen.running)
        await e.press("down", "enter")
        await e.wait_until(lambda: isinstance(e.app.screen, ExplorerScreen) and not e.app.screen.running)
        assert e.trainer.step_count == 600
        assert "This is now the run of smoothing, from step 0 to 600" in e.message


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (200, 60)])
async def test_views(size):
    async with explorer(size=size, trainer=new_trainer(10)) as e:
        await e.press("c")

        def seen():
            pages = [chart for chart in e.find(ArmCharts).children if chart.display and chart.region.height]
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


async def test_lines_are_the_arms_histories_by_colour_or_letter(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with explorer(trainer=new_trainer(200)) as e:
        await e.press("c", "x", "y")
        drawn = e.area("#page_weight_norm")
        assert {"p", "s", "l"} <= set(drawn)
        assert "log x, log y" in e.text
        t = new_trainer(200, label_smoothing=0.1)
        for part, prefix in (("test", "test_"), ("train", "")):
            for page in PAGES:
                name = page if page == "weight_norm" else prefix + page
                lines = page_picture(e.app.screen.shown, page, False, False).lines
                assert sorted(line.letter for line in lines) == ["1", "d", "l", "p", "s"]
                line = next(line for line in lines if line.letter == "s")
                if name in t.history:
                    assert line.x.tolist() == t.history[name].steps.tolist()
                    np.testing.assert_allclose(line.y, t.history[name].values, rtol=1e-9)
                else:
                    assert line.y[-1] == pytest.approx(t.evaluate(part).mean_confidence)
            await e.press("p")


async def test_hard_targets_only_and_arms_that_overflow():
    async with explorer(trainer=on("iris", 3, output="identity", loss="hinge")) as e:
        await e.press("c")
        assert list(rows(e, "#arm_deltas")) == ["p", "l", "1", "d"]
        await e.press("m")
        assert "no smoothing to match" in message(e)
    trainer = on("iris", output="identity", loss="mse", learning_rate=0.01)
    async with explorer(trainer=trainer) as e:
        e.session.strengths = Strengths(0.1, 900.0, 0.001, 0.01)
        await e.press("c")
        await e.answer("g", "300")
        shown = rows(e, "#scores")
        assert shown["l"]["train"] == shown["l"]["‖W‖"] == "—"
        assert shown["p"]["train"] != "—"
        assert "L2 overflowed" in e.text
        await e.press("down", "down", "enter")
        assert message(e) == "L2 has overflowed: b goes back to where its numbers are finite."
        e.app.screen.comparison.goto(0)
        await e.press("space")
        assert rows(e, "#scores")["l"]["train"] != "—"
    async with explorer(trainer=on("iris", output="identity", loss="mse", learning_rate=900.0)) as e:
        await e.press("c", "r")
        await e.wait_until(lambda: not e.app.screen.running)
        assert message(e).startswith("Every arm has overflowed.")
        assert e.app.screen.comparison.diverged.all()


async def test_arms_that_would_be_too_large_are_refused_in_the_explorer():
    async with explorer(trainer=new_trainer(hidden=(2100, 2000))) as e:
        await e.press("c")
        assert isinstance(e.app.screen, ExplorerScreen)
        assert "5 networks 4-2100-2000-3 side by side have 21,092,515 parameters" in e.message
        assert e.find("#message").has_class("-error")


async def test_the_same_update_is_said_to_be_the_same():
    async with explorer() as e:
        await e.press("c")
        assert "L2 and decay: one λ, plain SGD" in e.text
    async with explorer(momentum=0.9) as e:
        await e.press("c")
        assert "plain SGD" not in e.text
    async with explorer(size=(80, 24), trainer=new_trainer(5, soft_targets=0.8)) as e:
        await e.press("c")
        assert "soft t′ in every arm · L2 and decay: one λ, plain SGD, so the same update" in e.text
        assert_shown(e, 5, e.session.sample)
        plain = rows(e, "#arm_deltas")["p"]
        assert plain["t′"] != plain["t"]


async def test_help_and_palette_know_the_keys():
    async with explorer() as e:
        await e.press("c", "question_mark")
        assert isinstance(e.app.screen, HelpScreen)
        assert "in lock step" in e.text
        for words in ("Take the selected arm", "Find the L2 that matches smoothing", "Back to the explorer"):
            assert words in e.text
        await e.press("escape")
        offered = {command.title for command in e.app.get_system_commands(e.app.screen)}
        assert {"Take", "Match", "Explorer", "Part"} <= offered
        assert "Back" not in offered
        assert "LS" not in offered
        for command in COMPARE_COMMANDS:
            assert callable(getattr(e.app.screen, f"action_{command.action.partition('(')[0]}"))


async def test_a_terminal_that_gets_too_small_and_large_again():
    async with explorer(size=(80, 24), trainer=new_trainer(3)) as e:
        await e.press("c")
        await e.pilot.resize_terminal(60, 15)
        await e.pilot.pause()
        assert "lsexplorer needs 80×20 characters" in e.text
        await e.pilot.resize_terminal(120, 40)
        await e.pilot.pause()
        assert_shown(e, 3, e.session.sample)
        assert e.find("#page_weight_norm").region.height > 10
