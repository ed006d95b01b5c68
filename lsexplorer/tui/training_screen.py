"""A screen on which something is trained: what it shows, a free run and its pause, and what cannot be done."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Generic, TypeVar

from textual import getters
from textual.css.query import NoMatches
from textual.reactive import reactive
from textual.worker import Worker

from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run import Series
from lsexplorer.tui.model.frame import RunFrame
from lsexplorer.tui.model.free_run import run_freely
from lsexplorer.tui.model.run import Run
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.until import Until
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.widgets.chart import Charts
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

Result = TypeVar("Result")
Shown = TypeVar("Shown", bound=RunFrame)

STEPS_AT_ONCE = 400
"""More steps than this are left to a free run, so that the keys still respond."""
CHART_SECONDS = 0.3
"""The least time between two drawings of the charts in a free run; they cost most."""
PICTURE_SECONDS = 0.1
"""The same for a picture, which must be seen to move."""


class TrainingScreen(CommandScreen[Result], Generic[Result, Shown]):
    """Trains a `Run` and shows a frame of it after every action, and now and then while it runs freely.

    A subclass gives `session`, `run`, `sample`, `make_frame`, `show_tables`, `show_charts`, `in_picture`, `history`,
    `restart` and `train_loss`, and composes a `StatusBar`, `Charts` and a `Timeline`.
    """

    session: Session
    sample: int | None
    """The training row that is looked at, None for the mean of the batch."""
    frame: reactive[Any] = reactive(None, init=False, repaint=False, always_update=True)
    """What the screen shows (a `Shown`); setting it paints it."""

    status = getters.query_one(StatusBar)
    timeline = getters.query_one(Timeline)
    charts = getters.query_one(Charts)

    _worker: Worker[None] | None = None
    _until = Until()
    _charts_at = 0.0
    _charts_due = False

    # What a subclass gives

    @property
    def run(self) -> Run:
        """What is trained."""
        raise NotImplementedError

    def make_frame(self, rate: float | None = None) -> Shown:
        """The run as it stands; rate: steps a second of a free run."""
        raise NotImplementedError

    def show_tables(self, frame: Shown) -> None:
        """Show a frame everywhere but in the status bar, the charts and the timeline."""
        raise NotImplementedError

    def show_charts(self) -> None:
        """Show the present frame in the charts."""
        raise NotImplementedError

    @property
    def in_picture(self) -> bool:
        """Whether a picture stands in the place of the charts."""
        raise NotImplementedError

    def restart(self) -> str:
        """Go back to step 0; what to say then."""
        raise NotImplementedError

    def train_loss(self) -> float:
        """The loss on the training part that 'until loss <' is compared with."""
        raise NotImplementedError

    def arrived(self, until: Until) -> str:
        """What to say at the end of a free run."""
        return f"Reached {until.text}."

    def steps_left(self, until: Until) -> int | None:
        """Steps until the end of a free run, or until this has to be asked again; None without an end."""
        return until.steps_left(self.run, self.train_loss)

    @property
    def history(self) -> Mapping[str, Series]:
        """The series that are written, by name."""
        raise NotImplementedError

    @property
    def passing_on(self) -> Mapping[str, tuple[str, Callable[[], None]]]:
        """What else W offers: by its key a word, and what begins it."""
        return {}

    # Showing

    @property
    def shown(self) -> Shown:
        """The frame on the screen."""
        frame: Shown = self.frame
        return frame

    @property
    def step_count(self) -> int:
        """Where the run stands."""
        return self.run.step_count

    def refresh_frame(self) -> None:
        """Show the run as it stands."""
        self.frame = self.make_frame(self.frame.rate if self.frame and self.running else None)

    def watch_frame(self, frame: Shown) -> None:
        """Paint a frame at once; in a free run charts and pictures not as often as the rest of it."""
        now, least = time.perf_counter(), PICTURE_SECONDS if self.in_picture else CHART_SECONDS
        due = not self.running or now - self._charts_at > least
        with self.app.batch_update():
            self.status.show_frame(frame, self.session.speed)
            self.timeline.show_frame(frame)
            self.show_tables(frame)
            if due and not self.in_picture:
                self._draw_charts()
        self._charts_at = now if due else self._charts_at
        if due and self.in_picture and not self._charts_due:  # it takes long: a key's numbers are painted before it
            self._charts_due = self.call_after_refresh(self._draw_charts)

    def _draw_charts(self) -> None:
        self._charts_due = False
        with suppress(NoMatches):  # the widgets are being taken down
            self.show_charts()

    # The run

    @property
    def running(self) -> bool:
        """Whether a free run is under way."""
        return self._worker is not None and self._worker.is_running

    @property
    def goal(self) -> int:
        """The step at which the free run under way will end, 0 where there is none."""
        return (self._until.step or 0) if self.running else 0

    def pause(self) -> bool:
        """Stop a free run; whether there was one."""
        was_running = self.running
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        if was_running:
            self.refresh_frame()
            self.say(f"Paused at step {self.step_count:,}.")
        return was_running

    def start(self, until: Until, message: str = "", hurry: bool = False) -> None:
        """Run freely until an end, or until it is paused; ``message`` is shown at the end.

        hurry: at full speed, whatever speed was chosen.
        """
        self._until = until
        speed = None if hurry else self.session.speed
        pace = "" if speed is None else f" at {speed} steps a second; + faster, − slower"
        self.say(f"Running{f' until {until.text}' * bool(until.text)}{pace}; space pauses.")
        self._worker = self.run_worker(self._run_freely(until, message, hurry), group="run", exclusive=True)

    async def _run_freely(self, until: Until, message: str, hurry: bool) -> None:
        problem = ""
        with suppress(NoMatches):  # the widgets are being taken down, and this task after them
            try:
                await run_freely(
                    self.run,
                    left=lambda: self.steps_left(until),
                    speed=lambda: None if hurry else self.session.speed,
                    show=self._show_running,
                )
            except (InputError, DivergenceError, MemoryError) as error:
                problem = self._text_of(error)
            self._worker = None
            self.refresh_frame()
            self.say(problem or message or self.arrived(until), error=bool(problem))

    def _show_running(self, rate: float) -> None:
        self.frame = self.make_frame(rate)

    def attempt(self, change: Callable[[], object], message: str = "") -> bool:
        """Make a change and show it, or say why it is impossible; whether it was made."""
        try:
            change()
        except (InputError, DivergenceError, MemoryError) as error:
            self.refresh_frame()
            self.say(self._text_of(error), error=True)
            return False
        self.refresh_frame()
        self.say(message)
        return True

    def _text_of(self, error: Exception) -> str:
        if isinstance(error, InputError):
            return str(error)
        if isinstance(error, MemoryError):
            return "There is not enough memory for that."
        return (
            f"Stopped at step {self.step_count}, the last finite one: {error}. "
            "b goes back, f lets you lower η, 0 resets."
        )

    def train_to(self, step: int, message: str = "") -> None:
        """Go to a step at once, or run there freely if it is far ahead."""
        if step - self.step_count > STEPS_AT_ONCE:
            self.start(Until(step=step), message, hurry=True)
        else:
            self.attempt(lambda: self.run.goto(step), message)
