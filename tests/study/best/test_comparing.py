"""What is said of values that are given: who beats whom, after Holm's correction, and in which words."""

import re

import numpy as np
import pytest
from scipy import stats

import lsexplorer as ls
from lsexplorer.study.best.comparing import Comparison, compared
from lsexplorer.study.best.plan import Plan, planned
from lsexplorer.study.best.verdict import verdict
from lsexplorer.study.match.findings import Scope

SEEDS, SPLITS = 4, 8
SCOPE = Scope(SEEDS, 120, 30, SPLITS)
METHODS = ["l2", "temperature"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    options = dict.fromkeys(("choose_by", "seeds", "splits", "epochs", "margins"))
    return planned(ls.load_dataset("iris"), None, METHODS, tolerance=1, **options)[0]


def shifted(accuracy: list[float], nll: list[float]) -> dict[str, np.ndarray]:
    """Values (methods, seeds, splits) of plain training, smoothing and METHODS around the means, some noise apart."""
    rng = np.random.default_rng(3)
    return {
        name: np.array(means)[:, None, None] + 0.001 * rng.normal(size=(len(means), SEEDS, SPLITS))
        for name, means in (("accuracy", accuracy), ("nll", nll))
    }


def said(plan: Plan, values: dict[str, np.ndarray]) -> str:
    return verdict(compared(plan, values, SCOPE), "iris", SCOPE, choose_by="nll")


def test_who_beats_whom_and_by_how_much(plan: Plan) -> None:
    text = said(plan, shifted([0.9, 0.93, 0.923, 0.9], [0.3, 0.2, 0.2, 0.35]))
    assert text.startswith(
        "On iris, each at the strength that validation NLL chooses, label smoothing (by 2.99 points [2.93, 3.05]) and "
        "L2 (by 2.28 points [2.21, 2.35]) beat plain training in accuracy; "
    )
    assert re.search(r"(L2|smoothing) \(by 0\.[01]\d+ \[[^]]*\]\) beat plain training in NLL\.", text)
    assert re.search(r"Label smoothing beats temperature scaling \(by 2.9\d .*and L2 \(by 0.7\d .* in accuracy\.", text)
    assert re.search(r"Label smoothing beats temperature scaling \(by 0.1\d+ \[[^]]*\]\) in NLL\.", text)
    assert text.endswith("(4 seeds on 8 splits.)")


def test_where_nothing_differs_that_is_said(plan: Plan) -> None:
    values, other = shifted([0.9] * 4, [0.3] * 4), "Nothing else is shown to be better or worse than label smoothing."
    first = "Nothing beats plain training on iris: at the strength that validation NLL chooses, no method is shown to "
    assert said(plan, values) == f"{first}be better in accuracy or NLL. {other} (4 seeds on 8 splits.)"


def test_what_beats_smoothing_and_what_is_too_small_to_matter(plan: Plan) -> None:
    text = said(plan, shifted([0.9, 0.9, 0.92, 0.9], [0.3, 0.3, 0.29, 0.3]))
    assert "L2 (by 0.01" in text
    assert ", within the margin) beats plain training in NLL." in text
    assert "points [1." in text
    assert "beats label smoothing in accuracy." in text
    assert "Label smoothing beats" not in text


def by_hand(difference: np.ndarray) -> float:
    """The p of the corrected resampled t test where seeds do not matter."""
    means = difference.mean(axis=0)
    error = means.std(ddof=1) * np.sqrt(1 / SPLITS + SCOPE.test_share)
    return float(2 * stats.t.sf(abs(means.mean()) / error, SPLITS - 1))


def test_the_p_values_are_those_of_the_corrected_t_after_holm(plan: Plan) -> None:
    rng = np.random.default_rng(4)
    values = {name: np.repeat(rng.normal(size=(4, 1, SPLITS)), SEEDS, axis=1) for name in ("accuracy", "nll")}
    values["accuracy"][3] = values["accuracy"][0]
    found = [one for one in compared(plan, values, SCOPE) if one.other == "plain"]
    raw = {
        (one.method, one.measure.name): by_hand(
            values[one.measure.name][["label_smoothing", *METHODS].index(one.method) + 1] - values[one.measure.name][0]
        )
        for one in found
        if not one.are_same
    }
    assert len(raw) == 5, "what is the same is not tested"
    ranked, largest = sorted(raw, key=lambda key: raw[key]), 0.0
    expected = {}
    for rank, key in enumerate(ranked):
        largest = expected[key] = max(largest, min(1.0, (5 - rank) * raw[key]))
    adjusted = {(one.method, one.measure.name): one.p for one in found if not one.are_same}
    assert adjusted == pytest.approx(expected, rel=1e-6)


def test_a_gain_is_above_0_where_the_method_is_better(plan: Plan) -> None:
    comparisons = compared(plan, shifted([0.9, 0.95, 0.8, 0.9], [0.3, 0.2, 0.4, 0.3]), SCOPE)

    def signs(other: str) -> dict[tuple[str, str], int]:
        return {(one.method, one.measure.name): int(np.sign(one.gain.mean)) for one in comparisons if shown(one, other)}

    def shown(one: Comparison, other: str) -> bool:
        return one.other == other and (one.beats or one.is_beaten)

    assert signs("plain") == {
        ("label_smoothing", "accuracy"): 1, ("label_smoothing", "nll"): 1, ("l2", "accuracy"): -1, ("l2", "nll"): -1
    }  # fmt: skip
    assert set(signs("label_smoothing").values()) == {-1}
