"""Line charts as lines of text, in colours and braille dots, or in letters.

plotext draws the lines (see `lsexplorer.render.figure`); axes, numbers, names and marks stand around them. Each line's
colour in its figure is the line's number, by which the style of its cells is found.
"""

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from lsexplorer.render.axes import Axis, Tick, shown_on
from lsexplorer.render.line_dots import Dots, cells_of, line_dots

if TYPE_CHECKING:
    from lsexplorer.render.figure import Piece

FOREGROUND = "default"
"""The colour of text, light or dark with the theme."""
GREY = 244
LEAST_ROWS = 5
"""A plot with fewer rows says nothing."""
LEAST_HEIGHT = LEAST_ROWS + 1
"""Of a chart: the plot, and the axis below it."""
LEAST_WIDTH = 16
_LABEL_SHARE = 3
"""Names at the ends of lines may take this part of the width."""


_MOST_LEGEND_ROWS = 2


@dataclass(frozen=True)
class Line:
    """A line of a chart through the points x and y (m,)."""

    name: str
    """At its end or in the legend, unless it is empty."""
    x: NDArray[Any]
    y: NDArray[np.float64]
    color: int | str = FOREGROUND
    """0 to 255, or FOREGROUND."""
    letter: str = "•"
    """It is drawn with this where there is no colour."""
    faint: bool = False
    """Whether it is drawn in grey dots and has no name in the chart."""
    dashed: bool = False
    """Whether it is drawn in dashes, as a value that others are compared with."""
    bars: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    """The lower and the upper ends (m,) of an error bar at each point."""


@dataclass(frozen=True)
class Mark:
    """A vertical line at x, with a letter above it."""

    x: float
    letter: str


@dataclass(frozen=True)
class LineChart:
    """All that a chart shows."""

    lines: Sequence[Line]
    marks: Sequence[Mark] = ()
    log_x: bool = False
    log_y: bool = False
    percent: bool = False
    """Whether y is a share, written in per cent."""
    version: Hashable = None
    """Changes whenever anything else in the chart does."""


Paint = Callable[[int | str], str]
"""Gives the style for a line's colour."""


def plain_paint(color: int | str) -> str:
    """The colour as it is, for a terminal whose background is not known."""
    return f"color({color})" if isinstance(color, int) else color


Row = list[tuple[str, str]]
"""A row in pieces: text, and its style."""


def draw(chart: LineChart, width: int, height: int, *, color: bool, paint: Paint = plain_paint) -> list[Text]:
    """The rows of `drawn_rows` as rich has them."""
    rows = drawn_rows(chart, width, height, color=color, paint=paint)
    return [Text.assemble(*row, no_wrap=True) for row in rows]


def drawn_rows(chart: LineChart, width: int, height: int, *, color: bool, paint: Paint = plain_paint) -> list[Row]:
    """The chart in ``width`` columns and ``height`` rows, in colours or with letters in their place.

    Where there is no room for LEAST_ROWS rows of the plot, there are no rows at all.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return []
    lines = [line for line in chart.lines if is_shown(line, chart).any()]
    if not lines:
        return [[]] * (height // 2) + [[("nothing to draw yet".center(width), "")]]
    # Ghosts lie below all other lines, and these below the first.
    lines.sort(key=lambda line: not line.faint)
    return _Drawing(chart, lines, width, height, color, paint).rows()


def is_shown(line: Line, chart: LineChart) -> NDArray[np.bool_]:
    """Which of a line's points (m,) the axes can show."""
    return shown_on(line.x.astype(np.float64), chart.log_x) & shown_on(line.y, chart.log_y)


def axes_of(chart: LineChart, lines: Sequence[Line]) -> tuple[Axis, Axis]:
    """The axes of x and y that hold all that can be shown of these lines, one or more."""
    points = [(line.x[good].astype(np.float64), line.y[good]) for line in lines for good in [is_shown(line, chart)]]
    for line in lines:
        for ends in line.bars or ():
            good = shown_on(ends, chart.log_y)
            points.append((line.x[good].astype(np.float64), ends[good]))
    x, y = (np.concatenate(parts) for parts in zip(*points, strict=True))
    whole = all(np.issubdtype(line.x.dtype, np.integer) for line in lines)
    return Axis.over(x, log=chart.log_x, whole=whole), Axis.over(y, log=chart.log_y, percent=chart.percent)


@dataclass
class _Label:
    """The name of a line, or of several that coincide."""

    text: str
    color: int | str
    end: float
    """The line's last value, in whose row it stands if it can."""


class _Drawing:
    """A chart in a given number of columns and rows."""

    def __init__(
        self, chart: LineChart, lines: Sequence[Line], width: int, height: int, color: bool, paint: Paint
    ) -> None:
        self.chart, self.lines, self.width, self.color, self.paint = chart, lines, width, color, paint
        self.dots = (2, 4) if color else (1, 1)
        self.x, self.y = axes_of(chart, lines)
        self.marks = [mark for mark in chart.marks if self.x.low <= mark.x <= self.x.high]
        above = 1 if self.marks and height > LEAST_HEIGHT else 0
        below = 2 if height - above > LEAST_HEIGHT + 1 else 1
        self.has_marks_row, self.below, self.height = bool(above), below, height - above - below
        self.labels = self._labels()
        room = max((cell_len(label.text) for label in self.labels), default=-1) + 1
        self.legend: list[Row] = []
        if room > width // _LABEL_SHARE or len(self.labels) > self.height:
            self.legend, room = self._legend(), 0
            self.height -= len(self.legend)
        self.y_ticks = self.y.ticks(max(5, self.height // 2))
        self.margin = max((len(tick.label) for tick in self.y_ticks), default=0)
        self.columns = max(1, width - self.margin - 1 - room)
        self.room = room

    # Names

    def _labels(self) -> list[_Label]:
        """A label for every line with a name; lines that coincide share one."""
        groups: list[list[Line]] = []
        for line in self.lines:
            if line.name and not line.faint:
                group = next((group for group in groups if _coincide(group[0], line)), None)
                groups.append([line]) if group is None else group.append(line)
        return [
            _Label(
                " = ".join(self._name(line) for line in reversed(group)),
                group[-1].color,
                float(group[0].y[is_shown(group[0], self.chart)][-1]),
            )
            for group in groups
        ]

    def _name(self, line: Line) -> str:
        return line.name if self.color else f"{line.letter} {line.name}"

    def _legend(self) -> list[Row]:
        """The names above the plot, as many lines of them as leave enough rows of it."""
        rows, room = list[Row]([[]]), self.width
        for label in reversed(self.labels):
            text = f"━ {label.text}" if self.color else label.text
            if rows[-1] and cell_len(text) + 2 > room:
                rows.append([])
                room = self.width
            gap = "  " if rows[-1] else ""
            text = text if cell_len(text) <= room else set_cell_size(text, room - 1) + "…"
            rows[-1] += [(gap, ""), (text, self._style(label.color))]
            room -= len(gap) + cell_len(text)
        return rows[: max(0, min(_MOST_LEGEND_ROWS, self.height - LEAST_ROWS))]

    def _label_rows(self) -> dict[int, _Label]:
        """The row of each label at the end of its line, moved where another one has that row."""
        if not self.room:
            return {}
        labels = sorted(self.labels, key=lambda label: -label.end)
        rows: list[int] = []
        for label in labels:
            rows.append(max(self._row(label.end), rows[-1] + 1 if rows else 0))
        least = self.height
        for i in range(len(rows) - 1, -1, -1):
            least = rows[i] = min(rows[i], least - 1)
        return dict(zip(rows, labels, strict=True))

    # Rows

    def rows(self) -> list[Row]:
        """The rows from the top: legend, marks, plot, axis, numbers."""
        cells = self._cells()
        names = self._label_rows()
        at = {self._row(tick.value): tick.label for tick in self.y_ticks}
        rows = [*self.legend, *self._marks_row()]
        for row, pieces in enumerate(cells):
            name = [(" ", ""), (names[row].text, self._style(names[row].color))] if row in names else []
            rows.append([(at.get(row, "").rjust(self.margin) + ("┤" if row in at else "│"), ""), *pieces, *name])
        return [*rows, *self._axis_rows()]

    def _style(self, color: int | str) -> str:
        return self.paint(color) if self.color else ""

    def _row(self, value: float) -> int:
        """The row of the dot that stands for a value of y."""
        down = self.dots[1]
        return round((1 - self.y.place_of(value)) * (self.height * down - 1)) // down

    def _column(self, value: float) -> int:
        """The column of the dot that stands for a value of x."""
        across = self.dots[0]
        return round(self.x.place_of(value) * (self.columns * across - 1)) // across

    def _marks_row(self) -> Iterator[Row]:
        if self.has_marks_row:
            cells = [" "] * self.columns
            for mark in self.marks:
                cells[self._column(mark.x)] = mark.letter
            yield [(" " * (self.margin + 1) + "".join(cells), "")]

    def _axis_rows(self) -> Iterator[Row]:
        """The axis of x, and the numbers below it or, where there is no row for them, on it."""
        ticks = self.x.ticks(max(2, self.columns // 4), self._fit)
        axis, numbers = ["─"] * self.columns, [" "] * (self.margin + 1 + self.columns)
        for tick in ticks:
            axis[self._column(tick.value)] = "┬"
        line = " " * self.margin + "└" + "".join(axis)
        target = numbers if self.below == 2 else list(line)
        for tick in ticks:
            start = self._label_start(tick)
            target[start : start + len(tick.label)] = tick.label
        if self.below == 2:
            yield [(line, "")]
        yield [("".join(target), "")]

    def _label_start(self, tick: Tick) -> int:
        """The column where the number of a tick begins, so that it stands below the tick and within the chart."""
        start = self.margin + 1 + self._column(tick.value) - len(tick.label) // 2
        return max(0, min(start, self.margin + 1 + self.columns - len(tick.label)))

    def _fit(self, ticks: Sequence[Tick]) -> bool:
        """Whether the numbers stand apart."""
        starts = [self._label_start(tick) for tick in ticks]
        gap = 4 if len(ticks) > 2 else 1
        return all(
            start + len(tick.label) + gap <= after
            for start, tick, after in zip(starts, ticks, starts[1:], strict=False)
        )

    # The plot

    def _cells(self) -> list[Row]:
        """The rows of the plot, each as pieces of text with their styles."""
        styles = ["", *(self._style(GREY if line.faint else line.color) for line in self.lines)]
        grey, columns = self._style(GREY), {self._column(mark.x) for mark in self.marks}
        rows: list[Row] = []
        for drawn in self._drawn():
            pieces, at = Row(), 0
            for cells, number in drawn:
                if number or columns.isdisjoint(range(at, at + len(cells))):
                    pieces.append((cells, styles[number]))
                else:
                    for is_marked, run in groupby(range(at, at + len(cells)), columns.__contains__):
                        width = len(list(run))
                        pieces.append(("┊" * width, grey) if is_marked else (" " * width, ""))
                at += len(cells)
            rows.append(pieces)
        return rows

    def _drawn(self) -> "list[Sequence[Piece]]":
        """The lines alone, as plotext draws them: each in a colour whose number is the line's, from 1."""
        # Imported where a chart is drawn: a report's pictures are of the same lines, without plotext.
        from lsexplorer.render.figure import Marked, drawn

        marked = list[Marked]()
        for number, line in enumerate(self.lines, 1):
            letter = "·" if line.faint else line.letter
            for dots in self._dots_of(line):
                # plotext takes its time for each point, and most for its own braille dots: it gets whole cells.
                x, y, braille = cells_of(dots, self.dots, self.columns)
                marked.append(Marked(x, y, braille if self.color and not line.faint else letter, number))
        return drawn(marked, self.columns, self.height)

    def _dots_of(self, line: Line) -> Iterator[Dots]:
        """The dots of a line and of its error bars."""
        across, down = self.dots
        size = self.columns * across, self.height * down
        x = self.x.place(line.x.astype(np.float64))
        good = is_shown(line, self.chart)
        yield line_dots(np.where(good, x, np.nan), self.y.place(line.y), size, dash=2 * across * line.dashed)
        for at, low, high in zip(x, *map(self.y.place, line.bars), strict=True) if line.bars else ():
            yield line_dots(np.array([at, at]), np.array([low, high]), size)


def _coincide(a: Line, b: Line) -> bool:
    """Whether two lines cannot be told apart, which a single point does not show."""
    if len(a.x) != len(b.x) or len(a.x) < 2 or (math.isfinite(a.y[-1]) and not math.isclose(a.y[-1], b.y[-1])):
        return False
    return bool(np.array_equal(a.x, b.x) and np.allclose(a.y, b.y, rtol=1e-9, atol=0, equal_nan=True))
