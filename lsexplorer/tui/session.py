"""The run behind the screen: the trainer, what is looked at, and the free run."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lsexplorer.data import BUILTINS, default_hyperparameters, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.run import REGULARIZERS, Strengths, Trainer
from lsexplorer.tui.frame import Frame, make_frame
from lsexplorer.tui.until import Until

SPEEDS: tuple[int | None, ...] = (1, 2, 5, 10, 25, 100, 500, None)
"""Steps a second that one can choose; None is as fast as it goes."""
_CHUNK_SECONDS = 0.01
_FRAME_SECONDS, _FRAME_SHARE = 0.1, 5
_IDLE_SECONDS = 0.005
_TURNS = 20


class Session:
    """Everything that actions on the screen do to the run.

    sample: the training row looked at, None for the batch's mean. node: the selected node's name. strengths: the
    regularisers' values, kept while they are switched off.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._own_data = trainer.data
        self.sample: int | None = int(trainer.next_batch[0])
        self.node = "o1"
        self.strengths = Strengths.of(trainer.hyperparameters)
        self.speed: int | None = None

    def frame(self, rate: float | None = None) -> Frame:
        """All that a repaint needs; rate: steps a second of a free run."""
        return make_frame(self.trainer, self.sample, self.node, self.strengths, rate)

    # Changes

    def toggle(self, name: str) -> bool:
        """Switch a regulariser on at its kept strength, or off; whether it is on now."""
        on = not getattr(self.trainer.hyperparameters, name)
        self.trainer.set(**{name: getattr(self.strengths, name) if on else 0.0})
        return on

    def set_strength(self, name: str, value: float) -> None:
        """Keep another strength for a regulariser, and use it at once if it is switched on; 0 switches it off."""
        if getattr(self.trainer.hyperparameters, name) or not value:
            self.trainer.set(**{name: value})
        else:
            self.trainer.hyperparameters.replace(**{name: value})  # only to refuse what cannot be
        if value:
            self.strengths = replace(self.strengths, **{name: value})

    def change(self, **changes: Any) -> None:
        """Change live hyperparameters together, from the next step on."""
        self.trainer.set(**changes)
        self.keep_strengths()

    @property
    def data_names(self) -> dict[str, str]:
        """The data sets one can choose, source → name: the built-in ones, and the one the session began with."""
        return {self._own_data.source: self._own_data.name} | {name: name for name in BUILTINS}

    def rebuild(self, changes: Mapping[str, Any], source: str | None = None) -> None:
        """Start a new run with other hyperparameters; the old one stays if the new one cannot be.

        source: another data set; its run begins with the network that suits it, save for what is changed, and with the
        regularisers as they are.
        """
        hp, data = self.trainer.hyperparameters, self.trainer.data
        if source is not None and source != data.source:
            data = self._own_data if source == self._own_data.source else load_dataset(source)
            changes = default_hyperparameters(data) | dict(changes)
        self.trainer = Trainer(data, hp.replace(**changes))
        self.keep_strengths()
        self.sample = int(self.trainer.next_batch[0])

    def keep_strengths(self) -> None:
        """Keep the strengths that are in force for when they are switched off."""
        hp = self.trainer.hyperparameters
        now = {name: getattr(hp, name) for name in REGULARIZERS if getattr(hp, name)}
        self.strengths = replace(self.strengths, **now)

    def walk_batch(self, by: int) -> None:
        """Look at the next batch's next sample, or at its first when none of it was looked at."""
        batch = self.trainer.next_batch
        at = np.flatnonzero(batch == self.sample)
        place = 0 if by > 0 else len(batch) - 1
        self.sample = int(batch[(int(at[0]) + by) % len(batch)] if len(at) else batch[place])

    def set_sample(self, sample: int | None) -> None:
        """Look at a training row, or at the batch's mean; raises InputError for a row there is not."""
        rows = len(self.trainer.data.X_train)
        if sample is not None and not 0 <= sample < rows:
            raise InputError(f"there are training samples 0 to {rows - 1}, no {sample}")
        self.sample = sample

    def change_speed(self, by: int) -> None:
        """Choose the next faster or slower speed."""
        self.speed = SPEEDS[max(0, min(SPEEDS.index(self.speed) + by, len(SPEEDS) - 1))]

    # Running freely

    async def run(self, until: Until, show: Callable[[Frame], None]) -> None:
        """Train until the end or until the task is cancelled, showing frames; raises DivergenceError as the trainer.

        Training and screen take turns in one thread: both need the interpreter's lock, and a thread of its own made
        painting slower than it made training faster (`python -m benchmarks.screen`).
        """
        chunk, started, first, speed = 1, time.perf_counter(), self.trainer.step_count, self.speed
        shown, shown_step, interval = started, first, _FRAME_SECONDS
        while (left := until.steps_left(self.trainer)) != 0:
            if self.speed != speed:  # another speed holds from now on, whatever was done or not done before
                started, first, speed = time.perf_counter(), self.trainer.step_count, self.speed
            steps = min(chunk, self._allowed(started, first), chunk if left is None else left)
            begin = time.perf_counter()
            self.trainer.step(steps)
            now = time.perf_counter()
            if steps == chunk:
                chunk = max(1, round(chunk * min(2.0, max(0.5, _CHUNK_SECONDS / (now - begin)))))
            if now - shown >= interval and self.trainer.step_count != shown_step:
                rate = (self.trainer.step_count - shown_step) / (now - shown)
                shown, shown_step = now, self.trainer.step_count
                show(self.frame(rate))
                # On large data a frame costs more than training between two of them: then they are fewer.
                interval = max(_FRAME_SECONDS, _FRAME_SHARE * (time.perf_counter() - now))
            await _let_others_work(0.0 if steps else _IDLE_SECONDS)

    def _allowed(self, started: float, first: int) -> int:
        """Steps that the chosen speed allows now."""
        if self.speed is None:
            return 2**31
        return max(0, int((time.perf_counter() - started) * self.speed) + 1 - (self.trainer.step_count - first))


async def _let_others_work(seconds: float) -> None:
    """Sleep, then give way often enough for a key to go its whole way through the message queues."""
    await asyncio.sleep(seconds)
    for _ in range(_TURNS):
        await asyncio.sleep(0)
