"""match: against Trainers run one by one, on facts that are known, and with input that cannot be."""

import math
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.data.resplit import for_validation, new_split, validation_rows
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.nn.similarity import linear_cka
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.match.matching import InterruptedMatch
from lsexplorer.study.match.search import search
from lsexplorer.study.measures import measure
from lsexplorer.study.stats import pair_means
from tests.support.helpers import MEANS, slow

HP = ls.Hyperparameters(hidden=(4,), learning_rate=0.1)
EPOCHS = 12


def small(**changes: Any) -> ls.Match:
    options = {"epochs": EPOCHS, "seeds": 9, "splits": 3, "low": 1e-5, "high": 1e-1} | changes
    return ls.match(ls.load_dataset("iris"), HP, **options)


@pytest.fixture(scope="module")
def found() -> ls.Match:
    return small()


def trained(hp: ls.Hyperparameters, seed: int, data: ls.Dataset | None = None) -> ls.Trainer:
    trainer = ls.Trainer(data or ls.load_dataset("iris"), hp.replace(seed=seed))
    trainer.step(EPOCHS * 8)  # 120 rows in batches of 16
    return trainer


def norm(trainer: ls.Trainer) -> float:
    return trainer.history["weight_norm"].values[-1]


def splits(found: ls.Match) -> list[ls.Dataset]:
    """The splits on which a match of iris is judged."""
    iris, kept = ls.load_dataset("iris"), found.plan.validation
    return [iris, *(new_split(iris, seed, kept) for seed in range(1, found.splits))]


def test_the_strengths_are_those_at_which_trainers_agree_on_the_validation_rows(found: ls.Match) -> None:
    tuning, iris = found.plan.tuning, ls.load_dataset("iris")
    data = for_validation(iris, validation_rows(iris, HP.seed))
    smoothing = [trained(HP.replace(label_smoothing=0.1), seed, data) for seed in tuning]
    for name, of in (
        ("weight_norm", norm),
        ("logit_gap", lambda t: t.evaluate("test").logit_gap),
        ("nll", lambda t: t.evaluate("test").nll),
    ):
        strength = found.strengths[name]
        assert strength.target == pytest.approx(np.mean([of(t) for t in smoothing]), rel=1e-9)
        remedy = np.mean([of(trained(HP.replace(l2=strength.nearest), seed, data)) for seed in tuning])
        assert strength.reached == pytest.approx(remedy, rel=1e-9)
        if strength.value is not None:
            assert remedy == pytest.approx(strength.target, rel=3e-3)


def test_the_evaluation_is_on_other_seeds_crossed_with_splits_and_paired(found: ls.Match) -> None:
    seeds = found.evaluation
    assert (len(seeds), found.splits, found.complete) == (9, 3, True)
    assert not set(seeds) & set(found.plan.tuning)
    value = found.strengths["weight_norm"].value
    values = next(one for one in found.matchings["weight_norm"].values if one.measure.name == "nll")
    for method, more in (("plain", {}), ("smoothing", {"label_smoothing": 0.1}), ("remedy", {"l2": value})):
        by_hand = [
            [trained(HP.replace(**more), seed, data).evaluate("test").nll for data in splits(found)] for seed in seeds
        ]
        assert getattr(values, method) == pytest.approx(np.array(by_hand), rel=1e-9)
        nll = next(one for one in found.matchings["weight_norm"].findings if one.measure.name == "nll")
        assert getattr(nll, method) == pytest.approx(np.mean(by_hand), rel=1e-9)


def test_no_row_that_is_judged_was_matched_on(found: ls.Match) -> None:
    iris = ls.load_dataset("iris")
    matched = set(iris.train_rows[found.plan.validation])
    assert len(matched) == 24
    assert not any(matched & set(data.test_rows) for data in splits(found))
    assert all(matched <= set(data.train_rows) for data in splits(found))


def test_likeness_is_that_of_every_pair_of_networks(found: ls.Match) -> None:
    data, value = splits(found)[2], found.strengths["weight_norm"].value
    answers = {
        name: [trained(HP.replace(**more), seed, data).network.answers(data.X_test)[0] for seed in found.evaluation]
        for name, more in (("smoothing", {"label_smoothing": 0.1}), ("remedy", {"l2": value}))
    }
    values = next(one for one in found.matchings["weight_norm"].values if one.measure.name == "cka_logits")
    for name, others in answers.items():
        pairs = np.array([[linear_cka(a, b) for b in others] for a in answers["smoothing"]])
        assert getattr(values, name)[:, 2] == pytest.approx(pair_means(pairs), rel=1e-9)


def test_what_was_matched_is_not_judged(found: ls.Match) -> None:
    for name, one in found.matchings.items():
        assert name not in [finding.measure.name for finding in one.findings if finding.judged]
        assert len([finding for finding in one.findings if finding.judged]) == 7


def test_all_three_criteria_and_their_ratio(found: ls.Match) -> None:
    values = [s.value for s in found.strengths.values() if s.value is not None]
    assert set(found.matchings) == {"weight_norm", "logit_gap", "nll"}
    assert found.ratio == pytest.approx(max(values) / min(values))
    assert found.verdict == found.matchings["weight_norm"].verdict
    assert found.seconds.keys() >= {"search", "evaluation", "statistics"}


def test_weight_decay_under_plain_sgd_is_l2(found: ls.Match) -> None:
    decay = small(remedy="weight_decay")
    for name, strength in found.strengths.items():
        assert decay.strengths[name].value == pytest.approx(strength.value, rel=1e-6)
    assert decay.verdict.kind == found.verdict.kind


def test_l1_and_another_criterion() -> None:
    found = small(remedy="l1", criterion="logit_gap", splits=1)
    assert found.plan.with_remedy(0.5).l1 == 0.5
    assert found.verdict == found.matchings["logit_gap"].verdict


def test_the_networks_own_smoothing_and_remedy_are_left_aside(found: ls.Match) -> None:
    again = ls.match(
        ls.load_dataset("iris"),
        HP.replace(label_smoothing=0.4, l2=0.3),
        epochs=EPOCHS,
        seeds=9,
        splits=3,
        low=1e-5,
        high=1e-1,
    )
    assert again.strengths["weight_norm"].value == found.strengths["weight_norm"].value


def test_numpy_numbers_become_pythons() -> None:
    numbers = {"seeds": np.int64(9), "epochs": np.int32(1), "low": np.float64(1e-4), "high": np.float32(0.5)}
    plan = small(label_smoothing=np.float32(0.25), **numbers).plan
    values = (plan.epochs, plan.steps, plan.low, plan.high, plan.smoothing.label_smoothing, plan.evaluation[-1])
    assert [type(value) for value in values] == [int, int, float, float, float, int]


def test_unattainable_is_told_with_the_range_that_was_searched() -> None:
    found = small(low=1e-12, high=1e-11)
    assert found.verdict.kind == "no match"
    assert "from 1e-14 to 1e-09" in found.verdict.text
    assert found.ratio is None
    assert found.matchings["weight_norm"].findings == ()


def test_without_probabilities_there_is_no_nll() -> None:
    hp = HP.replace(output="tanh", loss="mse", learning_rate=0.02)
    found = ls.match(ls.load_dataset("iris"), hp, epochs=EPOCHS, seeds=9, splits=1)
    assert set(found.matchings) == {"weight_norm", "logit_gap"}
    with pytest.raises(ls.InputError, match="criterion nll needs class probabilities"):
        ls.match(ls.load_dataset("iris"), hp, criterion="nll")


def test_a_network_without_hidden_layer() -> None:
    found = ls.match(ls.load_dataset("iris"), HP.replace(hidden=()), epochs=5, seeds=9, splits=1)
    assert "cka_hidden" not in [one.measure.name for one in found.matchings["weight_norm"].findings]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seeds": 2}, "seeds must be 3 or more, got 2"),
        ({"low": 1e-1, "high": 1e-3}, "from a smaller to a larger"),
        ({"remedy": "dropout"}, f"remedy must be one of {', '.join(REMEDIES)}, got 'dropout'"),
        ({"criterion": "accuracy"}, "criterion must be one of weight_norm, logit_gap, nll"),
        ({"label_smoothing": 0.0}, "label_smoothing must be above 0"),
        ({"label_smoothing": 2.0}, "label_smoothing must be a number from 0 to 1"),
        ({"epochs": 0}, "epochs must be 1 or more"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        small(**changes)


@pytest.mark.parametrize("remedy", ["confidence_penalty", "max_suppression", "margin_smoothing", "z_loss"])
def test_a_remedy_that_does_not_go_with_the_output(remedy: str) -> None:
    hp = ls.Hyperparameters(output="sigmoid", loss="mse")
    with pytest.raises(ls.InputError, match=f"{remedy} goes with output softmax alone, got output sigmoid"):
        ls.match(ls.load_dataset("iris"), hp, remedy=remedy)


@pytest.mark.parametrize("remedy", ["logit_penalty", *(slow(name) for name in MEANS if name != "logit_penalty")])
def test_every_other_means_can_be_matched(remedy: str) -> None:
    """They all reach the logit gap of smoothing."""
    found = ls.match(ls.load_dataset("iris"), HP, remedy=remedy, criterion="logit_gap", epochs=15, seeds=9, splits=1)
    strength = found.strengths["logit_gap"]
    assert strength.value is not None
    assert strength.reached == pytest.approx(strength.target, rel=0.02)
    assert f"{REMEDIES[remedy].label} at {REMEDIES[remedy].symbol} = " in found.verdict.text


def test_a_loss_that_takes_no_soft_targets() -> None:
    with pytest.raises(ls.InputError, match="hinge takes hard targets only"):
        ls.match(ls.load_dataset("iris"), ls.Hyperparameters(output="identity", loss="hinge"))


def test_training_that_diverges() -> None:
    hp = ls.Hyperparameters(output="identity", loss="mse", learning_rate=50.0)
    with pytest.raises(ls.InputError, match="diverges even without the remedy: try a smaller learning_rate"):
        ls.match(ls.load_dataset("iris"), hp, epochs=20, seeds=9)


def test_seeds_default_to_more_where_a_test_row_is_much() -> None:
    from lsexplorer.study.match.plan import planned

    def sizes(name: str) -> tuple[int, int]:
        options = dict.fromkeys(("seeds", "splits", "epochs", "low", "high", "margins")) | {"criterion": "nll"}
        (plan,) = planned(ls.load_dataset(name), None, ["l2"], label_smoothing=0.1, all_criteria=False, **options)
        return len(plan.evaluation), plan.splits

    assert [sizes(name) for name in ("iris", "digits", "mnist1d")] == [(80, 8), (12, 8), (12, 1)]


@pytest.mark.parametrize(("splits", "left"), [slow(1, 20), (4, 60)])
def test_ctrl_c_in_the_evaluation_keeps_whole_splits_or_else_whole_seeds(splits: int, left: int) -> None:
    def stop(phase: str, done: int, total: int) -> None:
        if phase == "measuring" and done > total - left:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedMatch) as stopped:
        small(splits=splits, progress=stop)
    kept, whole = stopped.value.match, small(splits=splits)
    assert not kept.complete
    assert kept.strengths["weight_norm"].value == whole.strengths["weight_norm"].value
    if splits == 1:
        assert 3 <= len(kept.evaluation) < 9
    else:
        assert kept.evaluation == whole.evaluation
        assert 1 <= kept.splits < 4
    seeds = [whole.evaluation.index(seed) for seed in kept.evaluation]
    for part, all_of_it in zip(
        kept.matchings["weight_norm"].values, whole.matchings["weight_norm"].values, strict=True
    ):
        if not part.measure.pairwise:
            assert np.array_equal(part.remedy, all_of_it.remedy[seeds, : kept.splits], equal_nan=True)


def test_ctrl_c_in_the_search_has_nothing_to_keep() -> None:
    def stop(phase: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedMatch) as stopped:
        small(progress=stop)
    assert stopped.value.match is None


def test_progress_reaches_its_total() -> None:
    told = []
    small(progress=lambda phase, done, total: told.append((phase, done, total)))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]
    assert {phase for phase, _, _ in told} == {"searching λ", "measuring"}


@pytest.mark.slow
def test_facts_of_digits() -> None:
    """Directions that a right implementation shows."""
    digits = ls.load_dataset("digits")
    hp = ls.Hyperparameters(**default_hyperparameters(digits))

    def trained(methods: list[dict[str, float]]) -> Any:
        bank = ls.Bank(digits, [hp.replace(seed=seed, **method) for method in methods for seed in range(2)])
        bank.step(40 * bank.steps_per_epoch)
        return {
            name: values.reshape(-1, 2).mean(axis=1) for name, values in measure(Answers.of_bank(bank)).scalars.items()
        }

    ends = trained([{}, {"label_smoothing": 0.1}])
    hard, smoothing = ({name: values[i] for name, values in ends.items()} for i in (0, 1))
    assert smoothing["logit_gap"] == pytest.approx(math.log(1 + 10 * 0.9 / 0.1), rel=0.05)
    assert hard["logit_gap"] > 2 * smoothing["logit_gap"]
    assert smoothing["ece"] > hard["ece"] + 0.05

    def remedy(strengths: Any) -> np.ndarray:
        found = trained([{"l2": x} for x in strengths])
        return np.array([found["weight_norm"], found["logit_gap"]])

    targets = {name: smoothing[name] for name in ("weight_norm", "logit_gap")}
    by_norm, by_gap = search(remedy, targets, (3e-4, 3e-2))
    assert by_gap.value > 10 * by_norm.value


def bank_means(data: ls.Dataset, methods: list[dict[str, float]], epochs: int, measure_name: str) -> np.ndarray:
    hp = ls.Hyperparameters(**default_hyperparameters(data))
    bank = ls.Bank(data, [hp.replace(seed=seed, **method) for method in methods for seed in range(3)])
    bank.step(epochs * bank.steps_per_epoch)
    return np.array([one[measure_name] for one in bank.evaluate("test")]).reshape(len(methods), 3).mean(axis=1)


@pytest.mark.slow
def test_where_a_network_overfits_smoothing_calibrates() -> None:
    data = ls.load_dataset("mnist1d")
    hard, smoothing = bank_means(data, [{}, {"label_smoothing": 0.1}], 30, "ece")
    assert smoothing < hard - 0.03


def test_with_wrong_labels_smoothing_helps() -> None:
    data = ls.load_dataset("digits", label_noise=0.3)
    hard, smoothing = bank_means(data, [{}, {"label_smoothing": 0.5}], 40, "accuracy")
    assert smoothing > hard + 0.01
