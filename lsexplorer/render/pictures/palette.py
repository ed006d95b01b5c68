"""The colours of pictures: told apart by colour-blind eyes, and at least 3:1 against a dark or a light ground."""

from dataclasses import dataclass
from functools import lru_cache

Color = int
"""0xRRGGBB."""

# Okabe and Ito's colours (2008), two of their own kind added; on a light ground each is darkened until it is 3:1.
_ON_DARK = (0x56B4E9, 0xE69F00, 0x009E73, 0xF0E442, 0xCC79A7, 0xD55E00, 0x8C9EFF, 0xB0B0B0, 0x7FDBCA, 0xC49A6C)
_ON_LIGHT = (0x0072B2, 0xB16E00, 0x007A59, 0x8A7F00, 0xB3568A, 0xC24A00, 0x4656C8, 0x6B6B6B, 0x008577, 0x8A6236)


@dataclass(frozen=True)
class Palette:
    """What a picture may use."""

    color: bool = True
    """Whether there is colour; without it letters and shades stand for it."""
    dark: bool = True
    """Whether the ground is dark."""
    foreground: Color = 0xE0E0E0
    background: Color = 0x121212

    def class_color(self, number: int) -> Color:
        """The colour of a class; ten are told apart, further ones by their letters alone."""
        if not self.color:
            return self.foreground
        colors = _ON_DARK if self.dark else _ON_LIGHT
        return readable(colors[number % len(colors)], self.background)

    @property
    def positive(self) -> Color:
        """Of what is above 0."""
        return self.class_color(0)

    @property
    def negative(self) -> Color:
        """Of what is below 0."""
        return self.class_color(1)

    def sign_color(self, value: float) -> Color:
        """Of a value above or below 0."""
        return self.negative if value < 0 else self.positive

    @property
    def muted(self) -> Color:
        """Of axes and other things that one must not look at first."""
        return readable(blend(self.background, self.foreground, 0.6), self.background)

    def faded(self, color: Color, share: float) -> Color:
        """A colour that stands out by a share of it, from 0, which is the ground, to 1."""
        return blend(self.background, color, share)

    def on(self, ground: Color) -> Color:
        """Black or white, whichever is better read on a ground."""
        return 0x000000 if luminance(ground) > 0.18 else 0xFFFFFF


def blend(start: Color, end: Color, share: float) -> Color:
    """A colour on the way from one to another."""
    parts = ((start >> shift & 255, end >> shift & 255) for shift in (16, 8, 0))
    red, green, blue = (round(a + (b - a) * share) for a, b in parts)
    return red << 16 | green << 8 | blue


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1 (WCAG 2)."""
    parts = [(color >> shift & 255) / 255 for shift in (16, 8, 0)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Color, second: Color) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=256)
def readable(color: Color, ground: Color, least: float = 3.0) -> Color:
    """The colour, or the nearest one on its way to black or white that has at least this contrast to the ground."""
    end = 0x000000 if luminance(ground) > 0.18 else 0xFFFFFF
    shades = (blend(color, end, share / 20) for share in range(21))
    return next((shade for shade in shades if contrast(shade, ground) >= least), end)


def class_letters(names: tuple[str, ...]) -> tuple[str, ...]:
    """A character for each class: the first of its name that no class before it has, else any that is free."""
    letters: list[str] = []
    spare = [*"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    for name in names:
        own = [*name.lower(), *name.upper(), *spare]
        fitting = (letter for letter in own if letter.isalnum() and letter.isascii() and letter not in letters)
        letters.append(next(fitting, "?"))
    return tuple(letters)
