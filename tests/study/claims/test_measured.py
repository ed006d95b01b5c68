"""The claims' measurements, against Trainers run one by one and sums done again; and what cannot be run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.study.claims import CLAIMS, InterruptedClaims, calibration, choosing, growth, overfitting, run_claims
from lsexplorer.study.match.matching import match
from lsexplorer.study.sweep.sweeping import with_validation
from tests.support.helpers import dataset

HP = ls.Hyperparameters(hidden=(4,), learning_rate=0.2)
EPOCHS, SEEDS = 6, 9


@pytest.fixture(scope="module")
def data() -> ls.Dataset:
    return ls.load_dataset("iris")


def outcome(number: int, data: ls.Dataset, hp: ls.Hyperparameters = HP, **options: Any) -> Any:
    (result,) = run_claims(data, hp, [number], **{"seeds": SEEDS, "epochs": EPOCHS} | options)
    assert result.problem == ""
    return result.outcome


def trained(
    data: ls.Dataset, hp: ls.Hyperparameters, seeds: Sequence[int] = range(SEEDS), epochs: int = EPOCHS
) -> list[ls.Trainer]:
    found = []
    for seed in seeds:
        trainer = ls.Trainer(data, hp.replace(seed=seed))
        trainer.step(epochs * trainer.steps_per_epoch)
        found.append(trainer)
    return found


def norm(trainer: ls.Trainer) -> float:
    return float(np.sqrt(sum((W**2).sum() for W in trainer.network.weights)))


def check(number: Any, values: Any) -> None:
    """A Number against the mean of values, and its interval by the table's t for 9 seeds (8 degrees: 2.306)."""
    values = np.asarray(values)
    reach = 2.306004 * values.std(ddof=1) / np.sqrt(len(values))
    assert number.value == pytest.approx(values.mean(), rel=1e-9, abs=1e-12)
    assert (number.high - number.low) / 2 == pytest.approx(reach, rel=1e-6, abs=1e-9)


def test_weight_norms(data: ls.Dataset) -> None:
    numbers = outcome(4, data).evidence[0].numbers
    hard, soft = ([norm(t) for t in trained(data, HP.replace(label_smoothing=a))] for a in (0.0, 0.1))
    check(numbers[0], hard)
    check(numbers[1], soft)
    check(numbers[2], np.subtract(hard, soft))
    assert max(number.value for number in numbers[3:]) < 1e-12


def test_the_smoothing_on_trial_is_that_of_the_recipe(data: ls.Dataset) -> None:
    numbers = outcome(4, data, HP.replace(label_smoothing=0.4)).evidence[0].numbers
    check(numbers[1], [norm(t) for t in trained(data, HP.replace(label_smoothing=0.4))])


def test_calibration(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "SECOND", "penguins")
    found = outcome(7, data)
    first, second = found.evidence
    hard, soft = ([t.evaluate("test") for t in trained(data, HP.replace(label_smoothing=a))] for a in (0.0, 0.1))
    check(first.numbers[0], [one.ece for one in hard])
    check(first.numbers[2], [b.ece - a.ece for a, b in zip(hard, soft, strict=True)])
    check(first.numbers[3], [b.mean_confidence - a.mean_confidence for a, b in zip(hard, soft, strict=True)])
    assert (second.data, second.epochs, len(second.seeds)) == ("penguins", EPOCHS, calibration.SECOND_SEEDS)
    assert found.verdict == calibration.judge_all([first.verdict, second.verdict])


def test_the_second_regime_has_few_rows() -> None:
    data = calibration.few_rows(ls.load_dataset("mnist1d"))
    whole = ls.load_dataset("mnist1d")
    assert (data.name, data.X_train.shape) == ("mnist1d, 1,000 training rows", (1000, 40))
    assert np.array_equal(data.y_train, whole.y_train[:1000])
    assert np.array_equal(data.X_test, whole.X_test)


def test_overfitting_in_three_regimes(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overfitting, "ELSEWHERE", "penguins")
    found = outcome(9, data)
    assert [one.data for one in found.evidence] == [
        "iris",
        "iris, 30 % of labels flipped",
        "penguins, 30 % of labels flipped",
    ]
    noisy = ls.load_dataset("iris", label_noise=0.3)
    for source, evidence in zip((data, noisy), found.evidence, strict=False):
        hard, tenth, half = (
            np.array([t.evaluate("test").accuracy for t in trained(source, HP.replace(label_smoothing=a))])
            for a in (0.0, 0.1, 0.5)
        )
        check(evidence.numbers[0], hard)
        check(evidence.numbers[1], tenth - hard)
        check(evidence.numbers[2], half - hard)
        assert evidence.verdict == overfitting.judge([tenth - hard, half - hard], len(data.y_test))


def test_growth_along_the_way(data: ls.Dataset) -> None:
    found = outcome_of_growth(data, 300)
    pair = growth.separable_pair(data)
    entropy, squared = found.evidence
    hp = ls.Hyperparameters(hidden=(), output="sigmoid", loss="binary_cross_entropy", learning_rate=4.0, batch_size=80)
    for hp_, evidence in (
        (hp, entropy),
        (hp.replace(output="identity", loss="mse", learning_rate=1.0), squared),
    ):
        norms = []
        for seed in range(3):
            trainer = ls.Trainer(pair, hp_.replace(seed=seed))
            trainer.step(30)
            before = norm(trainer)
            trainer.step(270)
            norms.append((before, norm(trainer)))
        before, after = np.array(norms).T
        assert evidence.table.rows[-1][:2] == (300, pytest.approx(after.mean(), rel=1e-9))
        assert evidence.numbers[1].value == pytest.approx((after / before - 1).mean(), rel=1e-9)


def outcome_of_growth(data: ls.Dataset, steps: int) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growth, "STEPS", steps)
        return outcome(3, data, seeds=3)


def test_smoothing_stops_the_growth_at_newtons_optimum(data: ls.Dataset) -> None:
    found = outcome_of_growth(data, 1000)
    pair = growth.separable_pair(data)
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
    assert (found.verdict, found.depends) == ("holds here", True)


def test_where_no_plane_separates_the_norm_comes_to_rest() -> None:
    rng = np.random.default_rng(0)
    overlapping = dataset(rng.normal(size=(60, 2)), np.arange(60) % 3)
    found = outcome_of_growth(overlapping, 500)
    assert found.verdict == "does not hold here"
    assert "no two classes were found separable" in found.evidence[0].name


CHOSEN = ("a of label smoothing", "λ of L2 for comparison")


def test_choosing_by_validation(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "GRIDS", {"label_smoothing": (0.0, 0.3, 0.9), "l2": (0.0, 0.1)})
    found = outcome(6, data)
    parts = with_validation(data)
    rows = slice(parts.validation)
    scores = {}
    for a in (0.0, 0.3, 0.9):
        for t in trained(parts.data, HP.replace(label_smoothing=a)):
            z = t.network.answers(parts.data.X_test)[0]
            own = -np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))[np.arange(len(z)), parts.data.y_test]
            scores[a, t.hyperparameters.seed] = own[rows].mean(), own[parts.validation :].mean()
    grid = sorted({a for a, _ in scores})
    best = min(grid, key=lambda a: np.mean([scores[a, s][1] for s in range(SEEDS)]))
    chosen = [min((scores[a, s][0], a) for a in grid)[1] for s in range(SEEDS)]
    evidence = found.evidence[0]
    regret = [scores[chosen[s], s][1] - scores[best, s][1] for s in range(SEEDS)]
    check(evidence.numbers[0], regret)
    blind = [np.mean([scores[a, s][1] for a in grid]) - scores[chosen[s], s][1] for s in range(SEEDS)]
    check(evidence.numbers[2], blind)
    assert [row[:2] for row in evidence.table.rows] == [(a, chosen.count(a)) for a in grid]
    names = [one.name for one in found.evidence]
    assert names == [f"{name}, by {by}" for by in ("NLL", "accuracy") for name in CHOSEN]
    by_accuracy = found.evidence[2].numbers[0]
    assert by_accuracy.low <= by_accuracy.value <= by_accuracy.high


def test_without_probabilities_a_is_chosen_by_accuracy(data: ls.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "GRIDS", {"label_smoothing": (0.0, 0.5), "l2": (0.0, 0.1)})
    found = outcome(6, data, HP.replace(output="tanh", loss="mse"), epochs=1)
    assert [one.name for one in found.evidence] == [f"{name}, by accuracy" for name in CHOSEN]


def test_the_matches_verdicts_are_quoted(data: ls.Dataset) -> None:
    found = outcome(5, data)
    for evidence, criterion in zip(found.evidence, ("weight_norm", "logit_gap", "nll"), strict=False):
        ours = [
            match(data, HP, remedy=remedy, epochs=EPOCHS, seeds=SEEDS).matchings[criterion] for remedy in ("l2", "l1")
        ]
        assert evidence.text == " ".join(one.verdict.text for one in ours)
        assert [row[1] for row in evidence.table.rows] == [one.strength.value for one in ours]
        break  # one criterion is enough: the others are read the same way


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
