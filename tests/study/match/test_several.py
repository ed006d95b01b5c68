"""match_all: several remedies on the same networks, and the two that only read the plain network otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.resplit import for_validation, new_split
from lsexplorer.nn.activations import OUTPUTS, log_softmax
from lsexplorer.nn.metrics import logit_gaps, negative_log_likelihood
from lsexplorer.nn.remedies import READOUTS, REMEDIES, Reading, Training
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.jobs.arms import Arm, cut_arms, networks_in_job, train_and_measure, train_for_criteria
from lsexplorer.study.jobs.executors import do_nothing
from lsexplorer.study.jobs.splits import TUNING, Splits
from lsexplorer.study.match.findings import Values
from lsexplorer.study.match.matching import InterruptedMatch
from lsexplorer.study.match.search import MatchedStrength, Rounds
from lsexplorer.study.measures import measure
from tests.support.cluster import cluster

HP = ls.Hyperparameters(hidden=(4,), learning_rate=0.1)
EPOCHS, STEPS = 12, 96
MIXED = ["l2", "early_stopping", "temperature"]


def several(remedies: list[str] | None = MIXED, **changes: Any) -> ls.Matches:
    options = {"criterion": "logit_gap", "epochs": EPOCHS, "seeds": 9, "splits": 3} | changes
    return ls.match_all(ls.load_dataset("iris"), HP, remedies=remedies, **options)


@pytest.fixture(scope="module")
def found() -> ls.Matches:
    return several(all_criteria=True)


def trained(hp: ls.Hyperparameters, data: ls.Dataset, steps: int = STEPS) -> ls.Trainer:
    trainer = ls.Trainer(data, hp)
    trainer.step(steps)
    return trainer


def value(match: ls.Match, measure: str, criterion: str = "logit_gap") -> np.ndarray:
    """A measure of the remedy's networks (seeds, splits)."""
    return next(one.remedy for one in match.matchings[criterion].values if one.measure.name == measure)


def splits(match: ls.Match) -> Iterator[ls.Dataset]:
    iris = ls.load_dataset("iris")
    yield iris
    for seed in range(1, match.splits):
        yield new_split(iris, seed, match.plan.validation)


def test_each_of_several_has_the_numbers_that_it_has_alone(found: ls.Matches) -> None:
    alone = ls.match(ls.load_dataset("iris"), HP, epochs=EPOCHS, seeds=9, splits=3, criterion="logit_gap")
    together = found.matches["l2"]
    assert list(found.matches) == MIXED
    for name, strength in alone.strengths.items():
        assert together.strengths[name].value == pytest.approx(strength.value, rel=1e-9)
        for one, other in zip(alone.matchings[name].values, together.matchings[name].values, strict=True):
            assert one.remedy == pytest.approx(other.remedy, rel=1e-9, nan_ok=True)
    assert (together.verdict.kind, together.networks) == (alone.verdict.kind, alone.networks)


def test_plain_training_and_smoothing_are_trained_once(found: ls.Matches) -> None:
    shared = 2 * (4 + 9 * 3)
    own = {name: match.networks - shared for name, match in found.matches.items()}
    assert own["early_stopping"] == own["temperature"] == 0
    assert found.networks == shared + own["l2"]


def test_an_early_stop_is_the_plain_network_at_that_step(found: ls.Matches) -> None:
    match = found.matches["early_stopping"]
    strength = match.strengths["logit_gap"]
    steps = strength.value * 8
    assert steps == round(steps) < STEPS
    assert strength.branch == "rising"
    for j, data in enumerate(splits(match)):
        for i, seed in enumerate(match.evaluation[:2]):
            stopped = trained(HP.replace(seed=seed), data, round(steps))
            assert value(match, "logit_gap")[i, j] == pytest.approx(stopped.evaluate().logit_gap, rel=1e-9)
            assert value(match, "weight_norm")[i, j] == pytest.approx(
                stopped.history["weight_norm"].values[-1], rel=1e-9
            )


def test_the_criterion_is_measured_at_every_stop_of_one_run(found: ls.Matches) -> None:
    match = found.matches["early_stopping"]
    data = for_validation(ls.load_dataset("iris"), match.plan.validation)
    strength = match.strengths["logit_gap"]
    assert [round(8 * E) for E in strength.lambdas] == list(range(1, STEPS + 1))  # neighbours by 1 %
    runs = [ls.Trainer(data, HP.replace(seed=seed)) for seed in match.plan.tuning]
    by_hand = []
    for _ in range(STEPS):
        for run in runs:
            run.step()
        by_hand.append(np.mean([run.evaluate().logit_gap for run in runs]))
    assert strength.curve == pytest.approx(by_hand, rel=1e-9)


def test_a_temperature_divides_the_logits_of_the_plain_network(found: ls.Matches) -> None:
    match = found.matches["temperature"]
    T = match.strengths["logit_gap"].value
    for j, data in enumerate(splits(match)):
        plain = trained(HP.replace(seed=match.evaluation[0]), data)
        z = plain.network.answers(data.X_test)[0] / T
        assert value(match, "logit_gap")[0, j] == pytest.approx(logit_gaps(z, data.y_test).mean(), rel=1e-9)
        nll = negative_log_likelihood(log_softmax(z), data.y_test)
        assert value(match, "nll")[0, j] == pytest.approx(nll, rel=1e-9)
        assert value(match, "accuracy")[0, j] == plain.evaluate().accuracy


def test_no_temperature_matches_the_weight_norm_and_the_report_says_why(found: ls.Matches) -> None:
    matching = found.matches["temperature"].matchings["weight_norm"]
    assert (matching.strength.value, matching.findings, matching.verdict.kind) == (None, (), "no match")
    assert "it divides the logits and leaves the weights as they are" in matching.verdict.text
    assert len(set(matching.strength.curve)) == 1


def test_temperature_with_a_sigmoid() -> None:
    hp = HP.replace(output="sigmoid", loss="binary_cross_entropy", seed=2)
    bank = ls.Bank(ls.load_dataset("iris"), [hp])
    bank.step(40)
    z = bank.network(0).answers(bank.data.X_test)[0] / 2.5
    shares = OUTPUTS["sigmoid"](z)
    shares /= shares.sum(axis=1, keepdims=True)
    by_hand = -np.log(shares[np.arange(30), bank.data.y_test]).mean()
    assert measure(Answers.of_bank(bank, 2.5)).scalars["nll"][0] == pytest.approx(by_hand, rel=1e-12)


def test_a_strength_and_its_reading_are_each_others() -> None:
    run = Training(steps=100, steps_per_epoch=8)
    early, _ = READOUTS
    for entry, strengths in zip(READOUTS, ([0.125, 1, 2.5, 12.5], [1, 1.7, 40]), strict=True):
        for strength in strengths:
            assert entry.strength(entry.reading(strength, run), run) == strength
    assert early.reading(1e9, run) == Reading(100)
    assert early.reading(1e-9, run) == Reading(1)


def test_all_are_matched_unless_they_do_not_go_with_the_network() -> None:
    hp = HP.replace(output="sigmoid", loss="binary_cross_entropy")
    found = ls.match_all(ls.load_dataset("iris"), hp, epochs=2, seeds=9, splits=1, criterion="logit_gap")
    assert [*found.matches, *found.left_out] == sorted([*REMEDIES], key=lambda name: name in found.left_out)
    assert list(found.left_out) == [
        "confidence_penalty", "max_suppression", "margin_smoothing", "z_loss", "focal_gamma"
    ]  # fmt: skip
    assert found.left_out["z_loss"] == "z_loss goes with output softmax alone, got output sigmoid"
    assert all(list(match.matchings) == ["logit_gap"] for match in found.matches.values())


def check_same(there: ls.Matches, here: ls.Matches) -> None:
    for name, match in here.matches.items():
        for criterion, matching in match.matchings.items():
            other = there.matches[name].matchings[criterion]
            assert other.strength.value == pytest.approx(matching.strength.value, rel=1e-9)
            for one, two in zip(matching.values, other.values, strict=True):
                assert one.remedy == pytest.approx(two.remedy, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize("where", [1, 2])
def test_processes_give_the_numbers_of_this_one(found: ls.Matches, where: int) -> None:
    check_same(several(all_criteria=True, workers=where), found)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of Dask are not ours
def test_a_cluster_gives_the_numbers_of_this_process(found: ls.Matches, tmp_path: Path) -> None:
    with cluster(tmp_path, 2) as dask:
        check_same(several(all_criteria=True, workers=dask.address), found)


def test_ctrl_c_keeps_every_remedy_on_whole_splits() -> None:
    def stop(phase: str, done: int, total: int) -> None:
        if phase == "measuring" and done > total - 30:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedMatch) as stopped:
        several(splits=4, progress=stop)
    kept = stopped.value.matches
    assert list(kept.matches) == MIXED
    assert {(match.complete, len(match.evaluation)) for match in kept.matches.values()} == {(False, 9)}
    assert {match.splits for match in kept.matches.values()} <= {1, 2, 3}


def test_ctrl_c_in_the_search_keeps_the_strengths_that_are_found() -> None:
    def stop(phase: str, done: int, total: int) -> None:
        if phase == "searching" and done > 100:  # the first grids are trained
            raise KeyboardInterrupt

    with pytest.raises(InterruptedMatch) as stopped:
        several(["l2", "l1", "early_stopping"], progress=stop)
    kept = stopped.value.matches.matches
    assert set(kept) == {"early_stopping"}
    early = kept["early_stopping"]
    assert early.strengths["logit_gap"].value is not None
    assert (early.evaluation, early.splits, early.verdict.kind) == ((), 0, "undecided")


def test_a_remedy_that_diverges_where_it_is_judged_costs_no_other_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: Any) -> Rounds:
        yield [900.0]
        return [MatchedStrength("logit_gap", 2.0, 900.0, 2.0, 900.0, 1e-7, 1e3, "falling", (900.0,))]

    monkeypatch.setattr("lsexplorer.study.match.running.search_rounds", found)
    matches = several(["l2", "temperature"], epochs=40, splits=1).matches
    text = matches["l2"].verdict.text
    assert text.startswith("No match: no λ of L2 from 1e-07 to 1e+03 reaches smoothing's logit gap 2;")
    assert text.endswith("L2 cannot stand in for smoothing here: training there diverges on seed 4.")
    assert matches["l2"].strengths["logit_gap"].value is None
    assert len(matches["temperature"].matchings["logit_gap"].findings) > 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"low": 0.1}, "the strengths to search can be given for one remedy alone"),
        ({"splits": 2}, "splits must be 1, for the data's own alone, or from 3 to 1,000, got 2"),
        ({"splits": 0}, "splits must be 1 or more, got 0"),
        ({"splits": 1.5}, "splits must be a whole number, got 1.5"),
        ({"remedies": []}, "remedies must name one remedy or more"),
        ({"remedies": ["l2", "dropout"]}, "remedy must be one of l2, l1, .*, temperature, got 'dropout'"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        several(**changes)


@pytest.mark.parametrize("remedy", ["temperature", "confidence_penalty"])
def test_a_remedy_that_does_not_go_with_the_output(remedy: str) -> None:
    with pytest.raises(ls.InputError, match=f"{remedy} goes with output softmax.* alone, got output tanh"):
        ls.match(ls.load_dataset("iris"), ls.Hyperparameters(output="tanh", loss="mse"), remedy=remedy)


def test_data_with_their_own_test_part_have_one_split_and_their_rows_are_the_sample() -> None:
    iris = replace(ls.load_dataset("iris"), came_split=True)
    with pytest.raises(ls.InputError, match="'iris' came with its own test part: splits must be 1, got 4"):
        ls.match(iris, HP, splits=4)

    def values(data: ls.Dataset) -> tuple[ls.Match, dict[str, Values]]:
        options = {"remedies": ["temperature"], "criterion": "logit_gap", "epochs": 4, "seeds": 9}
        match = ls.match_all(data, HP, **options).first
        return match, {one.measure.name: one for one in match.matchings["logit_gap"].values}

    _, few = values(iris.subset(test=slice(20)))
    assert {one.remedy.shape for one in few.values()} == {(9, 1)}, "too few rows for groups"
    data = replace(ls.load_dataset("digits").subset(slice(300), slice(60)), came_split=True)
    match, known = values(data)
    assert match.splits == 1
    assert known["weight_norm"].remedy.shape == known["nc1"].remedy.shape == (9, 1)
    assert {known[name].remedy.shape for name in ("accuracy", "nll", "ece", "agreement", "cka_hidden")} == {(9, 20)}
    smoothing = ls.Bank(data, [match.plan.smoothing.replace(seed=seed) for seed in match.evaluation])
    smoothing.step(match.plan.steps)
    right = smoothing.answers("test")[0].argmax(axis=1) == data.y_test[:, None]
    group = np.random.default_rng(0).permutation(60) % 20
    by_hand = np.array([right[group == g].mean(axis=0) for g in range(20)]).T  # of a mean over rows: the groups' own
    assert known["accuracy"].smoothing == pytest.approx(by_hand)


def test_tasks_are_cut_by_split_group_and_seeds() -> None:
    plain, other = (Arm(HP.replace(l2=x), Reading(10)) for x in (0.0, 0.1))
    early = plain._replace(reading=Reading(5, 2.0))
    tasks = cut_arms([[plain, early], [other]], range(9), range(4))
    assert [(task.split, task.first, len(task.seeds)) for task in tasks[:3]] == [(0, 0, 9), (0, 2, 9), (1, 0, 9)]
    assert len(tasks[0].seeded) == 9
    single = cut_arms([[plain, early], [other]], range(9), [0])
    assert [(task.first, len(task.seeds)) for task in single[:4]] == [(0, 3), (2, 3), (0, 2), (2, 2)]
    few = cut_arms([[plain, early], [other]], range(9), [0], fewest_shares=2)
    assert [(task.first, len(task.seeds)) for task in few] == [(0, 5), (2, 5), (0, 4), (2, 4)]
    many = cut_arms([[Arm(HP.replace(l2=x / 1000), Reading(10)) for x in range(300)]], range(3), range(4), most=128)
    assert [(task.first, len(task.arms), task.seeds) for task in many[:3]] == [
        (0, 128, (0,)), (128, 128, (0,)), (256, 44, (0, 1))
    ]  # fmt: skip


def test_jobs_of_small_networks_are_wide_and_none_is_too_large_for_a_bank() -> None:
    assert [networks_in_job(parameters) for parameters in (43, 2410, 10**5, 10**7)] == [512, 207, 64, 64]


def test_a_job_reads_each_arm_from_its_own_network() -> None:
    iris = ls.load_dataset("iris")
    data = Splits(iris, np.arange(0, 120, 5), 0)
    arms = [Arm(HP, Reading(20)), Arm(HP.replace(l2=0.1), Reading(20)), Arm(HP, Reading(8)), Arm(HP, Reading(20, 3.0))]
    (task,) = cut_arms([arms], [5, 6], [TUNING] * 4)[:1]
    criteria = train_for_criteria(data, task, do_nothing)
    measured = train_and_measure(data, task, do_nothing)
    for name, values in criteria.items():
        assert measured.scalars[name] == pytest.approx(values.ravel())
    for k, arm in enumerate(arms):
        alone = trained(arm.method.replace(seed=6), data.part(TUNING), arm.reading.steps)
        assert criteria["logit_gap"][k, 1] * arm.reading.temperature == pytest.approx(alone.evaluate().logit_gap)
