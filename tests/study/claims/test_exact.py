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
from tests.support.helpers import PAIRS, dataset, small_data


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


def test_both_ways_give_the_same_weights() -> None:
    data, hp = small_data(), ls.Hyperparameters(hidden=(4,), batch_size=8, label_smoothing=0.3)
    found = outcome(8, data, hp, epochs=5)
    assert found.verdict == "false"
    equal, total = (number.value for number in found.evidence[0].numbers)
    assert equal == total == 3 * (3 * 4 + 4 * 3 + 4 + 3)
    one = ls.Trainer(data, hp.replace(seed=2))
    by_hand = dataset(data.X_train, data.y_train, soft_train=0.7 * np.eye(3)[data.y_train] + 0.1)
    other = ls.Trainer(by_hand, hp.replace(seed=2, label_smoothing=0.0))
    for trainer in (one, other):
        trainer.step(15)
    assert np.allclose(one.network.parameters, other.network.parameters, rtol=1e-12)


@pytest.mark.parametrize(("counts", "verdict"), [([(5, 5), (5, 5)], "false"), ([(5, 5), (4, 5)], "holds here")])
def test_the_rule_of_claim_eight(counts: list[tuple[int, int]], verdict: str) -> None:
    assert changed_data.judge(counts) == verdict
