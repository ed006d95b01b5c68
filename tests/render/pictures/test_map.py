"""The map as it is drawn."""

import re

import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.render.names import shortened, told_apart
from lsexplorer.render.pictures.map import LEVELS, SHADES, STRENGTHS, map_look_for, map_title
from lsexplorer.render.pictures.palette import Palette, contrast
from lsexplorer.render.pictures.plot import round_ticks
from tests.support.explorer import new_trainer
from tests.support.pictures import COLOR, drawn, numbers_of


def test_without_colour_a_letter_says_the_class_and_a_shade_how_sure() -> None:
    found = numbers_of("map", new_trainer(200), (80, 20))
    lines = drawn("map", found, (80, 20))
    row, column = 2, 10  # of the map, whose left part is 7 characters wide
    assert lines[row][7 + column] == "svi"[found.classes[2 * row, column]]
    level = sum(found.sure[2 * row, column + 1] >= bound for bound in LEVELS)
    assert lines[row][7 + column + 1] == SHADES[level]
    assert "s setosa" in lines[-1]
    assert lines[-1].rstrip().endswith("██")
    narrow = drawn("map", numbers_of("map", new_trainer(200), (64, 20)), (64, 20))[-1]
    assert narrow.split() == ["s", "setosa", "v", "versicolor", "i", "virginica"], "names before shades"


def test_title_and_line_say_which_plane_it_is_and_how_sure_the_network_is_far_away() -> None:
    t = new_trainer(200)
    found = numbers_of("map", t, sample=7)
    assert map_title(found) == f"Map · petal_length → · petal_width ↑ · others as in row {t.data.train_rows[7] + 1}"
    rim = [*found.sure[0], *found.sure[-1], *found.sure[1:-1, 0], *found.sure[1:-1, -1]]
    assert all(f"{100 * sum(rim) / len(rim):.3g}% sure" in line for line in map_look_for(found))
    assert "hard targets push that up, smoothing stops it" in map_look_for(found)[0]
    t.set(l2=0.1)
    assert "hard targets push that up, L2 holds it down" in map_look_for(numbers_of("map", t))[0]
    t.set(label_smoothing=0.3)
    assert "soft targets aim at 80% and no more" in map_look_for(numbers_of("map", t))[0]
    for settings, words in (({}, "smoothing slows it"), ({"label_smoothing": 0.3}, "units without bound go on")):
        for network in ({"activation": "relu"}, {"hidden": ()}):
            assert words in map_look_for(numbers_of("map", new_trainer(**network, **settings)))[0]
    assert map_title(numbers_of("map", t, sample=None)).endswith("others as in the mean")


@pytest.mark.parametrize("size", [(24, 6), (90, 30)])
def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    lines = drawn("map", numbers_of("map", new_trainer(), size), size, COLOR)
    assert [len(line) for line in lines] == [size[0]] * size[1]


def test_ten_classes_of_one_letter_have_room_in_a_small_legend() -> None:
    found = numbers_of("map", Trainer(load_dataset("digits"), Hyperparameters()), (38, 12))
    assert drawn("map", found, (38, 12))[-1].split() == [*"0123456789"]
    assert "".join(drawn("map", found, (38, 12), COLOR)[-1].split()) == "0123456789"


def test_axes_have_round_values_in_the_units_of_the_data() -> None:
    t = new_trainer()
    found = numbers_of("map", t, (90, 30))
    lines = drawn("map", found, (90, 30))
    below, marks = lines[-2], lines[-3]
    at = t.data.feature_names.index("petal_length")
    for number in re.finditer(r"[−.\d]+", below):
        middle = marks.rindex("┬", 0, number.end()) - 7
        raw = found.x[middle] * t.data.scale[at] + t.data.mean[at]
        half = (found.x[1] - found.x[0]) / 2 * t.data.scale[at]
        assert abs(float(number[0].replace("−", "-")) - raw) <= half * 1.001
    assert round_ticks(0.0, 1.0, 6) == [(0, "0"), (0.2, ".2"), (0.4, ".4"), (0.6, ".6"), (0.8, ".8"), (1, "1.0")]
    assert round_ticks(1.0, 1.0, 5) == round_ticks(0.0, float("nan"), 5) == []
    assert max(len(label) for _, label in round_ticks(-123456.0, 654321.0, 9)) <= 5


def test_many_long_class_names_are_told_apart() -> None:
    assert shortened("a rather long name 17", 9) == "a ra…e 17"
    assert len({shortened(f"a rather long name {k}", 8) for k in range(40)}) == 40
    assert told_apart(["setosa", "virginica"], 9) == ["setosa", "virginica"]
    assert told_apart(["class 7 of 40", "class 17 of 40"], 9) == ["class 7…", "class 17…"]
    assert told_apart(["reading 10", "reading 20"], 6) == ["rea…10", "rea…20"]
    assert len({*told_apart([f"a rather long name {k} of a set" for k in range(40)], 8)}) == 40


@pytest.mark.parametrize("palette", [Palette(), Palette(dark=False, foreground=0x1F1F1F, background=0xE0E0E0)])
def test_regions_are_seen_where_the_network_is_least_sure(palette: Palette) -> None:
    shades = [palette.faded(palette.class_color(k), STRENGTHS[0]) for k in range(10)]
    assert min(contrast(shade, palette.background) for shade in shades) >= 1.2
    assert len(set(shades)) == 10
