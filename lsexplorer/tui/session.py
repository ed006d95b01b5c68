"""The run behind the screen: the trainer, what is looked at, and a lock between the screen and the free run."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters, Strengths, Trainer
from lsexplorer.tui.frame import Frame, make_frame
from lsexplorer.tui.until import Until

SPEEDS: tuple[int | None, ...] = (1, 2, 5, 10, 25, 100, 500, None)
"""Steps a second that one can choose; None is as fast as it goes."""
_CHUNK_SECONDS = 0.008
_FRAME_SECONDS = 0.1


class Session:
    """Everything that actions on the screen do to the run.

    sample: the training row looked at, None for the batch's mean. node: the selected node's name. strengths: the
    regularisers' values, kept while they are switched off.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.sample: int | None = int(trainer.next_batch[0])
        self.node = "o1"
        self.strengths = Strengths.of(trainer.hyperparameters)
        self.speed: int | None = None
        self.frame_seconds = _FRAME_SECONDS
        self._lock = threading.Lock()
        self._wanted = threading.Event()

    @contextmanager
    def hold(self) -> Iterator[Trainer]:
        """The trainer, for oneself: a free run waits meanwhile."""
        self._wanted.set()
        with self._lock:
            self._wanted.clear()
            yield self.trainer

    def frame(self, rate: float | None = None) -> Frame:
        """All that a repaint needs."""
        with self.hold():
            return self._frame(rate)

    def _frame(self, rate: float | None) -> Frame:
        return make_frame(self.trainer, self.sample, self.node, self.strengths, rate)

    # Changes

    def toggle(self, name: str) -> bool:
        """Switch a regulariser on at its kept strength, or off; whether it is on now."""
        with self.hold() as trainer:
            on = not getattr(trainer.hyperparameters, name)
            trainer.set(**{name: getattr(self.strengths, name) if on else 0.0})
            return on

    def set_strength(self, name: str, value: float) -> None:
        """Keep another strength for a regulariser, and use it at once if it is switched on; 0 switches it off."""
        with self.hold() as trainer:
            if getattr(trainer.hyperparameters, name) or not value:
                trainer.set(**{name: value})
            else:
                trainer.hyperparameters.replace(**{name: value})  # only to refuse what cannot be
            if value:
                self.strengths = replace(self.strengths, **{name: value})

    def set(self, **changes: Any) -> None:
        """Change live hyperparameters."""
        with self.hold() as trainer:
            trainer.set(**changes)

    def rebuild(self, hp: Hyperparameters, data: Dataset | None = None) -> None:
        """Start a new run; the old one stays if the new one cannot be."""
        with self.hold() as old:
            self.trainer = Trainer(data or old.data, hp)
            self.strengths = _kept(self.strengths, hp)
            if data is not None:
                self.sample = int(self.trainer.next_batch[0])

    def replace(self, trainer: Trainer) -> None:
        """Go on with another run."""
        with self.hold():
            self.trainer = trainer
            self.strengths = _kept(self.strengths, trainer.hyperparameters)
            self.sample = int(trainer.next_batch[0])

    def walk_batch(self, by: int) -> None:
        """Look at the next batch's next sample, or at its first when none of it was looked at."""
        with self.hold() as trainer:
            batch = trainer.next_batch
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

    def run(self, until: Until, show: Callable[[Frame], None], cancelled: Callable[[], bool]) -> None:
        """Train until the end or until cancelled, showing frames; for a thread of its own.

        Raises DivergenceError as the trainer does. The lock is given up between chunks of some milliseconds, and to
        anyone who waits for it.
        """
        chunk, started, first = 1, time.perf_counter(), self.trainer.step_count
        shown, shown_step, rate = started, first, 0.0
        while not cancelled():
            if self._wanted.is_set():
                time.sleep(0.0005)
                continue
            with self._lock:
                left = until.steps_left(self.trainer)
                if left == 0:
                    return
                steps = min(chunk, self._allowed(started, first), chunk if left is None else left)
                begin = time.perf_counter()
                if steps:
                    self.trainer.step(steps)
                now = time.perf_counter()
                if steps == chunk:
                    chunk = max(1, round(chunk * min(2.0, max(0.5, _CHUNK_SECONDS / (now - begin)))))
                frame = None
                if now - shown >= self.frame_seconds and self.trainer.step_count != shown_step:
                    rate = (self.trainer.step_count - shown_step) / (now - shown)
                    shown, shown_step = now, self.trainer.step_count
                    frame = self._frame(max(rate, 0.0))
            if frame is not None:
                show(frame)
            if not steps:
                time.sleep(0.005)

    def _allowed(self, started: float, first: int) -> int:
        """Steps that the chosen speed allows now."""
        if self.speed is None:
            return 2**31
        return max(0, int((time.perf_counter() - started) * self.speed) + 1 - (self.trainer.step_count - first))


def _kept(strengths: Strengths, hp: Hyperparameters) -> Strengths:
    """The kept strengths, with those that are in force in their place."""
    names = ("label_smoothing", "l2", "l1", "weight_decay")
    return replace(strengths, **{name: getattr(hp, name) for name in names if getattr(hp, name)})
