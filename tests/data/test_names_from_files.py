"""Names in a person's file are text: neither markup nor commands to the terminal."""

from pathlib import Path

import pytest

from lsexplorer import Dataset, Hyperparameters, Trainer, load_dataset
from lsexplorer.tui.app import ExplorerApp
from lsexplorer.tui.widgets.number_table import NumberTable
from tests.support.explorer import screen_text

NAMES = {
    "closing tags": ("[/aaa]", "[/bbb]", "[/ccc]"),
    "tags": ("[bold]aaa[/bold]", "[red]bbb", "[@click=app.quit]ccc[/]"),
    "escape codes": ("\x1b[31maaa\x1b[2J", "\x1b]0;bbb\x07", "ccc\x9b"),
}


Names = tuple[str, str, str]


@pytest.fixture(params=list(NAMES.values()), ids=list(NAMES))
def named(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Names, Dataset]:
    path = tmp_path / "data[red].csv"
    rows = [f'{i},{i * i % 7},"{request.param[i % 3]}"' for i in range(30)]
    path.write_text("\n".join(["[b]x,y,class", *rows]), encoding="utf-8")
    return request.param, load_dataset(path)


async def test_the_screens_show_names_as_they_are(named: tuple[Names, Dataset]) -> None:
    names, data = named
    app = ExplorerApp(Trainer(data, Hyperparameters(batch_size=8)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "space", "D")
        await pilot.pause()
        app.screen.query_one("#rows", NumberTable).cursor = 5
        await pilot.press("escape", "p", "space")
        await pilot.pause()
        assert data.name in screen_text(app)
        assert app.screen.query_one("#class_patterns", NumberTable).cell(0, 0, 40)[0] == data.class_names[0]
        assert "\x1b" not in app.export_screenshot()
        await pilot.press("escape")
        await pilot.pause()
        first = app.screen.query_one("#deltas", NumberTable).cell(0, 1, 40)[0]
        title = str(app.screen.query_one("#deltas").border_title)
        assert "\x1b" not in app.export_screenshot()
    assert sorted(name.encode("unicode_escape").decode() for name in names)[0][:5] in first
    assert "(" in title


def test_no_name_of_a_loaded_set_can_command_a_terminal(named: tuple[Names, Dataset]) -> None:
    assert all(name.isprintable() for name in (*named[1].class_names, *named[1].feature_names))
    assert len(set(named[1].class_names)) == 3
