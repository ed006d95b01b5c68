"""What each regulariser of the logits adds to the signal is minus the slope of what it adds to the loss."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.losses import signal_of
from lsexplorer.nn.regularization import added_signals, signal_rule
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import smooth_labels
from tests.support import formulas
from tests.support.helpers import PAIRS, fitting_means

ON_SIGNALS = [name for name, entry in REGULARIZERS.items() if entry.signal]
seeds = st.integers(0, 2**32 - 1)


def draw(seed: int, K: int, spread: float, soft: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    t = rng.dirichlet(np.ones(K), size=4) if soft else np.eye(K)[rng.integers(K, size=4)]
    return t, rng.normal(0, spread, (4, K))


def added(name: str, t: Any, z: Any, strength: float = 0.1, margin: float = 1.0) -> np.ndarray:
    """What one regulariser adds to the signal of a softmax with cross-entropy."""
    (rule,) = added_signals([ls.Hyperparameters(**{name: strength}, margin=margin)]).values()
    z = np.asarray(z, dtype=float)
    return rule(np.asarray(t, dtype=float), z, OUTPUTS["softmax"](z))


@pytest.mark.parametrize("name", ON_SIGNALS)
@given(
    seed=seeds,
    K=st.integers(2, 6),
    spread=st.floats(0.1, 2.0),
    soft=st.booleans(),
    strength=st.floats(0.01, 5.0),
    margin=st.floats(0.01, 3.0),
)
def test_each_alone_by_finite_differences(
    name: str, seed: int, K: int, spread: float, soft: bool, strength: float, margin: float
) -> None:
    t, z = draw(seed, K, spread, soft)
    good = formulas.smooth_logits(z, margin)
    assume(good.any())
    slope = formulas.slopes(lambda x: formulas.penalty(name, strength, t, x, margin), z)
    assert_allclose(added(name, t, z, strength, margin)[good], -slope[good], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@given(seed=seeds, K=st.integers(2, 6), spread=st.floats(0.1, 1.5))
def test_all_that_fit_together_with_the_loss_by_finite_differences(
    output: str, loss: str, seed: int, K: int, spread: float
) -> None:
    t, z = draw(seed, K, spread, soft=loss != "hinge")
    means = {name: value for name, value in fitting_means(output, loss).items() if name in ON_SIGNALS}
    good = formulas.smooth_samples(loss, t, z, OUTPUTS[output](z)) & formulas.smooth_logits(z)
    assume(good.any())

    def whole(x: np.ndarray) -> np.ndarray:
        penalties = sum(formulas.penalty(name, value, t, x) for name, value in means.items())
        return formulas.loss(loss, t, formulas.output(output, x)) + penalties

    signal = signal_rule([ls.Hyperparameters(output=output, loss=loss, **means)])(t, z, OUTPUTS[output](z))
    assert_allclose(signal[good], -formulas.slopes(whole, z)[good], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ON_SIGNALS)
@pytest.mark.parametrize("z", [[[1e4, -1e4, 0.0]], [[1e4, 1e4, 1e4]], [[-1e4, 0.0, 0.0]], [[40.0, 0.0, -40.0]]])
@pytest.mark.parametrize("strength", [0.5, 1.0, 20.0])
def test_extreme_logits_give_numbers(name: str, z: list[list[float]], strength: float) -> None:
    for y in range(3):
        assert np.isfinite(added(name, np.eye(3)[[y]], z, strength)).all()


def test_of_equal_logits_the_first_is_the_largest() -> None:
    assert_allclose(added("max_suppression", [[0, 1, 0]], [[2, 5, 5]], 0.3), [[0.1, -0.2, 0.1]])
    assert_allclose(added("margin_smoothing", [[0, 1, 0]], [[2, 5, 5]], 0.3), [[0.3, -0.3, 0]])


def test_a_logit_just_the_margin_below_is_not_penalised() -> None:
    assert not added("margin_smoothing", [[1, 0]], [[3, 1]], margin=2.0).any()
    assert added("margin_smoothing", [[1, 0]], [[3, 1]], margin=1.99).tolist() == [[-0.1, 0.1]]


def test_margin_smoothing_without_a_margin_is_max_suppression_of_k_times_the_strength() -> None:
    t, z = draw(1, 5, 2.0, soft=False)
    assert_allclose(added("margin_smoothing", t, z, 0.1, margin=0.0), added("max_suppression", t, z, 0.5), rtol=1e-12)


def test_max_suppression_is_label_smoothing_where_the_class_has_the_largest_logit() -> None:
    """Smoothing is cross-entropy + a(z_y − mean z)."""
    _, z = draw(2, 4, 2.0, soft=False)
    t = np.eye(4)[z.argmax(axis=1)]
    o = OUTPUTS["softmax"](z)
    assert_allclose((t - o) + added("max_suppression", t, z, 0.2), smooth_labels(t, 0.2) - o, atol=1e-15)


def test_focal_gamma_on_cross_entropy_is_the_focal_loss() -> None:
    t, z = draw(3, 4, 2.0, soft=True)
    o = OUTPUTS["softmax"](z)
    focal = signal_of("softmax", "focal").value(t, z, o)
    assert_allclose((t - o) + added("focal_gamma", t, z, 2.0), focal, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("K", "gap"), [(10, 4.724), (3, 3.776)])
def test_where_the_logit_penalty_and_cross_entropy_are_at_rest(K: int, gap: float) -> None:
    """On separable data: g = (1 − o_y)/β · K/(K − 1), with z_y = g(K − 1)/K and the others −g/K."""
    t = np.eye(K)[[0]]
    z = gap * (t - 1 / K)
    signal = t - OUTPUTS["softmax"](z) + added("logit_penalty", t, z, 0.0174)
    assert abs(signal).max() < 3e-5
