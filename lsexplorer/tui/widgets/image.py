"""A sample, or the weights of its pixels, as an image.

A character holds two pixels; without colour it is one of a few shades.
"""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from lsexplorer.render.pictures.pixels import NEGATIVE_SHADES, SHADES

Pixels = NDArray[np.float64]


class SampleImage(Widget):
    """Draws a sample of an image set in shades of grey; hidden for other data."""

    DEFAULT_CSS = """
    SampleImage { height: auto; width: auto; }
    """
    _pixels: Pixels | None = None
    """(height, width), from −1 to 1; None draws nothing."""

    def show_pixels(self, values: Pixels | None, shape: tuple[int, int] | None, largest: float) -> None:
        """Show pixel values (height·width,), where ``largest`` is white."""
        self._show(None if values is None or shape is None else np.clip(values.reshape(shape) / largest, 0, 1))

    def _show(self, pixels: Pixels | None) -> None:
        self._pixels = pixels
        self.display = pixels is not None
        self.refresh(layout=True)

    def render(self) -> Text:
        """Rows of half blocks: the upper pixel in the foreground, the lower in the background."""
        if self._pixels is None:
            return Text()
        pixels = self._pixels
        if len(pixels) % 2:
            pixels = np.vstack([pixels, np.zeros(pixels.shape[1])])
        return Text("\n").join(self._line(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True))

    def _line(self, upper: Pixels, lower: Pixels) -> Text:
        if self.app.no_color:
            levels = ((upper + lower) / 2 * (len(SHADES) - 1)).round().astype(int)
            return Text("".join((SHADES if level >= 0 else NEGATIVE_SHADES)[abs(level)] for level in levels))
        line = Text()
        for top, bottom in zip(upper, lower, strict=True):
            line.append("▀", Style(color=self._color(float(top)), bgcolor=self._color(float(bottom))))
        return line

    @staticmethod
    def _color(value: float) -> str:
        return _rgb(value, (255, 255, 255))


class WeightsImage(SampleImage):
    """Draws weights as an image: orange adds to the neuron's sum, blue subtracts from it; hidden for other data."""

    WIDEST = 30

    def show_weights(self, weights: Pixels, shape: tuple[int, int] | None) -> None:
        """Show weights (height·width,), the largest of them in full colour; small images are enlarged."""
        if shape is None:
            self._show(None)
            return
        largest = float(np.abs(weights).max())
        grid = weights.reshape(shape) / (largest if largest > 0 else 1.0)
        times, step = max(1, self.WIDEST // shape[1]), -(-shape[1] // self.WIDEST)
        self._show(np.asarray(np.kron(grid, np.ones((times, times)))[::step, ::step], dtype=np.float64))

    @staticmethod
    def _color(value: float) -> str:
        return _rgb(abs(value), (255, 150, 30) if value > 0 else (70, 150, 255))


def _rgb(share: float, full: tuple[int, int, int]) -> str:
    """A colour at this share of its full brightness."""
    return "rgb({},{},{})".format(*(round(share * part) for part in full))
