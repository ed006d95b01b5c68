"""Colours that can be read on the theme's ground."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from lsexplorer.render.pictures.palette import Palette, contrast, readable
from lsexplorer.tui.widgets.colors import readable_variables

THEMES = [theme for name, theme in BUILTIN_THEMES.items() if not name.startswith("ansi")]
"""Those whose colours are known; the others take the terminal's own."""


def number(color: str) -> int:
    return int(color[1:7], 16)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_has_frames_words_and_series_that_stand_out(theme: Theme) -> None:
    variables = readable_variables(theme.to_color_system().generate())
    background, surface, row = (number(variables[name]) for name in ("background", "surface", "primary-muted"))
    for name in ("accent", "primary"):
        assert min(contrast(number(variables[name]), ground) for ground in (background, surface)) >= 3, name
    for name in ("text-accent", "text-success", "text-error", "text-warning"):
        assert min(contrast(number(variables[name]), ground) for ground in (background, surface, row)) >= 3, name
    assert contrast(number(variables["footer-key-foreground"]), number(variables["footer-background"])) >= 3
    muted = Color.parse(variables["foreground-muted"])
    assert variables["text-disabled"] == variables["foreground-muted"], "examples in empty fields"
    for ground in ("background", "surface"):
        shown = Color.parse(variables[ground]).blend(muted, muted.a, alpha=1)
        assert contrast(number(shown.hex), number(variables[ground])) >= 3, ground
    palette = Palette(True, theme.dark, number(variables["foreground"]), background)
    for color in [*map(palette.class_color, range(10)), palette.muted, palette.positive, palette.negative]:
        assert contrast(color, background) >= 3


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_a_readable_color_stands_out(color: int, ground: int) -> None:
    shade = readable(color, ground)
    assert contrast(shade, ground) >= 3
    if contrast(color, ground) >= 3:
        assert shade == color


@pytest.mark.parametrize(("color", "ground"), [(0xFF8700, 0xE0E0E0), (0x00AFFF, 0xFDF6E3), (0x606060, 0x2E3440)])
def test_it_is_no_further_from_the_color_than_it_must_be(color: int, ground: int) -> None:
    assert contrast(color, ground) < 3
    assert 3 <= contrast(readable(color, ground), ground) < 3.5
