"""The way through the tour: every question before its answer, and every step the same wherever one comes from."""

import pytest
from textual.widget import Widget

from lsexplorer.tui.tour.steps import STEPS
from tests.support.explorer import explorer, new_trainer
from tests.support.helpers import slow
from tests.support.tour import ACTS, SIZES, act, given, go_to, number, told, whole_screen, words

SHORT = 9
"""The first tour steps, which need no long training; the walk through all of them is slow."""


def test_every_step_has_something_to_do() -> None:
    assert list(ACTS) == [step.title for step in STEPS]
    for step in STEPS:
        assert len(ACTS[step.title]) == len(step.questions)


@pytest.mark.parametrize(
    ("size", "last"),
    [((80, 24), 2), *(slow(size, len(STEPS) - 1) for size in SIZES)],
    ids=str,
)
async def test_a_walk_through_the_tour_and_back(size: tuple[int, int], last: int, quick_match: None) -> None:
    """Every question stands there before its answer, whole; every answer comes when the person did what it asks for."""
    async with explorer(size, trainer=new_trainer(2)) as e:
        await e.press("t")
        opened = []
        for at, (title, parts) in enumerate(list(ACTS.items())[: last + 1]):
            assert number(e) == at
            assert title in str(e.find("#tour").border_title)
            opened.append(whole_screen(e))
            said = ""
            for keys in parts:
                assert told(e) == said, f"{title}: nothing is told before it was asked"
                assert "▸" in words(e)
                await act(e, keys)
                assert words(e) == given(e), f"{title}: the panel shows all of it"
                assert told(e) != said, f"{title}: {keys} is answered"
                said = told(e)
                assert "nan" not in said.lower()
                assert "inf " not in said
                panes = e.find("#main").classes
                at_least = 6 if {"-norms", "-measures"} & panes else 4
                chart = e.find("#measures" if "-measures" in panes else "#norms")
                is_shown = all(part.display for part in chart.ancestors_with_self if isinstance(part, Widget))
                assert is_shown or e.find("#weights").region.height >= 4, "the chart, or the weights"
                assert not is_shown or chart.region.height >= at_least - (size[1] < 24), "the chart can be seen"
                if size[1] >= 24 or not is_shown:  # else the chart has its rows
                    assert "▸o2" in e.area("#deltas"), "and the row of the node that is spoken of"
            assert "▸" not in words(e), f"{title}: all is answered"
            await e.press("full_stop")
        assert number(e) == min(last + 1, len(STEPS) - 1)
        assert ("last step" in e.message) == (last == len(STEPS) - 1)
        if last < len(STEPS) - 1:
            await e.press("comma")
        for at in reversed(range(last)):
            await e.press("comma")
            assert number(e) == at
            assert whole_screen(e) == opened[at], "a step that one comes back to begins as it did"
        await e.press("comma")
        assert "first step" in e.message


@pytest.mark.slow
async def test_a_tour_step_begins_the_same_from_anywhere() -> None:
    """Whatever was done at another step, and whatever way one comes."""
    async with explorer((120, 40)) as e:
        first = {}
        for title in list(ACTS)[:SHORT]:
            await go_to(e, title)
            first[title] = whole_screen(e)
            await e.press("x", "Y", "o", "v", "s", "space", "space", "b", "enter", "down", "a", "plus")
            await e.press("T")
            assert whole_screen(e) == first[title], "anew"
        for title in ("Smoothing stops the growth", "The error term", "Where (target − output) is missing"):
            await e.press("space", "l", "enter")
            await go_to(e, title)
            assert whole_screen(e) == first[title]
