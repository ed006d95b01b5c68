"""The weights' histograms, drawn: bars of the weights now, and steps of those at the start."""

import math
from collections.abc import Sequence

import numpy as np

from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import NO_COLOR, Canvas
from lsexplorer.render.pictures.plot import Plot, bars, round_ticks
from lsexplorer.views.histograms import GAP, LayerHistogram, WeightHistograms

HEAD = 2
"""Rows above a layer's bars."""


def weights_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return columns, max(1, rows - HEAD - 3)


def weights_title(numbers: WeightHistograms) -> str:
    """What is shown."""
    return f"Weights of each layer · at step {numbers.step:,}, and at the start"


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
    legend = "█ now  ▔ at the start" if canvas.palette.color else "█ now  o at the start"
    more = f"   v: {numbers.more} more" if numbers.more else ""
    canvas.write(0, canvas.rows - 1, legend + more, canvas.palette.muted)


def _layer(entry: LayerHistogram, canvas: Canvas, left: int, columns: int) -> None:
    palette, each = canvas.palette, max(1, columns // len(entry.now))
    whole = each * len(entry.now)
    head = f"Layer {entry.layer + 1} · {entry.shape[0]:,} × {entry.shape[1]:,} weights"
    sizes = " → ".join(format_number(value, 5) for value in entry.deviation)
    most = " → ".join(format_number(value, 5) for value in entry.largest)
    for y, text in enumerate((head, f"√mean w² {sizes}, largest {most}")):
        canvas.write(left, y, text if len(text) <= columns else f"{text[: columns - 1]}…", palette.muted if y else -1)
    rows = weights_room(canvas.columns, canvas.rows)[1]
    reach = float(entry.edges[-1])
    plot = Plot(canvas, left, HEAD, whole, rows, (-reach, reach), (0.0, 1.0))
    most_weights = max(int(entry.now.max()), int(entry.start.max()), 1)
    if not math.isfinite(reach):
        return
    bars(plot, entry.now / most_weights, palette.class_color(0) if palette.color else NO_COLOR, each)
    sign = "▔" if palette.color else "o"
    for number, (share, now) in enumerate(np.stack([entry.start, entry.now], axis=1) / most_weights):
        if share:
            _, y = plot.cell(0.0, float(share))
            ground = palette.class_color(0) if palette.color and now > share else NO_COLOR
            color = palette.class_color(1) if ground == NO_COLOR else palette.background
            canvas.write(left + number * each, y, sign * each, color, ground=ground, bold=True)
    bottom = HEAD + rows
    canvas.write(left, bottom, "─" * whole, palette.muted)
    free = left
    for value, label in round_ticks(-reach, reach, whole / 9):
        x, _ = plot.cell(value, 0.0)
        start = min(max(x - len(label) // 2, left), left + whole - len(label))
        if start >= free:
            canvas.write(x, bottom, "┬", palette.muted)
            free = canvas.write(start, bottom + 1, label, palette.muted) + 1
