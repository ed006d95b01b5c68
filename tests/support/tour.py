"""The tour in a test: doing what each step asks of the reader."""

from collections.abc import Sequence
from functools import partial

from lsexplorer.tui.tour.steps import STEPS
from tests.support.explorer import Explorer

LONG = 1200
"""Steps of a free run after which every tour step that asks for one has an answer."""

ACTS: dict[str, list[list[str]]] = {
    "Hard and soft targets": [["s"], ["e"]],
    "The error term": [["space"], ["b", "s"]],
    "The error term near the target": [["space"], ["b", "s"]],
    "The weights grow": [["run"]],
    "Smoothing stops the growth": [["s", "run"]],
    "L2 stops it in another way": [["l", "run"]],
    "The logit gap that smoothing wants": [["run"], ["s", "run"]],
    "Cross-entropy and squared error": [["e"], ["s"]],
    "Where (target − output) is missing": [["e"], ["s"]],
    "Calibration of an accurate network": [["offer"], ["offer"]],
    "Calibration of an overfitting network": [["offer"], ["offer"]],
    "Would L2 have done the same?": [["match"]],
}
"""What each step's questions ask for; 'run': r, then LONG steps and space; 'offer': e, and its run to the end."""


def place(title: str) -> int:
    """A tour step's number, from 0."""
    return [step.title for step in STEPS].index(title)


async def go_to(e: Explorer, title: str) -> None:
    """Go into the tour, and on or back to one of its steps."""
    if not e.find("#tour").display:
        await e.press("t")
    while (by := place(title) - number(e)) != 0:
        await e.press("full_stop" if by > 0 else "comma")


async def act(e: Explorer, keys: Sequence[str]) -> None:
    """Do what one question asks for."""
    for key in keys:
        if key == "run":
            start = e.trainer.step_count
            await e.tap("r")
            await e.wait_until(partial(e.has_stepped, start))
            await e.tap("space")
            e.trainer.step(LONG)  # what the run would have made, on a machine however slow
            await e.press("space")
        elif key == "offer":
            await e.tap("e")
            await e.wait_until(lambda: not e.running)
            await e.rest()
        elif key == "match":
            await e.press("c")
            await e.tap("m", "enter")
            await e.wait_until(lambda: e.session.match is not None)
            await e.press("escape", "escape")
        else:
            await e.press(key)


def number(e: Explorer) -> int:
    """The number of the tour step on the screen, from 0, as the panel's title says."""
    return int(str(e.find("#tour").border_title).split()[1]) - 1


def words(e: Explorer) -> str:
    """What the panel says, as it stands on the screen, without line breaks."""
    return " ".join(e.area("#tour").split())


def given(e: Explorer) -> str:
    """What it was given to say."""
    return " ".join(str(e.find("#tour").content).split())


def told(e: Explorer) -> str:
    """The answer alone."""
    return words(e).split("▸")[0].strip()


SIZES = [(120, 40), (80, 24), (80, 20)]


def whole_screen(e: Explorer) -> list[str]:
    """The screen without the line for messages and the footer, which is drawn when it comes to it."""
    region = e.find("#message").region
    lines = e.text.splitlines()
    return lines[: region.y] + lines[region.bottom : -1]
