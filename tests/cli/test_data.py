"""The command `data`, and the options of data in every command that takes them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data import summarize
from lsexplorer.tui.app import ExplorerApp
from tests.support.command import Ending, run, run_process

PENGUINS = Path(__file__).parents[1] / "data" / "files" / "penguins_full.csv"
OPTIONS = {
    "test_size": (["--test-size", "0.3"], {"test_size": 0.3}),
    "missing": (["--missing", "mean"], {"missing": "mean"}),
    "label_noise": (["--label-noise", "0.25"], {"label_noise": 0.25}),
    "split_seed": (["--split-seed", "7"], {"seed": 7}),
    "target by name": (["--target", "kind"], {"target": "kind"}),
    "target by number": (["--target", "2"], {"target": "2"}),
    "all": (
        ["--target", "kind", "--test-size", "0.4", "--missing", "mean", "--label-noise", "0.1", "--split-seed", "3"],
        {"target": "kind", "test_size": 0.4, "missing": "mean", "label_noise": 0.1, "seed": 3},
    ),
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The explorers that were opened, none of them on a screen."""
    found = []
    monkeypatch.setattr(ExplorerApp, "run", lambda app: found.append(app))
    return found


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """60 rows, two columns that could be the class, three values missing."""
    rng = np.random.default_rng(0)
    rows = [f"{p:.2f},{'ab'[i % 2]},{q:.2f},{'xyz'[i % 3]}" for i, (p, q) in enumerate(rng.normal(size=(60, 2)))]
    for i in (3, 20, 41):
        rows[i] = "NA" + rows[i][rows[i].index(",") :]
    (tmp_path / "mine.csv").write_text("p,kind,q,class\n" + "\n".join(rows) + "\n")
    return tmp_path / "mine.csv"


def json_of(*args: object) -> dict[str, Any]:
    code, out, err = run(*args)
    assert (code, "lsexplorer: " in err) == (0, False)
    return json.loads(out)


@pytest.mark.parametrize("name", ["iris", "penguins", "digits", "mnist", "mnist1d", "article"])
def test_a_built_in_set(name: str) -> None:
    summary = summarize(ls.load_dataset(name))
    assert run("data", name) == (0, "\n".join(summary.lines()) + "\n", "")
    assert json_of("data", name, "--json") == json.loads(json.dumps(summary.as_dict()))


def test_iris_without_a_name_and_what_it_says() -> None:
    code, out, err = run("data")
    assert (code, err) == (0, "")
    assert out.startswith("iris: 150 irises")
    assert "150 (120 training, 30 test)" in out
    found = json_of("data", "--json")
    assert [(entry["name"], entry["train"], entry["test"]) for entry in found["classes"]] == [
        ("setosa", 40, 10),
        ("versicolor", 40, 10),
        ("virginica", 40, 10),
    ]


@pytest.mark.slow
def test_a_process_writes_json_alone_on_standard_output(mine: Path) -> None:
    code, out, err = run("data", mine, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["rows"] == 57
    code, out, err = run_process("data", str(mine), "--json", "--label-smoothing", "0.1", "--out", f"{mine}.npz")
    assert code == 0
    assert json.loads(out)["rows"] == 57
    assert err == f"wrote {mine}.npz, targets smoothed by a = 0.1\n"


def test_penguins_of_others_need_no_flag() -> None:
    found = json_of("data", PENGUINS, "--json")
    assert (found["rows"], found["features"], found["soft_targets"]) == (333, 10, False)
    assert {entry["name"]: entry["train"] + entry["test"] for entry in found["classes"]} == {
        "Adelie": 146,
        "Chinstrap": 68,
        "Gentoo": 119,
    }
    notes = " ".join(found["notes"])
    for words in ("column 1 'species'", "'island' is text", "'sex' is text", "19 values are missing in 11 of 344 rows"):
        assert words in notes
    kept = json_of("data", PENGUINS, "--missing", "mean", "--json")
    assert kept["rows"] == 344
    trained = json_of("train", PENGUINS, "--epochs", 30, "--json")
    assert trained["network"] == [10, 5, 3]
    assert trained["test"]["accuracy"] > 0.95


@pytest.mark.parametrize("case", OPTIONS)
def test_every_option_of_data_in_every_command(
    opened: list[Any], monkeypatch: pytest.MonkeyPatch, mine: Path, tmp_path: Path, case: str
) -> None:
    args, options = OPTIONS[case]
    data = ls.load_dataset(mine, **options)
    assert data.digest != ls.load_dataset(mine).digest

    assert json_of("data", mine, "--json", *args)["digest"] == data.digest

    saved = tmp_path / "run.json"
    json_of("train", mine, "--epochs", 1, "--json", "--save", saved, *args)
    assert json.loads(saved.read_text())["data"]["sha256"] == data.digest

    assert run("explore", mine, *args, terminal=True)[:2] == (0, "")
    assert opened[0].session.trainer.data.digest == data.digest

    drawn = []
    monkeypatch.setattr("lsexplorer.tui.screenshot.write_screenshot", lambda trainer, *_, **__: drawn.append(trainer))
    assert run("screenshot", tmp_path / "out.svg", mine, *args)[0] == 0
    assert drawn[0].data.digest == data.digest


def test_a_file_for_testing(opened: list[Any], mine: Path, tmp_path: Path) -> None:
    lines = mine.read_text().splitlines()
    (tmp_path / "test.csv").write_text("\n".join([lines[0], *lines[-9:]]))
    mine.write_text("\n".join(lines[:-9]))
    found = json_of("data", mine, "--test", tmp_path / "test.csv", "--json")
    assert [entry["test"] for entry in found["classes"]] == [3, 3, 3]
    assert sum(entry["train"] for entry in found["classes"]) == 48
    assert run(mine, "--test", tmp_path / "test.csv", terminal=True)[:2] == (0, "")
    assert opened[0].session.trainer.data.digest == found["digest"]


@pytest.mark.parametrize("command", ["data", "train", "explore", "screenshot"])
def test_the_options_stand_in_the_help(command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    for flag in ("--target", "--test-size", "--test ", "--missing", "--label-noise", "--split-seed"):
        assert flag in out


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".npz"])
def test_training_on_smoothed_data_gives_the_numbers_of_smoothing(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"smoothed{suffix}"
    code, out, err = run("data", "iris", "--label-smoothing", "0.3", "--out", file)
    assert (code, out) == (0, "")
    assert err == f"wrote {file}, targets smoothed by a = 0.3\n"
    data = ls.load_dataset(file)
    assert data.soft_train.tobytes() == ls.smooth_labels(ls.load_dataset("iris").targets_train, 0.3).tobytes()

    same = ["--epochs", 20, "--learning-rate", "0.05", "--batch-size", 16, "--hidden", 5, "--json"]
    smoothed = json_of("train", "iris", "--label-smoothing", "0.3", *same)
    changed = json_of("train", file, *same)
    plain = json_of("train", "iris", *same)
    for key in ("network", "steps", "epochs", "train", "test", "weight_norm", "weight_norms"):
        assert changed[key] == smoothed[key], key
    assert changed["hyperparameters"] == smoothed["hyperparameters"] | {"label_smoothing": 0}
    assert changed["weight_norm"] != plain["weight_norm"]


def test_written_without_smoothing_is_the_data_itself(mine: Path, tmp_path: Path) -> None:
    code, _, err = run("data", mine, "--label-noise", "0.2", "--missing", "mean", "--out", tmp_path / "out.csv")
    assert code == 0
    assert err.endswith(f"\nwrote {tmp_path / 'out.csv'}, targets smoothed by a = 0\n")
    data, again = ls.load_dataset(mine, label_noise=0.2, missing="mean"), ls.load_dataset(tmp_path / "out.csv")
    assert again.X_train.tobytes() == data.X_train.tobytes()
    assert again.targets_train.tolist() == data.targets_train.tolist()


WRONG_FILES = {
    "empty": (b"", "is empty"),
    "a header alone": (b"a,b,class\n", "has a header but no rows"),
    "ragged": (b"a,b,class\n1,2,x\n3,y\n4,5,y\n", "row 2 (line 3)"),
    "text among numbers": (b"a,class\n" + b"1.5,x\n2.5,y\n" * 30 + b"oops,x\n", "row 61 (line 62)"),
    "one class": (b"a,class\n1,x\n2,x\n", "one class alone"),
    "infinite": (b"a,class\n1,x\ninf,y\n3,x\n4,y\n", "column 1 'a'"),
    "binary": (bytes(range(256)) * 4, "mine.csv"),
}
WRONG_ARGS = {
    "an unknown target": (["mine.csv", "--target", "colour"], "no column 'colour'"),
    "a target's number": (["mine.csv", "--target", "9"], "no column '9'"),
    "a target of a built-in set": (["iris", "--target", "species"], "its own"),
    "a test file of a built-in set": (["iris", "--test", "mine.csv"], "its own"),
    "a test file that is not there": (["mine.csv", "--test", "none.csv"], "nor a file 'none.csv'"),
    "a test size of 1": (["iris", "--test-size", "1"], "test_size"),
    "a test size of letters": (["iris", "--test-size", "some"], "--test-size"),
    "a test size of nan": (["iris", "--test-size", "nan"], "test_size"),
    "too much noise": (["iris", "--label-noise", "1.5"], "label_noise"),
    "a median": (["iris", "--missing", "median"], "--missing"),
    "a negative seed": (["iris", "--split-seed", "-1"], "--split-seed"),
    "a huge seed": (["iris", "--split-seed", "1" * 30], "seed must be"),
    "a fraction of a seed": (["iris", "--split-seed", "1.5"], "--split-seed"),
    "a directory": (["."], "is a directory"),
    "a missing file": (["mime.csv"], "Did you mean 'mine.csv'?"),
    "a name nearly built in": (["irs"], "iris"),
    "two sets": (["iris", "digits"], "unexpected"),
}
WRONG_OUT = {
    "no file": (["--label-smoothing", "0.1"], "--label-smoothing needs --out"),
    "another ending": (["--label-smoothing", "0.1", "--out", "out.xlsx"], "must end in .csv"),
    "no ending": (["--out", "out"], "must end in .csv"),
    "too much": (["--label-smoothing", "1.5", "--out", "out.csv"], "from 0 to 1"),
    "less than nothing": (["--label-smoothing", "-0.1", "--out", "out.csv"], "from 0 to 1"),
    "nan": (["--label-smoothing", "nan", "--out", "out.csv"], "from 0 to 1"),
    "letters": (["--label-smoothing", "much", "--out", "out.csv"], "--label-smoothing"),
    "nowhere": (["--out", "nowhere/out.csv"], "there is no directory"),
    "a directory": (["--out", "dir.csv"], "is a directory"),
}


def refused(found: Ending, *words: str) -> None:
    code, out, err = found
    assert (code, out) == (2, "")
    assert err.startswith("lsexplorer: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    for word in words:
        assert word in err


@pytest.mark.parametrize("command", ["data", "train"])
@pytest.mark.parametrize("case", WRONG_FILES)
def test_files_that_cannot_be_used(mine: Path, monkeypatch: pytest.MonkeyPatch, command: str, case: str) -> None:
    content, words = WRONG_FILES[case]
    mine.write_bytes(content)
    monkeypatch.chdir(mine.parent)
    refused(run(command, "mine.csv"), words)
    refused(run(command, "mine.csv", "--json"), words)


@pytest.mark.parametrize("command", ["data", "train", "explore"])
@pytest.mark.parametrize("case", WRONG_ARGS)
def test_options_that_cannot_be(
    opened: list[Any], mine: Path, monkeypatch: pytest.MonkeyPatch, command: str, case: str
) -> None:
    args, words = WRONG_ARGS[case]
    monkeypatch.chdir(mine.parent)
    refused(run(command, *args, terminal=True), words)
    assert opened == []


@pytest.mark.parametrize("case", WRONG_OUT)
def test_what_cannot_be_written(mine: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    args, words = WRONG_OUT[case]
    monkeypatch.chdir(mine.parent)
    (mine.parent / "dir.csv").mkdir()
    refused(run("data", "mine.csv", *args), words)
    refused(run("data", "mine.csv", "--json", *args), words)
    assert sorted(path.name for path in mine.parent.iterdir()) == ["dir.csv", "mine.csv"]


def test_a_truncated_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "whole.npz", X=np.eye(6), y=np.arange(6) % 2)
    (tmp_path / "part.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:300])
    for command in ("data", "train"):
        refused(run(command, tmp_path / "part.npz"), "part.npz is damaged")


@pytest.mark.slow
def test_a_process_says_one_line_too(tmp_path: Path) -> None:
    refused(run_process("data", str(tmp_path / "none.csv"), "--json"), "none.csv")
    refused(run("train", tmp_path, "--json"), "is a directory")


@pytest.mark.parametrize("args", [["--test", "x.csv"], ["--test-size", "0.3"], ["--split-seed", "1"]])
def test_a_run_file_has_its_own_data(opened: list[Any], tmp_path: Path, args: list[str]) -> None:
    ls.Trainer(ls.load_dataset("iris")).save(tmp_path / "run.json")
    refused(run("explore", tmp_path / "run.json", *args, terminal=True), f"own data: leave out {args[0]}\n")
    assert opened == []
