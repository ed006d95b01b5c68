"""A bank in single precision trains the same networks, to some six digits."""

from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank import compiled, shared_batch
from tests.support.helpers import same_bits, small_data

DATA = small_data()
OPTIONS: list[dict[str, Any]] = [
    {},
    {"activation": "relu", "batch_size": 22},
    {"activation": "logistic", "hidden": (5, 4)},
    {"output": "sigmoid", "loss": "binary_cross_entropy"},
    {"momentum": 0.9, "nesterov": True},
    {"optimizer": "adam", "learning_rate": 0.01},
    {"l1": 0.01, "last_layer_l2": 0.1},
    {"logit_penalty": 0.1, "max_suppression": 0.1, "margin_smoothing": 0.1},
    {"z_loss": 0.1, "confidence_penalty": 0.1, "focal_gamma": 2.0},
    {"loss": "hinge", "output": "identity"},
]
WAYS: dict[str, list[tuple[Any, str, Any]]] = {
    "loops": [(compiled, "NUMBERS", 0)],
    "NumPy": [(compiled, "kernel", lambda: None)],
    "shared": [(shared_batch, "FIRST_LAYER", 0), (shared_batch, "LARGE", 0), (compiled, "INPUTS", 0)],
}
"""What is to be set so that a bank trains in this way, where its networks fit."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for module, name, value in WAYS[request.param]:
        monkeypatch.setattr(module, name, value)
    return str(request.param)


def bank(precision: str, **options: Any) -> ls.Bank:
    members = [{"seed": seed, "l2": l2} for seed in (0, 1) for l2 in (0.0, 0.02)]
    return ls.Bank(DATA, [ls.Hyperparameters(**options | member) for member in members], precision=precision)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "default")
def test_the_same_networks_to_six_digits(way: str, options: dict[str, Any]) -> None:
    single, double = bank("float32", **options), bank("float64", **options)
    for n in (1, 29):
        single.step(n)
        double.step(n)
        for mine, right in zip(single.state()[1:], double.state()[1:], strict=True):
            assert mine.dtype == np.float64
            assert same_bits(mine, mine.astype(np.float32).astype(np.float64))
            assert abs(mine - right).max() <= 2e-5 * abs(right).max()
    assert not np.array_equal(single.parameters, double.parameters)


def test_answers_are_those_of_the_weights_in_double_precision(way: str) -> None:
    single = bank("float32")
    single.step(5)
    precise = bank("float64").stacked()
    precise.parameters = single.parameters
    for mine, right in zip(single.answers(), precise.answers(DATA.X_test), strict=True):
        np.testing.assert_allclose(mine, right, rtol=1e-12)
    network = single.network(2)
    assert network.parameters.dtype == np.float64
    assert same_bits(network.parameters, single.parameters[:, 2])


def test_going_back_changes_no_bit(way: str) -> None:
    once, twice = bank("float32"), bank("float32")
    for one in (once, twice):
        one.step(4)
    state = twice.state()
    twice.step(3)
    twice.restore(state)
    for one in (once, twice):
        one.step(8)
    assert same_bits(once.parameters, twice.parameters)


def test_members_diverge_where_their_squares_exceed_the_largest_number(way: str) -> None:
    hps = [ls.Hyperparameters(learning_rate=rate, output="identity", loss="mse") for rate in (0.05, 1000.0)]
    single, double = ls.Bank(DATA, hps, precision="float32"), ls.Bank(DATA, hps)
    norms = [0.0]
    while not single.diverged.any():
        for one in (single, double):
            one.step()
        norms.append(float(np.linalg.norm(double.parameters[:, 1])))
    assert single.diverged.tolist() == [False, True]
    assert np.isnan(single.parameters[:, 1]).all()
    assert norms[-2] < np.finfo(np.float32).max ** 0.5 <= norms[-1]


def test_another_precision() -> None:
    with pytest.raises(ls.InputError, match="precision must be one of float64, float32, got 'half'"):
        bank("half")
