"""The patterns screen: what it shows of the network as it stands, silenced neurons, the threshold, the way back."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np
import pytest

from lsexplorer.errors import InputError
from lsexplorer.render.numbers import format_setting
from lsexplorer.render.pattern_texts import alone_text, codes_text, listed
from lsexplorer.run import Trainer
from lsexplorer.study.patterns.pattern_study import PatternStudy
from lsexplorer.tui.commands import PATTERN_COMMANDS
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.patterns.screen import PatternsScreen
from tests.support.data_screen import on
from tests.support.explorer import WIDE, Explorer, alone, explorer, new_trainer, one_screen, shows
from tests.support.helpers import dataset, slow

SIZES = [(120, 40), (80, 24), (80, 20)]


def patterns_screen(trainer: Trainer, size: tuple[int, int] = WIDE) -> AbstractAsyncContextManager[Explorer]:
    """The patterns screen without the explorer below it."""
    return alone(one_screen(trainer, PatternsScreen, lambda session: PatternsScreen(session.trainer)), size)


def class_rows(e: Explorer) -> dict[str, tuple[list[str], list[str]]]:
    """The pattern table's rows by class: bits as text, length, recall, now, change."""
    by_class = {}
    for line in e.area("#class_patterns").splitlines()[1:]:
        groups = [group.split() for group in line.split("│")]
        if len(groups) >= 2 and groups[0]:
            name, *bits = groups[0]
            by_class[name] = bits, groups[1]
    return by_class


def said(e: Explorer) -> str:
    return str(e.find("#message").content)


@pytest.mark.parametrize("size", [(120, 40), slow((80, 24)), slow((80, 20))])
async def test_it_opens_on_the_explorers_network_and_leaves_the_run_as_it_was(size: tuple[int, int]) -> None:
    trainer = on("iris", 100)
    before = trainer.network.parameters.tobytes()
    async with explorer(size=size, trainer=trainer) as e:
        screen = e.text.splitlines()[:-1]
        await e.press("p")
        assert e.is_on(PatternsScreen)
        study, rows = PatternStudy(trainer), class_rows(e)
        for c, name in enumerate(trainer.data.class_names):
            bits, recall = rows[name]
            assert "".join(bits[:5]) == study.patterns.codes[c]
            assert int(bits[5]) == study.patterns.lengths[c]
            assert recall == [f"{study.answers.recall[c]:.0%}"] * 2 + ["0"]
        assert [int(v) for v in rows["sum"][0][:5]] == study.patterns.column_sums.tolist()
        assert codes_text(study.patterns) in e.text
        assert "Patterns, step 100" in e.text
        await e.press("space", "plus", "down", "escape")
        assert e.is_on(ExplorerScreen)
        assert e.text.splitlines()[:-1] == screen
        assert (trainer.step_count, trainer.network.parameters.tobytes(), trainer.events) == (100, before, ())


async def test_there_are_three_ways_back() -> None:
    async with explorer(trainer=on("iris", 10)) as e:
        for key in ("p", "q", "escape"):
            await e.press("p")
            assert e.is_on(PatternsScreen)
            await e.press(key)
            assert e.is_on(ExplorerScreen), key
            assert e.app.return_code is None


async def test_each_neuron_alone_and_dropped_is_in_the_table() -> None:
    trainer = on("iris", 300)
    async with patterns_screen(trainer) as e:
        study, table = PatternStudy(trainer), e.area("#neurons")
        for fill in ("zero", "mean"):
            for unit, line in enumerate(table.splitlines()[1:6]):
                dropped = study.without_one[fill][unit]
                words = line.replace("│", " ")
                assert f"h{unit + 1}" in words
                assert alone_text(study.alone[unit], trainer.data.class_names) in words
                assert f"{dropped.answers.accuracy:.0%} {listed(dropped.lost, trainer.data.class_names)}" in words
            await e.press("m")
            table = e.area("#neurons")
            if fill == "zero":
                assert "a silenced one is at its mean activation" in e.text


@pytest.mark.parametrize("size", [slow((120, 40)), (80, 24), slow((80, 20))])
async def test_silencing_neurons_changes_the_recall_of_each_class(size: tuple[int, int]) -> None:
    trainer = on("iris", 400)
    names = trainer.data.class_names
    async with patterns_screen(trainer, size) as e:
        await e.press("space", "down", "down", "down", "space")
        for fill, key in (("zero", "m"), ("mean", "m")):
            dropped, whole = PatternStudy(trainer).dropped([0, 3], fill), PatternStudy(trainer).answers
            for c, name in enumerate(names):
                recall, now, change = class_rows(e)[name][1]
                assert (recall, now) == (f"{whole.recall[c]:.0%}", f"{dropped.answers.recall[c]:.0%}")
                points = round(100 * dropped.answers.recall[c]) - round(100 * whole.recall[c])
                assert change.lstrip("✗").replace("−", "-") in (f"{points:+d}", "0" if not points else "")
                assert change.startswith("✗") == (c in dropped.lost)
            assert "now: h1, h4 at" in e.text
            assert f"→ {dropped.answers.accuracy:.0%}" in said(e)
            assert f"lost: {listed(dropped.lost, names)}." in said(e)
            await e.press(key)
        await e.press("space")  # h4 is on again
        assert "now: h1 at 0" in e.text
        await e.press("a")
        assert "now: h1" not in e.text
        assert said(e).startswith("No neuron is silenced")
        assert all(recall[2] == "0" for _, recall in class_rows(e).values())


async def test_the_confusion_is_that_with_the_silenced_neurons() -> None:
    trainer = on("iris", 400)
    async with patterns_screen(trainer) as e:
        await e.press("space")
        confusion = PatternStudy(trainer).dropped([0], "zero").answers.confusion
        shown = [line.split()[-3:] for line in e.area("#confusion").splitlines()[1:4]]
        assert shown == [[str(v) if v else "·" for v in row] for row in confusion]
        assert "Confusion without h1" in e.text


async def test_similarities_stand_beside_the_confusion() -> None:
    trainer = on("iris", 400)
    async with patterns_screen(trainer) as e:
        patterns = PatternStudy(trainer).patterns
        for pane, matrix in (("#hamming", patterns.hamming), ("#cosine", np.rint(100 * patterns.cosine))):
            shown = [line.replace("−", "-").split()[-3:] for line in e.area(pane).splitlines()[1:4]]
            for r, row in enumerate(shown):
                assert row == ["·" if r == c else str(int(matrix[r, c])) for c in range(3)]


async def test_where_both_have_no_room_c_changes_the_matrix() -> None:
    async with patterns_screen(on("digits", 20), (80, 24)) as e:
        await e.press("v")
        assert "Hamming distance" in e.text
        assert "Cosine" not in e.text
        assert "Confusion" in e.text
        await e.press("c")
        assert "Hamming distance" not in e.text
        assert "Cosine of means" in e.text
        assert "Confusion" in e.text


async def test_plus_and_minus_move_the_threshold_and_stay_within_0_and_1() -> None:
    trainer = on("iris", 200)
    async with patterns_screen(trainer) as e:
        for key, step in (("plus", 0.05), ("minus", -0.05)):
            tau = PatternStudy(trainer).patterns.threshold if key == "plus" else 0.95
            while 0.05 - 1e-9 < tau + step < 0.95 + 1e-9:
                tau = round(tau + step, 4)
                await e.press(key)
                patterns = PatternStudy(trainer, threshold=tau).patterns
                rows = class_rows(e)
                assert ["".join(rows[name][0][:5]) for name in patterns.class_names] == list(patterns.codes)
                assert said(e).startswith(f"τ = {format_setting(tau)}: {patterns.distinct} distinct")
                assert codes_text(patterns)[:60] in " ".join(e.text.split())
            await e.press(key)
            assert f"it stays at {format_setting(tau)}." in said(e)
            assert "threshold must be a number above 0 and below 1" in said(e)


async def test_a_network_without_a_hidden_layer_gets_one_line() -> None:
    async with explorer(WIDE, hidden=()) as e:
        await e.press("p")
        assert e.is_on(ExplorerScreen)
        assert e.message == "patterns need a hidden layer, and this network has none: give it one, such as 5 units."
        await e.press("space")
        assert e.trainer.step_count == 1


def test_a_dead_layer_gets_one_line() -> None:
    trainer = on("iris", hidden=(3,), activation="relu")
    trainer.network.biases[0] = [-100.0] * 3
    with pytest.raises(InputError, match=r"^all hidden units \(3\) are dead"):
        PatternsScreen(trainer)


@pytest.mark.parametrize("size", SIZES)
async def test_an_untrained_network_is_told_apart(size: tuple[int, int]) -> None:
    async with patterns_screen(new_trainer(), size) as e:
        assert "Patterns, untrained" in e.text
        assert said(e).startswith("Not trained yet")


async def test_a_small_screen_names_network_and_axes_whole() -> None:
    async with patterns_screen(on("digits", 300, hidden=(5,)), (80, 24)) as e:
        assert "τ = .5 · digits 64-5-10 relu" in e.text
        await e.press("v")
        assert "↓ class, → prediction" in e.text


async def test_a_run_under_way_is_paused() -> None:
    async with explorer(WIDE) as e:
        await e.tap("r")
        await e.wait_until(lambda: e.trainer.step_count > 0)
        await e.tap("p")
        await e.wait_until(lambda: e.is_on(PatternsScreen))
        at = e.trainer.step_count
        await e.rest()
        assert e.trainer.step_count == at
        assert f"step {at:,}" in e.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_weights_of_a_picture_are_a_picture(size: tuple[int, int]) -> None:
    trainer = on("digits", 50)
    async with patterns_screen(trainer, size) as e:
        await e.press(*["v", "v"] * (size[0] == 80))
        picture = e.find("#weights_image")
        assert picture.display
        weights = trainer.network.weights[0]
        largest = np.abs(weights[:, 0]).max()
        assert "Weights into h1" in e.text
        assert e.find("#incoming").border_subtitle.startswith("orange + blue − to ")
        assert shows(e.find("#incoming").border_subtitle.split()[-1], float(largest))
        line = picture.render().split("\n")[0]  # the first pixel in its ink, three times as large
        r, g, b = line.spans[0].style.color.triplet
        value = weights[0, 0] / largest
        assert (r, g, b) == tuple(
            round(abs(value) * part) for part in ((255, 150, 30) if value > 0 else (70, 150, 255))
        )
        before = picture.render().spans
        await e.press("down")
        assert "Weights into h2" in e.text
        assert picture.render().spans != before


async def test_without_colour_the_picture_tells_plus_from_minus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    trainer = on("digits", 50)
    async with patterns_screen(trainer) as e:
        shown = e.find("#weights_image").render().plain.splitlines()
        grid = trainer.network.weights[0][:, 0].reshape(8, 8)
        grid = np.kron(grid / np.abs(grid).max(), np.ones((3, 3)))
        means = (grid[::2] + grid[1::2]) / 2
        for line, row in zip(shown, means, strict=True):
            for letter, value in zip(line, row, strict=True):
                assert letter in ("░▒▓█ " if value > 0 else "-=≡# ")
        assert "░▒▓█ + -=≡# − to" in e.text


async def test_other_data_gets_the_largest_weights_by_name() -> None:
    trainer = on("iris", 50)
    async with patterns_screen(trainer) as e:
        await e.press("down", "down")
        assert not e.find("#weights_image").display
        lines = [line.split() for line in e.area("#incoming").splitlines() if line.split()]
        weights = trainer.network.weights[0][:, 2]
        order = np.argsort(-np.abs(weights))
        assert [name for name, _ in lines] == [*(trainer.data.feature_names[i] for i in order), "bias"]
        assert all(shows(value, weights[i]) for (_, value), i in zip(lines, order, strict=False))


async def test_hidden_layers_take_turns() -> None:
    trainer = on("iris", 50, hidden=(4, 3))
    async with patterns_screen(trainer) as e:
        assert "layer 2/2" in e.text
        assert "▸h2.1" in e.area("#neurons")
        await e.press("down", "space", "l")
        assert "layer 1/2" in e.text
        assert "(seen)" in e.area("#neurons")
        assert "now: " not in e.text
        await e.press("l")
        assert "Weights into h2.1" in e.text
        assert "h1.4" in e.area("#incoming")


@pytest.mark.slow
async def test_many_neurons_stand_in_one_column_around_the_selected_one() -> None:
    trainer = on("digits", 20, hidden=(60,))
    async with patterns_screen(trainer) as e:
        codes = PatternStudy(trainer).patterns.codes
        assert class_rows(e)["3"][0][0] == codes[3][:40]
        await e.press(*["down"] * 50)
        assert class_rows(e)["3"][0][0] == codes[3][20:]
        assert "▸h51" in e.area("#neurons")


@pytest.mark.parametrize("data", ["iris", slow("mnist"), slow("thirty classes")])
async def test_everything_fits_the_terminal(data: Any) -> None:
    if data == "thirty classes":
        rng = np.random.default_rng(0)
        data = dataset(rng.normal(size=(120, 3)), np.arange(120) % 30, classes=30)
    trainer = on(data, 20)
    async with patterns_screen(trainer) as e:
        for size in ((120, 40), (100, 36), (80, 24), (80, 20)):
            await e.resize(*size)
            for view in range(1 if size == (120, 40) else 3):
                assert e.screen.max_scroll_y == 0, (size, view)
                assert "h1" in e.area("#neurons"), (size, view)
                await e.wait_until(lambda: "space silence" in e.text.splitlines()[-1])
                await e.press("v")


async def test_tables_that_are_too_high_are_scrolled() -> None:
    rng = np.random.default_rng(0)
    trainer = on(dataset(rng.normal(size=(120, 3)), np.arange(120) % 30, classes=30), 20)
    async with patterns_screen(trainer, (80, 24)) as e:
        assert "class 29" not in e.text
        await e.press(*["pagedown"] * 6)
        assert "class 29" in e.area("#class_patterns")
        assert "▸h1 " in e.area("#neurons")
        await e.press("v", *["right"] * 12)
        assert e.area("#confusion").splitlines()[0].split()[-1] == "30"


async def test_a_click_selects_a_neuron() -> None:
    async with patterns_screen(on("iris", 50)) as e:
        await e.click(5, 4, "#neurons")
        assert "Weights into h3" in e.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_help_and_palette_have_the_keys_of_this_screen(size: tuple[int, int]) -> None:
    async with patterns_screen(on("iris", 10), size) as e:
        names = {command.title for command in e.app.get_system_commands(e.screen)}
        assert {"Silence", "All", "Back", "Raise τ"} <= names
        assert "Layer" not in names  # there is only one
        assert ("View" in names) == (size == (80, 24))
        await e.press("question_mark")
        assert "The pattern of a class says" in e.text
        seen = ""
        for _ in range(6):
            seen += e.text
            await e.press("pagedown")
        for command in PATTERN_COMMANDS:
            assert command.help.split()[0] in seen
        assert "Classes lost without it" in " ".join(seen.split())
        await e.press("escape")
        assert e.is_on(PatternsScreen)
