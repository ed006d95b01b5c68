"""Every loss value is the textbook's, and every signal is minus its slope in the logits."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from lsexplorer.nn.activations import OUTPUTS
from lsexplorer.nn.losses import LOSSES, signal_of
from tests.support import formulas
from tests.support.helpers import PAIRS, same_bits

seeds = st.integers(0, 2**32 - 1)
classes = st.integers(2, 6)
spreads = st.floats(0.1, 4.0)


def draw(seed: int, K: int, spread: float, soft: bool, n: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Targets (hard, or soft without a zero) and logits."""
    rng = np.random.default_rng(seed)
    t = rng.dirichlet(np.ones(K), size=n) if soft else np.eye(K)[rng.integers(K, size=n)]
    return t, rng.normal(0, spread, (n, K))


def kinds(pair: tuple[str, str]) -> list[bool]:
    return [False] if pair[1] == "hinge" else [False, True]


CASES = [(*pair, soft) for pair in PAIRS for soft in kinds(pair)]


@pytest.mark.parametrize(("output", "loss", "soft"), CASES)
@given(seed=seeds, K=classes, spread=spreads)
def test_loss_values_and_outputs_are_the_textbooks(
    output: str, loss: str, soft: bool, seed: int, K: int, spread: float
) -> None:
    t, z = draw(seed, K, spread, soft)
    o = OUTPUTS[output](z)
    assert_allclose(o, formulas.output(output, z), rtol=1e-12)
    # 1 − o loses digits where o is near 1, in the textbook's form but not in ours.
    assert_allclose(LOSSES[loss].value(t, z, o), formulas.loss(loss, t, o), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("output", "loss", "soft"), CASES)
@given(seed=seeds, K=classes, spread=st.floats(0.1, 2.0))  # the textbook's log(1 − o) is too rough beyond
def test_signal_is_minus_the_slope_of_the_loss(
    output: str, loss: str, soft: bool, seed: int, K: int, spread: float
) -> None:
    t, z = draw(seed, K, spread, soft)
    o = OUTPUTS[output](z)
    good = formulas.smooth_samples(loss, t, z, o)
    assume(good.any())
    signal = signal_of(output, loss).value(t, z, o)
    slope = formulas.slopes(lambda x: formulas.loss(loss, t, formulas.output(output, x)), z)
    assert_allclose(signal[good], -slope[good], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("output", "loss", "soft"), [case for case in CASES if case[0] == "softmax"])
@given(seed=seeds, K=classes, spread=st.floats(0.1, 1.5))
def test_diagonal_signal_is_the_slope_in_the_output_times_the_outputs_own(
    output: str, loss: str, soft: bool, seed: int, K: int, spread: float
) -> None:
    t, z = draw(seed, K, spread, soft)
    o = OUTPUTS[output](z)
    good = formulas.smooth_samples(loss, t, z, o)
    assume(good.any())
    p = -formulas.slopes(lambda x: formulas.loss(loss, t, x), o, h=1e-6)
    signal = signal_of(output, loss, "diagonal").value(t, z, o)
    assert_allclose(signal[good], (p * o * (1 - o))[good], rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "mae", "focal"])
@given(seed=seeds, K=classes, soft=st.booleans())
def test_exact_softmax_signals_sum_to_zero_over_the_classes(loss: str, seed: int, K: int, soft: bool) -> None:
    """A shift of all logits changes nothing; the diagonal form forgets that."""
    t, z = draw(seed, K, 2.0, soft)
    signal = signal_of("softmax", loss).value(t, z, OUTPUTS["softmax"](z))
    assert_allclose(signal.sum(axis=1), 0, atol=1e-14)


FACTORED = [
    ("softmax", "cross_entropy", "exact"),
    ("softmax", "mse", "diagonal"),
    ("sigmoid", "binary_cross_entropy", "exact"),
    ("sigmoid", "mse", "exact"),
    ("tanh", "mse", "exact"),
    ("identity", "mse", "exact"),
]


@pytest.mark.parametrize("setting", FACTORED)
@given(seed=seeds)
def test_the_written_slope_times_the_error_is_the_signal(setting: tuple[str, str, str], seed: int) -> None:
    t, z = draw(seed, 3, 2.0, True)
    o = OUTPUTS[setting[0]](z)
    slope = signal_of(*setting).slope
    assert_allclose(signal_of(*setting).value(t, z, o), (t - o) * slope(o), rtol=1e-12, atol=1e-15)


def test_no_other_signal_claims_a_target_minus_output_factor() -> None:
    everything = [(*pair, "exact") for pair in PAIRS]
    everything += [(*pair, "diagonal") for pair in PAIRS if pair[0] == "softmax"]
    assert {setting for setting in everything if signal_of(*setting).slope is not None} == set(FACTORED)


def test_mae_signal_is_zero_where_output_meets_target() -> None:
    t = np.array([[1.0, 0.5]])
    signal = signal_of("identity", "mae").value(t, t.copy(), t.copy())
    assert signal.tolist() == [[0.0, 0.0]]


def test_hinge_at_its_kinks_and_ties() -> None:
    signal, value = signal_of("identity", "hinge").value, LOSSES["hinge"].value
    t = np.eye(3)[[0, 0, 0]]
    z = np.array([[1.0, 0.0, -5.0], [0.5, 2.0, 2.0], [3.0, 0.0, 0.0]])
    # A margin of exactly 1 costs and moves nothing; of two equal rivals one alone, the first, is pushed down.
    assert value(t, z, z).tolist() == [0.0, 2.5, 0.0]
    assert signal(t, z, z).tolist() == [[0, 0, 0], [1, -1, 0], [0, 0, 0]]


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_a_loss_of_logits_alone_does_not_look_at_the_outputs(output: str, loss: str) -> None:
    rng = np.random.default_rng(8)
    t, z = np.eye(3)[rng.integers(3, size=6)], rng.normal(size=(6, 3))
    value, o = LOSSES[loss].value, OUTPUTS[output](z)
    assert same_bits(value(t, z, np.full_like(o, np.nan)), value(t, z, o)) is LOSSES[loss].of_logits
