"""A free run: training and the screen take turns in one thread.

Both need the interpreter's lock, and a thread of its own made painting slower than it made training faster
(`python -m benchmarks.screen`).
"""

import asyncio
import time
from collections.abc import Callable

from lsexplorer.tui.model.run import Run

_CHUNK_SECONDS = 0.01
"""About how long training goes on before the event loop has its turn."""
_FRAME_SECONDS = 0.1
"""The least time between two frames."""
_FRAME_SHARE = 5
"""The least time between two frames, as a multiple of the time that a frame takes to make."""
_PAINT_SHARE, _SEEN_TO_MOVE = 5, 0.2
"""The same of the time that it takes to make and paint; but five frames a second are seen to move."""
_IDLE_SECONDS = 0.005
"""The pause while the chosen speed allows no step yet."""
_LOOP_TURNS = 20
"""Turns of the event loop that a key needs for its way through the message queues."""


async def run_freely(
    run: Run,
    left: Callable[[], int | None],
    speed: Callable[[], int | None],
    show: Callable[[float], None],
) -> None:
    """Train until the end, or until the task is cancelled, and show the run every now and then.

    left: the steps until `left` has to be asked again; 0 at the end, None where there is no end. speed: the steps a
    second that are wanted now, None for as many as possible. show: takes the steps a second that were made.
    """
    chunk, started, first, wanted = 1, time.perf_counter(), run.step_count, speed()
    shown, shown_step, interval, painted = started, first, _FRAME_SECONDS, 0.0
    while (more := left()) != 0:
        if speed() != wanted:  # the new speed counts from now on
            started, first, wanted = time.perf_counter(), run.step_count, speed()
        allowed = _allowed(wanted, started, run.step_count - first)
        if wanted is not None and allowed > wanted:  # a second's: the machine is slow, or has slept
            started, first, allowed = time.perf_counter(), run.step_count, 1
        steps = min(chunk, allowed, chunk if more is None else more)
        begin = time.perf_counter()
        run.step(steps)
        now = time.perf_counter()
        if steps == chunk:
            chunk = max(1, round(chunk * min(2.0, max(0.5, _CHUNK_SECONDS / (now - begin)))))
        if now - shown >= interval and run.step_count != shown_step:
            rate = (run.step_count - shown_step) / (now - shown)
            shown, shown_step = now, run.step_count
            show(rate)
            # A frame may cost more than training between two of them, on large data or slow machines: they are fewer.
            made = time.perf_counter() - now
            interval = max(_FRAME_SECONDS, _FRAME_SHARE * made, min(_SEEN_TO_MOVE, _PAINT_SHARE * (made + painted)))
            painted = 0.0
        begin = time.perf_counter()
        await _let_others_work(0.0 if steps else _IDLE_SECONDS)
        painted += time.perf_counter() - begin if steps else 0.0


def _allowed(speed: int | None, started: float, made: int) -> int:
    """Steps that the speed allows now, of which so many were made since ``started``."""
    if speed is None:
        return 2**31
    return max(0, int((time.perf_counter() - started) * speed) + 1 - made)


async def _let_others_work(seconds: float) -> None:
    """Sleep, then give way often enough for a key to go its whole way through the message queues."""
    await asyncio.sleep(seconds)
    for _ in range(_LOOP_TURNS):
        await asyncio.sleep(0)
