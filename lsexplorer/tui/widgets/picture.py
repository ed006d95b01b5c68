"""A picture of the run as a widget; the finished lines are cached, as a chart's are."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from lsexplorer.render.pictures.palette import Palette

Lines = list[list[Segment]]


class Picture(Widget, can_focus=True):
    """Shows lines that were drawn for its size, and asks for others when that, or its colours, change."""

    DEFAULT_CSS = """
    Picture { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(0, -1)", "Up", show=False),
        Binding("down,j", "move(0, 1)", "Down", show=False),
        Binding("left,h", "move(-1, 0)", "Left", show=False),
        Binding("right", "move(1, 0)", "Right", show=False),
        Binding("left_square_bracket", "weight(-1)", "Weight before", show=False),
        Binding("right_square_bracket", "weight(1)", "Next weight", show=False),
    ]

    @dataclass
    class Moved(Message):
        """An arrow key was pressed: so many places to the right, and down."""

        right: int
        down: int

    @dataclass
    class OtherWeight(Message):
        """Another weight was asked for, so many places further down."""

        by: int

    @dataclass
    class Clicked(Message):
        """A character was clicked, in column x of row y."""

        x: int
        y: int

    class Wanted(Message):
        """The picture must be drawn anew."""

    _shown: tuple[Hashable, Size, Palette] | None = None
    _strips: list[Strip] = []

    @property
    def palette(self) -> Palette:
        """The colours of the theme."""
        style = self.rich_style
        front, back = (None if color is None else color.triplet for color in (style.color, style.bgcolor))
        usual = Palette()
        return Palette(
            not self.app.no_color,
            self.app.current_theme.dark,
            usual.foreground if front is None else int(front.hex[1:], 16),
            usual.background if back is None else int(back.hex[1:], 16),
        )

    def show(self, version: Hashable, draw: Callable[[Size, Palette], Lines]) -> None:
        """Draw in the widget's size, unless this version was drawn for it already."""
        size, palette = self.size, self.palette
        if not size or self._shown == (version, size, palette):
            return
        style = self.rich_style
        self._strips = [
            Strip(line).apply_style(style).adjust_cell_length(size.width, style) for line in draw(size, palette)
        ]
        self._shown = version, size, palette
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line, from the cache."""
        width, style = self.size.width, self.rich_style
        if y >= len(self._strips):
            return Strip.blank(width, style)
        return self._strips[y].adjust_cell_length(width, style)

    def on_click(self, event: events.Click) -> None:
        """Say which character was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self.post_message(self.Clicked(offset.x, offset.y))

    def on_resize(self) -> None:
        """There is more room, or less."""
        self.post_message(self.Wanted())

    def notify_style_update(self) -> None:
        """Another theme, or the focus has come or gone."""
        super().notify_style_update()
        if self._shown is not None and self._shown[2] != self.palette:
            self.post_message(self.Wanted())

    def action_move(self, right: int, down: int) -> None:
        """Say which arrow was pressed."""
        self.post_message(self.Moved(right, down))

    def action_weight(self, by: int) -> None:
        """Ask for another weight."""
        self.post_message(self.OtherWeight(by))
