"""`lsexplorer match` and `lsexplorer sweep`: what they print, where, with which exit status, and on Ctrl-C."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.command import run, run_process
from tests.support.terminal import Terminal

QUICK = "--epochs", "8", "--seeds", "9", "--splits", "3", "--cores", "0", "--hidden", "3"
GRID = "--vary", "label_smoothing=0:0.2:0.1", "--vary", "l2=0,0.01", "--epochs", "4", "--seeds", "2", "--cores", "0"


def test_the_report_begins_with_the_verdict_in_words() -> None:
    status, out, err = run("match", *QUICK)
    assert (status, err) == (0, "")
    first, *rest = out.splitlines()
    assert first.split(":")[0] in ("Could have", "Matched but different", "Different route", "Undecided", "No match")
    text = "\n".join(rest)
    for words in ("weight norm", "logit gap", "  NLL  ", "two seeds", "AURC", "spectral, layer 2", " networks of "):
        assert words in text
    assert "┤" in text  # the chart
    assert max(map(len, out.splitlines())) <= 120


def test_json_alone_on_standard_output() -> None:
    status, out, err = run(
        "match", *QUICK, "--json", "--remedy", "l1", "--criterion", "logit_gap", "--label-smoothing", "0.2"
    )
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["remedy"], found["criterion"], found["label_smoothing"]) == ("l1", "logit_gap", 0.2)
    assert found["verdict"] == found["matches"]["logit_gap"]["verdict"]
    measures = {one["name"]: one for one in found["matches"]["logit_gap"]["measures"]}
    assert measures["accuracy"]["difference"].keys() == {"mean", "low", "high"}
    assert 0 < measures["agreement"]["hard"] <= 1
    assert found["hyperparameters"]["hidden"] == [3]
    assert len(found["evaluation_seeds"]) == 9
    assert found["seconds"]["search"] > 0


def test_in_single_precision_the_numbers_are_nearly_the_same() -> None:
    double, single = (
        json.loads(run("match", *QUICK, "--json", "--precision", precision)[1]) for precision in ("float64", "float32")
    )
    assert (double["precision"], single["precision"]) == ("float64", "float32")
    assert single["verdict"] == double["verdict"]
    mine, right = (found["matches"]["weight_norm"]["strength"] for found in (single, double))
    assert mine["target"] != right["target"]
    assert mine["target"] == pytest.approx(right["target"], rel=1e-4)
    assert mine["value"] == pytest.approx(right["value"], rel=1e-3)
    assert "epochs in single precision" in " ".join(run("match", *QUICK, "--precision", "float32")[1].split())


def test_markdown(tmp_path: Path) -> None:
    status, out, err = run("match", *QUICK, "--markdown", tmp_path / "report.md")
    assert status == 0
    assert err == f"wrote {tmp_path / 'report.md'}\n"
    text = (tmp_path / "report.md").read_text()
    assert text.startswith("# " + out.split(",")[0])
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {6, 9}


SEVERAL = "--remedy", "l2,early_stopping,temperature", "--criterion", "logit_gap"


def test_several_remedies_are_a_table_under_a_sentence_that_answers(tmp_path: Path) -> None:
    status, out, err = run("match", *QUICK, *SEVERAL, "--markdown", tmp_path / "report.md")
    assert (status, err) == (0, f"wrote {tmp_path / 'report.md'}\n")
    assert out.startswith("On iris, matched on logit gap, ")
    lines = out.splitlines()
    rows = [line for line in lines if line.startswith(("plain", "smoothing", "L2", "early stop", "temperature"))]
    assert [row.split("  ")[0] for row in rows] == ["plain", "smoothing", "L2", "early stopping", "temperature scaling"]
    assert [f" {symbol} = " in row for symbol, row in zip("λET", rows[2:], strict=True)] == [True] * 3
    assert max(map(len, lines)) <= 120
    text = (tmp_path / "report.md").read_text()
    assert text.startswith("# On iris, matched on logit gap, ")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 7
    assert len({line.count("|") for line in table}) == 1
    assert len([line for line in text.splitlines() if line.startswith("- ")]) == 3  # each verdict in words


def test_several_remedies_as_json() -> None:
    status, out, err = run("match", *QUICK, *SEVERAL, "--json", "--output", "tanh", "--loss", "mse")
    assert (status, out) == (2, "")
    assert err == "lsexplorer: temperature goes with output softmax or sigmoid alone, got output tanh\n"
    status, out, err = run("match", *QUICK, *SEVERAL, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert list(found["remedies"]) == ["l2", "early_stopping", "temperature"]
    assert found["answer"].startswith("On iris")
    l2 = found["remedies"]["l2"]
    assert (l2["remedy"], list(l2["matches"]), l2["splits"], l2["validation_rows"]) == ("l2", ["logit_gap"], 3, 24)
    assert found["left_out"] == {}


def test_all_remedies_say_which_were_left_out() -> None:
    sigmoid = "--output", "sigmoid", "--loss", "mse", "--epochs", "1", "--splits", "1"
    status, out, _ = run("match", *QUICK, *sigmoid, "--remedy", "all", "--criterion", "logit_gap")
    assert status == 0
    assert "Left out: z_loss goes with output softmax alone, got output sigmoid." in out
    assert "temperature scaling" in out


def test_no_match_is_a_report_and_no_error() -> None:
    status, out, _ = run("match", *QUICK, "--strengths", "1e-12:1e-11")
    assert status == 0
    assert out.startswith("No match: no λ of L2 from 1e-14 to 1e-09")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--seeds", "2"), "seeds must be 3 or more, got 2: how alike networks of different seeds are takes three"),
        (
            ("--strengths", "0.1:0.001"),
            "from a smaller to a larger number above 0, from 1e-30 to 1e+30, such as 1e-07:0.1, got 0.1:0.001",
        ),
        (("--strengths", "0.1"), "--strengths must be two numbers LOW:HIGH, such as 1e-07:0.1, got '0.1'"),
        (("--remedy", "dropout"), "'dropout' is not one of 'l2', 'l1', 'weight_decay'"),
        (("--remedy", "l2,all"), "'all' is not one of 'l2', 'l1', 'weight_decay'"),
        (("--remedy", "l2,l1", "--strengths", "1e-3:1"), "the strengths to search can be given for one remedy alone"),
        (("--splits", "2"), "splits must be 1, for the data's own alone, or from 3 to 1,000, got 2"),
        (("mnist", "--splits", "3"), "'mnist' came with its own test part: splits must be 1, got 3"),
        (("article",), "'article' has 3 training rows, too few to spare 5 of two classes or more for validation"),
        (("--precision", "half"), "'half' is not one of 'float64', 'float32'"),
        (("--criterion", "accuracy"), "is not one of 'weight_norm', 'logit_gap', 'nll'"),
        (("--label-smoothing", "0"), "label_smoothing must be above 0"),
        (("--loss", "hinge", "--output", "identity"), "hinge takes hard targets only"),
        (("--markdown", "/nowhere/at/all.md"), "--markdown /nowhere/at/all.md: there is no directory /nowhere/at"),
        (("--markdown", "/tmp"), "--markdown /tmp is a directory"),
        (("--scheduler", "nonsense"), "no Dask scheduler answers at 'nonsense'"),
        (("--scheduler", "tcp://x:1", "--cores", "2"), "--scheduler and --cores exclude each other"),
        (("--scheduler-file", "x", "--cores", "2"), "--scheduler-file and --cores exclude each other"),
        (("--scheduler-file", "x", "--scheduler", "y"), "--scheduler and --scheduler-file exclude each other"),
        (("--scheduler-file", "nowhere.json"), "cannot read nowhere.json: no such file"),
        (("--scheduler-file", __file__), "is no scheduler file: `dask scheduler --scheduler-file FILE` writes one"),
        (("--cores", "-1"), "--cores"),
        (("--epochs", "0"), "--epochs"),
        (("run.json",), "looks like a run file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], words: str) -> None:
    status, out, err = run("match", *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err


def test_the_scheduler_of_a_file_and_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is tried, as the one line shows; --cores keeps the work here."""
    (tmp_path / "scheduler.json").write_text('{"type": "Scheduler", "address": "tcp://127.0.0.1:9"}')
    status, _, err = run("match", "--scheduler-file", tmp_path / "scheduler.json")
    assert (status, err.count("\n")) == (2, 1)
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in err
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:8")
    status, _, err = run("match")
    assert status == 2
    assert err.startswith("working on the Dask cluster at tcp://127.0.0.1:8 (DASK_SCHEDULER_ADDRESS)")
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:8'" in err
    assert run("match", *QUICK, "--seeds", "3", "--cores", "0")[0] == 0


def test_sweep_tells_table_and_chart(tmp_path: Path) -> None:
    out_file = tmp_path / "results.csv"
    status, out, err = run("sweep", *GRID, "--out", out_file)
    assert (status, err) == (0, "")
    assert out.startswith("iris: the validation part chooses ")
    assert "label_smoothing alone" in out
    assert "Accuracy over l2" in out
    again = run("sweep", *GRID, "--out", out_file)
    assert again == (0, out, "")


def test_sweep_as_json() -> None:
    status, out, err = run("sweep", *GRID, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert len(found["points"]) == 6
    assert found["complete"]
    assert found["varied"] == {"label_smoothing": [0.0, 0.1, 0.2], "l2": [0.0, 0.01]}
    assert {best["score"] for best in found["best"]} == {"accuracy", "nll"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing option '--vary'"),
        (("--vary", "hidden=3,4"), "NAME one of label_smoothing"),
        (("--vary", "l2=0.1:0.01:log3"), "from a smaller to a larger number"),
        (("--vary", "l2=0,1", "--vary", "l2=2,3"), "names a hyperparameter twice"),
        (("--vary", "l2=0,1", "--l2", "3"), "--vary l2 and --l2 exclude each other"),
        (("--vary", "l2=0,1", "--seeds", "1"), "seeds must be 2 or more"),
        (("--vary", "l2=0,1", "--out", "/nowhere/r.csv"), "there is no directory /nowhere"),
        (("--vary", "l2=0,1", "--from", "nothing-*"), "no file is called 'nothing-*'"),
        (("--vary", "l2=0,1", "--from", "x", "--out", "y"), "--from reads what was trained: leave out --out"),
        (("--vary", "l2=0,1", "--part", "1/2"), "--part writes to a file of its own: give --out"),
        (("--vary", "l2=0,0.1", "--epochs", "1", "--cores", "0", "--out", "/dev/full"), "no space left on device"),
    ],
)
def test_bad_sweeps(arguments: tuple[str, ...], words: str) -> None:
    status, out, err = run("sweep", *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err


def test_help_names_all_options() -> None:
    for command in ("match", "sweep"):
        status, out, _ = run(command, "--help")
        assert status == 0
        for option in ("--seeds", "--json", "--cores", "--scheduler", "--hidden", "--label-noise", "--epochs"):
            assert option in out


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done() -> None:
    command = [sys.executable, "-m", "lsexplorer", "match", "--epochs", "500", "--seeds", "12", "--cores", "2"]
    with Terminal(command, 120, 60) as terminal:
        terminal.wait_for(lambda text: "measuring" in text, 120)
        terminal.press("\x03")
        assert terminal.exit_status(30) == 130
        assert "interrupted" in terminal.text
        assert "▸ weight norm" in terminal.text
        assert "Traceback" not in terminal.text


@pytest.mark.slow
def test_in_a_process_of_its_own_with_two_workers() -> None:
    status, out, err = run_process("match", "--epochs", "4", "--seeds", "9", "--cores", "2", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["complete"]
