"""Names in a person's file are text: neither markup nor commands to the terminal."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lsexplorer import Dataset, Hyperparameters, Trainer, load_dataset
from tests.support.explorer import WIDE, explorer
from tests.support.helpers import slow

NAMES = {
    "closing tags": ("[/aaa]", "[/bbb]", "[/ccc]"),
    "tags": ("[bold]aaa[/bold]", "[red]bbb", "[@click=app.quit]ccc[/]"),
    "escape codes": ("\x1b[31maaa\x1b[2J", "\x1b]0;bbb\x07", "ccc\x9b"),
}


Names = tuple[str, str, str]


@pytest.fixture(
    params=[
        pytest.param(names, id=kind, marks=pytest.mark.slow if kind == "closing tags" else ())
        for kind, names in NAMES.items()
    ]
)
def named(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Names, Dataset]:
    path = tmp_path / "data[red].csv"
    rows = [f'{i},{i * i % 7},"{request.param[i % 3]}"' for i in range(30)]
    path.write_text("\n".join(["[b]x,y,class", *rows]), encoding="utf-8")
    return request.param, load_dataset(path)


async def test_the_screens_show_names_as_they_are(named: tuple[Names, Dataset]) -> None:
    names, data = named
    async with explorer(WIDE, trainer=Trainer(data, Hyperparameters(batch_size=8))) as e:
        await e.press("down", "space", "D")
        e.find("#rows").cursor = 5
        await e.press("escape", "p", "space")
        assert data.name in e.text
        assert e.find("#class_patterns").cell(0, 0, 40)[0] == data.class_names[0]
        assert "\x1b" not in e.app.export_screenshot()
        await e.press("escape")
        first = e.find("#deltas").cell(0, 1, 40)[0]
        title = str(e.find("#deltas").border_title)
        assert "\x1b" not in e.app.export_screenshot()
    assert sorted(name.encode("unicode_escape").decode() for name in names)[0][:5] in first
    assert "(" in title


def test_no_name_of_a_loaded_set_can_command_a_terminal(named: tuple[Names, Dataset]) -> None:
    assert all(name.isprintable() for name in (*named[1].class_names, *named[1].feature_names))
    assert len(set(named[1].class_names)) == 3


OSC = "a\x1b]52;c;aGVsbG8=\x07\u202eb"
"""Would write to the clipboard, and turn the direction of what follows."""


@pytest.mark.skipif(os.name == "nt", reason="names of files are more limited there")
@pytest.mark.parametrize(
    "stem",
    [
        OSC,
        *map(slow, ("[bold]mine", "x" * 250, "a\nb", os.fsdecode(b"\xff"))),
    ],
)
async def test_the_name_of_the_file_is_text_too(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.csv"
    path.write_text("x,y,class\n" + "".join(f"{i},{i * i % 7},{'ab'[i % 2]}\n" for i in range(20)))
    data = load_dataset(path)
    assert data.name.isprintable()
    assert len(data.name) <= 40
    Trainer(data).save(tmp_path / "run.json")
    opened = Trainer(data) if "\udcff" in stem else Trainer.load(tmp_path / "run.json")
    async with explorer(WIDE, trainer=opened) as e:
        await e.press("f")
        picture = e.app.export_screenshot()
        assert data.name[:15] in e.text
    assert "\x1b" not in picture
    assert "\u202e" not in picture
    ElementTree.fromstring(picture)
    assert stem in str(load_dataset(data.source).source)  # which names the file, as it is


async def test_an_answer_with_brackets_is_said_back_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer() as e:
        for name in ("out[/b].json", "run[a].json"):
            await e.answer("w", f"missing/{name}")
            assert name in e.text
            await e.press("escape")
