"""The article's worked numbers, and the identities behind its claims."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.activations import OUTPUTS, softmax
from lsexplorer.nn.losses import LOSSES, signal_of
from tests.support.helpers import dataset, trainer

seeds = st.integers(0, 2**32 - 1)


def with_outputs(o: np.ndarray, **hyperparameters: Any) -> ls.Trainer:
    """A Trainer without a hidden layer whose outputs are o, whatever the input; its samples are of class 1."""
    data = dataset(np.zeros((1, 2)), [0])
    t = trainer(data, hidden=(), learning_rate=0.01, **hyperparameters)
    t.network.weights = [np.zeros((2, 3))]
    t.network.biases = [np.log(o)]
    return t


@pytest.mark.parametrize(
    ("output", "soft_targets", "move"),
    [(0.75, None, 0.0025), (0.97, None, 0.0003), (0.75, 0.8, 0.0005), (0.97, 0.8, -0.0017)],
)
def test_worked_numbers_of_the_update(output: float, soft_targets: float | None, move: float) -> None:
    rest = (1 - output) / 2
    t = with_outputs([output, rest, rest], soft_targets=soft_targets)
    node = t.deltas().node("o1")
    assert node.output == pytest.approx(output, abs=1e-15)
    assert node.move == pytest.approx(move, abs=1e-16)
    before = t.network.biases[0][0]
    t.step()
    assert t.network.biases[0][0] - before == pytest.approx(move, abs=1e-16)


def test_worked_targets() -> None:
    assert_allclose(ls.smooth_labels(np.eye(3), 0.1)[0], [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3], rtol=1e-15)
    assert_allclose(ls.smooth_labels(np.eye(2), 0.2), [[0.9, 0.1], [0.1, 0.9]], rtol=1e-15)


def test_the_diagonal_form_pushes_a_wrong_class_the_other_way() -> None:
    o, t = np.array([[0.9, 0.05, 0.05]]), np.array([[0.0, 1.0, 0.0]])
    exact = signal_of("softmax", "mse").value(t, np.log(o), o)[0]
    diagonal = signal_of("softmax", "mse", "diagonal").value(t, np.log(o), o)[0]
    assert np.round(exact, 4).tolist() == [-0.1215, 0.0858, 0.0358]
    assert np.round(diagonal, 4).tolist() == [-0.081, 0.0451, -0.0024]
    # And so says the table, with the class put first.
    for jacobian, signals in (("exact", exact), ("diagonal", diagonal)):
        table = with_outputs([0.05, 0.9, 0.05], loss="mse", softmax_jacobian=jacobian).deltas()
        assert_allclose([table.node(f"o{k}").signal for k in (1, 2, 3)], signals[[1, 0, 2]], rtol=1e-12)


def cross_entropy(t: ls.Trainer, z: np.ndarray) -> np.ndarray:
    return LOSSES["cross_entropy"].value(t, z, softmax(z))


@given(seed=seeds, a=st.floats(0, 1), K=st.integers(2, 8))
def test_smoothing_is_a_penalty_on_the_gap_and_a_pull_to_the_uniform(seed: int, a: float, K: int) -> None:
    """LS = CE + a(z_y − mean z) = (1−a)·CE + a·KL(u‖o) + a·log K."""
    rng = np.random.default_rng(seed)
    z, y = rng.normal(0, 3, (4, K)), rng.integers(K, size=4)
    hard = np.eye(K)[y]
    smoothed, plain = cross_entropy(ls.smooth_labels(hard, a), z), cross_entropy(hard, z)
    own = z[np.arange(4), y]
    assert_allclose(smoothed, plain + a * (own - z.mean(axis=1)), rtol=1e-12, atol=1e-12)
    o = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    divergence = (np.log(1 / K) - np.log(o)).mean(axis=1)
    assert_allclose(smoothed, (1 - a) * plain + a * divergence + a * np.log(K), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("loss", ["cross_entropy", "mae", "focal"])
@given(seed=seeds)
def test_hard_targets_give_softmax_losses_of_the_class_a_target_minus_output_factor(loss: str, seed: int) -> None:
    """A loss of o_y alone gives g(o_y)·(t − o)."""
    rng = np.random.default_rng(seed)
    z, t = rng.normal(0, 2, (1, 4)), np.eye(4)[rng.integers(4, size=1)]
    o = softmax(z)
    ratio = (signal_of("softmax", loss).value(t, z, o) / (t - o))[0]
    assert_allclose(ratio, ratio[0], rtol=1e-9)
    assert ratio[0] > 0


@pytest.mark.parametrize("loss", ["mae", "focal"])
def test_smoothing_breaks_that_factor_for_focal_and_mae(loss: str) -> None:
    z = np.array([[1.0, -1.0, 0.3, 0.0]])
    t, o = ls.smooth_labels(np.eye(4)[:1], 0.2), softmax(z)
    ratio = (signal_of("softmax", loss).value(t, z, o) / (t - o))[0]
    assert np.ptp(ratio) > 0.1


@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "mae"), ("identity", "mae"), ("identity", "hinge")])
def test_mae_and_hinge_signals_do_not_grow_with_the_error(output: str, loss: str) -> None:
    t = np.eye(3)[:1]
    near, far = np.array([[-0.1, 0.1, 0.0]]), np.array([[-0.2, 0.2, 0.0]])
    signal = signal_of(output, loss).value
    o_near, o_far = OUTPUTS[output](near), OUTPUTS[output](far)
    slopes: dict[str, Callable[[np.ndarray], np.ndarray]] = {"sigmoid": lambda o: o * (1 - o), "identity": np.ones_like}
    slope = slopes[output]
    assert_allclose(signal(t, near, o_near) / slope(o_near), signal(t, far, o_far) / slope(o_far), rtol=1e-12)


def test_without_smoothing_separable_data_lets_weights_grow_and_smoothing_stops_them() -> None:
    data = dataset([[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1], classes=2)
    norms = {}
    for a in (0.0, 0.1):
        t = trainer(data, hidden=(), learning_rate=1.0, label_smoothing=a)
        t.step(500)
        half = np.linalg.norm(t.network.weights[0])
        t.step(500)
        norms[a] = half, np.linalg.norm(t.network.weights[0])
    assert norms[0.0][1] > norms[0.0][0] + 0.3
    assert norms[0.1][1] == pytest.approx(norms[0.1][0], rel=1e-6)
