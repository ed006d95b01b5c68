"""What the explorer asks: go to, run until, save; and what it says of answers it cannot use."""

import json
from pathlib import Path

import pytest

from lsexplorer import Trainer, load_dataset
from lsexplorer.tui.prompt import Prompt
from tests.support.explorer import WIDE, Explorer, explorer, new_trainer
from tests.support.form import line
from tests.support.helpers import slow

FAR = 100_000_001
"""One step more than a run can have."""


def problem(e: Explorer) -> str:
    return str(e.find("#problem").content)


async def refused(e: Explorer, text: str, *words: str) -> None:
    """Answer the prompt on the screen with something it cannot use."""
    step = e.trainer.step_count
    await e.type(text)
    await e.press("enter")
    assert e.is_on(Prompt), text
    for word in words:
        assert word in problem(e), text
    assert e.area("#problem").split() == problem(e).split(), f"the problem with '{text}' can be read whole"
    assert e.trainer.step_count == step
    assert not e.running


async def done(e: Explorer) -> None:
    await e.wait_until(lambda: not e.running)
    await e.rest()


async def test_go_to_any_step_earlier_or_later() -> None:
    async with explorer() as e:
        await e.answer("g", "12")
        assert "step 12 · epoch 1.5" in e.status
        await e.answer("g", " 3 ")
        assert e.trainer.step_count == 3
        assert e.trainer.network.parameters.tolist() == new_trainer(3).network.parameters.tolist()
        assert e.trainer.furthest_step == 12
        await e.answer("g", "1500")
        await done(e)
        assert e.trainer.step_count == 1500
        assert "step 1,500 · epoch 187.5 · paused" in e.status
        assert e.message == "Reached step 1,500."


async def test_steps_one_cannot_go_to() -> None:
    async with explorer(trainer=new_trainer(7)) as e:
        await e.press("g")
        assert "Go to step" in e.text
        assert "0 to 7 is the run so far; a later step is trained now" in e.area(".hint")
        for text in ("", "x", "-1", "1.5", "1e3", "nan"):
            await refused(e, text, "a step is a whole number, such as 7")
        for text in (str(FAR), "9" * 60):
            await refused(e, text, "at most 100,000,000 steps")
        await e.type("4")
        assert problem(e) == "", "a new answer takes the old problem away"
        await e.press("escape")
        assert e.trainer.step_count == 7
        assert e.focus == "deltas"


async def test_run_until_an_epoch_or_a_step() -> None:
    ends = {"EPOCH 0.5": 4, "  step 9": 9, "epoch 3": 24, "step 50": 50, "step 2e2": 200}
    async with explorer() as e:
        for text, step in ends.items():
            await e.answer("u", text)
            await done(e)
            assert e.trainer.step_count == step
            assert e.message == f"Reached step {step:,}."
        assert e.trainer.network.parameters.tolist() == new_trainer(200).network.parameters.tolist()


@pytest.mark.parametrize(("first", "limit"), [slow(0, 0.9), (5, 0.5)])
async def test_run_until_a_loss_stops_at_the_end_of_the_first_epoch_below_it(first: int, limit: float) -> None:
    expected = new_trainer(8)
    while expected.evaluate("train").loss >= limit:
        expected.step(8)
    async with explorer(trainer=new_trainer(first)) as e:
        await e.answer("u", f"loss < {limit}")
        await done(e)
        assert e.trainer.step_count == expected.step_count
        assert e.message == f"Reached loss < {str(limit).removeprefix('0')}."


async def test_ends_one_cannot_run_to() -> None:
    async with explorer(trainer=new_trainer(16)) as e:
        await e.press("u")
        for text in ("", "tomorrow", "epoch", "loss 0.2", "step < 5", "loss > 0.2", "accuracy < 1"):
            await refused(e, text, "epoch 50, step 2000 or loss < .2")
        for text in ("step nan", "epoch x", "loss < nan", "loss < 1e400"):
            await refused(e, text, "is not a number")
        for text in ("epoch 2", "step 16", "step 3", "epoch 1", "step -5"):
            await refused(e, text, "is not ahead: the run stands at step 16")
        for text in (f"step {FAR}", "step 1e300", "epoch 1e308"):
            await refused(e, text, "at most 100,000,000 steps")
        for text in ("loss < 0", "loss < -1"):
            await refused(e, text, "above 0")
        await e.press("escape")
        assert e.trainer.step_count == 16


async def test_a_saved_run_opens_again_with_its_changes(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    async with explorer(WIDE) as e:
        await e.press("space", "s", "space", "space", "l", "b")
        await e.press("w")
        assert "iris-run.json" in e.text
        await e.type(str(file))
        await e.press("enter")
        assert e.message == f"Saved 2 steps as {file}."
        loaded = Trainer.load(file)
        assert loaded.step_count == 2
        assert loaded.network.parameters.tolist() == e.trainer.network.parameters.tolist()
        assert [event.changes for event in loaded.events] == [{"label_smoothing": (0.0, 0.1)}]
        await e.press("w")
        assert str(file) in e.text, "a second time the same name is offered"
        await e.press("escape")
        assert json.loads(file.read_text())["steps"] == 2


async def test_an_opened_run_is_offered_its_own_file(tmp_path: Path) -> None:
    new_trainer(5, l2=0.1).save(tmp_path / "run.json")
    async with explorer(trainer=Trainer.load(tmp_path / "run.json"), path="somewhere/run.json") as e:
        assert "step 5 " in e.status
        assert line(e, "l2").on
        await e.press("w")
        assert "somewhere/run.json" in e.text


async def test_files_one_cannot_save_to_and_the_one_that_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with explorer() as e:
        await e.press("w")
        await refused(e, " ", "needs a name")
        (tmp_path / "dir.json").mkdir()
        (tmp_path / "file").write_text("")
        await refused(e, "file/new/run.json", "cannot make the folder")
        await refused(e, "dir.json", "is a directory")
        await refused(e, "run.txt", ".json")
        assert [path.name for path in sorted(tmp_path.iterdir())] == ["dir.json", "file"]
        await e.press("escape", "w", "enter")
    assert Trainer.load("iris-run.json").data.digest == load_dataset("iris").digest
