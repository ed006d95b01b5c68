"""Charts as text: what is drawn where, in any size."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsexplorer.render.charts import LEAST_HEIGHT, LEAST_ROWS, LEAST_WIDTH, Line, LineChart, Mark, draw

STEPS = np.arange(101)
BRAILLE = {chr(code) for code in range(0x2801, 0x2900)}


def rows(chart: LineChart, width: int = 60, height: int = 12, color: bool = True) -> list[str]:
    return [line.plain for line in draw(chart, width, height, color=color)]


def plot(lines: list[str]) -> list[str]:
    """The rows of the plot, from the axis on."""
    return [line[max(line.find("│"), line.find("┤")) + 1 :] for line in lines if "│" in line or "┤" in line]


def line(name: str, y: Any, **looks: Any) -> Line:
    return Line(name, STEPS, np.broadcast_to(np.asarray(y, dtype=float), 101), **looks)


numbers = st.floats(-1e12, 1e12) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1.0, 1e308, -1e308])


@settings(max_examples=60)
@given(
    st.lists(st.lists(numbers, min_size=1, max_size=30), min_size=1, max_size=4),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.integers(1, 90),
    st.integers(1, 24),
    st.sampled_from(["", "layer 1", "a long name of a line"]),
)
def test_a_chart_fits_whatever_is_in_it(
    series: list[list[float]], looks: tuple[bool, bool, bool], width: int, height: int, name: str
) -> None:
    log_x, log_y, color = looks
    lines = [Line(f"{name} {i}", np.arange(len(y)), np.array(y), i, str(i)) for i, y in enumerate(series)]
    marks = [Mark(0, "s"), Mark(3, "l"), Mark(1000, "x")]
    drawn = rows(LineChart(lines, marks, log_x, log_y), width, height, color)
    assert len(drawn) <= height
    assert all(len(row) <= width for row in drawn)
    if height < LEAST_HEIGHT or width < LEAST_WIDTH:
        assert drawn == []
    elif "nothing to draw yet" not in "".join(drawn):
        assert len(drawn) == height
        assert len(plot(drawn)) >= LEAST_ROWS


def test_the_first_steps_of_a_long_run_begin_a_logarithmic_axis_at_1() -> None:
    steps = np.array([0, 1, 2, 4, 8, *range(32, 50_001, 32)])
    curve = Line("", steps, np.log1p(steps.astype(float)))
    drawn = rows(LineChart([curve], log_x=True), 60, 12)
    assert drawn[-1].split() == ["1", "10", "100", "1,000", "10,000"]
    assert plot(drawn)[-1][0] in BRAILLE, "the curve begins at the lower left"
    assert plot(drawn)[0][-1] in BRAILLE


@pytest.mark.parametrize("color", [True, False])
def test_one_value_out_of_thousands_is_seen(color: bool) -> None:
    y = np.zeros(2000)
    y[777] = 5.0
    drawn = rows(LineChart([Line("", np.arange(2000), y, letter="z")]), 60, 12, color)
    assert plot(drawn)[0].strip()


def test_a_line_is_drawn_as_far_as_it_is_finite_and_has_gaps() -> None:
    y = np.full(101, 1.0)
    y[40:60] = np.nan
    y[80:] = np.inf
    drawn = plot(rows(LineChart([line("", y), line("", 3.0, color=4)]), 60, 12))
    middle, bottom = drawn[0], next(row for row in reversed(drawn) if row.strip())
    width = len(middle)
    assert all(cell in BRAILLE for cell in middle)
    assert bottom[: int(0.38 * width)].strip("⠤⣀⠒⠉⠁⠈⡀⢀") == ""
    assert bottom[int(0.42 * width) : int(0.58 * width)].strip() == ""
    assert bottom[int(0.62 * width) : int(0.78 * width)].strip()
    assert bottom[int(0.82 * width) :].strip() == ""


def test_names_stand_at_the_ends_of_their_lines() -> None:
    chart = LineChart([line("low", 0.0), line("middle", 5.0), line("high", 10.0), line("ghost", 2.0, faint=True)])
    drawn = rows(chart)
    assert [row.split()[-1] for row in drawn if row[-1].isalpha()] == ["high", "middle", "low"]
    assert drawn[0].endswith(" high")
    assert drawn[9].endswith(" low")
    assert "ghost" not in "".join(drawn)


def test_names_of_lines_that_end_together_stand_one_below_the_other() -> None:
    lines = [line(f"n{i}", 1 + 1e-6 * i * STEPS) for i in range(5)] + [line("far", 0.0)]
    names = [row.split()[-1] for row in rows(LineChart(lines)) if row[-1].isalnum() and "─" not in row][:6]
    assert names == ["n4", "n3", "n2", "n1", "n0", "far"]


def test_names_that_are_too_long_or_too_many_stand_above() -> None:
    long = rows(LineChart([line("a rather long name of a line", 1.0), line("b", 2.0)]))
    assert long[0] == "━ b  ━ a rather long name of a line"
    many = rows(LineChart([line(f"line {i}", float(i)) for i in range(12)]), 70, 9)
    assert many[0].startswith("━ line 11  ━ line 10")
    assert len(plot(many)) >= LEAST_ROWS


def test_lines_that_coincide_say_so() -> None:
    curve = np.log1p(STEPS)
    lines = [line("plain", curve + 1), line("decay", curve), line("L2", curve * (1 + 1e-12))]
    assert any(row.endswith(" L2 = decay") for row in rows(LineChart(lines)))
    letters = [line("decay", curve, letter="d"), line("L2", curve, letter="l")]
    assert any(row.endswith(" l L2 = d decay") for row in rows(LineChart(letters), color=False))
    single = [Line("a", STEPS[:1], np.ones(1)), Line("b", STEPS[:1], np.ones(1))]
    assert "a = b" not in "".join(rows(LineChart(single))), "a point shows nothing"


def test_a_dashed_line_has_gaps_all_along() -> None:
    row = next(row for row in plot(rows(LineChart([line("", 1.0, dashed=True), line("", 0.0)]))) if row.strip())
    dashes = row.split()
    assert len(dashes) > 8
    assert max(map(len, dashes)) <= 3


def test_marks_have_a_row_of_their_own_and_lie_below_the_lines() -> None:
    chart = LineChart([line("", 1.0), line("", 0.0)], [Mark(25, "s"), Mark(50, "l")])
    top, *rest = rows(chart)
    assert top.split() == ["s", "l"]
    at = top.index("s")
    assert {row[at] for row in rest[1:8]} == {"┊"}
    assert rest[0][at] in BRAILLE
    assert not any(letter in "".join(rest) for letter in "sl")


def test_error_bars_reach_from_end_to_end() -> None:
    x = np.array([1.0, 2.0, 3.0])
    curve = Line("", x, np.full(3, 5.0), letter="v", bars=(np.full(3, 0.0), np.full(3, 10.0)))
    drawn = plot(rows(LineChart([curve]), color=False))
    assert all("v" in row for row in drawn)
    assert all(row.count("v") == 3 for row in drawn if row.count("v") < 10)


def test_shares_are_written_in_per_cent() -> None:
    drawn = rows(LineChart([line("", np.linspace(0.31, 1, 101))], percent=True))
    assert [row.split("┤")[0] for row in drawn if "┤" in row] == ["100%", " 80%", " 60%", " 40%"]


def test_without_colour_each_line_has_its_letter() -> None:
    drawn = draw(LineChart([line("up", STEPS, letter="u"), line("down", -STEPS, letter="d")]), 60, 12, color=False)
    text = "\n".join(row.plain for row in drawn)
    assert text.count("u") > 20
    assert text.count("d") > 20
    assert not BRAILLE & set(text)
    assert not any(span.style for row in drawn for span in row.spans)


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.integers(20, 60)), min_size=1, max_size=4))
def test_a_chart_looks_the_same_whatever_was_drawn_before(others: list[tuple[int, bool, int]]) -> None:
    chart = LineChart([line("a", STEPS**2, faint=True), line("b", STEPS)], [Mark(40, "s")])
    first = rows(chart)
    for count, color, width in others:
        rows(LineChart([line(str(i), STEPS * i) for i in range(count)], log_y=True), width, 9, color)
    assert rows(chart) == first
