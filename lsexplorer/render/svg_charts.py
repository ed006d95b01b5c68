"""Charts as SVG, for pages: line charts, and intervals beside their margins.

Text has the page's font and colour (currentColor), so that a chart goes with a light and a dark page. Colours of lines
are those of the terminal's palette made readable on both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np
from numpy.typing import NDArray
from rich.color import Color

from lsexplorer.render.axes import Axis, Tick
from lsexplorer.render.charts import FOREGROUND, Line, LineChart, axes_of, is_shown
from lsexplorer.render.names import told_apart
from lsexplorer.render.pictures.palette import readable
from lsexplorer.study.stats import Interval

WIDTH, HEIGHT = 720, 320
"""Of a line chart, in the SVG's own units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 24, 32
_LETTER = 7.5
"""The width of a letter, roughly."""
_GREY = "#8a8a8a"
"""On white and on black it has the same contrast."""
_MIN_REACH, _MAX_REACH = 2.0, 6.0
"""How many margins an axis of intervals reaches to both sides."""
_LONGEST = 30
"""Letters of a row's name that have room."""
_BESIDE = 5
"""How far apart the bars of several lines stand, so that all are seen."""
ROW = 26
"""The height of a row of intervals."""


def line_chart(chart: LineChart, title: str) -> str:
    """The chart as an SVG element; title: what it shows, for those who cannot see it."""
    lines = [line for line in chart.lines if is_shown(line, chart).any()]
    x_axis, y_axis = axes_of(chart, lines)
    names = [line for line in lines if line.name and not line.faint]
    plot = _Plot(x_axis, y_axis, _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM, _TOP + 18 * bool(names))
    parts = [*_grid(plot), *_marks(chart, plot)]
    barred = [line for line in lines if line.bars is not None]
    for line in sorted(lines, key=lambda line: not line.faint):
        beside = 0.0 if line.bars is None else _BESIDE * (barred.index(line) - (len(barred) - 1) / 2)
        parts += _line(line, chart, plot, beside)
    at = float(_LEFT)
    for line in names:
        parts.append(f'<path d="M{at:.0f} 14h18" stroke="{_color(line)}" stroke-width="3"{_dash(line)}/>')
        parts.append(_text(at + 24, 18, line.name, "start"))
        at += 24 + _LETTER * len(line.name) + 20
    return _svg(WIDTH, HEIGHT, title, parts)


@dataclass(frozen=True)
class IntervalRow:
    """A difference with its interval, as a share of the margin that does not matter, or in its own units."""

    name: str
    interval: Interval
    color: str
    """Its colour, as CSS writes it."""
    note: str
    """What is said of it at the right."""


def difference_chart(rows: Sequence[IntervalRow], title: str) -> str:
    """Intervals in their own units, about 0."""
    largest = max(abs(end) for row in rows for end in row.interval if np.isfinite(end))
    unit = Axis(0.0, largest or 1.0).ticks(3)[-1].value
    scaled = [replace(row, interval=Interval(*(end / unit for end in row.interval))) for row in rows]
    return _intervals(scaled, title, (f"−{unit:g}", f"+{unit:g}"), band=0.0)


def interval_chart(rows: Sequence[IntervalRow], title: str) -> str:
    """Intervals below one another, between −1 and 1 where they do not matter; far ends are cut off with an arrow."""
    return _intervals(rows, title, ("−margin", "+margin"), band=0.18)


def _intervals(rows: Sequence[IntervalRow], title: str, labels: tuple[str, str], band: float) -> str:
    """labels: of −1 and 1. band: the opacity of what is between them."""
    ends = [end for row in rows for end in (row.interval.low, row.interval.high) if np.isfinite(end)]
    reach = min(_MAX_REACH, max([_MIN_REACH, *map(abs, ends)]))
    left = 24 + _LETTER * max(len(row.name) for row in rows)
    right = WIDTH - 24 - _LETTER * max(len(row.note) for row in rows)
    height = ROW * len(rows)
    plot = _Plot(Axis(-reach, reach), Axis(0, 1), left, right, _TOP + height, _TOP)
    low, high = plot.x(-1.0), plot.x(1.0)
    below = ((-1.0, labels[0]), (0.0, "0"), (1.0, labels[1]))
    parts = [
        f'<rect x="{low:.1f}" y="{plot.top}" width="{high - low:.1f}" height="{height}" fill="{_GREY}" '
        f'fill-opacity="{band:g}"/>',
        f'<path d="M{plot.x(0.0):.1f} {plot.top}V{plot.bottom}" stroke="{_GREY}"/>',
        *(_text(plot.x(value), plot.bottom + 18, label) for value, label in below),
    ]
    for number, row in enumerate(rows):
        y = plot.top + ROW * (number + 0.5)
        parts += [_text(left - 12, y + 5, row.name, "end"), _text(right + 12, y + 5, row.note, "start")]
        parts += _interval(row, plot, y, reach)
    return _svg(WIDTH, _TOP + height + _BOTTOM, title, parts)


def _interval(row: IntervalRow, plot: "_Plot", y: float, reach: float) -> Iterator[str]:
    mean, *ends = row.interval
    if np.isnan(row.interval).any():
        return
    a, b = (plot.x(float(np.clip(end, -reach, reach))) for end in ends)
    yield f'<path d="M{a:.1f} {y:.1f}H{b:.1f}" stroke="{row.color}" stroke-width="3"/>'
    for x, end, sign in ((a, ends[0], -1), (b, ends[1], 1)):
        if abs(end) > reach:
            yield f'<path d="M{x:.1f} {y - 6:.1f}l{9 * sign} 6l{-9 * sign} 6z" fill="{row.color}"/>'
    if abs(mean) <= reach:
        yield f'<circle cx="{plot.x(mean):.1f}" cy="{y:.1f}" r="4.5" fill="{row.color}"/>'


def grid_chart(rows: Sequence[str], columns: Sequence[str], shares: NDArray[np.float64], title: str) -> str:
    """A square for each share, stronger the nearer it is to 1; names of columns that do not fit are left out."""
    rows = told_apart(rows, _LONGEST)
    left = 24 + _LETTER * max(map(len, rows))
    size = min(float(ROW), (WIDTH - left) / len(columns))
    named = int(np.ceil((_LETTER * max(map(len, columns)) + 6) / size))
    parts = [_text(left + size * (j + 0.5), 16, name) for j, name in list(enumerate(columns))[::named]]
    for i, name in enumerate(rows):
        top = _TOP + size * i
        parts.append(_text(left - 12, top + size / 2 + 5, name, "end"))
        for j, share in enumerate(shares[i].tolist()):
            parts.append(
                f'<rect x="{left + size * j:.1f}" y="{top:.1f}" width="{size:.1f}" height="{size:.1f}" '
                f'fill-opacity="{share:.2f}" stroke="{_GREY}" stroke-opacity="0.35"/>'
            )
    return _svg(WIDTH, _TOP + size * len(rows) + 4, title, parts)


@dataclass(frozen=True)
class _Plot:
    """Where a plot stands in its picture."""

    x_axis: Axis
    y_axis: Axis
    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        return float(self.xs(np.array([value]))[0])

    def xs(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.left + self.x_axis.place(values) * (self.right - self.left)

    def ys(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.bottom - self.y_axis.place(values) * (self.bottom - self.top)


def _grid(plot: _Plot) -> Iterator[str]:
    """The axes' round numbers, with a faint line for each of y's."""

    def apart(ticks: Sequence[Tick]) -> bool:
        places = [plot.x(tick.value) for tick in ticks]
        widths = [_LETTER * len(tick.label) for tick in ticks]
        return all(b - a > (v + w) / 2 + 12 for a, b, v, w in zip(places, places[1:], widths, widths[1:], strict=False))

    for tick in plot.y_axis.ticks(7):
        y = float(plot.ys(np.array([tick.value]))[0])
        yield f'<path d="M{plot.left:.0f} {y:.1f}H{plot.right:.0f}" stroke="{_GREY}" stroke-opacity="0.35"/>'
        yield _text(plot.left - 8, y + 5, tick.label, "end")
    for tick in plot.x_axis.ticks(12, apart):
        yield _text(plot.x(tick.value), plot.bottom + 20, tick.label)


def _marks(chart: LineChart, plot: _Plot) -> Iterator[str]:
    free = 0.0
    for mark in sorted(chart.marks, key=lambda mark: mark.x):
        if plot.x_axis.low <= mark.x <= plot.x_axis.high:
            x = plot.x(mark.x)
            yield f'<path d="M{x:.1f} {plot.top}V{plot.bottom}" stroke="{_GREY}" stroke-dasharray="2 4"/>'
            yield _text(max(x, free), plot.top - 4, mark.letter)
            free = max(x, free) + 1.5 * _LETTER


def _line(line: Line, chart: LineChart, plot: _Plot, beside: float) -> Iterator[str]:
    """The line, and its bars so far to the right of its points."""
    good = is_shown(line, chart)
    xs, ys = plot.xs(line.x.astype(np.float64)), plot.ys(line.y)
    style = f'stroke="{_color(line)}" stroke-width="{1 if line.faint else 2}" fill="none"{_dash(line)}'
    path, pen = [], "M"
    for x, y, shown in zip(xs.tolist(), ys.tolist(), good.tolist(), strict=True):
        if shown:
            path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L" if shown else "M"
    yield f'<path d="{"".join(path)}" {style}/>'
    if line.bars is not None:
        for x, low, high in zip(xs.tolist(), *(plot.ys(ends).tolist() for ends in line.bars), strict=True):
            if np.isfinite([low, high]).all():
                yield f'<path d="M{x + beside:.1f} {low:.1f}V{high:.1f}" {style}/>'


def _color(line: Line) -> str:
    if line.faint:
        return _GREY
    if line.color == FOREGROUND:
        return "currentColor"
    assert isinstance(line.color, int)
    color = Color.from_ansi(line.color).get_truecolor()
    return f"#{readable(color.red << 16 | color.green << 8 | color.blue, 0xFFFFFF):06x}"


def _dash(line: Line) -> str:
    return ' stroke-dasharray="6 5"' if line.dashed else ""


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-size="14" fill="currentColor">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
