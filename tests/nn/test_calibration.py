"""The bias of a calibration error, the one without it, and cross-validated temperatures: by loops and by simulation."""

import itertools

import numpy as np
import pytest

from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.calibration import cross_scaled, debiased_calibration_error, error_if_calibrated, rows_fitted
from lsexplorer.nn.metrics import at_temperature, best_temperature, expected_calibration_error
from tests.support.formulas import ece_by_loops

R = 3


def swept_by_loops(sure: np.ndarray, right: np.ndarray) -> float:
    """Roelofs et al. 2022, algorithm 1 with p = 1; samples of one confidence are in the bin of the first of them."""
    order = sorted(range(len(sure)), key=lambda i: sure[i])
    error = 0.0
    for b in range(1, len(sure) + 1):
        sizes = [len(sure) * (i + 1) // b - len(sure) * i // b for i in range(b)]
        bins, place = [[] for _ in range(b)], [i for i, size in enumerate(sizes) for _ in range(size)]
        for rank, i in enumerate(order):
            tied = next(k for k in range(len(order)) if sure[order[k]] == sure[i])
            bins[place[min(rank, tied)]].append(i)
        filled = [inside for inside in bins if inside]
        heights = [np.mean([right[i] for i in inside]) for inside in filled]
        if any(a > b for a, b in itertools.pairwise(heights)):
            break
        error = sum(abs(sum(right[i] - sure[i] for i in inside)) for inside in filled) / len(sure)
    return error


@pytest.mark.parametrize("digits", [1, 6], ids=["ties", "no ties"])
@pytest.mark.parametrize("n", [1, 2, 9, 40])
@pytest.mark.parametrize("seed", range(3))
def test_the_sweep_against_loops(n: int, digits: int, seed: int) -> None:
    rng = np.random.default_rng((seed, n))
    sure = rng.uniform(0.4, 1, (n, R)).round(digits)
    right = rng.random((n, R)) < sure
    found = debiased_calibration_error(sure, right)
    for r in range(R):
        assert found[r] == pytest.approx(swept_by_loops(sure[:, r], right[:, r]), abs=1e-12)
        assert debiased_calibration_error(sure[:, r], right[:, r]) == found[r]


@pytest.mark.parametrize("right", [True, False])
def test_all_right_or_all_wrong_has_no_bias_to_take_off(right: bool) -> None:
    sure = np.array([0.9, 0.6, 0.75, 0.99])
    answers = np.full(4, right)
    assert debiased_calibration_error(sure, answers) == pytest.approx(np.abs(answers - sure).mean())


def calibrated(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sure = rng.uniform(0.5, 1, (n, 200))
    return sure, rng.random((n, 200)) < sure


@pytest.mark.parametrize("n", [30, 300])
def test_of_a_calibrated_network_ece_is_the_bias_that_is_expected(n: int) -> None:
    sure, right = calibrated(n, seed=1)
    expected = error_if_calibrated(sure)
    assert expected.mean() == pytest.approx(expected_calibration_error(sure, right).mean(), rel=0.1)
    assert expected == pytest.approx(error_if_calibrated(sure))  # the same draws each time
    assert debiased_calibration_error(sure, right).mean() < 0.85 * expected.mean()


def test_the_bias_against_loops() -> None:
    sure = np.sort(np.random.default_rng(0).uniform(0.5, 1, 25))
    draws = np.random.default_rng(0).random((25, 100))
    by_hand = [ece_by_loops(sure, draws[:, k] < sure) for k in range(100)]
    assert error_if_calibrated(sure) == pytest.approx(np.mean(by_hand))
    assert error_if_calibrated(sure[::-1]) == error_if_calibrated(sure)


def test_a_miscalibrated_networks_error_is_kept() -> None:
    rng = np.random.default_rng(2)
    sure = rng.uniform(0.5, 1, (2000, 20))
    right = rng.random((2000, 20)) < sure - 0.2
    assert debiased_calibration_error(sure, right) == pytest.approx(0.2, abs=0.04)


def test_each_fifth_is_scaled_by_the_temperature_of_the_others() -> None:
    rng = np.random.default_rng(0)
    log_p, y = log_softmax(rng.normal(0, 3, (23, 3, R))), rng.integers(0, 3, 23)
    scaled = cross_scaled(log_p, y)
    for fold in range(5):
        rest = [i for i in range(23) if i % 5 != fold]
        T = best_temperature(log_p[rest], y[rest])
        assert scaled[fold::5] == pytest.approx(at_temperature(log_p[fold::5], T))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_fewer_samples_than_folds(n: int) -> None:
    log_p = log_softmax(np.random.default_rng(0).normal(size=(n, 3, R)))
    assert np.isfinite(cross_scaled(log_p, np.zeros(n, dtype=np.int64))).all()


def test_folds_without_an_error_still_have_a_bounded_temperature() -> None:
    log_p = log_softmax(np.tile([[4.0, 0.0], [0.0, 4.0]], (10, 1)))
    scaled = cross_scaled(log_p, np.tile([0, 1], 10))
    assert scaled == pytest.approx(at_temperature(log_p, 0.2))


def test_a_diverged_member_gives_nan_and_leaves_the_others() -> None:
    sure, right = calibrated(20, seed=3)
    sure[3, 1] = np.nan
    for found in (error_if_calibrated(sure[:, :3]), debiased_calibration_error(sure[:, :3], right[:, :3])):
        assert np.isnan(found).tolist() == [False, True, False]


def test_temperatures_are_fitted_to_some_of_very_many_samples() -> None:
    assert np.array_equal(rows_fitted(50_000, 10), np.arange(50_000))
    assert len(rows_fitted(10_000, 100)) == len(rows_fitted(50_000, 1000)) == 2000
    some = rows_fitted(100_000, 10)
    assert len(some) == 20_000
    assert (some[0], some[-1]) == (0, 99_999)
    assert len(np.unique(np.diff(some))) <= 2


def test_few_samples_find_nearly_the_temperature_of_all() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(6000, 100)) * 2
    y = (z + rng.gumbel(size=z.shape)).argmax(axis=1)  # calibrated as it is
    log_p = 1.5 * log_softmax(z)
    scaled = cross_scaled(log_p[..., None], y)[..., 0]
    known = -log_softmax(z)[np.arange(len(y)), y].mean()
    assert -scaled[np.arange(len(y)), y].mean() == pytest.approx(known, abs=0.002)


@pytest.mark.parametrize("classes", [2, 3, 12])
def test_a_networks_temperature_is_its_own_to_the_last_bit(classes: int) -> None:
    """Whichever networks are beside it, and whichever of them are done before it."""
    rng = np.random.default_rng(classes)
    y = rng.integers(0, classes, 57)
    z = rng.normal(size=(57, classes, 9)) * np.linspace(0.8, 2.5, 9) + 2 * np.eye(classes)[y][..., None]
    log_p = log_softmax(z)
    together = best_temperature(log_p, y)
    assert len(np.unique(together)) > 5
    for some in ([4], [0], [8, 2], [3, 4, 5, 6]):
        assert best_temperature(log_p.take(some, axis=-1), y).tolist() == together[some].tolist()
    assert best_temperature(log_p[..., 4], y) == together[4]
