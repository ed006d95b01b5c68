"""`lsexplorer best`: what it prints and writes, with which exit status, and on Ctrl-C."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from tests.support.command import refused, run

QUICK = "--epochs", "4", "--seeds", "2", "--splits", "3", "--hidden", "3", "--cores", "0"


def test_the_report_begins_with_the_verdict_in_words() -> None:
    status, out, err = run("best", *QUICK)
    assert (status, err) == (0, "")
    assert out.startswith(("Nothing beats plain training on iris", "On iris, "))
    for words in (
        "chosen by NLL on 24 validation rows and 2 other seeds", "judged on 2 seeds on 3 splits", "plain training",
        "temperature scaling", "chosen (splits)", "gain in accuracy", "Left out: weight decay is L2 under SGD",
        "Holm's", " networks of 32 steps",
    ):  # fmt: skip
        assert words in " ".join(out.split()), words
    assert "labels are flipped" not in out
    assert "…" not in out, "nothing is cut off"
    assert max(map(len, out.splitlines())) <= 120


def test_flipped_labels_are_said_to_make_the_choice_noisy() -> None:
    out = run("best", *QUICK, "--label-noise", "0.2", "--remedy", "l2")[1]
    assert "20% of the training labels are flipped, the validation rows' among them" in " ".join(out.split())


def test_json_markdown_and_values_have_the_same_numbers(tmp_path: Path) -> None:
    files = "--markdown", tmp_path / "report.md", "--values", tmp_path / "values.csv"
    chosen = "--remedy", "temperature,l2", "--choose-by", "accuracy", "--margins", "accuracy=0.01"
    status, out, err = run("best", *QUICK, "--json", *files, *chosen)
    assert status == 0
    assert err == f"wrote {tmp_path / 'values.csv'}\nwrote {tmp_path / 'report.md'}\n"
    found = json.loads(out)
    assert list(found["methods"]) == ["plain", "label_smoothing", "temperature", "l2"]
    assert (found["choose_by"], found["complete"], found["label_noise"]) == ("accuracy", True, False)
    assert {one["margin"] for one in found["comparisons"]} == {0.01, 0.02}
    report = (tmp_path / "report.md").read_text()
    assert report.startswith("# " + found["answer"].replace("[", "\\["))
    off = all(choice["strength"] is None for choice in found["methods"]["label_smoothing"]["choices"])
    assert sum(line.startswith("| ---") for line in report.splitlines()) == (1 if off else 2)
    with (tmp_path / "values.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name, method in found["methods"].items():
        of_method = [float(row["value"]) for row in rows if (row["method"], row["measure"]) == (name, "nll")]
        assert np.array(of_method).reshape(2, 3).tolist() == method["values"]["nll"]
        assert method["means"]["nll"] == pytest.approx(np.mean(of_method))
        strengths = {int(row["split"]): float(row["strength"]) for row in rows if row["method"] == name}
        if name != "plain":
            assert list(strengths.values()) == [choice["strength"] or 0 for choice in method["choices"]]
    gains = {
        (one["method"], one["other"]): one["gain"]["mean"] for one in found["comparisons"] if one["measure"] == "nll"
    }
    means = {name: method["means"]["nll"] for name, method in found["methods"].items()}
    assert gains["l2", "plain"] == pytest.approx(means["plain"] - means["l2"])
    assert gains["l2", "label_smoothing"] == pytest.approx(means["label_smoothing"] - means["l2"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--seeds", "1"), "seeds must be 2 or more, got 1: an interval needs two"),
        (("--splits", "2"), "splits must be 1, for the data's own alone, or from 3 to 1,000, got 2"),
        (("--remedy", "dropout"), "'dropout' is not one of 'l2', 'l1', 'weight_decay'"),
        (("--tolerance", "-1"), "tolerance must be from 0 to 100 standard errors, such as 1, got -1"),
        (("--tolerance", "nan"), "tolerance must be from 0 to 100 standard errors, such as 1, got nan"),
        (("--choose-by", "ece"), "is not one of 'nll', 'accuracy'"),
        (("--margins", "accuracy"), "--margins must be NAME=VALUE, such as accuracy=0.01, got 'accuracy'"),
        (("--margins", "nll=-1"), "the margin of nll must be a number above 0"),
        (("--margins", "logit_gap=1"), "a measure with a margin must be one of accuracy, nll, got 'logit_gap'"),
        (("--loss", "hinge", "--output", "identity"), "hinge takes hard targets only"),
        (("--remedy", "z_loss", "--output", "tanh", "--loss", "mse"), "z_loss goes with output softmax alone"),
        (("--values", "/nowhere/at/all.csv"), "--values /nowhere/at/all.csv: there is no directory /nowhere/at"),
        (("run.json",), "looks like a run file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], words: str) -> None:
    refused(run("best", *arguments), words)


def test_ctrl_c_prints_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(data: ls.Dataset, hp: ls.Hyperparameters, **options: Any) -> ls.Best:
        def stop(phase: str, trained: int, total: int) -> None:
            if phase == "choosing" and trained > 150:
                raise KeyboardInterrupt

        return ls.best(data, hp, **options | {"splits": 8, "progress": stop})

    monkeypatch.setattr("lsexplorer.cli.best.hold_contest", interrupted)
    status, out, err = run("best", *QUICK, "--remedy", "l2", "--json")
    assert (status, err) == (130, "\ninterrupted\n")
    found = json.loads(out)
    assert (found["complete"], found["splits"]) == (False, [0, 1, 2, 3])
    out = run("best", *QUICK, "--remedy", "l2")[1]
    assert "on 4 splits of 2 seeds on 8 splits: interrupted" in " ".join(out.split())
