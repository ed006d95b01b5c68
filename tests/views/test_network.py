"""The network picture's numbers, against a step that is really made."""

import numpy as np
import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.views.network import neighbour
from tests.support.explorer import new_trainer
from tests.support.pictures import numbers_of


def test_what_the_next_step_makes_larger_is_larger_after_it() -> None:
    t = new_trainer(40, hidden=(4, 3), l2=0.05)
    found = numbers_of("network", t, sample=None, node="h2.1")
    before = [W.copy() for W in t.network.weights]
    values = [t.data.X_train[t.next_batch].mean(axis=0)]
    values += [t.network.hidden(t.data.X_train[t.next_batch], layer).mean(axis=0) for layer in (1, 2)]
    values.append(t.network.answers(t.data.X_train[t.next_batch])[1].mean(axis=0))
    t.step()
    for layer, (old, new) in enumerate(zip(before, t.network.weights, strict=True)):
        np.testing.assert_array_equal(found.weights[layer], old)
        np.testing.assert_allclose(found.growth[layer], np.abs(new) - np.abs(old), atol=1e-12)
        np.testing.assert_allclose(found.moves[layer], new - old, atol=1e-15)
        norms = np.linalg.norm(new, axis=0) - np.linalg.norm(old, axis=0)
        np.testing.assert_allclose(found.norm_growth[layer], norms, atol=1e-12)
    for shown, true in zip(found.values, values, strict=True):
        np.testing.assert_allclose(shown, true)
    assert found.names[1:] == (("h1.1", "h1.2", "h1.3", "h1.4"), ("h2.1", "h2.2", "h2.3"), ("o1", "o2", "o3"))
    assert found.selected == (2, 0)


def test_images_are_shown_with_the_weights_of_the_unit_that_is_looked_at() -> None:
    data = load_dataset("digits")
    t = Trainer(data, Hyperparameters(hidden=(6,)))
    raw, W = data.raw_train, t.network.weights[0]
    for node, weight, unit in (("h3", 0, 2), ("o1", 4, 4), ("o1", 6, 0)):  # the last is the bias
        found = numbers_of("network", t, sample=5, node=node, weight=weight)
        np.testing.assert_allclose(found.pixels, (raw[5] / raw.max()).reshape(8, 8))
        np.testing.assert_array_equal(found.pixel_weights, W[:, unit].reshape(8, 8))
        assert found.pixel_unit == f"h{unit + 1}"


@pytest.mark.parametrize(
    ("start", "right", "down", "end"),
    [
        ("o2", 0, 1, "o3"),
        ("o3", 0, 1, "o3"),
        ("o2", -1, 0, "h2.2"),
        ("h2.2", -1, 0, "h1.2"),
        ("h1.2", -1, 0, "h1.2"),
        ("h1.4", 1, 0, "h2.2"),
        ("h1.1", 0, -1, "h1.1"),
        ("o1", 1, 0, "o1"),
    ],
)
def test_arrows_lead_to_the_unit_beside(start: str, right: int, down: int, end: str) -> None:
    assert neighbour((4, 4, 2, 3), start, 1, right=right, down=down) == end
