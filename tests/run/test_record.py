"""Trainer.record: what a run leaves behind, without a file."""

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.run.replay import replay
from tests.support.helpers import eventful, flat, same_bits, trainer


def test_a_record_is_the_run_up_to_the_present_step(small: ls.Dataset) -> None:
    t, _ = eventful(small)
    t.back(12)
    record = t.record()
    assert record.data is small
    assert record.steps == 18
    assert record.hyperparameters == t.initial_hyperparameters
    assert [event.step for event in record.events] == [4, 9, 13]
    assert t.furthest_step == 30


def test_training_a_record_again_gives_the_same_weights(small: ls.Dataset) -> None:
    t, _ = eventful(small)
    record = t.record()
    again = ls.Trainer(record.data, record.hyperparameters)
    assert replay(again, record) == ""
    assert again.step_count == 30
    assert same_bits(flat(again), flat(t))
    assert again.events == t.events


def test_a_record_does_not_follow_the_run(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(3)
    record = t.record()
    assert record.end is not None
    norms = list(record.end.norms)
    t.set(l2=0.1)
    t.step(3)
    assert (record.steps, record.events, record.end.norms) == (3, (), norms)
    with pytest.raises(AttributeError):
        record.steps = 4  # type: ignore[misc]


def test_a_run_with_pattern_targets_has_no_record(small: ls.Dataset) -> None:
    targets = ls.PatternTargets.from_means(np.ones((3, 5)), 0.1)
    with pytest.raises(ls.InputError, match="pattern targets"):
        ls.Trainer(small, pattern_targets=targets).record()
