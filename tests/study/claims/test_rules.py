"""The claims' rules on made-up values: when a difference is shown, and which verdict follows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.study.claims import Evidence, calibration, choosing, growth, overfitting, penalty, remedies
from lsexplorer.study.claims.decisions import is_below, is_significant, significant_sign
from lsexplorer.study.claims.result import Number, differ
from lsexplorer.study.stats import Interval
from tests.support.helpers import dataset


def spread_around(mean: float, sd: float, n: int = 12) -> np.ndarray:
    """Values of exactly this mean and standard deviation."""
    z = np.linspace(-1, 1, n)
    return mean + sd * (z - z.mean()) / z.std(ddof=1)


def test_a_difference_is_shown_only_where_the_seeds_agree() -> None:
    assert significant_sign(spread_around(1.0, 0.5)) == 1
    assert significant_sign(spread_around(-1.0, 0.5)) == -1
    assert significant_sign(spread_around(0.1, 0.5)) == 0
    assert significant_sign(np.zeros(12)) == 0


def test_few_seeds_show_nothing_however_alike() -> None:
    assert significant_sign(np.full(3, 0.2)) == 0
    assert significant_sign(np.full(6, 0.2)) == 1  # 2 of 2⁶ sign flips are as large
    assert significant_sign(np.full(6, 0.2), tests=2) == 0
    assert significant_sign(np.full(7, 0.2), tests=2) == 1


@pytest.mark.parametrize("tests", [1, 6])
def test_shown_holds_its_error_rate(tests: int) -> None:
    """Of 400 families of true null hypotheses at most 5 %, and three standard errors, show a difference."""
    rng = np.random.default_rng(1)
    wrong = sum(any(is_significant(rng.normal(size=12), tests) for _ in range(tests)) for _ in range(400))
    assert wrong / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_below_needs_more_than_a_few_equal_seeds() -> None:
    assert is_below(spread_around(0.0, 0.001), 0.005, step=1 / 1000)
    assert not is_below(spread_around(0.004, 0.004), 0.005, step=1 / 1000)
    assert not is_below(np.zeros(9), 0.005, step=1 / 12)  # the tenth may well differ by a row of twelve
    assert is_below(np.zeros(24), 0.005, step=1 / 1000)
    assert not is_below(np.zeros(3), 1.0, step=1e-9)


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        (Interval(0.4, 0.39, 0.41), "holds here"),
        (Interval(0.06, 0.04, 0.08), "open here"),
        (Interval(0.03, 0.02, 0.04), "open here"),
        (Interval(0.0, -0.02, 0.02), "open here"),
        (Interval(0.0, -0.005, 0.005), "does not hold here"),
        (Interval(-0.3, -0.4, -0.2), "does not hold here"),
    ],
)
def test_growth_goes_on_or_comes_to_rest(interval: Any, verdict: str) -> None:
    assert growth.judge(interval) == verdict


def test_the_rule_of_the_weight_norm() -> None:
    for mean, verdict in ((1.0, "holds here"), (-1.0, "does not hold here"), (0.0, "open here")):
        assert penalty.judge(spread_around(mean, 0.5)) == verdict


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        (["could have", "matched but different"], "holds here"),
        (["no match", "different route"], "holds here"),
        (["matched but different", "no match"], "does not hold here"),
        (["matched but different", "undecided"], "open here"),
    ],
)
def test_the_rule_of_the_remedies(kinds: list[str], verdict: str) -> None:
    assert remedies.judge(kinds) == verdict


def test_the_rule_of_choosing() -> None:
    assert choosing.judge(spread_around(0.001, 0.001), 0.02) == "does not hold here"
    assert choosing.judge(spread_around(0.1, 0.01), 0.02) == "holds here"
    assert choosing.judge(spread_around(0.02, 0.01), 0.02) == "open here"
    assert choosing.judge(np.zeros(12), 0.02) == "does not hold here"
    assert choosing.judge(np.zeros(3), 0.02) == "open here"


def test_a_choice_worked_by_hand() -> None:
    validation = np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 1.0]])  # two values of the grid, three seeds
    test = np.array([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]])
    found = choosing.chosen_by((0.0, 0.1), "nll", validation=validation, test=test)
    assert found.chosen == (1, 0, 1)
    assert found.best == 0  # means 3 and 4
    assert found.regret.tolist() == [3.0, 0.0, -2.0]
    assert found.blind.tolist() == [2.5 - 4, 3.0 - 2, 5.0 - 4]
    assert found.spread == pytest.approx((1 + 5 + 4) / 3)


def test_the_rule_of_calibration() -> None:
    assert calibration.judge(spread_around(0.05, 0.01, 7)) == "does not hold here"
    assert calibration.judge(spread_around(-0.05, 0.01, 7)) == "does not hold here"
    assert calibration.judge(spread_around(0.001, 0.002)) == "holds here"
    assert calibration.judge(spread_around(0.0, 0.1)) == "open here"
    assert calibration.judge_all(["does not hold here", "holds here"]) == "false"
    assert calibration.judge_all(["holds here", "holds here"]) == "holds here"
    assert calibration.judge_all(["holds here", "open here"]) == "open here"


def test_the_rule_of_overfitting() -> None:
    gain, none, loss, unsure = (spread_around(*of) for of in ((0.03, 0.01), (0, 0.002), (-0.03, 0.01), (0, 0.05)))
    assert overfitting.judge([none, gain], 1000) == "holds here"
    assert overfitting.judge([none, loss], 1000) == "does not hold here"
    assert overfitting.judge([none, unsure], 1000) == "open here"
    assert overfitting.judge_all(["does not hold here", "holds here"]) == "holds here"
    assert overfitting.judge_all(["does not hold here", "does not hold here"]) == "does not hold here"
    assert overfitting.judge_all(["does not hold here", "open here"]) == "open here"


def test_what_is_open_does_not_depend_on_the_regime() -> None:
    def of(*verdicts: object) -> list[Evidence]:
        return [Evidence("", verdict, "", "") for verdict in verdicts]

    assert differ(of("holds here", "does not hold here"))
    assert not differ(of("holds here", "open here"))
    assert not differ(of("holds here", "holds here"))


@given(st.floats(-5, 5), st.floats(0.1, 3), st.integers(2, 6))
def test_a_law_in_log_t_is_found_exactly(c: float, slope: float, seeds: Sequence[int]) -> None:
    at = growth.checkpoints(10_000)
    assert (at[0], at[-1]) == (1, 10_000)
    norms = (abs(c) + 1 + slope * np.log10(at))[:, None] * np.ones(seeds)
    found = growth.fitted(at, norms)
    assert found.slope.mean == pytest.approx(slope)
    assert found.r2 == pytest.approx(1)
    assert found.growth.mean == pytest.approx(slope / (abs(c) + 1 + 3 * slope))


def test_a_plane_is_found_where_there_is_one() -> None:
    square = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    assert growth.separates(square, np.array([0, 0, 0, 1]))
    assert not growth.separates(square, np.array([0, 1, 1, 0]))


def test_the_pair_of_classes(iris: ls.Dataset) -> None:
    pair = growth.separable_pair(iris)
    assert pair.class_names == ("setosa", "versicolor")
    assert np.array_equal(pair.y_test, iris.y_test[iris.y_test < 2])
    two_last = growth.pair_of(iris, 1, 2)
    assert two_last.y_train.sum() == (iris.y_train == 2).sum()
    rng = np.random.default_rng(0)
    assert growth.separable_pair(dataset(rng.normal(size=(60, 2)), np.arange(60) % 3)) is None


def test_whitened_data_are_the_same_planes_in_other_coordinates(iris: ls.Dataset) -> None:
    pair = growth.pair_of(iris, 1, 2)
    white = growth.whitened(pair)
    assert np.allclose(white.X_train.T @ white.X_train / len(white.X_train), np.eye(4))
    turn = np.linalg.lstsq(np.hstack([pair.X_train, np.ones((80, 1))]), white.X_train, rcond=None)[0]
    assert np.allclose(np.hstack([pair.X_test, np.ones((20, 1))]) @ turn, white.X_test)
    with pytest.raises(ls.InputError, match="predictors of 'made up' are constant"):
        growth.whitened(dataset(np.zeros((6, 2)), [0, 1, 2] * 2))


def test_only_leading_components_are_kept() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 50)) * np.linspace(5, 1, 50)
    white = growth.whitened(dataset(X, np.arange(100) % 3))
    assert white.X_train.shape == (100, growth.COMPONENTS)
    flat = growth.whitened(dataset(np.repeat(X[:, :1], 3, axis=1), np.arange(100) % 3))  # three times the same column
    assert flat.X_train.shape == (100, 1)


def test_the_learning_rate_by_the_textbook_bound() -> None:
    X = np.array([[1.0], [-1.0]])  # [x 1]ᵀ[x 1]/n is the identity
    assert growth.stable_rate(X, "mse") == 1
    assert growth.stable_rate(X, "binary_cross_entropy") == 4


def test_a_number_in_words() -> None:
    assert Number("n", 1 / 3).text == "0.3333"
    assert Number.of("n", Interval(-0.5, -0.6, -0.4), signed=True).text == "-0.50 [-0.60, -0.40]"
    assert Interval(-1e-9, -1e-9, 1e-9).text(signed=True) == "+0.00000 [+0.00000, +0.00000]"


def test_noise_is_that_of_the_loader(iris: ls.Dataset) -> None:
    assert np.array_equal(overfitting.with_noise(iris).y_train, ls.load_dataset("iris", label_noise=0.3).y_train)
