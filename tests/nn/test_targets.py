"""Soft targets: their sums, their tables, their inverse, and the floor and gap that go with them."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.activations import softmax
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.targets import on_off, one_hot, optimal_gap, smoothing_from_on, target_matrix
from tests.support.helpers import dataset, trainer

smoothings = st.floats(0, 1)
classes = st.integers(2, 50)

# a, K, on, off, gap as they are printed in the article's companion table.
TABLE = [
    (0.1, 3, ".9333", ".0333", "3.332"),
    (0.2, 2, ".9", ".1", "2.197"),
    (0.3, 3, ".8", ".1", "2.079"),
    (0.45, 3, ".7", ".15", "1.540"),
    (0.6, 3, ".6", ".2", "1.099"),
    (0.1, 10, ".91", ".01", "4.511"),
]


def prints_as(value: float, text: str) -> bool:
    return round(value, len(text.split(".")[1])) == float(text)


@pytest.mark.parametrize(("a", "K", "on", "off", "gap"), TABLE)
def test_the_table_of_on_and_off_values_and_gaps(a: float, K: int, on: str, off: str, gap: str) -> None:
    row = ls.smooth_labels(np.eye(K)[:1], a)[0]
    assert prints_as(row[0], on)
    assert all(prints_as(value, off) for value in row[1:])
    assert on_off(a, K) == pytest.approx((row[0], row[1]), rel=1e-15)
    assert prints_as(optimal_gap(a, K), gap)


@given(y=st.lists(st.integers(0, 4), min_size=1, max_size=8), a=smoothings)
def test_smoothed_rows_sum_to_one_and_keep_their_class(y: list[int], a: float) -> None:
    hard = one_hot(np.array(y), 5)
    assert [row.index(1.0) for row in hard.tolist()] == y
    soft = ls.smooth_labels(hard, a)
    assert_allclose(soft.sum(axis=1), 1, rtol=1e-15)
    assert soft.min() >= 0
    assert_allclose(soft[np.arange(len(y)), y], 1 - a * 4 / 5, rtol=1e-14)
    assert hard.sum() == len(y)  # the argument is left as it was


def test_no_smoothing_changes_no_bit_and_full_smoothing_is_uniform() -> None:
    hard = np.eye(4)
    assert ls.smooth_labels(hard, 0).tolist() == hard.tolist()
    assert ls.smooth_labels(hard, 1).tolist() == [[0.25] * 4] * 4


@given(seed=st.integers(0, 2**32 - 1), a=smoothings, b=smoothings)
def test_soft_targets_can_be_smoothed_and_smoothing_twice_composes(seed: int, a: float, b: float) -> None:
    soft = np.random.default_rng(seed).dirichlet(np.ones(4), size=3)
    twice = ls.smooth_labels(ls.smooth_labels(soft, a), b)
    assert_allclose(twice, ls.smooth_labels(soft, 1 - (1 - a) * (1 - b)), rtol=1e-12, atol=1e-15)


def test_a_single_output_counts_as_two_classes() -> None:
    assert_allclose(ls.smooth_labels(np.array([[1.0], [0.0]]), 0.2), [[0.9], [0.1]])


@pytest.mark.parametrize("a", [-0.1, 1.1, math.nan, math.inf, -math.inf, -1e-300])
def test_a_smoothing_outside_0_to_1_is_refused(a: float) -> None:
    with pytest.raises(ls.InputError, match="label_smoothing"):
        ls.smooth_labels(np.eye(3), a)
    with pytest.raises(ls.InputError, match="label_smoothing"):
        ls.smooth_labels(np.eye(3)[:, :, None], np.array([0.1, a]))


@given(a=smoothings, K=classes)
def test_smoothing_from_on_is_the_inverse(a: float, K: int) -> None:
    on = ls.smooth_labels(np.eye(K), a)[0, 0]
    # 'on' carries an error of about 1e-16, which K/(K−1) ≤ 2 can double.
    assert smoothing_from_on(min(1.0, max(on, 1 / K)), K) == pytest.approx(a, abs=1e-15)


def test_the_articles_on_values_as_smoothings() -> None:
    assert [smoothing_from_on(on, 3) for on in (0.8, 0.7, 0.6)] == pytest.approx([0.3, 0.45, 0.6], rel=1e-14)
    assert smoothing_from_on(0.9, 2) == pytest.approx(0.2, rel=1e-14)


@pytest.mark.parametrize("on", [0.3, 1.0001, math.nan, -1, math.inf])
def test_an_on_value_below_one_kth_or_above_one_is_refused(on: float) -> None:
    with pytest.raises(ls.InputError, match="on value"):
        smoothing_from_on(on, 3)


@given(a=st.floats(0.01, 1), K=st.integers(2, 12), seed=st.integers(0, 2**32 - 1))
def test_the_smoothed_cross_entropy_is_least_at_the_optimal_gap_where_it_is_the_targets_entropy(
    a: float, K: int, seed: int
) -> None:
    t = ls.smooth_labels(np.eye(K)[:1], a)

    def loss(z: np.ndarray) -> float:
        return LOSSES["cross_entropy"].value(t, z, softmax(z))[0]

    best = np.zeros((1, K))
    best[0, 0] = optimal_gap(a, K)
    entropy = -sum(p * math.log(p) for p in t[0].tolist() if p)
    assert loss(best) == pytest.approx(entropy, rel=1e-12, abs=1e-14)
    step = np.random.default_rng(seed).normal(size=(1, K))
    assert loss(best + step) > entropy


def test_without_smoothing_the_best_gap_is_infinite() -> None:
    assert optimal_gap(0.0, 3) == math.inf


def test_target_matrix_from_an_on_value_or_rows() -> None:
    assert_allclose(target_matrix(0.8, 3), [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], rtol=1e-14)
    rows = ((0.7, 0.3), (0.0, 1.0))
    assert target_matrix(rows, 2).tolist() == [[0.7, 0.3], [0.0, 1.0]]


@pytest.mark.parametrize(
    "rows",
    [
        ((0.7, 0.3),),
        ((0.7, 0.3), (0.5, 0.5), (0.5, 0.5)),
        ((0.7, 0.2, 0.1), (0.2, 0.7, 0.1)),
        ((0.7, 0.3), (1.0,)),
        ((0.7, 0.3), (0.6, 0.5)),
        ((0.7, 0.3), (-0.1, 1.1)),
        ((0.7, 0.3), (math.nan, 1.0)),
    ],
)
def test_target_rows_that_are_no_probabilities_of_k_classes_are_refused(rows: tuple[Any, ...]) -> None:
    with pytest.raises(ls.InputError, match="soft_targets"):
        target_matrix(rows, 2)


def test_trainers_targets_under_every_setting(small: ls.Dataset) -> None:
    rows = [[0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.0, 0.5, 0.5]]
    t = trainer(small)
    assert t.targets().tolist() == np.eye(3)[small.y_train].tolist()
    assert t.targets("test").tolist() == np.eye(3)[small.y_test].tolist()
    t.set(label_smoothing=0.3)
    assert_allclose(t.targets()[small.y_train == 1], [[0.1, 0.8, 0.1]] * int((small.y_train == 1).sum()), rtol=1e-14)
    t.set(soft_targets=rows, label_smoothing=0.0)
    assert t.targets().tolist() == [rows[k] for k in small.y_train]
    t.set(label_smoothing=0.5)
    assert_allclose(t.targets("test"), [[v / 2 + 1 / 6 for v in rows[k]] for k in small.y_test], rtol=1e-14)
    t.set(soft_targets=0.7, label_smoothing=0.0)
    assert_allclose(t.targets(), [[0.7 if k == y else 0.15 for k in range(3)] for y in small.y_train], rtol=1e-14)


def test_soft_targets_of_the_data_set_are_used_and_smoothed() -> None:
    soft = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    data = dataset(np.eye(3), [0, 1, 0], classes=2, soft_train=soft)
    assert trainer(data).targets().tolist() == soft.tolist()
    assert_allclose(trainer(data, label_smoothing=0.2).targets(), 0.8 * soft + 0.1, rtol=1e-14)
    assert trainer(data).targets("test").tolist() == [[1, 0], [0, 1], [1, 0]]


def test_hinge_refuses_data_with_soft_targets(small: ls.Dataset) -> None:
    """It takes hard targets only; on soft ones it would see every class as the right one, and learn nothing."""
    soft = ls.smooth_labels(small.targets_train, 0.1)
    for part in ({"soft_train": soft}, {"soft_test": soft}):
        data = dataset(small.X_train, small.y_train, **part)
        with pytest.raises(ls.InputError, match="hard targets only"):
            trainer(data, output="identity", loss="hinge")
        t = trainer(data, output="identity", loss="mse")
        t.step(2)
        with pytest.raises(ls.InputError, match="hard targets only"):
            t.set(loss="hinge", l2=0.1)
        assert (t.hyperparameters.loss, t.hyperparameters.l2, t.events) == ("mse", 0, ())


@pytest.mark.parametrize("soft_targets", [0.2, [[0.5, 0.5], [0.5, 0.5]]])
def test_soft_targets_that_do_not_fit_the_classes_are_refused(
    small: ls.Dataset, soft_targets: float | list[list[float]]
) -> None:
    with pytest.raises(ls.InputError):
        trainer(small, soft_targets=soft_targets)
    t = trainer(small)
    with pytest.raises(ls.InputError):
        t.set(soft_targets=soft_targets, l2=0.1)
    assert t.hyperparameters.l2 == 0
    assert t.events == ()


@given(seed=st.integers(0, 2**32 - 1))
def test_smoothing_the_data_beforehand_is_the_same_bit_for_bit(seed: int) -> None:
    """Physically or during training: the same weights."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(10, 2)), rng.integers(3, size=10)
    a = float(rng.uniform(0, 1))
    during = trainer(dataset(X, y), label_smoothing=a, seed=1)
    before = trainer(dataset(X, y, soft_train=ls.smooth_labels(np.eye(3)[y], a)), seed=1)
    during.step(5)
    before.step(5)
    assert during.network.parameters.tobytes() == before.network.parameters.tobytes()
