"""The explorer as an SVG picture, drawn without a terminal."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lsexplorer.data.output import written
from lsexplorer.run import Trainer
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.views import VIEWS


def write_screenshot(
    trainer: Trainer, path: Path, width: int = 120, height: int = 40, keys: Sequence[str] = (), *, view: str = "tables"
) -> None:
    """Draw the explorer of a run, after some keys, in ``width`` columns and ``height`` rows.

    view: one of VIEWS. Raises InputError when the file cannot be written.
    """
    keys = [*([] if view == "tables" else [str(VIEWS.index(view) + 1)]), *keys]
    svg = asyncio.run(_draw(trainer, width, height, keys))
    with written(path) as file:
        file.write(svg.encode())


async def _draw(trainer: Trainer, width: int, height: int, keys: Sequence[str]) -> str:
    app = ExplorerApp(trainer)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return app.export_screenshot(title="lsexplorer")
