"""The footer: what it shows, what a click on it does, and that it leaves nothing behind."""

import gc

import pytest
from textual.events import MouseMove
from textual.widget import Widget

from tests.support.explorer import explorer


def live_widgets() -> int:
    """Widgets in memory, on the screen or not."""
    gc.collect()
    return sum(isinstance(entry, Widget) for entry in gc.get_objects())


async def test_no_widget_is_left_behind_by_a_change_of_focus() -> None:
    async with explorer() as e:
        await e.press("enter", "enter")
        before = live_widgets()
        await e.press(*["enter"] * 6)
        assert live_widgets() <= before


@pytest.mark.slow
async def test_no_widget_is_left_behind_by_another_screen() -> None:
    async with explorer() as e:
        await e.press("D", "escape")
        before = live_widgets()
        for _ in range(3):
            await e.press("D", "escape")
        assert live_widgets() <= before


async def test_it_follows_the_focus_and_the_screen() -> None:
    async with explorer() as e:
        assert e.text.splitlines()[-1].startswith("space step r run b back s smoothing l L2")
        await e.press("f")
        assert e.text.splitlines()[-1].startswith("enter change → value tab next field esc back space step")
        await e.press("right")
        assert e.text.splitlines()[-1].split("  ")[0] == "enter take it tab next field esc back"
        await e.press("escape", "escape")
        assert "esc back" not in e.text.splitlines()[-1]
        await e.press("D")
        assert "esc back" in e.text.splitlines()[-1]


async def test_the_mouse_on_a_key_explains_it_and_a_click_presses_it() -> None:
    async with explorer() as e:
        x = e.text.splitlines()[-1].index("b back")
        await e.point(MouseMove, x, 0, "Footer")
        assert str(e.find("Footer").tooltip).startswith("Go back one step.")
        await e.point(MouseMove, x - 1, 0, "Footer")
        assert e.find("Footer").tooltip is None
        x = e.text.splitlines()[-1].index("s smoothing")
        await e.click(x, 0, "Footer")
        assert e.hp.label_smoothing > 0
        assert "Label smoothing" in e.message


async def test_a_key_without_room_is_left_out_as_a_whole_and_the_end_says_where_all_are() -> None:
    async with explorer((80, 24)) as e:
        first = "space step r run b back s smoothing l L2 v chart c compare f form"
        assert e.text.splitlines()[-1].rstrip() == f"{first} … ? all keys"
        for width in range(80, 110, 3):
            await e.resize(width, 24)
            line = e.text.splitlines()[-1].rstrip()
            keys = [key for key in e.find("Footer").keys if key.display != "?"]
            assert line.endswith(" … ? all keys")
            assert line.removesuffix(" … ? all keys") in [
                " ".join(f"{key.display} {key.label}" for key in keys[:count]) for count in range(len(keys))
            ]
            assert len(line) > width - 15
        await e.click(line.index("? all keys"), 0, "Footer")
        assert type(e.app.screen).__name__ == "HelpScreen"
