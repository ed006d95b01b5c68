"""The network, drawn: a column for each layer, a line for each weight."""

from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.names import shortened, told_apart
from lsexplorer.render.numbers import format_number
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.network_layout import (
    HEADER,
    WORDS,
    Column,
    Fit,
    class_room,
    columns_of,
    fit_of,
    image_of,
    room_of,
)
from lsexplorer.render.pictures.palette import blend
from lsexplorer.render.pictures.pixels import draw_image
from lsexplorer.views.network import NetworkPicture
from lsexplorer.views.viewpoint import Hit

FAINT, STRONG = 0.16, 0.66
"""Shares of the layer's largest weight: lines are grouped in faint, middling and strong ones."""
UP, DOWN, SAME = "▲", "▼", "·"


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
            f"{name} is {off} beyond its soft target: it is pulled back.",
        )
    if node.soft_target == node.target:
        return (
            f"{name} is {off} off its hard target {target}, which it never reaches: every step pushes on ({grown}).",
            f"{name} is {off} off its hard target, never reached: every step pushes on.",
            f"{name} is {off} off its hard target, never reached.",
        )
    return (
        f"{name} is {off} off its soft target {target}: the step pushes it on, and stops there ({grown}).",
        f"{name} is {off} off its soft target: the step pushes it on ({grown}).",
        f"{name} is {off} off its soft target: it is pushed on.",
    )


def draw_network(numbers: NetworkPicture, canvas: Canvas) -> None:
    """Draw units, weights, the selected weight in words, and a legend."""
    fit = fit_of(numbers, canvas)
    columns = columns_of(numbers, canvas, fit)
    for layer in range(len(numbers.weights)):
        _edges(numbers, canvas, layer, columns[layer], columns[layer + 1])
    _selected_weight_line(numbers, canvas, columns)
    _inputs(numbers, canvas, columns[0], fit)
    for layer in range(1, len(columns) - 1):
        _hidden(numbers, canvas, layer, columns[layer], fit)
    _outputs(numbers, canvas, columns[-1], fit)
    _growth_marks(numbers, canvas, columns)
    if canvas.rows >= WORDS:
        _words(numbers, canvas)
        _legend(canvas)


def network_hit(numbers: NetworkPicture, canvas: Canvas, x: int, y: int) -> Hit:
    """The node in a column and a row."""
    for layer, column in enumerate(columns_of(numbers, canvas, fit_of(numbers, canvas))):
        for unit, row in column.rows.items():
            if layer and row == y and column.left <= x < column.right:
                return Hit(numbers.names[layer][unit])
    return Hit()


# What stands there


def _inputs(numbers: NetworkPicture, canvas: Canvas, column: Column, fit: Fit) -> None:
    palette, image = canvas.palette, image_of(numbers, canvas)
    if image is not None:
        title = f"weights into {numbers.pixel_unit}" if numbers.shows_weights else f"{numbers.sizes[0]} pixels"
        canvas.write(column.left, 0, title, palette.muted)
        draw_image(image, canvas, column.left, HEADER, signed=numbers.shows_weights)
        return
    canvas.write(column.left, 0, "inputs x".rjust(column.width), palette.muted)
    room, largest = column.width - fit.value - 1, _largest(numbers.values[0])
    for unit, row in column.rows.items():
        chosen = numbers.selected[0] == 1 and unit == numbers.source
        canvas.write(column.left, row, shortened(numbers.names[0][unit], room).rjust(room), bold=chosen)
        _value(canvas, (column.left + room + 1, row), float(numbers.values[0][unit]), largest, fit.value)
    _fold(canvas, column)


def _hidden(numbers: NetworkPicture, canvas: Canvas, layer: int, column: Column, fit: Fit) -> None:
    canvas.write(column.left, 0, f"hidden h{layer if len(numbers.sizes) > 3 else ''}", canvas.palette.muted)
    values = numbers.values[layer]
    for unit, row in column.rows.items():
        x = _name(numbers, canvas, layer, unit, (column.left, row))
        _value(canvas, (x, row), float(values[unit]), _largest(values), fit.value)
    _fold(canvas, column)


def _outputs(numbers: NetworkPicture, canvas: Canvas, column: Column, fit: Fit) -> None:
    palette, layer, room = canvas.palette, len(numbers.sizes) - 1, class_room(numbers, fit)
    titles = ("o", "t′−o", "Δ‖w‖")[: 1 + fit.details]
    first = 2 + max(map(len, numbers.names[-1])) + room
    canvas.write(column.left + first, 0, "".join(title.rjust(fit.value) for title in titles), palette.muted)
    words = told_apart([node.class_name or "" for node in numbers.outputs], room - 1) if room else None
    for unit, row in column.rows.items():
        node = numbers.outputs[unit]
        _name(numbers, canvas, layer, unit, (column.left, row), words[unit] if words else "")
        x = _value(canvas, (column.left + first, row), node.output, 1.0, fit.value)
        if fit.details:
            error = node.soft_error or 0.0
            text = format_number(error, fit.value - 1, signed=True).rjust(fit.value)
            x = canvas.write(x, row, text, canvas.palette.sign_color(error))
        grown = float(numbers.norm_growth[layer - 1][unit])
        if fit.details > 1:
            x = canvas.write(x, row, format_number(grown, fit.value - 1, signed=True).rjust(fit.value))
        canvas.write(x + 1, row, _mark(grown), bold=True)
    _fold(canvas, column)


def _name(numbers: NetworkPicture, canvas: Canvas, layer: int, unit: int, at: tuple[int, int], words: str = "") -> int:
    """A unit's name, marked where it is selected; the column after it."""
    chosen = numbers.selected == (layer, unit)
    source = (numbers.selected[0] - 1, numbers.source) == (layer, unit)
    name = numbers.names[layer][unit].ljust(max(map(len, numbers.names[layer])))
    return canvas.write(*at, f"{'▸' if chosen else ' '}{name} {words}", bold=chosen or source)


def _value(canvas: Canvas, at: tuple[int, int], value: float, largest: float, width: int) -> int:
    """A unit's value on a ground that is the brighter the larger it is, blue above 0 and orange below."""
    palette, text = canvas.palette, format_number(value, width - 1).rjust(width)
    if not palette.color:
        return canvas.write(*at, text)
    share = min(1.0, abs(value) / largest) if largest else 0.0
    ground = palette.faded(canvas.palette.sign_color(value), 0.75 * share) if np.isfinite(value) else palette.background
    return canvas.write(*at, text, palette.on(ground), ground=ground)


def _fold(canvas: Canvas, column: Column) -> None:
    if column.fold:
        below = max(column.rows.values()) + 1
        canvas.write(column.left, below, column.fold[: column.width], canvas.palette.muted)


def _largest(values: Array) -> float:
    return float(np.abs(values).max()) if values.size else 0.0


def _mark(growth: float) -> str:
    if growth > 0:
        return UP
    return DOWN if growth < 0 else SAME


# Weights


def _edges(numbers: NetworkPicture, canvas: Canvas, layer: int, below: Column, above: Column) -> None:
    """The weights from one layer to the next, the strongest on top; those into the selected node in full colour."""
    W, palette = numbers.weights[layer], canvas.palette
    largest = numbers.reach[layer]
    if not below.rows:  # pixels: too many to draw
        middle = HEADER + room_of(canvas) / 2
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
        color = canvas.palette.sign_color(float(W[source, unit]))
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


def _selected_weight_line(numbers: NetworkPicture, canvas: Canvas, columns: list[Column]) -> None:
    layer, unit = numbers.selected
    below, above = columns[layer - 1], columns[layer]
    if numbers.source in below.rows and unit in above.rows:
        ends = (below.right, below.rows[numbers.source]), (above.left - 1, above.rows[unit])
        weight = float(numbers.weights[layer - 1][numbers.source, unit])
        bright = blend(canvas.palette.sign_color(weight), canvas.palette.foreground, 0.5)
        dash = 1 if canvas.palette.color else _dash(1.0, weight)
        canvas.line(*ends, bright, thick=True, dash=dash)


def _growth_marks(numbers: NetworkPicture, canvas: Canvas, columns: list[Column]) -> None:
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
