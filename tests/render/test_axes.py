"""The round numbers beside an axis, by what must hold of any range."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer.render.axes import Axis, Tick

values = st.floats(-1e12, 1e12, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-9)
positive = st.floats(1e-9, 1e12)
sizes = st.integers(5, 30)


def number(label: str) -> float:
    """The number that a label shows."""
    text = label.replace("−", "-").replace(",", "")
    return float(text.rstrip("%")) / (100 if text.endswith("%") else 1)


def check(axis: Axis, ticks: list[Tick], most: int) -> None:
    assert 2 <= len(ticks) <= most
    near = 2e-9 * (axis.high - axis.low)
    assert all(axis.low - near <= tick.value <= axis.high + near for tick in ticks)
    assert len({tick.label for tick in ticks}) == len(ticks)
    for tick in ticks:
        assert number(tick.label) == pytest.approx(tick.value, rel=1e-9)
        assert len(tick.label) <= 10


def is_round(value: float) -> bool:
    """Whether it is 1, 2 or 5 times a power of ten."""
    mantissa = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    return any(math.isclose(mantissa, factor, rel_tol=1e-6) for factor in (1, 2, 5))


@given(st.tuples(values, values).map(sorted).filter(lambda pair: pair[1] - pair[0] > 1e-4 * abs(pair[1]) + 1e-9), sizes)
def test_a_linear_axis_has_multiples_of_1_2_or_5_times_a_power_of_ten(ends: list[float], most: int) -> None:
    axis = Axis(*ends)
    ticks = list(axis.ticks(most))
    check(axis, ticks, most)
    steps = np.diff([tick.value for tick in ticks])
    assert np.allclose(steps, steps[0], rtol=1e-6)
    assert is_round(float(steps[0]))
    counts = [tick.value / steps[0] for tick in ticks]
    assert np.allclose(counts, np.rint(counts), atol=1e-4)


@given(positive, st.floats(2.5, 1e12), sizes)
def test_a_logarithmic_axis_has_decades_or_round_numbers(low: float, ratio: float, most: int) -> None:
    axis = Axis(low, low * ratio, log=True)
    ticks = list(axis.ticks(most))
    if ratio >= 1000:
        check(axis, ticks, most)
        assert all(is_round(tick.value) for tick in ticks)
        tens = [
            round(math.log10(tick.value)) for tick in ticks if math.isclose(math.log10(tick.value) % 1, 0, abs_tol=1e-9)
        ]
        assert len(tens) > 1
        assert len(set(np.diff(tens))) == 1
    elif ticks:
        check(axis, ticks, most)


@given(st.integers(0, 10**7), st.integers(1, 10**7), sizes, st.booleans())
def test_steps_are_whole(first: int, count: int, most: int, log: bool) -> None:
    axis = Axis(first + log, first + log + count, log=log, whole=True)
    ticks = axis.ticks(most)
    assert all(tick.value == int(tick.value) for tick in ticks)
    assert all("." not in tick.label or "e" in tick.label for tick in ticks)


@pytest.mark.parametrize(
    ("axis", "most", "labels"),
    [
        (Axis(0, 1000, whole=True), 6, "0 200 400 600 800 1,000"),
        (Axis(0, 1, whole=True), 6, "0 1"),
        (Axis(1, 50_000, log=True, whole=True), 6, "1 10 100 1,000 10,000"),
        (Axis(3, 80, log=True, whole=True), 9, "5 10 20 50"),
        (Axis(30, 32, log=True, whole=True), 9, "30 31 32"),
        (Axis(0.31, 1, percent=True), 5, "40% 60% 80% 100%"),
        (Axis(0.995, 1, percent=True), 6, "99.5% 99.6% 99.7% 99.8% 99.9% 100.0%"),
        (Axis(-0.2, 0.75), 5, "−.2 0 .2 .4 .6"),
        (Axis(-0.25, 1.25), 4, "0 .5 1.0"),
        (Axis(0, 3.2e9), 4, "0 1e9 2e9 3e9"),
        (Axis(0, 3e-7), 4, "0 1e−7 2e−7 3e−7"),
        (Axis(1e-8, 1e-2, log=True), 9, "1e−8 1e−7 1e−6 1e−5 .0001 .001 .01"),
        (Axis(1, 1e290, log=True), 7, "1 1e50 1e100 1e150 1e200 1e250"),
        (Axis(0, 9e299), 5, "0 2e299 4e299 6e299 8e299"),
    ],
)
def test_examples(axis: Axis, most: int, labels: str) -> None:
    assert " ".join(tick.label for tick in axis.ticks(most)) == labels


@pytest.mark.parametrize(("log", "whole"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("value", [1.0, 12.0, 9e15])
def test_a_single_value_has_room_around_it(value: float, log: bool, whole: bool) -> None:
    axis = Axis.over(np.full(3, value), log=log, whole=whole)
    assert axis.low <= value <= axis.high
    assert 0 <= axis.place(np.array([value]))[0] < 1


def test_what_an_axis_cannot_show_has_no_place() -> None:
    places = Axis(1, 100, log=True).place(np.array([1, 10, 100, 0, -5, np.nan, np.inf, 1e301]))
    assert places[:3].tolist() == pytest.approx([0, 0.5, 1])
    assert np.isnan(places[3:]).all()
