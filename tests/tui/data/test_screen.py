"""The data screen: rows as the article prints them, live smoothing, filters, and the way back with a sample."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import article_line
from lsexplorer.render.numbers import as_on_screen
from lsexplorer.tui.commands import DATA_COMMANDS
from lsexplorer.tui.data.rows_table import COLUMNS
from lsexplorer.tui.data.screen import DataScreen
from tests.support import form
from tests.support.data_screen import all_rows, data_screen, full, lines, on, said, softmax_of, title, verdict
from tests.support.explorer import explorer, shows
from tests.support.helpers import slow


@pytest.fixture(scope="module")
def flowers(small: ls.Dataset) -> Any:
    """22 training and 9 test samples, whose rows all stand on the screen at once."""
    return replace(small, class_names=("oak", "ash", "elm"), test_rows=np.arange(22, 31))


@pytest.mark.parametrize("size", [(120, 40), slow((80, 24))])
async def test_it_opens_on_the_sample_and_leaves_the_run_as_it_was(size: tuple[int, int]) -> None:
    trainer = on("iris", 5, label_smoothing=0.1)
    before = trainer.network.parameters.tobytes()
    async with explorer(size=size, trainer=trainer) as e:
        screen = e.text.splitlines()[:-1]  # the footer may come later
        await e.press("D")
        assert e.is_on(DataScreen)
        assert title(e) == "150 rows: train and test, all classes · smoothing a = .1"
        assert full(e)[0] == article_line(trainer.data, e.session.sample)
        shown = e.text
        assert title(e) in shown
        assert full(e)[0] in shown
        row = trainer.data.train_rows[e.session.sample] + 1
        assert (row, "train") in lines(e)
        await e.press("down", "c", "p", "escape")
        assert e.text.splitlines()[:-1] == screen
        assert e.trainer is trainer
        assert (trainer.step_count, trainer.network.parameters.tobytes(), trainer.events) == (5, before, ())


@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
async def test_hard_and_soft_targets_follow_the_smoothing(size: tuple[int, int]) -> None:
    async with explorer(size=size, trainer=on("article", label_smoothing=0.3)) as e:
        await e.press("D", "home")
        row = lines(e)
        for number, predictors, hard, soft in (
            (1, "5.1, 3.5, 1.4, 0.2", "│1, 0, 0 ", " .8, .1, .1 "),
            (2, "7.0, 3.2, 4.7, 1.4", "│0, 1, 0 ", " .1, .8, .1 "),
            (3, "6.3, 2.9, 5.6, 1.8", "│0, 0, 1 ", " .1, .1, .8 "),
        ):
            for words in (predictors, hard, soft):
                assert words in row[number, "train"]
        assert full(e) == ["5.1, 3.5, 1.4, 0.2,  1, 0, 0  # setosa", "→ 0.8, 0.1, 0.1"]

        await e.press("s")
        assert e.hp.label_smoothing == 0
        assert "│1, 0, 0 1, 0, 0 " in lines(e)[1, "train"]
        assert full(e)[1].startswith("→ 1, 0, 0 ")

        await e.press("s", "right_square_bracket")
        assert e.hp.label_smoothing == 0.35
        assert title(e).endswith("smoothing a = .35")
        assert "│1, 0, 0 .767, .117, .117" in lines(e)[1, "train"]
        assert full(e)[1] == "→ 0.7667, 0.1167, 0.1167"

        await e.press("left_square_bracket", "left_square_bracket")
        assert "│1, 0, 0 .833, .083, .083" in lines(e)[1, "train"]
        await e.press("escape")
        assert form.shown(e, "label_smoothing") == ".25"
        assert e.trainer.targets()[0] == pytest.approx([0.75 + 0.25 / 3, 0.25 / 3, 0.25 / 3])
        assert [dict(event.changes) for event in e.trainer.events] == [{"label_smoothing": (0.3, 0.25)}]
        await e.press("s", "s")
        assert e.hp.label_smoothing == 0.25


async def test_smoothing_stays_within_0_and_1() -> None:
    async with data_screen(on("article", label_smoothing=0.05)) as e:
        await e.press("home", "left_square_bracket", "left_square_bracket")
        assert e.hp.label_smoothing == 0
        e.trainer.set(label_smoothing=0.98)
        await e.press("right_square_bracket", "right_square_bracket")
        assert e.hp.label_smoothing == 1
        assert full(e)[1] == "→ 0.3333, 0.3333, 0.3333"


async def test_filters_show_exactly_their_rows(flowers: ls.Dataset) -> None:
    trainer = on(flowers, 2)
    rows, wrong = all_rows(flowers), softmax_of(trainer).argmax(axis=1) != [k for *_, k in all_rows(flowers)]
    assert 5 < wrong.sum() < 25

    def expected(part: str | None = None, klass: str | None = None, only_wrong: bool = False) -> Any:
        return [
            (number, p)
            for (number, p, k), bad in zip(rows, wrong, strict=True)
            if part in (None, p) and klass in (None, k) and bad >= only_wrong
        ]

    async with data_screen(size=(120, 50), trainer=trainer) as e:
        assert list(lines(e)) == expected()
        await e.press("p")
        assert list(lines(e)) == expected("train")
        assert title(e).startswith("22 rows: train, all classes ·")
        await e.press("p")
        assert list(lines(e)) == expected("test")
        await e.press("x")
        assert list(lines(e)) == expected("test", None, True)
        await e.press("p")
        assert list(lines(e)) == expected(None, None, True)
        for klass, name in enumerate(flowers.class_names):
            await e.press("c")
            assert list(lines(e)) == expected(None, klass, True)
            assert f"rows: train and test, {name}, wrong predictions" in title(e)
            side = next(line for line in e.text.splitlines() if f"▸{name}" in line).partition("││")[0].split()
            counts = [int((part == klass).sum()) for part in (flowers.y_train, flowers.y_test)]
            assert side[-2:] == [f"{counts[0]}+{counts[1]}", str(len(expected(None, klass, True)))]
        await e.press("x")
        assert list(lines(e)) == expected(None, 2)
        await e.press("c")
        assert list(lines(e)) == expected()


async def test_what_the_network_says_and_how_sure_it_is(flowers: ls.Dataset) -> None:
    trainer = on(flowers, 9)
    async with data_screen(size=(120, 50), trainer=trainer) as e:
        for line, p, (_, _, k) in zip(lines(e).values(), softmax_of(trainer), all_rows(flowers), strict=True):
            wrong, says, sure = verdict(line)
            assert says == flowers.class_names[p.argmax()]
            assert wrong == (p.argmax() != k)
            assert shows(sure, p.max())


async def test_an_output_that_is_no_probability_is_not_called_sure() -> None:
    async with data_screen(on("article", output="identity", loss="mse")) as e:
        assert {verdict(line)[2] for line in lines(e).values()} == {"—"}


@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24)])
async def test_enter_steps_on_a_training_row_and_on_no_test_row(size: tuple[int, int]) -> None:
    trainer = on("iris", 2)
    async with explorer(size=size, trainer=trainer) as e:
        before = e.session.sample
        await e.press("D", "c", "c", "p", "p", "enter")
        assert e.is_on(DataScreen)
        assert said(e).startswith("The run does not train on test rows")
        assert said(e)[:60] in e.text
        assert e.session.sample == before
        await e.press("p", "down", "down", "enter")
        sample = int(np.flatnonzero(trainer.data.y_train == 1)[2])
        assert e.session.sample == sample
        assert f"row {trainer.data.train_rows[sample] + 1} (versicolor) alone" in e.find("#deltas").border_title
        assert f"row {trainer.data.train_rows[sample] + 1} (versicolor)" in e.text
        assert trainer.step_count == 2


async def test_going_to_a_row_of_the_source() -> None:
    async with data_screen(on("iris"), (80, 24)) as e:
        await e.answer("g", "73")
        assert e.is_on(DataScreen)
        assert full(e)[0] == "6.3, 2.5, 4.9, 1.5,  0, 1, 0  # versicolor"
        assert any(number == 73 for number, _ in lines(e))
        await e.press("c", "g")
        for wrong in ("73", "151", "-1", "x", ""):
            await e.type(wrong)
            await e.press("enter")
            assert str(e.find("#problem").content) == f"no row {as_on_screen(wrong) or '?'} among those shown"
        await e.type("7")
        await e.press("enter")
        assert full(e)[0].startswith("4.6, 3.4, 1.4, 0.3,")


@pytest.mark.parametrize("changes", [{"label_smoothing": 0.2}, {"soft_targets": 0.8, "optimizer": "adam"}])
async def test_both_ways_of_smoothing_give_the_same_weights(changes: dict[str, Any]) -> None:
    trainer = on("iris", 3, **changes)
    async with data_screen(trainer) as e:
        await e.press("e")
        assert f"a = {'.2' if 'label_smoothing' in changes else '.1'}," in said(e)
        assert "43 of 43 weights and biases are equal, bit for bit" in said(e)
        assert trainer.step_count == 3


async def test_a_loss_of_hard_targets_alone_is_not_smoothed() -> None:
    async with data_screen(on("article", output="identity", loss="hinge")) as e:
        for key in ("s", "right_square_bracket", "e"):
            e.screen.say("")
            await e.press(key)
            assert "hard targets only" in said(e)
            assert e.hp.label_smoothing == 0


async def test_a_comparison_that_diverges_says_so() -> None:
    trainer = on("iris", output="identity", loss="mse", activation="relu", learning_rate=100.0)
    async with data_screen(trainer) as e:
        await e.press("e")
        assert "finite" in said(e)


async def test_no_row_left() -> None:
    async with data_screen(on("iris", 400)) as e:
        await e.press("x", "c")
        assert title(e).startswith("0 rows: train and test, setosa, wrong predictions")
        assert full(e) == ["No row is left: c, p and x choose which rows are shown."]
        await e.press("enter", "down", "up", "end", "home", "pagedown", "s", "right_square_bracket", "right")
        assert e.is_on(DataScreen)
        await e.answer("g", "1")
        assert str(e.find("#problem").content) == "no row 1 among those shown"
        await e.press("escape", "x")
        assert title(e).startswith("50 rows")
        assert full(e)[0].startswith("5.1, 3.5, 1.4, 0.2,")


async def test_help_and_palette_have_the_keys_of_this_screen() -> None:
    async with data_screen(on("iris", 10)) as e:
        names = {command.title for command in e.app.get_system_commands(e.screen)}
        assert {"Back", "Step on it", "Smoothing", "Class", "Part", "Wrong", "Go", "Same weights?", "Keys"} <= names
        assert "Tour" not in names
        await e.resize(120, 60)
        await e.press("question_mark")
        page = " ".join(e.area("VerticalScroll").split())
        for command in DATA_COMMANDS:
            assert command.help in page
        for column in COLUMNS.values():
            assert column.help in page
        await e.press("escape")
        assert e.is_on(DataScreen)


async def test_in_a_narrow_terminal_what_the_network_says_is_not_cut_off() -> None:
    async with data_screen(on("iris", 10), (80, 24)) as e:
        assert {verdict(line)[1] for line in lines(e).values()} <= set(e.trainer.data.class_names)
        assert all(verdict(line)[2].startswith(".") for line in lines(e).values())
