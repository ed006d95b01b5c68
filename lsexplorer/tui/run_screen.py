"""What screens that train have in common: a free run and its pause, a line for messages, layouts that fold."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual.css.query import NoMatches
from textual.geometry import Size
from textual.widgets import Static
from textual.worker import Worker

from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.tui.explorer.texts import diverged
from lsexplorer.tui.screen import CommandScreen

Result = TypeVar("Result")

LEAST_SIZE = (80, 20)
WIDE_SIZE = (112, 32)
"""Smaller than this the layout folds: one pane at a time below the delta table."""
STEPS_AT_ONCE = 400
"""More steps than this are left to the free run, so that the keys go on answering."""
CHART_SECONDS = 0.3
"""In a free run the charts, which cost most, are drawn less often than the numbers."""


class RunScreen(CommandScreen[Result]):
    """A screen with `Static`s #message and #too_small, on which something is trained.

    A subclass gives `step_count` and `refresh_frame`.
    """

    _run: Worker[None] | None = None

    @property
    def step_count(self) -> int:
        """Where the run stands."""
        raise NotImplementedError

    def refresh_frame(self) -> None:
        """Show the run as it stands."""
        raise NotImplementedError

    def offers(self, action: str) -> bool:
        """Whether the command palette lists an action now."""
        return super().offers(action) and (action != "back" or self.step_count > 0)

    def say(self, text: str, error: bool = False) -> None:
        """Tell the person something, in the line above the footer, until the next message."""
        message = self.query_one("#message", Static)
        # A message too long for one line takes a second one, and gives it back.
        height = 2 if len(text) > self.size.width - 2 else 1
        message.update(text, layout=height != message.size.height)
        message.set_class(error, "-error")

    @property
    def running(self) -> bool:
        """Whether a free run is under way."""
        return self._run is not None and self._run.is_running

    def pause(self) -> bool:
        """Stop a free run; whether there was one."""
        was = self.running
        if self._run is not None:
            self._run.cancel()
            self._run = None
        if was:
            self.refresh_frame()
            self.say(f"Paused at step {self.step_count:,}.")
        return was

    def start(self, run: Callable[[], Awaitable[None]], said: str) -> None:
        """Run freely until that ends or is paused; ``said`` is told at its end."""
        self._run = self.run_worker(self._to_its_end(run, said), group="run", exclusive=True)

    async def _to_its_end(self, run: Callable[[], Awaitable[None]], said: str) -> None:
        error = False
        try:
            await run()
        except DivergenceError as overflow:
            said, error = diverged(self.step_count, overflow), True
        except InputError as refused:
            said, error = str(refused), True
        except NoMatches:  # the widgets are being taken down, and this task after them
            return
        self._run = None
        self.refresh_frame()
        self.say(said, error)

    def fold(self, size: Size) -> None:
        """Fold the layout, or say that there is too little room."""
        width, height = size
        tiny = width < LEAST_SIZE[0] or height < LEAST_SIZE[1]
        self.set_class(tiny, "-tiny")
        self.set_class(width < WIDE_SIZE[0] or height < WIDE_SIZE[1], "-folded")
        if tiny:
            self.query_one("#too_small", Static).update(
                f"lsexplorer needs {LEAST_SIZE[0]}×{LEAST_SIZE[1]} characters;\nthis terminal has {width}×{height}.\n"
                "Please make it larger, or its letters smaller.\nq quits."
            )
