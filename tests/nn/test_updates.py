"""Optimisers and penalties against formulas worked one number at a time, and the two ways to decay a weight."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from tests.support.helpers import flat, trainer, update_of

strengths = st.floats(0, 0.5)


def by_hand(update: Any, penalties: Any, weights: np.ndarray, biases: np.ndarray, gradients: np.ndarray) -> list[float]:
    """Every parameter alone, in Python numbers: the formulas of gradient descent."""
    found = []
    for i, x in enumerate([*weights.tolist(), *biases.tolist()]):
        v = m = second = 0.0
        for step, gradient in enumerate(gradients.tolist(), 1):
            g = gradient[i]
            decay = 1.0
            if i < len(weights):
                g += penalties["l2"] * x + penalties["l1"] * ((x > 0) - (x < 0))
                decay = 1 - update.learning_rate * penalties["weight_decay"]
            if update.optimizer == "sgd":
                v = update.momentum * v + g
                move = g + update.momentum * v if update.nesterov else v
            else:
                m = 0.9 * m + 0.1 * g
                second = 0.999 * second + 0.001 * g * g
                move = m / (1 - 0.9**step) / (math.sqrt(second / (1 - 0.999**step)) + 1e-8)
            x = x * decay - update.learning_rate * move
        found.append(x)
    return found


def by_update(update: Any, weights: np.ndarray, biases: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    parameters = np.array([*weights, *biases])
    state = update.new_state(parameters)
    for step, gradient in enumerate(gradients, 1):
        update.apply(parameters, len(weights), -gradient, state, step)
    return parameters


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "momentum": 0.9},
        {"optimizer": "sgd", "momentum": 0.7, "nesterov": True},
        {"optimizer": "adam"},
    ],
    ids=["sgd", "momentum", "nesterov", "adam"],
)
@given(l1=strengths, l2=strengths, decay=strengths, rate=st.floats(1e-4, 1), seed=st.integers(0, 2**32 - 1))
def test_updates_are_the_formulas(
    settings: dict[str, Any], l1: float, l2: float, decay: float, rate: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    penalties = {"l1": l1, "l2": l2, "weight_decay": decay}
    update = update_of(**settings, learning_rate=rate, **penalties)
    weights, biases = rng.normal(size=4), rng.normal(size=2)
    gradients = rng.normal(size=(6, 6))
    expected = by_hand(update, penalties, weights, biases, gradients)
    assert_allclose(by_update(update, weights, biases, gradients), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_weight_of_zero_feels_no_l1(optimizer: str) -> None:
    update = update_of(optimizer=optimizer, l1=0.5)
    parameters = by_update(update, np.array([0.0, -0.0, 1.0]), np.zeros(1), np.zeros((1, 4)))
    assert parameters[:2].tolist() == [0, 0]
    assert parameters[2] < 1


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", ["l1", "l2", "weight_decay"])
def test_penalties_leave_biases_alone(optimizer: str, name: str) -> None:
    update = update_of(optimizer=optimizer, **{name: 0.5})
    parameters = by_update(update, np.ones(2), np.ones(2), np.zeros((3, 4)))
    assert parameters[2:].tolist() == [1, 1]
    assert (parameters[:2] < 1).all()


@given(rate=st.floats(1e-4, 0.5), strength=st.floats(0, 1), a=st.floats(0, 0.5), seed=st.integers(0, 1000))
def test_under_plain_sgd_l2_and_weight_decay_are_the_same(
    small: ls.Dataset, rate: float, strength: float, a: float, seed: int
) -> None:
    settings = {"learning_rate": rate, "label_smoothing": a, "seed": seed}
    l2, decay = (trainer(small, **settings, **{name: strength}) for name in ("l2", "weight_decay"))
    for t in (l2, decay):
        t.step(4)
    assert_allclose(flat(l2), flat(decay), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "settings", [{"optimizer": "adam", "learning_rate": 0.01}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}]
)
def test_with_adam_or_momentum_they_differ(small: ls.Dataset, settings: dict[str, Any]) -> None:
    l2, decay = (trainer(small, **settings, **{name: 0.05}) for name in ("l2", "weight_decay"))
    for t in (l2, decay):
        t.step(20)
    assert np.linalg.norm(flat(l2) - flat(decay)) > 1e-3


@given(strength=st.floats(1e-6, 1), name=st.sampled_from(["l1", "l2", "weight_decay"]))
def test_every_remedy_makes_the_weights_smaller(small: ls.Dataset, strength: float, name: str) -> None:
    plain, with_it = trainer(small), trainer(small, **{name: strength})
    for t in (plain, with_it):
        t.step()
    norm = [np.linalg.norm(t.network.parameters[: t.network.weight_count]) for t in (plain, with_it)]
    assert norm[1] < norm[0]


def test_steps_without_penalties_do_not_touch_what_they_need_not() -> None:
    """Turning every penalty off gives the very bits of never having had one."""
    rng = np.random.default_rng(0)
    weights, biases, gradients = rng.normal(size=5), rng.normal(size=2), rng.normal(size=(3, 7))
    off = by_update(update_of(l1=0.0, l2=0.0, weight_decay=0.0), weights, biases, gradients)
    bare = np.array([*weights, *biases])
    for gradient in gradients:
        bare = bare + 0.1 * -gradient
    assert off.tobytes() == bare.tobytes()
