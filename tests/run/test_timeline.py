"""Going back, going anywhere, and leaving a path: the same weights bit for bit, nothing lost, nothing kept wrongly."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import lsexplorer as ls
from lsexplorer.run import timeline
from lsexplorer.run.history import MAX_GHOSTS
from tests.support.helpers import MEANS, REMEDIES, edit, eventful, flat, same_bits, state, trainer

OPTIMISERS = [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"optimizer": "adam", "learning_rate": 0.02}]


@pytest.mark.parametrize("hyperparameters", OPTIMISERS)
@given(back=st.integers(1, 24))
@settings(max_examples=8)
def test_back_and_the_same_steps_again(small: ls.Dataset, hyperparameters: dict[str, Any], back: int) -> None:
    t = trainer(small, **hyperparameters, **REMEDIES, **MEANS)
    t.step(24 - back)
    earlier = state(t)
    t.step(back)
    later = state(t)
    t.back(back)
    assert state(t) == earlier
    t.step(back)
    assert state(t) == later


@pytest.mark.parametrize("checkpoints", [1024, 3])
@pytest.mark.parametrize("hyperparameters", OPTIMISERS)
@given(steps=st.lists(st.integers(0, 30), min_size=1, max_size=10))
@settings(max_examples=8)
def test_goto_anywhere_in_a_run_with_toggles_and_edits(
    small: ls.Dataset, hyperparameters: dict[str, Any], checkpoints: int, steps: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "MAX_CHECKPOINTS", checkpoints)
        t, states = eventful(small, **hyperparameters)
        events = t.events
        for step in steps:
            t.goto(step)
            assert state(t) == states[step]
            assert t.furthest_step == 30
        assert t.events == events
        assert t.ghosts == ()


def test_events_are_recorded_and_come_into_force_again_ahead(small: ls.Dataset) -> None:
    t, states = eventful(small)
    assert [event.step for event in t.events] == [4, 9, 13, 20]
    assert t.events[0].changes == {"label_smoothing": (0.0, 0.3), "l2": (0.0, 0.05)}
    assert t.events[0].parameters is None
    assert t.events[1].changes == {}
    assert len(t.events[1].parameters) == t.network.parameters.size
    assert set(t.events[2].changes) == {"loss", "l1", "softmax_jacobian"}
    t.goto(0)
    assert t.hyperparameters.label_smoothing == 0
    for step in range(1, 31):
        t.step()
        assert state(t) == states[step]


def test_goto_beyond_the_end_trains_on(small: ls.Dataset) -> None:
    t, on = trainer(small), trainer(small)
    t.goto(17)
    on.step(17)
    assert state(t) == state(on)
    t.goto(17)
    assert state(t) == state(on)


@pytest.mark.parametrize("change", [lambda t: t.set(l2=0.5), lambda t: edit(t, 2.0)], ids=["toggle", "edit"])
def test_a_change_after_a_step_back_leaves_the_old_path_as_a_ghost(
    small: ls.Dataset, change: Callable[..., Any]
) -> None:
    t, _ = eventful(small)
    old = t.history
    t.goto(10)
    change(t)
    t.step(3)
    assert t.furthest_step == 13
    assert [event.step for event in t.events] == [4, 9, 10]
    (ghost,) = t.ghosts
    assert set(ghost) == set(old)
    for name, (steps, values) in ghost.items():
        left = old[name].steps >= 10
        # The old series ends with a point for the present that is recorded once an epoch only.
        kept = left & ((old[name].steps % 3 == 0) | (name.startswith(("weight_norm", "batch_loss"))))
        assert_array_equal(steps, old[name].steps[kept])
        assert_array_equal(values, old[name].values[kept])
    assert t.history["weight_norm"].steps.tolist() == list(range(14))

    fresh = trainer(small)
    fresh.step(4)
    fresh.set(label_smoothing=0.3, l2=0.05)
    fresh.step(5)
    edit(fresh, 1.5)
    fresh.step()
    change(fresh)
    fresh.step(3)
    assert state(t) == state(fresh)
    for at in (12, 13, 11, 10, 13):
        t.goto(at)
        fresh.goto(at)
        assert state(t) == state(fresh)


def test_a_change_at_the_step_of_an_earlier_event_adds_to_it(small: ls.Dataset) -> None:
    t, states = eventful(small)
    t.goto(13)
    t.set(l2=0.9)
    assert [event.step for event in t.events] == [4, 9, 13]
    assert t.events[2].changes.keys() == {"loss", "l1", "softmax_jacobian", "l2"}
    assert t.events[2].parameters
    t.step(5)
    wanted = state(t)
    t.goto(2)
    t.goto(18)
    assert state(t) == wanted
    t.goto(12)
    assert state(t) == states[12]


def test_a_path_can_be_left_at_its_start(small: ls.Dataset) -> None:
    t, fresh = trainer(small), trainer(small, l2=0.3)
    start = flat(t)
    t.step(6)
    t.goto(0)
    t.set(l2=0.3)
    t.step(4)
    t.goto(0)
    assert same_bits(flat(t), start)
    t.step(2)
    fresh.step(2)
    assert state(t) == state(fresh)


def test_a_change_that_is_none_leaves_no_path(small: ls.Dataset) -> None:
    t, states = eventful(small)
    t.goto(10)
    t.set(label_smoothing=0.3)
    t.set()
    t.network.weights = t.network.weights
    assert t.furthest_step == 30
    t.goto(30)
    assert state(t) == states[30]
    assert t.ghosts == ()


def test_a_change_taken_back_at_the_same_step_leaves_no_trace(small: ls.Dataset) -> None:
    t, straight = trainer(small), trainer(small)
    t.step(5)
    t.set(l2=0.5, l1=0.1)
    t.set(l2=0.0)
    assert [dict(event.changes) for event in t.events] == [{"l1": (0.0, 0.1)}]
    t.set(l1=0.0)
    assert t.events == ()
    t.step(5)
    straight.step(10)
    assert state(t) == state(straight)


def test_a_change_at_the_step_of_another_keeps_the_first_old_value(small: ls.Dataset) -> None:
    t = trainer(small)
    t.set(l2=0.1)
    t.set(l2=0.2)
    edit(t)
    t.set(l1=0.3)
    (event,) = t.events
    assert event.changes == {"l2": (0.0, 0.2), "l1": (0.0, 0.3)}
    assert event.parameters == tuple(t.network.parameters)


def test_the_last_of_several_edits_at_a_step_counts(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(2)
    edit(t, 2.0)
    assert len(t.events) == 1
    edit(t, 3.0)
    wanted = flat(t)
    t.step(3)
    t.back(3)
    assert same_bits(flat(t), wanted)
    assert [event.step for event in t.events] == [2]


def test_an_edit_without_a_step_survives_going_elsewhere(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(6)
    edit(t, 2.0)
    wanted = flat(t)
    t.goto(2)
    assert not same_bits(flat(t), wanted)
    t.goto(6)
    assert same_bits(flat(t), wanted)


AFTER_AN_EDIT_AT_STEP_3 = {
    "events": lambda t: [event.step for event in t.events] == [3],
    "furthest_step": lambda t: t.furthest_step == 3,
    "ghosts": lambda t: [ghost["weight_norm"].steps.tolist() for ghost in t.ghosts] == [[3, 4, 5, 6]],
    "history": lambda t: (
        t.history["weight_norm"].steps.tolist() == [0, 1, 2, 3]
        and np.isclose(t.history["weight_norm"].values[3] ** 2, sum((W**2).sum() for W in t.network.weights))
    ),
}


@pytest.mark.parametrize("look", AFTER_AN_EDIT_AT_STEP_3.values(), ids=AFTER_AN_EDIT_AT_STEP_3)
def test_an_edit_shows_at_once_wherever_one_looks(small: ls.Dataset, look: Callable[..., Any]) -> None:
    t = trainer(small)
    t.step(6)
    t.back(3)
    edit(t, 2.0)
    assert look(t)


def test_the_sign_of_a_zero_counts_as_an_edit(small: ls.Dataset) -> None:
    t = trainer(small)
    t.network.biases[0] = -np.zeros(4)
    t.step()
    t.back()
    assert np.signbit(t.network.biases[0]).all()


def test_ghosts_are_bounded_and_the_newest_stay(small: ls.Dataset) -> None:
    t = trainer(small)
    for i in range(12):
        t.step(3)
        t.back(2)
        t.set(l2=0.01 * (i + 1))
    assert len(t.ghosts) == MAX_GHOSTS
    assert t.ghosts[-1]["weight_norm"].steps[0] == t.step_count
    assert t.ghosts[0]["weight_norm"].steps[0] == t.step_count - MAX_GHOSTS + 1
