"""A free run when the clock jumps, as after the sleep of a machine: it goes on at its speed."""

import time

import pytest

from lsexplorer.tui.model.free_run import run_freely
from tests.support.explorer import new_trainer


class Clock:
    """Stands still except where it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1e-6
        return self.now


@pytest.mark.parametrize("speed", [1, 10, 500])
async def test_a_clock_that_jumps_ahead_makes_no_burst_of_steps(monkeypatch: pytest.MonkeyPatch, speed: int) -> None:
    clock, trainer, turns = Clock(), new_trainer(), []
    monkeypatch.setattr(time, "perf_counter", clock)

    def left() -> int | None:
        turns.append(trainer.step_count)
        clock.now += 0.1
        if len(turns) == 30:
            clock.now += 3600
        return 0 if len(turns) == 60 else None

    await run_freely(trainer, left, lambda: speed, lambda rate: None)
    assert 5.9 * speed * 0.7 <= trainer.step_count <= 5.9 * speed + 3
