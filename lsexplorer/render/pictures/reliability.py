"""Reliability, drawn: accuracy over confidence, the band of a calibrated network, and the samples of each bin below."""

from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.metrics import ECE_BINS
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Color, Palette, readable
from lsexplorer.render.pictures.plot import LABEL, Plot, bars
from lsexplorer.views.reliability import Bins, Reliability

SHADE = 0.18
"""How much the band stands out."""
WIDE, HIGH = 45, 12
"""Characters and rows from which on an axis has more values than its middle and its ends."""
LEGENDS = (
    "{0} {2} scaling  {1} {3} scaling  {4} if calibrated, in 95%",
    "{0} {2}  {1} {3} scaling  {4} if calibrated",
    "{0} {2}  {1} {3}",
)
"""What the signs are, the longest form first."""
LEGEND_ROWS = 10
"""From so many rows on there is one for the legend."""
COUNT_ROWS = 3
"""Rows for the samples of each bin, where there is room for them."""


def reliability_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return max(ECE_BINS, columns - LABEL - 1), max(1, rows - 2 - _count_rows(rows) - (rows >= LEGEND_ROWS))


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
    diagonal, signs = np.linspace(0, 1, 4 * columns), _signs(palette)
    if palette.color:
        plot.points(diagonal[::2], diagonal[::2], readable(palette.muted, _shade(palette)))
        _curve(shown, plot, signs[0][1])
    else:
        for share in diagonal[::4].tolist():
            canvas.write(*plot.cell(share, share), "/", palette.muted)
    if other is not None:
        _marks(other, plot, signs[1], bold=False)
    _marks(shown, plot, signs[0], bold=True)
    plot.axes(across, up)
    if _count_rows(canvas.rows):
        _counts(shown, plot)
    if canvas.rows >= LEGEND_ROWS:
        _legend(numbers, canvas)


def _shade(palette: Palette) -> Color:
    """The ground of the band."""
    return palette.faded(palette.foreground, SHADE)


def _signs(palette: Palette) -> tuple[tuple[str, Color], tuple[str, Color]]:
    """Signs and colours of the bins shown, and of the other ones; both stand on the band."""
    first, second = (readable(palette.class_color(k), _shade(palette)) for k in (0, 1))
    return (("●", first), ("○", second)) if palette.color else (("O", first), ("x", second))


def _percents(many: bool) -> list[tuple[float, str]]:
    """Values of an axis, and their labels."""
    return [
        (share, f"{round(100 * share)}%") for share in ((0.0, 0.2, 0.4, 0.6, 0.8, 1.0) if many else (0.0, 0.5, 1.0))
    ]


def _legend(numbers: Reliability, canvas: Canvas) -> None:
    """What is what, in the last row."""
    palette, y = canvas.palette, canvas.rows - 1
    (first, one), (second, other) = _signs(palette)
    band = " " if palette.color else "░"
    words = (first, second, *(("after", "before") if numbers.scaled else ("before", "after")), band)
    texts = (form.format(*words) for form in LEGENDS)
    text = next((text for text in texts if len(text) <= canvas.columns), "")
    canvas.write(0, y, text, palette.muted)
    if not palette.color:
        return
    for sign, color in ((first, one), (second, other)):
        if sign in text:
            canvas.write(text.index(sign), y, sign, color, bold=True)
    if "calibrated" in text:
        canvas.write(text.index("if calibrated") - 2, y, " ", ground=_shade(palette))


def _band(bins: Bins, plot: Plot) -> None:
    """Shade where a calibrated network's accuracy would lie, bin by bin."""
    canvas, palette = plot.canvas, plot.canvas.palette
    shade = _shade(palette)
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


def _marks(bins: Bins, plot: Plot, look: tuple[str, Color], *, bold: bool) -> None:
    canvas, (sign, color) = plot.canvas, look
    for at in np.flatnonzero(bins.counts):
        x, y = plot.cell(float(bins.confidence[at]), float(bins.accuracy[at]))
        canvas.write(x, y, sign, color, ground=canvas.ground(x, y), bold=bold)


def _counts(bins: Bins, plot: Plot) -> None:
    """Bars of the bins' samples below the plot, and their numbers where they fit."""
    canvas, top = plot.canvas, plot.top + plot.rows + 2
    low = Plot(canvas, plot.left, top, plot.columns, COUNT_ROWS, plot.x, (0.0, 1.0))
    canvas.write(0, top, "samples", canvas.palette.muted)
    most = int(bins.counts.max())
    color = readable(canvas.palette.faded(canvas.palette.class_color(0), 0.7), canvas.palette.background)
    for at in np.flatnonzero(bins.counts):
        left, _ = plot.cell(at / ECE_BINS + 1e-6, 0.0)
        right, _ = plot.cell((at + 1) / ECE_BINS - 1e-6, 0.0)
        width = max(1, right - left)
        bar = Plot(canvas, left, top, width, COUNT_ROWS, low.x, low.y)
        bars(bar, np.array([bins.counts[at] / most]), color, width)
        if len(str(most)) < plot.columns // ECE_BINS:
            canvas.write(left, top + COUNT_ROWS, str(bins.counts[at]), canvas.palette.muted)
