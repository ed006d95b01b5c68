"""The network's gradient is the slope of its loss, and its weights can be assigned to, safely."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lsexplorer import InputError
from lsexplorer.nn.losses import signal_of
from lsexplorer.nn.network import Network
from tests.support import formulas
from tests.support.helpers import PAIRS

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "identity": lambda z: z,
}
SIZES = [(3, 3), (3, 4, 3), (2, 4, 3, 3)]


def plain_forward(
    x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray], activation: str
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Logits, and every hidden layer's values before its activation."""
    before = []
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        before.append(x @ W + b)
        x = ACTIVATIONS[activation](before[-1])
    return x @ weights[-1] + biases[-1], before


def away_from_kinks(
    sizes: Sequence[int], activation: str, output: str, loss: str
) -> tuple[Network, np.ndarray, np.ndarray]:
    """A network, samples and targets whose relus, mae terms and hinges all lie away from their kinks."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        network = Network(sizes, activation, output)
        network.parameters[:] = rng.normal(0, 0.8, network.parameters.shape)
        x = rng.normal(size=(5, sizes[0]))
        t = np.eye(3)[rng.integers(3, size=5)]
        if loss != "hinge":
            t = 0.8 * t + 0.2 / 3
        z, before = plain_forward(x, network.weights, network.biases, activation)
        clear = activation != "relu" or all(abs(values).min() > 1e-3 for values in before)
        if clear and formulas.smooth_samples(loss, t, z, formulas.output(output, z)).all():
            return network, x, t
    raise AssertionError("no such network found")


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES)
def test_pull_is_minus_the_slope_of_the_mean_loss(
    sizes: tuple[int, ...], activation: str, output: str, loss: str
) -> None:
    network, x, t = away_from_kinks(sizes, activation, output, loss)
    cache = network.forward(x)
    z, _ = plain_forward(x, network.weights, network.biases, activation)
    assert_allclose(cache.logits, z, rtol=1e-12, atol=1e-14)
    assert_allclose(cache.outputs, formulas.output(output, z), rtol=1e-12)

    gradient = network.blocks(np.full_like(network.parameters, np.nan))
    delta = signal_of(output, loss).value(t, cache.logits, cache.outputs)
    network.gradient(cache, delta, out=gradient)

    def mean_loss() -> float:
        logits, _ = plain_forward(x, network.weights, network.biases, activation)
        return formulas.loss(loss, t, formulas.output(output, logits)).mean()

    for ours, values in zip((*gradient.weights, *gradient.biases), (*network.weights, *network.biases), strict=True):
        slope, h = np.empty_like(values), 1e-5
        for at in np.ndindex(values.shape):
            kept = values[at]
            values[at] = kept + h
            above = mean_loss()
            values[at] = kept - h
            slope[at] = (above - mean_loss()) / (2 * h)
            values[at] = kept
        assert_allclose(ours, -slope, rtol=1e-6, atol=1e-8)


def test_weights_are_windows_that_can_be_assigned_to() -> None:
    network = Network((2, 3, 4), "tanh", "softmax")
    assert [W.shape for W in network.weights] == [(2, 3), (3, 4)]
    assert [b.shape for b in network.biases] == [(3,), (4,)]
    network.weights = [np.full((2, 3), 2.0), np.full((3, 4), 3.0)]
    network.biases = [[5.0] * 3, [7.0] * 4]
    network.weights[0][1, 2] = 11.0
    network.biases[-1] = np.arange(4)
    assert network.parameters.tolist() == [2] * 5 + [11] + [3] * 12 + [5] * 3 + [0, 1, 2, 3]
    assert network.weight_count == 18
    network.parameters = np.arange(25)
    network.parameters += 1
    assert network.weights[1].tolist() == (np.arange(7, 19).reshape(3, 4)).tolist()
    with pytest.raises(InputError, match="parameters"):
        network.parameters = np.ones(24)


def test_an_assigned_array_is_copied() -> None:
    network, mine = Network((2, 2), "tanh", "softmax"), np.ones((2, 2))
    network.weights[0] = mine
    mine[:] = 5
    assert network.weights[0].tolist() == [[1, 1], [1, 1]]


def test_layers_can_be_swapped_by_assigning_them_to_each_other() -> None:
    network = Network((2, 2, 2), "tanh", "softmax")
    network.weights = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    network.weights = network.weights[::-1]
    assert [W.tolist() for W in network.weights] == [[[5, 6], [7, 8]], [[1, 2], [3, 4]]]


@pytest.mark.parametrize(
    "values",
    [
        [np.ones((2, 3))],
        [np.ones((2, 3)), np.ones((4, 3))],
        [np.ones((2, 3)), np.ones((3, 4)), np.ones((4, 4))],
        [np.ones((2, 3)), np.ones(4)],
        [np.ones((2, 3)), 1.0],
    ],
)
def test_weights_of_a_wrong_shape_are_refused_and_change_nothing(values: list[Any]) -> None:
    network = Network((2, 3, 4), "tanh", "softmax")
    network.parameters[:] = np.arange(len(network.parameters))
    with pytest.raises(InputError):
        network.weights = values
    assert network.parameters.tolist() == list(range(len(network.parameters)))


@pytest.mark.parametrize("n", [0, 1, 255, 256, 257, 700])
@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_answers_for_any_number_of_samples(n: int, output: str) -> None:
    network = Network((4, 5, 3), "tanh", output)
    network.initialize("glorot", np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(n, 4))
    z, o = network.answers(X)
    whole = network.forward(X)
    assert_allclose(z, whole.logits, rtol=1e-12, atol=1e-14)
    assert_allclose(o, whole.outputs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("init", "low", "high"), [("glorot", 0.9, 1.0), ("he", 0.0, np.inf), ("small", 0.9, 1.0)])
def test_first_weights_have_the_spread_their_rule_says(init: str, low: float, high: float) -> None:
    network = Network((200, 100, 3), "relu", "softmax")
    network.initialize(init, np.random.default_rng(0))
    for W, (fan_in, fan_out) in zip(network.weights, [(200, 100), (100, 3)], strict=True):
        bound = {"glorot": (6 / (fan_in + fan_out)) ** 0.5, "small": 0.01, "he": (2 / fan_in) ** 0.5}[init]
        assert low < abs(W).max() / bound < high
        if init == "he":
            assert W.std() == pytest.approx(bound, rel=0.15)
        assert abs(W.mean()) < 0.2 * bound
    assert all(not b.any() for b in network.biases)
