"""The claims that are settled by arithmetic: worked numbers, the factor (t − o), the penalty's identities, and the same
weights both ways. Each is computed again by other means.
"""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.study.claims import changed_data, factor, penalty, run_claims, worked
from tests.support import formulas
from tests.support.helpers import PAIRS, small_data


def outcome(number: int, data: ls.Dataset | None = None, hp: ls.Hyperparameters | None = None, **options: Any) -> Any:
    (result,) = run_claims(small_data() if data is None else data, hp, [number], **options)
    assert result.problem == ""
    return result.outcome


def test_worked_numbers_by_plain_arithmetic() -> None:
    by_hand = [1 - 0.75, 0.01 * 0.25, 1 - 0.97, 0.01 * 0.03, 0.8 - 0.75, 0.01 * 0.05, 0.8 - 0.97, 0.01 * -0.17]
    by_hand += [0.9 + 0.1 / 3, 0.1 / 3, 0.7 + 0.1, 0.1, 0.55 + 0.15, 0.15, 0.4 + 0.2, 0.2, 0.2, 0.9, 0.1]
    found = worked.lines()
    assert [computed for _, _, computed in found] == pytest.approx(by_hand, abs=1e-15)
    assert [printed for _, printed, _ in found[:4]] == ["0.25", "0.0025", "0.03", "0.0003"]
    for a in ("a = 0.3:", "a = 0.45:", "a = 0.6:", "a = 0.2:"):
        assert any(a in name for name, _, _ in found)
    assert outcome(1).verdict == "holds"


@given(st.floats(-1, 1), st.integers(1, 4))
def test_a_number_agrees_with_its_own_rounding_and_not_with_the_next(x: np.ndarray, decimals: int) -> None:
    printed = f"{x:.{decimals}f}"
    assert worked.agrees(printed, x)
    assert not worked.agrees(printed, float(printed) + 1.01 * 10.0**-decimals)


def test_a_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worked, "UPDATES", ((1.0, 0.75, "0.25", "0.0026"),))
    found = outcome(1)
    assert found.verdict == "false"
    assert "1 of 13 printed numbers do not come out: weight delta, target 1, output 0.75" in found.evidence[0].text


def numerical(output: str, loss: str, t: ls.Trainer, z: np.ndarray) -> np.ndarray:
    """−∂L/∂z by central differences of the textbook formulas."""
    return -formulas.slopes(lambda x: formulas.loss(loss, t, formulas.output(output, x)), z)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_the_factor_by_differences_of_textbook_formulas(output: str, loss: str) -> None:
    row = factor.measure(output, loss)
    rng = np.random.default_rng(7)
    z, hard = rng.normal(size=(40, 3)), np.eye(3)[rng.integers(3, size=40)]
    o = formulas.output(output, z)
    if loss == "hinge":  # hard targets alone: the output moves
        whole, half = numerical(output, loss, hard, z), numerical(output, loss, hard, hard - (hard - z) / 2)
    else:
        t = rng.dirichlet(np.ones(3), 40)
        kept = formulas.smooth_samples(loss, t, z, o)
        t, z, o, hard = t[kept], z[kept], o[kept], hard[kept]
        whole, half = numerical(output, loss, t, z), numerical(output, loss, o + (t - o) / 2, z)
    assert row.has_factor == np.allclose(half, whole / 2, atol=1e-7)
    assert row.has_factor == (loss in ("cross_entropy", "binary_cross_entropy", "mse"))
    ratio = numerical(output, loss, hard, z) / (hard - o)
    assert row.has_factor_if_hard == np.allclose(ratio, ratio[:, :1], atol=1e-5)
    assert row.is_derivative


def test_the_diagonal_form_has_the_factor_and_is_no_derivative() -> None:
    row = factor.measure("softmax", "mse", "diagonal")
    assert (row.has_factor, row.is_derivative) == (True, False)


def test_claim_two_names_those_without() -> None:
    found = outcome(2)
    assert found.verdict == "false"
    without = ["softmax + mae", "sigmoid + mae", "tanh + mae", "identity + mae", "softmax + focal", "identity + hinge"]
    assert f"without it are {', '.join(without)}." in found.evidence[0].text
    assert "Cross-entropy and squared error, which the article names, have it" in found.evidence[0].text
    assert "softmax + mae and softmax + focal have it after all; soft targets break it" in found.evidence[0].text
    assert {row[0] for row in found.evidence[0].table.rows} >= {f"{output} + {loss}" for output, loss in PAIRS}


def made_up_row(halving: float = 0.0, difference: float = 0.0, jacobian: str = "exact") -> factor.Row:
    return factor.Row("softmax", "mse", "δ", difference, halving, 0.0, jacobian)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([made_up_row(), made_up_row()], "holds"),
        ([made_up_row(), made_up_row(halving=0.5)], "false"),
        ([made_up_row(), made_up_row(halving=0.5, difference=0.1)], "open here"),  # no derivative: shows nothing
        ([made_up_row(), made_up_row(halving=0.5, difference=0.1, jacobian="diagonal")], "holds"),
        ([made_up_row(), made_up_row(halving=0.5, jacobian="diagonal")], "holds"),
    ],
)
def test_the_rule_of_claim_two(rows: list[Any], verdict: str) -> None:
    assert factor.judge(rows) == verdict


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99), st.integers(2, 6))
def test_the_penalty_identities_by_plain_loops(seed: int, a: float, K: int) -> None:
    rng = np.random.default_rng(seed)
    z, y = 3 * rng.normal(size=(4, K)), rng.integers(K, size=4)
    linear, mixed = penalty.identity_errors(z, y, a)
    for i in range(4):
        total = math.log(sum(math.exp(v) for v in z[i]))
        log_o = [v - total for v in z[i]]
        soft = -sum(((1 - a) * (k == y[i]) + a / K) * log_o[k] for k in range(K))
        kl = sum(1 / K * math.log(1 / K / math.exp(one)) for one in log_o)
        assert soft == pytest.approx(-log_o[y[i]] + a * (z[i, y[i]] - sum(z[i]) / K), abs=1e-12)
        assert soft == pytest.approx(-(1 - a) * log_o[y[i]] + a * kl + a * math.log(K), abs=1e-12)
    assert max(linear, mixed) < 1e-12


def test_the_identity_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(penalty, "smooth_labels", lambda t, a: (1 - a) * t)
    linear, mixed = penalty.identity_errors(np.array([[1.0, 2.0, 4.0]]), np.array([0]), 0.3)
    assert min(linear, mixed) > 0.1


SMOOTH = ls.Hyperparameters(hidden=(4,), batch_size=8, label_smoothing=0.3)


def test_hard_targets_with_the_penalty_are_the_same_run() -> None:
    found = outcome(8, hp=SMOOTH, epochs=5)
    assert found.verdict == "false"
    penalized, in_the_file = found.evidence
    assert penalized.numbers[0].value < 1e-12
    equal, total = (number.value for number in in_the_file.numbers)
    assert equal == total == 3 * (3 * 4 + 4 * 3 + 4 + 3)


def test_the_penalty_by_hand() -> None:
    """Hard targets and a(z_y − mean z): each step with the signal (t − o) − a(t − 1/K), written out."""
    data = small_data()
    smoothed, batches = ls.Trainer(data, SMOOTH), ls.Trainer(data, SMOOTH.replace(label_smoothing=0.0))
    W, V = (w.copy() for w in batches.network.weights)
    b, c = (bias.copy() for bias in batches.network.biases)
    for _ in range(15):
        rows = batches.next_batch
        x, t = data.X_train[rows], np.eye(3)[data.y_train[rows]]
        h = np.tanh(x @ W + b)
        delta = t - formulas.output("softmax", h @ V + c) - 0.3 * (t - 1 / 3)
        back = (delta @ V.T) * (1 - h**2)
        rate = SMOOTH.learning_rate / len(rows)
        V, c = V + rate * h.T @ delta, c + rate * delta.sum(axis=0)
        W, b = W + rate * x.T @ back, b + rate * back.sum(axis=0)
        batches.step()
    smoothed.step(15)
    for ours, theirs in zip((W, V), smoothed.network.weights, strict=True):
        assert np.allclose(ours, theirs, rtol=1e-10)


@pytest.mark.parametrize(("output", "loss"), [pair for pair in PAIRS if pair[1] != "hinge"])
def test_which_losses_have_a_penalty_in_place_of_smoothing(output: str, loss: str) -> None:
    """Every loss that is linear in its targets, but for what does not depend on the outputs."""
    hp = SMOOTH.replace(output=output, loss=loss, learning_rate=0.5, focal_gamma=0.0)
    found = outcome(8, hp=hp, epochs=5)
    assert found.verdict == ("holds here" if loss == "mae" else "false")
    closed = "a(z_y − mean z)" in found.text
    assert closed == (
        (output, loss) in [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("identity", "mse")]
    )


@pytest.mark.parametrize("changes", [{"focal_gamma": 1.5}, {"l2": 0.1, "logit_penalty": 0.1}, {"soft_targets": 0.8}])
def test_the_penalty_beside_other_settings(changes: dict[str, float]) -> None:
    assert outcome(8, hp=SMOOTH.replace(**changes), epochs=5).verdict == "false"


@pytest.mark.parametrize(
    ("distances", "verdict"),
    [([1e-15, 1e-12], "false"), ([1e-15, 1e-6], "open here"), ([0.1, 1e-6], "open here"), ([0.1, 0.2], "holds here")],
)
def test_the_rule_of_claim_eight(distances: list[float], verdict: str) -> None:
    assert changed_data.judge(distances) == verdict
