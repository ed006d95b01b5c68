"""Arms in lock step: each is the Trainer with its hyperparameters, wherever the comparison stands."""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.bank.comparison import MEASURES, Comparison, Method, methods_of
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Strengths, history, timeline
from tests.support.helpers import MEANS, PAIRS, crossed, dataset, fitting_means, same_bits, slow, small_data

DATA = small_data()
STRENGTHS = Strengths(**MEANS, label_smoothing=0.2, l2=0.02, l1=0.003, weight_decay=0.05)
OPTIMISERS = {
    "sgd": {},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
}


def compared(data: ls.Dataset = DATA, matched: float = 0.007, **hyperparameters: Any) -> tuple[Any, list[ls.Trainer]]:
    """A comparison, and a Trainer for each method."""
    hp = ls.Hyperparameters(**{"batch_size": 8, "hidden": (4,), "seed": 5} | hyperparameters)
    methods = methods_of(hp, STRENGTHS, ("l2", matched))
    return Comparison(data, methods), [ls.Trainer(data, method.hyperparameters) for method in methods]


def same_deltas(mine: Any, right: Any) -> None:
    assert (mine.step, mine.sample, mine.equation, mine.learning_rate) == (
        right.step,
        right.sample,
        right.equation,
        right.learning_rate,
    )
    assert mine.batch.tolist() == right.batch.tolist()
    assert mine.strengths == right.strengths
    for node, expected in zip(mine.nodes, right.nodes, strict=True):
        for field in fields(expected):
            value, other = getattr(node, field.name), getattr(expected, field.name)
            if isinstance(other, float):
                assert value == pytest.approx(other, rel=1e-9, abs=1e-13, nan_ok=True), (node.name, field.name)
            elif field.name == "added":
                assert value == pytest.approx(other, rel=1e-9, abs=1e-13)
            elif field.name == "norm_changes":
                assert set(value.by_name) == set(other.by_name)
                for name in ("plain", *other.by_name, "now"):
                    assert getattr(value, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-13, nan_ok=True)
            else:
                assert value == other
        for name in ("weight", "data", "net", "after"):
            found, wanted = (getattr(deltas.weights(node.name), name) for deltas in (mine, right))
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13)


def agree(comparison: Comparison, trainers: Sequence[ls.Trainer]) -> None:
    """Every method against its Trainer: weights, optimiser, batch, deltas, history, measures."""
    state = comparison.bank.state()
    for r, t in enumerate(trainers):
        right = t.network.parameters
        assert abs(state.parameters[:, r] - right).max() <= 1e-12 * abs(right).max()
        np.testing.assert_allclose(state.optimizer[:, :, r], t.optimizer_state, rtol=1e-9, atol=1e-13)
        assert comparison.next_batch.tolist() == t.next_batch.tolist()
        assert (comparison.step_count, comparison.epoch) == (t.step_count, t.epoch)
    for sample in (None, 3):
        for mine, t in zip(comparison.deltas(sample), trainers, strict=True):
            same_deltas(mine, t.deltas(sample))
    for series, t in zip(comparison.history, trainers, strict=True):
        expected = t.history
        assert {"weight_norm", *MEASURES, *(f"test_{name}" for name in MEASURES)} == set(series)
        for name in set(series) & set(expected):
            assert series[name].steps.tolist() == expected[name].steps.tolist(), name
            np.testing.assert_allclose(series[name].values, expected[name].values, rtol=1e-9, atol=1e-12, err_msg=name)
        for part, name in (("train", "mean_confidence"), ("test", "test_mean_confidence")):
            sure = t.evaluate(part).mean_confidence
            assert series[name].values[-1] == pytest.approx(sure, rel=1e-9, nan_ok=True)
            assert series[name].steps.tolist() == series["loss"].steps.tolist()
    for score, t in zip(comparison.scores(), trainers, strict=True):
        for part in ("train", "test"):
            assert dict(score.parts[part]) == pytest.approx(dict(t.evaluate(part)), rel=1e-9, nan_ok=True)
        assert score.weight_norm == pytest.approx(t.history["weight_norm"].values[-1], rel=1e-12)


def test_the_arms_have_one_regulariser_each_and_all_else_alike() -> None:
    hp = ls.Hyperparameters(hidden=(3,), label_smoothing=0.4, l2=0.5, momentum=0.9, seed=8)
    methods = methods_of(hp, STRENGTHS, ("l2", 0.25))
    assert [method.key for method in methods] == ["plain", *REGULARIZERS, "matched"]
    assert [method.key for method in methods[1:5]] == ["label_smoothing", "l2", "l1", "weight_decay"]
    assert [method.strength for method in methods] == [0, *STRENGTHS.by_name.values(), 0.25]
    for method in methods:
        on = {name for name in REGULARIZERS if getattr(method.hyperparameters, name)}
        assert on == ({method.regularizer} if method.regularizer else set())
        assert method.hyperparameters.replace(**dict.fromkeys(REGULARIZERS, 0.0)) == methods[0].hyperparameters
        assert method.hyperparameters.momentum == 0.9
    assert [method.key for method in methods_of(hp, STRENGTHS)] == [method.key for method in methods[:-1]]


def test_of_the_means_without_a_key_those_are_methods_that_are_on_or_asked_for() -> None:
    keyed = ["plain", *(name for name in REGULARIZERS if name not in MEANS)]
    hp = ls.Hyperparameters(z_loss=0.3)
    methods = methods_of(hp, Strengths(l2=0.5, logit_penalty=0.2))
    assert [method.key for method in methods] == [*keyed, "logit_penalty", "z_loss"]
    assert [method.key for method in methods_of(ls.Hyperparameters(), Strengths())] == keyed
    bare = methods_of(ls.Hyperparameters(output="sigmoid", loss="mse"), STRENGTHS)
    assert [method.key for method in bare] == [*keyed, "logit_penalty", "last_layer_l2"]


@pytest.mark.parametrize("optimiser", [slow("sgd"), "nesterov", "adam"])
def test_each_arm_is_its_trainer(optimiser: str) -> None:
    comparison, trainers = compared(**OPTIMISERS[optimiser])
    agree(comparison, trainers)
    for n in (1, 4, 25):
        comparison.step(n)
        for t in trainers:
            t.step(n)
        agree(comparison, trainers)


@pytest.mark.parametrize("pair", crossed(PAIRS, keep=3))
def test_each_arm_is_its_trainer_whatever_the_loss(pair: tuple[str, str]) -> None:
    output, loss = pair
    comparison, trainers = compared(output=output, loss=loss)
    assert len(trainers) == 4 + len(fitting_means(output, loss)) + (1 if loss == "hinge" else 2)
    comparison.step(7)
    for t in trainers:
        t.step(7)
    agree(comparison, trainers)


def test_each_arm_is_its_trainer_with_one_unit_with_two_hidden_layers_with_soft_targets() -> None:
    two = dataset(DATA.X_train, np.arange(22) % 2, DATA.X_test, np.arange(9) % 2, classes=2)
    for case in (
        compared(two, output="sigmoid", loss="binary_cross_entropy"),
        compared(hidden=(4, 3), activation="relu", init="he"),
        compared(hidden=(), soft_targets=0.8),
    ):
        comparison, trainers = case
        comparison.step(11)
        for t in trainers:
            t.step(11)
        agree(comparison, trainers)


@pytest.mark.parametrize(("optimiser", "checkpoints"), crossed(OPTIMISERS, [3, 1024], keep=2))
@given(steps=st.lists(st.integers(0, 40), min_size=1, max_size=8))
@settings(max_examples=6)
def test_going_anywhere_gives_the_same_bits_and_leaves_the_history_whole(
    optimiser: str, checkpoints: int, steps: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "MAX_CHECKPOINTS", checkpoints)
        patch.setattr(timeline, "MIN_CHECKPOINTS", 1)
        walked, _ = compared(**OPTIMISERS[optimiser])
        straight = {}
        other, _ = compared(**OPTIMISERS[optimiser])
        for step in range(41):
            straight[step] = other.bank.state()
            other.step()
        for step in steps:
            walked.goto(step)
            assert walked.step_count == step
            now = walked.bank.state()
            assert same_bits(now.parameters, straight[step].parameters)
            assert same_bits(now.optimizer, straight[step].optimizer)
        assert walked.furthest_step == max(steps)
        walked.goto(max(steps))
        other.goto(max(steps))
        other_short, _ = compared(**OPTIMISERS[optimiser])
        other_short.step(max(steps))
        for mine, right in zip(walked.history, other_short.history, strict=True):
            for name, series in right.items():
                assert mine[name].steps.tolist() == series.steps.tolist()
                assert same_bits(mine[name].values, series.values)


def test_back_and_what_cannot_be() -> None:
    comparison, trainers = compared()
    comparison.step(9)
    comparison.back(2)
    for t in trainers:
        t.step(7)
    state = comparison.bank.state()
    assert abs(state.parameters[:, 1] - trainers[1].network.parameters).max() < 1e-13
    for wrong in (8, -1, 1.5):
        with pytest.raises(ls.InputError, match="step"):
            comparison.back(wrong)
    with pytest.raises(ls.InputError, match="sample must be a training row from 0 to 21, got 22"):
        comparison.deltas(22)
    assert comparison.step_count == 7
    with pytest.raises(ls.InputError, match="differ in"):
        Comparison(DATA, [Method("plain", ls.Hyperparameters()), Method("l2", ls.Hyperparameters(hidden=(9,)))])


def test_arms_that_are_too_large() -> None:
    with pytest.raises(ls.InputError, match=r"\d networks 3-4000-1200-3 side by side have \d\d,"):
        Comparison(DATA, methods_of(ls.Hyperparameters(hidden=(4000, 1200)), STRENGTHS))
    with pytest.raises(ls.InputError, match="at least one"):
        Comparison(DATA, [])


def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MAX_CHECKPOINTS", 16)
    monkeypatch.setattr(history, "MAX_POINTS", 50)
    comparison, _ = compared()
    comparison.step(1200)
    for series in comparison.history[0].values():
        assert 20 < len(series.steps) <= 52
        assert series.steps[-1] == 1200
    middle = comparison.bank.state()
    comparison.goto(614)
    again, _ = compared()
    again.step(614)
    assert same_bits(comparison.bank.parameters, again.bank.parameters)
    comparison.goto(1200)
    assert same_bits(comparison.bank.parameters, middle.parameters)


def test_agreement_is_with_the_smoothing_arm() -> None:
    comparison, trainers = compared(learning_rate=0.5)
    comparison.step(90)
    for t in trainers:
        t.step(90)
    for part, X in (("train", DATA.X_train), ("test", DATA.X_test)):
        says = [t.network.forward(X).logits.argmax(axis=1) for t in trainers]
        right = [np.mean(answers == says[1]) for answers in says]
        assert [score.agreement[part] for score in comparison.scores()] == pytest.approx(right)
        assert min(right) < 1
    hinge, _ = compared(output="identity", loss="hinge")
    others = fitting_means("identity", "hinge")
    assert [method.key for method in hinge.methods] == ["plain", "l2", "l1", "weight_decay", *others, "matched"]
    assert all(math.isnan(score.agreement["test"]) for score in hinge.scores())


def test_an_arm_that_overflows_is_nothing_from_there_on_and_comes_back_with_a_step_back() -> None:
    hp = ls.Hyperparameters(batch_size=8, output="identity", loss="mse", learning_rate=0.01)
    wild = Strengths(label_smoothing=0.1, l2=500.0, l1=0.001, weight_decay=0.01)
    comparison, calm = (Comparison(DATA, methods_of(hp, strengths)) for strengths in (wild, STRENGTHS))
    first = comparison.bank.state()
    comparison.step(1000)
    calm.step(1000)
    assert np.flatnonzero(comparison.diverged).tolist() == [2]
    scores, series = comparison.scores(), comparison.history
    assert math.isnan(scores[2].parts["test"].accuracy)
    assert math.isnan(scores[2].weight_norm)
    assert math.isnan(scores[2].agreement["test"])
    assert math.isnan(series[2]["weight_norm"].values[-1])
    assert math.isnan(series[2]["test_loss"].values[-1])
    assert math.isnan(comparison.deltas()[2].nodes[0].output)
    assert same_bits(comparison.bank.parameters[:, 0].copy(), calm.bank.parameters[:, 0].copy())
    assert str(scores[0].parts["test"]) == str(calm.scores()[0].parts["test"])  # no probabilities: NaN in both
    comparison.goto(0)
    assert not comparison.diverged.any()
    assert same_bits(comparison.bank.parameters, first.parameters)
    comparison.goto(1000)
    assert np.flatnonzero(comparison.diverged).tolist() == [2]
