"""The map's numbers, against the network asked point by point."""

import numpy as np
import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.views.map import components, planes_of, separation
from tests.support.explorer import new_trainer
from tests.support.pictures import numbers_of


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max())
    return e / e.sum()


@pytest.mark.parametrize(("variant", "sample"), [(0, 7), (6, None)])
def test_every_point_is_what_the_network_answers_there(variant: int, sample: int | None) -> None:
    t = new_trainer(50)
    found = numbers_of("map", t, sample=sample, variant=variant)
    through = t.data.X_train.mean(axis=0) if sample is None else t.data.X_train[sample]
    (W1, W2), (b1, b2) = t.network.weights, t.network.biases
    first, second = found.plane.directions
    assert abs(first @ second) < 1e-12
    for row, column in [(0, 0), (5, 9), (len(found.y) - 1, len(found.x) - 1)]:
        x = through + (found.x[column] - through @ first) * first + (found.y[row] - through @ second) * second
        p = softmax(np.tanh(x @ W1 + b1) @ W2 + b2)
        assert found.classes[row, column] == p.argmax()
        assert found.sure[row, column] == pytest.approx(p.max(), rel=1e-9)


def test_samples_stand_at_their_values_and_the_selected_one_is_last() -> None:
    t = new_trainer(30)
    found = numbers_of("map", t, sample=7)
    names = [t.data.feature_names.index(name) for name in found.plane.names]
    np.testing.assert_array_equal(found.points[-1], t.data.X_train[7, names])
    assert found.row == t.data.train_rows[7] + 1
    shown = [found.plane.shown(axis, value) for axis, value in enumerate(found.points[-1])]
    np.testing.assert_allclose(shown, t.data.raw_train[7, names])
    assert found.right.mean() == pytest.approx(t.evaluate("train").accuracy)
    assert found.y[0] > found.points[:, 1].max() > found.points[:, 1].min() > found.y[-1]


def test_the_first_plane_has_the_predictors_that_tell_the_classes_apart_best() -> None:
    data = load_dataset("iris")
    assert planes_of(data)[0].names == ("petal_length", "petal_width")
    assert [plane.is_pair for plane in planes_of(data)] == [True] * 6 + [False]
    y, x = np.array([0, 0, 1, 1]), np.array([0.0, 2.0, 10.0, 12.0])
    assert separation(x[:, None], y)[0] == pytest.approx(25.0 / 1.0)


def test_images_have_planes_of_components_which_are_the_singular_vectors() -> None:
    data = load_dataset("digits")
    assert {plane.is_pair for plane in planes_of(data)} == {False}
    X = data.X_train[:150]
    found, centred = components(X), X - X.mean(axis=0)
    right = np.linalg.svd(centred, full_matrices=False)[2][:3]
    np.testing.assert_allclose(np.abs(np.sum(found * right, axis=1)), 1.0, atol=1e-9)
    wide = np.random.default_rng(0).normal(size=(9, 40))
    right = np.linalg.svd(wide - wide.mean(axis=0), full_matrices=False)[2][:3]
    np.testing.assert_allclose(np.abs(np.sum(components(wide) * right, axis=1)), 1.0, atol=1e-9)


def test_outputs_that_are_no_probabilities_have_answers_without_confidence() -> None:
    t = Trainer(load_dataset("iris"), Hyperparameters(output="identity", loss="mse"))
    found = numbers_of("map", t)
    assert found.sure is None
    assert set(np.unique(found.classes)) <= {0, 1, 2}
