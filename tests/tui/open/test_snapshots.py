"""Pictures of the screen that opens a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from lsexplorer.tui.app import ExplorerApp
from tests.support.explorer import Explorer, new_trainer
from tests.support.helpers import slow


@pytest.mark.parametrize("size", [(80, 24), slow((120, 40))], ids=["80x24", "120x40"])
def test_what_is_understood(
    snap_compare: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """A file with a field filled in, before it is loaded."""
    rows = [f"{i * 7 % 20}.{i * 3 % 7},{i * 3 % 5}.{i * 7 % 13},{'yes' if i % 3 else 'no'}" for i in range(40)]
    (tmp_path / "people.csv").write_text("height,width,left\n" + "\n".join(rows) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    app = ExplorerApp(new_trainer())
    app.animation_level = "none"

    async def reach(pilot: Pilot[Any]) -> None:
        e = Explorer(app, pilot)
        await pilot.pause()
        await e.press("O", *"peo", "enter")
        await e.wait_until(lambda: not e.screen.stale)
        await e.type("left")
        await e.wait_until(lambda: not e.screen.stale)
        await e.press("down", "down")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=reach)
