"""Pictures of the explorer; `pytest --snapshot-update` makes them anew, and each is looked at before it is kept."""

import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from lsexplorer.study.match.matching import match_all
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.help import screens
from tests.support.explorer import Explorer, new_trainer
from tests.support.form import write
from tests.support.helpers import slow
from tests.support.tour import go_to

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)

State = Callable[[Explorer], Awaitable[None]]
"""What a picture is of: the keys that lead there."""


async def smoothing(e: Explorer) -> None:
    """Eight steps without smoothing, four with it, and the mean of the next batch."""
    await e.press(*["space"] * 8, "s", *["space"] * 4, "a", "l")


async def ghost(e: Explorer) -> None:
    """A path that was left with smoothing on, beside the one that was taken instead."""
    await e.press("g")
    await e.type("150")
    await e.press("enter", "s", "g")
    await e.type("260")
    await e.press("enter", "g")
    await e.type("230")
    await e.press("enter", *["v"] * (e.app.size.width < 100))


async def pending(e: Explorer) -> None:
    """Two changes that wait for Enter."""
    await e.press("space", "f")
    await write(e, "hidden", "8,4", "tab")
    await write(e, "learning_rate", "0.2", "tab")


async def columns(e: Explorer) -> None:
    """The help of the explorer, at its end: more pages down than there are, so that it stands still."""
    await e.press("space", "question_mark", "right", *["pagedown"] * 30)


async def comparison(e: Explorer) -> None:
    """Every method at step 60 of 90, the smoothing method selected; folded, the weight norms."""
    await e.press("c", "down")
    await e.answer("g", "90")
    await e.answer("g", "60")
    await e.press(*["v"] * (e.app.size.width < 100))


async def matched(e: Explorer) -> None:
    """The comparison with a matched method, and the verdict over it."""
    hp = e.hp.replace(label_smoothing=0.1)
    answer = match_all(e.trainer.data, hp, remedies=["l2"], all_criteria=True, epochs=12, seeds=10, splits=3)
    told = {name: replace(found, seconds={"search": 1.5, "evaluation": 0.5}) for name, found in answer.matches.items()}
    e.session.matches = replace(answer, matches=told)
    await e.press("n", "c", "end", "m")


async def error_term(e: Explorer) -> None:
    """The tour's second stop, where the sign has not turned: its question answered, the next one open."""
    await e.press("space", "t", "full_stop", "space")


async def smoothing_stops(e: Explorer) -> None:
    """The stop at which the norms turn, with its answer."""
    await go_to(e, "Smoothing stops the growth")
    await e.press("s")
    await e.answer("g", "1600")
    await e.wait_until(lambda: e.trainer.step_count == 1600)
    await e.press()


async def network(e: Explorer) -> None:
    """The network with a hidden node selected, and a weight into it."""
    await e.press(*["n"] * 9, "s", "2", "left", "right_square_bracket")


async def class_map(e: Explorer) -> None:
    """The map over the two petal predictors."""
    await e.press(*["n"] * 9, "3")


async def nothing(e: Explorer) -> None:
    """As it opens."""


@pytest.mark.parametrize(
    ("state", "size"),
    [
        (nothing, MIDDLE),
        (nothing, (60, 15)),
        (smoothing, SMALL),
        (smoothing, MIDDLE),
        slow(smoothing, LARGE),
        slow(ghost, SMALL),
        (ghost, MIDDLE),
        slow(pending, SMALL),
        slow(pending, MIDDLE),
        slow(columns, SMALL),
        slow(columns, MIDDLE),
        slow(comparison, SMALL),
        (comparison, MIDDLE),
        slow(comparison, LARGE),
        slow(matched, SMALL),
        slow(matched, MIDDLE),
        (error_term, SMALL),
        slow(error_term, MIDDLE),
        slow(network, MIDDLE),
        slow(class_map, MIDDLE),
        slow(smoothing_stops, SMALL),
        slow(smoothing_stops, MIDDLE),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else value.__name__,
)
def test_in_colour(snap_compare: Callable[..., bool], state: State, size: tuple[int, int]) -> None:
    assert drawn_as_before(snap_compare, state, size)


@pytest.mark.parametrize(
    ("state", "size"),
    [
        (smoothing, SMALL),
        slow(ghost, MIDDLE),
        slow(pending, LARGE),
        slow(comparison, MIDDLE),
        slow(network, SMALL),
        slow(class_map, SMALL),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else value.__name__,
)
def test_without_colour(
    snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, state: State, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert drawn_as_before(snap_compare, state, size)


def drawn_as_before(snap_compare: Callable[..., bool], state: State, size: tuple[int, int]) -> bool:
    app = ExplorerApp(new_trainer(300 if state is ghost else 0))
    app.animation_level = "none"

    async def reach(pilot: Pilot[Any]) -> None:
        e = Explorer(app, pilot)
        await pilot.pause()
        await state(e)
        await e.wait_until(lambda: e.text.split("\n")[-1].strip() or size == (60, 15))
        await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=reach)


OTHER_NUMBER = re.compile(r"(?<![\w./'-])[-+−]?0\.\d|(?<![\w.)\]/'-])-\.?\d|\de[-−]?0\d")
"""A number as the screen does not write it: with a zero before the point or in the exponent, or with a hyphen."""


def test_every_screen_writes_numbers_in_one_way() -> None:
    """In the pictures, which the screens are compared with; a file's own rows are shown as they are read."""
    pictures = [path for path in Path(__file__).parent.rglob("__snapshots__/**/*.svg") if path.parts[-4] != "open"]
    assert len(pictures) > 30
    for path in pictures:
        rows: dict[str, str] = {}
        for y, text in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', path.read_text(encoding="utf-8")):
            rows[y] = rows.get(y, "") + html.unescape(text)
        assert [line for line in rows.values() if OTHER_NUMBER.search(line)] == [], path.name


def test_help_and_commands_write_numbers_in_one_way() -> None:
    texts = [command.help for screen in screens() for command in screen.commands]
    texts += [screen.help_page.text for screen in screens()]
    for screen in screens():
        texts += [column.help for table in screen.help_page.columns.values() for column in table.values()]
    assert [text for text in texts if OTHER_NUMBER.search(text) or "’" in text] == []
