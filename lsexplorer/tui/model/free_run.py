"""Training and the screen take turns in one thread.

Both need the interpreter's lock, and a thread of its own made painting slower than it made training faster
(`python -m benchmarks.screen`).
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

_CHUNK_SECONDS = 0.01
_FRAME_SECONDS, _FRAME_SHARE = 0.1, 5
_IDLE_SECONDS = 0.005
_TURNS = 20


class Trainee(Protocol):
    """What can be trained step by step."""

    @property
    def step_count(self) -> int:
        """Steps made."""

    def step(self, n: int = 1) -> None:
        """Make ``n`` steps."""


async def take_turns(
    trainee: Trainee,
    left: Callable[[], int | None],
    speed: Callable[[], int | None],
    show: Callable[[float], None],
) -> None:
    """Train until the end or until the task is cancelled, showing how it stands every now and then.

    left: steps until there is something to look at again; 0 at the end, None for no end. speed: steps a second that
    are wanted now, None for as many as can be. show: is given the steps a second that were made.
    """
    chunk, started, first, wanted = 1, time.perf_counter(), trainee.step_count, speed()
    shown, shown_step, interval = started, first, _FRAME_SECONDS
    while (more := left()) != 0:
        if speed() != wanted:  # another speed holds from now on, whatever was done or not done before
            started, first, wanted = time.perf_counter(), trainee.step_count, speed()
        steps = min(chunk, _allowed(wanted, started, trainee.step_count - first), chunk if more is None else more)
        begin = time.perf_counter()
        trainee.step(steps)
        now = time.perf_counter()
        if steps == chunk:
            chunk = max(1, round(chunk * min(2.0, max(0.5, _CHUNK_SECONDS / (now - begin)))))
        if now - shown >= interval and trainee.step_count != shown_step:
            rate = (trainee.step_count - shown_step) / (now - shown)
            shown, shown_step = now, trainee.step_count
            show(rate)
            # On large data a frame costs more than training between two of them: then they are fewer.
            interval = max(_FRAME_SECONDS, _FRAME_SHARE * (time.perf_counter() - now))
        await _let_others_work(0.0 if steps else _IDLE_SECONDS)


def _allowed(speed: int | None, started: float, made: int) -> int:
    """Steps that the speed allows now, of which so many were made since ``started``."""
    if speed is None:
        return 2**31
    return max(0, int((time.perf_counter() - started) * speed) + 1 - made)


async def _let_others_work(seconds: float) -> None:
    """Sleep, then give way often enough for a key to go its whole way through the message queues."""
    await asyncio.sleep(seconds)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
