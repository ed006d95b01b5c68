"""Two classes under a sigmoid: one unit, whose output is the second class's share, with targets a/2 and 1 − a/2."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer import smooth_labels
from tests.support import formulas
from tests.support.helpers import dataset, flat, same_bits, trainer

LOSSES = ["binary_cross_entropy", "mse", "mae"]
Y = np.arange(20) % 2


@pytest.fixture
def two() -> ls.Dataset:
    rng = np.random.default_rng(4)
    return dataset(rng.normal(size=(20, 3)) + Y[:, None], Y, classes=2)


def test_only_two_classes_under_a_sigmoid_share_a_unit(two: ls.Dataset, small: ls.Dataset) -> None:
    assert trainer(two, output="sigmoid", loss="mse").network.sizes == (3, 4, 1)
    assert trainer(two).network.sizes == (3, 4, 2)
    assert trainer(two, output="tanh", loss="mse").network.sizes == (3, 4, 2)
    assert trainer(small, output="sigmoid", loss="mse").network.sizes == (3, 4, 3)


@pytest.mark.parametrize(
    ("settings", "off", "on"),
    [
        ({}, 0, 1),
        ({"label_smoothing": 0.2}, 0.1, 0.9),
        ({"soft_targets": 0.9}, 0.1, 0.9),
        ({"soft_targets": ((0.7, 0.3), (0.2, 0.8))}, 0.3, 0.8),
        ({"soft_targets": ((0.7, 0.3), (0.2, 0.8)), "label_smoothing": 0.5}, 0.4, 0.65),
    ],
)
def test_its_targets(two: ls.Dataset, settings: dict[str, Any], off: float, on: float) -> None:
    t = trainer(two, output="sigmoid", loss="mse", **settings)
    assert_allclose(t.targets(), np.where(Y, on, off)[:, None], rtol=1e-14)


def test_soft_data_gives_the_second_classs_share(two: ls.Dataset) -> None:
    soft = np.random.default_rng(1).dirichlet([1, 1], size=20)
    t = trainer(dataset(two.X_train, Y, classes=2, soft_train=soft), output="sigmoid", loss="mse", label_smoothing=0.1)
    assert_allclose(t.targets()[:, 0], 0.9 * soft[:, 1] + 0.05, rtol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
def test_its_measures_are_those_of_the_two_classes(two: ls.Dataset, loss: str) -> None:
    t = trainer(two, output="sigmoid", loss=loss, label_smoothing=0.1)
    t.step(20)
    z = t.network.forward(two.X_train).logits[:, 0]
    p = [1 / (1 + math.exp(-value)) for value in z]
    own = [share if y else 1 - share for share, y in zip(p, Y, strict=True)]
    found = t.evaluate("train")
    assert found.accuracy == np.mean([share > 0.5 for share in own])
    assert found.nll == pytest.approx(-np.mean(np.log(own)), rel=1e-10)
    assert found.brier == pytest.approx(np.mean([2 * (1 - share) ** 2 for share in own]), rel=1e-10)
    assert found.mean_confidence == pytest.approx(np.mean([max(share, 1 - share) for share in p]), rel=1e-12)
    assert found.logit_gap == pytest.approx(np.mean(np.where(Y, z, -z)), rel=1e-12)
    assert found.loss == pytest.approx(formulas.loss(loss, t.targets(), np.array(p)[:, None]).mean(), rel=1e-10)
    assert t.history["logit_gap"].values[-1] == found.logit_gap


def test_it_learns_as_two_softmax_units_do_when_only_their_difference_counts(two: ls.Dataset) -> None:
    """z = z₂ − z₁: the logistic unit's cross-entropy is the softmax's, so one step moves the difference alike."""
    one = trainer(two, output="sigmoid", loss="binary_cross_entropy", hidden=(), label_smoothing=0.2, batch_size=20)
    pair = trainer(two, hidden=(), label_smoothing=0.2, learning_rate=0.025, batch_size=20)
    w = np.array([[0.3], [-0.2], [0.1]])
    one.network.weights, one.network.biases = [w], [[0.05]]
    pair.network.weights, pair.network.biases = [np.hstack([-w / 2, w / 2])], [[-0.025, 0.025]]
    for _ in range(30):
        one.step()
        pair.step()
    assert_allclose(np.diff(pair.network.weights[0]), one.network.weights[0], rtol=1e-10)
    assert one.evaluate("train").nll == pytest.approx(pair.evaluate("train").nll, rel=1e-10)
    assert one.evaluate("train").ece == pytest.approx(pair.evaluate("train").ece, rel=1e-10)


@pytest.mark.parametrize("loss", LOSSES)
def test_its_row_of_the_delta_table(two: ls.Dataset, loss: str) -> None:
    t = trainer(two, output="sigmoid", loss=loss, label_smoothing=0.1)
    t.step(5)
    rows, table = t.next_batch, t.deltas()
    assert [node.name for node in table.nodes] == ["o1", "h1", "h2", "h3", "h4"]
    node, z = table.node("o1"), t.network.forward(two.X_train[rows]).logits
    o, soft = formulas.output("sigmoid", z), np.where(Y[rows], 0.95, 0.05)[:, None]
    signal = -formulas.slopes(lambda x: formulas.loss(loss, soft, formulas.output("sigmoid", x)), z)
    assert node.class_name == "class 1"
    found = [node.target, node.soft_target, node.output, node.error, node.soft_error, node.signal]
    right = [Y[rows].mean(), *(values.mean() for values in (soft, o, Y[rows][:, None] - o, soft - o, signal))]
    assert_allclose(found, right, rtol=1e-6, atol=1e-9)
    t.step()
    assert same_bits(table.weights("o1").after[:-1], t.network.weights[-1][:, 0].copy())


def test_smoothing_the_data_beforehand_is_the_same_bit_for_bit(two: ls.Dataset) -> None:
    settings = {"output": "sigmoid", "loss": "binary_cross_entropy", "seed": 2}
    during = trainer(two, label_smoothing=0.3, **settings)
    beforehand = dataset(two.X_train, Y, classes=2, soft_train=smooth_labels(two.targets_train, 0.3))
    before = trainer(beforehand, **settings)
    during.step(20)
    before.step(20)
    assert same_bits(flat(during), flat(before))
