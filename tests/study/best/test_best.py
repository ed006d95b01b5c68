"""Best against best: choosing without the judged rows, judging, and what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.study.best.contest import InterruptedBest
from lsexplorer.study.best.scoring import NestedSplits, tuning_split
from tests.support.helpers import dataset

HP = ls.Hyperparameters(hidden=(3,), learning_rate=0.2)


def quick(data: ls.Dataset | None = None, **changes: Any) -> ls.Best:
    options: dict[str, Any] = {"remedies": ["l2", "early_stopping"], "epochs": 3, "splits": 3, "seeds": 2} | changes
    return ls.best(ls.load_dataset("iris") if data is None else data, options.pop("hp", HP), **options)


@pytest.fixture(scope="module")
def noisy() -> ls.Best:
    """Two classes that overlap, and a network with room to learn each row by heart: too sure of itself unless kept."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 6))
    y = (X[:, 0] > 0) ^ (rng.random(200) < 0.25)
    hp = ls.Hyperparameters(hidden=(12,), activation="relu", learning_rate=0.5, batch_size=40)
    return quick(
        ls.Dataset.from_arrays(X, y.astype(int)), hp=hp, remedies=["temperature"], epochs=100, splits=5, seeds=4
    )


@pytest.fixture(scope="module")
def easy() -> ls.Best:
    """Three classes far apart, and little training: whatever holds the weights back makes it worse."""
    rng = np.random.default_rng(1)
    y = np.arange(90) % 3
    X = rng.normal(size=(90, 2)) + np.array([[0, 5], [5, 0], [-5, -5]])[y]
    return quick(ls.Dataset.from_arrays(X, y), seeds=4, hp=HP.replace(batch_size=24), epochs=8)


def test_where_smoothing_helps_it_beats_plain_training(noisy: ls.Best) -> None:
    against = {(one.method, one.other, one.measure.name): one for one in noisy.comparisons}
    smoothing = against["label_smoothing", "plain", "nll"]
    assert smoothing.beats
    assert not smoothing.is_beaten
    assert smoothing.gain.interval().low > 0
    assert against["temperature", "plain", "accuracy"].are_same, "no temperature changes an answer"
    assert noisy.text.startswith(
        "On arrays, each at the strength that validation NLL chooses, temperature scaling (by 0."
    )
    assert "label smoothing (by 0." in noisy.text
    assert "beat plain training in NLL; nothing does in accuracy." in noisy.text
    assert all(choice.strength is not None for choice in noisy.choices["label_smoothing"])


def test_where_nothing_helps_validation_chooses_plain_training_and_the_verdict_says_so(easy: ls.Best) -> None:
    assert {choice.strength for choices in easy.choices.values() for choice in choices} == {None}
    assert all(one.are_same and not one.beats and not one.is_beaten for one in easy.comparisons)
    assert easy.text.startswith("Nothing beats plain training on arrays: at the strength that validation NLL chooses")
    assert easy.text.endswith(
        "in accuracy or NLL. On every split validation chooses plain training over label smoothing. (4 seeds on 3 "
        "splits.)"
    )
    assert easy.networks == 3 * (2 * (1 + 5 + 5) + 4), "a method that is off trains no networks of its own"


def nested(data: ls.Dataset, splits: int, seed: int = 0) -> Iterator[tuple[ls.Dataset, ls.Dataset]]:
    """The data of each split, and of its tuning part."""
    both = NestedSplits(data, seed)
    for split in range(splits):
        tuning = both.part(tuning_split(split))
        yield both.part(split), tuning


def test_no_judged_row_is_used_for_choosing() -> None:
    iris = ls.load_dataset("iris")
    parts = list(nested(iris, 3))
    for whole, tuning in parts:
        used = np.concatenate([tuning.train_rows, tuning.test_rows])
        assert not set(used) & set(whole.test_rows)
        assert sorted(used) == sorted(whole.train_rows)
        assert len(tuning.test_rows) == 24
    assert len({tuple(whole.test_rows) for whole, _ in parts}) == 3
    assert parts[0][0].test_rows.tolist() == iris.test_rows.tolist(), "the first split is the data's own"


def test_other_test_rows_change_no_choice() -> None:
    iris = ls.load_dataset("iris")
    rng = np.random.default_rng(0)
    other = replace(iris, X_test=rng.normal(size=iris.X_test.shape), y_test=rng.permutation(iris.y_test))
    one, two = (quick(data, splits=1, epochs=20, remedies=["l2", "temperature"]) for data in (iris, other))
    assert one.choices == two.choices
    assert one.means("plain") != two.means("plain")


def test_values_are_those_of_trainers() -> None:
    found = quick(epochs=6, remedies=["early_stopping", "l2"])
    assert found.plan.tuning == (0, 1)
    assert found.seeds == (2, 3)
    for j, (whole, tuning) in enumerate(nested(ls.load_dataset("iris"), 3)):
        for name, k in (("l2", 0), ("l2", 4), ("early_stopping", 5)):
            strength = [None, *found.plan.grids[name]][k]
            expected = np.mean([trained(tuning, seed, name, strength).evaluate().nll for seed in (0, 1)])
            assert found.choices[name][j].losses[k] == pytest.approx(expected, rel=1e-9)
        for i, method in enumerate(("plain", *found.plan.methods)):
            strength = None if method == "plain" else found.choices[method][j].strength
            for s, seed in enumerate(found.seeds):
                by_hand = trained(whole, seed, method, strength).evaluate()
                assert found.values["accuracy"][i, s, j] == by_hand.accuracy
                assert found.values["nll"][i, s, j] == pytest.approx(by_hand.nll, rel=1e-9)
                assert found.values["ece"][i, s, j] == pytest.approx(by_hand.ece, rel=1e-9)


def trained(data: ls.Dataset, seed: int, method: str, strength: float | None) -> ls.Trainer:
    """A network that has trained for 48 steps, the 6 epochs of whole splits, or stopped after ``strength`` epochs."""
    early = method == "early_stopping" and strength is not None
    changes = {} if early or strength is None else {method: strength}
    trainer = ls.Trainer(data, HP.replace(seed=seed, **changes))
    trainer.step(round(8 * strength) if early and strength else 48)
    return trainer


def test_grids_begin_with_the_weakest() -> None:
    grids = quick(remedies=["l2", "focal_gamma", "early_stopping", "temperature"], epochs=20, splits=1).plan.grids
    assert list(grids["label_smoothing"]) == [0.00316, 0.01, 0.0316, 0.1, 0.316]
    assert list(grids["l2"]) == [0.000316, 0.001, 0.00316, 0.01, 0.0316]
    epochs, temperatures = list(grids["early_stopping"]), list(grids["temperature"])
    assert epochs == sorted(epochs, reverse=True)
    assert 0.01 * 20 <= epochs[-1] < epochs[0] < 20
    distances = np.abs(np.log(temperatures))
    assert np.diff(distances).min() > -1e-9
    assert [min(temperatures), max(temperatures)] == pytest.approx([0.2, 5])


@pytest.mark.slow
@pytest.mark.parametrize("where", [1, 2])
def test_processes_give_the_numbers_of_this_one(where: int) -> None:
    here, there = quick(), quick(workers=where)
    assert here.choices.keys() == there.choices.keys()
    for name, choices in here.choices.items():
        assert [one.strength for one in choices] == [one.strength for one in there.choices[name]]
    for name, values in here.values.items():
        assert np.array_equal(values, there.values[name]), "to the last bit"
    assert here.text == there.text


def test_all_that_fit_are_compared_unless_they_are_one_under_two_names() -> None:
    found = quick(remedies=None, splits=1, epochs=1)
    assert set(found.plan.methods) == {"label_smoothing", *REMEDIES} - {"weight_decay"}
    assert found.left_out == {"weight_decay": "weight decay is L2 under SGD without momentum"}
    other = quick(remedies=None, splits=1, epochs=1, hp=HP.replace(output="sigmoid", loss="mse", momentum=0.5))
    assert "weight_decay" in other.plan.methods
    assert other.left_out["z_loss"] == "z_loss goes with output softmax alone, got output sigmoid"


def test_without_probabilities_accuracy_chooses_and_is_judged_alone() -> None:
    found = quick(hp=HP.replace(output="tanh", loss="mse", l2=0.3), remedies=["l2"])
    assert found.plan.choose_by == "accuracy"
    assert {one.measure.name for one in found.comparisons} == {"accuracy"}
    assert found.plan.plain.l2 == 0, "the strength is the contest's to choose"
    assert "NLL" not in found.text


def test_rows_are_the_sample_of_data_with_their_own_test_part() -> None:
    digits = ls.load_dataset("digits").subset(slice(200), slice(60), came_split=True)
    found = quick(digits, splits=None, remedies=["temperature"])
    assert (found.plan.splits, found.scope.given) == (1, True)
    assert found.values["accuracy"].shape == found.values["nll"].shape == (3, 2, 20)
    seed = found.seeds[0]
    trainer = ls.Trainer(digits, HP.replace(seed=seed))
    trainer.step(found.plan.training.steps)
    by_hand = trainer.evaluate()
    assert found.values["accuracy"][0, 0].mean() == pytest.approx(by_hand.accuracy)
    assert found.values["nll"][0, 0].mean() == pytest.approx(by_hand.nll)
    assert "the 60 rows of the data's own test part" in found.text


def stop_at(phase: str, networks: int) -> Any:
    def stop(now: str, trained: int, total: int) -> None:
        assert trained <= total
        if now == phase and trained >= networks:
            raise KeyboardInterrupt

    return stop


def test_ctrl_c_keeps_whole_splits() -> None:
    with pytest.raises(InterruptedBest) as stopped:
        quick(splits=6, progress=stop_at("choosing", 100))
    kept = stopped.value.best
    assert kept is not None
    assert (kept.splits, len(kept.seeds), kept.complete) == ((0, 1, 2, 3), 2, False)
    assert len(kept.choices["l2"]) == 4
    assert kept.values["nll"].shape == (4, 2, 4)
    assert "(2 seeds on 4 splits.)" in kept.text


def test_ctrl_c_on_one_split_keeps_whole_seeds() -> None:
    with pytest.raises(InterruptedBest) as stopped:
        quick(splits=1, seeds=8, epochs=20, progress=stop_at("judging", 4 * 11 + 5))
    kept = stopped.value.best
    assert kept is not None
    assert 2 <= len(kept.seeds) < 8
    assert not kept.complete


def test_ctrl_c_before_anything_is_judged() -> None:
    with pytest.raises(InterruptedBest) as stopped:
        quick(progress=stop_at("choosing", 2))
    assert stopped.value.best is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"remedies": []}, "remedies must name one remedy or more"),
        ({"remedies": ["dropout"]}, "remedy must be one of l2, l1, .*, temperature, got 'dropout'"),
        ({"choose_by": "ece"}, "choose_by must be one of nll, accuracy, got 'ece'"),
        ({"seeds": 1}, "seeds must be 2 or more, got 1: an interval needs two"),
        ({"splits": 2}, "splits must be 1, for the data's own alone, or from 3 to 1,000, got 2"),
        ({"epochs": 0}, "epochs must be 1 or more, got 0"),
        ({"margins": {"ece": 0.1}}, "a measure with a margin must be one of accuracy, nll, got 'ece'"),
        ({"margins": {"nll": 0.0}}, "the margin of nll must be a number above 0"),
        ({"hp": HP.replace(output="tanh", loss="mse"), "choose_by": "nll"}, "choice by nll needs class probabilities"),
        ({"hp": HP.replace(output="identity", loss="hinge")}, "loss hinge takes hard targets only"),
        (
            {"hp": HP.replace(output="tanh", loss="mse"), "remedies": ["z_loss"]},
            "z_loss goes with output softmax alone",
        ),
        (
            {"hp": HP.replace(output="identity", loss="mse", learning_rate=900.0), "epochs": 40},
            "training diverges without any of the",
        ),
        ({"hp": HP.replace(seed=2**63 - 2)}, "seed must leave room for 4 seeds from it on"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        quick(**changes)


def test_data_too_small_for_validation() -> None:
    few = dataset(np.eye(6)[:, :2], [0, 1] * 3, classes=2, came_split=False)
    with pytest.raises(ls.InputError, match="'made up' has 6 training rows, too few to spare 5 of two classes"):
        quick(few)
