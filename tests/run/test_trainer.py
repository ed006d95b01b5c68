"""Stepping a run: batches, seeds, refusals that change nothing, interruptions and copies."""

import copy
import math
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn.small_batch import SmallUpdate
from lsexplorer.run.timeline import MAX_STEPS
from tests.support.helpers import REMEDIES, dataset, flat, same_bits, small_data, snapshot, trainer

NOT_COUNTS = [-1, 1.5, 2.0, True, "1", None, math.nan, math.inf, [1]]


@pytest.mark.parametrize("batch_size", [1, 7, 8, 11, 22, 100])
def test_an_epoch_deals_every_row_once_and_epochs_differ(small: ls.Dataset, batch_size: int) -> None:
    t = trainer(small, batch_size=batch_size)
    epochs = []
    for epoch in range(3):
        dealt, sizes = [], []
        while len(dealt) < 22:
            assert t.epoch == pytest.approx(epoch + len(sizes) / math.ceil(22 / batch_size), rel=1e-15)
            dealt += t.next_batch.tolist()
            sizes.append(len(t.next_batch))
            t.step()
        assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
        assert sorted(dealt) == list(range(22))
        assert t.epoch == epoch + 1
        epochs.append(dealt)
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]


def test_looking_at_the_next_batch_changes_nothing(small: ls.Dataset) -> None:
    looked, t = trainer(small), trainer(small)
    for _ in range(7):
        looked.next_batch.sum()
        looked.step()
        t.step()
    assert same_bits(flat(looked), flat(t))


def test_a_seed_decides_the_first_weights_and_the_order(small: ls.Dataset) -> None:
    a, b, other = trainer(small, seed=5), trainer(small, seed=5), trainer(small, seed=6)
    assert same_bits(flat(a), flat(b))
    assert (flat(a) != flat(other)).any()
    assert a.next_batch.tolist() == b.next_batch.tolist() != other.next_batch.tolist()
    a.step(30)
    b.step(30)
    assert same_bits(flat(a), flat(b))


def test_first_weights_and_order_do_not_hang_on_the_regularisers(small: ls.Dataset) -> None:
    """Arms of a comparison share them within a seed."""
    plain, other = trainer(small), trainer(small, **REMEDIES, optimizer="adam", learning_rate=0.3)
    assert same_bits(flat(plain), flat(other))
    for _ in range(5):
        assert plain.next_batch.tolist() == other.next_batch.tolist()
        plain.step()
        other.step()


def test_many_steps_at_once_are_the_same_as_one_by_one(small: ls.Dataset) -> None:
    at_once, one_by_one, mixed = (trainer(small, momentum=0.9, **REMEDIES) for _ in range(3))
    at_once.step(25)
    for _ in range(25):
        one_by_one.step()
    for n in (0, 3, 1, 0, 21):
        mixed.step(n)
    assert same_bits(flat(at_once), flat(one_by_one))
    assert same_bits(flat(at_once), flat(mixed))
    assert at_once.step_count == mixed.step_count == 25


def test_training_learns_iris(iris: ls.Dataset) -> None:
    t = ls.Trainer(iris)
    before = t.evaluate("test")
    t.step(40 * t.steps_per_epoch)
    after = t.evaluate("test")
    assert after.accuracy >= 0.9 > before.accuracy
    assert after.loss < 0.5 * before.loss


@pytest.mark.parametrize("act", ["step", "back", "goto"])
@pytest.mark.parametrize("n", NOT_COUNTS, ids=str)
def test_a_number_of_steps_that_is_none(small: ls.Dataset, act: str, n: object) -> None:
    t = trainer(small)
    t.step(3)
    before = snapshot(t)
    with pytest.raises(ls.InputError, match="steps"):
        getattr(t, act)(n)
    assert snapshot(t) == before


def test_steps_out_of_reach(small: ls.Dataset) -> None:
    t = trainer(small)
    t.step(3)
    before = snapshot(t)
    for act in (lambda: t.back(4), lambda: t.step(MAX_STEPS - 2), lambda: t.goto(10**18), lambda: t.step(10**5000)):
        with pytest.raises(ls.InputError):
            act()
    assert snapshot(t) == before
    t.step(np.int64(2))
    t.back(np.int32(1))
    assert t.step_count == 4


OTHER = {
    "hidden": (7,),
    "activation": "relu",
    "output": "sigmoid",
    "optimizer": "adam",
    "batch_size": 4,
    "init": "he",
    "seed": 1,
}


@pytest.mark.parametrize("name", OTHER)
def test_what_rebuilds_the_network_cannot_be_set(small: ls.Dataset, name: str) -> None:
    t = trainer(small, loss="mse")
    t.step(3)
    before = snapshot(t)
    with pytest.raises(ls.InputError, match=name):
        t.set(**{name: OTHER[name]})
    with pytest.raises(ls.InputError, match=name):
        t.set(label_smoothing=0.2, **{name: OTHER[name]})
    assert snapshot(t) == before
    t.set(**{name: getattr(t.hyperparameters, name)})  # what it is already, it may be
    assert t.events == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"label_smoothing": 1.5},
        {"l2": math.nan},
        {"l1": -1},
        {"learning_rate": 0},
        {"momentum": True},
        {"weight_decay": "0.1"},
        {"loss": "hinge"},
        {"loss": "no such"},
        {"nesterov": True},
        {"l2": 0.1, "soft_targets": [[1, 0], [0, 1]]},
        {"l2": 0.1, "soft_targets": 0.1},
        {"l2": 0.1, "no_such": 1},
        {"l2": 0.1, "self": 1},
    ],
    ids=str,
)
def test_a_set_that_is_refused_changes_nothing(small: ls.Dataset, changes: dict[str, Any]) -> None:
    t = trainer(small, **REMEDIES)
    t.step(5)
    t.back(2)
    before, ahead = snapshot(t), t.furthest_step
    with pytest.raises(ls.InputError):
        t.set(**changes)
    assert snapshot(t) == before
    assert (t.furthest_step, t.ghosts) == (ahead, ())
    t.step(2)
    straight = trainer(small, **REMEDIES)
    straight.step(5)
    assert same_bits(flat(t), flat(straight))


def test_networks_too_large_are_refused_before_memory_is_taken(small: ls.Dataset) -> None:
    with pytest.raises(ls.InputError, match="parameters"):
        trainer(small, hidden=(4096,) * 8)


def test_what_cannot_be_evaluated_or_tabled(small: ls.Dataset) -> None:
    t = trainer(small)
    with pytest.raises(ls.InputError, match="train and a test part"):
        t.evaluate("validation")
    for sample in (-1, 22, 10**30, 1.5, True, "1", math.nan, [1]):
        with pytest.raises(ls.InputError, match="from 0 to 21"):
            t.deltas(sample)


def test_one_sample_and_one_feature_are_enough() -> None:
    t = trainer(dataset([[1.0]], [1], classes=2), hidden=(1,))
    assert t.steps_per_epoch == 1
    t.step(50)
    assert t.evaluate("train").accuracy == 1


def test_trainers_on_the_same_data_do_not_disturb_each_other() -> None:
    data, untouched = small_data(), small_data()
    a, b, alone = trainer(data), trainer(data, label_smoothing=0.3), trainer(untouched)
    for _ in range(10):
        a.step()
        b.step()
        alone.step()
    assert same_bits(flat(a), flat(alone))
    assert same_bits(data.X_train, untouched.X_train)
    assert same_bits(data.targets_train, untouched.targets_train)


def test_a_deep_copy_is_a_run_of_its_own(small: ls.Dataset) -> None:
    t, straight = trainer(small, momentum=0.9, **REMEDIES), trainer(small, momentum=0.9, **REMEDIES)
    t.step(5)
    copied = copy.deepcopy(t)
    here = flat(t)
    copied.step(4)
    assert same_bits(flat(t), here)
    straight.step(9)
    assert same_bits(flat(copied), flat(straight))
    copied.back(6)
    copied.network.weights[0][0, 0] = 5.0
    assert copied.network.parameters[0] == 5.0
    copied.step(6)
    t.step(4)
    assert same_bits(flat(t), flat(straight))
    assert t.events == ()


def test_the_rows_of_the_next_batch_cannot_be_changed_by_mistake(small: ls.Dataset) -> None:
    t = trainer(small)
    with pytest.raises(ValueError, match="read-only"):
        t.next_batch.sort()


def test_an_interrupted_step_leaves_the_run_at_the_last_whole_one(
    small: ls.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    t, straight = trainer(small, momentum=0.9), trainer(small, momentum=0.9)
    straight.step(12)
    apply, calls = SmallUpdate.apply, []

    def interrupted(self: Any, *args: object) -> None:
        apply(self, *args)
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SmallUpdate, "apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            t.step(1000)
    assert t.step_count == t.furthest_step == 4
    assert t.history["weight_norm"].steps.tolist() == [0, 1, 2, 3, 4]
    t.step(8)
    assert same_bits(flat(t), flat(straight))
    assert t.events == ()
