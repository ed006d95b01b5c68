"""Bad input: one clear line on standard error, nothing on standard output, exit status 2, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from lsexplorer import Trainer, load_dataset
from lsexplorer.tui.app import ExplorerApp
from tests.support.command import refused, run, run_process

OPTIONS = {
    "a negative rate": (["--learning-rate", "-1"], "learning_rate must be a number above 0"),
    "a rate of nan": (["--learning-rate", "nan"], "learning_rate must be"),
    "a rate beyond floats": (["--learning-rate", "1e400"], "learning_rate must be"),
    "a rate of letters": (["--learning-rate", "fast"], "got 'fast'"),
    "no hidden units": (["--hidden", "0"], "hidden must be"),
    "too many hidden units": (["--hidden", "1000000000"], "from 1 to 4096"),
    "too many layers": (["--hidden", "1,1,1,1,1,1,1,1,1"], "at most 8"),
    "smoothing above 1": (["--label-smoothing", "1.5"], "label_smoothing must be a number from 0 to 1"),
    "a loss that does not fit": (["--loss", "binary_cross_entropy"], "does not go with output softmax"),
    "smoothing of hard targets": (
        ["--output", "identity", "--loss", "hinge", "--label-smoothing", "0.1"],
        "hard targets only",
    ),
    "nesterov without momentum": (["--nesterov"], "nesterov needs a momentum"),
    "momentum of adam": (["--optimizer", "adam", "--momentum", "0.9"], "go with optimizer sgd"),
    "targets of another shape": (["--soft-targets", "0.5,0.5;0.5,0.5"], "3"),
    "a word for a seed": (["--seed", "lucky"], "seed must be a whole number"),
    "an unknown choice": (["--activation", "swish"], "activation must be one of tanh"),
    "an unknown option": (["--learning-rat", "1"], "--learning-rate"),
    "an option without its value": (["--l2"], "--l2"),
    "unknown data": (["irises"], "neither a data set nor a file 'irises'. Did you mean 'iris'?"),
    "two data sets": (["iris", "iris"], "unexpected"),
}
FILES = {
    "an unknown key": (lambda run: {**run, "colour": "red"}, "colour"),
    "an unknown hyperparameter": (
        lambda run: {**run, "hyperparameters": {**run["hyperparameters"], "lr": 1}},
        "unknown hyperparameter 'lr'",
    ),
    "a bad hyperparameter": (
        lambda run: {**run, "hyperparameters": {**run["hyperparameters"], "l2": -1}},
        "l2 must be",
    ),
    "a newer version": (lambda run: {**run, "version": 99}, "newer"),
    "another format": (lambda run: {"a": 1}, "not an lsexplorer run file"),
    "other data": (lambda run: {**run, "data": {"name": "iris", "sha256": "0" * 64}}, "other data"),
}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The explorer must not get as far as to open."""

    def opened(app: Any) -> None:
        raise AssertionError("the explorer opened")

    monkeypatch.setattr(ExplorerApp, "run", opened)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A run file of 12 steps."""
    trainer = Trainer(load_dataset("iris"))
    trainer.step(12)
    trainer.save(tmp_path / "run.json")
    return tmp_path / "run.json"


def refused_everywhere(file: Path, *words: str) -> None:
    """The explorer and the screenshot refuse a run file alike, and draw nothing."""
    picture = file.parent / "picture.svg"
    refused(run("explore", file, terminal=True), *words)
    refused(run("screenshot", picture, file), *words)
    assert not picture.exists()


@pytest.mark.parametrize("command", ["explore", "train", "screenshot"])
@pytest.mark.parametrize("case", OPTIONS)
def test_bad_options(closed: None, tmp_path: Path, command: str, case: str) -> None:
    args, words = OPTIONS[case]
    picture = tmp_path / "out.svg"
    refused(run(command, *([picture] if command == "screenshot" else []), *args, terminal=True), words)
    assert not picture.exists()


@pytest.mark.parametrize(
    "args",
    [
        ["train", "--epochs", "0"],
        ["train", "--epochs", "many"],
        ["screenshot"],
        ["screenshot", "out.svg", "--size", "huge"],
        ["screenshot", "out.svg", "--size", "5x5"],
        ["screenshot", "out.svg", "--steps", "-1"],
        ["screenshot", "/nowhere/out.svg"],
        ["screenshot", "/"],
        ["train", "--epochs", "1", "--save", "/nowhere/run.json"],
        ["train", "--epochs", "1", "--save", "run.txt"],
        ["train", "run.json"],
        ["completion", "tcsh"],
    ],
)
def test_bad_options_of_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run(*args))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("case", FILES)
def test_run_files_that_cannot_be(closed: None, saved: Path, case: str) -> None:
    change, words = FILES[case]
    saved.write_text(json.dumps(change(json.loads(saved.read_text()))))
    refused_everywhere(saved, words, str(saved))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00\xff\xfe" * 100, b"[" * 100_000, b"null", b"\xef\xbb\xbf{}"],
    ids=["empty", "a brace", "binary", "deep", "null", "a byte order mark"],
)
def test_run_files_that_are_none(closed: None, saved: Path, content: bytes) -> None:
    saved.write_bytes(content)
    refused_everywhere(saved, str(saved))


def test_a_truncated_run_file(closed: None, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-20])
    refused_everywhere(saved, "damaged")


def test_a_directory_and_a_missing_file(closed: None, tmp_path: Path) -> None:
    (tmp_path / "dir.json").mkdir()
    refused_everywhere(tmp_path / "dir.json", "is a directory")
    refused_everywhere(tmp_path / "none.json", "no such file")


def test_options_beside_a_run_file(closed: None, saved: Path) -> None:
    refused(run("explore", saved, "--l2", "0.1", terminal=True), "leave out --l2")
    refused(run("screenshot", saved.parent / "out.svg", saved, "--label-smoothing", "0.1"), "--label-smoothing")


@pytest.mark.slow
def test_a_whole_process_says_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b"\x80\x04\x95")
    refused(run_process("screenshot", str(tmp_path / "out.svg"), str(tmp_path / "run.json")), "run.json")
    refused(run_process("train", "--learning-rate", "nan", "--json"), "learning_rate")
