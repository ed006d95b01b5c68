"""The data screen on other data than flowers: pictures, ten classes, two, soft targets, a class without test rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import write_smoothed
from lsexplorer.tui.data.screen import DataScreen
from tests.support.data_screen import data_screen, full, lines, on, said, title, verdict
from tests.support.explorer import WIDE, Explorer, explorer
from tests.support.helpers import dataset, slow


def picture(e: Explorer) -> Any:
    """The picture's lines on the screen."""
    region = e.find("#image").region
    rows = e.text.splitlines()[region.y : region.bottom]
    return [row[region.x : region.right] for row in rows]


def greys(e: Explorer) -> Any:
    """The picture's pixels (height, width) from 0 to 1, by the colours of its half blocks."""
    upper, lower = [], []
    for line in e.find("#image").render().split("\n"):
        pairs = [(span.style.color.triplet, span.style.bgcolor.triplet) for span in line.spans]
        upper.append([top.red for top, _ in pairs])
        lower.append([bottom.red for _, bottom in pairs])
    return np.stack([upper, lower], axis=1).reshape(-1, len(upper[0])) / 255


@pytest.mark.parametrize(("name", "height", "width"), [("digits", 8, 8), slow("mnist", 28, 28)])
async def test_pictures(name: str, height: int, width: int) -> None:
    trainer = on(name, label_smoothing=0.1)
    data = trainer.data
    async with explorer(WIDE, trainer=trainer) as e:
        await e.press("D", "home")
        for row in (0, 1):
            expected = data.raw_train[row].reshape(height, width) / data.raw_train.max()
            assert greys(e) == pytest.approx(expected, abs=1 / 255)
            assert picture(e) == ["▀" * width] * (height // 2)
            await e.press("down")
        line = lines(e)[int(data.train_rows[0]) + 1, "train"]
        assert "│1, rest 0 .91, rest .01 " in line
        assert f"{height * width} numbers" in full(e)[0]
        assert full(e)[1].removeprefix("→ ").split(", ").count("0.01") == 9
        await e.press("c", "c", "p", "enter")
        sample = e.session.sample
        assert data.class_names[data.y_train[sample]] == "1"
        assert f"row {data.train_rows[sample] + 1} (1) alone" in e.find("#deltas").border_title


async def test_pictures_without_colour_are_drawn_in_shades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    trainer = on("digits")
    async with data_screen(trainer) as e:
        await e.press("home")
        pixels = trainer.data.raw_train[0].reshape(4, 2, 8).mean(axis=1) / 16
        assert picture(e) == ["".join(" ░▒▓█"[round(value * 4)] for value in row) for row in pixels]


async def test_no_picture_of_what_is_none() -> None:
    async with data_screen(on("iris")) as e:
        assert not e.find("#image").display
        assert "▀" not in e.text


@pytest.fixture
def coins(tmp_path: Path) -> Path:
    """Two classes of a person's own, of which one has no row in the test file."""
    rng = np.random.default_rng(6)
    rows = [f"{p:.1f},{['head', 'tail'][i % 2]}" for i, p in enumerate(rng.normal(size=20))]
    (tmp_path / "coins.csv").write_text("\n".join(["weight,class", *rows]))
    (tmp_path / "test.csv").write_text("weight,class\n0.5,tail\n0.25,tail\n")
    return tmp_path


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_two_classes_of_which_one_is_not_in_the_test_part(coins: Path, size: tuple[int, int]) -> None:
    trainer = on(ls.load_dataset(coins / "coins.csv", test_file=coins / "test.csv"), 3, label_smoothing=0.2)
    async with data_screen(size=size, trainer=trainer) as e:
        await e.press("p", "p")
        assert list(lines(e)) == [(21, "test"), (22, "test")]
        assert " .1, .9 " in lines(e)[21, "test"]
        if size == (120, 40):
            assert "head" in next(line for line in e.text.splitlines() if " 10+0 " in line)
            says = trainer.network.forward(trainer.data.X_test).logits.argmax(axis=1)
            assert [verdict(line)[1] for line in lines(e).values()] == [["head", "tail"][k] for k in says]
        await e.press("c")
        assert title(e).startswith("0 rows: test, head")
        await e.press("e")
        assert "22 of 22 weights" in said(e)


async def test_soft_targets_of_a_file(coins: Path) -> None:
    write_smoothed(ls.load_dataset("iris"), 0.3, coins / "soft.csv")
    trainer = on(ls.load_dataset(coins / "soft.csv"), label_smoothing=0.1)
    async with explorer(WIDE, trainer=trainer) as e:
        await e.press("D", "home")
        assert full(e)[0] == "5.1, 3.5, 1.4, 0.2,  0.8, 0.1, 0.1  # setosa"
        assert full(e)[1] == "→ 0.7533, 0.1233, 0.1233"
        await e.press("e")
        assert "43 of 43" in said(e)
        await e.press("c", "enter")
        assert not e.is_on(DataScreen)


async def test_the_rest_is_only_called_so_where_it_is_all_the_same() -> None:
    """Of five classes the table names the largest target, and what the others have in common."""
    X, y = np.arange(10.0)[:, None], np.arange(10) % 5
    soft = np.array([[0.5, 0.3, 0.2, 0, 0], [0.05, 0.8, 0.05, 0.05, 0.05]] * 5)
    data = replace(dataset(X, y, classes=5, soft_train=soft, soft_test=soft), class_names=tuple("abcde"))
    async with data_screen(on(data)) as e:
        await e.press("home")
        assert "rest" not in lines(e)[1, "train"]
        assert lines(e)[1, "train"].count(".5, .3, … ") == 2
        assert lines(e)[2, "train"].count(".8, rest .05 ") == 2
        assert full(e)[0].endswith("0.5, 0.3, 0.2, 0, 0  # a")


@pytest.mark.parametrize("size", [(80, 24), slow((120, 40))], ids=["80x24", "120x40"])
async def test_how_an_own_file_was_read_is_on_the_first_screen_and_in_full_on_this_one(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    file = tmp_path / "people.csv"
    rows = [f"{i}.5,{i * i % 7},person {i},{'yes' if i % 3 else 'no'}" for i in range(30)]
    file.write_text("height,visits,who,class\n" + "\n".join(rows) + "\n")
    data = ls.load_dataset(file)
    count = f"{len(data.notes)} notes"
    async with explorer(size, on(data)) as e:
        assert e.message == f"{data.class_note} D has {count} on the file; O reads it otherwise."
        assert "'class'" in e.text
        assert "people, class 'class'" in e.status
        await e.press("D")
        assert count in e.text
        await e.press("n")
        text = " ".join(e.text.replace("│", " ").split())
        for words in ("How people was read", "column 4 'class'", "'who' was left out", "30 (24 training, 6 test)"):
            assert words in text
