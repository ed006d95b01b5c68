"""What was understood of a person's own file is said by every command, in lines and in its JSON."""

import json
from pathlib import Path

import pytest

import lsexplorer as ls
from tests.support.command import run

QUICK = ("--epochs", "1", "--cores", "0")
COMMANDS = {
    "train": ("--epochs", "1"),
    "match": ("--seeds", "10", *QUICK),
    "best": ("--seeds", "2", "--splits", "1", "--remedy", "l2", *QUICK),
    "sweep": ("--vary", "l2=0,0.1", "--seeds", "2", *QUICK),
    "claims": ("--only", "2", "--seeds", "4", *QUICK),
    "patterns": ("--epochs", "1"),
    "patterns --train": ("--seeds", "3", *QUICK),
}


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A class column by its name, a text column, a column of names, a missing value."""
    rows = [f"{'yes' if i % 3 else 'no'},{i % 7},{'ab'[i % 2]},person {i}" for i in range(60)]
    rows[4] = "yes,NA,a,person 4"
    file = tmp_path / "survey.csv"
    file.write_text("class,visits,group,who\n" + "\n".join(rows) + "\n")
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_said_by_every_command(survey: Path, command: str) -> None:
    code, out, err = run(*command.split(), survey, *COMMANDS[command], "--json")
    notes = ls.load_dataset(survey).notes
    assert code == 0
    assert json.loads(out)["notes"] == list(notes)
    first, *rest = err.splitlines()
    assert first == "survey: 59 rows, 3 predictors, 2 classes: no, yes"
    assert rest == [f"note: {note}" for note in notes]
    for words in ("'class'", "'group' is text", "'who' was left out", "1 value is missing"):
        assert words in err


def test_said_by_the_commands_that_write_and_not_twice(survey: Path, tmp_path: Path) -> None:
    said = run("train", survey, "--epochs", "1", "--save", tmp_path / "run.json")[2]
    assert said.startswith("survey: 59 rows")
    for args in (("screenshot", "x.svg", survey), ("screenshot", "y.svg", tmp_path / "run.json")):
        picture = tmp_path / args[1]
        assert run(args[0], picture, *args[2:]) == (0, "", f"{said}wrote {picture}\n")
    written = tmp_path / "out.csv"
    assert run("data", survey, "--out", written) == (0, "", f"{said}wrote {written}, targets smoothed by a = 0\n")
    code, out, err = run("data", survey)
    assert (code, err) == (0, "")
    assert out.count("'who' was left out") == 1
    report = tmp_path / "report.md"
    run("match", survey, *COMMANDS["match"], "--markdown", report)
    assert all(f"- {line}" in report.read_text() for line in said.splitlines())


def test_nothing_is_said_of_a_built_in_set_or_before_an_error(survey: Path) -> None:
    assert run("train", "iris", "--epochs", "1")[2] == ""
    code, out, err = run("train", survey, "--loss", "hinge")
    assert (code, out, err.count("\n")) == (2, "", 1)
