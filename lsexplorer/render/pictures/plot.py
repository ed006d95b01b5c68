"""Plots on a canvas: axes with round numbers, and lines and points in braille dots, 2 × 4 to a character."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.render.axes import Axis
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Color

LABEL = 6
"""Characters of a number at an axis, and the space after it."""


@dataclass(frozen=True)
class Plot:
    """A part of a canvas with coordinates: ``columns`` × ``rows`` characters, the first at ``left`` and ``top``."""

    canvas: Canvas
    left: int
    top: int
    columns: int
    rows: int
    x: tuple[float, float]
    """What stands at the middle of the first and of the last dot."""
    y: tuple[float, float]
    """The same, from the bottom up."""

    def across(self, x: Array) -> Array:
        """Dots from the left, not rounded."""
        return np.asarray((x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0) * (2 * self.columns - 1))

    def down(self, y: Array) -> Array:
        """Dots from the top, not rounded."""
        return np.asarray((self.y[1] - y) / ((self.y[1] - self.y[0]) or 1.0) * (4 * self.rows - 1))

    def cells(self, x: Array, y: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The canvas's columns and rows at coordinates (n,), moved into the plot where they are outside."""
        columns = np.clip(np.rint(self.across(x)) // 2, 0, self.columns - 1)
        rows = np.clip(np.rint(self.down(y)) // 4, 0, self.rows - 1)
        return self.left + columns.astype(np.int64), self.top + rows.astype(np.int64)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The same of one point."""
        columns, rows = self.cells(np.array([x]), np.array([y]))
        return int(columns[0]), int(rows[0])

    def points(self, x: Array, y: Array, color: Color) -> None:
        """Draw dots at coordinates (n,); those outside of the plot are left out."""
        across, down = np.rint(self.across(x)), np.rint(self.down(y))
        inside = (across >= 0) & (down >= 0) & (across < 2 * self.columns) & (down < 4 * self.rows)
        across, down = across[inside].astype(np.int64), down[inside].astype(np.int64)
        self.canvas.dots(2 * self.left + across, 4 * self.top + down, color)

    def line(self, x: Array, y: Array, color: Color) -> None:
        """Draw a line through points (n,), broken where a number is not finite; of a single point a dot."""
        if len(x) == 1:
            self.points(x, y, color)
            return
        steps = np.maximum(np.abs(np.diff(self.across(x))), np.abs(np.diff(self.down(y))))
        begins = np.flatnonzero(np.isfinite(steps))
        counts = 2 + np.minimum(steps[begins], 4 * (self.columns + self.rows)).astype(np.int64)
        at, count = np.repeat(begins, counts), np.repeat(counts, counts)
        share = (np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)) / (count - 1)
        self.points(x[at] + share * (x[at + 1] - x[at]), y[at] + share * (y[at + 1] - y[at]), color)

    def axes(self, x_ticks: Sequence[tuple[float, str]] = (), y_ticks: Sequence[tuple[float, str]] = ()) -> None:
        """Draw the axes at the left and below, with these values and their labels, those below as far as they fit."""
        canvas, muted, bottom = self.canvas, self.canvas.palette.muted, self.top + self.rows
        for y in range(self.top, bottom):
            canvas.write(self.left - 1, y, "│", muted)
        for value, label in y_ticks:
            _, y = self.cell(self.x[0], value)
            canvas.write(self.left - 2 - len(label), y, f"{label} ┤", muted)
        canvas.write(self.left - 1, bottom, "└" + "─" * self.columns, muted)
        free = self.left - 1
        for value, label in x_ticks:
            x, _ = self.cell(value, self.y[0])
            start = min(x - len(label) // 2, self.left + self.columns - len(label))
            if start >= free:
                canvas.write(x, bottom, "┬", muted)
                free = canvas.write(start, bottom + 1, label, muted) + 1


def round_ticks(low: float, high: float, most: float) -> list[tuple[float, str]]:
    """About so many round values from low to high, each with a label that fits beside an axis."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    ticks = Axis(low, high).ticks(max(2, round(most) + 1))
    return [(value, label if len(label) < LABEL else format_number(value, LABEL - 1)) for value, label in ticks]


def bars(plot: Plot, heights: NDArray[np.float64], color: Color, width: int) -> None:
    """Upright bars of ``width`` characters from the plot's left on, heights (n,) as shares of its own from 0 to 1."""
    blocks = " ▁▂▃▄▅▆▇█"
    for number, height in enumerate(heights.tolist()):
        eighths = max(round(height * 8 * plot.rows), 1 if height > 0 else 0)
        for row in range(plot.rows):
            part = min(max(eighths - 8 * row, 0), 8)
            if part:
                y = plot.top + plot.rows - 1 - row
                plot.canvas.write(plot.left + number * width, y, blocks[part] * width, color)
