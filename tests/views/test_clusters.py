"""The clusters' numbers, against a projection computed another way."""

import numpy as np
import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.views.clusters import MOST_SAMPLES, plane_of, spread_of, triples_of
from tests.support.explorer import new_trainer
from tests.support.pictures import numbers_of


def test_samples_are_projected_orthogonally_on_the_plane_through_the_three_templates() -> None:
    t = new_trainer(150)
    found = numbers_of("clusters", t)
    (W1, W2), (b1, _) = t.network.weights, t.network.biases
    for X, y, points, classes in (
        (t.data.X_train, t.data.y_train, found.train, found.train_classes),
        (t.data.X_test, t.data.y_test, found.test, found.test_classes),
    ):
        H = np.concatenate([np.tanh(X[y == k] @ W1 + b1) for k in range(3)])
        assert classes.tolist() == sorted(y.tolist())
        sides = np.stack([W2[:, 1] - W2[:, 0], W2[:, 2] - W2[:, 0]], axis=1)
        foot = sides @ np.linalg.lstsq(sides, H.T, rcond=None)[0]  # least squares: the nearest points of the plane
        between = np.linalg.norm(foot.T[:, None] - foot.T[None, :], axis=2)
        assert np.linalg.norm(points[:, None] - points[None, :], axis=2) == pytest.approx(between)
    assert found.size == pytest.approx(np.linalg.norm(found.train - found.train.mean(axis=0)) / np.sqrt(120))
    assert not found.flat


def test_the_selected_sample_is_there_where_its_class_is() -> None:
    t = new_trainer(50)
    row = int(np.flatnonzero(t.data.y_train == 1)[0])
    found = numbers_of("clusters", t, sample=row)
    np.testing.assert_allclose(found.chosen[0], found.train[found.train_classes == 1][0])
    assert found.chosen_class == 1
    digits = Trainer(load_dataset("digits"), Hyperparameters(hidden=(8,)))
    nine = int(np.flatnonzero(digits.data.y_train == 9)[0])
    assert [numbers_of("clusters", digits, sample=nine, variant=v).chosen_class for v in (0, 3)] == [-1, 0]
    assert len(numbers_of("clusters", digits, sample=nine).chosen) == 0


def test_the_basis_is_orthonormal_and_stands_as_it_is_said_to() -> None:
    templates = np.random.default_rng(0).normal(size=(3, 7))
    basis = plane_of(templates)
    assert basis @ basis.T == pytest.approx(np.eye(2))
    first, second, third = templates @ basis.T
    assert first[0] < second[0]
    assert first[1] == pytest.approx(second[1])
    assert third[1] > first[1]


@pytest.mark.parametrize(
    "templates",
    [[[0.0, 0, 0], [3.0, 4, 0]], [[0.0, 0, 0], [1.5, 2, 0], [3.0, 4, 0]], [[0.0, 0, 0], [0.0, 0, 0], [3.0, 4, 0]]],
)
def test_two_templates_or_three_on_a_line_have_that_line(templates: list[list[float]]) -> None:
    assert plane_of(np.array(templates)) == pytest.approx(np.array([[0.6, 0.8, 0.0]]))


def test_spread_is_the_distance_from_the_own_centre_over_that_between_centres() -> None:
    points = np.array([[0.0, 1], [0, -1], [4, 3], [4, -3]])
    assert spread_of(points, np.array([0, 0, 1, 1])) == pytest.approx(np.sqrt((1 + 1 + 9 + 9) / 4) / 4)
    assert np.isnan(spread_of(points[:2], np.array([0, 0])))
    assert np.isnan(spread_of(np.zeros((4, 2)), np.array([0, 0, 1, 1])))


def test_smoothing_makes_the_clusters_tighter_than_hard_targets_and_l2() -> None:
    def spread(**regularizer: float) -> float:
        t = Trainer(load_dataset("spiral"), Hyperparameters(**default_hyperparameters("spiral"), **regularizer))
        t.step(1000)
        return numbers_of("clusters", t).spread[0]

    assert spread(label_smoothing=0.1) < 0.7 * min(spread(), spread(l2=0.001))


def test_every_class_comes_up_and_then_each_part_alone() -> None:
    assert triples_of(2) == [(0, 1)]
    assert triples_of(3) == [(0, 1, 2)]
    assert triples_of(4) == [(0, 1, 2), (3, 0, 1)]
    assert triples_of(10)[-1] == (9, 0, 1)
    digits = Trainer(load_dataset("digits"), Hyperparameters(hidden=(8,)))
    found = [numbers_of("clusters", digits, variant=variant) for variant in (3, 4, 8, 12)]
    assert [(numbers.classes, numbers.shown) for numbers in found] == [
        ((9, 0, 1), "both"), ((0, 1, 2), "train"), ((0, 1, 2), "test"), ((0, 1, 2), "both"),
    ]  # fmt: skip
    assert found[0].names == ("9", "0", "1")
    H = digits.network.hidden(digits.data.X_train[digits.data.y_train == 0][:1])
    basis = plane_of(digits.network.weights[-1].T[[9, 0, 1]])
    assert found[0].train[found[0].train_classes == 1][0] == pytest.approx((H @ basis.T)[0])
    assert max(np.bincount(found[0].train_classes)) <= MOST_SAMPLES


@pytest.mark.parametrize(
    ("data", "hp", "flat"),
    [
        ("moons", {}, True),
        ("moons", {"output": "sigmoid", "loss": "binary_cross_entropy"}, True),
        ("iris", {"hidden": (1,)}, True),
        ("iris", {"hidden": ()}, False),
    ],
)
def test_what_has_no_plane_has_a_line_and_what_has_no_hidden_layer_has_its_predictors(
    data: str, hp: dict[str, object], flat: bool
) -> None:
    t = Trainer(load_dataset(data), Hyperparameters(**{"hidden": (4,), **hp}))
    found = numbers_of("clusters", t)
    assert found.flat is flat
    assert found.units == (0 if hp.get("hidden") == () else t.network.sizes[-2])
    if not hp.get("hidden", True):
        H, w = t.data.X_train[t.data.y_train == 1][0], t.network.weights[-1].T
        side = w[1] - w[0]
        assert found.train[found.train_classes == 1][0, 0] == pytest.approx(H @ side / np.linalg.norm(side))
