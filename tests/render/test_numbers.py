"""Numbers in few characters, and the table that formats only those one sees."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual.app import App
from textual.widget import Widget

from lsexplorer.render.numbers import (
    as_on_screen,
    format_count,
    format_number,
    format_score,
    format_setting,
    format_share,
    format_total,
)
from lsexplorer.tui.widgets.cells import Column
from lsexplorer.tui.widgets.number_table import NumberTable
from tests.support.explorer import value_of

WIDTHS = st.integers(5, 20)
ROWS, COLUMNS = 784, 5


@given(st.floats(), WIDTHS, st.booleans())
@example(-9.9996e-5, 5, True)
@example(999.96, 5, False)
@example(-1e153, 5, True)
@settings(deadline=None, max_examples=3 * settings.default.max_examples)
def test_a_number_is_never_longer_than_its_width(value: float, width: int, signed: bool) -> None:
    assert 1 <= len(format_number(value, width, signed)) <= width


@given(st.floats(allow_nan=False), WIDTHS, st.booleans())
@settings(deadline=None, max_examples=3 * settings.default.max_examples)
def test_a_number_never_loses_its_sign(value: float, width: int, signed: bool) -> None:
    shown = format_number(value, width, signed)
    assert shown.startswith("−") == (value < 0)
    assert shown.startswith("+") == (signed and value > 0)
    assert "-" not in shown


@given(st.floats(-1e307, 1e307, allow_subnormal=False), WIDTHS, st.booleans())
@example(0.99996, 5, False)
@example(9.9999e-5, 6, True)
@example(99999.5, 5, False)
@example(-0.00011, 6, False)
@settings(deadline=None, max_examples=6 * settings.default.max_examples)
def test_a_number_reads_back_to_within_the_digits_shown(value: float, width: int, signed: bool) -> None:
    shown = format_number(value, width, signed)
    digits = shown.lstrip("+−")
    if digits == "~0":
        assert 0 < abs(value) < (1e-9 if width == 5 else 1e-99)
    elif digits.startswith("e"):
        assert math.isclose(math.log10(abs(value)), int(digits[1:]), abs_tol=1.001)
    else:
        read, half_unit = value_of(shown)
        assert abs(read - value) <= half_unit * (1 + 1e-9) + abs(value) * 1e-15
        assert (read == 0) == (value == 0)


@given(st.floats(1e-90, 1e90), st.integers(6, 20))
@settings(deadline=None, max_examples=3 * settings.default.max_examples)
def test_more_room_never_shows_less(value: float, width: int) -> None:
    """Within the rounding of the last digit, a wider cell is at least as near to the value."""
    narrow, wide = (abs(value_of(format_number(value, w))[0] - value) for w in (width, width + 1))
    assert wide <= narrow + value * 1e-9 or wide <= value_of(format_number(value, width + 1))[1]


@pytest.mark.parametrize(
    ("value", "width", "signed", "shown"),
    [
        (None, 5, False, "—"),
        (math.nan, 5, True, "—"),
        (math.inf, 5, True, "+∞"),
        (-math.inf, 5, False, "−∞"),
        (0.0, 5, True, "0"),
        (-0.0, 5, True, "0"),
        (1.0, 5, False, "1"),
        (0.033333, 5, False, ".0333"),
        (-0.149, 5, True, "−.149"),
        (0.93333, 6, False, ".93333"),
        (1.8e-7, 6, True, "+2e−7"),
        (123456.0, 5, False, "1.2e5"),
    ],
)
def test_numbers_as_a_person_writes_them(value: float | None, width: int, signed: bool, shown: str) -> None:
    assert format_number(value, width, signed) == shown


def test_settings_and_counts_as_a_person_writes_them() -> None:
    assert [format_setting(value) for value in (0.05, 0.001, 1.0, 1000.0, 0.0, 1e-7)] == [
        ".05",
        ".001",
        "1",
        "1000",
        "0",
        "1e−7",
    ]
    assert [format_count(value) for value in (0.5, 9.87, 950, 12_400, 3.1e6)] == [".5", "9.87", "950", "12.4k", "3.1M"]


@pytest.mark.parametrize(
    ("rows", "share", "score"),
    [(30, "97%", ".967"), (50, "97%", ".967"), (150, "96.7%", ".9667"), (10_000, "96.67%", ".96667")],
)
def test_a_score_has_the_digits_that_its_rows_can_tell(rows: int, share: str, score: str) -> None:
    assert format_share(29 / 30, rows) == share
    assert format_score(29 / 30, rows, 8) == score


def test_a_score_that_does_not_fit_or_is_small_is_written_as_any_number() -> None:
    assert [format_score(value, 30, 6) for value in (12345.678, -0.5, 0.00123, 0.0, -123.46)] == [
        "12346",
        "−.500",
        ".0012",
        "0",
        "−123.5",
    ]


def test_a_share_is_100_only_where_every_row_counts() -> None:
    for rows in (1, 2, 50, 99, 101, 999, 1001, 10_001):
        assert format_share(1, rows).removeprefix("100").strip(".0") == "%"
        assert float(format_share((rows - 1) / rows, rows)[:-1]) < 100
    assert format_share(float("nan"), 5) == format_score(float("nan"), 5) == "—"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("loss < 0.2, a = 0.05; -0.1 [-2, +0.3]", "loss < .2, a = .05; −.1 [−2, +.3]"),
        ("0.8,0.1;0.1 (0.75)", ".8,.1;.1 (.75)"),
        ("from 1e-07 to 1e+06", "from 1e−7 to 1e6"),
        ("10.05 and 2026-11-27 and o-1", "10.05 and 2026-11-27 and o-1"),
        ("run-0.5.json, 0.25.csv, a/0.5, got '0.5'", "run-0.5.json, 0.25.csv, a/0.5, got '0.5'"),
    ],
)
def test_a_text_on_the_screen_has_the_screens_numbers_and_keeps_its_names(text: str, shown: str) -> None:
    assert as_on_screen(text) == shown


class Numbers(NumberTable):
    """A tall table that notes which of its cells were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = []

    def columns(self) -> list[Column]:
        return [Column(str(i), 6) for i in range(COLUMNS)]

    def row_count(self) -> int:
        return ROWS

    def cell(self, row: int, column: int, width: int) -> tuple[str, str]:
        self.asked.append((row, column))
        return format_number(row + column / 10, width), ""


class NumbersApp(App):
    CSS = "Numbers { max-height: 100%; }"

    def compose(self) -> Iterator[Widget]:
        yield Numbers()

    def on_mount(self) -> None:
        self.query_one(Numbers).show()


async def test_a_tall_table_formats_the_rows_in_sight_alone() -> None:
    app = NumbersApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        table = app.query_one(Numbers)
        shown = set(table.asked)
        assert shown >= {(row, column) for row in range(15) for column in range(COLUMNS)}
        assert len({row for row, _ in shown}) <= 20

        table.asked.clear()
        table.show()
        await pilot.pause()
        assert len(table.asked) <= 2 * 20 * COLUMNS

        table.asked.clear()
        await pilot.press("end")
        await pilot.pause()
        rows = {row for row, _ in table.asked}
        assert table.cursor == ROWS - 1
        assert ROWS - 1 in rows
        assert len(rows) <= 40  # those in sight before, and those in sight now


async def test_a_tall_table_follows_its_cursor_and_the_mouse() -> None:
    app = NumbersApp()
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(Numbers)
        await pilot.press("pagedown", "pagedown", "down")
        assert table.cursor == 21
        assert table.scroll_offset.y <= 21 < table.scroll_offset.y + 19
        top = table.scroll_offset.y
        await pilot.click(Numbers, offset=(10, 3))  # line 0 is the heading
        assert table.cursor == top + 2
        await pilot.click(Numbers, offset=(10, 0))
        assert table.cursor == top + 2, "a click on the heading selects nothing"
        await pilot.press("home", "up")
        assert table.cursor == 0


def test_a_total_has_the_digits_that_come_out_from_its_parts() -> None:
    assert format_total(0.0028496, ["−.0005539", "+.0034035"], 8) == "+.002850"
    # The parts add up to .4148, which is not .4149, but .415.
    assert format_total(0.41492, ["+.1384", "+.1384", "+.1380"], 8) == "+.415"
    assert format_total(0.0, ["+.1", "−.1"], 8) == "0"
    # Parts that all but cancel: the total's own digits.
    assert format_total(2.5e-8, ["+.0005", "−.0005"], 8) == "+2.50e−8"
    assert format_total(math.inf, ["∞", "0"], 8) == "+∞"
    # A total too small for its exponent to fit.
    assert format_total(1.1e-16, ["+.500", "−.500"], 5) == "+~0"


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.integers(5, 12))
def test_shown_parts_add_up_to_the_shown_total(parts: list[float], width: int) -> None:
    texts = [format_number(part, width, signed=True) for part in parts]
    total = format_total(sum(parts), texts, width)
    shown, half = value_of(total)
    assert abs(shown - sum(parts)) <= half * (1 + 1e-9) + 1e-12
    calculated = sum(value_of(text)[0] for text in texts)
    unseen = abs(shown) <= sum(value_of(text)[1] for text in texts if text != "0")
    assert abs(calculated - shown) <= half * (1 + 1e-9) or unseen
