"""Pictures of the patterns screen; each is looked at before `pytest --snapshot-update` keeps it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from lsexplorer.tui.app import ExplorerApp
from tests.support.data_screen import on
from tests.support.explorer import Explorer
from tests.support.helpers import slow

SMALL, MIDDLE = (80, 24), (120, 40)

State = Callable[[Explorer], Awaitable[None]]
"""What a picture is of: the keys that lead there."""


async def opened(e: Explorer) -> None:
    """As it opens."""
    await e.press("p")


async def silenced(e: Explorer) -> None:
    """Two neurons at their means, a higher threshold."""
    await e.press("p", "space", "down", "space", "m", "plus", "plus")


async def similarity(e: Explorer) -> None:
    """Folded: the cosines beside the confusion."""
    await e.press("p", "v", "c")


async def weights(e: Explorer) -> None:
    """Folded: the picture of a neuron's weights."""
    await e.press("p", "down", "v", "v")


@pytest.mark.parametrize(
    ("state", "size", "data"),
    [
        (opened, SMALL, "digits"),
        slow(opened, MIDDLE, "digits"),
        (opened, MIDDLE, "iris"),
        slow(silenced, SMALL, "iris"),
        slow(silenced, MIDDLE, "digits"),
        slow(similarity, SMALL, "digits"),
        (weights, SMALL, "digits"),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else getattr(value, "__name__", value),
)
def test_in_colour(snap_compare: Callable[..., bool], state: State, size: tuple[int, int], data: str) -> None:
    assert drawn_as_before(snap_compare, state, size, data)


@pytest.mark.parametrize(("state", "size"), [slow(silenced, MIDDLE), (weights, SMALL)], ids=["silenced", "weights"])
def test_without_colour(
    snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, state: State, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert drawn_as_before(snap_compare, state, size, "digits")


def drawn_as_before(snap_compare: Callable[..., bool], state: State, size: tuple[int, int], data: str) -> bool:
    app = ExplorerApp(on(data, 300, hidden=(5,)))
    app.animation_level = "none"

    async def reach(pilot: Pilot[Any]) -> None:
        e = Explorer(app, pilot)
        await state(e)
        await e.wait_until(lambda: e.text.splitlines()[-1].strip())
        await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=reach)
