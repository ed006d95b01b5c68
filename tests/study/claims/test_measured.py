"""The claims' measurements, against Trainers run one by one and sums done again; and what cannot be run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.resplit import new_split
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.study.claims import (
    CLAIMS,
    InterruptedClaims,
    calibration,
    choosing,
    courses,
    overfitting,
    remedies,
    run_claims,
)
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.decisions import any_of
from lsexplorer.study.jobs.executors import open_executor
from lsexplorer.study.match.matching import match
from lsexplorer.study.stats import t_quantile, two_way
from lsexplorer.study.sweep.sweeping import with_validation
from tests.support.helpers import dataset, slow

HP = ls.Hyperparameters(hidden=(4,), learning_rate=0.2)
EPOCHS, SEEDS, SPLITS = 6, 4, 3


@pytest.fixture(scope="module")
def data() -> ls.Dataset:
    return ls.load_dataset("iris")


def outcome(number: int, data: ls.Dataset, hp: ls.Hyperparameters = HP, **options: Any) -> Any:
    splits = None if data.came_split else SPLITS
    (result,) = run_claims(data, hp, [number], **{"seeds": SEEDS, "splits": splits, "epochs": EPOCHS} | options)
    assert result.problem == ""
    return result.outcome


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "LINEAR_STEPS", 100)


def splits_of(data: ls.Dataset, count: int = SPLITS) -> list[ls.Dataset]:
    return [data, *(new_split(data, i) for i in range(1, count))]


def trained(
    data: ls.Dataset, hp: ls.Hyperparameters, seeds: Sequence[int] = range(SEEDS), epochs: int = EPOCHS
) -> list[ls.Trainer]:
    found = []
    for seed in seeds:
        trainer = ls.Trainer(data, hp.replace(seed=seed))
        trainer.step(epochs * trainer.steps_per_epoch)
        found.append(trainer)
    return found


def crossed(splits: Sequence[ls.Dataset], hp: ls.Hyperparameters, of: Any) -> np.ndarray:
    """What ``of`` gives for the Trainer of each seed on each split, (seeds, splits) in the last two axes."""
    return np.array([[of(trainer) for trainer in trained(split, hp)] for split in splits]).T


def norm(trainer: ls.Trainer) -> float:
    return float(np.sqrt(sum((W**2).sum() for W in trainer.network.weights)))


def check(number: Any, values: np.ndarray, step: float = 0.0) -> None:
    """A Number against values (seeds, splits) of 120 training and 30 test rows; ``step`` is the smallest difference."""
    estimate = two_way(values, 30 / 120)
    error = max(estimate.error, step / (len(values) + 1))
    reach = t_quantile(0.975, estimate.df) * error
    assert (number.low, number.value, number.high) == pytest.approx(
        (values.mean() - reach, values.mean(), values.mean() + reach), rel=1e-6, abs=1e-9
    )


def test_weight_norms(data: ls.Dataset) -> None:
    numbers = outcome(4, data).evidence[0].numbers
    plain, soft = (crossed(splits_of(data), HP.replace(label_smoothing=a), norm) for a in (0.0, 0.1))
    check(numbers[0], plain)
    check(numbers[1], soft)
    check(numbers[2], 100 * (plain / soft - 1))
    assert max(number.value for number in numbers[3:]) < 1e-12


def test_the_smoothing_on_trial_is_that_of_the_recipe(data: ls.Dataset) -> None:
    numbers = outcome(4, data, HP.replace(label_smoothing=0.4)).evidence[0].numbers
    check(numbers[1], crossed(splits_of(data), HP.replace(label_smoothing=0.4), norm))


def test_calibration(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "SECOND", "penguins")
    found = outcome(7, data)
    first, second = found.evidence

    def measured(t: ls.Trainer) -> list[float]:
        test = t.evaluate("test")
        return [test.ece, test.mean_confidence - test.accuracy]

    plain, soft = (crossed(splits_of(data), HP.replace(label_smoothing=a), measured) for a in (0.0, 0.1))
    check(first.numbers[0], plain[0])
    check(first.numbers[2], soft[0] - plain[0])
    check(first.numbers[3], soft[1] - plain[1])
    assert (second.data, second.epochs, len(second.seeds)) == ("penguins", EPOCHS, SEEDS)
    assert found.verdict == first.verdict
    assert "Judged: overconfidence." in first.text  # 30 test rows are too few for ECE


def test_the_second_regime_has_few_rows() -> None:
    data = calibration.few_rows(ls.load_dataset("mnist1d"))
    whole = ls.load_dataset("mnist1d")
    assert (data.name, data.X_train.shape) == ("mnist1d, 1,000 training rows", (1000, 40))
    assert np.array_equal(data.y_train, whole.y_train[:1000])
    assert np.array_equal(data.X_test, whole.X_test)


def test_a_test_part_that_came_with_the_data_has_its_rows_in_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 groups of rows are the columns; their pseudo-values of a mean over rows are the groups' own means."""
    monkeypatch.setattr(overfitting, "ELSEWHERE", "article")
    mine = ls.load_dataset("iris")
    both = replace(mine, came_split=True, X_test=np.tile(mine.X_test, (2, 1)), y_test=np.tile(mine.y_test, 2))
    plain = outcome(9, both).evidence[0].numbers[0]
    answers = [np.argmax(t.network.answers(both.X_test)[0], axis=1) == both.y_test for t in trained(both, HP)]
    groups = np.array([[right[k::20].mean() for k in range(20)] for right in answers])
    interval = two_way(groups).interval()
    assert (plain.low, plain.value, plain.high) == pytest.approx((interval.low, interval.mean, interval.high))


def test_overfitting_in_three_regimes(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overfitting, "ELSEWHERE", "penguins")
    found = outcome(9, data)
    names = ["iris", "iris, 30 % of labels flipped", "penguins, 30 % of labels flipped"]
    assert [one.data for one in found.evidence] == names
    with_noise = [overfitting.with_noise(split) for split in splits_of(data)]
    for splits, evidence in zip((splits_of(data), with_noise), found.evidence, strict=False):
        plain, tenth, half = (
            crossed(splits, HP.replace(label_smoothing=a), lambda t: t.evaluate("test").accuracy)
            for a in (0.0, 0.1, 0.5)
        )
        check(evidence.numbers[0], plain, 1 / 30)
        check(evidence.numbers[1], tenth - plain, 1 / 30)
        check(evidence.numbers[2], half - plain, 1 / 30)


@pytest.mark.parametrize("small", [0, slow(10_000)])
def test_growth_along_the_way(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(courses, "SMALL", small)  # in two banks, and in one
    entropy, squared, own = outcome_of_growth(data, 300).evidence
    pair = courses.separable_pair(data)
    hp = ls.Hyperparameters(hidden=(), output="sigmoid", loss="binary_cross_entropy", learning_rate=4.0, batch_size=80)
    for rows, hp_, steps, evidence in (
        (pair, hp, 300, entropy),
        (pair, hp.replace(output="identity", loss="mse", learning_rate=1.0), 300, squared),
        (data, HP, 800, own),  # less than a hundred times 48 steps, by powers of ten from 80,000
    ):
        norms = []
        for seed in range(3):
            trainer = ls.Trainer(rows, hp_.replace(seed=seed))
            for step in (steps // 100, steps // 10, steps):
                trainer.goto(step)
                norms.append(norm(trainer))
        course = np.array(norms).reshape(3, 3)
        assert [row[0] for row in evidence.table.rows] == [steps // 100, steps // 10, steps]
        assert [row[1] for row in evidence.table.rows] == pytest.approx(course.mean(axis=0), rel=1e-9)
        assert evidence.numbers[0].value == pytest.approx(100 * (course[:, 2] / course[:, 1] - 1).mean(), rel=1e-7)


def test_the_long_run_is_shorter_where_networks_are_large() -> None:
    def steps(hp: ls.Hyperparameters, epochs: int | None = None) -> int:
        with open_executor(None, None) as executor:
            data = ls.load_dataset("digits")
            context = ExperimentContext(data, hp, seeds=3, splits=1, epochs=epochs, executor=executor, workers=None)
            return courses.longest(context)

    small = ls.Hyperparameters(hidden=(8,), batch_size=32)
    assert (steps(small), steps(small, epochs=1), steps(small.replace(hidden=(500,)))) == (80_000, 800, 8_000)


def test_networks_of_later_claims_train_beside_a_long_run_and_are_scored_the_same(data: ls.Dataset) -> None:
    functions = list[str]()

    class Counting:
        def run(self, function: Any, tasks: Sequence[Any], heartbeat: Any = None) -> Any:
            functions.append(function.__name__)
            return ((i, function(None, task, lambda: None)) for i, task in enumerate(tasks))

    def context(epochs: int = 2) -> ExperimentContext:
        return ExperimentContext(data, None, seeds=3, splits=1, epochs=epochs, executor=Counting(), workers=None)

    beside, alone = context(), context()
    methods = [beside.plain, beside.with_smoothing()]
    impossible = (
        methods[0].replace(output="identity", loss="hinge"),
        data.subset(soft_train=np.full((len(data.y_train), 3), 1 / 3)),
    )
    regime = replace(beside.regime, splits=(impossible[1],), plain=impossible[0])
    beside.to_come = lambda: [(beside.regime, methods), (regime, [regime.plain])]
    assert beside.results_beside_others(lambda data, task, check: task + 1, [1, 2]) == [2, 3]
    assert functions == ["call"]
    (plain, smoothed), other = beside.scores(beside.regime, methods), alone.scores(alone.regime, methods)
    assert functions == ["call", "train_and_evaluate"], "what was trained beside is not trained again"
    for found, expected in zip((plain, smoothed), other, strict=True):
        assert {name: values.tolist() for name, values in found.items()} == {
            name: values.tolist() for name, values in expected.items()
        }
    with pytest.raises(ls.InputError, match="hinge"):
        beside.scores(regime, [regime.plain])


def outcome_of_growth(data: ls.Dataset, steps: int) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(courses, "LINEAR_STEPS", steps)
        return outcome(3, data, seeds=3)


def test_smoothing_stops_the_growth_at_newtons_optimum(data: ls.Dataset) -> None:
    found = outcome_of_growth(data, 1000)
    pair = courses.separable_pair(data)
    X, t = np.hstack([pair.X_train, np.ones((80, 1))]), np.where(pair.y_train == 1, 0.95, 0.05)
    w = np.zeros(5)
    for _ in range(50):
        o = 1 / (1 + np.exp(-X @ w))
        w += np.linalg.solve((X * (o * (1 - o))[:, None]).T @ X, X.T @ (t - o))
    at, hard, smoothed = found.evidence[0].table.rows[-1]
    assert (at, smoothed) == (1000, pytest.approx(np.linalg.norm(w[:4]), rel=1e-3))
    squares = np.linalg.lstsq(X, np.eye(2)[pair.y_train], rcond=None)[0]
    assert found.evidence[1].table.rows[-1][1] == pytest.approx(np.linalg.norm(squares[:4]), rel=1e-3)
    assert hard > 2 * smoothed
    assert [one.verdict for one in found.evidence[:2]] == ["holds here", "does not hold here"]
    assert (found.verdict, found.depends) == ("holds here", True)


def test_where_no_plane_separates_the_norm_comes_to_rest() -> None:
    rng = np.random.default_rng(0)
    overlapping = dataset(rng.normal(size=(60, 2)), np.arange(60) % 3)
    found = outcome_of_growth(overlapping, 500)
    assert found.evidence[0].verdict == "does not hold here"
    assert "no two classes were found separable" in found.evidence[0].name
    hp = ls.Hyperparameters(hidden=(), output="identity", loss="mse", batch_size=60, learning_rate=0.2)
    linear = outcome(3, overlapping, hp, seeds=3, epochs=10)
    assert (linear.verdict, linear.depends) == ("does not hold here", False)


def test_a_weak_smoothing_keeps_nothing_small(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courses, "LONGER", 10)
    found = outcome(4, data, HP.replace(label_smoothing=0.001), epochs=60, seeds=3)
    assert found.evidence[0].verdict == found.verdict == "does not hold here"
    assert outcome(4, data, epochs=60, seeds=3).verdict == "holds here"


def test_choosing_by_validation(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "GRIDS", {"label_smoothing": (0.0, 0.3, 0.9), "l2": (0.0, 0.1)})
    found = outcome(6, data)
    parts = [with_validation(split, seed=i) for i, split in enumerate(splits_of(data))]
    right = np.array([
        crossed(
            [part.data for part in parts],
            HP.replace(label_smoothing=a),
            lambda t: np.argmax(t.network.answers(t.data.X_test)[0], axis=1) == t.data.y_test,
        )
        for a in (0.0, 0.3, 0.9)
    ])  # (grid, rows, seeds, splits)  # fmt: skip
    validation, test = right[:, : parts[0].validation].sum(axis=1), right[:, parts[0].validation :].mean(axis=1)
    best = test.mean(axis=(1, 2)).argmax()
    cost, ties = np.zeros((SEEDS, SPLITS)), []
    for seed, split in np.ndindex(SEEDS, SPLITS):
        most = np.flatnonzero(validation[:, seed, split] == validation[:, seed, split].max())
        ties.append(len(most))
        cost[seed, split] = test[best, seed, split] - test[most, seed, split].mean()
    number, _, tied = found.evidence[0].numbers
    assert number.value == pytest.approx(cost.mean())
    assert tied.value == pytest.approx(np.mean(ties))
    assert [one.name for one in found.evidence] == ["a of label smoothing", "λ of L2 for comparison"]
    assert "of 3 values of a" in found.text
    assert found.verdict == found.evidence[0].verdict


def test_without_probabilities_a_can_be_chosen(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "GRIDS", {"label_smoothing": (0.0, 0.5), "l2": (0.0, 0.1)})
    assert len(outcome(6, data, HP.replace(output="tanh", loss="mse"), epochs=1).evidence) == 2


def test_the_matches_verdicts_are_quoted(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: REMEDIES[name] for name in ("l2", "weight_decay", "temperature")}
    monkeypatch.setattr(remedies, "REMEDIES", few)
    found = outcome(5, data, epochs=1, splits=1)
    l2 = match(data, HP, remedy="l2", epochs=1, seeds=9, splits=1)
    for evidence, name in zip(found.evidence, l2.matchings, strict=False):
        matching = l2.matchings[name]
        assert evidence.table.rows == (("L2", "λ", matching.strength.value, matching.verdict.kind),)
        assert evidence.verdict == remedies.judge([matching.verdict.kind])
    others = found.evidence[-1]
    assert others.name == "other means, matched on logit gap"
    assert [row[0] for row in others.table.rows] == ["temperature scaling"]
    assert "weight decay is the same update as L2" in found.text
    assert found.verdict == any_of([part.verdict for part in found.evidence[:-1]])


@pytest.mark.parametrize("changes", [{"momentum": 0.9}, {"optimizer": "adam"}])
def test_weight_decay_is_matched_where_it_is_another_update(
    data: ls.Dataset, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr(remedies, "REMEDIES", {name: REMEDIES[name] for name in ("l2", "weight_decay")})
    found = outcome(5, data, HP.replace(**changes), epochs=1, splits=1)
    assert [row[0] for row in found.evidence[0].table.rows] == ["L2", "weight decay"]


def test_one_class_and_losses_of_hard_targets(data: ls.Dataset) -> None:
    alone = dataset(np.zeros((4, 2)), [1, 1, 1, 1])
    results = run_claims(alone, HP, seeds=3, epochs=1)
    assert [one.claim.number for one in results if one.outcome] == [1, 2]
    assert {one.problem for one in results[2:]} == {
        "the training part of 'made up' holds one class alone; at least two are needed"
    }
    hinge = run_claims(data, HP.replace(output="identity", loss="hinge"), [4, 5, 6, 7, 8, 9], seeds=3, epochs=1)
    assert all("hinge takes hard targets only" in one.problem for one in hinge)


def test_too_few_rows_for_a_validation_part() -> None:
    (result,) = run_claims(ls.load_dataset("article"), None, [6], epochs=1)
    assert result.outcome is None
    assert "too small for a validation part" in result.problem


def test_soft_targets_are_not_flipped(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overfitting, "ELSEWHERE", "iris")
    soft = dataset(data.X_train, data.y_train, soft_train=np.eye(3)[data.y_train])
    found = outcome(9, soft, epochs=1)
    assert "labels were not flipped, since the data hold soft targets" in found.text
    assert [one.data for one in found.evidence] == ["made up", "iris, 30 % of labels flipped"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"only": [99]}, f"the claims are numbered 1 to {len(CLAIMS)}, such as 3,5; got 99"),
        ({"only": []}, "got none"),
        ({"seeds": 2}, "seeds must be 3 or more, got 2"),
        ({"epochs": 0}, "epochs must be 1 or more, got 0"),
        ({"workers": 0}, "1 process or more"),
    ],
)
def test_what_cannot_be(data: ls.Dataset, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        run_claims(data, **{"only": [1]} | changes)


def test_training_that_diverges_is_told() -> None:
    wild = HP.replace(output="identity", loss="mse", learning_rate=900.0)
    (result,) = run_claims(ls.load_dataset("iris"), wild, [4], seeds=3, epochs=20)
    assert "training diverged at label_smoothing 0: try a smaller learning_rate" in result.problem


def test_ctrl_c_keeps_the_claims_that_are_done(data: ls.Dataset) -> None:
    def stop(phase: str, done: int, total: int) -> None:
        if phase == "claim 4" and done:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedClaims) as stopped:
        run_claims(data, HP, [1, 2, 4, 8], seeds=3, epochs=1, progress=stop)
    assert [one.claim.number for one in stopped.value.results][:2] == [1, 2]
    assert len(stopped.value.results) < 4


def test_progress_reaches_its_total(data: ls.Dataset) -> None:
    told = []
    run_claims(data, HP, [1, 4, 8], seeds=3, epochs=1, progress=lambda *of: told.append(of))
    done = [one for _, one, _ in told]
    assert done == sorted(done)
    assert told[-1][1] == told[-1][2]
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == ["claim 1", "claim 4", "claim 8", "done"]


def test_the_claims_are_nine() -> None:
    assert [claim.number for claim in CLAIMS] == list(range(1, 10))
    assert all(claim.confirmed and claim.refuted and claim.statement.endswith(".") for claim in CLAIMS)
