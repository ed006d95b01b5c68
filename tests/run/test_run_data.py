"""Runs on a person's own data: saved, reopened, and left for a built-in set and taken up again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import BUILTINS, write_smoothed
from lsexplorer.run import Hyperparameters
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.model.session import Session
from tests.support.command import run
from tests.support.explorer import WIDE, Explorer, explorer
from tests.support.form import shown

OPTIONS = {"target": "species", "test_size": 0.3, "missing": "mean", "label_noise": 0.2, "seed": 5}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """mine.csv, whose class stands in its first column, test.csv and a folder beside them."""
    rng = np.random.default_rng(2)
    rows = [f"{'abc'[i % 3]},{p + i % 3:.2f},{q:.2f}" for i, (p, q) in enumerate(rng.normal(size=(60, 2)))]
    rows[7] = "b,,1.5"
    (tmp_path / "mine.csv").write_text("\n".join(["species,p,q", *rows]))
    (tmp_path / "test.csv").write_text("\n".join(["species,p,q", *rows[:12]]))
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


def trained(data: ls.Dataset) -> ls.Trainer:
    """A run with a change on its way."""
    trainer = ls.Trainer(data, Hyperparameters(label_smoothing=0.1, hidden=(4,), optimizer="adam"))
    trainer.step(5)
    trainer.set(l2=0.02)
    trainer.step(4)
    return trainer


def same_run(one: ls.Trainer, other: ls.Trainer) -> None:
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()
    assert one.optimizer_state.tobytes() == other.optimizer_state.tobytes()
    assert one.data.digest == other.data.digest
    assert one.data.options == other.data.options
    assert one.hyperparameters == other.hyperparameters
    assert one.step_count == other.step_count
    assert one.evaluate("test") == other.evaluate("test")


def refused(file: Path, *words: str) -> None:
    with pytest.raises(ls.InputError) as caught:
        ls.Trainer.load(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_run_on_own_data_comes_back_bit_for_bit(folder: Path) -> None:
    trainer = trained(ls.load_dataset(folder / "mine.csv", **OPTIONS))
    trainer.save(folder / "run.json")
    same_run(ls.Trainer.load(folder / "run.json"), trainer)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_so_does_one_on_soft_targets(folder: Path, suffix: str) -> None:
    write_smoothed(ls.load_dataset(folder / "mine.csv", missing="mean"), 0.3, folder / f"soft{suffix}")
    trainer = trained(ls.load_dataset(folder / f"soft{suffix}"))
    assert trainer.data.soft_train is not None
    trainer.save(folder / "run.json")
    same_run(ls.Trainer.load(folder / "run.json"), trainer)


def test_so_does_one_on_a_built_in_set_with_options(folder: Path) -> None:
    trainer = trained(ls.load_dataset("iris", label_noise=0.3, seed=4, test_size=0.5))
    trainer.save(folder / "run.json")
    same_run(ls.Trainer.load(folder / "run.json"), trainer)


def test_a_relative_name_is_found_from_another_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    trainer = trained(ls.load_dataset("mine.csv", test_file="test.csv", missing="mean"))
    trainer.save("run.json")
    monkeypatch.chdir(folder / "elsewhere")
    again = ls.Trainer.load(folder / "run.json")
    assert again.network.parameters.tobytes() == trainer.network.parameters.tobytes()
    assert again.data.digest == trainer.data.digest


def test_data_that_moved_beside_the_run_file(folder: Path) -> None:
    trainer = trained(ls.load_dataset(folder / "mine.csv", **OPTIONS))
    trainer.save(folder / "elsewhere" / "run.json")
    (folder / "mine.csv").rename(folder / "elsewhere" / "mine.csv")
    again = ls.Trainer.load(folder / "elsewhere" / "run.json")
    same_run(again, trainer)
    again.save(folder / "elsewhere" / "again.json")
    same_run(ls.Trainer.load(folder / "elsewhere" / "again.json"), trainer)


def test_both_files_of_a_run_that_moved(folder: Path) -> None:
    trainer = trained(ls.load_dataset(folder / "mine.csv", test_file=folder / "test.csv", missing="mean"))
    trainer.save(folder / "elsewhere" / "run.json")
    for name in ("mine.csv", "test.csv"):
        (folder / name).rename(folder / "elsewhere" / name)
    again = ls.Trainer.load(folder / "elsewhere" / "run.json")
    assert again.network.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_data_that_changed(folder: Path) -> None:
    trained(ls.load_dataset(folder / "mine.csv", missing="mean")).save(folder / "run.json")
    text = (folder / "mine.csv").read_text()
    (folder / "mine.csv").write_text(text.replace("b,", "c,", 1))
    refused(folder / "run.json", "other data", "'mine' have changed")
    (folder / "mine.csv").write_text(text)
    assert ls.Trainer.load(folder / "run.json").step_count == 9


def test_data_that_is_gone(folder: Path) -> None:
    trained(ls.load_dataset(folder / "mine.csv", missing="mean")).save(folder / "run.json")
    (folder / "mine.csv").unlink()
    refused(folder / "run.json", f"nor a file '{folder / 'mine.csv'}'")
    (folder / "mine.csv").mkdir()
    refused(folder / "run.json", "is a directory")


def test_data_that_is_damaged(folder: Path) -> None:
    trained(ls.load_dataset(folder / "mine.csv", missing="mean")).save(folder / "run.json")
    (folder / "mine.csv").write_text("species,p\na,1\nb\n")
    refused(folder / "run.json", "row 2 (line 3)")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": 3}, "target must be"),
        ({"colour": "red"}, "unknown option 'colour'"),
        ({"test_size": 2}, "test_size must be"),
        ({"label_noise": 0.9}, "other data"),
        ({"test_file": "/nowhere/none.csv"}, "none.csv"),
    ],
)
def test_options_that_cannot_be(folder: Path, options: dict[str, Any], words: str) -> None:
    trained(ls.load_dataset(folder / "mine.csv", missing="mean")).save(folder / "run.json")
    found = json.loads((folder / "run.json").read_text())
    found["data"]["options"].update(options)
    (folder / "run.json").write_text(json.dumps(found))
    refused(folder / "run.json", words)


def test_the_command_says_it_in_one_line(folder: Path) -> None:
    args = ["train", folder / "mine.csv", "--missing", "mean", "--epochs", 2, "--save", folder / "run.json"]
    assert run(*args)[0] == 0
    (folder / "mine.csv").unlink()
    code, out, err = run("screenshot", folder / "out.svg", folder / "run.json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "mine.csv" in err


# In the session and its form


def test_data_names_are_the_built_in_sets_and_ones_own(folder: Path) -> None:
    own = ls.load_dataset(folder / "mine.csv", missing="mean")
    session = Session(trained(own))
    assert session.data_names == {own.source: "mine"} | {name: name for name in BUILTINS}
    session.rebuild({}, "digits")
    assert session.data_names[own.source] == "mine"
    assert list(Session(trained(ls.load_dataset("iris"))).data_names) == list(BUILTINS)


def test_another_data_set_begins_with_its_network_and_the_regularisers_as_they_are(folder: Path) -> None:
    own = ls.load_dataset(folder / "mine.csv", missing="mean", label_noise=0.2)
    session = Session(trained(own))
    session.rebuild({}, "digits")
    hp = session.trainer.hyperparameters
    assert session.trainer.network.sizes == (64, 32, 10)
    assert {name: getattr(hp, name) for name in default_hyperparameters("digits")} == default_hyperparameters("digits")
    assert (hp.label_smoothing, hp.l2, hp.optimizer) == (0.1, 0.02, "adam")
    assert session.trainer.step_count == 0

    session.rebuild({"hidden": (7,), "l2": 0.0}, "mnist1d")
    assert session.trainer.network.sizes == (40, 7, 10)
    assert session.trainer.hyperparameters.l2 == 0

    session.rebuild({}, own.source)
    assert session.trainer.data is own
    assert session.trainer.network.sizes == (2, 5, 3)


def test_a_set_that_does_not_fit_leaves_the_run(folder: Path) -> None:
    rows = ((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8))
    trainer = ls.Trainer(ls.load_dataset("iris"), Hyperparameters(soft_targets=rows))
    trainer.step(3)
    session = Session(trainer)
    with pytest.raises(ls.InputError, match="10"):
        session.rebuild({}, "digits")
    assert session.trainer is trainer


def test_the_same_set_keeps_what_one_chose(folder: Path) -> None:
    session = Session(trained(ls.load_dataset(folder / "mine.csv", missing="mean")))
    session.rebuild({"seed": 3}, session.trainer.data.source)
    assert session.trainer.hyperparameters.hidden == (4,)
    assert session.trainer.hyperparameters.seed == 3


async def choose(e: Explorer, name: str) -> None:
    """Open the form's list of data sets, and take one by its first letters."""
    await e.press("f", "up", "enter", *name, "enter")


async def test_to_a_built_in_set_and_back_with_the_form_unless_escape_takes_it_back(folder: Path) -> None:
    own = ls.load_dataset(folder / "mine.csv", missing="mean")
    async with explorer(WIDE, trainer=trained(own)) as e:
        assert "mine" in e.status
        await choose(e, "di")
        await e.press("escape")
        assert "Undone" in e.message
        assert shown(e, "data") == "mine"
        await e.press("escape", "space")
        assert e.trainer.data is own
        assert e.trainer.step_count == 10

        await choose(e, "di")
        assert "rebuilds the network" in e.message
        assert e.trainer.data is own
        await e.press("enter")
        assert e.trainer.data.name == "digits"
        assert e.trainer.network.sizes == (64, 32, 10)
        assert (e.hp.label_smoothing, e.hp.l2) == (0.1, 0.02)
        assert "digits" in e.status
        assert "step 0 " in e.status
        await e.press("space", "space")
        assert e.trainer.step_count == 2

        await choose(e, "mi")
        await e.press("enter")
        assert e.trainer.data is own
        assert "mine" in e.status
        assert e.trainer.network.sizes == (2, 5, 3)
        assert shown(e, "data") == "mine"
