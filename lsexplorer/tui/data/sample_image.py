"""A sample, or the weights of its pixels, as a picture.

Two pixels to a character; in shades of ink where there is no colour.
"""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

_SHADES = " ░▒▓█"
_NEGATIVE = " -=≡#"
"""Shades of what is below 0."""


class SamplePicture(Widget):
    """Draws a sample of an image set; nothing for other data."""

    DEFAULT_CSS = """
    SamplePicture { height: auto; width: auto; }
    """
    _pixels: NDArray[np.float64] | None = None

    def show_pixels(self, values: NDArray[np.float64] | None, shape: tuple[int, int] | None, largest: float) -> None:
        """Show pixel values (height·width,), where ``largest`` is white."""
        self._pixels = None if values is None or shape is None else np.clip(values.reshape(shape) / largest, 0, 1)
        self.display = self._pixels is not None
        self.refresh(layout=True)

    def render(self) -> Text:
        """Rows of half blocks: the upper pixel in the foreground, the lower in the background."""
        if self._pixels is None:
            return Text()
        pixels = self._pixels
        if len(pixels) % 2:
            pixels = np.vstack([pixels, np.zeros(pixels.shape[1])])
        return Text("\n").join(self._line(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True))

    def _line(self, upper: NDArray[np.float64], lower: NDArray[np.float64]) -> Text:
        if self.app.no_color:
            inks = ((upper + lower) / 2 * (len(_SHADES) - 1)).round().astype(int)
            return Text("".join(_SHADES[ink] for ink in inks))
        line = Text()
        for top, bottom in zip(upper, lower, strict=True):
            line.append("▀", Style(color=_grey(top), bgcolor=_grey(bottom)))
        return line


def _grey(value: float) -> str:
    level = round(255 * float(value))
    return f"rgb({level},{level},{level})"


class WeightsPicture(SamplePicture):
    """Draws weights as a picture: orange adds to the neuron's sum, blue takes from it; nothing for other data."""

    WIDEST = 30

    def show_weights(self, weights: NDArray[np.float64], shape: tuple[int, int] | None) -> None:
        """Show weights (height·width,), the largest of them in full ink; small pictures are drawn larger."""
        self._pixels = None
        if shape is not None:
            largest = float(np.abs(weights).max())
            grid = weights.reshape(shape) / (largest if largest > 0 else 1.0)
            times, step = max(1, self.WIDEST // shape[1]), -(-shape[1] // self.WIDEST)
            self._pixels = np.asarray(np.kron(grid, np.ones((times, times)))[::step, ::step], dtype=np.float64)
        self.display = self._pixels is not None
        self.refresh(layout=True)

    def _line(self, upper: NDArray[np.float64], lower: NDArray[np.float64]) -> Text:
        if self.app.no_color:
            inks = ((upper + lower) / 2 * (len(_SHADES) - 1)).round().astype(int)
            return Text("".join((_SHADES if ink >= 0 else _NEGATIVE)[abs(ink)] for ink in inks))
        line = Text()
        for top, bottom in zip(upper, lower, strict=True):
            line.append("▀", Style(color=_orange_or_blue(top), bgcolor=_orange_or_blue(bottom)))
        return line


def _orange_or_blue(value: float) -> str:
    full = (255, 150, 30) if value > 0 else (70, 150, 255)
    return "rgb({},{},{})".format(*(round(abs(float(value)) * part) for part in full))
