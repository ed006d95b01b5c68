"""Colours of lines, methods, frames and words, made readable on the theme's grounds."""

from collections.abc import Mapping
from functools import cache

from rich.color import Color
from rich.style import Style

from lsexplorer.render.pictures.palette import blend, contrast, readable

_GROUNDS = ("background", "surface")
_GROUNDS_OF = {
    "accent": _GROUNDS,
    "primary": _GROUNDS,
    **dict.fromkeys(("text-accent", "text-success", "text-error", "text-warning"), (*_GROUNDS, "primary-muted")),
    "footer-key-foreground": ("footer-background",),
}
"""Variables of a theme, and those on which they stand: frames and words on panes, numbers on the selected row too."""


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """A theme's variables with colours that are at least 3:1 on their grounds; those of a terminal's own stay."""
    found = dict(variables)
    if not all(found[name].startswith("#") for name in _GROUNDS):
        return found
    for name, grounds in _GROUNDS_OF.items():
        if found[name].startswith("#"):
            found[name] = f"#{_on_all(_number(found[name]), [_number(found[ground]) for ground in grounds]):06x}"
    words, behind = _number(found["foreground"]), [_number(found[ground]) for ground in _GROUNDS]
    shares = (part for part in range(60, 100, 5) if all(_is_read(words, ground, part / 100) for ground in behind))
    share = next(shares, 100)
    if share > 60:  # Textual's own share
        found["foreground-muted"] = f"{found['foreground'][:7]}{round(2.55 * share):02x}"
    found["text-disabled"] = found["foreground-muted"]  # of the examples in empty fields, which are to be read
    return found


def _number(text: str) -> int:
    return int(text[1:7], 16)


def _is_read(color: int, ground: int, share: float) -> bool:
    return contrast(blend(ground, color, share), ground) >= 3


def _on_all(color: int, grounds: list[int]) -> int:
    """A colour made readable on the ground on which it is read worst."""
    return readable(color, min(grounds, key=lambda ground: contrast(color, ground)))


def readable_color(number: int, style: Style) -> str:
    """A terminal's colour 0 to 255, changed until it stands out from a style's ground."""
    return _readable(number, style.bgcolor)


@cache
def _readable(number: int, ground: Color | None) -> str:
    parts = Color.from_ansi(number).get_truecolor()
    behind = None if ground is None else ground.get_truecolor(foreground=False)
    color = parts.red << 16 | parts.green << 8 | parts.blue
    return f"#{readable(color, 0 if behind is None else behind.red << 16 | behind.green << 8 | behind.blue):06x}"
