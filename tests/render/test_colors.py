"""Colours that can be read on the theme's ground."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer.render.pictures.palette import contrast, readable


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
