"""When the numbers overflow: the run stands at its last finite step and everything still answers, without a warning."""

import math
from pathlib import Path

import numpy as np
import pytest

import lsexplorer as ls
from tests.support.helpers import flat, same_bits, snapshot, trainer


def diverging(data: ls.Dataset, hidden: tuple[int, ...] = ()) -> ls.Trainer:
    return trainer(data, output="identity", loss="mse", learning_rate=1000, hidden=hidden, activation="identity")


def test_divergence_stops_at_the_last_finite_step(small: ls.Dataset) -> None:
    t = diverging(small)
    with pytest.raises(ls.DivergenceError, match="stopped being finite") as caught:
        t.step(10_000)
    last = t.step_count
    assert f"step {last + 1}" in str(caught.value)
    assert 0 < last < 10_000
    assert np.isfinite(flat(t)).all()
    again = diverging(small)
    again.step(last)
    assert same_bits(flat(t), flat(again))
    with pytest.raises(ls.DivergenceError):
        t.step()
    assert same_bits(flat(t), flat(again))
    assert t.step_count == last


@pytest.mark.parametrize("hidden", [(), (4,), (4, 4)])
def test_after_a_divergence_everything_still_answers(iris: ls.Dataset, tmp_path: Path, hidden: tuple[int, ...]) -> None:
    t = diverging(iris, hidden)
    with pytest.raises(ls.DivergenceError):
        t.step(10_000)
    last = t.step_count
    series = t.history
    assert series["weight_norm"].steps[-1] == last
    assert t.evaluate("train").loss > 1e100
    assert t.deltas().node("o1").norm > 1e100
    t.save(tmp_path / "run.json")
    assert same_bits(flat(ls.Trainer.load(tmp_path / "run.json")), flat(t))
    t.back(last)
    t.set(learning_rate=0.01)
    t.step(50)
    assert t.step_count == 50
    mended = diverging(iris, hidden)
    mended.set(learning_rate=0.01)
    mended.step(50)
    assert same_bits(flat(t), flat(mended))
    t.reset()
    assert (t.step_count, t.evaluate("train").loss < 100) == (0, True)


def test_divergence_with_momentum_restores_the_velocity_too(small: ls.Dataset) -> None:
    t = trainer(small, output="identity", loss="mse", learning_rate=500, momentum=0.9, hidden=())
    with pytest.raises(ls.DivergenceError):
        t.step(10_000)
    again = trainer(small, output="identity", loss="mse", learning_rate=500, momentum=0.9, hidden=())
    again.step(t.step_count)
    assert same_bits(t.optimizer_state, again.optimizer_state)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_weights_that_are_no_numbers_are_taken_back(small: ls.Dataset, bad: float) -> None:
    t = trainer(small)
    t.step(4)
    before = snapshot(t)
    for act in (t.step, t.back, lambda: t.goto(2), lambda: t.set(l2=0.1), t.reset, lambda: t.save("never.json")):
        t.network.weights[0][0, 0] = bad
        with pytest.raises(ls.InputError, match="finite"):
            act()
        assert snapshot(t) == before


def test_huge_weights_set_by_hand_diverge_cleanly(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(3)
    t.network.weights[0] = np.full((3, 4), 1e300)
    with pytest.raises(ls.DivergenceError):
        t.step()
    assert t.step_count == 3
    assert t.history["weight_norm"].steps[-1] == 3
    t.back()
    t.set(l2=0.1)
    t.step(2)
    assert np.isfinite(flat(t)).all()
