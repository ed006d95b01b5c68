"""The screens: keys, clicks, sizes of the terminal, answers and entries in the form."""

import asyncio
import contextlib
import io
import traceback
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from textual import events

import lsexplorer as ls
from lsexplorer.tui.keeping import KeepingApp
from tests.support.compare import short_match
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.fuzz.harness import folder
from tests.support.fuzz.texts import FIELDS, TEXTS
from tests.support.helpers import flat, same_bits

# fmt: off
KEYS = [
    "space", "b", "n", "r", "tab", "shift+tab", "c", "question_mark", "t", "a", "f", "v", "g", "u", "0", "plus",
    "minus", "x", "Y", "y", "W", "h", "o", "enter", "D", "p", "w", "N", "s", "l", "L", "d", "k", "m", "e", "K", "T",
    "j", "i", "ä", "1", "2", "3", "4", "5", "6", "7", "full_stop", "comma", "escape", "up", "down", "left", "right",
    "pageup", "pagedown", "home", "end", "left_square_bracket", "right_square_bracket", "backspace", "delete",
    "ctrl+p", "ctrl+a", "ctrl+x", "ctrl+c", "ctrl+u", "f1",
]
# fmt: on
"""No slash and no tilde: what is typed into the save prompt stays a name in the folder."""
SIZES = [(120, 40), (80, 24), (112, 32), (79, 23), (200, 60), (20, 5), (1, 1), (300, 10)]
PROMPTS = ["g", "u", "w"]
ANSWERS = [*(text for text in TEXTS if "/" not in text), "epoch 3", "step 12", "loss 0.5", "12", "run.json", "[b].json"]

key_presses = st.tuples(st.just("press"), st.sampled_from(KEYS))
answers = st.tuples(st.just("answer"), st.sampled_from(PROMPTS), st.sampled_from(ANSWERS))
entries = st.tuples(st.just("enter"), st.sampled_from(FIELDS), st.sampled_from(ANSWERS))
resizes = st.tuples(st.just("resize"), st.sampled_from(SIZES))
clicks = st.tuples(st.just("click"), st.integers(0, 119), st.integers(0, 39))
happenings = st.integers(0, 19).flatmap(lambda number: {0: resizes, 1: clicks}.get(number, key_presses))
START_KEYS = ["", "c", "p", "D", "t", "question_mark", "f"]
"""The key that opens a screen."""


def sessions(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    """A size, the key that opens a screen, and what is done there."""
    return st.tuples(st.sampled_from(SIZES[:4]), st.sampled_from(START_KEYS), st.lists(of, max_size=most))


async def _play(case: Any) -> None:
    size, first, happenings = case
    async with explorer(size, new_trainer(3)) as e:
        if first:
            await e.press(first)
        for what, *given_ in happenings:
            if e.app.return_code is not None:
                return
            await happen(e, what, *given_)
        await e.rest()
        assert e.text
        t = e.trainer
        t.save("end.json")
        assert same_bits(flat(ls.load_run("end.json")), flat(t))


async def happen(e: Explorer, what: str, *given_: Any) -> None:
    """Do one thing to the explorer."""
    match what:
        case "press":
            await e.tap(given_[0])
        case "resize":
            resizing = asyncio.create_task(e.pilot.resize_terminal(*given_[0]))
            await e.tap()
            await asyncio.sleep(0)
            resizing.cancel()  # in a free run Textual's pilot would wait for its end
        case "click":
            x, y = given_
            for kind in (events.MouseDown, events.MouseUp):
                e.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
            await e.tap()
        case "wheel":
            x, y, down = given_
            wheel = events.MouseScrollDown if down else events.MouseScrollUp
            e.app.post_message(wheel(None, x, y, 0, 0, 0, False, False, False, x, y))
            await e.tap()
        case "paste":
            e.app.post_message(events.Paste(given_[0]))
            await e.tap()
        case "answer":
            await e.press("escape", given_[0])
            await _submit(e, given_[1])
        case "enter":
            found = e.app.screen.query(f"#{given_[0]}")
            if found and found.first().focusable:
                found.first().focus()
                await e.rest()
                await _submit(e, given_[1])


def _pass_over(app: KeepingApp, error: Exception) -> None:
    """Raise it, unless it is Textual's: its list of commands has no lines yet when Page Up follows Ctrl+P at once."""
    if not traceback.extract_tb(error.__traceback__)[-1].filename.endswith("_option_list.py"):
        raise error


async def _submit(e: Explorer, text: str) -> None:
    if hasattr(e.app.focused, "value") and isinstance(e.app.focused.value, str):
        await e.type(text)
        await e.press("enter")


@contextlib.contextmanager
def out_of_the_way() -> Iterator[None]:
    """A new folder to work in, short matches, errors that are raised and not passed over, and no output."""
    with (
        folder(),
        patch("lsexplorer.tui.compare.matching.match_all", short_match),
        patch.object(KeepingApp, "pass_over", _pass_over),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        yield


def use_screens(case: Any) -> bool:
    """Whatever is done on the screens raises nothing, and the run in the end is one that replays."""
    with out_of_the_way():
        asyncio.run(_play(case))
    return True
