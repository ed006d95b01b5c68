"""A sample as a picture, two pixels to a character; in shades of ink where there is no colour."""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

_SHADES = " ░▒▓█"


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
