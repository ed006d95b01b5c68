"""A chart as a widget.

The finished lines are cached, because a widget is asked to draw again on hover, under the palette and on other resizes.
"""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.containers import Container
from textual.geometry import Size
from textual.strip import Strip

from lsexplorer.render.charts import LineChart, drawn_rows
from lsexplorer.tui.widgets.changed_lines import ChangedLines
from lsexplorer.tui.widgets.colors import readable_color


class Chart(ChangedLines[tuple[Size, Style]]):
    """Draws a LineChart in the widget's own size."""

    DEFAULT_CSS = """
    Chart { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._chart = LineChart(())
        self._titles: Sequence[str] = ()
        self._drawn_for: tuple[Size, Style] | None = None
        self._style: Style | None = None
        self._lines: list[Strip] = []

    def offer_titles(self, titles: Sequence[str]) -> None:
        """Show the first of these titles that fits, else the last."""
        self._titles = titles
        self.on_resize()

    def on_resize(self) -> None:
        """Another title may fit."""
        if self._titles:
            fitting = (title for title in self._titles if len(title) <= self.size.width - 2)
            self.entitle(next(fitting, self._titles[-1]))

    def show(self, chart: LineChart) -> None:
        """Show another line chart; nothing is drawn if its version is that of the present one."""
        if chart.version is None or chart.version != self._chart.version:
            self._chart = chart
            self._drawn_for = None
            self.paint_changes()

    def look(self) -> tuple[Size, Style]:
        """The room, and the colours: these are kept, since asking for them takes as long as a line."""
        if self._style is None:
            self._style = self.rich_style
        return self.size, self._style

    def notify_style_update(self) -> None:
        """Ask for the colours anew."""
        super().notify_style_update()
        self._style = None

    def line(self, y: int, look: tuple[Size, Style]) -> Strip:
        """One line of the chart, from the cache."""
        if self._drawn_for != look:
            size, style = look
            lines = self._draw(size, style)
            self._lines = [*lines, *[Strip.blank(size.width, style)] * (size.height - len(lines))]
            self._drawn_for = look
        return self._lines[y]

    def _draw(self, size: Size, style: Style) -> list[Strip]:
        styles: dict[str, Style] = {"": style}

        def paint(color: int | str) -> str:
            return readable_color(color, style) if isinstance(color, int) else color

        def painted(text: str, name: str) -> Segment:
            if name not in styles:
                styles[name] = style + Style.parse(name)
            return Segment(text, styles[name])

        rows = drawn_rows(self._chart, size.width, size.height, color=not self.app.no_color, paint=paint)
        return [Strip([painted(*piece) for piece in row]).adjust_cell_length(size.width, style) for row in rows]


class Charts(Container):
    """Charts whose axes are logarithmic, or linear, together."""

    BLANK = True

    log_axes = (False, False)
    """Whether the axes x and y are logarithmic."""

    def toggle_log(self, axis: str) -> None:
        """Make the axis x or y logarithmic, or linear again, from the next frame on."""
        log_x, log_y = self.log_axes
        self.log_axes = (not log_x, log_y) if axis == "x" else (log_x, not log_y)

    @property
    def axes_text(self) -> str:
        """Which axes are logarithmic, in words."""
        return ", ".join(f"log {axis}" for axis, is_log in zip("xy", self.log_axes, strict=True) if is_log)
