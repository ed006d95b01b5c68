"""Pictures in the explorer: keys, focus, variants, what stays and what comes back."""

import pytest

from lsexplorer.tui.commands import VIEW_HELP
from lsexplorer.tui.pictures import PICTURES
from tests.support.explorer import Explorer, explorer, new_trainer
from tests.support.pictures import COLOR, drawn, numbers_of


async def test_a_key_shows_a_picture_and_escape_the_tables_again() -> None:
    async with explorer() as e:
        await e.press("3")
        assert e.focus == "picture"
        assert "Map · petal_length" in e.text
        assert "Far away it is" in e.text
        before = e.area("#look_for")
        await e.press("space", "n")
        assert e.area("#look_for") != before, "it follows the run"
        await e.press("v")
        assert "Map · petal_length" not in e.text
        variant = e.area("#picture")
        await e.press("escape")
        assert (e.focus, e.find("#picture").region.height) == ("deltas", 0)
        assert "Weights into" in e.text
        await e.press("3")
        assert e.area("#picture") == variant, "the variant is kept"
        await e.press("f")
        assert "Hyperparameters" in e.text
        await e.press("escape")
        assert (e.focus, e.area("#picture")) == ("picture", variant), (
            "and so is the picture, from the form and the tour"
        )
        await e.press("t")
        assert "Weights into" in e.text
        await e.press("escape")
        assert (e.focus, e.area("#picture")) == ("picture", variant)
        await e.press("down")
        assert e.session.node == "o2"
        await e.resize(120, 40)
        assert e.find("#picture").size.height > 15
        assert e.find("#deltas").region.height >= 6
        assert "▀" in e.area("#picture").splitlines()[-4], "it is drawn in its new size"
        await select_things(e)


async def select_things(e: Explorer) -> None:
    """Arrows, brackets and clicks select node, weight and sample, as the tables do."""
    await e.press("up")
    await e.press("2", "down")
    assert e.session.node == "o2"
    await e.press("right_square_bracket", "right_square_bracket")
    assert "h3 → o2: w = " in e.area("#picture")
    await e.press("left")
    assert e.session.node == "h3"
    assert "▸h3" in e.area("#deltas")
    await e.press("1")
    assert e.find("#weights").cursor == 2
    await e.press("2")
    rows = e.area("#picture").splitlines()
    y = next(at for at, row in enumerate(rows) if " o3 " in row)
    await e.click(rows[y].index("o3") + 1, y, "#picture")
    assert e.session.node == "o3"
    await e.press("3")
    rows, before = e.area("#picture").splitlines(), e.session.sample
    y = next(at for at, row in enumerate(rows[:-3]) if "s" in row)
    await e.click(rows[y].index("s"), y, "#picture")
    assert e.session.sample != before
    assert e.trainer.data.y_train[e.session.sample] == 0
    assert "[s]" in e.area("#picture").splitlines()[y]


def test_every_picture_has_a_key_and_help() -> None:
    assert [*PICTURES] == [name for name in VIEW_HELP if name != "tables"]
    assert all(kind.help and kind.variant for kind in PICTURES.values())


@pytest.mark.parametrize("name", PICTURES)
def test_weights_near_overflow_are_drawn(name: str) -> None:
    t = new_trainer(1)
    t.network.weights = [W * 1e200 for W in t.network.weights]
    found = numbers_of(name, t)
    assert drawn(name, found, palette=COLOR)
    assert all(PICTURES[name].look_for(found))
