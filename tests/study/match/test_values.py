"""The statistics of a match, done again by SciPy from the file of values that it writes."""

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lsexplorer.study.match.values import Value
from tests.support.command import run

OPTIONS = ("--hidden", "4", "--epochs", "6", "--seeds", "9", "--splits", "4", "--cores", "0")
TEST_SHARE = 30 / 120


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report as JSON, and the rows of the file."""
    path: Path = tmp_path_factory.mktemp("values") / "values.csv"
    status, out, err = run("match", "iris", *OPTIONS, "--json", "--values", str(path))
    assert status == 0
    assert "wrote" in err
    with path.open(newline="") as file:
        return json.loads(out), list(csv.DictReader(file))


def layout(rows: list[dict[str, str]], method: str, strength: float, measure: str) -> np.ndarray:
    """A measure's values (seeds, splits)."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for row in rows:
        if (row["method"], row["measure"]) == (method, measure) and float(row["strength"]) == strength:
            found[int(row["seed"])][int(row["split"])] = float(row["value"])
    return np.array([[found[seed][split] for split in sorted(found[seed])] for seed in sorted(found)])


def pseudo(means: np.ndarray) -> np.ndarray:
    """The jackknife's values by seed of a mean over pairs, from the means of the pairs that each seed is in."""
    n = len(means)
    total = means.sum(axis=0) * (n - 1)  # of the sums of all pairs, each counted at both of its seeds
    whole = means.mean(axis=0)
    without = (total - 2 * (n - 1) * means) / ((n - 1) * (n - 2))
    return n * whole - (n - 1) * without


def two_way(d: np.ndarray) -> tuple[float, float, int]:
    """Mean, standard error and degrees of freedom, from the mean squares of an analysis of variance."""
    n, m = d.shape
    rest = ((d - d.mean(axis=1, keepdims=True) - d.mean(axis=0) + d.mean()) ** 2).sum() / (n - 1) / (m - 1)
    seeds, splits = d.mean(axis=1).var(ddof=1) / n, d.mean(axis=0).var(ddof=1)
    square = seeds + max(0, splits - rest / n) / m + TEST_SHARE * max(0, splits - rest / n / 2)
    square = max(square, splits / m)
    df = square**2 / (seeds**2 / (n - 1) + ((1 / m + TEST_SHARE) * splits) ** 2 / (m - 1))
    return d.mean(), square**0.5, int(min(max(df, min(n, m) - 1), n + m - 2))


def test_every_value_is_in_the_file_once(told: Any) -> None:
    report, rows = told
    assert list(rows[0]) == list(Value._fields)
    keys = [tuple(row[name] for name in Value._fields[:-1]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["method"] for row in rows} == {"plain", "label_smoothing", "l2"}
    assert {int(row["seed"]) for row in rows} == set(report["evaluation_seeds"])
    assert {int(row["split"]) for row in rows} == set(range(4))


@pytest.mark.parametrize("criterion", ["weight_norm", "logit_gap", "nll"])
def test_scipy_finds_the_same_intervals_and_states(told: Any, criterion: str) -> None:
    report, rows = told
    match = report["matches"][criterion]
    strength = match["strength"]["value"]
    judged: dict[str, float] = {}
    states = {}
    for measure in match["measures"]:
        name = measure["name"]
        remedy, smoothing = layout(rows, "l2", strength, name), layout(rows, "label_smoothing", 0.1, name)
        if measure["alike"]:
            remedy, smoothing = pseudo(remedy), pseudo(smoothing)
        if not np.isfinite(remedy - smoothing).all():
            continue  # such as the confidence of wrong answers where there are none
        mean, error, df = two_way(remedy - smoothing)
        low, high = stats.t.interval(0.95, df, mean, error)
        if measure["alike"]:
            low, high = (np.clip(end, -smoothing.mean(), 1 - smoothing.mean()) for end in (low, high))
        told_interval = measure["difference"]
        assert (mean, low, high) == pytest.approx([told_interval[key] for key in ("mean", "low", "high")], abs=1e-9)
        if measure["judged"]:
            margin = measure["margin"]
            below = stats.t.cdf((mean + margin) / error * -1, df)  # p of H0: mean ≤ −margin
            above = 0.0 if measure["alike"] else stats.t.cdf((mean - margin) / error, df)
            states[name] = "same" if max(below, above) <= 0.05 else "open"
            beyond = (-mean if measure["alike"] else abs(mean)) - margin
            judged[name] = 2 * stats.t.sf(beyond / error, df) if beyond > 0 else 1.0
    order = sorted(judged, key=lambda name: judged[name])
    adjusted = np.maximum.accumulate([min(1.0, (len(order) - i) * judged[name]) for i, name in enumerate(order)])
    for name, p in zip(order, adjusted, strict=True):
        measure = next(one for one in match["measures"] if one["name"] == name)
        assert measure["p"] == pytest.approx(p, rel=1e-6, abs=1e-12)
        differs = states[name] != "same" and p <= 0.05
        assert measure["state"] == ("differs" if differs else states[name])
    assert len(order) == sum(measure["judged"] for measure in match["measures"]) >= 7


def test_the_json_has_the_same_values(told: Any) -> None:
    report, rows = told
    strengths = [match["strength"]["value"] for match in report["matches"].values()]
    methods = [("plain", 0.0), ("label_smoothing", 0.1), *(("l2", strength) for strength in strengths)]
    assert [(one["method"], one["strength"]) for one in report["values"]] == methods
    for one in report["values"]:
        for name in ("accuracy", "agreement", "norm_1"):
            assert layout(rows, one["method"], one["strength"], name).tolist() == one["values"][name]


def test_values_of_several_remedies(tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    assert (
        run("match", "iris", *OPTIONS, "--criterion", "logit_gap", "--remedy", "l2,temperature", "--values", str(path))[
            0
        ]
        == 0
    )
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["method"] for row in rows} == {"plain", "label_smoothing", "l2", "temperature"}
    keys = [tuple(row[name] for name in Value._fields[:-1]) for row in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("accuracy=0", "the margin of accuracy must be a number above 0"),
        ("accuracy=-1", "the margin of accuracy must be a number above 0"),
        ("accuracy", "--margins must be NAME=VALUE, such as accuracy=0.01, got 'accuracy'"),
        ("accuracy=x", "--margins must be NAME=VALUE, such as accuracy=0.01, got 'accuracy=x'"),
        ("aurc=0.1", "margins are for accuracy, nll, ece"),
    ],
)
def test_margins_that_cannot_be(option: str, words: str) -> None:
    status, out, err = run("match", "iris", *OPTIONS, "--margins", option)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_margin_that_is_asked_for(told: Any) -> None:
    report, _ = told
    status, out, _ = run("match", "iris", *OPTIONS, "--json", "--margins", "nll=0.5, logit_gap=0.2")
    assert status == 0
    for before, after in zip(
        report["matches"]["nll"]["measures"], json.loads(out)["matches"]["nll"]["measures"], strict=True
    ):
        assert before["difference"] == after["difference"]
        if before["name"] == "logit_gap":
            assert after["margin"] == pytest.approx(2 * before["margin"])
    measures = {one["name"]: one for one in json.loads(out)["matches"]["weight_norm"]["measures"]}
    assert (measures["nll"]["margin"], measures["nll"]["state"]) == (0.5, "same")
