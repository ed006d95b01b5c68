"""`lsexplorer match --trainer`: a file with a function of the user's, its report, its exceptions, and kills."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from tests.support.command import Ending, refused, run, run_process
from tests.support.trainers import trainer_file

QUICK = "--seeds", "3", "--tuning", "1", "--strengths", "1e-2:1"
HERE = str(Path(__file__).parents[2])


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of the functions do not stay on the search path."""
    monkeypatch.setattr(sys, "path", [*sys.path])


def matched(file: Path, *more: object, out: str = "runs") -> Ending:
    return run("match", "--trainer", f"{file}:train", "--out", file.parent / out, *QUICK, *more)


def test_the_report_is_that_of_a_match_and_the_rest_goes_to_standard_error(tmp_path: Path) -> None:
    file = trainer_file(tmp_path, "print('training')\nreturn train_well(recipe)", name="reported")
    status, out, err = matched(file)
    assert status == 0
    most = re.match(r"at most (\d+) trainings, kept in ", err)
    assert most
    assert err.count("training\n") == len((tmp_path / "calls").read_text().splitlines()) <= int(most[1])
    first, *rest = out.splitlines()
    assert first.split(":")[0] in ("Could have", "Matched but different", "Different route", "Undecided", "No match")
    text = "\n".join(rest)
    for words in (
        "reported.py:train · smoothing a = 0.1 against L2",
        "found on 1 other seed",
        "weight norm",
        " networks; ",
    ):
        assert words in text
    assert "of the three" not in text  # one criterion alone was asked for
    status, out, err = matched(file, "--json")
    found = json.loads(out)
    assert (status, found["data"], found["evaluation_seeds"]) == (0, "reported.py:train", [1, 2, 3])
    assert list(found["matches"]) == ["weight_norm"]


@pytest.mark.slow
def test_parts_are_trained_apart_and_reported_together(tmp_path: Path) -> None:
    file = trainer_file(tmp_path)
    for part in ("2/2", "1/2"):
        status, out, err = matched(file, "--part", part)
        assert (status, out) == (0, "")
        assert re.search(rf"^part {part}: \d+ networks trained, kept in ", err, re.MULTILINE)
    refused(matched(file, "--part", "1/2", "--json"), "go with the same command without --part")
    calls = (tmp_path / "calls").read_text()
    status, out, _ = matched(file, "--json")
    assert status == 0
    assert json.loads(out)["complete"] is True
    assert (tmp_path / "calls").read_text() == calls


@pytest.mark.slow
def test_several_remedies_are_a_table(tmp_path: Path) -> None:
    file = trainer_file(tmp_path, name="several")
    arguments = "--seeds", "3", "--tuning", "1", "--criterion", "logit_gap", "--remedy", "l2,temperature,l1"
    status, out, _ = run("match", "--trainer", f"{file}:train", "--out", tmp_path / "runs", *arguments)
    assert status == 0
    assert out.startswith("On several.py:train, matched on logit gap, ")
    assert "Left out: no l1 here." in out
    assert [line.split("  ")[0] for line in out.splitlines() if line.startswith(("L2", "temp"))] == [
        "L2",
        "temperature scaling",
    ]


def test_an_exception_is_their_traceback_and_the_recipe(tmp_path: Path) -> None:
    file = trainer_file(
        tmp_path, "return train_well(recipe) if recipe.label_smoothing < 0.1 else {}['gone']", name="bad"
    )
    status, out, err = matched(file)
    assert (status, out) == (1, "")
    _, traceback, *lines, last = err.splitlines()
    assert traceback == "Traceback (most recent call last):"
    assert lines[0].startswith(f'  File "{file}", line 8, in train')
    assert lines[-1] == "KeyError: 'gone'"
    assert last == ("lsexplorer: bad.py:train raised KeyError: 'gone' at Recipe(label_smoothing=0.1, seed=0, split=-1)")


def test_a_file_that_cannot_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "unfinished.py"
    file.write_text("import lsexplorer\ndef train(recipe)\n    pass\n")
    status, _, err = matched(file)
    assert status == 1
    assert "lsexplorer/study" not in err
    assert err.splitlines()[-1] == f"lsexplorer: {file} raised SyntaxError: expected ':' while it was loaded"
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 3", "at Recipe(seed=0, split=-1): an answer must be an ls.Answer(y=…, logits=…), got a int"),
        ("return ls.Answer(y=[0, 1], logits=[[1, np.nan], [0, 1]])", "logits must be finite numbers, got nan in row 0"),
        ("return ls.Answer(y=[0, 1], probabilities=[[1, 1], [0, 1]])", "must sum to 1, got 2 in row 0"),
        ("return ls.Answer(y=[0, 0], logits=[[1], [2]])", "(K = 1) cannot be judged"),
        (
            "return ls.Answer(y=[0, 1], logits=[[1, recipe.l2], [recipe.seed, 1]])",
            "criterion weight_norm needs weights",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_one_line(body: str, words: str, tmp_path: Path) -> None:
    status, out, err = matched(trainer_file(tmp_path, body))
    assert (status, out) == (2, "")
    first, last = err.splitlines()[0], err.splitlines()[-1]
    assert first.startswith("at most ")
    assert last.startswith("lsexplorer: ")
    assert words in last


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--trainer", "m.py:train"), "--trainer needs --out FOLDER"),
        (("--trainer", "m.py:train", "--part", "1/2"), "--trainer needs --out FOLDER"),
        (("--trainer", "m.py:train", "--out", "x", "--part", "3/2"), "--part must be K/N"),
        (
            ("--trainer", "m.py", "--out", "x"),
            "--trainer must be FILE.py:FUNCTION, such as mymodel.py:train, got 'm.py'",
        ),
        (("--trainer", "runs.json:train", "--out", "x"), "--trainer must be FILE.py:FUNCTION"),
        (("--trainer", "nothing.py:train", "--out", "x"), "cannot read nothing.py: no such file"),
        (("iris", "--trainer", "m.py:train", "--out", "x"), "--trainer brings its own data: leave out 'iris'"),
        (("--trainer", "m.py:train", "--out", "x", "--hidden", "3"), "--hidden is for networks of lsexplorer's own"),
        (
            ("--trainer", "m.py:train", "--out", "x", "--test-size", "0.3"),
            "--test-size is for networks of lsexplorer's",
        ),
        (("--trainer", "m.py:train", "--out", "x", "--epochs", "3"), "--epochs is for networks of lsexplorer's own"),
        (
            ("--trainer", "m.py:train", "--out", "x", "--precision", "float32"),
            "--precision is for networks of lsexplorer",
        ),
        (("--trainer", "m.py:train", "--out", "x", "--from", "y"), "--from is for networks of lsexplorer's own"),
        (("--tuning", "3"), "--tuning goes with --trainer"),
        (("--out", "x"), "--out goes with --part or --trainer"),
    ],
)
def test_arguments_that_do_not_go_together(arguments: tuple[str, ...], words: str) -> None:
    refused(run("match", *arguments), words)


def test_names_of_the_function_and_of_the_folder(tmp_path: Path) -> None:
    file = trainer_file(tmp_path, name="named")
    for name, words in ("trian", "does not exist there. Did you mean 'train'?"), ("np", "is no function"):
        refused(run("match", "--trainer", f"{file}:{name}", "--out", tmp_path / "runs"), f"'{name}' {words}")
    refused(run("match", "--trainer", f"{file}:train", "--out", file), "is a file: give the name of a folder")
    taken = trainer_file(tmp_path, name="json")
    refused(run("match", "--trainer", f"{taken}:train", "--out", tmp_path / "runs"), "rename the file")
    assert not (tmp_path / "runs").exists()


def test_no_file_of_results_names_code_that_is_run(tmp_path: Path) -> None:
    evil = tmp_path / "evil.py"
    evil.write_text(f"open({str(tmp_path / 'was run')!r}, 'w')\ndef train(recipe): pass\n")
    runs = tmp_path / "runs"
    runs.mkdir()
    settings = {"trainer": f"{evil}:train", "sha256": "0", "lsexplorer": "0.1.0"}
    (runs / "lsexplorer.json").write_text(json.dumps(settings))
    status, _, err = matched(trainer_file(tmp_path, name="honest"))
    assert status == 0
    assert f"the first answers in {runs} are those of {evil}:train, and now it is honest.py:train" in err
    trainer = ls.Trainer(ls.load_dataset("iris"))
    trainer.save(tmp_path / "run.json")
    record = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(record | {"trainer": f"{evil}:train", "data": f"{evil}:train"}))
    with pytest.raises(ls.InputError):
        ls.load_run(tmp_path / "run.json")
    assert not (tmp_path / "was run").exists()


KILLED = """
import multiprocessing, os, signal, time
here = os.path.dirname(__file__)
kills = len([name for name in os.listdir(here) if name.startswith('kill')])
if kills < 3 and len(open(os.path.join(here, 'calls')).readlines()) >= (7, 9, 18)[kills]:
    open(os.path.join(here, f'kill {kills}'), 'w').close()
    os.kill(PROCESS, signal.SIGKILL)
    time.sleep(60)
return train_well(recipe)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("process", "options", "at_once"),
    [("os.getpid()", (), 1), ("multiprocessing.parent_process().pid", ("--cores", "2"), 2)],
)
def test_killed_at_any_moment_and_run_again_it_gives_the_same_verdict(
    process: str, options: tuple[str, ...], at_once: int, tmp_path: Path
) -> None:
    file = trainer_file(tmp_path, KILLED.replace("PROCESS", process))
    command = "match", "--trainer", f"{file}:train", "--out", str(tmp_path / "runs"), *QUICK, "--json", *options
    ends = []
    while not ends or (ends[-1] and len(ends) < 6):
        status, out, err = run_process(*command, PYTHONPATH=HERE)
        ends.append(status)
    kills = len(ends) - 1
    assert ends == [-signal.SIGKILL] * kills + [0], err
    assert kills > 1
    found = json.loads(out)
    # Once more are trained only those that had not finished, and the first one, which is trained twice.
    assert len((tmp_path / "calls").read_text().splitlines()) <= found["networks"] + 1 + at_once * kills
    whole = trainer_file(tmp_path, name=f"{file.stem}_whole")
    status, out, _ = matched(whole, "--json", out="others")
    assert {**json.loads(out), "seconds": 0, "data": ""} == {**found, "seconds": 0, "data": ""}


@pytest.mark.slow
@pytest.mark.parametrize("cores", ["0", "2"])
def test_nothing_that_is_on_the_disk_is_lost_or_trained_again_whenever_it_is_killed(cores: str, tmp_path: Path) -> None:
    file = trainer_file(tmp_path, "import time\ntime.sleep(0.1)\nreturn train_well(recipe)")
    options = "--trainer", f"{file}:train", "--out", str(tmp_path / "runs"), *QUICK, "--json", "--cores", cores
    command = [sys.executable, "-m", "lsexplorer", "match", *options]
    rng, there, environment = np.random.default_rng(0), dict[Path, int](), {**os.environ, "PYTHONPATH": HERE}
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        before = len(there)
        while process.poll() is None and len(list((tmp_path / "runs").rglob("*.npz"))) == before:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.3))
        process.kill()
        process.wait()
        now = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("*.npz")}
        assert now.items() >= there.items()
        there = now
    status, out, err = run_process("match", *options, PYTHONPATH=HERE)
    assert status == 0, err
    now = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("*.npz")}
    assert now.items() >= there.items()
    found = json.loads(out)
    assert len(now) == found["networks"] >= len(there) >= 5
    whole = json.loads(matched(trainer_file(tmp_path, name=f"{file.stem}_whole"), "--json", out="others")[1])
    assert {**whole, "seconds": 0, "data": ""} == {**found, "seconds": 0, "data": ""}


@pytest.mark.slow
def test_an_exception_in_a_process_arrives_as_one_in_this(tmp_path: Path) -> None:
    file = trainer_file(tmp_path, "return {}['gone']", name="badly")
    status, out, err = run_process(
        "match", "--trainer", f"{file}:train", "--out", str(tmp_path / "runs"), "--cores", "2", PYTHONPATH=HERE
    )
    assert (status, out) == (1, "")
    assert f'File "{file}", line 8, in train' in err
    assert "lsexplorer/study" not in err
    assert err.splitlines()[-1].startswith("lsexplorer: badly.py:train raised KeyError: 'gone' at Recipe(")
