"""Two-way estimates, the three states, and the seeds that would settle one: by hand, by SciPy, and by simulation."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lsexplorer.study import stats as s

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "statistics.json").read_text())
LAYOUTS = arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=st.integers(-9, 9).map(float))


def anova(values: np.ndarray) -> tuple[float, float, float]:
    """Mean squares of seeds, columns and interaction, from sums of squares in textbook form."""
    n, m = values.shape
    correction = values.sum() ** 2 / (n * m)
    seeds = (values.sum(axis=1) ** 2).sum() / m - correction
    columns = (values.sum(axis=0) ** 2).sum() / n - correction
    both = (values**2).sum() - correction - seeds - columns
    return seeds / (n - 1), columns / (m - 1), both / ((n - 1) * (m - 1))


def test_a_two_way_error_from_the_mean_squares() -> None:
    values = np.random.default_rng(0).normal(size=(5, 4)) + np.arange(5.0)[:, None] + 2 * np.arange(4.0)
    seeds, columns, both = anova(values)
    rows, splits = s.two_way(values), s.two_way(values, test_share=0.25)
    assert rows.mean == splits.mean == pytest.approx(values.mean())
    assert rows.error**2 == pytest.approx((seeds + columns - both) / 20)  # Searle, Casella, McCulloch 1992
    # Nadeau and Bengio: 1/4 + n_test/n_train in place of 1/4 for the columns' part, half of the interaction left in it.
    assert splits.error**2 == pytest.approx((seeds + columns - both) / 20 + 0.25 * (columns - both / 2) / 5)
    assert splits.df == 3
    assert splits.lasting == pytest.approx((1 / 4 + 0.25) * (columns - both) / 5)


def test_one_column_is_a_t_interval_of_the_seeds() -> None:
    values = np.random.default_rng(0).normal(size=(6, 1))
    assert s.two_way(values, 0.2).interval() == pytest.approx(s.mean_interval(values[:, 0]))
    assert s.two_way(values[:1]).interval()[1:] == (-math.inf, math.inf)


@given(LAYOUTS, st.floats(-5, 5), st.floats(0.1, 9))
def test_an_estimate_moves_and_scales_with_its_values(values: Any, shift: float, scale: float) -> None:
    for share in (None, 0.25):
        one, other = s.two_way(values, share), s.two_way(scale * values + shift, share)
        assert other.mean == pytest.approx(scale * one.mean + shift, abs=1e-9)
        assert other.error == pytest.approx(scale * one.error, rel=1e-6, abs=1e-6)


@given(LAYOUTS, st.randoms(use_true_random=False))
def test_the_order_of_seeds_and_columns_does_not_matter(values: Any, random: Any) -> None:
    seeds, columns = (random.sample(range(n), n) for n in values.shape)
    one, other = s.two_way(values, 0.25), s.two_way(values[seeds][:, columns], 0.25)
    assert other[:2] == pytest.approx(one[:2], abs=1e-9)


@pytest.mark.parametrize("case", REFERENCE["minimum_effect"])
def test_beyond_the_margin_against_scipy(case: dict[str, Any]) -> None:
    estimate, margin = s.one_way(np.array(case["values"])), s.Margin(REFERENCE["margin"] / 4)
    assert s.outside_p(estimate, margin) == pytest.approx(case["p"], rel=1e-6)
    low, high = estimate.interval()[1:]
    outside = low > margin.size or high < -margin.size
    assert (s.outside_p(estimate, margin) < s.ALPHA) == outside


@pytest.mark.parametrize("case", REFERENCE["power"])
def test_power_against_scipys_noncentral_t(case: dict[str, Any]) -> None:
    estimate = s.Estimate(case["mean"], case["error"], case["df"], case["df"] + 1)
    assert s.power(estimate, s.Margin(1.0), case["tests"]) == pytest.approx(case["power"], abs=2e-4)
    low = s.Estimate(-abs(case["mean"]), *estimate[1:])
    assert s.power(low, s.Margin(1.0, one_sided=True), case["tests"]) == pytest.approx(case["one_sided"], abs=2e-4)


def crossed(rng: np.random.Generator, seeds: float, splits: float, both: float, share: float = 0.25) -> np.ndarray:
    """Values (12, 8) of mean 0: effects of seeds, of splits that share rows, and of the two together."""
    common = share / (1 + share)
    columns = math.sqrt(common) * rng.normal() + math.sqrt(1 - common) * rng.normal(size=8)
    return seeds * rng.normal(size=(12, 1)) + splits * columns + both * rng.normal(size=(12, 8))


@pytest.mark.parametrize("spread", [(1, 0, 0.5), (0, 1, 0.5), (1, 1, 1), (0.3, 0.3, 1)])
def test_a_two_way_interval_holds_the_truth(spread: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(4)
    intervals = [s.two_way(crossed(rng, *spread), 0.25).interval() for _ in range(1000)]
    assert np.mean([low <= 0 <= high for _, low, high in intervals]) >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize("n", [6, 12, 48, 400])
def test_a_difference_within_the_margin_is_not_called_one_however_many_seeds(n: int) -> None:
    values = np.random.default_rng(5).normal(0.8, 1.0, size=(2000, n))
    p = [s.outside_p(s.one_way(one), s.Margin(1.0)) for one in values]
    assert np.mean(np.array(p) <= s.ALPHA) <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 2000)


def test_the_states() -> None:
    same, differs, wide = (s.Estimate(mean, error, 11, 12) for mean, error in ((0.0, 0.1), (2.0, 0.1), (0.5, 1.0)))
    margin, one_sided = s.Margin(1.0), s.Margin(1.0, one_sided=True)
    states = [s.decide(one, margin, s.outside_p(one, margin)) for one in (same, differs, wide)]
    assert states == ["same", "differs", "open"]
    assert s.decide(differs, margin, p=0.06) == "open"  # after Holm's correction
    assert s.decide(differs, one_sided, s.outside_p(differs, one_sided)) == "same"
    below = differs._replace(mean=-2.0)
    assert s.decide(below, one_sided, s.outside_p(below, one_sided)) == "differs"
    assert s.decide(same._replace(mean=1.0, error=0.0), margin, 1.0) == "same"
    assert s.outside_p(same._replace(mean=1.5, error=0.0), margin) == 0.0


def test_the_seeds_that_are_named_settle_what_is_open() -> None:
    rng, truth = np.random.default_rng(7), [(0.2, 1.5), (-0.1, 1.2), (1.6, 1.0)]
    pilots = [(s.Estimate(mean, spread / math.sqrt(6), 5, 6), s.Margin(1.0)) for mean, spread in truth]
    n = s.seeds_to_settle(pilots, tests=3)

    def settled() -> bool:
        estimates = [s.one_way(rng.normal(mean, spread, n)) for mean, spread in truth]
        p = s.holm([s.outside_p(one, s.Margin(1.0)) for one in estimates])
        return "open" not in [s.decide(one, s.Margin(1.0), q) for one, q in zip(estimates, p, strict=True)]

    share = np.mean([settled() for _ in range(1500)])
    assert s.SETTLED - 0.03 <= share <= 0.95  # the sum of the chances is a bound, so that it may be more


def test_no_number_of_seeds_settles_what_the_splits_leave_open() -> None:
    estimate = s.Estimate(0.5, 1.0, 11, 12, lasting=0.9)
    assert s.seeds_to_settle([(estimate, s.Margin(1.0))]) is None
    assert s.seeds_to_settle([(s.Estimate(1.0, 0.3, 11, 12), s.Margin(1.0))]) is None


ESTIMATES = st.builds(
    s.Estimate, st.floats(-9, 9), st.floats(0.01, 9), df=st.integers(1, 60), seeds=st.just(12), lasting=st.just(0.0)
)
MARGINS = st.builds(s.Margin, st.floats(0.01, 9), st.booleans())


@given(ESTIMATES, MARGINS)
def test_what_is_shown_to_be_the_same_is_never_shown_to_differ(estimate: s.Estimate, margin: s.Margin) -> None:
    p = s.outside_p(estimate, margin)
    assert 0 <= p <= 1
    if s.decide(estimate, margin, 1.0) == "same":
        assert p > s.ALPHA


@given(ESTIMATES, st.floats(0.01, 9), st.floats(0.1, 10))
def test_neither_direction_nor_unit_decides(estimate: s.Estimate, size: float, unit: float) -> None:
    p = s.outside_p(estimate, s.Margin(size))
    assert s.outside_p(estimate._replace(mean=-estimate.mean), s.Margin(size)) == p
    other = estimate._replace(mean=unit * estimate.mean, error=unit * estimate.error)
    assert s.outside_p(other, s.Margin(unit * size)) == pytest.approx(p, abs=1e-9)
    assert s.power(other, s.Margin(unit * size)) == pytest.approx(s.power(estimate, s.Margin(size)), abs=1e-5)


@given(ESTIMATES, MARGINS)
def test_more_seeds_or_a_wider_margin_do_not_make_it_harder_to_be_the_same(
    estimate: s.Estimate, margin: s.Margin
) -> None:
    if s.decide(estimate, margin, 1.0) == "same":
        assert s.decide(estimate, margin._replace(size=2 * margin.size), 1.0) == "same"
        assert s.decide(estimate._replace(df=60 + estimate.df), margin, 1.0) == "same"
