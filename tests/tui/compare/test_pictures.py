"""Pictures on the compare screen: a small one for each method, in one scale."""

from collections.abc import Sequence

import numpy as np
import pytest
from textual.geometry import Size

import lsexplorer as ls
from lsexplorer.bank.comparison import Comparison, methods_of
from lsexplorer.run import Strengths
from lsexplorer.tui.compare.pictures import GAP, grid_for
from lsexplorer.tui.pictures import PICTURES
from lsexplorer.views.viewpoint import Viewpoint
from tests.support.compare import compare_screen
from tests.support.explorer import Explorer, new_trainer


@pytest.mark.parametrize(
    ("count", "room", "least", "grid"),
    [
        (5, (118, 33), (24, 7), (3, 2)),
        (5, (198, 53), (24, 7), (3, 2)),
        (5, (78, 17), (24, 7), (3, 2)),
        (5, (78, 17), (46, 9), (1, 1)),
        (1, (78, 17), (24, 7), (1, 1)),
        (12, (118, 33), (24, 7), (4, 3)),
    ],
)
def test_the_grid_holds_all_where_it_can_and_its_cells_have_room(
    count: int, room: tuple[int, int], least: tuple[int, int], grid: tuple[int, int]
) -> None:
    found = grid_for(count, Size(*room), Size(*least))
    assert found[:2] == grid
    assert found.columns * found.size.width + (found.columns - 1) * GAP <= room[0]
    assert found.rows * found.size.height <= room[1]
    assert found.size.width >= least[0]
    assert found.size.height - 1 >= least[1]


def test_there_may_be_room_for_none() -> None:
    assert grid_for(5, Size(20, 20), Size(24, 7)) is None


def test_methods_are_drawn_in_one_scale() -> None:
    hp = ls.Hyperparameters()
    comparison = Comparison(ls.load_dataset("iris"), methods_of(hp, Strengths.of(hp)))
    comparison.step(120)
    runs, deltas = comparison.runs(), comparison.deltas(3)

    def together(name: str) -> tuple[Sequence, Sequence]:
        kind = PICTURES[name]
        made = [kind.make(run, Viewpoint(own, "o1")) for run, own in zip(runs, deltas, strict=True)]
        return made, kind.together(made)

    alone, errors = together("errors")
    assert {found.limits for found in errors} == {
        (min(np.min(found.terms) for found in alone), max(np.max(found.terms) for found in alone))
    }
    alone, weights = together("weights")
    for layer in range(2):
        assert {found.layers[layer].reach for found in weights} == {max(found.layers[layer].reach for found in alone)}
        tallest = {found.layers[layer].tallest for found in weights}
        assert tallest == {max(counts.max() for found in weights for counts in found.layers[layer].counts)}
    _, networks = together("network")
    largest = tuple(max(np.abs(run.network.weights[layer]).max() for run in runs) for layer in range(2))
    assert {found.reach for found in networks} == {largest}


async def test_keys_show_every_method_and_the_selected_one_can_be_taken() -> None:
    async with compare_screen(new_trainer(40)) as e:
        await e.press("4")
        assert e.focus == "picture"
        picture = e.area("#picture")
        for name in ("p plain", "s smoothing a .1", "l L2 λ .01", "d decay λ .01"):
            assert name in picture
        assert picture.count("spread") == 5
        assert "▸p plain" in picture
        assert e.find("#method_deltas").region.height == 0
        await e.press("space")
        assert e.area("#picture") != picture, "it follows the run"
        await e.press("right", "down")
        assert "▸d decay" in e.area("#picture")
        await e.press("down", "right")
        assert "▸d decay" in e.area("#picture"), "there is none further on"
        await e.press("v")
        assert "v: the test part" in e.text
        await e.press("2")
        assert "Network · 4-5-3" in e.text
        await e.resize(80, 24)
        assert "more" in e.text, "some have no room"
        assert "▸d decay" in e.area("#picture")
        await e.resize(120, 40)
        await e.press("escape")
        assert e.focus == "method_deltas"
        assert e.find("#scores").region.height > 3
        assert e.find("#picture").region.height == 0
        await e.press("7", "enter")
        assert e.app.screen.__class__.__name__ == "CompareScreen", "it asks first, as the run would be lost"
        assert "decay" in str(e.find("#message").content)


async def click(e: Explorer, letter: str) -> None:
    """Click on the last letter of that kind that stands alone in the pictures."""
    rows = e.area("#picture").splitlines()
    x, y = max((x, y) for y, row in enumerate(rows) for x in range(len(row)) if row[x:].startswith(letter))
    await e.click(x, y, "#picture")


async def test_a_click_selects_method_node_and_sample() -> None:
    async with compare_screen(new_trainer(40)) as e:
        await e.press("4")
        await click(e, "l L2")
        assert "▸l L2" in e.area("#picture")
        await e.press("2")
        await click(e, "o3")
        assert "▸o3" in e.area("#picture")
        assert "▸1 L1" in e.area("#picture"), "the method at the right edge that lies lowest"
        await e.press("3")
        before = e.screen.sample
        await click(e, "ss")
        assert e.screen.sample != before
        assert e.trainer.data.y_train[e.screen.sample] == 0
        assert "[s]" in e.area("#picture")
        await e.click(e.find("#picture").size.width - 1, e.find("#picture").size.height - 1, "#picture")


async def test_a_method_that_overflowed_says_so_beside_the_others() -> None:
    wild = new_trainer(learning_rate=300.0, activation="identity", output="identity", loss="mse")
    async with compare_screen(wild) as e:
        await e.press("n", "n", "n", "6")
        assert "overflowed" in e.area("#picture")
