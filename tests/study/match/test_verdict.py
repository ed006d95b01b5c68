"""Findings and verdicts: by hand, and as statistics, on simulated seeds with a known truth."""

import math
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.bank import Bank
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.match.evaluation import Evaluation, SplitNumbers
from lsexplorer.study.match.findings import Finding, Scope, Values, findings, of_pairs
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.match.verdict import judge
from lsexplorer.study.measures import Measured, measure, measures, pick
from lsexplorer.study.stats import Estimate, Interval

N, SPLITS = 12, 8
SCOPE = Scope(N, train_rows=1200, test_rows=300, splits=SPLITS)
GIVEN = Scope(N, train_rows=60_000, test_rows=10_000, given=True)
ONE_SPLIT = Scope(N, train_rows=120, test_rows=30)
BY_NAME = {one.name: one for one in measures(2)}
STRENGTH = MatchedStrength("weight_norm", 5.0, 0.01, 5.0, 0.01, 1e-7, 1e-1, "falling", (0.01,))


def finding(name: str, state: str, mean: float = 0.1, error: float = 0.005, **more: Any) -> Finding:
    measure, margin = BY_NAME[name], BY_NAME[name].margin
    difference = Interval(mean, mean - 0.01, mean + 0.01)
    estimate = Estimate(mean, error, N - 1, N)
    return Finding(measure, N, 0, 0.9, 0, difference, 0.9, True, 0.01, state, margin=margin, estimate=estimate, **more)


JUDGED = ("accuracy", "nll", "ece", "nll_scaled", "agreement", "logit_gap", "cka_logits", "cka_hidden")


def all_in(state: str) -> list[Finding]:
    return [finding(name, state) for name in JUDGED]


def changed(found: list[Finding], name: str, state: str, **more: Any) -> list[Finding]:
    return [finding(name, state, **more) if one.measure.name == name else one for one in found]


def told(**changes: dict[str, Any]) -> str:
    """The verdict where these measures differ, and all else is the same."""
    found = all_in("same")
    for name, more in changes.items():
        found = changed(found, name, "differs", **more)
    return judge("l2", STRENGTH, found, SCOPE).text


def test_could_have() -> None:
    verdict = judge("l2", STRENGTH, all_in("same"), SCOPE)
    assert verdict.kind == "could have"
    assert verdict.text == (
        "Could have: L2 at λ = 0.01, matched on weight norm, is the same as smoothing within the margins on all 8 "
        "measures (12 seeds on 8 splits). Use either."
    )


def test_matched_but_different_says_where_by_how_much_and_what_to_do() -> None:
    verdict = judge("l1", STRENGTH, changed(all_in("same"), "ece", "differs", mean=0.11), SCOPE)
    assert verdict.kind == "matched but different"
    assert verdict.text == (
        "Matched but different: L1 at λ = 0.01, matched on weight norm, is not smoothing: ECE +0.11 [+0.1, +0.12] (12 "
        "seeds on 8 splits). Keep smoothing: its ECE is 0.11 lower."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accuracy": {"mean": -0.007}}, "Keep smoothing: its accuracy is 0.7 points higher."),
        ({"nll": {"mean": -0.03}}, "Use L2: its NLL is 0.03 lower."),
        (
            {"accuracy": {"mean": -0.007}, "nll": {"mean": -0.03}},
            "Keep smoothing for its accuracy; use L2 for its NLL.",
        ),
        (
            {"nll": {"mean": 0.03, "undone": True}},
            "). As they stand, smoothing's NLL is 0.03 lower; one temperature undoes the difference.",
        ),
        (
            {"accuracy": {"mean": 0.01}, "ece": {"mean": 0.1, "undone": True}},
            "Use L2: its accuracy is 1 points higher. As they stand, smoothing's ECE is 0.1 lower; one temperature",
        ),
        ({"agreement": {"mean": -0.1}}, "They answer differently, and neither is shown to be better."),
    ],
)
def test_which_is_better_at_what(changes: dict[str, Any], words: str) -> None:
    assert words in told(**changes)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (ONE_SPLIT, "(12 seeds on this split)"),
        (SCOPE, "(12 seeds on 8 splits)"),
        (GIVEN, "(12 seeds and the 10,000 rows of the data's own test part)"),
    ],
)
def test_of_which_rows_it_speaks(scope: Scope, words: str) -> None:
    assert words in judge("l2", STRENGTH, all_in("same"), scope).text


def test_a_difference_in_predictions_counts_before_all_else() -> None:
    found = changed(changed(all_in("open"), "nll", "differs"), "cka_logits", "differs")
    assert judge("l2", STRENGTH, found, SCOPE).kind == "matched but different"


def test_different_route() -> None:
    found = changed(all_in("same"), "cka_logits", "differs", mean=-0.3)
    verdict = judge("weight_decay", STRENGTH, found, SCOPE)
    assert verdict.kind == "different route"
    assert "CKA of logits 0.600 [0.590, 0.610], where two seeds of smoothing have 0.900" in verdict.text
    assert verdict.text.endswith("Use either for its predictions.")


def test_no_match_says_the_range_and_the_nearest() -> None:
    none = MatchedStrength("nll", 0.1, None, 0.2, 1e-4, 1e-9, 10.0)
    verdict = judge("l2", none, [], SCOPE)
    assert verdict.kind == "no match"
    assert "no λ of L2 from 1e-09 to 10 reaches smoothing's NLL 0.1; the nearest is 0.2 at λ = 0.0001" in verdict.text


def test_undecided_says_how_many_seeds_would_settle_all_that_is_open() -> None:
    found = changed(all_in("same"), "accuracy", "open", mean=0.002, error=0.003)
    one = judge("l2", STRENGTH, found, SCOPE)
    both = judge("l2", STRENGTH, changed(found, "nll", "open", mean=0.01, error=0.01), SCOPE)
    assert (one.kind, both.kind) == ("undecided", "undecided")
    assert "on accuracy, NLL, L2 at λ = 0.01, matched on weight norm, is shown neither the same as" in both.text
    assert f"About {both.needed:,} seeds would decide, if the differences are as measured." in both.text
    assert both.needed > one.needed > N


@pytest.mark.parametrize(("scope", "more"), [(SCOPE, "more splits, more test rows"), (GIVEN, "more test rows")])
def test_undecided_for_good_says_what_it_takes(scope: Scope, more: str) -> None:
    verdict = judge("l2", STRENGTH, changed(all_in("same"), "accuracy", "open", mean=0.005), scope)
    assert f"Not even 10,000 seeds would decide: it takes {more} or wider margins." in verdict.text
    assert verdict.needed is None


def test_an_open_inside_is_undecided_and_not_a_could_have() -> None:
    assert judge("l2", STRENGTH, changed(all_in("same"), "logit_gap", "open"), SCOPE).kind == "undecided"


def test_undecided_says_what_is_known_to_differ_inside() -> None:
    found = changed(changed(all_in("same"), "accuracy", "open"), "logit_gap", "differs", mean=1.0)
    text = judge("l2", STRENGTH, found, SCOPE).text
    assert "(12 seeds on 8 splits). Inside it is another network: logit gap +1 [+0.99, +1.01]." in text


def test_never_equal_nor_no_significant_difference() -> None:
    for state in ("same", "open", "differs"):
        text = judge("l2", STRENGTH, all_in(state), SCOPE).text.lower()
        assert "significant" not in text
        assert "l2 =" not in text


def scalars(name: str, difference: float, spread: float, rng: np.random.Generator, shape: Any = (N, SPLITS)) -> Values:
    """Differences with an effect of the seed, one of the split, and one of both, all of this spread."""
    smoothing = rng.normal(1.0, 0.1, shape)
    effects = rng.normal(size=(shape[0], 1)) + rng.normal(size=(1, shape[1])) + rng.normal(size=shape)
    return Values(BY_NAME[name], smoothing, smoothing, smoothing + difference + spread * effects)


def likeness(name: str, better: float, rng: np.random.Generator, n: int = N) -> Values:
    """Networks with qualities x: two are alike by 0.9 + x_i + x_j, smoothing and remedy by so much more."""
    own, other = rng.normal(0, 0.004, (2, SPLITS, n, 1))

    def pairs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return 0.9 + a + b.swapaxes(1, 2) + rng.normal(0, 0.004, (SPLITS, n, n))

    alike = pairs(own, own)
    return of_pairs(BY_NAME[name], alike, alike, pairs(own, other) + better)


def simulated(
    rng: np.random.Generator, accuracy: float = 0.0, better: float = 0.0, spread: float = 0.2
) -> list[Values]:
    """Differences with given truths; ``spread`` is that of the noise, in margins."""
    return [
        scalars("accuracy", accuracy, spread * 0.005, rng),
        scalars("nll", 0.0, spread * 0.02, rng),
        scalars("ece", 0.0, spread * 0.01, rng),
        likeness("agreement", better, rng),
        scalars("logit_gap", 0.0, spread * 0.1, rng),
        likeness("cka_logits", better, rng),
    ]


def shares(runs: int, **truth: float) -> dict[str, float]:
    """How often each verdict comes out."""
    rng, kinds = np.random.default_rng(8), []
    for _ in range(runs):
        kinds.append(judge("l2", STRENGTH, findings(simulated(rng, **truth), "weight_norm", SCOPE), SCOPE).kind)
    return {kind: kinds.count(kind) / runs for kind in set(kinds)}


RUNS = 300
SLACK = 3 * math.sqrt(0.05 * 0.95 / RUNS)


def test_equivalent_methods_are_found_so() -> None:
    found = shares(RUNS)
    assert found["could have"] > 0.95
    assert found.get("matched but different", 0.0) <= 0.05


def test_a_difference_at_the_margin_is_called_equivalent_one_time_in_twenty() -> None:
    assert shares(RUNS, accuracy=0.005).get("could have", 0.0) <= 0.05 + SLACK


def test_a_difference_beyond_the_margin_is_found() -> None:
    assert shares(100, accuracy=0.012)["matched but different"] > 0.98


def test_a_difference_within_the_margin_is_never_called_one() -> None:
    found = shares(RUNS, accuracy=0.004, better=-0.003)
    assert found.get("matched but different", 0.0) + found.get("different route", 0.0) <= 0.05 + SLACK


def test_noise_alone_is_undecided_and_seldom_a_difference() -> None:
    found = shares(100, spread=6.0)
    assert found.get("matched but different", 0.0) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 100)
    assert found["undecided"] > 0.9
    assert "could have" not in found


@pytest.mark.parametrize("name", ["agreement", "cka_logits"])
def test_likeness_at_the_allowance_is_called_either_one_time_in_twenty(name: str) -> None:
    rng, allowance = np.random.default_rng(4), BY_NAME[name].margin
    states = [findings([likeness(name, -allowance, rng)], "", SCOPE)[0].state for _ in range(RUNS)]
    assert states.count("same") / RUNS <= 0.05 + SLACK
    assert states.count("differs") / RUNS <= 0.05 + SLACK


def test_likeness_is_that_of_different_seeds() -> None:
    """Networks of one seed may be as alike as they like: only pairs of different seeds count."""
    rng = np.random.default_rng(1)
    smoothing, remedy = rng.uniform(0.8, 0.9, (2, 3, N, N))
    one = findings([of_pairs(BY_NAME["agreement"], smoothing, smoothing, remedy)], "", SCOPE)[0]
    for pairs in (smoothing, remedy):
        pairs[:, range(N), range(N)] = 1.0
    assert findings([of_pairs(BY_NAME["agreement"], smoothing, smoothing, remedy)], "", SCOPE)[0] == one
    others = ~np.eye(N, dtype=bool)
    assert (one.smoothing, one.remedy) == pytest.approx((smoothing[:, others].mean(), remedy[:, others].mean()))
    assert one.difference.mean == pytest.approx(one.remedy - one.smoothing)


def test_no_interval_of_a_likeness_goes_beyond_1() -> None:
    rng = np.random.default_rng(1)
    smoothing, remedy = (1 - spread * rng.uniform(size=(3, N, N)) for spread in (0.2, 0.001))
    remedy[1] -= 0.2
    found = findings([of_pairs(BY_NAME["cka_logits"], smoothing, smoothing, remedy)], "", SCOPE)[0]
    assert found.estimate.interval().high > 1 - found.smoothing
    assert found.difference.high == 1 - found.smoothing


def trained_on_iris(seeds: int) -> Any:
    bank = Bank(ls.load_dataset("iris"), [ls.Hyperparameters(label_smoothing=0.1, seed=seed) for seed in range(seeds)])
    bank.step(240)
    return measure(Answers.of_bank(bank))


def values_of(*methods: Measured) -> list[Values]:
    """The Values of plain, smoothing and remedy on one split."""
    return Evaluation.of([SplitNumbers(tuple(range(N)), methods)]).values(measures(2), 2)


@pytest.mark.slow
def test_a_method_against_itself_on_other_seeds_is_seldom_different() -> None:
    """Real networks: of 60 seeds of smoothing, two dozens are drawn at random and taken for two methods."""
    trained, rng, kinds = trained_on_iris(60), np.random.default_rng(2), []
    for _ in range(200):
        drawn = rng.permutation(60)[: 2 * N].tolist()
        one, other = pick(trained, drawn[:N]), pick(trained, drawn[N:])
        found = findings(values_of(one, one, other), "weight_norm", ONE_SPLIT)
        kinds.append(judge("l2", STRENGTH, found, ONE_SPLIT).kind)
    different = kinds.count("matched but different") + kinds.count("different route")
    assert different / len(kinds) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(kinds))


def test_a_method_against_itself_on_the_same_seeds_is_equivalent() -> None:
    trained = trained_on_iris(N)
    found = findings(values_of(trained, trained, trained), "weight_norm", ONE_SPLIT)
    assert {one.state for one in found if one.judged} == {"same"}
    assert judge("l2", STRENGTH, found, ONE_SPLIT).kind == "could have"


def column(*values: Any) -> np.ndarray:
    return np.tile(np.array(values, dtype=float), N // len(values))[:, None]


def test_findings_by_hand() -> None:
    smoothing = np.arange(12.0)[:, None]
    values = Values(BY_NAME["nll"], smoothing - 1, smoothing, smoothing + column(0.05, 0.15))
    found = findings([values], "weight_norm", ONE_SPLIT)[0]
    assert (found.plain, found.smoothing, found.remedy) == pytest.approx((4.5, 5.5, 5.6))
    error = column(0.05, 0.15).std(ddof=1) / math.sqrt(12)
    reach = 2.200985 * error
    assert found.difference == pytest.approx((0.1, 0.1 - reach, 0.1 + reach), rel=1e-6)
    assert found.floor == pytest.approx(np.mean([j - i for i in range(12) for j in range(i + 1, 12)]))
    assert (found.estimate.error, found.estimate.df) == (pytest.approx(error), 11)
    assert found.p == pytest.approx(0.000249868, rel=1e-5)  # t = (.1 − .02)/error = 5.31, two-sided, 11 df
    assert found.state == "differs"


def test_two_seeds_differ_on_a_split_or_on_all_rows_of_a_given_test_part() -> None:
    smoothing = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    values = Values(BY_NAME["brier"], smoothing, smoothing, smoothing)
    assert findings([values], "", Scope(3, 80, 20, splits=2))[0].floor == pytest.approx(2 / 3)
    assert findings([values], "", Scope(3, 80, 20, given=True))[0].floor == 0


def test_gap_and_norm_have_a_margin_of_a_tenth_of_smoothings_mean() -> None:
    values = Values(BY_NAME["logit_gap"], column(9.0), column(2.9, 3.1), column(3.0, 3.2))
    found = findings([values], "weight_norm", ONE_SPLIT)[0]
    assert found.margin == pytest.approx(0.3)
    assert found.state == "same"


@pytest.mark.parametrize(("rows", "judged"), [(299, False), (300, True)])
def test_ece_is_judged_from_300_rows_on(rows: int, judged: bool) -> None:
    values = scalars("ece", 0.1, 0.001, np.random.default_rng(0))
    found = findings([values], "weight_norm", Scope(N, 1200, rows, splits=SPLITS))[0]
    assert found.judged == judged
    assert found.state == ("differs" if judged else "")


@pytest.mark.parametrize("scaled", [0.001, 0.03])
def test_whether_one_temperature_undoes_a_difference(scaled: float) -> None:
    rng = np.random.default_rng(0)
    values = [scalars("nll", 0.1, 0.001, rng), scalars("nll_scaled", scaled, 0.001, rng)]
    assert findings(values, "weight_norm", SCOPE)[0].undone == (scaled < 0.02)


def test_the_criterion_and_what_has_no_margin_are_not_judged() -> None:
    rng = np.random.default_rng(0)
    names = ("weight_norm", "logit_gap", "brier")
    found = findings([scalars(name, 0, 0.01, rng) for name in names], "weight_norm", SCOPE)
    assert [one.judged for one in found] == [False, True, False]
    assert [one.state for one in found][::2] == ["", ""]


def test_seeds_and_splits_without_a_value_are_left_out() -> None:
    values = scalars("brier", 0.0, 0.1, np.random.default_rng(0))
    difference = values.remedy - values.smoothing
    values.remedy[3] = np.nan  # a seed
    values.smoothing[5, 2] = np.nan  # a split in which another has none
    found = findings([values], "weight_norm", SCOPE)[0]
    assert found.n == N - 1
    assert found.difference.mean == pytest.approx(np.delete(np.delete(difference, 3, 0), 2, 1).mean())
    one = Values(BY_NAME["brier"], *(array[:, :1] for array in (values.plain, values.smoothing, values.remedy)))
    assert findings([one], "weight_norm", ONE_SPLIT)[0].n == N - 1


def test_where_no_split_has_all_seeds_values_their_means_count() -> None:
    values = scalars("brier", 0.0, 0.1, np.random.default_rng(0))
    values.remedy[range(SPLITS), range(SPLITS)] = np.nan
    found = findings([values], "weight_norm", SCOPE)[0]
    means = np.nanmean(values.remedy - values.smoothing, axis=1)
    assert (found.n, found.estimate.df) == (N, N - 1)
    assert found.estimate[:2] == pytest.approx((means.mean(), means.std(ddof=1) / math.sqrt(N)))


def test_full_agreement_is_equivalent_however_uncertain_the_floor_is() -> None:
    floor = np.full((1, N, N), 0.998)
    floor[0, 0] = floor[0, :, 0] = 1.0
    found = findings([of_pairs(BY_NAME["agreement"], floor, floor, np.ones((1, N, N)))], "", ONE_SPLIT)[0]
    assert found.state == "same"


def test_a_single_seed_is_not_judged() -> None:
    values = Values(BY_NAME["nll"], *np.zeros((3, 1, 1)))
    assert not findings([values], "weight_norm", Scope(1, 120, 30))[0].judged
