"""Line charts as text. The only module that knows plotext.

plotext has a single figure, so charts are drawn one at a time. It is given only finite values, about two points a
column.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import plotext
from numpy.typing import NDArray

POINTS_PER_COLUMN = 2
FOREGROUND = "default"
"""The colour of text, light or dark with the theme."""
GREY = 244


@dataclass(frozen=True)
class Line:
    """A line of a chart through the points x and y (m,)."""

    name: str
    """In the legend, unless it is empty."""
    x: NDArray[Any]
    y: NDArray[np.float64]
    color: int | str = FOREGROUND
    """0 to 255, or FOREGROUND."""
    letter: str = "•"
    """It is drawn with this where there is no colour."""
    faint: bool = False
    """Whether it is drawn in grey dots and left out of the legend."""
    bars: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    """The lower and the upper ends (m,) of an error bar at each point."""


@dataclass(frozen=True)
class Mark:
    """A vertical line at x, with a letter at its top."""

    x: float
    letter: str


@dataclass(frozen=True)
class LineChart:
    """All that a chart shows."""

    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    log_x: bool = False
    log_y: bool = False
    version: Hashable = None
    """Changes whenever anything else in the chart does."""


_FIGURE = Lock()
"""Held while plotext's one figure is drawn on."""

_Drawn = list[tuple[Line, NDArray[np.float64], NDArray[np.float64]]]


def draw(chart: LineChart, width: int, height: int, *, color: bool) -> str:
    """The chart in ``width`` columns and ``height`` rows, with ANSI colours or with letters in their place."""
    drawn = [(line, *_points(chart, line, width)) for line in sorted(chart.lines, key=lambda line: not line.faint)]
    drawn = [item for item in drawn if len(item[1])]
    if not drawn:
        return "\n" * (height // 2) + "nothing to draw yet".center(width)
    with _FIGURE:
        return _draw_on_figure(chart, drawn, width, height, color)


def _draw_on_figure(chart: LineChart, drawn: _Drawn, width: int, height: int, color: bool) -> str:
    plotext.clear_figure()
    plotext.limit_size(False, False)  # else the terminal's size, or 80×24, caps the chart
    plotext.theme("clear")
    plotext.plotsize(width, height)
    marks = [mark for mark in chart.marks if mark.x > 0 or not chart.log_x]
    for mark in marks:
        plotext.vline(mark.x, color=GREY)
    for line, x, y in drawn:
        marker, name = ("braille", line.name) if color else (line.letter, f"{line.name} {line.letter}")
        marker, shade = ("dot", GREY) if line.faint else (marker, line.color)
        label = None if line.faint or not line.name else name
        plotext.plot(x.tolist(), y.tolist(), marker=marker, color=shade, label=label)
        for at, *ends in zip(line.x, *line.bars, strict=True) if line.bars else ():
            if np.isfinite(ends).all():
                plotext.plot([float(at)] * 2, list(map(float, ends)), marker=marker, color=shade)
    top = max(float(y.max()) for _, _, y in drawn)
    for mark in marks:
        plotext.text(mark.letter, mark.x, top, color=FOREGROUND, alignment="center")
    if chart.log_x:
        plotext.xscale("log")
    if chart.log_y:
        plotext.yscale("log")
    _ticks(chart, drawn)
    return str(plotext.build())


def _ticks(chart: LineChart, drawn: _Drawn) -> None:
    """Step numbers as whole numbers, since plotext's own ticks have a decimal; fractions where x is below 1."""
    low, high = (f(float(f(x)) for _, x, _ in drawn) for f in (min, max))
    whole = high > 5 or all(np.issubdtype(line.x.dtype, np.integer) for line, _, _ in drawn)
    if chart.log_x:
        ticks = sorted({low, high, *(10.0**k for k in range(math.ceil(math.log10(low)), int(math.log10(high)) + 1))})
    else:
        ticks = sorted({round(value) if whole else float(value) for value in np.linspace(low, high, 5)})
    small = f"{{:{'.0e' if chart.log_x else '.3g'}}}"
    plotext.xticks(ticks, [f"{tick:,.0f}" if float(tick).is_integer() else small.format(tick) for tick in ticks])


def _points(chart: LineChart, line: Line, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points that the axes can show, thinned to the chart's width; the first and the last stay."""
    x, y = line.x.astype(np.float64), line.y
    good = np.isfinite(y) & np.isfinite(x)
    if chart.log_x:
        good &= x > 0
    if chart.log_y:
        good &= y > 0
    x, y = x[good], y[good]
    limit = max(2, POINTS_PER_COLUMN * width)
    if len(x) > limit:
        at = np.unique(np.linspace(0, len(x) - 1, limit).astype(np.int64))
        x, y = x[at], y[at]
    return x, y
