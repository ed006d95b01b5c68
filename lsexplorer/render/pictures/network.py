"""The network, drawn: a column for each layer, a line for each weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas, shortened
from lsexplorer.render.pictures.palette import Color, blend
from lsexplorer.views.network import NetworkPicture
from lsexplorer.views.viewpoint import Hit

MOST_UNITS = 16
"""Units of a layer that are drawn; the others are counted."""
HEADER = 1
"""Rows above the units."""
WORDS = 14
"""Rows of a picture from which on two of them, below the units, have the selected weight in words and the legend."""
FAINT, STRONG = 0.16, 0.66
"""Shares of the layer's largest weight: lines are grouped in faint, middling and strong ones."""
VALUE = 7
"""Characters of a number, with a space before it."""
GAP = 7
"""The least width of the lines between two layers."""
RIM = 0.25
"""The share of an image's rows that may be cut off where there is no room for them."""
SHADES = " ░▒▓█"
NEGATIVE_SHADES = " -=≡#"
UP, DOWN, SAME = "▲", "▼", "·"


@dataclass(frozen=True)
class _Column:
    """Where a layer stands: its left edge and width, and the row of each unit drawn."""

    left: int
    width: int
    rows: dict[int, int]
    """Unit → row."""
    fold: str = ""
    """What is said of those left out, in the last row."""

    @property
    def right(self) -> int:
        return self.left + self.width


@dataclass(frozen=True)
class _Fit:
    """How much is written of what."""

    inputs: int
    """Characters of an input's name."""
    classes: int
    """Characters of a class's name."""
    details: int
    """What an output shows beside o: 1 t′ − o, 2 Δ‖w‖ too."""


_FITS = (_Fit(20, 14, 2), _Fit(14, 10, 2), _Fit(12, 10, 1), _Fit(8, 6, 1), _Fit(9, 6, 0), _Fit(8, 0, 0), _Fit(3, 0, 0))


def network_room(columns: int, rows: int) -> tuple[int, int]:
    """All of it."""
    return columns, rows


def network_title(numbers: NetworkPicture) -> str:
    """The units of each layer."""
    return f"Network · {'-'.join(map(str, numbers.sizes))}"


def network_brief(numbers: NetworkPicture) -> Sequence[str]:
    """The error term of the sample's class."""
    node = max(numbers.outputs, key=lambda node: node.soft_target or 0.0)
    return (f"{node.name} t′ − o {format_number(node.soft_error or 0.0, 5, signed=True)}",)


def network_look_for(numbers: NetworkPicture) -> Sequence[str]:
    """How the error term of the sample's class stands."""
    node = max(numbers.outputs, key=lambda node: node.soft_target or 0.0)
    soft, hard = node.soft_error or 0.0, node.error or 0.0
    name = f"{node.name} ({shortened(node.class_name or '', 16)})"
    off, target = format_number(abs(soft), 5), format_number(node.soft_target, 5)
    grown = f"Δ‖w‖ {format_number(node.norm_changes.now, 6, signed=True)}"
    if not soft:
        return (f"{name} is at its target: nothing pulls at it.",)
    if soft * hard < 0:
        return (
            f"{name} is {off} beyond its soft target {target}: the sign has turned, the step pulls it back ({grown}).",
            f"{name} is {off} beyond its soft target: the step pulls it back ({grown}).",
        )
    if node.soft_target == node.target:
        return (
            f"{name} is {off} off its hard target {target}, which it never reaches: every step pushes on ({grown}).",
            f"{name} is {off} off its hard target, never reached: every step pushes on.",
        )
    return (
        f"{name} is {off} off its soft target {target}: the step pushes it on, and stops there ({grown}).",
        f"{name} is {off} off its soft target: the step pushes it on ({grown}).",
    )


def draw_network(numbers: NetworkPicture, canvas: Canvas) -> None:
    """Draw units, weights, the selected weight in words, and a legend."""
    fit = _fit(numbers, canvas)
    columns = _columns(numbers, canvas, fit)
    for layer in range(len(numbers.weights)):
        _edges(numbers, canvas, layer, columns[layer], columns[layer + 1])
    _selected_weight_line(numbers, canvas, columns)
    _inputs(numbers, canvas, columns[0])
    for layer in range(1, len(columns) - 1):
        _hidden(numbers, canvas, layer, columns[layer])
    _outputs(numbers, canvas, columns[-1], fit)
    _growth_marks(numbers, canvas, columns)
    if canvas.rows >= WORDS:
        _words(numbers, canvas)
        _legend(canvas)


def network_hit(numbers: NetworkPicture, canvas: Canvas, x: int, y: int) -> Hit:
    """The node in a column and a row."""
    for layer, column in enumerate(_columns(numbers, canvas, _fit(numbers, canvas))):
        for unit, row in column.rows.items():
            if layer and row == y and column.left <= x < column.right:
                return Hit(numbers.names[layer][unit])
    return Hit()


# Where things stand


def _room(canvas: Canvas) -> int:
    """Rows for the units."""
    return max(1, canvas.rows - HEADER - (2 if canvas.rows >= WORDS else 0))


def _columns(numbers: NetworkPicture, canvas: Canvas, fit: _Fit) -> list[_Column]:
    sizes, last = numbers.sizes, len(numbers.sizes) - 1
    widths = _widths(numbers, canvas, fit)
    gap = (canvas.columns - sum(widths)) // last
    columns, left = [], 0
    layer, unit = numbers.selected
    for k, (size, width) in enumerate(zip(sizes, widths, strict=True)):
        if k == last:
            left = max(left, canvas.columns - width)
        chosen = unit if k == layer else max(0, numbers.source) if k == layer - 1 else 0
        rows, fold = ({}, "") if k == 0 and numbers.pixels is not None else _rows(size, chosen, canvas)
        columns.append(_Column(left, width, rows, fold))
        left += width + gap
    return columns


def _fit(numbers: NetworkPicture, canvas: Canvas) -> _Fit:
    """The most words that leave GAP characters between two layers."""
    least = GAP * (len(numbers.sizes) - 1)
    return next((fit for fit in _FITS if sum(_widths(numbers, canvas, fit)) + least <= canvas.columns), _FITS[-1])


def _widths(numbers: NetworkPicture, canvas: Canvas, fit: _Fit) -> list[int]:
    """Of each layer's column: name, value, and for outputs what else has room."""
    image = _image(numbers, canvas)
    longest = [max(map(len, names)) for names in numbers.names]
    inputs = min(fit.inputs, longest[0]) + 1 + VALUE if image is None else image.shape[1]
    hidden = [2 + length + VALUE for length in longest[1:-1]]
    return [inputs, *hidden, 2 + longest[-1] + _class_room(numbers, fit) + VALUE * (1 + fit.details) + 2]


def _class_room(numbers: NetworkPicture, fit: _Fit) -> int:
    """Characters for the classes' names, and a space before them."""
    longest = max(len(node.class_name or "") for node in numbers.outputs)
    return min(fit.classes, longest) + 1 if min(fit.classes, longest) else 0


def _rows(size: int, chosen: int, canvas: Canvas) -> tuple[dict[int, int], str]:
    """Rows of a layer's units: all of them spread evenly, or a window around the chosen one."""
    room = _room(canvas)
    most = min(room, MOST_UNITS)
    shown = size if size <= most else max(1, most - 1)
    first = max(0, min(chosen - shown // 2, size - shown))
    lines = shown + (shown < size)
    step = max(1, room // lines)
    top = HEADER + (room - step * (lines - 1) - 1) // 2
    rows = {first + at: top + at * step for at in range(shown)}
    return rows, "" if shown == size else f"… {size - shown} more"


# What stands there


def _inputs(numbers: NetworkPicture, canvas: Canvas, column: _Column) -> None:
    palette, image = canvas.palette, _image(numbers, canvas)
    if image is not None:
        title = f"weights into {numbers.pixel_unit}" if numbers.shows_weights else f"{numbers.sizes[0]} pixels"
        canvas.write(column.left, 0, title, palette.muted)
        _draw_image(image, numbers.shows_weights, canvas, column.left, HEADER)
        return
    canvas.write(column.left, 0, "inputs x".rjust(column.width), palette.muted)
    room = column.width - VALUE - 1
    for unit, row in column.rows.items():
        chosen = numbers.selected[0] == 1 and unit == numbers.source
        canvas.write(column.left, row, shortened(numbers.names[0][unit], room).rjust(room), bold=chosen)
        _value(canvas, column.left + room + 1, row, float(numbers.values[0][unit]), _largest(numbers.values[0]))
    _fold(canvas, column)


def _hidden(numbers: NetworkPicture, canvas: Canvas, layer: int, column: _Column) -> None:
    canvas.write(column.left, 0, f"hidden h{layer if len(numbers.sizes) > 3 else ''}", canvas.palette.muted)
    values = numbers.values[layer]
    for unit, row in column.rows.items():
        x = _name(numbers, canvas, layer, unit, (column.left, row))
        _value(canvas, x, row, float(values[unit]), _largest(values))
    _fold(canvas, column)


def _outputs(numbers: NetworkPicture, canvas: Canvas, column: _Column, fit: _Fit) -> None:
    palette, layer, room = canvas.palette, len(numbers.sizes) - 1, _class_room(numbers, fit)
    titles = ("o", "t′−o", "Δ‖w‖")[: 1 + fit.details]
    first = 2 + max(map(len, numbers.names[-1])) + room
    canvas.write(column.left + first, 0, "".join(title.rjust(VALUE) for title in titles), palette.muted)
    for unit, row in column.rows.items():
        node = numbers.outputs[unit]
        words = "" if not room else shortened(node.class_name or "", room - 1)
        _name(numbers, canvas, layer, unit, (column.left, row), words)
        x = _value(canvas, column.left + first, row, node.output, 1.0)
        if fit.details:
            error = node.soft_error or 0.0
            text = format_number(error, VALUE - 1, signed=True).rjust(VALUE)
            x = canvas.write(x, row, text, _sign_color(canvas, error))
        grown = float(numbers.norm_growth[layer - 1][unit])
        if fit.details > 1:
            x = canvas.write(x, row, format_number(grown, VALUE - 1, signed=True).rjust(VALUE))
        canvas.write(x + 1, row, _mark(grown), bold=True)
    _fold(canvas, column)


def _name(numbers: NetworkPicture, canvas: Canvas, layer: int, unit: int, at: tuple[int, int], words: str = "") -> int:
    """A unit's name, marked where it is selected; the column after it."""
    chosen = numbers.selected == (layer, unit)
    source = (numbers.selected[0] - 1, numbers.source) == (layer, unit)
    name = numbers.names[layer][unit].ljust(max(map(len, numbers.names[layer])))
    return canvas.write(*at, f"{'▸' if chosen else ' '}{name} {words}", bold=chosen or source)


def _value(canvas: Canvas, x: int, row: int, value: float, largest: float) -> int:
    """A unit's value on a ground that is the brighter the larger it is, blue above 0 and orange below."""
    palette, text = canvas.palette, format_number(value, VALUE - 1).rjust(VALUE)
    if not palette.color:
        return canvas.write(x, row, text)
    share = min(1.0, abs(value) / largest) if largest else 0.0
    ground = palette.faded(_sign_color(canvas, value), 0.75 * share) if np.isfinite(value) else palette.background
    return canvas.write(x, row, text, palette.on(ground), ground=ground)


def _fold(canvas: Canvas, column: _Column) -> None:
    if column.fold:
        below = max(column.rows.values()) + 1
        canvas.write(column.left, below, column.fold[: column.width], canvas.palette.muted)


def _largest(values: Array) -> float:
    return float(np.abs(values).max()) if values.size else 0.0


def _sign_color(canvas: Canvas, value: float) -> Color:
    return canvas.palette.negative if value < 0 else canvas.palette.positive


def _mark(growth: float) -> str:
    if growth > 0:
        return UP
    return DOWN if growth < 0 else SAME


# Weights


def _edges(numbers: NetworkPicture, canvas: Canvas, layer: int, below: _Column, above: _Column) -> None:
    """The weights from one layer to the next, the strongest on top; those into the selected node in full colour."""
    W, palette = numbers.weights[layer], canvas.palette
    largest = numbers.reach[layer]
    if not below.rows:  # pixels: too many to draw
        middle = HEADER + _room(canvas) / 2
        for unit, row in above.rows.items():
            chosen = numbers.selected == (layer + 1, unit)
            color = palette.foreground if chosen else palette.faded(palette.muted, 0.5)
            canvas.line((below.right, middle), (above.left - 1, row), color, dash=1 if chosen else 3)
        return
    pairs = []
    for source in below.rows:
        for unit in above.rows:
            into, out_of = (layer + 1, unit) == numbers.selected, (layer, source) == numbers.selected
            pairs.append((2 * into + out_of, abs(W[source, unit]), source, unit))
    for focus, size, source, unit in sorted(pairs):
        share = float(size) / largest if largest else 0.0
        color = _sign_color(canvas, float(W[source, unit]))
        least, most = ((0.2, 0.55), (0.25, 0.65), (0.4, 0.6))[focus]
        strength = least + most * share if palette.color else max(0.5, least + most * share)
        if share < (FAINT / 2 if palette.color else FAINT) and not focus:
            continue
        dash = 1 if palette.color else _dash(share, float(W[source, unit]))
        ends = (below.right, below.rows[source]), (above.left - 1, above.rows[unit])
        canvas.line(*ends, palette.faded(color, strength), thick=share > STRONG, dash=dash)


def _dash(share: float, weight: float) -> int:
    """Without colour: every which dot of a line is drawn; solid above 0, dotted below, sparse where faint."""
    if share < FAINT:
        return 4
    return 2 if weight < 0 else 1


def _selected_weight_line(numbers: NetworkPicture, canvas: Canvas, columns: list[_Column]) -> None:
    layer, unit = numbers.selected
    below, above = columns[layer - 1], columns[layer]
    if numbers.source in below.rows and unit in above.rows:
        ends = (below.right, below.rows[numbers.source]), (above.left - 1, above.rows[unit])
        weight = float(numbers.weights[layer - 1][numbers.source, unit])
        bright = blend(_sign_color(canvas, weight), canvas.palette.foreground, 0.5)
        dash = 1 if canvas.palette.color else _dash(1.0, weight)
        canvas.line(*ends, bright, thick=True, dash=dash)


def _growth_marks(numbers: NetworkPicture, canvas: Canvas, columns: list[_Column]) -> None:
    """At the beginning of each weight into the selected node: whether the next step makes it larger."""
    layer, unit = numbers.selected
    below = columns[layer - 1]
    for source, row in below.rows.items():
        growth = float(numbers.growth[layer - 1][source, unit])
        canvas.write(below.right, row, _mark(growth), bold=source == numbers.source)


# Words


def _words(numbers: NetworkPicture, canvas: Canvas) -> None:
    """The selected weight: what it is, and what the next step makes of it."""
    layer, unit = numbers.selected
    into, y = numbers.names[layer][unit], canvas.rows - 2
    if numbers.source < 0:
        canvas.write(0, y, f"The bias of {into} is selected; [ ] choose a weight.")
        return
    source = numbers.names[layer - 1][numbers.source]
    weight = float(numbers.weights[layer - 1][numbers.source, unit])
    move = float(numbers.moves[layer - 1][numbers.source, unit])
    growth = float(numbers.growth[layer - 1][numbers.source, unit])
    effect = {UP: "▲ stronger", DOWN: "▼ weaker", SAME: "unchanged"}[_mark(growth)]
    text = (
        f"{source} → {into}: w = {format_number(weight, 7)}, next step {format_number(move, 8, signed=True)}: {effect}"
    )
    canvas.write(0, y, text, bold=True)


def _legend(canvas: Canvas) -> None:
    palette, y = canvas.palette, canvas.rows - 1
    if palette.color:
        x = canvas.write(0, y, "━━ above 0", palette.positive)
        x = canvas.write(x + 2, y, "━━ below 0", palette.negative)
    else:
        x = canvas.write(0, y, "── above 0  ·· below 0")
    canvas.write(x + 2, y, "thick: large · next step: |w| ▲ grows ▼ shrinks", palette.muted)


# Pixels


def _image(numbers: NetworkPicture, canvas: Canvas) -> Array | None:
    """The image in the place of the inputs, from −1 to 1, in an even number of pixel rows for which there is room."""
    image = numbers.pixel_weights if numbers.shows_weights else numbers.pixels
    if image is None:
        return None
    image = image / (_largest(image) or 1.0) if numbers.shows_weights else image
    most = max(2, 2 * _room(canvas))
    times = max(1, min(canvas.columns // (3 * image.shape[1]), most // len(image)))
    image = np.repeat(np.repeat(image, times, axis=0), times, axis=1)
    if len(image) > most * (1 + RIM):
        step = -(-len(image) // most)
        image = image[::step, ::step]
    elif len(image) > most:  # a few rows at the rim are less of a loss than every other one
        image = image[(len(image) - most) // 2 :][:most]
    return np.vstack([image, np.zeros((len(image) % 2, image.shape[1]))])


def _draw_image(image: Array, signed: bool, canvas: Canvas, left: int, top: int) -> None:
    palette = canvas.palette
    if not palette.color:
        levels = np.rint((image[::2] + image[1::2]) / 2 * (len(SHADES) - 1)).astype(np.int64)
        for y, row in enumerate(levels):
            text = "".join((SHADES if level >= 0 else NEGATIVE_SHADES)[abs(level)] for level in row)
            canvas.write(left, top + y, text)
        return

    @cache
    def color(value: float) -> Color:
        return palette.faded(_sign_color(canvas, value) if signed else palette.foreground, abs(value))

    canvas.pixels(left, top, np.array([[color(round(value, 2)) for value in row] for row in image.tolist()]))
