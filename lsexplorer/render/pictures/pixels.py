"""Images in pictures: two pixels to a character, or shades without colour."""

from functools import cache

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Color

RIM = 0.25
"""The share of an image's rows that may be cut off where there is no room for them."""
SHADES = " ░▒▓█"
"""Without colour, from 0 to 1."""
NEGATIVE_SHADES = " -=≡#"
"""Those of values below 0."""


def fitted(image: Array, columns: int, rows: int) -> Array:
    """An image (height, width) in an even number of pixel rows for which there is room, in a third of the columns."""
    most = max(2, 2 * rows)
    times = max(1, min(columns // (3 * image.shape[1]), most // len(image)))
    image = np.repeat(np.repeat(image, times, axis=0), times, axis=1)
    if len(image) > most * (1 + RIM):
        step = -(-len(image) // most)
        image = image[::step, ::step]
    elif len(image) > most:  # a few rows at the rim are less of a loss than every other one
        image = image[(len(image) - most) // 2 :][:most]
    return np.vstack([image, np.zeros((len(image) % 2, image.shape[1]))])


def draw_image(image: Array, canvas: Canvas, left: int, top: int, *, signed: bool) -> None:
    """Draw an image with values from −1 to 1 in an even number of rows; signed: in the colours of signs."""
    palette = canvas.palette
    if not palette.color:
        levels = np.rint((image[::2] + image[1::2]) / 2 * (len(SHADES) - 1)).astype(np.int64)
        for y, row in enumerate(levels):
            text = "".join((SHADES if level >= 0 else NEGATIVE_SHADES)[abs(level)] for level in row)
            canvas.write(left, top + y, text)
        return

    @cache
    def color(value: float) -> Color:
        full = palette.sign_color(value) if signed else palette.foreground
        return palette.faded(full, abs(value))

    canvas.pixels(left, top, np.array([[color(round(value, 2)) for value in row] for row in image.tolist()]))
