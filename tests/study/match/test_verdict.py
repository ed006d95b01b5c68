"""Findings and verdicts: by hand, and as statistics, on simulated seeds with a known truth."""

import math

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.bank.bank import Bank
from lsexplorer.study.match.findings import Finding, Values, findings, of_scalars
from lsexplorer.study.match.matching import between_seeds, values_of
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.match.verdict import judge
from lsexplorer.study.measures import measure, measures, pick
from lsexplorer.study.stats import Interval

N = 12
BY_NAME = {one.name: one for one in measures(2)}
STRENGTH = MatchedStrength("weight_norm", 5.0, 0.01, 5.0, 0.01, 1e-7, 1e-1, "falling", (0.01,))


def finding(name: str, state: str, mean: float = 0.1, needed: int | None = None) -> Finding:
    return Finding(BY_NAME[name], N, 0, 0, 0, Interval(mean, mean - 0.01, mean + 0.01), 0.9, True, 0.01, state, needed)


def all_in(state: str) -> list[Finding]:
    return [finding(name, state) for name in ("accuracy", "nll", "ece", "agreement", "logit_gap", "cka_logits")]


def changed(found: list[Finding], name: str, state: str, **more: object) -> list[Finding]:
    return [finding(name, state, **more) if one.measure.name == name else one for one in found]


def test_could_have() -> None:
    verdict = judge("l2", STRENGTH, all_in("same"), N)
    assert verdict.kind == "could have"
    assert verdict.text == (
        "Could have: L2 at λ = 0.01, matched on weight norm, is equivalent within the margins on all 6 measures "
        "(12 seeds)."
    )


def test_matched_but_different_says_where_and_by_how_much() -> None:
    verdict = judge("l1", STRENGTH, changed(all_in("same"), "ece", "differs", mean=-0.11), N)
    assert verdict.kind == "matched but different"
    assert "L1 at λ = 0.01, matched on weight norm, differs on ECE by -0.11 [-0.12, -0.1]" in verdict.text


def test_a_difference_in_predictions_counts_before_all_else() -> None:
    found = changed(changed(all_in("open"), "nll", "differs"), "cka_logits", "differs")
    assert judge("l2", STRENGTH, found, N).kind == "matched but different"


def test_different_route() -> None:
    verdict = judge("weight_decay", STRENGTH, changed(all_in("same"), "cka_logits", "differs", mean=0.6), N)
    assert verdict.kind == "different route"
    assert "CKA of logits (0.600 [0.590, 0.610]; two seeds 0.900)" in verdict.text


def test_no_match_says_the_range_and_the_nearest() -> None:
    none = MatchedStrength("nll", 0.1, None, 0.2, 1e-4, 1e-9, 10.0)
    verdict = judge("l2", none, [], N)
    assert verdict.kind == "no match"
    assert (
        "no λ of L2 from 1e-09 to 10 reaches smoothing's test NLL 0.1; the nearest is 0.2 at λ = 0.0001" in verdict.text
    )


@pytest.mark.parametrize(
    ("needed", "words"), [(40, "about 40 would decide"), (20_000, "more than 10,000"), (None, "more seeds")]
)
def test_undecided_says_how_many_seeds_would_do(needed: int | None, words: str) -> None:
    verdict = judge("l2", STRENGTH, changed(all_in("same"), "accuracy", "open", needed=needed), N)
    assert verdict.kind == "undecided"
    assert words in verdict.text
    assert "accuracy" in verdict.text
    assert verdict.needed == needed


def test_an_open_inside_is_undecided_and_not_a_could_have() -> None:
    assert judge("l2", STRENGTH, changed(all_in("same"), "logit_gap", "open"), N).kind == "undecided"


def test_never_equal_nor_no_significant_difference() -> None:
    for state in ("same", "open", "differs"):
        text = judge("l2", STRENGTH, all_in(state), N).text.lower()
        assert "significant" not in text
        assert "l2 =" not in text


def scalars(name: str, difference: float, spread: float, rng: np.random.Generator, n: int = N) -> Values:
    smoothing = rng.normal(1.0, 0.1, n)
    return of_scalars(BY_NAME[name], smoothing, smoothing, smoothing + rng.normal(difference, spread, n))


def likeness(name: str, better: float, rng: np.random.Generator, n: int = N) -> Values:
    """Seeds with qualities x: two are alike by 0.9 + x_i + x_j, smoothing and remedy by so much more."""
    x, noise = rng.normal(0, 0.004, n), rng.normal(0, 0.004, (n, n))
    own = 0.9 + better + x + rng.normal(0, 0.004, n) + rng.normal(0, 0.004, n)
    return Values(BY_NAME[name], own, 0.9 + x[:, None] + x + (noise + noise.T) / math.sqrt(2))


def simulated(
    rng: np.random.Generator, accuracy: float = 0.0, better: float = 0.02, spread: float = 0.2
) -> list[Values]:
    """Differences with given truths; ``spread`` is that of the noise, in margins."""
    return [
        scalars("accuracy", accuracy, spread * 0.005, rng),
        scalars("nll", 0.0, spread * 0.02, rng),
        scalars("ece", 0.0, spread * 0.01, rng),
        likeness("agreement", better, rng),
        scalars("logit_gap", 0.0, 0.02, rng),
        likeness("cka_logits", better, rng),
    ]


def shares(runs: int, **truth: float) -> dict[str, float]:
    """How often each verdict comes out."""
    rng, kinds = np.random.default_rng(8), []
    for _ in range(runs):
        kinds.append(judge("l2", STRENGTH, findings(simulated(rng, **truth), "weight_norm"), N).kind)
    return {kind: kinds.count(kind) / runs for kind in set(kinds)}


RUNS = 600
SLACK = 3 * math.sqrt(0.05 * 0.95 / RUNS)


def test_equivalent_methods_are_found_so() -> None:
    found = shares(RUNS)
    assert found["could have"] > 0.95
    assert found.get("matched but different", 0.0) <= 0.05


def test_a_difference_at_the_margin_is_called_equivalent_one_time_in_twenty() -> None:
    assert shares(RUNS, accuracy=0.005).get("could have", 0.0) <= 0.05 + SLACK


def test_a_difference_beyond_the_margin_is_found() -> None:
    assert shares(200, accuracy=0.012)["matched but different"] > 0.98


def test_noise_alone_is_undecided_and_seldom_a_difference() -> None:
    found = shares(RUNS, spread=3.0, better=0.0)
    assert found.get("matched but different", 0.0) <= 0.05 + SLACK
    assert found["undecided"] > 0.9
    assert "could have" not in found


def test_likeness_at_the_floor_is_called_equivalent_one_time_in_twenty() -> None:
    rng = np.random.default_rng(4)
    states = [findings([likeness("cka_logits", 0.0, rng)], "")[0].state for _ in range(RUNS)]
    assert states.count("same") / RUNS <= 0.05 + SLACK
    assert states.count("differs") / RUNS <= 0.05 + SLACK


def test_of_two_seeds_of_one_method_no_distance_inside_is_beyond_the_floor() -> None:
    rng = np.random.default_rng(6)
    states = []
    for _ in range(RUNS):
        one, other = rng.normal(5.0, 0.3, (2, N))
        states.append(findings([of_scalars(BY_NAME["logit_gap"], one, one, other)], "")[0].state)
    assert states.count("differs") / RUNS <= 0.05 + SLACK


@pytest.mark.slow
def test_a_method_against_itself_on_other_seeds_is_seldom_different() -> None:
    """Real networks: of 60 seeds of smoothing, two dozens are drawn at random and taken for two methods."""
    data = ls.load_dataset("iris")
    bank = Bank(data, [ls.Hyperparameters(label_smoothing=0.1, seed=seed) for seed in range(60)])
    bank.step(240)
    trained, rng, kinds = measure(bank), np.random.default_rng(2), []
    for _ in range(200):
        drawn = rng.permutation(60)[: 2 * N].tolist()
        one, other = pick(trained, drawn[:N]), pick(trained, drawn[N:])
        found = findings(values_of(measures(2), [one, one, other], between_seeds(one)), "weight_norm")
        kinds.append(judge("l2", STRENGTH, found, N).kind)
    different = kinds.count("matched but different") + kinds.count("different route")
    assert different / len(kinds) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / len(kinds))


def test_a_method_against_itself_on_the_same_seeds_is_equivalent() -> None:
    data = ls.load_dataset("iris")
    bank = Bank(data, [ls.Hyperparameters(label_smoothing=0.1, seed=seed) for seed in range(N)])
    bank.step(240)
    trained = measure(bank)
    found = findings(values_of(measures(2), [trained] * 3, between_seeds(trained)), "weight_norm")
    assert {one.state for one in found if one.judged} == {"same"}
    assert judge("l2", STRENGTH, found, N).kind == "could have"


def test_findings_by_hand() -> None:
    smoothing = np.arange(12.0)
    values = of_scalars(BY_NAME["nll"], smoothing - 1, smoothing, smoothing + np.tile([0.05, 0.15], 6))
    found = findings([values], "weight_norm")[0]
    assert (found.plain, found.smoothing, found.remedy) == pytest.approx((4.5, 5.5, 5.6))
    reach = 2.200985 * np.tile([0.05, 0.15], 6).std(ddof=1) / math.sqrt(12)
    assert found.difference == pytest.approx((0.1, 0.1 - reach, 0.1 + reach), rel=1e-6)
    assert found.floor == pytest.approx(np.mean([j - i for i in range(12) for j in range(i + 1, 12)]))
    assert found.p == 2 / 2**12
    assert found.state == "differs"


def test_the_criterion_and_what_has_no_margin_are_not_judged() -> None:
    rng = np.random.default_rng(0)
    found = findings([scalars(name, 0, 0.1, rng) for name in ("weight_norm", "logit_gap", "brier")], "weight_norm")
    assert [one.judged for one in found] == [False, True, False]
    assert [one.state for one in found][::2] == ["", ""]


def test_seeds_without_a_value_are_left_out() -> None:
    values = scalars("brier", 0.0, 0.1, np.random.default_rng(0))
    values.difference[3] = np.nan
    found = findings([values], "weight_norm")[0]
    assert found.n == N - 1
    assert math.isfinite(found.difference.mean)


def test_full_agreement_is_equivalent_however_uncertain_the_floor_is() -> None:
    pairs = np.full((N, N), 0.998)
    pairs[0] = pairs[:, 0] = 1.0
    assert findings([Values(BY_NAME["agreement"], np.ones(N), pairs)], "")[0].state == "same"
    assert findings([Values(BY_NAME["agreement"], np.append(np.ones(N - 1), 0.97), pairs)], "")[0].state == "open"


def test_too_few_seeds_are_not_judged() -> None:
    rng = np.random.default_rng(0)
    assert not findings([scalars("nll", 0.0, 0.1, rng, n=5)], "weight_norm")[0].judged
