"""Logits of ±10,000 give finite losses and signals, right to many digits, and no warning (warnings are errors here)."""

import decimal
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.activations import OUTPUTS, log_softmax, logistic, softmax
from lsexplorer.nn.losses import LOSSES, signal_of
from tests.support.helpers import PAIRS, flat, trainer

logits = st.lists(st.floats(-1e4, 1e4) | st.sampled_from([-1e4, 0.0, 1e4]), min_size=2, max_size=5)
DIGITS = decimal.Context(prec=60, Emax=10**6, Emin=-(10**6))


def exact_softmax(z: Any) -> tuple[list[Decimal], list[Decimal]]:
    """Softmax and its logarithm with 60 digits."""
    with decimal.localcontext(DIGITS):
        e = [Decimal(v).exp() for v in z]
        total = sum(e, start=Decimal(0))
        return [v / total for v in e], [Decimal(v) - total.ln() for v in z]


@given(z=logits)
def test_softmax_and_its_logarithm_to_many_digits(z: np.ndarray) -> None:
    p, log_p = exact_softmax(z)
    assert_allclose(log_softmax(np.array([z]))[0], [float(v) for v in log_p], rtol=1e-12, atol=1e-12)
    assert_allclose(softmax(np.array([z]))[0], [float(v) for v in p], rtol=1e-10, atol=1e-300)


@given(z=logits)
def test_logistic_to_many_digits(z: np.ndarray) -> None:
    with decimal.localcontext(DIGITS):
        right = [float(1 / (1 + Decimal(-v).exp())) for v in z]
    assert_allclose(logistic(np.array(z)), right, rtol=1e-14, atol=1e-300)


@given(z=logits, seed=st.integers(0, 2**32 - 1))
def test_cross_entropies_and_focal_loss_to_many_digits(z: np.ndarray, seed: int) -> None:
    t = np.random.default_rng(seed).dirichlet(np.ones(len(z)))
    p, log_p = exact_softmax(z)
    with decimal.localcontext(DIGITS):
        T = [Decimal(v) for v in t]
        right = {
            "cross_entropy": -sum(a * b for a, b in zip(T, log_p, strict=True)),
            "focal": -sum(a * (1 - q) ** 2 * b for a, q, b in zip(T, p, log_p, strict=True)),
            # −t·log σ(z) − (1−t)·log σ(−z)
            "binary_cross_entropy": sum(
                a * (1 + (-Decimal(v)).exp()).ln() + (1 - a) * (1 + Decimal(v).exp()).ln()
                for a, v in zip(T, z, strict=True)
            ),
        }
    rows = np.array([t]), np.array([z])
    for output, loss in (("softmax", "cross_entropy"), ("softmax", "focal"), ("sigmoid", "binary_cross_entropy")):
        value = LOSSES[loss].value(*rows, OUTPUTS[output](rows[1]))[0]
        assert value == pytest.approx(float(right[loss]), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("output", "loss", "jacobian"),
    [(*pair, "exact") for pair in PAIRS] + [(*pair, "diagonal") for pair in PAIRS if pair[0] == "softmax"],
)
@given(z=logits, hard=st.booleans())
def test_values_and_signals_stay_finite(output: str, loss: str, jacobian: str, z: np.ndarray, hard: bool) -> None:
    z = np.array([z])
    t = np.eye(z.shape[1])[:1]
    if not hard and loss != "hinge":
        t = 0.9 * t + 0.1 / z.shape[1]
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        o = OUTPUTS[output](z)
        value = LOSSES[loss].value(t, z, o)
        signal = signal_of(output, loss, jacobian).value(t, z, o)
    assert np.isfinite(o).all()
    assert np.isfinite(value).all()
    assert (value >= 0).all()
    assert np.isfinite(signal).all()
    if output != "identity":
        # Focal's factor 2·o(1−o)·log o is at most .67 in size, so no bounded output is pulled harder than this.
        assert abs(signal).max() <= 2


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_a_network_with_logits_of_ten_thousand_trains_on(small: ls.Dataset, output: str, loss: str) -> None:
    t = trainer(small, output=output, loss=loss, learning_rate=1e-6, hidden=())
    t.network.weights[0] = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4], [0, -1e4, 1e4]])
    before = flat(t)
    t.step(10)
    assert np.isfinite(flat(t)).all()
    assert abs(t.network.forward(small.X_train).logits).max() > 1e4
    found = t.evaluate("train")
    assert np.isfinite(found.loss)
    if output == "softmax":
        assert np.isfinite([found.nll, found.brier, found.ece]).all()
    if loss in ("cross_entropy", "binary_cross_entropy", "hinge") or output == "identity":
        assert (flat(t) != before).any()
