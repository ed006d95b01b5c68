"""Batches: which training rows each step takes."""

import tracemalloc

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.run.start import Batches, epoch_order, steps_per_epoch


@pytest.fixture
def batches(small: ls.Dataset) -> Batches:
    """22 rows in batches of 8: three steps an epoch, the last of 6 rows."""
    return Batches(small, ls.Hyperparameters(batch_size=8, seed=5))


def test_an_epoch_takes_every_row_once_in_its_own_order(small: ls.Dataset, batches: Batches) -> None:
    assert steps_per_epoch(small, ls.Hyperparameters(batch_size=8)) == 3
    for epoch in range(3):
        each = [batches.after(3 * epoch + place) for place in range(3)]
        assert [len(batch) for batch in each] == [8, 8, 6]
        assert np.concatenate(each).tolist() == epoch_order(5, epoch, 22).tolist()
        assert sorted(np.concatenate(each).tolist()) == list(range(22))
    assert epoch_order(5, 0, 22).tolist() != epoch_order(5, 1, 22).tolist()


def test_the_batch_of_a_step_does_not_depend_on_what_was_asked_before(small: ls.Dataset, batches: Batches) -> None:
    steps = [7, 0, 4, 4, 1]
    fresh = [Batches(small, ls.Hyperparameters(batch_size=8, seed=5)).after(step).tolist() for step in steps]
    assert [batches.after(step).tolist() for step in steps] == fresh


def test_batches_cannot_be_written_to(batches: Batches) -> None:
    with pytest.raises(ValueError, match="read-only"):
        batches.after(0)[0] = 1


@pytest.mark.parametrize("start", [0, 1, 2, 5])
def test_next_with_is_the_first_step_whose_batch_holds_the_row(batches: Batches, start: int) -> None:
    for row in range(22):
        step = batches.next_with(row, start)
        assert row in batches.after(step)
        assert not any(row in batches.after(earlier) for earlier in range(start, step))


def test_a_long_run_takes_the_same_memory(small: ls.Dataset) -> None:
    """Batch orders that it has passed are not kept; what history and checkpoints hold is thinned."""
    run = ls.Trainer(small, ls.Hyperparameters(batch_size=22))
    held = []
    tracemalloc.start()
    try:
        for _ in range(2):
            run.step(4096)
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert run.epoch == 8192
    assert held[1] - held[0] < 0.5 * 2**20
