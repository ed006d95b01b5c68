"""Every key of the explorer does its own thing wherever the focus is, or is typed where text is written."""

from typing import Any

import pytest

from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.commands import COMMANDS, TOUR_COMMANDS
from lsexplorer.tui.explorer.screen import ExplorerScreen
from tests.support.explorer import WIDE, explorer

KEYS = [(key, entry.action) for entry in (*COMMANDS, *TOUR_COMMANDS) for key in entry.key.split(",")]

FOCUSES: dict[str, list[str]] = {
    "deltas": [],
    "weights": ["enter"],
    "picture": ["3"],
    "fields": ["f"],
    "editor": ["f", "right"],
    "choices": ["f", "down", "right"],
}
"""What has the focus, and the keys that lead there."""

OWN = {
    "fields": {"enter", "tab", "shift+tab", "escape"},
    "editor": {"enter", "tab", "shift+tab", "escape"},
    "choices": {"enter", "tab", "shift+tab", "escape"},
}
"""Keys that the form has for itself, as its footer says."""


@pytest.mark.slow
@pytest.mark.parametrize("focus", FOCUSES)
async def test_every_key_does_its_own_thing(focus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    async with explorer(WIDE) as e:
        await e.press(*FOCUSES[focus])
        assert (e.app.focused.id or type(e.app.focused).__name__.lower()) == focus
        for name in {action.partition("(")[0] for _, action in KEYS}:
            owner = ExplorerApp if name.startswith("app.") else ExplorerScreen

            def note(self: Any, *values: object, name: str = name) -> None:
                done.append(f"{name}({', '.join(map(repr, values))})" if values else name)

            monkeypatch.setattr(owner, f"action_{name.removeprefix('app.')}", note)
        for key, action in KEYS:
            if key in OWN.get(focus, ()):
                continue
            done.clear()
            e.find("#editor").value = ""
            await e.pilot.press(key)  # with its character, as a terminal sends it
            await e.rest()
            typed = focus in ("editor", "choices") and key != "ctrl+z"
            assert done == ([] if typed else [action]), (focus, key)
            if focus == "editor" and typed:
                assert len(e.find("#editor").value) == 1, key
