"""Plots as they are drawn: where things stand, what is said, at any size and with any palette."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from lsexplorer import Dataset, Hyperparameters, Trainer, load_dataset
from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.error_terms import running_mean
from lsexplorer.render.pictures.plot import Plot, round_ticks
from lsexplorer.tui.pictures import PICTURES
from tests.support.explorer import new_trainer, shows
from tests.support.pictures import COLOR, LIGHT, NO_COLOR, drawn, numbers_of

KINDS = ("clusters", "reliability", "weights", "errors")


def text(canvas: Canvas) -> list[str]:
    return ["".join(segment.text for segment in line) for line in canvas.lines()]


def test_a_dot_stands_at_its_coordinates_and_a_line_has_no_holes() -> None:
    canvas = Canvas(12, 5, COLOR)
    plot = Plot(canvas, 2, 1, 10, 4, (0.0, 19.0), (0.0, 15.0))
    plot.points(np.array([0.0, 19.0, 25.0]), np.array([0.0, 15.0, 3.0]), 0x112233)
    assert text(canvas) == [" " * 12, " " * 11 + "⠈", " " * 12, " " * 12, "  ⡀" + " " * 9]
    plot.line(np.array([0.0, 19.0, 19.0]), np.array([0.0, 15.0, np.nan]), 0x112233)
    assert all(any(letter > "⠀" for letter in line) for line in text(canvas)[1:])


def test_ticks_are_round_and_written_short() -> None:
    assert round_ticks(0, 3000, 5) == [(0, "0"), (1000, "1,000"), (2000, "2,000"), (3000, "3,000")]
    assert [label for _, label in round_ticks(-0.3, 0.3, 4)] == ["−.2", "0", ".2"]
    assert [label for _, label in round_ticks(0, 2e7, 2)] == ["0", "1e7", "2e7"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(24, 6), (100, 30)])
def test_any_size_and_palette_can_be_drawn(kind: str, size: tuple[int, int]) -> None:
    for trainer in (new_trainer(20), Trainer(load_dataset("moons"), Hyperparameters(output="sigmoid", loss="mse"))):
        for palette in (LIGHT, NO_COLOR):
            lines = drawn(kind, numbers_of(kind, trainer, size), size, palette)
            assert [len(line) for line in lines] == [size[0]] * size[1]


@pytest.mark.parametrize("hp", [{"output": "identity", "loss": "mse"}, {"hidden": ()}, {"init": "small"}])
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_is_said(kind: str, hp: dict[str, object]) -> None:
    numbers = numbers_of(kind, new_trainer(**hp))
    assert drawn(kind, numbers)
    assert PICTURES[kind].title(numbers)
    line = PICTURES[kind].look_for(numbers)[0]
    if kind == "reliability" and "loss" in hp:
        assert "no probabilities" in line
    if kind == "clusters" and hp == {"hidden": ()}:
        assert "no hidden layer" in line


def test_clusters_have_one_scale_and_each_class_its_place() -> None:
    numbers = dataclasses.replace(
        numbers_of("clusters", new_trainer(20)),
        train=np.array([[-1.0, -1], [1, -1], [0, 1]]),
        train_classes=np.arange(3),
        chosen=np.zeros((0, 2)),
        middle=np.zeros(2),
        size=1.0,
        shown="train",
    )
    lines = drawn("clusters", numbers, (64, 33))
    places = [(line.index(letter), y) for letter in "svi" for y, line in enumerate(lines[:-1]) if letter in line]
    (left, low), (right, same), (middle, high) = places
    assert low == same
    assert right - left == pytest.approx(2 * (low - high), abs=1)  # characters are twice as high as wide
    assert middle == pytest.approx((left + right) / 2, abs=1)
    assert "s setosa" in lines[-1]


def test_two_classes_stand_in_bands_along_the_line() -> None:
    t = Trainer(load_dataset("moons"), Hyperparameters(hidden=(4,)))
    t.step(200)
    lines = drawn("clusters", numbers_of("clusters", t), (60, 21))[:-1]
    assert not any("u" in line for line in lines[11:])
    assert not any("l" in line for line in lines[:9])


def test_reliability_shades_the_band_and_counts_the_rows() -> None:
    numbers = numbers_of("reliability", new_trainer(300), (100, 24))
    lines = drawn("reliability", numbers, (100, 24))
    for at in np.flatnonzero(numbers.before.counts):
        column = 7 + round((at + 0.5) / 15 * 93)
        rows = [y for y, line in enumerate(lines[:18]) if line[column] in "░O/x"]
        assert rows[0] == pytest.approx((1 - numbers.before.high[at]) * 18, abs=1)
        assert rows[-1] == pytest.approx((1 - numbers.before.low[at]) * 17, abs=1.2)
    assert lines[-1].strip() == "O before scaling  x after scaling  ░ if calibrated, in 95%"
    counts = [int(word) for word in lines[-2].split()]
    assert counts == [count for count in numbers.before.counts.tolist() if count]


def test_error_terms_have_a_line_at_zero_and_names_with_values_at_the_right() -> None:
    t = new_trainer(400, label_smoothing=0.1)
    numbers = numbers_of("errors", t, (100, 24), sample=3)
    lines = drawn("errors", numbers, (100, 24))
    zero = next(y for y, line in enumerate(lines) if line.startswith("    0 ┤"))
    assert "┄" in lines[zero]
    for k, name in enumerate(("s setosa", "v ve", "i virginica")):
        y = next(y for y, line in enumerate(lines) if name in line)
        assert (y < zero) == (numbers.terms[-1, k] > 0) or y == zero
    t.goto(100)
    back = drawn("errors", numbers_of("errors", t, (100, 24), sample=3), (100, 24))
    assert back[0].index("┊") == pytest.approx(lines[-1].index("100"), abs=1)


def test_weights_have_bars_now_and_marks_at_the_start() -> None:
    numbers = numbers_of("weights", new_trainer(300), (80, 20))
    lines = drawn("weights", numbers, (80, 20))
    assert "Layer 1 · 4 × 5 weights" in lines[0]
    assert "Layer 2 · 5 × 3 weights" in lines[0]
    assert "█" in "".join(lines[2:-3])
    assert "o" in "".join(lines[2:-3])
    assert "now" in lines[-1]


@pytest.mark.parametrize(("kind", "variant"), [*((kind, 0) for kind in KINDS), ("clusters", 1), ("reliability", 1)])
def test_they_look_as_they_did(snapshot: object, kind: str, variant: int) -> None:
    numbers = numbers_of(kind, new_trainer(200, label_smoothing=0.1), (78, 22), sample=3, variant=variant)
    words = PICTURES[kind].title(numbers), *PICTURES[kind].brief(numbers), *PICTURES[kind].look_for(numbers)
    lines = [*words, *drawn(kind, numbers, (78, 22))]
    assert "\n".join(line.rstrip() for line in lines) == snapshot


@cache
def many_classes() -> Trainer:
    rng = np.random.default_rng(0)
    names = [f"Aspidistra elatior variegata number {k:02d} of 40" for k in range(40)]
    y = [names[i % 40] for i in range(400)]
    data = Dataset.from_arrays(rng.normal(size=(400, 3)) + np.arange(400)[:, None] % 40, y)
    t = Trainer(data, Hyperparameters(hidden=(8,)))
    t.step(50)
    return t


def test_of_many_classes_with_long_names_those_are_named_that_matter_most() -> None:
    t, names = many_classes(), many_classes().data.class_names
    lines = drawn("errors", numbers_of("errors", t, (78, 20)), (78, 20))
    named = [line for line in lines if "Asp" in line]
    assert len(named) == 9
    assert "31 more" in "\n".join(lines)
    numbers = [name.split()[4] for name in names]
    own = numbers[t.data.y_train[0]]
    assert any(f"{own}…" in line for line in named), "the sample's class is one of them"
    lines = drawn("clusters", numbers_of("clusters", t, (78, 20)), (78, 20))
    assert all(f"{number}…" in lines[-1] for number in numbers[:3])
    lines = drawn("network", numbers_of("network", t, (78, 20)), (78, 20))
    assert all(f"{number}…" in "\n".join(lines) for number in numbers[:3])
    lines = drawn("map", numbers_of("map", t, (78, 20)), (78, 20))
    assert f"{own}…" in lines[-1]
    assert " more" in lines[-1]


LONGEST = 76
"""Characters of a line in a picture's frame at 80×24."""


@pytest.mark.parametrize("kind", PICTURES)
def test_titles_and_the_shortest_words_fit_into_a_small_terminal(kind: str) -> None:
    crossed, many = new_trainer(400, learning_rate=0.3), many_classes()
    crossed.set(label_smoothing=0.4)
    crossed.step(100)
    plain = {"activation": "relu", "l2": 0.01}
    trainers = [crossed, many, Trainer(many.data, Hyperparameters(label_smoothing=0.1)), new_trainer(20, **plain)]
    trainers += [new_trainer(3, output="identity", loss="mse"), Trainer(load_dataset("digits"), Hyperparameters())]
    for trainer in trainers:
        for variant in (0, 1):
            numbers = numbers_of(kind, trainer, (78, 18), variant=variant)
            forms = PICTURES[kind].look_for(numbers)
            assert len(PICTURES[kind].title(numbers)) <= LONGEST - 2
            assert len(forms[-1]) <= LONGEST, forms
            assert [*forms] == sorted(forms, key=len, reverse=True)
    assert len(PICTURES[kind].across[-1]) <= LONGEST


def test_an_error_term_that_comes_and_goes_is_not_said_to_stay() -> None:
    found = numbers_of("errors", new_trainer(20, label_smoothing=0.1), sample=3)
    terms = np.full_like(found.terms, 0.1)
    terms[4, found.own] = terms[6, found.own] = -0.1
    noisy = dataclasses.replace(found, terms=terms)
    assert all("crosses 0 at about step 4" in line for line in PICTURES["errors"].look_for(noisy))
    terms[4:, found.own] = -0.1
    assert "is below 0 from about step 4 on" in PICTURES["errors"].look_for(noisy)[0]
    one_output = numbers_of("errors", Trainer(load_dataset("moons"), Hyperparameters(output="sigmoid", loss="mse")))
    assert "batch" not in PICTURES["errors"].look_for(one_output)[0]


def test_of_the_batches_mean_the_running_mean_is_the_line_and_each_batch_a_dot() -> None:
    found = numbers_of("errors", new_trainer(300), (100, 24), sample=3, variant=1)
    noise = np.random.default_rng(0).normal(size=found.terms.shape)
    means, near = running_mean(noise), len(noise) // 24
    assert means[100] == pytest.approx(noise[100 - near : 101 + near].mean(axis=0))
    assert means[-1] == pytest.approx(noise[-1 - near :].mean(axis=0))
    lines = drawn("errors", dataclasses.replace(found, terms=noise, limits=(-2.0, 2.0)), (100, 24))
    assert "".join(lines[:20]).count("·") > 100
    ends = {line.split()[-2]: line.split()[-3] for line in map(str.rstrip, lines[:20]) if line[-1:] in "ar…"}
    assert all(shows(ends[letter], float(means[-1, k])) for k, letter in enumerate("svi")), ends


def test_beside_other_methods_lines_keep_their_letters_and_no_word_is_cut() -> None:
    t = new_trainer(40)
    lines = drawn("errors", numbers_of("errors", t, (31, 9)), (31, 9), COLOR)
    assert {line.split()[-1] for line in lines[:7] if line[-1:].isalpha()} == {"s", "v", "i"}
    lines = drawn("weights", numbers_of("weights", t, (31, 12)), (31, 12))
    assert "…" not in "".join(lines)
