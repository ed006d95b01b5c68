"""The statistics: against SciPy's numbers, worked by hand, and as statistics, by seeded simulation of a known truth."""

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lsexplorer import InputError
from lsexplorer.study import stats as s
from tests.support.helpers import slow

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "statistics.json").read_text())


@pytest.mark.parametrize(("t", "df", "expected"), REFERENCE["cdf"])
def test_students_t(t: float, df: int, expected: float) -> None:
    assert s.t_probability(t, df) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(("p", "df", "expected"), REFERENCE["quantile"])
def test_its_quantiles(p: float, df: int, expected: float) -> None:
    assert s.t_quantile(p, df) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("case", REFERENCE["samples"])
def test_a_sample_against_scipy(case: dict[str, Any]) -> None:
    values, margin = np.array(case["values"]), REFERENCE["margin"]
    assert s.mean_interval(values)[1:] == pytest.approx(case["interval"], rel=1e-9)
    assert s.within(values, margin) == (case["tost"] < s.ALPHA)
    floor = s.decide(s.one_way(values), s.Margin(0.0, one_sided=True), 1.0)
    assert (floor == "same") == (case["noninferior"] <= s.ALPHA)
    drawn = len(values) >= 20  # by SciPy
    assert s.sign_flip_p(values) == pytest.approx(case["sign_flip"], abs=0.004 if drawn else 1e-12)


def test_counts_are_whole_numbers_of_python_or_numpy() -> None:
    assert type(s.checked_seeds(np.int64(9), 2)) is int
    for value in (9.0, "9", None, np.float64(9)):
        with pytest.raises(InputError, match="seeds must be a whole number, got"):
            s.checked_seeds(value, 2)
    with pytest.raises(InputError, match="epochs must be 1 or more, got 0"):
        s.checked_count("epochs", 0)


def test_holm_against_scipys_arrays() -> None:
    assert s.holm(REFERENCE["holm"]["p"]) == pytest.approx(REFERENCE["holm"]["adjusted"])
    assert s.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])  # .01·3, .03·2, and never less than that
    assert s.holm([]) == []


def test_sign_flips_by_hand() -> None:
    # Of the 8 flips of 1, 2, 3 only (1, 2, 3) and (−1, −2, −3) reach |sum| = 6.
    assert s.sign_flip_p(np.array([1.0, 2.0, 3.0])) == 2 / 8
    assert s.sign_flip_p(np.zeros(12)) == 1.0
    assert s.sign_flip_p(np.zeros(24)) == 1.0
    assert s.sign_flip_p(np.full(36, 0.1)) == 2 / 2**36
    assert s.sign_flip_p(np.full(37, 0.1)) == 1 / (s.DRAWN + 1)
    assert s.sign_flip_p(np.array([0.3])) == 1.0


@given(arrays(np.float64, st.integers(1, 9), elements=st.integers(-9, 9).map(float)))
def test_sign_flips_are_all_flips(values: Any) -> None:
    sums = [abs(np.dot(flip, values)) for flip in product((1, -1), repeat=len(values))]
    assert s.sign_flip_p(values) == np.mean([total >= abs(values.sum()) - 1e-9 for total in sums])


@pytest.mark.parametrize("tests", [1, 4, 8, 20])
def test_the_fewest_seeds_can_just_be_significant(tests: int) -> None:
    n = s.fewest_seeds(tests)
    assert tests * s.sign_flip_p(np.ones(n)) <= s.ALPHA < tests * s.sign_flip_p(np.ones(n - 1))


def test_an_interval_of_too_few_values_is_open() -> None:
    assert s.mean_interval([3.0]) == (3.0, -math.inf, math.inf)
    assert s.mean_interval(np.full(5, 2.0)) == (2.0, 2.0, 2.0)


def test_pair_values_are_the_jackknifes() -> None:
    pairs = np.random.default_rng(1).normal(size=(7, 7))

    def mean_of_pairs(kept: np.ndarray) -> float:
        part = pairs[np.ix_(kept, kept)]
        return part[~np.eye(len(kept), dtype=bool)].mean()

    everyone = np.arange(7)
    whole = mean_of_pairs(everyone)
    by_hand = [7 * whole - 6 * mean_of_pairs(np.delete(everyone, i)) for i in everyone]
    values = s.pair_values(s.pair_means(pairs))
    assert values == pytest.approx(by_hand)
    assert values.mean() == pytest.approx(whole)


def test_a_pair_without_a_value_is_left_out() -> None:
    pairs = np.arange(16.0).reshape(4, 4)
    pairs[0, 1] = np.nan
    assert s.pair_means(pairs)[0] == np.mean([2, 3, 4, 8, 12])
    pairs[0], pairs[:, 0] = np.nan, np.nan
    assert np.isnan(s.pair_means(pairs)).tolist() == [True, False, False, False]


def test_pairs_need_three_seeds() -> None:
    with pytest.raises(InputError, match="three seeds or more, got 2"):
        s.pair_values(np.ones(2))


def test_group_values_are_the_jackknifes() -> None:
    rows = np.random.default_rng(2).normal(size=(3, 12))
    whole = rows.std(axis=1)
    without = np.stack([np.delete(rows, range(i, i + 3), axis=1).std(axis=1) for i in range(0, 12, 3)], axis=1)
    values, pseudo = s.group_values(whole, without), 4 * whole[:, None] - 3 * without
    assert values.mean(axis=1) == pytest.approx(whole)
    assert values - values.mean(axis=1, keepdims=True) == pytest.approx(pseudo - pseudo.mean(axis=1, keepdims=True))
    means = s.group_values(rows.mean(axis=1), np.delete(rows, 0, axis=1).mean(axis=1)[:, None])
    assert means[:, 0] == pytest.approx(rows.mean(axis=1))


def simulated(mean: float, rows: Any = 4000, n: int = 12, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 1.0, size=(rows, n))


def share(flags: Any) -> float:
    return float(np.mean(list(flags)))


SLACK = 3 * math.sqrt(0.05 * 0.95 / 4000)


def test_tost_at_the_margin_passes_one_time_in_twenty() -> None:
    assert share(s.within(v, 3.0) for v in simulated(3.0)) == pytest.approx(0.05, abs=SLACK)
    assert share(s.within(v, 3.0) for v in simulated(0.0)) > 0.99


def test_an_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    intervals = [s.mean_interval(v) for v in simulated(0.7)]
    assert share(i.low <= 0.7 <= i.high for i in intervals) == pytest.approx(0.95, abs=SLACK)


@pytest.mark.parametrize("n", [12, slow(24)])
def test_sign_flips_hold_their_level(n: int) -> None:
    assert share(s.sign_flip_p(v) <= 0.05 for v in simulated(0.0, 1500, n)) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1500)
    assert share(s.sign_flip_p(v) <= 0.05 for v in simulated(1.2, 300, n)) > 0.9


def test_pair_values_give_an_interval_that_holds_the_truth() -> None:
    # A pair's measure is x_i + x_j + noise of its own, so that the mean over pairs is 0 and each seed is in many pairs.
    rng, held = np.random.default_rng(3), []
    for _ in range(1500):
        x, noise = rng.normal(size=12), rng.normal(size=(12, 12))
        interval = s.mean_interval(s.pair_values(s.pair_means(x[:, None] + x + noise + noise.T)))
        held.append(interval.low <= 0 <= interval.high)
    assert share(held) == pytest.approx(0.95, abs=0.025)
