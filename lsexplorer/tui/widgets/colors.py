"""Colours of lines and methods, made readable on the theme's ground."""

from functools import cache

from rich.color import Color
from rich.style import Style

from lsexplorer.render.pictures.palette import readable


def readable_color(number: int, style: Style) -> str:
    """A terminal's colour 0 to 255, changed until it stands out from a style's ground."""
    return _readable(number, style.bgcolor)


@cache
def _readable(number: int, ground: Color | None) -> str:
    parts = Color.from_ansi(number).get_truecolor()
    behind = None if ground is None else ground.get_truecolor(foreground=False)
    color = parts.red << 16 | parts.green << 8 | parts.blue
    return f"#{readable(color, 0 if behind is None else behind.red << 16 | behind.green << 8 | behind.blue):06x}"
