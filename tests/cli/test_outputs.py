"""What a command writes: never over a file that it reads, over another one only with --force, and known beforehand."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.data.write import write_smoothed
from tests.support.command import refused, run

QUICK = ("--epochs", "1", "--seeds", "10", "--cores", "0")
WRITERS = {
    "train": ("train", "mine.csv", "--epochs", "1", "--save", "OUT.json"),
    "data": ("data", "mine.csv", "--out", "OUT.csv"),
    "match": ("match", "mine.csv", *QUICK, "--markdown", "OUT.md"),
    "claims": ("claims", "mine.csv", "--only", "2", *QUICK, "--markdown", "OUT.md"),
    "export": ("export", "mine.csv", "--epochs", "1", "--history", "OUT.csv"),
    "screenshot": ("screenshot", "OUT.svg", "mine.csv"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_smoothed(ls.load_dataset("iris"), 0.0, "mine.csv")
    return tmp_path


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is trained and no data is read."""

    def worked(*args: object, **named: Any) -> None:
        raise AssertionError("work was done before the output was checked")

    monkeypatch.setattr("lsexplorer.cli.common.load_dataset", worked)


def named(command: str, name: str) -> list[str]:
    return [word if "OUT" not in word else name for word in WRITERS[command]]


def output(command: str) -> str:
    return next(word for word in WRITERS[command] if "OUT" in word)


@pytest.mark.parametrize("command", WRITERS)
def test_an_existing_file_is_replaced_only_with_force(
    folder: Path, no_work: None, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    file = folder / output(command)
    file.write_text("old")
    refused(run(*named(command, file.name)), f"{file.name} exists: give another name, or --force to replace it")
    assert file.read_text() == "old"
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    code, _, err = run(*named(command, file.name), "--force")
    assert code == 0, err
    assert file.read_text() != "old"


@pytest.mark.parametrize("command", WRITERS)
@pytest.mark.parametrize("name", ["", "missing/OUT", "."])
def test_what_cannot_be_written_is_said_before_the_work(folder: Path, no_work: None, command: str, name: str) -> None:
    ending = os.path.splitext(output(command))[1]
    if name == ".":
        (folder / f"dir{ending}").mkdir()
    before = sorted(os.listdir(folder))
    refused(run(*named(command, {"": "", ".": f"dir{ending}"}.get(name, name + ending)), "--force"))
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize("name", ["mine.csv", "~/mine.csv", "./mine.csv", "test.csv", "link.csv"])
@pytest.mark.parametrize("command", ["data", "match", "claims"])
def test_a_file_that_is_read_is_never_written_to(folder: Path, no_work: None, command: str, name: str) -> None:
    (folder / "test.csv").write_bytes((folder / "mine.csv").read_bytes())
    os.link(folder / "mine.csv", folder / "link.csv")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused(run(*named(command, name), "--test", "test.csv", "--force"), "is a file that is read")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_sweep_never_writes_to_its_data(folder: Path) -> None:
    before = (folder / "mine.csv").read_bytes()
    sweep = ("sweep", "mine.csv", "--vary", "l2=0,0.01", "--epochs", "1", "--seeds", "2", "--cores", "0")
    refused(run(*sweep, "--out", "mine.csv", "--force"), "is a file that is read")
    assert (folder / "mine.csv").read_bytes() == before
    (folder / "else.csv").write_text("a,b\n1,2\n")
    refused(run(*sweep, "--out", "else.csv"), "give another --out")
    assert run(*sweep, "--out", "else.csv", "--force")[0] == 0
    assert run(*sweep, "--out", "else.csv")[0] == 0  # what it wrote itself


def test_a_picture_never_replaces_the_data_of_its_run(folder: Path) -> None:
    (folder / "mine.csv").rename(folder / "data.svg")
    ls.Trainer(ls.load_dataset("data.svg")).save("run.json")
    before = (folder / "data.svg").read_bytes()
    refused(run("screenshot", "data.svg", "run.json", "--force"), "is a file that is read")
    assert (folder / "data.svg").read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_report_that_cannot_be_written_is_printed_all_the_same(folder: Path) -> None:
    code, out, err = run("match", *QUICK, "--markdown", "/dev/full")
    assert code == 2
    assert "weight norm" in out
    assert err == "lsexplorer: cannot write /dev/full: no space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="names of files are more limited there")
def test_a_name_makes_no_markup_in_a_report(folder: Path) -> None:
    name = "a|b<img src=x onerror=alert(1)> ![p](u)"
    (folder / "mine.csv").rename(folder / f"{name}.csv")
    assert run("match", f"{name}.csv", *QUICK, "--markdown", "out.md")[0] == 0
    text = (folder / "out.md").read_text(encoding="utf-8")
    assert "&lt;img" in text
    assert "<" not in text
    assert re.search(r"(?<!\\)\[", text) is None
