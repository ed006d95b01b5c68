"""The sheet that pictures are drawn on, and their colours."""

import numpy as np
import pytest

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.palette import Palette, blend, class_letters, contrast
from tests.support.pictures import COLOR, LIGHT


def rows(canvas: Canvas) -> list[str]:
    return ["".join(segment.text for segment in line) for line in canvas.lines()]


def test_text_is_cut_at_the_edges_and_wide_characters_take_two_places() -> None:
    canvas = Canvas(6, 3, COLOR)
    assert canvas.write(4, 0, "abcd") == 6
    assert canvas.write(-2, 1, "abcd") == 2
    assert canvas.write(0, 2, "日本") == 4
    assert canvas.write(9, 0, "x") == 9
    assert canvas.write(0, 7, "x") == 0
    assert rows(canvas) == ["    a…", "cd    ", "日本  "]


def test_a_line_has_its_dots_where_a_straight_one_has_them() -> None:
    canvas = Canvas(3, 1, COLOR)
    canvas.line((0, 0), (2, 0), 0xFF0000)
    assert rows(canvas) == ["⠐⠒⠒"] or rows(canvas) == ["⠠⠤⠤"]
    canvas.line((5, 5), (9, 9), 0xFF0000)  # outside
    assert canvas.lines()[0][0].style.color.name == "#ff0000"


def test_two_pixels_share_a_character() -> None:
    canvas = Canvas(1, 1, COLOR)
    canvas.pixels(0, 0, np.array([[0x112233], [0x445566]]))
    [[segment]] = canvas.lines()
    assert (segment.text, segment.style.color.name, segment.style.bgcolor.name) == ("▀", "#112233", "#445566")


@pytest.mark.parametrize("palette", [COLOR, LIGHT])
def test_every_colour_is_told_from_its_ground(palette: Palette) -> None:
    for color in [*map(palette.class_color, range(10)), palette.muted, palette.positive, palette.negative]:
        assert contrast(color, palette.background) >= 3


def test_contrast_and_blends() -> None:
    assert contrast(0x000000, 0xFFFFFF) == pytest.approx(21)
    assert contrast(0x777777, 0xFFFFFF) == pytest.approx(4.48, abs=0.01)  # a value that WCAG's own tools give
    assert blend(0x000000, 0xFF8040, 0.5) == 0x804020


def test_each_class_has_a_letter_of_its_own() -> None:
    assert class_letters(("setosa", "versicolor", "virginica")) == ("s", "v", "i")
    assert class_letters(tuple("0123456789")) == tuple("0123456789")
    assert len(set(class_letters(tuple(f"class number {k}" for k in range(40))))) == 40
    assert class_letters(("é", "é")) == ("a", "b")
