"""A widget that has only those of its lines painted that have changed: most of a key's time is Textual's, by lines."""

from typing import Any, Generic, Self, TypeVar

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Look = TypeVar("Look")
"""What all lines depend on beside the contents: size, scrolling, colours."""


class ChangedLines(Widget, Generic[Look]):
    """Compares new lines, and new titles in the border, with those that Textual was given last.

    A subclass gives `look` and `line`, and calls `paint_changes` after its contents have changed; `refresh` paints all.
    """

    _look: Look | None = None
    _above: str | None = None
    _below: str | None = None
    _border: tuple[Region, ...] = ()
    """The part to paint while a title is set, which would paint all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._given = dict[int, Strip]()
        self._made = dict[int, Strip]()

    def on_hide(self) -> None:
        """Nothing is on the screen."""
        self._given.clear()

    def look(self) -> Look:
        """What all lines depend on now."""
        raise NotImplementedError

    def line(self, y: int, look: Look) -> Strip:
        """A line of the contents as it is to be seen, from 0."""
        raise NotImplementedError

    def paint_changes(self) -> None:
        """Have the lines painted that differ from what is on the screen; they are made now."""
        if not self._given:
            self.refresh()
            return
        look = self._look = self.look()
        self._made = {y: self.line(y, look) for y in range(self.size.height)}
        width = self.outer_size.width
        changed = [Region(0, y, width, 1) for y, line in self._made.items() if self._given.get(y) != line]
        if changed:
            self.refresh(*changed)

    def entitle(self, title: str | None = None, subtitle: str | None = None) -> None:
        """Write into the border, above and below; None leaves what is there."""
        left, top = self.content_offset
        width, height = self.outer_size
        if title is not None and title != self._above:
            self._above, self._border = title, (Region(-left, -top, width, 1),)
            self.border_title = Content(title)
        if subtitle is not None and subtitle != self._below:
            self._below, self._border = subtitle, (Region(-left, height - 1 - top, width, 1),)
            self.border_subtitle = Content(subtitle)
        self._border = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have parts painted, or all of it made anew."""
        if not regions and not self._border:
            self._made = {}
        return super().refresh(*(regions or self._border), repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines for Textual, which has cached those that have not changed."""
        look = self.look()
        if look != self._look:
            self._look, self._made = look, {}
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line of the contents; what is on the screen from now on."""
        look = self.look() if self._look is None else self._look
        line = self._made.pop(y) if y in self._made else self.line(y, look)
        self._given[y] = line
        return line
