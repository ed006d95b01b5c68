"""The weights' histograms, against counts one by one."""

import numpy as np
import pytest

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.bank.comparison import Comparison, methods_of
from lsexplorer.run import Strengths
from lsexplorer.views.histograms import weight_histograms
from lsexplorer.views.viewpoint import Viewpoint
from tests.support.explorer import new_trainer
from tests.support.pictures import numbers_of


def test_every_weight_is_counted_now_and_at_the_start() -> None:
    t = new_trainer(300)
    start = Trainer(t.data, t.initial_hyperparameters).network.weights
    found = numbers_of("weights", t, (80, 20))
    assert [layer.layer for layer in found.layers] == [0, 1]
    for layer, before, after in zip(found.layers, start, t.network.weights, strict=True):
        for counts, W in zip(layer.counts, (before, after), strict=True):
            assert counts.sum() == W.size
            low, high = layer.edges[5], layer.edges[6]
            assert counts[5] == sum(low <= w < high for w in W.ravel())
        assert layer.edges == pytest.approx(-layer.edges[::-1])
        assert layer.deviation[1] == pytest.approx(np.sqrt((after**2).sum() / after.size))
        assert layer.largest == pytest.approx((max(map(abs, before.ravel())), max(map(abs, after.ravel()))))
        assert layer.edges[-1] >= max(layer.largest)


def test_the_start_is_that_of_the_path_after_an_edit_at_step_0() -> None:
    t = new_trainer()
    t.network.weights[0] = np.full((4, 5), 0.25)
    t.step(100)
    assert numbers_of("weights", t).layers[0].largest[0] == 0.25


def test_as_many_layers_as_have_room_and_others_by_variant() -> None:
    t = Trainer(load_dataset("iris"), Hyperparameters(hidden=(6, 7, 8)))
    few = [numbers_of("weights", t, (70, 20), variant=variant) for variant in range(3)]
    assert [[layer.weights[0].shape for layer in found.layers] for found in few] == [
        [(4, 6), (6, 7)], [(6, 7), (7, 8)], [(7, 8), (8, 3)],
    ]  # fmt: skip
    assert {(found.more, found.width) for found in few} == {(2, 33)}
    assert numbers_of("weights", t, (200, 20)).more == 0


def test_weights_that_overflowed_are_left_out() -> None:
    hp = Hyperparameters(learning_rate=1000, output="identity", loss="mse", activation="identity")
    comparison = Comparison(load_dataset("iris"), methods_of(hp, Strengths.of(hp)))
    comparison.step(100)
    assert comparison.diverged.all()
    layer = weight_histograms(comparison.runs()[0], Viewpoint(comparison.deltas(0)[0], "o1")).layers[0]
    assert layer.counts[1].sum() < layer.counts[0].sum() == 20
    assert np.isfinite(layer.edges).all()
