"""Keys that move the run: step, back, epoch, run, speed, reset, new seed, quit."""

import asyncio
from functools import partial

import numpy as np
import pytest

from lsexplorer.run.trainer import Trainer
from lsexplorer.tui.model.until import Until
from tests.support.explorer import WIDE, explorer, new_trainer, table
from tests.support.form import shown, write
from tests.support.helpers import slow


class Clock:
    """What the free run takes for the time: a step takes a millisecond, and a test lets more of it pass."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock, step = Clock(), Trainer.step

    def timed_step(trainer: Trainer, n: int = 1) -> None:
        step(trainer, n)
        clock.now += 0.001 * n

    monkeypatch.setattr(Trainer, "step", timed_step)
    monkeypatch.setattr("lsexplorer.tui.model.free_run.time", clock)
    return clock


def weights(trainer: Trainer) -> list[float]:
    return list(trainer.network.parameters.tolist())


async def test_space_trains_one_step_and_n_to_the_end_of_the_epoch() -> None:
    async with explorer(label_smoothing=0.1) as e:
        assert "step 0 · epoch 0 · paused" in e.status
        before = table(e.text, "Next step")
        await e.press("space")
        assert "step 1 · epoch .1 · paused" in e.status
        assert weights(e.trainer) == weights(new_trainer(1, label_smoothing=0.1))
        assert table(e.text, "Next step") != before
        await e.press("space", "space")
        assert "step 3 ·" in e.status
        await e.press("n")
        assert e.trainer.step_count == 8
        assert "epoch 1.0" in e.status
        await e.press("n")
        assert e.trainer.step_count == 16
        assert "epoch 2.0" in e.status


async def test_back_undoes_a_step_and_the_same_step_comes_again() -> None:
    async with explorer() as e:
        await e.press(*["space"] * 5)
        five, screen = weights(e.trainer), e.text
        await e.press("b", "b")
        assert "step 3 ·" in e.status
        assert weights(e.trainer) == weights(new_trainer(3))
        await e.press("space", "space")
        assert weights(e.trainer) == five
        assert e.text == screen
        await e.press(*["b"] * 5)
        assert "nothing before" not in e.message
        await e.press("b")
        assert e.message == "This is step 0: there is nothing before it."
        assert e.trainer.step_count == 0


async def test_run_goes_on_until_it_is_paused_by_r_or_space() -> None:
    async with explorer() as e:
        await e.tap("r")
        await e.wait_until(lambda: e.screen.shown.rate)
        assert "▶" in e.status
        assert "Running" in e.message
        await e.wait_until(lambda: e.trainer.step_count > 10)
        await e.tap("r")
        stopped = e.trainer.step_count
        assert f"step {stopped:,} " in e.status
        assert "paused" in e.status
        await e.rest()
        assert e.trainer.step_count == stopped
        assert weights(e.trainer) == weights(new_trainer(stopped))
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > stopped)
        assert "Running" in e.message
        await e.tap("space")
        assert "paused" in e.status
        assert "Running" not in e.message, "which no longer says that it runs"
        assert str(e.trainer.step_count) in e.message.replace(",", "")


async def test_what_only_looks_or_changes_live_lets_a_run_go_on() -> None:
    async with explorer() as e:
        e.session.speed = 25
        await e.tap("r")
        await e.wait_until(lambda: e.screen.shown.rate)
        for key in ("s", "tab", "a", "down", "v", "x", "plus", "o", "question_mark", "escape", "f", "escape"):
            before = e.trainer.step_count
            await e.tap(key)
            await e.wait_until(partial(e.has_stepped, before))
            assert e.running, key
        assert "▶" in e.status


async def test_what_moves_the_run_or_asks_where_to_pauses_it() -> None:
    async with explorer() as e:
        e.session.speed = 100
        for key in ("b", "n", "0", "N", "g", "u", "w"):
            await e.tap("r")
            await e.wait_until(lambda: e.trainer.step_count > 2)
            await e.tap(key)
            assert not e.screen.is_modal or key in "guw"
            assert not e.running, key
            assert "paused" in e.status, key
            await e.press(*["escape"] * e.screen.is_modal)


async def test_five_steps_a_second(clock: Clock) -> None:
    async with explorer() as e:
        await e.press(*["minus"] * 6)
        assert e.message == "Runs at 5 steps a second."
        assert "paused (5/s)" in e.status
        await e.tap("r")
        for second in range(3):
            await e.wait_until(partial(e.stands_at, 5 * second + 1))
            await e.tap()
            assert e.trainer.step_count == 5 * second + 1
            clock.now = second + 1
        await e.tap("space")


async def test_plus_and_minus_walk_the_speeds() -> None:
    async with explorer() as e:
        said = []
        for key in ["minus"] * 9 + ["plus"] * 9:
            await e.tap(key)
            said.append(e.message)
        speeds = [f"Runs at {speed} steps a second." for speed in (500, 100, 50, 25, 10, 5, 2, 1)]
        assert said == [*speeds, speeds[-1], *speeds[-2::-1], "Runs at full speed.", "Runs at full speed."]
        await e.press("minus", "equals_sign")
        assert e.message == "Runs at full speed.", "= is + without Shift"


async def test_a_slower_speed_holds_from_now_on(clock: Clock) -> None:
    """A run that has been fast goes on at once, and no faster than was asked."""
    async with explorer() as e:
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 500)
        await e.tap("minus")
        step, start = e.trainer.step_count, clock.now
        clock.now += 0.3
        await e.wait_until(lambda: e.trainer.step_count >= step + 150)
        assert e.trainer.step_count - step <= 500 * (clock.now - start) + 2


async def test_a_faster_speed_holds_from_now_on(clock: Clock) -> None:
    """A run that has been slow does not make up for it."""
    async with explorer() as e:
        await e.tap(*["minus"] * 8, "r")
        for count in range(1, 8):
            await e.wait_until(partial(e.stands_at, count))
            clock.now += 1
        await e.tap("plus", "plus", "plus")
        step, start = e.trainer.step_count, clock.now
        clock.now += 0.2
        await e.wait_until(lambda: e.trainer.step_count > step)
        assert e.trainer.step_count - step <= 10 * (clock.now - start) + 1


async def test_reset_keeps_the_initial_weights_and_the_present_settings_and_a_new_seed_draws_others() -> None:
    async with explorer(WIDE, seed=3) as e:
        first = weights(e.trainer)
        await e.press("space", "s", "space", "b", "l", "space", "0")
        assert weights(e.trainer) == first
        assert (e.hp.label_smoothing, e.hp.l2, e.hp.seed) == (0.1, 0.01, 3)
        assert "step 0 ·" in e.status
        assert "same initial weights" in e.message
        assert e.trainer.events == ()
        assert e.trainer.ghosts == ()
        assert len(e.screen.shown.ghosts) == 2, "the path of the run before, and what it had left"
        await e.press("space", "N")
        assert e.trainer.step_count == 0
        assert e.hp.seed == 4
        assert "seed 4" in e.message
        assert "seed 4" in e.status
        assert weights(e.trainer) == weights(new_trainer(seed=4)) != first
        assert shown(e, "seed") == "4"


@pytest.mark.parametrize(("key", "running"), [("q", True), ("ctrl+q", False), slow("q", False), slow("ctrl+q", True)])
async def test_q_and_ctrl_q_quit(key: str, running: bool) -> None:
    async with explorer() as e:
        if running:
            await e.tap("r")
            await e.wait_until(lambda: e.trainer.step_count > 0)
        await e.tap(key)
        if running:
            assert "No file has this run: iris, step" in e.text
            await e.tap("d")
        assert e.app.return_code == 0
    assert not e.app.is_running


async def test_quitting_is_asked_about_over_another_question() -> None:
    async with explorer() as e:
        await e.press("space", "W", "ctrl+q")
        assert "No file has this run: iris, step 1" in e.text
        await e.press("ctrl+q", "escape", "escape", "ctrl+q")
        assert "No file has this run" in e.text
        await e.press("escape")
        assert e.app.return_code is None


async def test_a_run_ends_with_the_screen() -> None:
    """As when the terminal is closed: nobody has pressed a key."""
    async with explorer() as e:
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 0)
    stopped = e.trainer.step_count
    await asyncio.sleep(0.05)
    assert e.trainer.step_count == stopped


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
async def test_divergence_stops_at_the_last_finite_step_and_says_what_to_do() -> None:
    hp = {"output": "identity", "loss": "mse", "activation": "relu", "learning_rate": 1000.0}
    async with explorer(**hp) as e:
        await e.tap("r")
        await e.wait_until(lambda: "Stopped" in e.message)
        step = e.trainer.step_count
        assert 0 < step < 1000
        assert np.isfinite(e.trainer.network.parameters).all()
        assert weights(e.trainer) == weights(new_trainer(step, **hp))
        assert e.message.startswith(f"Stopped at step {step}, the last finite one")
        assert "b goes back" in e.message
        assert e.find("#message").has_class("-error")
        assert f"step {step} · epoch" in e.status
        assert "paused" in e.status

        await e.press("space")
        assert e.trainer.step_count == step
        assert e.message.startswith(f"Stopped at step {step}")
        await e.press("b")
        assert e.trainer.step_count == step - 1
        assert "Stopped" not in e.message
        await write(e, "learning_rate", "0.01")
        await e.press("escape", "0", "n")
        assert e.trainer.step_count == 8


async def test_a_run_may_end_while_the_screen_is_being_taken_down(clock: Clock) -> None:
    async with explorer() as e:
        await e.screen.status.remove()
        e.screen.start(Until(step=5))
        await e.app.workers.wait_for_complete()
        assert not e.screen.running
        assert e.app.return_code is None
