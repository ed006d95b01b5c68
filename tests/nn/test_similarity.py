"""Likeness of two networks and collapse of one, against loops and numpy.linalg."""

import math

import numpy as np
import pytest

from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.similarity import agreement, class_collapse, class_separation, jensen_shannon, linear_cka

R = 3


def activations(seed: int, n: int = 30, units: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, units, R))


def test_agreement() -> None:
    a, b = activations(0), activations(1)
    found = agreement(a, b)
    for r in range(R):
        same = [max(range(4), key=lambda k: a[i, k, r]) == max(range(4), key=lambda k: b[i, k, r]) for i in range(30)]
        assert found[r] == agreement(a[..., r], b[..., r]) == sum(same) / 30
        assert 0 < found[r] < 1
    assert (agreement(a, 3 * a + 1) == 1).all()
    units = np.array([[1.0], [-1.0], [2.0], [3.0]])
    assert agreement(units, np.array([[5.0], [2.0], [-1.0], [0.1]])) == 0.5


def test_jensen_shannon() -> None:
    a, b = log_softmax(activations(0)), log_softmax(2 * activations(1))
    found = jensen_shannon(a, b)
    for r in range(R):
        total = 0.0
        for i in range(30):
            p, q = np.exp(a[i, :, r]).tolist(), np.exp(b[i, :, r]).tolist()
            m = [(x + y) / 2 for x, y in zip(p, q, strict=True)]
            total += sum(x * math.log(x / c) + y * math.log(y / c) for x, y, c in zip(p, q, m, strict=True)) / 2
        assert found[r] == pytest.approx(total / 30, rel=1e-10)
        assert jensen_shannon(b[..., r], a[..., r]) == pytest.approx(found[r], rel=1e-12)
    assert jensen_shannon(a, a) == pytest.approx([0] * R, abs=1e-15)


def test_jensen_shannon_of_certain_answers() -> None:
    """Certain of different classes: log 2. Certain against a coin: ½ log(4/3) + ¼ log(2/3) + ¼ log 2."""
    certain, other = log_softmax(np.array([[2e4, 0.0]])), log_softmax(np.array([[0.0, 2e4]]))
    coin = np.log([[0.5, 0.5]])
    assert jensen_shannon(certain, other) == pytest.approx(math.log(2))
    by_hand = 0.5 * math.log(4 / 3) + 0.25 * math.log(2 / 3) + 0.25 * math.log(2)
    assert jensen_shannon(certain, coin) == pytest.approx(by_hand)
    with np.errstate(divide="ignore"):
        never = np.log([[1.0, 0.0]])
    assert jensen_shannon(never, never) == 0
    assert jensen_shannon(never, coin) == pytest.approx(by_hand)


def cka_by_kernels(X: np.ndarray, Y: np.ndarray) -> float:
    """The other form of linear CKA: HSIC of the centred Gram matrices over samples (Kornblith et al. 2019, eq. 3-4)."""
    H = np.eye(len(X)) - 1 / len(X)
    K, L = H @ X @ X.T @ H, H @ Y @ Y.T @ H
    return np.trace(K @ L) / math.sqrt(np.trace(K @ K) * np.trace(L @ L))


@pytest.mark.parametrize("units", [(4, 4), (1, 6), (40, 3), (90, 3), (4, 200), (130, 120)])
def test_linear_cka(units: tuple[int, int]) -> None:
    X, Y = (activations(s, units=u) for s, u in enumerate(units))
    found = linear_cka(X, Y)
    for r in range(R):
        assert found[r] == pytest.approx(cka_by_kernels(X[..., r], Y[..., r]), rel=1e-10)
        assert linear_cka(Y[..., r], X[..., r]) == pytest.approx(found[r], rel=1e-12)


def test_cka_does_not_see_turning_scaling_and_shifting() -> None:
    X = activations(0)[..., 0]
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    assert linear_cka(X, 3 * X @ turn - 7) == pytest.approx(1)
    assert linear_cka(X, X * [1, 1, 1, 20]) < 0.9


def test_cka_of_what_does_not_vary() -> None:
    X = activations(0)
    Y = X.copy()
    Y[..., 1] = 2.0
    assert np.isnan(linear_cka(X, Y)).tolist() == [False, True, False]


def nc1_by_loops(H: np.ndarray, y: np.ndarray) -> float:
    """Papyan et al. 2020 with the covariances written out and numpy's pseudo-inverse."""
    classes = sorted(set(y.tolist()))
    means = {c: sum(h for h, k in zip(H, y, strict=True) if k == c) / (y == c).sum() for c in classes}
    centre = sum(means.values()) / len(classes)
    within = sum(np.outer(h - means[c], h - means[c]) for h, c in zip(H, y.tolist(), strict=True)) / len(H)
    between = sum(np.outer(m - centre, m - centre) for m in means.values()) / len(classes)
    return np.trace(within @ np.linalg.pinv(between, rcond=1e-10)) / len(classes)


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("units", [1, 4, 40])
@pytest.mark.parametrize("missing", [False, True])
def test_collapse(classes: int, units: int, missing: bool) -> None:
    H, y = activations(0, units=units), np.arange(30) % classes
    H[..., 0] += 10 * y[:, None]
    if missing:
        y = y + (y > 0)  # no sample of class 1
    found = class_collapse(H, y)
    for r in range(R):
        assert found[r] == pytest.approx(nc1_by_loops(H[..., r], y), rel=1e-8)
        assert class_collapse(H[..., r], y) == pytest.approx(found[r], rel=1e-12)


def test_collapse_by_hand() -> None:
    """One unit, class means 0 and 4, samples 1 off: Σ_W = 1, Σ_B = 4, K = 2."""
    y = np.array([0, 0, 1, 1])
    assert class_collapse(np.array([[-1.0], [1.0], [3.0], [5.0]]), y) == pytest.approx(1 / 8)
    assert class_collapse(np.array([[0.0], [0.0], [4.0], [4.0]]), y) == 0
    assert np.isnan(class_collapse(np.array([[-1.0], [1.0], [-1.0], [1.0]]), y))
    assert np.isnan(class_collapse(np.array([[-1.0], [1.0]]), np.array([2, 2])))


def test_a_diverged_member_gives_nan_and_leaves_the_others() -> None:
    X, Y, y = activations(0), activations(1), np.arange(30) % 3
    X[..., 1] = np.nan
    for found in (linear_cka(X, Y), class_collapse(X, y), jensen_shannon(log_softmax(X), log_softmax(Y))):
        assert np.isnan(found).tolist() == [False, True, False]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e6 / 7, 1e-9])
@pytest.mark.parametrize("n", [30, 1000])
def test_constant_activations_have_no_similarity_collapse_or_separation(value: float, n: int) -> None:
    """Their mean is off by rounding, which is no variance; a variance of a millionth is one."""
    y, rng = np.arange(n) % 3, np.random.default_rng(0)
    constant = np.full((n, 5), value) * [1, 2, 3, 0.7, 1.1]
    varied = constant * (1 + 1e-6 * rng.normal(size=(n, 5)))
    both = np.stack([constant, varied], axis=-1)
    other = rng.normal(size=(n, 5, 2))
    for found in (linear_cka(both, other), class_collapse(both, y), class_separation(both, y)):
        assert np.isnan(found).tolist() == [True, False]
    assert np.isnan(linear_cka(constant, other[..., 0]))
    means = constant * (1.0 + y[:, None])
    assert np.isinf(class_separation(means, y))
    assert class_collapse(means, y) == pytest.approx(0, abs=1e-20)
