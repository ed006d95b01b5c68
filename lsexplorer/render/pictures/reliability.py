"""Reliability, drawn: accuracy over confidence, the band of a calibrated network, and the samples of each bin below."""

from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.metrics import ECE_BINS
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Color
from lsexplorer.render.pictures.plot import LABEL, Plot, bars
from lsexplorer.views.reliability import Bins, Reliability

SHADE = 0.18
"""How much the band stands out."""
WIDE, HIGH = 45, 12
"""Characters and rows from which on an axis has more values than its middle and its ends."""
COUNT_ROWS = 3
"""Rows for the samples of each bin, where there is room for them."""


def reliability_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return max(ECE_BINS, columns - LABEL - 1), max(1, rows - 2 - _count_rows(rows))


def _count_rows(rows: int) -> int:
    return COUNT_ROWS + 1 if rows >= 14 else 0


def reliability_title(numbers: Reliability) -> str:
    """Which of the two it is."""
    return f"Reliability · test part, {'after' if numbers.scaled else 'before'} temperature scaling"


def reliability_brief(numbers: Reliability) -> Sequence[str]:
    """The temperature, and the calibration error beside that of a calibrated network."""
    if numbers.shown is None:
        return ()
    ece, usual, T = (format_number(value, 4) for value in _sizes(numbers, numbers.shown))
    return (
        f"ECE {ece} ({usual} if calibrated), best T {T}",
        f"ECE {ece} ({usual} if calibrated)",
        f"ECE {ece}",
    )


def _sizes(numbers: Reliability, shown: Bins) -> tuple[float, float, float]:
    return shown.ece, shown.ece_if_calibrated, numbers.temperature


def reliability_look_for(numbers: Reliability) -> Sequence[str]:
    """What to look for, the longest form first."""
    if numbers.shown is None:
        return ("These outputs are no probabilities: there is no confidence to compare with.",)
    outside, filled = numbers.shown.outside, int((numbers.shown.counts > 0).sum())
    verdict = f"{outside} of {filled} bins lie outside the band of a calibrated network"
    sure = "below the diagonal it is too sure, above it not sure enough"
    return (
        f"{verdict}: {sure}. Hard targets tend to end below, smoothing above; v: at one temperature.",
        f"{outside} of {filled} bins lie outside the band: {sure}.",
        f"{outside} of {filled} bins lie outside the band of a calibrated network.",
    )


def draw_reliability(numbers: Reliability, canvas: Canvas) -> None:
    """Draw the bins of one, and those of the other faintly."""
    columns, rows = reliability_room(canvas.columns, canvas.rows)
    plot = Plot(canvas, LABEL + 1, 0, columns, rows, (0.0, 1.0), (0.0, 1.0))
    across, up = _percents(columns >= WIDE), _percents(rows >= HIGH)
    shown, other, palette = numbers.shown, numbers.before if numbers.scaled else numbers.after, canvas.palette
    if shown is None:
        plot.axes(across, up)
        return
    _band(shown, plot)
    diagonal = np.linspace(0, 1, 4 * columns)
    if palette.color:
        plot.points(diagonal[::2], diagonal[::2], palette.muted)
        _curve(shown, plot, palette.class_color(0))
    else:
        for share in diagonal[::4].tolist():
            canvas.write(*plot.cell(share, share), "/", palette.muted)
    if other is not None:
        _signs(other, plot, "○" if palette.color else "x", palette.class_color(1), bold=False)
    _signs(shown, plot, "●" if palette.color else "O", palette.class_color(0), bold=True)
    if columns >= 40 and rows >= 8:
        _legend(numbers, plot)
    plot.axes(across, up)
    if _count_rows(canvas.rows):
        _counts(shown, plot)


def _percents(many: bool) -> list[tuple[float, str]]:
    """Values of an axis, and their labels."""
    return [
        (share, f"{round(100 * share)} %") for share in ((0.0, 0.2, 0.4, 0.6, 0.8, 1.0) if many else (0.0, 0.5, 1.0))
    ]


def _legend(numbers: Reliability, plot: Plot) -> None:
    """What is what, where there is hardly ever anything: sure and wrong."""
    canvas, palette = plot.canvas, plot.canvas.palette
    times = ("after", "before") if numbers.scaled else ("before", "after")
    signs = ("●", "○", " ") if palette.color else ("O", "x", "░")
    entries = [f"{signs[0]} {times[0]} scaling", f"{signs[1]} {times[1]} scaling", f"{signs[2]} if calibrated, 95 %"]
    left = plot.left + plot.columns - max(map(len, entries))
    for place, (entry, color) in enumerate(
        zip(entries, (*map(palette.class_color, (0, 1)), palette.muted), strict=True)
    ):
        y = plot.top + plot.rows - len(entries) + place
        for x, letter in enumerate(entry, left):
            canvas.write(x, y, letter, color, ground=canvas.ground(x, y))
    if palette.color:
        canvas.write(left, plot.top + plot.rows - 1, " ", ground=palette.faded(palette.foreground, SHADE))


def _band(bins: Bins, plot: Plot) -> None:
    """Shade where a calibrated network's accuracy would lie, bin by bin."""
    canvas, palette = plot.canvas, plot.canvas.palette
    shade = palette.faded(palette.foreground, SHADE)
    for at in np.flatnonzero(bins.counts):
        low, high = float(bins.low[at]), float(bins.high[at])
        left, top = plot.cell(at / ECE_BINS + 1e-6, high)
        right, bottom = plot.cell((at + 1) / ECE_BINS - 1e-6, low)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                canvas.write(x, y, " " if palette.color else "░", ground=shade if palette.color else -1)


def _curve(bins: Bins, plot: Plot, color: Color) -> None:
    filled = bins.counts > 0
    plot.line(bins.confidence[filled], bins.accuracy[filled], color)


def _signs(bins: Bins, plot: Plot, sign: str, color: Color, *, bold: bool) -> None:
    canvas = plot.canvas
    for at in np.flatnonzero(bins.counts):
        x, y = plot.cell(float(bins.confidence[at]), float(bins.accuracy[at]))
        canvas.write(x, y, sign, color, ground=canvas.ground(x, y), bold=bold)


def _counts(bins: Bins, plot: Plot) -> None:
    """Bars of the bins' samples below the plot, and their numbers where they fit."""
    canvas, top = plot.canvas, plot.top + plot.rows + 2
    low = Plot(canvas, plot.left, top, plot.columns, COUNT_ROWS, plot.x, (0.0, 1.0))
    canvas.write(0, top, "rows", canvas.palette.muted)
    most = int(bins.counts.max())
    for at in np.flatnonzero(bins.counts):
        left, _ = plot.cell(at / ECE_BINS + 1e-6, 0.0)
        right, _ = plot.cell((at + 1) / ECE_BINS - 1e-6, 0.0)
        width = max(1, right - left)
        bar = Plot(canvas, left, top, width, COUNT_ROWS, low.x, low.y)
        bars(bar, np.array([bins.counts[at] / most]), canvas.palette.faded(canvas.palette.class_color(0), 0.7), width)
        if most < 10 ** (plot.columns // ECE_BINS):
            canvas.write(left, top + COUNT_ROWS, str(bins.counts[at]), canvas.palette.muted)
