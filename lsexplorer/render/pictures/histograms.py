"""The weights' histograms, drawn: bars of the weights now, and steps of those at the start."""

from collections.abc import Sequence

import numpy as np

from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import NO_COLOR, Canvas
from lsexplorer.render.pictures.plot import Plot, bars, round_ticks
from lsexplorer.views.histograms import GAP, LayerHistogram, WeightHistograms

HEAD, SMALL_HEAD = 2, 1
"""Rows above a layer's bars, and where there are fewer than LEGEND_ROWS rows."""
LEGEND_ROWS = 10
"""From so many rows on there is one for the legend."""


def weights_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return columns, max(1, rows - (HEAD + 3 if rows >= LEGEND_ROWS else SMALL_HEAD + 2))


def weights_title(numbers: WeightHistograms) -> str:
    """What is shown."""
    return f"Weights of each layer · at step {numbers.step:,}, and at the start"


def weights_brief(numbers: WeightHistograms) -> Sequence[str]:
    """How much each layer has grown."""
    return ("grown " + " ".join(f"× {_times(entry)}" for entry in numbers.layers),)


def weights_look_for(numbers: WeightHistograms) -> Sequence[str]:
    """What to look for, the longest form first."""
    first, last = numbers.layers[0], numbers.layers[-1]
    grown = ", ".join(
        f"layer {entry.layer + 1} × {_times(entry)}" for entry in ([first, last] if first is not last else [first])
    )
    return (
        f"Grown since the start: {grown}. Hard targets stretch all layers, and for ever; L2 and smoothing hold them.",
        f"Since the start: {grown}. Hard targets never stop; L2 and smoothing do.",
        f"Since the start: {grown}.",
    )


def _times(entry: LayerHistogram) -> str:
    start, now = entry.deviation
    return format_number(now / start, 4) if start > 0 else "∞"


def draw_weights(numbers: WeightHistograms, canvas: Canvas) -> None:
    """Draw the layers side by side."""
    for place, entry in enumerate(numbers.layers):
        _layer(entry, canvas, place * (numbers.width + GAP), numbers.width)
    if canvas.rows < LEGEND_ROWS:
        return
    legend = "█ now  ▔ at the start" if canvas.palette.color else "█ now  o at the start"
    more = f"  v: {numbers.more} more" if numbers.more else ""
    if len(legend + more) <= canvas.columns:
        legend += more
    canvas.write(0, canvas.rows - 1, legend, canvas.palette.muted)
    if canvas.palette.color:
        canvas.write(0, canvas.rows - 1, "█", canvas.palette.class_color(0))
        canvas.write(legend.index("▔"), canvas.rows - 1, "▔", canvas.palette.class_color(1), bold=True)


def _layer(entry: LayerHistogram, canvas: Canvas, left: int, columns: int) -> None:
    palette, each = canvas.palette, max(1, columns // entry.bins)
    whole, (before, after), top = each * entry.bins, entry.counts, max(entry.tallest, 1)
    head = "Layer {} · {:,} × {:,} weights".format(entry.layer + 1, *entry.weights[0].shape)
    sizes = " → ".join(format_number(value, 5) for value in entry.deviation)
    most = " → ".join(format_number(value, 5) for value in entry.largest)
    words = f"√mean w² {sizes}, largest {most}", f"√mean w² {sizes}", sizes
    canvas.write(left, 0, head if len(head) <= columns else f"Layer {entry.layer + 1}")
    rows, top_row = weights_room(canvas.columns, canvas.rows)[1], SMALL_HEAD
    if canvas.rows >= LEGEND_ROWS:
        canvas.write(left, 1, next((text for text in words if len(text) <= columns), ""), palette.muted)
        top_row = HEAD
    reach = entry.reach
    plot = Plot(canvas, left, top_row, whole, rows, (-reach, reach), (0.0, 1.0))
    bars(plot, after / top, palette.class_color(0) if palette.color else NO_COLOR, each)
    sign = "▔" if palette.color else "o"
    for number, (share, now) in enumerate(np.stack([before, after], axis=1) / top):
        if share:
            _, y = plot.cell(0.0, float(share))
            ground = palette.class_color(0) if palette.color and now > share else NO_COLOR
            color = palette.class_color(1) if ground == NO_COLOR else palette.background
            canvas.write(left + number * each, y, sign * each, color, ground=ground, bold=True)
    bottom = top_row + rows
    canvas.write(left, bottom, "─" * whole, palette.muted)
    free = left
    for value, label in round_ticks(-reach, reach, whole / 9):
        x, _ = plot.cell(value, 0.0)
        start = min(max(x - len(label) // 2, left), left + whole - len(label))
        if start >= free:
            canvas.write(x, bottom, "┬", palette.muted)
            free = canvas.write(start, bottom + 1, label, palette.muted) + 1
