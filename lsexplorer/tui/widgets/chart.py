"""A line chart. The only module that knows plotext.

Each chart owns its plot object, since plotext's global figure is capped to the terminal and not thread-safe. plotext
gets finite values alone, and about two points a column. The finished lines are cached, because a widget is asked to
draw again on hover, on a palette, on a resize of another.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual_plotext import Plot

POINTS_PER_COLUMN = 2
FOREGROUND = "default"
"""The colour of text, light or dark with the theme."""


@dataclass(frozen=True)
class Line:
    """A line of a chart: x and y (m,), a name for the legend, a colour of 0–255 or FOREGROUND.

    letter: what it is drawn with where there is no colour. A line without a name is not in the legend, nor is a faint
    one, which is drawn in grey dots.
    """

    name: str
    x: NDArray[np.int64]
    y: NDArray[np.float64]
    color: int | str = FOREGROUND
    letter: str = "•"
    faint: bool = False


@dataclass(frozen=True)
class Mark:
    """A vertical line at x, with a letter at its top."""

    x: float
    letter: str


@dataclass(frozen=True)
class Picture:
    """All that a chart shows; ``version`` changes whenever anything else in it does."""

    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    log_x: bool = False
    log_y: bool = False
    version: Hashable = None


class Chart(Widget):
    """Draws a Picture in plotext, in the widget's own size."""

    DEFAULT_CSS = """
    Chart { height: 1fr; width: 1fr; }
    """
    GREY = 244

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._picture = Picture(())
        self._plot = Plot()
        self._drawn_for: Size | None = None
        self._lines: list[Strip] = []

    def show(self, picture: Picture) -> None:
        """Show another picture; nothing is drawn if its version is that of the present one."""
        if picture.version is None or picture.version != self._picture.version:
            self._picture = picture
            self._drawn_for = None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the chart, from the cache."""
        size = self.size
        if self._drawn_for != size:
            style = self.rich_style
            lines = self._draw(size, style)
            self._lines = [*lines, *[Strip.blank(size.width, style)] * (size.height - len(lines))]
            self._drawn_for = size
        return self._lines[y]

    def notify_style_update(self) -> None:
        """Draw again in the new colours."""
        super().notify_style_update()
        self._drawn_for = None

    def _draw(self, size: Size, style: Style) -> list[Strip]:
        console = self.app.console
        text = Text.from_ansi(self._build(size.width, size.height)) if size.width > 14 and size.height > 3 else Text()
        lines = text.split("\n")[: size.height] if text.plain else []
        return [
            Strip(line.render(console), line.cell_len).apply_style(style).adjust_cell_length(size.width, style)
            for line in lines
        ]

    def _build(self, width: int, height: int) -> str:
        picture, plot = self._picture, self._plot
        drawn = [(line, *self._points(line, width)) for line in sorted(picture.lines, key=lambda line: not line.faint)]
        drawn = [item for item in drawn if len(item[1])]
        if not drawn:
            return _centred("nothing to draw yet", width, height)
        plot.clear_figure()
        # A figure of one's own has no public name for this; without it the terminal's size, or 80×24, caps the chart.
        plot._limit_size(False, False)  # type: ignore[attr-defined]  # noqa: SLF001
        plot.theme("clear")
        plot.plotsize(width, height)
        marks = [mark for mark in picture.marks if mark.x > 0 or not picture.log_x]
        for mark in marks:
            plot.vline(mark.x, color=self.GREY)
        for line, x, y in drawn:
            marker = "dot" if line.faint else line.letter if self.app.no_color else "braille"
            label = (
                None
                if line.faint or not line.name
                else f"{line.name} {line.letter}"
                if self.app.no_color
                else line.name
            )
            plot.plot(x.tolist(), y.tolist(), marker=marker, color=self.GREY if line.faint else line.color, label=label)
        top = max(float(y.max()) for _, _, y in drawn)
        for mark in marks:
            plot.text(mark.letter, mark.x, top, color=FOREGROUND, alignment="center")
        if picture.log_x:
            plot.xscale("log")
        if picture.log_y:
            plot.yscale("log")
        self._ticks(drawn)
        return str(plot.build())

    def _ticks(self, drawn: list[tuple[Line, NDArray[np.float64], NDArray[np.float64]]]) -> None:
        """Step numbers as whole numbers: plotext's own ticks have a decimal."""
        low, high = (f(float(f(x)) for _, x, _ in drawn) for f in (min, max))
        if self._picture.log_x:
            ticks = sorted(
                {low, high, *(10.0**k for k in range(math.ceil(math.log10(low)), int(math.log10(high)) + 1))}
            )
        else:
            ticks = sorted({round(value) for value in np.linspace(low, high, 5)})
        self._plot.xticks(ticks, [f"{tick:,.0f}" for tick in ticks])

    def _points(self, line: Line, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The finite points that the axes can show, thinned to the chart's width; first and last stay."""
        x, y = line.x.astype(np.float64), line.y
        good = np.isfinite(y) & np.isfinite(x)
        if self._picture.log_x:
            good &= x > 0
        if self._picture.log_y:
            good &= y > 0
        x, y = x[good], y[good]
        limit = max(2, POINTS_PER_COLUMN * width)
        if len(x) > limit:
            at = np.unique(np.linspace(0, len(x) - 1, limit).astype(np.int64))
            x, y = x[at], y[at]
        return x, y


def _centred(text: str, width: int, height: int) -> str:
    return "\n" * (height // 2) + text.center(width)
