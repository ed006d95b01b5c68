"""The series of a run: right values at every step, and a bounded number of them, however the run was walked."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lsexplorer as ls
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.metrics import correct, logit_gap
from lsexplorer.run import history, waiting
from lsexplorer.run.evaluator import part_of
from lsexplorer.run.timeline import Checkpoints
from lsexplorer.run.waiting import BRIEF
from tests.support import formulas
from tests.support.helpers import REMEDIES, edit, same_bits, trainer

MOVES = {"weight_norm", "weight_norm_1", "weight_norm_2", "batch_loss"}
MEASURES = {"loss", "accuracy", "logit_gap", "test_loss", "test_accuracy", "test_logit_gap"}
TOGGLES = {
    5: {"label_smoothing": 0.3},
    9: {"loss": "mse", "l2": 0.1},
    14: {"learning_rate": 0.2, "label_smoothing": 0.0},
}


def batch_loss(t: ls.Trainer, rows: Any) -> float:
    x = t.data.X_train[rows]
    return formulas.loss(t.hyperparameters.loss, t.targets()[rows], t.network.forward(x).outputs).mean()


def expected(
    data: ls.Dataset, steps: int, hyperparameters: dict[str, Any], toggles: dict[int, dict[str, Any]]
) -> list[dict[str, float]]:
    """The values at every step of a run, each computed anew: moves, and measures."""
    t = trainer(data, **hyperparameters)
    # A step's batch loss is that of the batch that led to it; step 0's that of the batch that comes next.
    found, led_here = [], batch_loss(t, t.next_batch)
    for step in range(steps + 1):
        row = {"batch_loss": led_here}
        row |= {f"weight_norm_{i + 1}": np.sqrt((W**2).sum()) for i, W in enumerate(t.network.weights)}
        row["weight_norm"] = np.sqrt(sum((W**2).sum() for W in t.network.weights))
        for part, prefix in (("train", ""), ("test", "test_")):
            measured = t.evaluate(part)
            row |= {f"{prefix}{name}": measured[name] for name in ("loss", "accuracy", "logit_gap")}
        found.append(row)
        if step in toggles:
            t.set(**toggles[step])
        led_here = batch_loss(t, t.next_batch)
        t.step()
    return found


def check(series: Any, right: list[dict[str, float]]) -> None:
    for name, (steps, values) in series.items():
        assert_allclose(values, [right[step][name] for step in steps], rtol=1e-12, atol=1e-14, err_msg=name)


def walk(t: ls.Trainer, steps: int, toggles: dict[int, dict[str, Any]]) -> None:
    for step in range(t.step_count, steps):
        if step in toggles and step == t.furthest_step:
            t.set(**toggles[step])
        t.step()


def test_every_step_and_every_epoch_is_recorded_rightly(small: ls.Dataset) -> None:
    t = trainer(small, **REMEDIES)
    walk(t, 20, TOGGLES)
    series = t.history
    assert set(series) == MOVES | MEASURES
    for name in MOVES:
        assert series[name].steps.tolist() == list(range(21))
    for name in MEASURES:
        assert series[name].steps.tolist() == [0, 3, 6, 9, 12, 15, 18, 20]
    check(series, expected(small, 20, REMEDIES, TOGGLES))


def test_going_back_and_forth_leaves_the_series_as_they_are(small: ls.Dataset) -> None:
    t = trainer(small, **REMEDIES)
    walk(t, 21, TOGGLES)
    before = {name: (s.steps.tolist(), s.values.tolist()) for name, s in t.history.items()}
    for step in (20, 3, 0, 11, 21):
        t.goto(step)
        assert {name: (s.steps.tolist(), s.values.tolist()) for name, s in t.history.items()} == before


@pytest.mark.parametrize("steps", [64, 77, 200, 201])
def test_thinned_series_hold_right_values_and_end_with_the_present(
    small: ls.Dataset, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(history, "MAX_POINTS", 20)
    t = trainer(small, **REMEDIES)
    walk(t, steps, TOGGLES)
    series = t.history
    for name in MOVES | MEASURES:
        at = series[name].steps
        assert len(at) <= 21
        assert (at[0], at[-1]) == (0, steps)
        assert len(set(np.diff(at[:-1]))) == 1
    assert len(series["weight_norm"].steps) >= 10
    check(series, expected(small, steps, REMEDIES, TOGGLES))


def test_thinned_series_after_going_back_and_leaving_the_path(
    small: ls.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_POINTS", 10)
    t = trainer(small)
    t.step(100)
    t.back(37)
    t.set(l2=0.1)
    t.step(5)
    series = t.history
    assert series["weight_norm"].steps[-1] == 68
    assert series["loss"].steps[-1] == 68
    check(series, expected(small, 68, {}, {63: {"l2": 0.1}}))


def test_history_of_a_long_run_is_bounded(small: ls.Dataset) -> None:
    t = trainer(small, hidden=(), batch_size=22)
    for steps in (2000, 1, 1200, 1201):
        t.step(steps)
        assert all(len(s.steps) <= 2001 for s in t.history.values())
    assert len(t.history["weight_norm"].steps) > 1000
    assert t.history["loss"].steps[-1] == 4402


@pytest.mark.parametrize(("most", "base", "steps"), [(2000, 1, 50_000), (2000, 7, 50_000), (128, 3, 9_999)])
def test_the_first_steps_of_a_long_run_stay(monkeypatch: pytest.MonkeyPatch, most: int, base: int, steps: int) -> None:
    monkeypatch.setattr(history, "MAX_POINTS", most)
    kept, skipping = history.Recorder(["value"], base), history.Recorder(["value"], base)
    for step in range(steps + 1):
        if kept.due(step):
            kept.record(step, (float(step),))
    step = 0
    while step <= steps:  # as a comparison does
        if skipping.due(step):
            skipping.record(step, (float(step),))
        step = skipping.next_due(step)
    at = kept.series()["value"].steps // base
    assert (skipping.series()["value"].steps // base).tolist() == at.tolist()
    assert len(at) <= most
    assert at[:3].tolist() == [0, 1, 2]
    assert (np.diff(at[1:]) <= at[1:-1]).all(), "on a logarithmic axis, never further apart than a doubling"
    assert np.diff(at).max() == kept.stride // base
    again = history.Recorder(["value"], base)
    again.stride = kept.stride
    assert [s for s in range(40 * base) if again.due(s)] == [s * base for s in at if s < 40]


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "mae", "focal"])
def test_what_is_computed_for_many_steps_at_once_is_what_each_would_be(
    small: ls.Dataset, monkeypatch: pytest.MonkeyPatch, loss: str
) -> None:
    t, value = trainer(small, loss=loss), LOSSES[loss].value
    at_once, often = trainer(small, loss=loss), trainer(small, loss=loss)
    at_once.step(40)
    monkeypatch.setattr(waiting, "MOST_WAITING", 50)
    often.step(40)
    for step in range(40):
        x, targets = small.X_train[t.next_batch], t.targets()[t.next_batch]
        cache = t.network.forward(x)
        t.step()
        mean = value(targets, cache.logits, cache.outputs).mean()
        assert t.history["batch_loss"].values[-1] == at_once.history["batch_loss"].values[step + 1] == mean
    for part, prefix in (("train", ""), ("test", "test_")):
        X, y = part_of(small, part)
        for place, step in enumerate(at_once.history["loss"].steps.tolist()):
            t.goto(step)
            z, o = t.network.answers(X)
            measures = value(t.targets(part), z, o).mean(), correct(z, y).mean(), logit_gap(z, y)
            for name, measure in zip(BRIEF, measures, strict=True):
                assert at_once.history[f"{prefix}{name}"].values[place] == measure
    assert all(same_bits(often.history[name].values, series.values) for name, series in at_once.history.items())


def test_weights_edited_by_hand_after_a_step_back_show_the_batch_loss_of_that_step(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(10)
    before = t.history["batch_loss"].values
    for back in (5, 5):  # to step 5, then on a path left there to step 0
        t.back(back)
        edit(t, 2.0)
        assert t.events[-1].step == t.step_count
    series = t.history
    assert series["batch_loss"].steps.tolist() == [0]
    t.goto(0)
    assert series["batch_loss"].values[0] == pytest.approx(batch_loss(t, t.next_batch), rel=1e-12)

    t = trainer(small)
    t.step(10)
    t.back(5)
    edit(t, 2.0)
    t.step()
    assert t.history["batch_loss"].values[:6].tolist() == before[:6].tolist()
    assert t.history["batch_loss"].values[6] != before[6]


def test_an_edit_shows_in_the_series_at_its_step(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(6)
    edit(t, 3.0)
    norm, measured = np.sqrt(sum((W**2).sum() for W in t.network.weights)), t.evaluate("train")
    t.step(2)
    series = t.history
    assert series["weight_norm"].values[6] == pytest.approx(norm, rel=1e-14)
    assert series["loss"].values[2] == pytest.approx(measured.loss, rel=1e-12)
    assert series["accuracy"].values[2] == measured.accuracy
    assert len(series["weight_norm"].steps) == 9


@pytest.mark.parametrize("byte_limit", [None, 20_000])
def test_checkpoints_of_a_long_run_are_bounded_and_still_lead_back(
    small: ls.Dataset, monkeypatch: pytest.MonkeyPatch, byte_limit: int | None
) -> None:
    from lsexplorer.run import timeline

    saved = []

    class Spied(Checkpoints):
        def __init__(self, nbytes: int) -> None:
            super().__init__(nbytes)
            saved.append(self)

    monkeypatch.setattr("lsexplorer.run.timeline.Checkpoints", Spied)
    if byte_limit:
        monkeypatch.setattr(timeline, "MAX_CHECKPOINT_BYTES", byte_limit)
    t = trainer(small, hidden=(2,), momentum=0.5)
    one = t.network.parameters.nbytes + t.optimizer_state.nbytes
    limit = min(byte_limit or 128 * 2**20, 1024 * one)
    kept = {}
    for step in range(0, 3001, 60):
        t.goto(step)
        kept[step] = t.network.parameters.tobytes(), t.optimizer_state.tobytes()
        assert saved[0].nbytes <= limit
    assert saved[0].nbytes >= limit / 4
    for step in (2940, 1500, 1560, 60, 0, 3000):
        t.goto(step)
        assert (t.network.parameters.tobytes(), t.optimizer_state.tobytes()) == kept[step]


def test_large_networks_keep_a_few_checkpoints_whatever_their_size() -> None:
    points, big = Checkpoints(10**9), np.zeros(1)
    for step in range(100):
        if points.due(step):
            points.save(step, big, big)
        assert points.nbytes <= 8 * (big.nbytes * 2)
    assert points.before(99)[0] >= 64
    assert points.before(5)[0] == 0


def test_checkpoints_are_copies() -> None:
    points, parameters, state = Checkpoints(8), np.ones(2), np.ones((1, 2))
    points.save(0, parameters, state)
    parameters[:] = state[:] = 7
    at, saved, kept = points.before(3)
    assert (at, saved.tolist(), kept.tolist()) == (0, [1, 1], [[1, 1]])


def test_series_share_nothing_with_the_recorder(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(3)
    t.history["weight_norm"].values[:] = -1
    assert (t.history["weight_norm"].values > 0).all()
    assert same_bits(t.history["weight_norm"].steps, np.arange(4))
