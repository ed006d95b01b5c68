"""The error terms, drawn: a line for every output over the steps, and the line at 0 that smoothing makes it cross."""

import math
from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.names import shortened, told_apart
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import class_letters
from lsexplorer.render.pictures.plot import LABEL, Plot, round_ticks
from lsexplorer.views.error_terms import ErrorTerms

RIGHT = 20
"""Characters for the lines' values and names, which stand at their ends, at most."""
MOST_NAMES = 10
"""Names of lines at most."""
VALUE = 9
"""Characters of a line's value and its letter, with spaces around both."""
NAME = 6
"""Characters of a name that are enough; in less room stands its letter."""
FAINT = 0.5
"""How much the dots of single batches stand out."""
TICKS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
"""Marked above and below 0, as far as there is room."""


def errors_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the plot itself on a canvas of so many."""
    return max(1, columns - LABEL - 1 - max(VALUE - 1, min(RIGHT, columns // 4))), max(1, rows - 2)


def errors_title(numbers: ErrorTerms) -> str:
    """What the lines are of."""
    of = "the batch's mean" if numbers.row is None else f"row {numbers.row} ({_own_name(numbers)})"
    return f"Error terms t′ − o of {of} over the steps"


def errors_brief(numbers: ErrorTerms) -> Sequence[str]:
    """The present error term of the sample's class."""
    at = int(np.flatnonzero(numbers.steps == numbers.now)[0])
    return () if numbers.own < 0 else (f"now {format_number(float(numbers.terms[at, numbers.own]), 5, signed=True)}",)


def errors_look_for(numbers: ErrorTerms) -> Sequence[str]:
    """What to look for, the longest form first."""
    if numbers.row is None:
        text = "Dots are batches, lines their running mean, soon near 0: what some samples push up, others push down."
        return (text, "Dots are batches, lines their running mean: samples' terms cancel.")
    if numbers.own < 0:
        text = "Above 0 the output is below its target and every step pushes it up; below 0 it is pushed down."
        return (text, "Above 0 the output is pushed up, below 0 down.")
    name = _own_name(numbers)
    if numbers.crossed is None:
        text = f"The line of {name} stays above 0: every step pushes it up, less and less. Smoothing makes it cross 0."
        return (text, f"The line of {name} stays above 0: every step pushes it up.", f"{name} stays above 0.")
    since = f"about step {numbers.crossed:,}"
    short = f"The line of {name} crosses 0 at {since}.", f"{name} crosses 0 at {since}."
    if not numbers.stays_below:
        text = f"The line of {name} crosses 0 at {since} for the first time: where o is above t′, it is pushed down."
        return (text, *short)
    text = f"The line of {name} is below 0 from {since} on: o is above t′, and the same rule pushes it down."
    return (text, *short)


def _own_name(numbers: ErrorTerms) -> str:
    return shortened(numbers.names[numbers.own], 20)


def draw_error_terms(numbers: ErrorTerms, canvas: Canvas) -> None:
    """Draw the lines over the steps, on a scale of square roots, so that what is near 0 is seen."""
    rows = errors_room(canvas.columns, canvas.rows)[1]
    right = max(VALUE - 1, min(RIGHT, canvas.columns // 4, VALUE + max(map(len, numbers.names))))
    columns = max(1, canvas.columns - LABEL - 1 - right)
    terms = numbers.terms if numbers.row is not None else running_mean(numbers.terms)
    values, limits = _rooted(terms), _rooted(np.array(numbers.limits))
    low, high = min(float(limits[0]), -0.1), max(float(limits[1]), 0.1)
    pad = 0.04 * (high - low)
    last = max(int(numbers.steps[-1]), 1)
    plot = Plot(canvas, LABEL + 1, 0, columns, rows, (0.0, float(last)), (low - pad, high + pad))
    ticks = [0.0, *(sign * value for value in TICKS for sign in (1, -1))]
    shown = [(float(_rooted(np.array(value))), _label(value)) for value in ticks]
    plot.axes(
        [tick for tick in round_ticks(0, last, columns / 12) if tick[0].is_integer()],
        _spaced(plot, [t for t in shown if low <= t[0] <= high]),
    )
    palette = canvas.palette
    _, zero = plot.cell(0.0, 0.0)
    canvas.write(plot.left, zero, "┄" * columns, palette.muted)
    if numbers.now < last:
        x, _ = plot.cell(float(numbers.now), 0.0)
        for y in range(rows):
            canvas.write(x, y, "┊", palette.muted)
    steps = numbers.steps.astype(np.float64)
    order = [k for k in range(len(numbers.names)) if k != numbers.own] + [numbers.own] * (numbers.own >= 0)
    if numbers.row is None:
        _batches(numbers, plot)
    if palette.color:
        for k in order:
            plot.line(steps, values[:, k], palette.class_color(k))
    else:
        letters = class_letters(numbers.names)
        for k in order:
            at = np.linspace(0, last, columns)
            for x, y in zip(at.tolist(), np.interp(at, steps, values[:, k]).tolist(), strict=True):
                if np.isfinite(y):
                    canvas.write(*plot.cell(x, y), letters[k])
    now = np.nan_to_num(np.abs(values[-1]))
    _names(numbers, plot, terms[-1], sorted(order, key=lambda k: (k != numbers.own, -now[k])))


def running_mean(terms: Array) -> Array:
    """The mean of each output's terms (m, units) and those before and after, a 12th of all; fewer at the ends."""
    near = np.ones(len(terms) // 12 // 2 * 2 + 1)
    counts = np.convolve(np.ones(len(terms)), near, mode="same")
    return np.stack([np.convolve(term, near, mode="same") / counts for term in terms.T], axis=1)


def _batches(numbers: ErrorTerms, plot: Plot) -> None:
    """A faint dot for each batch's mean and each output."""
    palette, values = plot.canvas.palette, _rooted(numbers.terms)
    for k in range(len(numbers.names)):
        at = np.flatnonzero(np.isfinite(values[:, k]))
        x, y = numbers.steps[at].astype(np.float64), values[at, k]
        if palette.color:
            plot.points(x, y, palette.faded(palette.class_color(k), FAINT))
            continue
        for column, row in zip(*plot.cells(x, y), strict=True):
            plot.canvas.write(int(column), int(row), "·", palette.muted)


def _names(numbers: ErrorTerms, plot: Plot, ends: Array, order: Sequence[int]) -> None:
    """The lines' names at their right ends, those first in order nearest to them; of many lines the first alone."""
    canvas, taken, letters = plot.canvas, set[int](), class_letters(numbers.names)
    room = canvas.columns - plot.left - plot.columns - VALUE + 2
    has_names = room >= NAME or max(map(len, numbers.names)) <= room
    short = told_apart(numbers.names, room) if has_names else letters
    if len(order) > MOST_NAMES:
        order = order[: MOST_NAMES - 1]
        canvas.write(
            plot.left + plot.columns + 1, plot.rows, f"{len(numbers.names) - len(order)} more", canvas.palette.muted
        )
    for k in order:
        value = float(ends[k])
        if not np.isfinite(value):
            continue
        _, row = plot.cell(plot.x[1], float(_rooted(np.array(value))))
        free = [y for y in range(plot.rows) if y not in taken]
        if not free:
            return
        y = min(free, key=lambda at: (abs(at - row), at))
        taken.add(y)
        text = f" {format_number(value, 5, signed=True)} "
        name = short[k] if canvas.palette.color or short[k] == letters[k] else f"{letters[k]} {short[k]}"
        text += shortened(name, canvas.columns - plot.left - plot.columns - len(text))
        canvas.write(plot.left + plot.columns, y, text, canvas.palette.class_color(k), bold=k == numbers.own)


def _rooted(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))


def _label(value: float) -> str:
    return format_number(value, LABEL - 1, signed=True)


def _spaced(plot: Plot, ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those of the ticks that leave a row between them; 0 first, then the largest."""
    kept: list[tuple[float, str]] = []
    rows: list[int] = []
    for size in sorted({abs(value) for value, _ in ticks}, key=lambda size: -size if size else -math.inf):
        alike = [tick for tick in ticks if abs(tick[0]) == size]
        new = [plot.cell(plot.x[0], value)[1] for value, _ in alike]
        if all(abs(row - other) > 1 for row in new for other in rows):
            kept += alike
            rows += new
    return kept
