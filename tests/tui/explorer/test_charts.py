"""Charts and timeline: pages, axes, marks, ghosts, themes, clicks."""

import re
from functools import partial
from typing import Any

import numpy as np
import pytest

from lsexplorer.render.charts import Line, LineChart, is_shown
from lsexplorer.tui.explorer.run_charts import measure_chart
from lsexplorer.tui.widgets.chart import Chart
from tests.support.explorer import WIDE, Explorer, explorer, new_trainer, shows


def chart(e: Explorer, name: str) -> Any:
    return e.area(f"#{name}")


def steps_below(e: Explorer, name: str) -> list[int]:
    """The numbers below a chart's axis."""
    return [int(word.replace(",", "")) for word in chart(e, name).splitlines()[-1].split()]


def timeline(e: Explorer) -> Any:
    return next(line for line in e.text.splitlines() if line.startswith(" ◂"))


def title(e: Explorer, name: str) -> str:
    return str(e.find(f"#{name}").border_title)


def axes(e: Explorer, name: str) -> str:
    """What the frame says of a chart's axes."""
    return str(e.find(f"#{name}").border_subtitle)


def numbers(text: str) -> list[str]:
    return re.findall(r"[−+]?[\d.]*\d(?:e−?\d+)?%?", text)


def _offered(e: Explorer, words: str) -> bool:
    """Whether the palette lists what is written into it."""
    return words in e.text.lower().partition("🔎")[2].partition(words)[2]


async def test_v_turns_the_pages_whose_titles_give_the_present_values() -> None:
    async with explorer(WIDE) as e:
        await e.press("n")
        train, test = e.trainer.evaluate("train"), e.trainer.evaluate("test")
        for page, name in (("Loss", "loss"), ("Accuracy", "accuracy"), ("Logit gap", "logit_gap"), ("Loss", "loss")):
            assert title(e, "measures").startswith(f"{page} · train")
            assert f"╭─ {page} · train" in e.text
            for shown, found in zip(numbers(title(e, "measures")), (train, test), strict=True):
                percent = shown.endswith("%")
                assert shows(shown.rstrip("%"), found[name] * (100 if percent else 1))
            assert "train" in chart(e, "measures")
            assert "test" in chart(e, "measures")
            await e.press("v")
        norms = [float(np.linalg.norm(weights)) for weights in e.trainer.network.weights]
        whole, *layers = numbers(title(e, "norms").replace("1: ", "").replace("2: ", ""))
        assert shows(whole, float(np.linalg.norm(norms)))
        assert all(map(shows, layers, norms))


async def test_the_gap_page_gives_the_best_gap_of_the_smoothing() -> None:
    async with explorer(WIDE, label_smoothing=0.1) as e:
        await e.press("v", "v")
        best = np.log(1 + 3 * 0.9 / 0.1)  # t′ of the class over t′ of the others: (1 − a + a/K) / (a/K)
        assert shows(title(e, "measures").split("best for a = .1: ")[1], float(best))
        await e.press("n", "n")
        on_log = measure_chart(e.screen.shown, "gap", True, False)
        assert [is_shown(line, on_log).sum() > 1 for line in on_log.lines if line.dashed] == [True]


async def test_the_charts_end_at_the_present_step_and_a_log_axis_begins_after_step_0() -> None:
    async with explorer(WIDE) as e:
        await e.press("x")
        assert "nothing to draw yet" in chart(e, "norms")
        await e.press("x")
        await e.press(*["space"] * 5)
        assert steps_below(e, "norms") == steps_below(e, "measures") == [0, 1, 2, 3, 4, 5]
        await e.press("n")
        assert steps_below(e, "norms")[-1] == 8


async def test_x_and_y_make_the_axes_logarithmic_and_linear_again() -> None:
    async with explorer(WIDE, trainer=new_trainer(1000)) as e:
        linear = chart(e, "norms"), chart(e, "measures")
        assert steps_below(e, "norms") == [0, 500, 1000]
        await e.press("x")
        assert axes(e, "norms") == "log x"
        assert axes(e, "measures").startswith("log x")
        assert steps_below(e, "norms") == [1, 10, 100, 1000]
        await e.press("Y")
        assert axes(e, "norms") == "log x, log y"
        both = chart(e, "norms"), chart(e, "measures")
        await e.press("x")
        assert axes(e, "norms") == "log y"
        assert " log y ─╯" in e.text
        assert len({linear, both, (chart(e, "norms"), chart(e, "measures"))}) == 3
        await e.press("Y")
        assert (chart(e, "norms"), chart(e, "measures")) == linear
        assert "log y" not in e.text


async def test_changes_are_marked_in_charts_and_timeline() -> None:
    async with explorer(WIDE) as e:
        await e.press(*["space"] * 4, "s", *["space"] * 4, "l", *["space"] * 4)
        for name in ("norms", "measures"):
            top, *rows = chart(e, name).splitlines()
            assert top.split() == ["s", "l"]
            assert all(any(row[top.index(letter)] == "┊" for row in rows) for letter in "sl")
        track = timeline(e)
        assert track.index("◂") < track.index("s") < track.index("l") < track.index("●")
        assert "L2 λ 0 → .01 at step 8" in track
        assert track.split("▸")[1].split()[:2] == ["step", "12"]


async def test_a_path_that_is_left_stays_as_a_ghost_until_0_at_step_0() -> None:
    async with explorer(WIDE, trainer=new_trainer(40)) as e:
        assert "·" not in chart(e, "norms")
        await e.answer("g", "20")
        assert "·" not in chart(e, "norms"), "going back alone leaves nothing: the path is still ahead"
        assert " step 20 of 40" in timeline(e)
        assert "┄" in timeline(e)
        assert any("●" in line for line in chart(e, "norms").splitlines())
        await e.press("s")
        assert "·" in chart(e, "norms")
        assert "·" in chart(e, "measures")
        assert len(e.trainer.ghosts) == 1
        assert "of 40" not in timeline(e)
        assert steps_below(e, "norms")[-1] == 40, "the ghost reaches as far as the path did"
        await e.press("0")
        assert "·" in chart(e, "norms"), "that of the run that was left"
        await e.press("0")
        assert "·" not in chart(e, "norms")


async def test_a_click_on_the_timeline_goes_to_the_step_that_stands_there() -> None:
    async with explorer(WIDE, trainer=new_trainer(300)) as e:
        row = next(y for y, line in enumerate(e.text.splitlines()) if line.startswith(" ◂"))
        for share, step in ((0, 0), (1, 300), (0.5, 150), (0, 0)):
            first, last = timeline(e).index("◂") + 1, timeline(e).index("▸") - 1
            await e.click(round(first + share * (last - first)), row)
            assert e.trainer.step_count == pytest.approx(step, abs=2 if step == 150 else 0)
        assert timeline(e)[first] == "●"
        await e.click(last + 8, row)
        assert e.trainer.step_count == 0, "a click beside the track goes nowhere"


def _backgrounds(widget: Any) -> set[Any]:
    """The colours behind the second line of a chart."""
    return {segment.style.bgcolor for segment in widget.render_line(1) if segment.style}


async def test_another_theme_redraws_the_charts() -> None:
    async with explorer(WIDE) as e:
        widget = e.find("#norms")
        before = widget.render_line(1)
        dark = _backgrounds(widget)
        await e.press("ctrl+p")
        for words in ("theme", "textual-light"):
            await e.type(words)
            await e.wait_until(partial(_offered, e, words))
            await e.press("enter")
        await e.wait_until(lambda: _backgrounds(widget) == {widget.rich_style.bgcolor} != dark)
        assert e.app.theme == "textual-light"
        assert widget.render_line(1).text == before.text


async def test_without_colour_lines_are_told_apart_by_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with explorer(WIDE, trainer=new_trainer(60)) as e:
        norms, measures = chart(e, "norms"), chart(e, "measures")
        for letter in "12Σ":
            assert norms.count(letter) > 10
        for letter in "teb":
            assert measures.count(letter) > 10
        assert "1 layer 1" in norms
        assert not re.search("[⠁-⣿]", norms)


async def test_a_chart_draws_finite_values_alone() -> None:
    async with explorer(WIDE) as e:
        widget = e.find("#norms")
        steps = np.arange(6)
        widget.show(LineChart([Line("broken", steps, np.array([1.0, np.nan, np.inf, -np.inf, 2.0, 1.5]))]))
        await e.rest()
        assert steps_below(e, "norms") == [0, 1, 2, 3, 4, 5]
        widget.show(LineChart([Line("nothing", steps, np.full(6, np.nan))]))
        await e.rest()
        assert "nothing to draw yet" in chart(e, "norms")
        assert isinstance(widget, Chart)
