"""One step of training by itself: its equation, its state, and what pattern targets need."""

from copy import deepcopy
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn import small_batch
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.training_step import TrainingStep
from tests.support.helpers import PAIRS, fitting_means, same_bits

X = np.random.default_rng(1).normal(size=(7, 3))
Y = np.arange(7) % 2
T = np.eye(2)[Y]


def network(networks: int | None = None) -> Network:
    """3-4-2 with the same weights in every member."""
    net = Network((3, 4, 2), "tanh", "softmax", networks=networks)
    values = np.random.default_rng(2).normal(size=len(net.parameters))
    net.parameters = values if networks is None else np.repeat(values[:, None], networks, axis=1)
    return net


def patterns(strength: float) -> PatternTargets:
    return PatternTargets.from_means(np.random.default_rng(3).normal(size=(2, 4)), strength)


def test_it_returns_the_pass_before_the_update_and_moves_the_weights_by_eta_times_the_gradient() -> None:
    net, before = network(), network()
    cache = TrainingStep(net, [Hyperparameters(learning_rate=0.1)]).take(1, X, T)
    h = np.tanh(X @ before.weights[0] + before.biases[0])
    z = h @ before.weights[1] + before.biases[1]
    o = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert_allclose(cache.outputs, o, rtol=1e-13)
    assert_allclose(net.weights[1] - before.weights[1], 0.1 * h.T @ (T - o) / 7, rtol=1e-9)
    assert_allclose(net.biases[1] - before.biases[1], 0.1 * (T - o).mean(axis=0), rtol=1e-9)


OPTIMIZERS: list[dict[str, Any]] = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"optimizer": "adam"},
]


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@given(
    rows=st.integers(1, 40),
    sizes=st.lists(st.integers(1, 12), min_size=2, max_size=5),
    activation=st.sampled_from(list(ACTIVATIONS)),
    optimizer=st.sampled_from(OPTIMIZERS),
    means=st.booleans(),
    scale=st.sampled_from([0.0, -0.0, 1e-200, 1.0, 30.0, 1e160]),
    most_spread=st.sampled_from([0, small_batch.MOST_SPREAD]),
    seed=st.integers(0, 99),
)
@settings(max_examples=15)
def test_small_batches_are_the_others_to_the_last_bit(
    output: str,
    loss: str,
    rows: int,
    sizes: list[int],
    activation: str,
    optimizer: dict[str, Any],
    means: bool,
    scale: float,
    most_spread: int,
    seed: int,
) -> None:
    sizes[-1] += loss in ("hinge", "cross_entropy")  # one class alone has no rival
    added = {"l1": 0.01, "l2": 0.02, "weight_decay": 0.03} | fitting_means(output, loss) if means else {}
    hp = [Hyperparameters(output=output, loss=loss, learning_rate=0.3, **optimizer, **added)]
    quick, general = (Network(sizes, activation, output) for _ in range(2))
    rng = np.random.default_rng(seed)
    quick.parameters = general.parameters = scale * rng.normal(size=len(quick.parameters))
    steps = TrainingStep(quick, hp), TrainingStep(general, hp)
    with np.errstate(all="ignore"), patch.object(small_batch, "MOST_SPREAD", most_spread):
        for number in range(1, 4):
            x, t = rng.normal(size=(rows, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=rows)]
            cache = steps[0].take(number, x, t)
            with patch("lsexplorer.run.training_step.is_small", return_value=False):
                other = steps[1].take(number, x, t)
            assert same_numbers(cache.outputs, other.outputs)
            assert same_numbers(cache.logits, other.logits)
            assert all(map(same_numbers, cache.inputs, other.inputs))
            assert same_numbers(quick.parameters, general.parameters)
            assert same_numbers(steps[0].state, steps[1].state)


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are the same to the last bit, but for the bits of NaN."""
    return same_bits(*(np.where(np.isnan(x), np.nan, x) for x in (a, b)))


def test_a_copy_of_a_run_trains_its_own_network() -> None:
    trainer = ls.Trainer(ls.load_dataset("iris"))
    trainer.step(3)
    copy = deepcopy(trainer)
    copy.step(3)
    assert trainer.step_count == 3
    trainer.step(3)
    assert same_bits(copy.network.parameters, trainer.network.parameters)
    for name, series in trainer.history.items():
        assert same_bits(copy.history[name].values, series.values)


def test_other_hyperparameters_act_from_the_next_step_on_and_keep_the_state() -> None:
    net = network()
    step = TrainingStep(net, [Hyperparameters(momentum=0.9)])
    step.take(1, X, T)
    state, before = step.state.copy(), net.parameters.copy()
    assert state.any()
    step.apply([Hyperparameters(momentum=0.5, learning_rate=1e-9)])
    assert same_bits(step.state, state)
    step.take(2, X, T)
    assert abs(net.parameters - before).max() < 1e-8


def test_pattern_targets_change_the_hidden_layer_and_need_the_classes() -> None:
    plain, guided, refused = network(), network(), network()
    hp = [Hyperparameters()]
    TrainingStep(plain, hp).take(1, X, T)
    TrainingStep(guided, hp, pattern_targets=patterns(0.5)).take(1, X, T, y=Y)
    assert not np.allclose(plain.weights[0], guided.weights[0])
    assert same_bits(plain.weights[1], guided.weights[1])
    with pytest.raises(TypeError, match="need the classes y"):
        TrainingStep(refused, hp, pattern_targets=patterns(0.5)).take(1, X, T)
    assert same_bits(refused.parameters, network().parameters)


def test_pattern_targets_of_strength_0_need_no_classes() -> None:
    plain, off = network(), network()
    TrainingStep(plain, [Hyperparameters()]).take(1, X, T)
    TrainingStep(off, [Hyperparameters()], pattern_targets=patterns(0.0)).take(1, X, T)
    assert same_bits(plain.parameters, off.parameters)


@pytest.mark.parametrize("keep_state", [True, False])
def test_the_fused_step_of_a_bank_is_the_plain_step_of_each_member(keep_state: bool) -> None:
    hps = [Hyperparameters(l2=0.1, learning_rate=0.3), Hyperparameters(l1=0.01), Hyperparameters(weight_decay=0.2)]
    bank = network(3)
    step = TrainingStep(bank, hps, fused=True)
    for number in (1, 2):
        step.take(number, X, T[:, :, None], keep_state=keep_state)
    for r, hp in enumerate(hps):
        alone = network()
        own = TrainingStep(alone, [hp])
        for number in (1, 2):
            own.take(number, X, T)
        assert_allclose(bank.parameters[:, r], alone.parameters, rtol=1e-12, atol=1e-15)
        if keep_state:
            assert_allclose(step.state[..., r], own.state, rtol=1e-11, atol=1e-15)


def test_the_steps_number_is_that_of_adams_bias_correction() -> None:
    first, late = network(), network()
    hp = [ls.Hyperparameters(optimizer="adam", learning_rate=0.01)]
    start = first.parameters.copy()
    TrainingStep(first, hp).take(1, X, T)
    TrainingStep(late, hp).take(10_000, X, T)
    # From zero moments the first step is η·g/(|g| + ε); far on, the correction is gone: η·.1·g/√(.001·g²).
    assert_allclose(abs(first.parameters - start), 0.01, rtol=1e-3)
    assert_allclose(abs(late.parameters - start), 0.01 * 0.1 / 0.001**0.5, rtol=1e-3)
