"""What a picture shows, as text and as numbers."""

from typing import Any

from lsexplorer import Trainer
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Palette
from lsexplorer.tui.pictures import PICTURES
from lsexplorer.views.viewpoint import Viewpoint

COLOR, LIGHT = Palette(), Palette(dark=False, foreground=0x202020, background=0xE0E0E0)
NO_COLOR = Palette(color=False)


def numbers_of(name: str, trainer: Trainer, size: tuple[int, int] = (60, 20), **viewpoint: Any) -> Any:
    """The numbers of a picture on a canvas of some columns and rows; sample: the training row that is looked at."""
    kind, sample = PICTURES[name], viewpoint.pop("sample", 0)
    columns, rows = kind.room(*size)
    wanted = {"node": "o1", "columns": columns, "rows": rows} | viewpoint
    return kind.make(trainer, Viewpoint(trainer.deltas(sample), **wanted))


def drawn(name: str, numbers: Any, size: tuple[int, int] = (60, 20), palette: Palette = NO_COLOR) -> list[str]:
    """The picture's rows as text."""
    canvas = Canvas(*size, palette)
    PICTURES[name].draw(numbers, canvas)
    return ["".join(segment.text for segment in line) for line in canvas.lines()]
