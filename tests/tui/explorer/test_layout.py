"""Every pane whole and every chart readable, in all sizes of the terminal."""

import pytest

from lsexplorer.tui.tour.steps import STEPS
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.layout import problems
from tests.support.tour import go_to

SIZES = [(80, 20), (80, 24), (112, 32), (120, 40)]
MORE = [(w, h) for w in (80, 100, 111, 112, 140, 200) for h in (20, 21, 23, 24, 26, 31, 32, 33, 36, 45, 46, 60)]


async def all_panes(e: Explorer, sizes: list[tuple[int, int]], panes: int) -> None:
    for pane in range(panes):
        for size in sizes:
            await e.resize(*size)
            assert problems(e) == [], (pane, size)
        await e.resize(80, 24)
        await e.press("v")


async def test_panes_are_whole_and_messages_take_no_room() -> None:
    async with explorer((112, 32), trainer=new_trainer(20)) as e:
        assert problems(e) == []
        before = e.find("#body").size
        e.screen.say("a long message " * 12)
        await e.rest()
        assert e.find("#message").size.height == 2
        assert e.find("#body").size == before
        await e.resize(80, 20)
        await e.press("v")
        assert problems(e) == []


@pytest.mark.slow
async def test_panes_are_whole_in_all_sizes() -> None:
    async with explorer(trainer=new_trainer(20)) as e:
        await all_panes(e, MORE, 5)
        await e.press("c")
        await all_panes(e, MORE, 5)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_panes_are_whole_on_the_tour(size: tuple[int, int]) -> None:
    async with explorer(size) as e:
        for step in STEPS:
            await go_to(e, step.title)
            assert problems(e) == [], step.title
            panel = e.find("#tour")
            panel.styles.height = 7 if step.pane == "weights" else 8  # the longest answers
            await e.rest()
            assert problems(e) == [], step.title
            panel.styles.height = "auto"
