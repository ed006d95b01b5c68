"""Selective prediction, against loops over coverages and over pairs of samples."""

import itertools

import numpy as np
import pytest

from lsexplorer.nn.selective import area_under_risk_coverage, failure_auroc

R = 3


def aurc_by_loops(sure: np.ndarray, right: np.ndarray) -> float:
    """The mean over m of the error rate of the m most confident; ties by averaging over all orders of the samples."""
    orders = [
        order
        for order in itertools.permutations(range(len(sure)))
        if all(sure[a] >= sure[b] for a, b in itertools.pairwise(order))
    ]
    total = 0.0
    for order in orders:
        total += sum(sum(not right[i] for i in order[:m]) / m for m in range(1, len(sure) + 1)) / len(sure)
    return total / len(orders)


def auroc_by_loops(sure: np.ndarray, right: np.ndarray) -> float:
    pairs = [(a, b) for a, r in zip(sure, right, strict=True) if r for b, s in zip(sure, right, strict=True) if not s]
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs) if pairs else float("nan")


@pytest.mark.parametrize("digits", [1, 6], ids=["ties", "no ties"])
@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("seed", range(4))
def test_against_loops(n: int, digits: int, seed: int) -> None:
    rng = np.random.default_rng((seed, n))
    sure, right = rng.uniform(0.5, 1, (n, R)).round(digits), rng.random((n, R)) < 0.6
    aurc, auroc = area_under_risk_coverage(sure, right), failure_auroc(sure, right)
    for r in range(R):
        lists = sure[:, r].tolist(), right[:, r].tolist()
        assert aurc[r] == pytest.approx(aurc_by_loops(*lists), abs=1e-12)
        assert auroc[r] == pytest.approx(auroc_by_loops(*lists), abs=1e-12, nan_ok=True)
        assert area_under_risk_coverage(sure[:, r], right[:, r]) == aurc[r]
        assert failure_auroc(sure[:, r], right[:, r]) == pytest.approx(auroc[r], nan_ok=True)


def test_by_hand() -> None:
    """The wrong one last: risks 0, 0, 0, ¼. The wrong one first: 1, ½, ⅓, ¼. All equal: ¼ throughout."""
    right = np.array([True, True, True, False])
    last, first = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0.6, 0.7, 0.8, 0.9])
    assert area_under_risk_coverage(last, right) == pytest.approx(1 / 16)
    assert area_under_risk_coverage(first, right) == pytest.approx(25 / 48)
    assert area_under_risk_coverage(np.full(4, 0.7), right) == pytest.approx(1 / 4)
    assert (failure_auroc(last, right), failure_auroc(first, right)) == (1, 0)
    assert failure_auroc(np.full(4, 0.7), right) == 0.5


def test_all_right_and_all_wrong() -> None:
    sure = np.array([0.9, 0.8, 0.9])
    for right, area in ((np.ones(3, bool), 0), (np.zeros(3, bool), 1)):
        assert area_under_risk_coverage(sure, right) == area
        assert np.isnan(failure_auroc(sure, right))


def test_a_diverged_member_gives_nan_and_leaves_the_others() -> None:
    sure, right = np.array([[0.9, np.nan], [0.7, np.nan]]), np.array([[True, True], [False, False]])
    assert failure_auroc(sure, right).tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert area_under_risk_coverage(sure, right).tolist() == pytest.approx([0.25, np.nan], nan_ok=True)
