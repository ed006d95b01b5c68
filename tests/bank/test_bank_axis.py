"""The equations on (sample, unit, network) arrays give, network by network, what they give for one network alone."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.activations import ACTIVATIONS, OUTPUTS
from lsexplorer.nn.arrays import parameter_array
from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.nn.network import INITS, Network
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.nn.updates import FusedSGD
from tests.support.helpers import PAIRS, update_of

R, N, K = 5, 6, 3
JACOBIANS = [(*pair, "exact") for pair in PAIRS] + [(*pair, "diagonal") for pair in PAIRS if pair[0] == "softmax"]
OPTIMISERS = [("sgd", 0.0, False), ("sgd", 0.9, False), ("sgd", 0.9, True), ("adam", 0.0, False)]


def close(bank: Any, singles: Sequence[Any]) -> None:
    """The bank's last axis against the single results, one after the other."""
    assert bank.shape == (*singles[0].shape, len(singles))
    for r, single in enumerate(singles):
        assert_allclose(bank[..., r], single, rtol=1e-12, atol=1e-13)


def hard(rng: np.random.Generator) -> np.ndarray:
    return np.eye(K)[rng.integers(K, size=N)]


@pytest.mark.parametrize(("output", "loss", "jacobian"), JACOBIANS)
@pytest.mark.parametrize("shared", [True, False])
def test_outputs_losses_and_signals(output: str, loss: str, jacobian: str, shared: bool) -> None:
    """With targets (n, K, 1), shared by all networks, and (n, K, R), one for each."""
    rng = np.random.default_rng(11)
    z = rng.normal(0, 2, (N, K, R))
    t = hard(rng)[:, :, None] if shared else np.stack([hard(rng) for _ in range(R)], axis=-1)
    if loss != "hinge":
        t = smooth_labels(t, 0.2 if shared else rng.uniform(0, 0.5, R))
    signal = signal_of(output, loss, jacobian).value
    o = OUTPUTS[output](z)
    each = [(t[..., 0 if shared else r], z[..., r], OUTPUTS[output](z[..., r])) for r in range(R)]
    close(o, [single[2] for single in each])
    close(LOSSES[loss].value(t, z, o), [LOSSES[loss].value(*single) for single in each])
    close(signal(t, z, o), [signal(*single) for single in each])


def test_smoothing_by_a_strength_per_network() -> None:
    T, a = hard(np.random.default_rng(0)), np.array([0.0, 0.1, 0.4, 1.0])
    close(smooth_labels(T[:, :, None], a), [smooth_labels(T, float(one)) for one in a])


def bank_of(singles: Sequence[Any], network_major: bool = False) -> Any:
    """Networks of one shape as a bank with their parameters."""
    first = singles[0][0]
    activation, output = singles[0][1:]
    bank = Network(first.sizes, activation, output, networks=len(singles), network_major=network_major)
    bank.parameters[...] = np.stack([network.parameters for network, *_ in singles], axis=-1)
    return bank


def networks(sizes: Sequence[int], activation: str, output: str, rng: np.random.Generator) -> list[Any]:
    singles = []
    for _ in range(R):
        network = Network(sizes, activation, output)
        network.parameters[...] = rng.normal(0, 0.8, network.parameters.shape)
        singles.append((network, activation, output))
    return singles


@pytest.mark.parametrize("sizes", [(4, K), (4, 5, K), (4, 5, 2, K)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("network_major", [False, True])
def test_forward_signals_and_pull(sizes: tuple[int, ...], activation: str, output: str, network_major: bool) -> None:
    rng = np.random.default_rng(5)
    singles, x = networks(sizes, activation, output, rng), rng.normal(size=(N, 4))
    bank = bank_of(singles, network_major)
    assert [W.shape for W in bank.weights] == [(i, o, R) for i, o in pairwise(sizes)]
    assert [b.shape for b in bank.biases] == [(o, R) for o in sizes[1:]]
    delta = rng.normal(size=(N, K, R))

    cache = bank.forward(x)
    alone = [network.forward(x) for network, *_ in singles]
    close(cache.logits, [one.logits for one in alone])
    close(cache.outputs, [one.outputs for one in alone])
    signals = bank.signals(cache, delta)
    each = [network.signals(alone[r], delta[..., r]) for r, (network, *_) in enumerate(singles)]
    for layer, values in enumerate(signals):
        close(values, [one[layer] for one in each])

    gradient = bank.blocks(np.full_like(bank.parameters, np.nan))
    bank.gradient(cache, delta, out=gradient)
    flats = []
    for r, (network, *_) in enumerate(singles):
        out = network.blocks(np.full_like(network.parameters, np.nan))
        network.gradient(alone[r], delta[..., r], out=out)
        flats.append(out.flat)
    close(gradient.flat, flats)
    factors = rng.uniform(0.1, 2, R)
    bank.gradient(cache, delta, gradient, factors)
    close(gradient.flat, [flat * factor for flat, factor in zip(flats, factors, strict=True)])


@pytest.mark.parametrize(("optimizer", "momentum", "nesterov"), OPTIMISERS)
@pytest.mark.parametrize("arrays", [True, False])
@pytest.mark.parametrize("penalties", [{"l1"}, {"l2"}, {"weight_decay"}, {"l1", "l2", "weight_decay"}, set()])
def test_updates_with_a_strength_per_network(
    optimizer: str, momentum: float, nesterov: bool, arrays: bool, penalties: set[Any] | set[str]
) -> None:
    rng = np.random.default_rng(8)
    # Networks with a strength of 0 stand among the others, and no strength is another's.
    given: dict[str, Any] = {name: np.append(rng.uniform(0.01, 0.3, R - 1), 0.0) for name in sorted(penalties)}
    given["learning_rate"] = rng.uniform(0.01, 0.5, R)
    if not arrays:
        given = {name: float(values[0]) for name, values in given.items()}
    if optimizer == "sgd":
        given |= {"momentum": momentum, "nesterov": nesterov}
    weight_count, size = 7, 10
    parameters, gradients = rng.normal(size=(size, R)), rng.normal(size=(4, size, R))
    start = parameters.copy()
    bank = update_of(optimizer=optimizer, **given)
    state = bank.new_state(parameters)
    for step, gradient in enumerate(gradients, 1):
        bank.apply(parameters, weight_count, gradient.copy(), state, step)

    alone, states = [], []
    for r in range(R):
        mine = {name: values[r] if np.size(values) > 1 else values for name, values in given.items()}
        update, one = update_of(optimizer=optimizer, **mine), start[:, r].copy()
        its_state = update.new_state(one)
        for step, gradient in enumerate(gradients, 1):
            update.apply(one, weight_count, gradient[:, r].copy(), its_state, step)
        alone.append(one)
        states.append(its_state)
    close(parameters, alone)
    close(state, states)


@pytest.mark.parametrize("network_major", [False, True])
@pytest.mark.parametrize("size", [10, 9000])
@pytest.mark.parametrize("penalties", [{"l1"}, {"l2"}, {"weight_decay"}, {"l1", "l2", "weight_decay"}, set()])
def test_a_descent_is_the_update_without_momentum(
    penalties: set[Any] | set[str], size: int, network_major: bool
) -> None:
    """A strength per network, or one for all; small arrays and those that are multiplied in several rows."""
    for shared in (False, True):
        rng = np.random.default_rng(4)
        given: dict[str, Any] = {name: rng.uniform(0.01, 0.3, R) for name in ("learning_rate", *sorted(penalties))}
        if shared:
            given = {name: float(values[0]) for name, values in given.items()}
        update, parameters = update_of(**given), parameter_array(size, R, network_major)
        parameters[...] = rng.normal(size=(size, R))
        other, state = parameters.copy(), update.new_state(parameters)
        descent = FusedSGD(update, parameters, size - 3)
        for step, gradient in enumerate(rng.normal(size=(4, size, R)), 1):
            descent.step(update.learning_rate * gradient)
            update.apply(other, size - 3, gradient, state, step)
        assert_allclose(parameters, other, rtol=1e-12, atol=1e-13)
    assert FusedSGD.fits(update)
    assert not FusedSGD.fits(update._replace(momentum=0.5))
    assert not FusedSGD.fits(update._replace(optimizer="adam"))


@pytest.mark.parametrize(("output", "loss", "jacobian"), JACOBIANS)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_training_steps_end_to_end(output: str, loss: str, jacobian: str, optimiser: tuple[str, float, bool]) -> None:
    """Five whole steps, every network with a smoothing, penalties and a rate of its own."""
    optimizer, momentum, nesterov = optimiser
    rng = np.random.default_rng(2)
    singles, x, T = networks((4, 5, K), "tanh", output, rng), rng.normal(size=(N, 4)), hard(rng)
    bank = bank_of(singles)
    a = np.zeros(R) if loss == "hinge" else rng.uniform(0, 0.4, R)
    rates, l1, l2, decay = (rng.uniform(0.001, 0.02, R) for _ in range(4))
    signal = signal_of(output, loss, jacobian).value
    settings = {"optimizer": optimizer, "momentum": momentum, "nesterov": nesterov}

    def train(network: Any, t: ls.Trainer, update: Any) -> None:
        state = update.new_state(network.parameters)
        gradient = network.blocks(np.zeros_like(network.parameters))
        for step in range(1, 6):
            cache = network.forward(x)
            network.gradient(cache, signal(t, cache.logits, cache.outputs), out=gradient)
            update.apply(network.parameters, network.weight_count, gradient.flat, state, step)

    own = {"learning_rate": rates, "l1": l1, "l2": l2, "weight_decay": decay}
    train(bank, smooth_labels(T[:, :, None], a), update_of(**settings, **own))
    for r, (network, *_) in enumerate(singles):
        its_own = {name: values[r] for name, values in own.items()}
        train(network, smooth_labels(T, float(a[r])), update_of(**settings, **its_own))
    close(bank.parameters, [network.parameters for network, *_ in singles])


@pytest.mark.parametrize("init", INITS)
def test_a_bank_draws_other_weights_for_every_network_by_the_same_rule(init: str) -> None:
    bank = Network((30, 20, K), "tanh", "softmax", networks=R)
    bank.initialize(init, np.random.default_rng(0))
    single = Network((30, 20, K), "tanh", "softmax")
    single.initialize(init, np.random.default_rng(0))
    first = bank.weights[0]
    assert len({first[..., r].tobytes() for r in range(R)}) == R
    assert_allclose(first.std(axis=(0, 1)), single.weights[0].std(), rtol=0.1)
    assert not any(b.any() for b in bank.biases)
