"""`lsexplorer claims`: what it prints, where, with which exit status, and on Ctrl-C."""

import json
import sys
from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.reports.claims import cell_text
from lsexplorer.study.claims import CLAIMS, courses
from tests.support.command import run, run_process
from tests.support.terminal import Terminal

QUICK = "--epochs", "3", "--seeds", "3", "--splits", "3", "--cores", "0", "--hidden", "3"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "LINEAR_STEPS", 100)


def test_the_report() -> None:
    status, out, err = run("claims", *QUICK, "--only", "1,2,4,8")
    assert (status, err) == (0, "")
    assert out.startswith("The article on trial, on iris: 1 holds, 2 false, 1 does not hold here.")
    for words in (
        "1   The worked numbers are right",
        "19 of 19 printed numbers come out.",
        "weight delta, target 0.8, output 0.97, η = .01",
        "6 of 12 outputs and losses have it",
        "Confirmed if ",
        "iris · 4-3-3 tanh, softmax + cross_entropy · 3 seeds × 3 splits · 3 epochs, 24 steps",
        "81 of 81 parameters are equal bit for bit",
        "the same run. No target is altered",
        "Read more: ",
        "8  Label smoothing changes the data",
        " in all.",
    ):
        assert words in out
    assert max(map(len, out.splitlines())) <= 120


def test_json_alone_on_standard_output() -> None:
    status, out, err = run("claims", *QUICK, "--json", "--only", "9, 3", "--label-smoothing", "0.2")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["data"], found["complete"], found["hyperparameters"]["label_smoothing"]) == ("iris", True, 0.2)
    assert [one["number"] for one in found["claims"]] == [3, 9]
    assert found["digest"] == ls.load_dataset("iris").digest
    for one in found["claims"]:
        assert one["statement"] == CLAIMS[one["number"] - 1].statement
        assert one["verdict"] in ("holds here", "does not hold here", "open here")
        assert len(one["evidence"]) >= 2
        for evidence in one["evidence"]:
            assert {"data", "seeds", "epochs", "steps", "verdict", "numbers", "table"} <= evidence.keys()
            assert {"label", "value", "low", "high"} <= evidence["numbers"][0].keys()
    gains = found["claims"][1]["evidence"][0]["numbers"]
    assert gains[1]["label"] == "test accuracy, a = 0.2 − plain"
    assert gains[1]["low"] <= gains[1]["value"] <= gains[1]["high"]
    assert found["claims"][1]["evidence"][0]["splits"] == 3
    squared = found["claims"][0]["evidence"][1]["numbers"][0]  # at rest from the first step on, on every seed
    assert (squared["low"], squared["high"], squared["constant"]) == (None, None, True)


def test_markdown(tmp_path: Path) -> None:
    status, out, err = run("claims", *QUICK, "--only", "2,4,7", "--epochs", "1", "--markdown", tmp_path / "report.md")
    assert status == 0
    assert err == f"wrote {tmp_path / 'report.md'}\n"
    text = (tmp_path / "report.md").read_text()
    assert text.startswith("# The article on trial, on iris: ")
    assert text.splitlines()[0][2:] == out.splitlines()[0].strip()
    assert "## 7. " in text
    assert "Published, not measured here: Müller et al. 2019, Table 3" in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    # the verdicts; claim 2's numbers and rows; claim 4's numbers, and those and rows of two long runs; two regimes of 7
    assert len(tables) == 1 + 2 + 5 + 4
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_claim_that_cannot_run_says_why_and_the_others_run() -> None:
    status, out, err = run("claims", "article", "--only", "6,8", "--seeds", "3", "--cores", "0")
    assert (status, err) == (0, "")
    assert "cannot run here" in out
    assert "The data set 'article' is too small for a validation part: no class has two training rows." in out
    assert "parameters are equal bit for bit" in out
    found = json.loads(run("claims", "article", "--only", "6", "--seeds", "3", "--cores", "0", "--json")[1])
    assert found["claims"][0]["verdict"] is None
    assert found["claims"][0]["problem"].startswith("the data set 'article' is too small")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "99"), f"--only takes numbers of claims from 1 to {len(CLAIMS)}, such as 3,5, got '99'"),
        (("--only", "three"), f"--only takes numbers of claims from 1 to {len(CLAIMS)}, such as 3,5, got 'three'"),
        (("--only", ""), f"--only takes numbers of claims from 1 to {len(CLAIMS)}"),
        (("--seeds", "2"), "seeds must be 3 or more, got 2"),
        (("--splits", "0"), "splits must be 1 or more, got 0"),
        (("--splits", "2"), "splits must be 1, for the data's own alone, or from 3 to 1,000, got 2"),
        (("mnist1d", "--splits", "3"), "'mnist1d' came with its own test part: splits must be 1, got 3"),
        (("--epochs", "0"), "--epochs"),
        (("--markdown", "/nowhere/at/all.md"), "--markdown /nowhere/at/all.md: there is no directory /nowhere/at"),
        (("--scheduler", "nonsense"), "no Dask scheduler answers at 'nonsense'"),
        (("--label-smoothing", "2"), "label_smoothing must be a number from 0 to 1"),
        (("nothing.csv",), "there is neither a data set nor a file 'nothing.csv'"),
        (("run.json",), "looks like a run file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], words: str) -> None:
    status, out, err = run("claims", *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err


def test_help_lists_the_claims() -> None:
    status, out, _ = run("claims", "--help")
    assert status == 0
    for claim in CLAIMS:
        assert f"{claim.number}  {claim.statement[:30]}" in out
    for option in (
        "--only",
        "--seeds",
        "--splits",
        "--json",
        "--markdown",
        "--cores",
        "--scheduler",
        "--hidden",
        "--label-noise",
    ):
        assert option in out


def test_cells_in_words() -> None:
    assert [cell_text(value) for value in (True, None, 1234, 0.5, 1e-9, float("nan"), "x")] == [
        "yes", "none", "1,234", "0.5", "1.0e-09", "", "x",
    ]  # fmt: skip


@pytest.mark.slow
def test_ctrl_c_keeps_the_claims_that_are_done() -> None:
    command = [sys.executable, "-m", "lsexplorer", "claims", "--only", "1,5", "--epochs", "500", "--cores", "2"]
    with Terminal(command, 120, 60) as terminal:
        terminal.wait_for(lambda text: "claim 5" in text, 120)
        terminal.press("\x03")
        assert terminal.exit_status(30) == 130
        assert "Not complete: interrupted." in terminal.text
        assert "19 of 19 printed numbers come out" in terminal.text
        assert "Traceback" not in terminal.text


@pytest.mark.slow
def test_in_a_process_of_its_own_with_two_workers() -> None:
    options = "claims", "--only", "7,9", "--epochs", "2", "--seeds", "3", "--splits", "3", "--json", "--cores"
    status, out, err = run_process(*options, "2")
    assert (status, err) == (0, "")
    two = json.loads(out)["claims"]
    alone = json.loads(run(*options, "0")[1])
    for one, other in zip(two, alone["claims"], strict=True):
        assert one["evidence"] == other["evidence"]
