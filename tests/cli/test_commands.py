"""The command line: what it prints, where, and with which exit status."""

import json
import re
import xml.etree.ElementTree as ET
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.run.hyperparameters import schema, show
from lsexplorer.tui.app import MAX_REOPENINGS, ExplorerApp
from tests.support.command import run, run_process
from tests.support.helpers import MEANS, slow

OTHER: dict[str, Any] = {
    "hidden": (8, 4),
    "activation": "relu",
    "output": "sigmoid",
    "loss": "mse",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "momentum": 0.9,
    "nesterov": True,
    "batch_size": 20,
    "label_smoothing": 0.1,
    "soft_targets": 0.8,
    "l1": 0.002,
    "l2": 0.001,
    "weight_decay": 0.02,
    **MEANS,
    "margin": 0.5,
    "softmax_jacobian": "diagonal",
    "init": "he",
    "seed": 7,
}
"""A value of every hyperparameter that is not its default."""
WITH: dict[str, dict[str, Any]] = {
    "output": {"loss": "mse"},
    "nesterov": {"momentum": 0.9},
    "softmax_jacobian": {"loss": "mse"},
}
"""What some of them need beside them."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The explorers that were opened, none of them on a screen."""
    found = []
    monkeypatch.setattr(ExplorerApp, "run", lambda app: found.append(app))
    return found


def options(values: dict[str, Any]) -> list[str]:
    """Values as options of the command line."""
    return [
        word
        for name, value in values.items()
        for word in (
            [f"--{'' if value else 'no-'}{name}"]
            if isinstance(value, bool)
            else [f"--{name.replace('_', '-')}", show(name, value)]
        )
    ]


def test_train_prints_what_came_out() -> None:
    code, out, err = run("train", "--epochs", 3, "--label-smoothing", "0.1")
    trainer = Trainer(load_dataset("iris"), Hyperparameters(label_smoothing=0.1))
    trainer.step(24)
    assert (code, err) == (0, "")
    assert out.startswith("iris  4-5-3  24 steps, 3 epochs\n")
    for name in ("loss", "accuracy", "logit_gap"):
        line = next(line for line in out.splitlines() if line.startswith(f"{name} "))
        assert line.split() == [name, f"{trainer.evaluate('train')[name]:.4f}", f"{trainer.evaluate('test')[name]:.4f}"]


def test_train_prints_json_and_nothing_else_on_standard_output() -> None:
    code, out, err = run_process("train", "iris", "--epochs", "2", "--json", "--hidden", "8,4", "--l2", "0.001")
    found = json.loads(out)
    trainer = Trainer(load_dataset("iris"), Hyperparameters(hidden=(8, 4), l2=0.001))
    trainer.step(16)
    assert (code, err) == (0, "")
    assert found["data"] == "iris"
    assert found["network"] == [4, 8, 4, 3]
    assert Hyperparameters.from_dict(found["hyperparameters"]) == trainer.hyperparameters
    assert (found["steps"], found["epochs"]) == (16, 2)
    assert found["train"] == dict(trainer.evaluate("train"))
    assert found["test"] == dict(trainer.evaluate("test"))
    assert found["weight_norm"] == trainer.history["weight_norm"].values[-1]
    assert found["weight_norms"] == [trainer.history[f"weight_norm_{i}"].values[-1] for i in (1, 2, 3)]


def test_measures_without_a_meaning_are_null_in_json() -> None:
    _, out, _ = run("train", "--epochs", 1, "--output", "identity", "--loss", "mse", "--json")
    found = json.loads(out)
    assert found["test"]["nll"] is None
    assert found["test"]["accuracy"] >= 0


@pytest.mark.parametrize("name", [entry.name for entry in schema()])
def test_every_hyperparameter_is_an_option_of_train_explore_and_screenshot(
    opened: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    values = {name: OTHER[name], **WITH.get(name, {})}
    hp = Hyperparameters(**values)
    assert getattr(hp, name) != getattr(Hyperparameters(), name)

    code, out, err = run("train", "--epochs", 1, "--json", *options(values))
    assert (code, err) == (0, "")
    assert Hyperparameters.from_dict(json.loads(out)["hyperparameters"]) == hp

    drawn = []
    monkeypatch.setattr("lsexplorer.tui.screenshot.write_screenshot", lambda trainer, *_, **__: drawn.append(trainer))
    assert run("screenshot", tmp_path / "out.svg", *options(values))[0] == 0
    assert drawn[0].hyperparameters == hp

    assert run("explore", *options(values), terminal=True) == (0, "", "")
    assert opened[0].session.trainer.hyperparameters == hp


def test_every_option_stands_in_the_help_with_its_default() -> None:
    for command in ("explore", "train", "screenshot"):
        code, out, _ = run(command, "--help")
        assert code == 0
        for entry in schema():
            assert f"--{entry.name.replace('_', '-')}" in out, (command, entry.name)


@pytest.mark.parametrize("args", [[], ["iris"], ["--l2", "0.001"], ["explore"], ["explore", "iris"]])
def test_the_explorer_is_the_default_command(opened: list[Any], args: list[Any]) -> None:
    assert run(*args, terminal=True) == (0, "", "")
    assert opened[0].session.trainer.data.name == "iris"
    assert opened[0].session.trainer.hyperparameters.l2 == (0.001 if args[:1] == ["--l2"] else 0.0)


@pytest.mark.parametrize("args", [[], slow(["iris"]), slow(["explore", "--l2", "0.001"])])
def test_without_a_terminal_the_explorer_points_to_train(args: list[Any]) -> None:
    code, out, err = run_process(*args)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "terminal" in err
    assert "lsexplorer train" in err


def test_a_saved_run_is_opened_again(opened: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    code, out, err = run("train", "--epochs", 2, "--json", "--l2", "0.01", "--save", file)
    assert (code, err) == (0, "")
    assert run(file, terminal=True) == (0, "", "")
    trainer = opened[0].session.trainer
    assert trainer.step_count == json.loads(out)["steps"] == 16
    assert trainer.hyperparameters.l2 == 0.01
    assert dict(trainer.evaluate("test")) == json.loads(out)["test"]


def test_screenshot_draws_a_run_after_some_steps(tmp_path: Path) -> None:
    saved, picture = tmp_path / "run.json", tmp_path / "out.svg"
    run("train", "--epochs", 1, "--save", saved)
    code, out, err = run("screenshot", picture, saved, "--steps", 4, "--size", "100x30", "--view", "map")
    assert (code, out) == (0, "")
    assert err == f"wrote {picture}\n"
    root = ET.parse(picture).getroot()
    words = [
        text.text.replace("\xa0", " ").strip() for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text
    ]
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert words[0] == "lsexplorer"
    assert any("step 12 " in word for word in words)
    assert any(word.startswith("Map · petal_length") for word in words)


def test_an_explorer_that_breaks_down_opens_again_and_ends_with_1(
    opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExplorerApp, "return_code", 1)
    assert run("explore", terminal=True)[0] == 1
    assert len(opened) == 1 + MAX_REOPENINGS


def test_version_and_help() -> None:
    assert run("--version") == (0, f"lsexplorer, version {version('lsexplorer')}\n", "")
    for flag in ("--help", "-h"):
        code, out, err = run(flag)
        assert (code, err) == (0, "")
        assert "Examples:" in out
        for command in ("explore", "train", "screenshot", "completion"):
            assert f"  {command} " in out


@pytest.mark.slow
def test_the_examples_in_the_help_work(opened: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, out, _ = run("--help")
    Trainer(load_dataset("iris")).save("run.json")
    flowers = files("lsexplorer.data") / "builtin" / "iris.csv"
    (tmp_path / "flowers.csv").write_bytes(flowers.read_bytes())
    lines = out.partition("Examples:")[2].splitlines()
    examples = [line.strip().split("   ")[0].split()[1:] for line in lines if line.strip().startswith("lsexplorer")]
    assert len(examples) >= 5
    for example in examples:
        assert run(*example, terminal=True)[0] == 0, example
    assert len(opened) == 6
    assert (tmp_path / "picture.svg").exists()


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "step", interrupted)
    code, out, err = run("train")
    assert (code, out, err.strip()) == (130, "", "interrupted")


def test_a_diverging_run_says_so() -> None:
    args = ("train", "--output", "identity", "--loss", "mse", "--activation", "relu", "--learning-rate", 1000)
    code, out, err = run(*args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "diverged" in err
    assert "--learning-rate" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    code, out, err = run("completion", shell)
    assert (code, err) == (0, "")
    assert f"_LSEXPLORER_COMPLETE={shell}_complete" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lsexplorer tr", {"train"}),
        ("lsexplorer --label-s", {"--label-smoothing"}),
        ("lsexplorer train --weight-", {"--weight-decay"}),
        ("lsexplorer train --loss m", {"mse", "mae"}),
        ("lsexplorer --optimizer a", {"adam"}),
        ("lsexplorer train ir", {"iris"}),
        ("lsexplorer ir", {"iris"}),
        ("lsexplorer --he", {"--help", "--header"}),
    ],
)
def test_completing(monkeypatch: pytest.MonkeyPatch, words: str, expected: set[str]) -> None:
    monkeypatch.setenv("_LSEXPLORER_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    code, out, err = run()
    assert (code, err) == (0, "")
    assert sorted(line.partition(",")[2] for line in out.splitlines() if line.startswith("plain,")) == sorted(expected)


def test_measures_of_probabilities_where_there_are_none() -> None:
    """A tanh output is no probability: it is said in words, and null in JSON."""
    args = ("train", "--epochs", 1, "--output", "tanh", "--loss", "mse")
    code, out, err = run(*args)
    assert (code, err) == (0, "")
    assert "nan" not in out
    for name in ("nll", "brier", "ece", "mean_confidence"):
        assert re.search(rf"^{name} +needs probabilities$", out, re.MULTILINE)
    found = json.loads(run(*args, "--json")[1])["test"]
    assert found["nll"] is found["ece"] is None
    assert found["accuracy"] is not None
