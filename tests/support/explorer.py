"""The explorer in a test: opened without a terminal, driven by keys, its screen read as text."""

import asyncio
import html
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.widgets import Input

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.widgets.status import StatusBar

os.environ.pop("NO_COLOR", None)  # a test that is about it sets it

_PIECE = re.compile(r'<text [^>]*?x="([\d.]+)"[^>]*?clip-path="url\(#[\w-]+-line-(\d+)\)">(.*?)</text>', re.DOTALL)
_TURNS = 300  # of the event loop, for a message to go its way through the widgets; typing it takes a person longer
_CELL_WIDTH = 12.2  # of an SVG screenshot, in its own units


class Explorer:
    """What a test does to the explorer and sees of it."""

    def __init__(self, app, pilot):
        self.app, self.pilot = app, pilot

    @property
    def session(self):
        return self.app.session

    @property
    def trainer(self):
        return self.app.session.trainer

    @property
    def hp(self):
        return self.trainer.hyperparameters

    async def press(self, *keys):
        """Press keys, each when what the one before set off is done, and let the explorer come to rest."""
        await self.tap(*keys)
        await self.pilot.pause()

    async def tap(self, *keys):
        """Press keys without waiting for the explorer to come to rest, which in a free run it never does."""
        for key in keys:
            self.app.simulate_key(key)
            for _ in range(_TURNS):
                await asyncio.sleep(0)

    async def type(self, text):
        """Write into the field that has the focus, in place of what stands there."""
        field = self.app.focused
        assert isinstance(field, Input), f"the focus is on {field}"
        field.value = text
        await self.pilot.pause()

    async def answer(self, key, text):
        """Press a key that asks something, and answer it."""
        await self.press(key)
        await self.type(text)
        await self.press("enter")

    async def wait_until(self, true, seconds=5.0):
        """Let the explorer work until something holds."""
        for _ in range(int(seconds / 0.02)):
            if true():
                return
            await self.pilot.pause(0.02)
        raise TimeoutError(f"still not so; the screen shows:\n{self.text}")

    def find(self, selector):
        return self.app.screen.query_one(selector)

    @property
    def text(self):
        """The screen, a line a row."""
        return screen_text(self.app)

    def area(self, selector):
        """What stands where a widget is, without its frame."""
        region = self.find(selector).content_region
        return "\n".join(line[region.x : region.right] for line in self.text.splitlines()[region.y : region.bottom])

    @property
    def status(self):
        """The top line."""
        return self.app.screen_stack[0].query_one(StatusBar).render().plain

    @property
    def message(self):
        return str(self.app.screen_stack[0].query_one("#message").content)

    @property
    def focus(self):
        focused = self.app.focused
        return focused and focused.id


@asynccontextmanager
async def explorer(size=(120, 40), trainer=None, path="", **hyperparameters) -> AsyncIterator[Explorer]:
    """The explorer on Iris, or on a given run."""
    app = ExplorerApp(trainer or new_trainer(**hyperparameters), path)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Explorer(app, pilot)


def new_trainer(steps=0, **hyperparameters):
    trainer = Trainer(load_dataset("iris"), Hyperparameters(**hyperparameters))
    trainer.step(steps)
    return trainer


def screen_text(app):
    """What stands on an app's screen, from its SVG screenshot."""
    rows = [[" "] * app.size.width for _ in range(app.size.height)]
    for x, row, content in _PIECE.findall(app.export_screenshot()):
        start = round(float(x) / _CELL_WIDTH)
        for at, letter in enumerate(html.unescape(content.strip("\n")).replace("\xa0", " ")):
            rows[int(row)][min(start + at, app.size.width - 1)] = letter
    return "\n".join("".join(row) for row in rows)


def table(text, title):
    """The rows of a table on a screen, by their first cell: {'o1': {'t': '0', …}}; titles of two words have a _."""
    lines = text.splitlines()
    top = next(i for i, line in enumerate(lines) if f"╭─ {title}" in line)
    left = lines[top].index(f"╭─ {title}")
    right = lines[top].index("╮", left)
    end = next(i for i in range(top, len(lines)) if lines[i][left] == "╰")
    names, *rows = (_words(line[left + 1 : right]) for line in lines[top + 1 : end])
    names = names if names[0] == "from" else ["node", *names]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows if row}


def _words(line):
    line = re.sub("[│▸▃▆▇▂▄▅▁█▎▍▌▋▊▉▏]", " ", line)
    for title in ("as set", "data pull", "L1 pull", "L2 pull", "w after"):
        line = line.replace(title, title.replace(" ", "_"))
    return line.split()


def value_of(shown):
    """The number that a cell shows, and half a unit of its last digit."""
    text = shown.replace("−", "-").replace("+", "")
    mantissa, _, power = text.partition("e")
    scale = 10.0 ** int(power or 0)
    return float(mantissa) * scale, 0.5 * scale * 10.0 ** -len(mantissa.partition(".")[2])


def shows(shown, value):
    """Whether a cell shows a number as exactly as its digits allow; '—' shows None."""
    if value is None or shown == "—":
        return value is None and shown == "—"
    number, half = value_of(shown)
    return abs(number - value) <= half * (1 + 1e-9) + 1e-300
