"""Reset: the same first weights or those of another seed, with what is set now, and nothing left of the old run."""

import pytest

import lsexplorer as ls
from tests.support.helpers import edit, eventful, flat, same_bits, state, trainer


def test_reset_keeps_the_first_weights_and_what_is_set_now(small: ls.Dataset) -> None:
    t, _ = eventful(small, seed=4)
    set_now = t.hyperparameters
    t.goto(25)
    t.set(l2=0.2)
    t.reset()
    assert (t.step_count, t.furthest_step, t.events, t.ghosts) == (0, 0, (), ())
    assert t.hyperparameters == t.initial_hyperparameters == set_now.replace(l2=0.2)
    assert same_bits(flat(t), flat(trainer(small, seed=4)))
    assert not t.optimizer_state.any()
    assert t.history["weight_norm"].steps.tolist() == [0]
    fresh = trainer(small, **(set_now.as_dict() | {"l2": 0.2}))
    t.step(10)
    fresh.step(10)
    assert state(t) == state(fresh)


def test_reset_keeps_weights_given_by_hand_at_the_start(small: ls.Dataset) -> None:
    t = trainer(small)
    edit(t, 2.0)
    given_first = flat(t)
    t.step(7)
    edit(t, 3.0)
    t.step(3)
    t.reset()
    assert same_bits(flat(t), given_first)
    assert [event.step for event in t.events] == [0]
    t.step(3)
    t.back(3)
    assert same_bits(flat(t), given_first)


def test_reset_with_another_seed_is_another_run(small: ls.Dataset) -> None:
    t, _ = eventful(small)
    edit(t)
    hp = t.hyperparameters
    t.reset(seed=9)
    fresh = trainer(small, **(hp.as_dict() | {"seed": 9}))
    assert state(t) == state(fresh)
    assert t.initial_hyperparameters.seed == 9
    t.step(8)
    fresh.step(8)
    assert state(t) == state(fresh)
    t.reset()
    assert same_bits(flat(t), flat(trainer(small, seed=9)))


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1", 2**63])
def test_reset_with_a_seed_that_is_none_changes_nothing(small: ls.Dataset, seed: bool | float | str) -> None:
    t, states = eventful(small)
    with pytest.raises(ValueError, match="seed"):
        t.reset(seed=seed)
    assert state(t) == states[30]
    assert len(t.events) == 4
