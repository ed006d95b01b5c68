"""Gap, margin, scores, calibration and temperature, against loops over the samples and cases worked by hand."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lsexplorer.nn import metrics
from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.metrics import evaluate, expected_calibration_error, log_probabilities, two_classes
from tests.support.formulas import ece_by_loops
from tests.support.helpers import same_bits

R = 4


def spread_of(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    return metrics.gap_spread(metrics.logit_gaps(z, y), y)


def bank(seed: int = 0, n: int = 40, K: int = 3, missing: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, K, R) of networks of unlike spread, all right and wrong at times, and classes; one may be missing."""
    rng = np.random.default_rng(seed)
    y = rng.choice([k for k in range(K) if k != missing], size=n)
    z = rng.normal(size=(n, K, R)) * [0.3, 1.0, 2.0, 4.0]
    z[np.arange(n), y] += 2.0
    z[::5] = -z[::5]
    return z, y


def members(measure: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """The bank's result, after checking that every member's is what it gets alone."""
    together = measure(*arrays)
    for r in range(R):
        alone = measure(*(a[..., r] if a.ndim > 1 else a for a in arrays))
        np.testing.assert_allclose(together[..., r], alone, rtol=1e-12, atol=1e-15)
    return together


@pytest.mark.parametrize("missing", [None, 0, 2])
def test_gap_margin_and_spread(missing: int | None) -> None:
    z, y = bank(missing=missing)
    gaps, margins = members(metrics.logit_gaps, z, y), members(metrics.margins, z, y)
    spread = members(spread_of, z, y)
    for r in range(R):
        mine = []
        for i, c in enumerate(y):
            others = [float(z[i, k, r]) for k in range(3) if k != c]
            mine.append(float(z[i, c, r]) - sum(others) / 2)
            assert gaps[i, r] == pytest.approx(mine[-1], rel=1e-12, abs=1e-12)
            assert margins[i, r] == pytest.approx(float(z[i, c, r]) - max(others), rel=1e-12, abs=1e-12)
        squares = 0.0
        for c in set(y.tolist()):
            inside = [g for g, k in zip(mine, y, strict=True) if k == c]
            squares += sum((g - sum(inside) / len(inside)) ** 2 for g in inside)
        assert spread[r] == pytest.approx(math.sqrt(squares / len(y)), rel=1e-10)


def test_gaps_by_hand() -> None:
    """Gaps 2, 4 and 1: within class 0 they lie 1 from their mean, in class 1 there is one alone."""
    z, y = np.array([[2.0, 0, 0], [5, 1, 1], [0, 1.5, 1]]), np.array([0, 0, 1])
    assert metrics.logit_gaps(z, y).tolist() == [2, 4, 1]
    assert metrics.margins(z, y).tolist() == [2, 4, 0.5]
    assert spread_of(z, y) == pytest.approx(math.sqrt(2 / 3))
    assert spread_of(z[2:], y[2:]) == 0


def test_a_single_unit_is_two_classes() -> None:
    z, y = np.array([[3.0], [-1.0], [0.0]]), np.array([1, 1, 0])
    assert metrics.logit_gaps(z, y).tolist() == metrics.margins(z, y).tolist() == [3, -1, 0]
    assert metrics.correct(z, y).tolist() == [True, False, True]
    bank_of_units = np.stack([z, -z], axis=-1)
    assert metrics.margins(bank_of_units, y).tolist() == [[3, -3], [-1, 1], [0, 0]]
    assert metrics.correct(bank_of_units, y).tolist() == [[True, False], [False, True], [True, True]]


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_scores_are_those_of_an_evaluation(output: str) -> None:
    z, y = bank(3)
    o = 1 / (1 + np.exp(-z)) if output == "sigmoid" else np.exp(log_softmax(z))
    log_p = log_probabilities(z, o, output)
    right, sure = members(metrics.correct, z, y), members(metrics.confidence, log_p)
    found = {
        "accuracy": right.mean(axis=0),
        "nll": members(metrics.negative_log_likelihood, log_p, y),
        "brier": members(metrics.brier_score, log_p, y),
        "ece": members(expected_calibration_error, sure, right),
        "mean_confidence": sure.mean(axis=0),
        "logit_gap": members(metrics.logit_gaps, z, y).mean(axis=0),
    }
    for r in range(R):
        alone = evaluate(z[..., r], o[..., r], y, output=output, loss=0.0)
        for name, values in found.items():
            assert values[r] == pytest.approx(alone[name], rel=1e-10), name


def test_brier_and_likelihood_by_hand() -> None:
    """(.7 .2 .1) for class 0: .09 + .04 + .01; for class 2: .49 + .04 + .81."""
    log_p = np.log([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1]])
    y = np.array([0, 2])
    assert metrics.brier_score(log_p, y) == pytest.approx((0.14 + 1.34) / 2)
    assert metrics.negative_log_likelihood(log_p, y) == pytest.approx(-(math.log(0.7) + math.log(0.1)) / 2)


def test_of_equal_logits_the_first_counts() -> None:
    z = np.zeros((3, 3))
    assert metrics.correct(z, np.array([0, 1, 2])).tolist() == [True, False, False]
    assert metrics.margins(z, np.array([0, 1, 2])).tolist() == [0, 0, 0]


def test_confidence_of_the_wrong_answers() -> None:
    sure = np.array([[0.9, 0.4], [0.6, 0.5], [0.7, 0.8]])
    right = np.array([[True, True], [False, True], [False, True]])
    found = members(
        metrics.wrong_confidence, np.tile(sure, 2), np.tile(right, 2)
    )  # the second network answers nothing wrongly
    assert found[0] == found[2] == pytest.approx(0.65)
    assert np.isnan(found[[1, 3]]).all()


def adaptive_by_loops(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Bins of equal mass, the first ones a sample larger where it does not divide; ties go where the first goes."""
    rows = sorted(zip(confidence, right, strict=True))
    n, total, at = len(rows), 0.0, 0
    bins = min(bins, n)
    bin_of: dict[float, int] = {}
    for b in range(bins):
        size = n // bins + (b < n % bins)
        for c, _ in rows[at : at + size]:
            bin_of.setdefault(c, b)
        at += size
    for b in range(bins):
        inside = [(c, r) for c, r in rows if bin_of[c] == b]
        total += abs(sum(r for _, r in inside) - sum(c for c, _ in inside))
    return total / n


@pytest.mark.parametrize("n", [1, 2, 14, 15, 16, 29, 30, 77])
def test_calibration_errors(n: int) -> None:
    rng = np.random.default_rng(n)
    sure = rng.uniform(0.3, 1, (n, R)).round(1)  # with ties
    right = rng.random((n, R)) < 0.6
    equal_mass = members(metrics.adaptive_calibration_error, sure, right)
    equal_width = members(expected_calibration_error, sure, right)
    for r in range(R):
        lists = sure[:, r].tolist(), right[:, r].tolist()
        assert equal_mass[r] == pytest.approx(adaptive_by_loops(*lists), abs=1e-12)
        assert equal_width[r] == pytest.approx(ece_by_loops(*lists), abs=1e-12)
    mixed = rng.permutation(n)
    np.testing.assert_allclose(metrics.adaptive_calibration_error(sure[mixed], right[mixed]), equal_mass, atol=1e-15)


def test_bins_of_equal_mass_by_hand() -> None:
    """Fifteen wrong at .2 and fifteen right at .8 make fifteen pairs, .2 off in all but the mixed one.

    Ties make one bin of each fifteen instead.
    """
    sure, right = np.repeat([0.2, 0.8], 15), np.repeat([False, True], 15)
    apart = sure + 1e-9 * np.arange(30)
    assert metrics.adaptive_calibration_error(apart, right) == pytest.approx(28 * 0.2 / 30, abs=1e-7)
    assert metrics.adaptive_calibration_error(sure, right) == pytest.approx(0.2)
    assert expected_calibration_error(sure, right) == pytest.approx(0.2)


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_equal_confidences_stay_in_one_bin(n: int) -> None:
    """All at .9, nine of ten right: no error, however the answers are ordered."""
    right = np.arange(n) % 10 > 0
    assert metrics.adaptive_calibration_error(np.full(n, 0.9), right) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_temperature_has_the_least_likelihood(seed: int) -> None:
    z, y = bank(seed, n=60)
    log_p = log_softmax(z)
    T = members(metrics.best_temperature, log_p, y)
    grid = np.exp(np.linspace(math.log(0.2), math.log(5), 2001))
    for r in range(R):
        values = [metrics.negative_log_likelihood(log_softmax(z[..., r] / t), y) for t in grid]
        assert T[r] == pytest.approx(grid[int(np.argmin(values))], rel=0.004)
        best = metrics.negative_log_likelihood(metrics.at_temperature(log_p[..., r], T[r]), y)
        assert best <= min(values) + 1e-15
        np.testing.assert_allclose(metrics.at_temperature(log_p, T)[..., r], log_softmax(z[..., r] / T[r]), rtol=1e-12)
    assert same_bits(metrics.correct(metrics.at_temperature(log_p, T), y), metrics.correct(z, y))


def test_a_temperature_is_found_again() -> None:
    """Classes drawn from softmax(z), answers of 4 z: the temperature is 4."""
    rng = np.random.default_rng(0)
    z = rng.normal(0, 2, (20_000, 3))
    y = (np.cumsum(np.exp(log_softmax(z)), axis=1) < rng.random((20_000, 1))).sum(axis=1)
    log_p = log_softmax(4 * z)
    T = metrics.best_temperature(log_p, y)
    assert pytest.approx(4, rel=0.03) == T
    calm = metrics.at_temperature(log_p, T)
    right = metrics.correct(z, y)
    assert expected_calibration_error(metrics.confidence(calm), right) < 0.02
    assert expected_calibration_error(metrics.confidence(log_p), right) > 0.1


def test_a_temperature_by_hand() -> None:
    """Two thirds right at odds of e³: the best odds are 2, so T = 3 / log 2."""
    log_p, y = log_softmax(np.array([[3.0, 0.0]] * 3)), np.array([0, 0, 1])
    assert metrics.best_temperature(log_p, y) == pytest.approx(3 / math.log(2), rel=1e-12)


def test_temperatures_without_a_minimum_are_at_the_ends() -> None:
    log_p = log_softmax(np.stack([[[2.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [1.0, 0.0]]], axis=-1))
    assert metrics.best_temperature(log_p, np.array([0, 1])) == pytest.approx([0.2, 5.0], rel=1e-9)
    certain = log_softmax(np.array([[1e4, 0.0], [0.0, 1e4]]))
    assert metrics.best_temperature(certain, np.array([0, 1])) == pytest.approx(5.0)


def test_a_diverged_member_gives_nan_and_leaves_the_others() -> None:
    z, y = bank(1)
    z[..., 2] = np.nan
    log_p = log_softmax(z)
    sure, right = metrics.confidence(log_p), metrics.correct(z, y)
    for found in (
        metrics.negative_log_likelihood(log_p, y),
        metrics.brier_score(log_p, y),
        metrics.best_temperature(log_p, y),
        metrics.adaptive_calibration_error(sure, right),
        metrics.wrong_confidence(sure, right),
        spread_of(z, y),
        expected_calibration_error(sure, right),
    ):
        assert np.isnan(found).tolist() == [False, False, True, False]


def test_two_classes_of_a_bank() -> None:
    assert two_classes(np.ones((5, 1, R))).shape == (5, 2, R)
