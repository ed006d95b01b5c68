"""The pane of the explorer that shows a picture, with a line on what to look for in it.

What draws pictures is loaded with the first of them, since the explorer opens without one.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from lsexplorer.render.pictures.palette import Palette
from lsexplorer.run.state import RunState
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.fitting_lines import FittingLines
from lsexplorer.tui.widgets.picture import Picture
from lsexplorer.views import VIEWS
from lsexplorer.views.viewpoint import Hit, Viewpoint

if TYPE_CHECKING:
    from lsexplorer.render.pictures.canvas import Canvas
    from lsexplorer.tui.pictures import PictureKind

LEAST = Size(24, 6)
"""A smaller picture would show nothing."""

Make = Callable[[RunState, Viewpoint], Any]


class PicturePane(Vertical):
    """The picture of a view in a frame, and below it what to look for."""

    DEFAULT_CSS = """
    PicturePane { height: 1fr; border: round $primary; padding: 0; }
    PicturePane:focus-within { border: round $accent; }
    PicturePane > FittingLines { height: 1; color: $text-accent; }
    """

    picture = getters.query_one(Picture)
    look_for = getters.query_one(FittingLines)

    view = "tables"
    """The picture that is shown, a key of PICTURES, or "tables" for none."""

    def __init__(self) -> None:
        super().__init__()
        self.variants: dict[str, int] = {}
        self._drawn: tuple[Any, Canvas] | None = None

    def compose(self) -> ComposeResult:
        """The picture, and a line."""
        yield Picture(id="picture")
        yield FittingLines(id="look_for")

    @property
    def kind(self) -> "PictureKind":
        """The kind of picture that is shown."""
        from lsexplorer.tui.pictures import PICTURES

        return PICTURES[self.view]

    def hit(self, x: int, y: int) -> Hit:
        """What stands in a column and a row of the picture."""
        return self.kind.hit(*self._drawn, x, y) if self._drawn else Hit()

    def next_variant(self) -> None:
        """Another variant of the picture, from the next frame on."""
        self.variants[self.view] = self.variants.get(self.view, 0) + 1

    def show_frame(self, frame: Frame, numbers_of: Callable[[Make, Viewpoint], Any], weight: int) -> None:
        """Show a frame's picture; numbers_of: makes its numbers. weight: the selected one of the selected node."""
        looked_at = frame.sample, frame.node, weight, self.variants.get(self.view, 0)
        version = (self.view, *looked_at, frame.version)
        self.picture.show(version, partial(self._draw, self.kind, frame, numbers_of, weight))

    def _draw(
        self,
        kind: "PictureKind",
        frame: Frame,
        numbers_of: Callable[[Make, Viewpoint], Any],
        weight: int,
        size: Size,
        palette: Palette,
    ) -> list[list[Segment]]:
        from lsexplorer.render.pictures.canvas import Canvas

        canvas = Canvas(size.width, size.height, palette)
        if size.width < LEAST.width or size.height < LEAST.height:
            canvas.write(0, 0, "No room for a picture.")
            return canvas.lines()
        columns, rows = kind.room(size.width, size.height)
        viewpoint = Viewpoint(frame.deltas, frame.node, weight, self.variants.get(self.view, 0), columns, rows)
        numbers = numbers_of(kind.make, viewpoint)
        title = " · ".join(filter(None, [kind.title(numbers), kind.keys]))
        titles = *(f"{title} · {brief}" for brief in kind.brief(numbers)), title
        self.border_title = Content(next((text for text in titles if len(text) <= size.width - 4), title))
        self.border_subtitle = Content(tabs(self.view, kind.variant(numbers), size.width - 4))
        self.look_for.lines = (tuple(kind.look_for(numbers)),)
        kind.draw(numbers, canvas)
        self._drawn = numbers, canvas
        return canvas.lines()


def tabs(view: str, variant: str, room: int) -> str:
    """What v shows instead, and the other views with their keys, in words that have room."""
    ways = [f"v: {variant}"] if variant else []
    others = (f"{at} {name}" for at, name in enumerate(VIEWS, start=1) if name != view)
    whole = " · ".join([*ways, *others])
    return whole if len(whole) <= room else " · ".join([*ways, "1 tables", f"2 … {len(VIEWS)} pictures"])
