"""Pattern targets: the loss they add, its gradient, training on them, and the study of what they do."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer import Bank, DivergenceError, Hyperparameters, InputError, Trainer
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.nn.similarity import class_collapse, class_separation
from lsexplorer.study.patterns.training import METHODS, QUANTITIES, compare_patterns, measured, wrong_classes
from lsexplorer.study.stats import t_quantile
from tests.support.helpers import dataset, flat, same_bits, trainer

MEANS = np.array([[3.0, 0.0, 1.0, 4.0], [0.0, 2.0, 1.0, 0.0], [1.0, 1.0, 0.0, 5.0]])
DEEP = np.array([[3.0, 0.0], [0.0, 2.0], [1.0, 1.0]])


def test_patterns_are_scaled_to_unit_rms_by_the_scale_that_divides_h() -> None:
    targets = PatternTargets.from_means(MEANS, 0.5)
    assert targets.scale == pytest.approx(math.sqrt((9 + 1 + 16 + 4 + 1 + 1 + 1 + 25) / 12))
    assert np.sqrt((targets.patterns**2).mean()) == pytest.approx(1)
    assert targets.patterns * targets.scale == pytest.approx(MEANS)
    h, y = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 2.0, 1.0, 0.0]]), np.array([0, 1])
    by_hand = 0.5 * ((1 - 3) ** 2 + 1 + 0 + (1 - 4) ** 2) / targets.scale**2
    assert targets.values(h, y).tolist() == pytest.approx([by_hand, 0])  # the second sits on its pattern


def test_the_pull_is_minus_the_gradient_of_the_values() -> None:
    targets = PatternTargets.from_means(MEANS, 0.7)
    rng = np.random.default_rng(0)
    h, y, step = rng.normal(size=(5, 4)), np.array([0, 1, 2, 2, 0]), 1e-6
    for i in range(5):
        for j in range(4):
            up, down = h.copy(), h.copy()
            up[i, j] += step
            down[i, j] -= step
            slope = (targets.values(up, y)[i] - targets.values(down, y)[i]) / (2 * step)
            assert targets.gradient(h, y)[i, j] == pytest.approx(-slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("activation", ["tanh", "logistic", "identity", "relu"])
@pytest.mark.parametrize(("hidden", "means"), [((4,), MEANS), ((3, 2), DEEP)])
def test_a_step_goes_down_the_gradient_of_loss_and_pattern_loss_by_finite_differences(
    small: ls.Dataset, activation: str, hidden: tuple[int, ...], means: np.ndarray
) -> None:
    targets = PatternTargets.from_means(means, 0.3)
    t = Trainer(
        small,
        Hyperparameters(hidden=hidden, activation=activation, batch_size=8, learning_rate=0.1, label_smoothing=0.2),
        pattern_targets=targets,
    )
    t.step(5)
    rows, before = t.next_batch, t.network.parameters.copy()
    x, y, targets_out = small.X_train[rows], small.y_train[rows], t.targets()[rows]

    def loss(parameters: np.ndarray) -> float:
        t.network.parameters[...] = parameters
        cache = t.network.forward(x)
        whole = LOSSES["cross_entropy"].value(targets_out, cache.logits, cache.outputs)
        return float((whole + targets.values(cache.inputs[-1], y)).mean())

    gradient = np.empty_like(before)
    for i in range(len(before)):
        move = np.zeros_like(before)
        move[i] = 1e-6
        gradient[i] = (loss(before + move) - loss(before - move)) / 2e-6
    t.network.parameters[...] = before
    t.step()
    assert t.network.parameters - before == pytest.approx(-0.1 * gradient, rel=1e-4, abs=1e-9)


def test_beta_0_is_plain_training_bit_for_bit(small: ls.Dataset) -> None:
    plain, zero = trainer(small), Trainer(small, trainer(small).hyperparameters, PatternTargets.from_means(MEANS, 0.0))
    for t in (plain, zero):
        t.step(40)
    assert same_bits(flat(plain), flat(zero))
    on = Trainer(small, plain.hyperparameters, PatternTargets.from_means(MEANS, 0.1))
    on.step(40)
    assert not same_bits(flat(plain), flat(on))


def test_a_run_on_patterns_goes_back_and_forth_and_its_delta_table_is_true(small: ls.Dataset) -> None:
    targets = PatternTargets.from_means(MEANS, 0.5)
    t = Trainer(small, Hyperparameters(hidden=(4,), batch_size=8), targets)
    t.step(10)
    table, before = t.deltas(), t.network.parameters.copy()
    for node in table.nodes:
        if node.incoming is not None:
            cache = t.network.forward(small.X_train[t.next_batch])
            delta = cache.outputs - t.targets()[t.next_batch]
            incoming = -delta @ t.network.weights[1].T + targets.gradient(cache.inputs[-1], small.y_train[t.next_batch])
            assert node.incoming == pytest.approx(incoming.mean(axis=0)[node.unit])
            assert node.signal == pytest.approx((incoming * (1 - cache.inputs[1] ** 2)).mean(axis=0)[node.unit])
    t.step()
    for layer, names in enumerate((["h1", "h2", "h3", "h4"], ["o1", "o2", "o3"])):
        moved = t.network.weights[layer] - t.network.blocks(before).weights[layer]
        for unit, name in enumerate(names):
            assert table.weights(name).net[:-1] == pytest.approx(moved[:, unit])
    later = flat(t)
    t.step(20)
    t.back(20)
    assert same_bits(flat(t), later)


def test_patterns_pull_the_hidden_layer_towards_themselves(small: ls.Dataset) -> None:
    def distance(beta: float) -> float:
        targets = PatternTargets.from_means(np.array([[0.8, -0.5, 0.1, 0.4], [-0.6, 0.2, 0.9, 0.0], [0.1] * 4]), 1.0)
        t = Trainer(
            small,
            Hyperparameters(hidden=(4,), batch_size=8, learning_rate=0.05),
            PatternTargets(targets.patterns, targets.scale, beta),
        )
        t.step(300)
        h = np.tanh(small.X_train @ t.network.weights[0] + t.network.biases[0])
        return float(targets.values(h, small.y_train).mean())

    assert distance(0.0) > distance(0.03) > distance(1.0)


BAD = {
    "a negative beta": (
        lambda: PatternTargets.from_means(MEANS, -0.1),
        "beta must be a number of at least 0, got -0.1",
    ),
    "a beta of nan": (lambda: PatternTargets.from_means(MEANS, math.nan), "got nan"),
    "an endless beta": (lambda: PatternTargets.from_means(MEANS, math.inf), "got inf"),
    "silent units": (lambda: PatternTargets.from_means(0 * MEANS, 0.1), "all of them are silent"),
}


@pytest.mark.parametrize("case", BAD)
def test_targets_that_cannot_be_are_refused(case: str) -> None:
    make, words = BAD[case]
    with pytest.raises(InputError, match=words):
        make()


def test_targets_that_do_not_fit_the_network_are_refused(small: ls.Dataset, tmp_path: Path) -> None:
    targets = PatternTargets.from_means(MEANS, 0.1)
    with pytest.raises(InputError, match="has none: give it one"):
        Trainer(small, Hyperparameters(hidden=()), targets)
    with pytest.raises(InputError, match="must be 3 classes by 5 hidden units, as the network has, got 3 by 4"):
        Trainer(small, Hyperparameters(hidden=(5,)), targets)
    with pytest.raises(InputError, match="has no run file"):
        Trainer(small, Hyperparameters(hidden=(4,)), targets).save(tmp_path / "run.json")
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_no_class_keeps_its_pattern_when_they_are_permuted(classes: int) -> None:
    for seed in range(20):
        order = wrong_classes(seed, classes)
        assert sorted(order) == list(range(classes))
        assert (order != np.arange(classes)).all()
        assert (order == wrong_classes(seed, classes)).all()
    patterns = np.arange(2.0 * classes).reshape(classes, 2)
    assert (PatternTargets(patterns, 1.0, 1.0).permuted(order).patterns == patterns[order]).all()


@pytest.mark.parametrize("more", [{}, {"optimizer": "adam", "learning_rate": 0.01}, {"hidden": (3, 4), "l2": 0.01}])
def test_arms_in_lock_step_are_each_what_their_trainer_makes_of_them(small: ls.Dataset, more: dict[str, Any]) -> None:
    hp = Hyperparameters(**{"hidden": (4,), "batch_size": 8, "activation": "relu", "seed": 3} | more)
    hps = [hp, hp.replace(label_smoothing=0.2), hp, hp]
    right = PatternTargets.from_means(MEANS, 0.05)
    each = [None, None, right, right.permuted(np.array([1, 2, 0]))]
    bank = Bank(small, hps, each)
    bank.step(70)
    for r, (one, targets) in enumerate(zip(hps, each, strict=True)):
        t = Trainer(small, one, targets)
        t.step(70)
        assert bank.parameters[:, r] == pytest.approx(t.network.parameters, rel=1e-10, abs=1e-13)


def test_the_quantities_are_those_of_each_network(small: ls.Dataset) -> None:
    hp = Hyperparameters(hidden=(4,), batch_size=8, learning_rate=0.2)
    bank = Bank(small, [hp, hp.replace(label_smoothing=0.3)])
    bank.step(60)
    found = dict(zip((q.name for q in QUANTITIES), measured(bank), strict=True))
    for r, a in enumerate((0.0, 0.3)):
        t = Trainer(small, hp.replace(label_smoothing=a))
        t.step(60)
        evaluation = t.evaluate("test")
        for name in ("accuracy", "nll", "ece"):
            assert found[name][r] == pytest.approx(evaluation[name])
        assert found["weight_norm"][r] == pytest.approx(t.history["weight_norm"].values[-1])
        W, b = t.network.weights[0], t.network.biases[0]
        test, train = (ACTIVATIONS["tanh"].value(X @ W + b) for X in (small.X_test, small.X_train))
        assert found["hidden_norm"][r] == pytest.approx(np.sqrt((test**2).sum(axis=1)).mean())
        assert found["nc1"][r] == pytest.approx(float(class_collapse(train, small.y_train)))
        assert found["separation"][r] == pytest.approx(float(class_separation(test, small.y_test)))


def test_separation_worked_by_hand() -> None:
    H = np.array([[0.0, 1.0], [2.0, 1.0], [10.0, 1.0], [14.0, 1.0]])
    y = np.array([0, 0, 1, 1])
    # means 1 and 12, their spread ((5.5)² + (5.5)²)/2 = 30.25; within (1 + 1 + 4 + 4)/4 = 2.5
    assert float(class_separation(H, y)) == pytest.approx(30.25 / 2.5)
    bank = np.stack([H, 3 * H + 1], axis=-1)
    assert class_separation(bank, y).tolist() == pytest.approx([12.1, 12.1])


def test_the_comparison_pairs_its_seeds(small: ls.Dataset) -> None:
    hp = Hyperparameters(hidden=(4,), batch_size=8, learning_rate=0.2, seed=5)
    told = []
    found = compare_patterns(small, hp, 4, beta=0.2, seeds=3, progress=lambda *now: told.append(now))
    assert (found.seeds, found.teachers, found.steps) == ((5, 6, 7), (8, 9, 10), 12)
    assert told == [("training on patterns", done, 3) for done in (0, 1, 2, 3)]
    for i, (seed, teacher_seed) in enumerate(zip(found.seeds, found.teachers, strict=True)):
        teacher = Trainer(small, hp.replace(seed=teacher_seed))
        teacher.step(12)
        h = np.tanh(small.X_train @ teacher.network.weights[0] + teacher.network.biases[0])
        right = PatternTargets.from_means(np.array([h[small.y_train == c].mean(axis=0) for c in range(3)]), 0.2)
        wrong = right.permuted(wrong_classes(seed, 3))
        for method, a, targets in (
            ("plain", 0, None),
            ("smoothing", 0.1, None),
            ("patterns", 0, right),
            ("permuted", 0, wrong),
        ):
            t = Trainer(small, hp.replace(seed=seed, label_smoothing=a), targets)
            t.step(12)
            assert found.values["nll"][i, METHODS.index(method)] == pytest.approx(t.evaluate("test").nll)
    paired = found.values["nll"][:, 2] - found.values["nll"][:, 3]
    interval = found.difference("nll", "permuted")
    reach = t_quantile(0.975, 2) * paired.std(ddof=1) / math.sqrt(3)
    assert interval == pytest.approx((paired.mean(), paired.mean() - reach, paired.mean() + reach))


def test_beta_0_makes_patterns_and_permuted_the_plain_arm(small: ls.Dataset) -> None:
    found = compare_patterns(small, Hyperparameters(hidden=(4,), batch_size=8), 3, beta=0.0, seeds=2)
    for values in found.values.values():
        assert (values[:, 0] == values[:, 2]).all()
        assert (values[:, 0] == values[:, 3]).all()


def test_a_single_output_unit_is_measured_as_its_two_classes() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 2))
    data = dataset(X, (X[:, 0] > 0).astype(int), classes=2)
    hp = Hyperparameters(hidden=(3,), output="sigmoid", loss="binary_cross_entropy", learning_rate=0.5)
    found = compare_patterns(data, hp, 20, beta=0.01, seeds=2)
    t = Trainer(data, hp)
    t.step(found.steps)
    assert found.values["accuracy"][0, 0] == pytest.approx(t.evaluate("test").accuracy)
    assert found.values["nll"][0, 0] == pytest.approx(t.evaluate("test").nll)


def test_outputs_that_are_no_probabilities_have_no_nll(small: ls.Dataset) -> None:
    found = compare_patterns(small, Hyperparameters(hidden=(4,), output="identity", loss="mse"), 2, seeds=2)
    assert np.isnan(found.values["nll"]).all()
    assert np.isfinite(found.values["accuracy"]).all()


REFUSED = {
    "one seed": ({}, {"seeds": 1}, "seeds must be 2 or more, got 1"),
    "a negative beta": ({}, {"beta": -1.0}, "beta must be a number of at least 0, got -1"),
    "no hidden layer": ({"hidden": ()}, {}, "has none: give it one"),
    "hard targets only": ({"output": "identity", "loss": "hinge"}, {}, "hard targets only"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_comparison_that_cannot_be_is_refused(small: ls.Dataset, case: str) -> None:
    hyperparameters, arguments, words = REFUSED[case]
    with pytest.raises(InputError, match=words):
        compare_patterns(small, Hyperparameters(**hyperparameters), 1, **arguments)


def test_what_diverges_is_named(small: ls.Dataset) -> None:
    hp = Hyperparameters(hidden=(4,), activation="relu", learning_rate=0.1)
    words = r"the network 'patterns' of seed 0 left the finite numbers \(β = 1e\+06\)"
    with pytest.raises(DivergenceError, match=words):
        compare_patterns(small, hp, 40, beta=1e6, seeds=2)
