"""The explorer in a test: opened without a terminal, driven by keys, its screen read as text."""

import asyncio
import inspect
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from rich.console import Console
from textual.app import App
from textual.events import MouseDown, MouseEvent, MouseMove, MouseUp
from textual.geometry import Offset
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.run_screen import RunScreen
from lsexplorer.tui.widgets.status import StatusBar

os.environ.pop("NO_COLOR", None)  # a test that is about it sets it
pytest.MonkeyPatch().setattr("textual.screen.UPDATE_PERIOD", 0.001)  # what waits for a drawing waits 1/60 s otherwise

_QUIET_TURNS = 25  # of the event loop without a message under way, after which none will come
_MOST_TURNS = 300  # in a free run there is always a message under way
_MOST_FRAMES = 20
_SECONDS = 300.0  # to wait for what must come, on a machine however slow
WIDE = (120, 40)
"""A terminal with room for form, charts and every pane, which also takes twice the time."""
ScreenKind = type[Screen[Any]]
MouseKind = type[MouseEvent]


class Explorer:
    """What a test does to the explorer and sees of it."""

    def __init__(self, app: ExplorerApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def trainer(self) -> Trainer:
        return self.app.session.trainer

    @property
    def hp(self) -> Hyperparameters:
        return self.trainer.hyperparameters

    async def press(self, *keys: str) -> None:
        """Press keys, each when what the one before set off is done, and let the explorer come to rest."""
        await self.tap(*keys)
        await self.rest()

    async def tap(self, *keys: str) -> None:
        """Press keys without waiting for the explorer to come to rest, which in a free run it never does."""
        for key in keys:
            self.app.simulate_key(key)
            await self._deliver()

    async def rest(self) -> None:
        """Wait until no message is under way and nothing is left to draw."""
        for _ in range(_MOST_FRAMES):
            await self._deliver()
            drawn = asyncio.Event()
            if not self.app.screen.call_after_refresh(drawn.set):
                return  # the explorer is being closed
            await self._deliver()
            if drawn.is_set() or self.app.return_code is not None:  # there was nothing to draw, or it has quit
                return
            await asyncio.wait_for(drawn.wait(), _SECONDS)

    async def _deliver(self) -> None:
        """Wait until the messages under way, and those that they set off, have gone through the widgets."""
        quiet, pumps = 0, self._pumps()
        for _ in range(_MOST_TURNS):
            await asyncio.sleep(0)
            if any(pump.message_queue_size for pump in pumps):
                quiet, pumps = 0, self._pumps()
            else:
                quiet += 1
            if quiet == _QUIET_TURNS:
                return

    def _pumps(self) -> list[MessagePump]:
        """Everything that has a queue of messages and can be reached: the app, its screens, the widgets on top."""
        screens = self.app.screen_stack
        return [self.app, *screens, *(screens[-1].walk_children() if screens else ())]

    async def type(self, text: str) -> None:
        """Write into the field that has the focus, in place of what stands there."""
        field = self.app.focused
        assert isinstance(field, Input), f"the focus is on {field}"
        field.value = text
        await self.rest()

    async def click(self, x: int, y: int, on: str = "") -> None:
        """Press and release the mouse on a cell of the screen, or of the widget that a selector names."""
        at = Offset(x, y) + (self.find(on).region.offset if on else Offset())
        await self.point(MouseDown, at.x, at.y)
        await self.point(MouseUp, at.x, at.y)

    async def point(self, what: MouseKind, x: int, y: int, on: str = "") -> None:
        """Let the mouse do one thing, as a terminal reports it, and let the explorer come to rest.

        Textual's pilot waits for a fiftieth of a second in which the process does nothing, before and after.
        """
        at = Offset(x, y) + (self.find(on).region.offset if on else Offset())
        assert at in self.app.screen.size.region
        button = 0 if what is MouseMove else 1
        self.app.post_message(what(None, at.x, at.y, 0, 0, button, False, False, False, at.x, at.y))
        await self.rest()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.rest()

    async def answer(self, key: str, text: str) -> None:
        """Press a key that asks something, and answer it."""
        await self.press(key)
        await self.type(text)
        await self.press("enter")

    async def wait_until(self, true: Callable[[], object], seconds: float = _SECONDS) -> None:
        """Let the explorer work until something holds."""
        end = time.perf_counter() + seconds
        while not true():
            if time.perf_counter() > end:
                raise TimeoutError(f"still not so; the screen shows:\n{self.text}")
            await asyncio.sleep(0.01)

    @property
    def screen(self) -> Any:
        """The screen that is seen, whatever its kind."""
        return self.app.screen

    def is_on(self, kind: ScreenKind) -> bool:
        """Whether a screen of this kind is seen."""
        return isinstance(self.app.screen, kind)

    def find(self, selector: str) -> Any:
        """The widget that a selector names, whatever its kind."""
        return self.app.screen.query_one(selector)

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        return screen_text(self.app)

    def area(self, selector: str) -> str:
        """What stands where a widget is, without its frame."""
        region = self.find(selector).content_region
        return "\n".join(line[region.x : region.right] for line in self.text.splitlines()[region.y : region.bottom])

    @property
    def status(self) -> str:
        """The top line."""
        return self.app.screen_stack[0].query_one(StatusBar).render().plain

    @property
    def message(self) -> str:
        return str(self.app.screen_stack[0].query_one("#message", Static).content)

    def has_stepped(self, start: int) -> bool:
        """Whether the run is past a step."""
        return self.trainer.step_count > start

    def stands_at(self, step: int) -> bool:
        """Whether the run stands at a step."""
        return self.trainer.step_count == step

    @property
    def running(self) -> bool:
        """Whether a free run is under way in the explorer, whatever lies over it."""
        explorer_screen = self.app.screen_stack[0]
        assert isinstance(explorer_screen, RunScreen)
        return explorer_screen.running

    @property
    def focus(self) -> str | None:
        focused = self.app.focused
        return focused.id if focused else None


@asynccontextmanager
async def explorer(
    size: tuple[int, int] = (80, 24), trainer: Trainer | None = None, path: str = "", **hyperparameters: Any
) -> AsyncIterator[Explorer]:
    """The explorer on Iris, or on a given run."""
    app = ExplorerApp(trainer or new_trainer(**hyperparameters), path)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        e = Explorer(app, pilot)
        await e.rest()
        yield e


def one_screen(trainer: Trainer, kind: ScreenKind, screen: Callable[[Session], Screen[Any]]) -> ExplorerApp:
    """The application with another screen in place of the explorer; ``screen`` makes it from the session."""

    class OneScreen(ExplorerApp):
        CSS_PATH = Path(inspect.getfile(kind)).with_name(kind.CSS_PATH) if isinstance(kind.CSS_PATH, str) else None

        def get_default_screen(self) -> Any:
            return screen(self.session)

    app = OneScreen(trainer)
    app.animation_level = "none"
    return app


@asynccontextmanager
async def alone(app: ExplorerApp, size: tuple[int, int] = WIDE) -> AsyncIterator[Explorer]:
    """A screen without the explorer below it, which opens in a quarter of the time; there is no way back."""
    async with app.run_test(size=size) as pilot:
        e = Explorer(app, pilot)
        await e.rest()
        yield e


def new_trainer(steps: int = 0, **hyperparameters: Any) -> Trainer:
    trainer = Trainer(load_dataset("iris"), Hyperparameters(**hyperparameters))
    trainer.step(steps)
    return trainer


def screen_text(app: App[Any]) -> str:
    """What stands on an app's screen, a line a row: Textual's screenshot, as text in place of SVG."""
    with patch.object(Console, "export_svg", lambda console, **_: console.export_text()):
        return app.export_screenshot()


def table(text: str, title: str) -> dict[str, dict[str, str]]:
    """The rows of a table on a screen, by their first cell: {'o1': {'t': '0', …}}; titles of two words have a _."""
    lines = text.splitlines()
    top = next(i for i, line in enumerate(lines) if f"╭─ {title}" in line)
    left = lines[top].index(f"╭─ {title}")
    right = lines[top].index("╮", left)
    end = next(i for i in range(top, len(lines)) if lines[i][left] == "╰")
    names, *rows = (_words(line[left + 1 : right]) for line in lines[top + 1 : end] if "next step if" not in line)
    names = names if names[0] == "from" else ["node", *names]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows if row}


def _words(line: str) -> list[str]:
    line = re.sub("[│▸▃▆▇▂▄▅▁█▎▍▌▋▊▉▏]", " ", line)
    line = re.sub("(as set|w after|\\S+ pull)", lambda found: found[0].replace(" ", "_"), line)
    return line.split()


def value_of(shown: str) -> tuple[float, float]:
    """The number that a cell shows, and half a unit of its last digit; '~0' shows one below 1e−9."""
    if "~0" in shown:
        return 0.0, 1e-9
    text = shown.replace("−", "-").replace("+", "")
    mantissa, _, power = text.partition("e")
    scale = 10.0 ** int(power or 0)
    return float(mantissa) * scale, 0.5 * scale * 10.0 ** -len(mantissa.partition(".")[2])


def shows(shown: str, value: float | None) -> bool:
    """Whether a cell shows a number as exactly as its digits allow; '—' shows None."""
    if value is None or shown == "—":
        return value is None and shown == "—"
    number, half = value_of(shown)
    return abs(number - value) <= half * (1 + 1e-9) + 1e-300
