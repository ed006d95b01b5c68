"""The map, drawn: classes as colours, confidence as shades, samples as letters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.render.names import shortened, told_apart
from lsexplorer.render.numbers import format_setting
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import blend, class_letters
from lsexplorer.render.pictures.plot import round_ticks
from lsexplorer.views.map import ClassMap
from lsexplorer.views.viewpoint import Hit

LEVELS = (0.5, 0.7, 0.9, 0.97, 0.999)
"""Confidence at which the next shade begins: fine near 1, where hard targets and soft ones part."""
STRENGTHS = (0.22, 0.34, 0.47, 0.62, 0.80, 1.0)
"""The share of the class's colour in each shade."""
SHADES = " ·░▒▓█"
"""The shades without colour, beside the class's letter."""
SHORTEST, FEW_NAME = 4, 10
"""Characters of a class's name in the legend: at least, where all classes are named, and at most, where few are."""
LEFT, BELOW = 7, 3
"""Characters that the axis at the left, and rows that axis and legend below, take."""


def map_room(columns: int, rows: int) -> tuple[int, int]:
    """Characters and rows of the map itself on a canvas of so many."""
    return max(1, columns - LEFT), max(1, rows - BELOW)


def map_title(numbers: ClassMap) -> str:
    """The axes, and where the plane lies."""
    plane = numbers.plane
    through = "the mean" if numbers.row is None else f"row {numbers.row}"
    names = [shortened(name, 24) for name in plane.names]
    others = f" · others as in {through}" if plane.directions.shape[1] > 2 else ""
    return f"Map · {names[0]} → · {names[1]} ↑{others}"


def map_brief(numbers: ClassMap) -> Sequence[str]:
    """How sure the network is at the rim."""
    return () if numbers.sure is None else (f"rim {100 * numbers.beyond:.3g}% sure",)


def map_look_for(numbers: ClassMap) -> Sequence[str]:
    """What to look for, the longest form first."""
    if numbers.sure is None:
        return (
            "These outputs are no probabilities: the map shows the answers, and not how sure they are.",
            "These outputs are no probabilities: the map shows the answers alone.",
        )
    far, aim = f"{100 * numbers.beyond:.3g}%", f"{100 * numbers.target:.3g}%"
    if numbers.target < 1:
        story = f"soft targets aim at {aim}" + (
            " and no more" if numbers.bounded else ", but units without bound go on"
        )
    elif numbers.held:
        story = f"hard targets push that up, {numbers.held} holds it down"
    else:
        story = f"hard targets push that up, smoothing {'stops' if numbers.bounded else 'slows'} it"
    return (
        f"Far from all samples, at the rim, it is {far} sure: {story}.",
        f"Far away it is {far} sure: {story}.",
        f"Far from all samples it is {far} sure.",
    )


def draw_map(numbers: ClassMap, canvas: Canvas) -> None:
    """Draw the map with axes and legend."""
    _regions(numbers, canvas)
    _axes(numbers, canvas)
    _samples(numbers, canvas)
    _legend(numbers, canvas)


def map_hit(numbers: ClassMap, canvas: Canvas, x: int, y: int) -> Hit:
    """The sample in a column and a row, or beside it."""
    for at in reversed(_order(numbers)):
        column, row = _cell(numbers, at)
        if row == y and abs(column - x) <= 1:
            return Hit(sample=int(numbers.rows[at]))
    return Hit()


def _levels(sure: Array | None, shape: tuple[int, ...]) -> NDArray[np.int64]:
    if sure is None:
        return np.full(shape, len(LEVELS) - 1)
    return np.asarray(np.searchsorted(LEVELS, sure, side="right"))


def _regions(numbers: ClassMap, canvas: Canvas) -> None:
    classes = numbers.classes
    levels = _levels(numbers.sure, classes.shape)
    palette, count = canvas.palette, len(numbers.class_names)
    if palette.color:
        table = [[palette.faded(palette.class_color(k), share) for share in STRENGTHS] for k in range(count)]
        colors = np.array([*table, [palette.background] * len(STRENGTHS)])
        canvas.pixels(LEFT, 0, colors[classes, levels])
        return
    upper, levels = classes[::2], levels[::2]
    letters = np.array([*class_letters(numbers.class_names), " "], dtype=object)[upper]
    shades = np.array(list(SHADES), dtype=object)[levels]
    even = np.arange(upper.shape[1]) % 2 == 0
    cells = np.where(even[None, :], letters, shades)
    none = np.full(cells.shape, -1)
    canvas.fill(LEFT, 0, cells, none, none)


def _place(numbers: ClassMap, x: float, y: float) -> tuple[float, float]:
    """Column and half row of coordinates on the map."""
    step_x = (numbers.x[-1] - numbers.x[0]) / max(1, len(numbers.x) - 1)
    step_y = (numbers.y[0] - numbers.y[-1]) / max(1, len(numbers.y) - 1)
    return (x - numbers.x[0]) / (step_x or 1.0), (numbers.y[0] - y) / (step_y or 1.0)


def _samples(numbers: ClassMap, canvas: Canvas) -> None:
    """A letter for each sample: those that lie off the plane first and faint, the selected one last."""
    letters, last = class_letters(numbers.class_names), len(numbers.points) - 1
    for at in _order(numbers):
        (column, row), k = _cell(numbers, at), int(numbers.point_classes[at])
        chosen, right = numbers.row is not None and at == last, bool(numbers.right[at])
        _sample(canvas, (column, row), (letters[k], k), right=right, apart=bool(numbers.apart[at]), chosen=chosen)
        if chosen:
            _brackets(canvas, column, row)


def _order(numbers: ClassMap) -> list[int]:
    """The samples in the order in which they are drawn."""
    last = len(numbers.points) - 1
    return sorted(range(len(numbers.points)), key=lambda at: (at == last, not numbers.apart[at]))


def _cell(numbers: ClassMap, at: int) -> tuple[int, int]:
    """Column and row of a sample on the canvas."""
    across, down = _place(numbers, *numbers.points[at].tolist())
    return LEFT + round(across), round(down) // 2


def _sample(
    canvas: Canvas, at: tuple[int, int], kind: tuple[str, int], *, right: bool, apart: bool, chosen: bool
) -> None:
    palette, (letter, k) = canvas.palette, kind
    if not palette.color:
        canvas.write(*at, letter.upper(), bold=not apart, reverse=chosen or not right)
    elif right:
        ground = canvas.ground(*at)
        color = palette.on(ground)
        canvas.write(*at, letter, blend(ground, color, 0.5) if apart else color, ground=ground, bold=chosen)
    else:
        canvas.write(*at, letter, palette.class_color(k), ground=palette.background, bold=True)


def _brackets(canvas: Canvas, column: int, row: int) -> None:
    """Brackets around the selected sample."""
    for x, mark in ((column - 1, "["), (column + 1, "]")):
        if LEFT <= x < canvas.columns:
            ground = canvas.ground(x, row)
            color = canvas.palette.on(ground) if ground >= 0 else ground
            canvas.write(x, row, mark, color, ground=ground, bold=True)


def _axes(numbers: ClassMap, canvas: Canvas) -> None:
    plane, muted, height = numbers.plane, canvas.palette.muted, len(numbers.y) // 2
    (left, right), (top, bottom) = (
        (plane.shown(axis, float(values[0])), plane.shown(axis, float(values[-1])))
        for axis, values in enumerate((numbers.x, numbers.y))
    )
    for y in range(height):
        canvas.write(LEFT - 1, y, "│", muted)
    for value, text in round_ticks(bottom, top, height / 3):
        _, down = _place(numbers, 0.0, plane.coordinate(1, value))
        canvas.write(LEFT - 2 - len(text), round(down) // 2, f"{text} ┤", muted)
    canvas.write(LEFT - 1, height, "└" + "─" * (canvas.columns - LEFT), muted)
    free = LEFT
    for value, text in round_ticks(left, right, canvas.columns / 8):
        across, _ = _place(numbers, plane.coordinate(0, value), 0.0)
        start = LEFT + round(across) - len(text) // 2
        if free <= start and start + len(text) <= canvas.columns:
            canvas.write(LEFT + round(across), height, "┬", muted)
            free = canvas.write(start, height + 1, text, muted) + 1


def _legend(numbers: ClassMap, canvas: Canvas) -> None:
    palette, y = canvas.palette, canvas.rows - 1
    shades = "sure " + "".join(f"  {format_setting(level)}" for level in LEVELS) + "  "
    if numbers.sure is None or len(shades) > canvas.columns * 2 // 5:
        shades = ""
    room = canvas.columns - len(shades) - bool(shades)
    letters = class_letters(numbers.class_names)
    shown, width = _named(numbers, room, 6 if palette.color else 4)
    names, x = told_apart(numbers.class_names, width), 0
    gap = " " * (4 * len(shown) <= room)
    for k in shown:
        name = "" if names[k] == letters[k] else names[k]
        if palette.color:
            x = canvas.write(x, y, f" {letters[k]} ", palette.on(palette.class_color(k)), ground=palette.class_color(k))
            x = canvas.write(x, y, f" {name}  " if name else gap)
        else:
            x = canvas.write(x, y, f"{letters[k]} {name}  " if name else f"{letters[k]} {gap}")
    if len(shown) < len(letters):
        canvas.write(x, y, f"{len(letters) - len(shown)} more"[: room - x], palette.muted)
    if not shades:
        return
    x = canvas.columns - len(shades)
    x = canvas.write(x, y, "sure ", palette.muted)
    for level, share in enumerate(STRENGTHS):
        mark = "  " if palette.color else SHADES[level] * 2
        ground = palette.faded(palette.class_color(0), share) if palette.color else -1
        x = canvas.write(x, y, mark, ground=ground)
        if level < len(LEVELS):
            x = canvas.write(x, y, format_setting(LEVELS[level]), palette.muted)


def _named(numbers: ClassMap, room: int, around: int) -> tuple[list[int], int]:
    """The classes in the legend, and the characters of their names: all of them, or those that the map shows most.

    around: characters beside each name.
    """
    names, count = numbers.class_names, len(numbers.class_names)
    longest = max(map(len, names))
    if longest == 1 and 3 * count <= room:
        return [*range(count)], 1
    for width in range(longest, min(longest, SHORTEST) - 1, -1):
        if sum(min(len(name), width) + around for name in names) - 2 <= room:
            return [*range(count)], width
    area = np.bincount(numbers.classes[numbers.classes < count].ravel(), minlength=count)
    own = [int(numbers.point_classes[-1])] if numbers.row is not None else []
    order = own + [k for k in np.argsort(-area, kind="stable").tolist() if k not in own]
    width = min(longest, FEW_NAME)
    return order[: max(1, (room - len("99 more")) // (width + around))], width
