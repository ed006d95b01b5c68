"""The claims' rules on made-up values: on which side of a margin an effect is shown to lie, and the verdict."""

from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.study.claims import (
    Evidence,
    calibration,
    choosing,
    courses,
    growth,
    overfitting,
    penalty,
    remedies,
)
from lsexplorer.study.claims.decisions import all_of, any_of, estimated, side_of, size_side, verdict_of
from lsexplorer.study.claims.result import Number, differ
from lsexplorer.study.stats import Estimate, Interval
from tests.support.helpers import dataset


def spread_around(mean: float, sd: float, n: int = 12) -> np.ndarray:
    """Values (n, 1) of exactly this mean and standard deviation, one a seed."""
    z = np.linspace(-1, 1, n)
    return (mean + sd * (z - z.mean()) / z.std(ddof=1))[:, None]


def estimate(mean: float, sd: float, n: int = 12) -> Estimate:
    return estimated(spread_around(mean, sd, n))


def test_an_effect_is_on_a_side_only_with_its_whole_interval() -> None:
    assert side_of(estimate(1.0, 0.5), 0.5) == "above"  # one-sided bounds at 1.80·0.144
    assert side_of(estimate(1.0, 0.5), 0.73) == "above"
    assert side_of(estimate(1.0, 0.5), 0.75) == "open"
    assert side_of(estimate(1.0, 0.5), 1.25) == "open"
    assert side_of(estimate(1.0, 0.5), 1.27) == "below"


def test_one_of_several_takes_a_wider_interval_on_the_side_where_one_is_enough() -> None:
    of = estimate(1.0, 0.5)
    assert (side_of(of, 0.7), side_of(of, 0.7, above=6)) == ("above", "open")
    assert (side_of(of, 1.3), side_of(of, 1.3, above=6), side_of(of, 1.3, below=6)) == ("below", "below", "open")


@pytest.mark.parametrize("tests", [1, 6])
@pytest.mark.parametrize("side", [1, -1])
def test_both_sides_hold_the_same_error_rate(tests: int, side: int) -> None:
    """Of 400 families of effects at the margin at most 5 %, and three standard errors, are placed on a wrong side."""
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(400):
        sides = [side_of(estimated(rng.normal(0.5, 1, (12, 1))), 0.5, above=tests, below=tests) for _ in range(tests)]
        wrong += ("above" if side > 0 else "below") in sides
    assert wrong / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_a_size_is_judged_whatever_its_sign() -> None:
    assert size_side(estimate(0.05, 0.01), 0.01) == size_side(estimate(-0.05, 0.01), 0.01) == "above"
    assert size_side(estimate(0.001, 0.002), 0.01) == "below"
    assert size_side(estimate(0.011, 0.002), 0.01) == "open"  # other than 0, but not shown to matter
    assert size_side(estimate(0.0, 0.1), 0.01) == "open"


def test_equal_counts_are_not_certain() -> None:
    """Where all seeds agree the next one may differ by a row: the error is that of one more value a row away."""
    same = estimated(np.zeros((9, 1)), step=1 / 12)
    assert same.error == pytest.approx(np.append(np.zeros(9), 1 / 12).std(ddof=1) / np.sqrt(10))
    assert side_of(same, 0.005) == "open"
    assert side_of(estimated(np.zeros((24, 1)), step=1 / 1000), 0.005) == "below"


def test_splits_that_disagree_leave_it_open() -> None:
    rng = np.random.default_rng(0)
    by_split = np.where(np.arange(8) % 2, 0.08, 0.0) + rng.normal(0, 0.001, (8, 8))
    assert side_of(estimated(by_split[:, 1:2]), 0.01) == "above"  # on one split the seeds agree
    assert side_of(estimated(by_split, 0.25), 0.01) == "open"


def test_the_verdict_on_a_side() -> None:
    assert [verdict_of(side) for side in ("above", "below", "open")] == [
        "holds here",
        "does not hold here",
        "open here",
    ]
    assert verdict_of("below", holds="below") == "holds here"


HOLDS, NOT, OPEN = "holds here", "does not hold here", "open here"


@pytest.mark.parametrize(
    ("verdicts", "any_", "all_"),
    [
        ([HOLDS, NOT], HOLDS, NOT),
        ([HOLDS, OPEN], HOLDS, OPEN),
        ([NOT, OPEN], OPEN, NOT),
        ([HOLDS, HOLDS], HOLDS, HOLDS),
        ([NOT, NOT], NOT, NOT),
        ([OPEN, OPEN], OPEN, OPEN),
    ],
)
def test_sometimes_and_always(verdicts: list[Any], any_: str, all_: str) -> None:
    assert (any_of(verdicts), all_of(verdicts)) == (any_, all_)


def test_the_rule_of_growth() -> None:
    for mean, verdict in ((40.0, HOLDS), (0.1, NOT), (-20.0, NOT), (5.0, OPEN)):
        assert growth.judge(estimate(mean, 2.0, 6), 3) == verdict


def test_the_rule_of_the_weight_norm() -> None:
    for mean, verdict in ((25.0, HOLDS), (3.0, NOT), (-30.0, NOT), (10.0, OPEN)):
        assert penalty.judge(estimate(mean, 2.0), 3) == verdict


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        (["could have", "matched but different"], HOLDS),
        (["no match", "different route"], HOLDS),
        (["undecided", "could have"], HOLDS),
        (["matched but different", "no match"], NOT),
        (["matched but different", "undecided"], OPEN),
    ],
)
def test_the_rule_of_the_remedies(kinds: list[Any], verdict: str) -> None:
    assert remedies.judge(kinds) == verdict


def test_the_rule_of_choosing() -> None:
    for mean, verdict in ((0.0, NOT), (0.03, HOLDS), (0.005, OPEN)):
        assert choosing.judge(estimate(mean, 0.004)) == verdict


def test_a_choice_worked_by_hand() -> None:
    validation = np.array([[[3.0], [1.0], [2.0]], [[2.0], [2.0], [2.0]], [[0.0], [0.0], [2.0]]]) / 4
    test = np.array([[[1.0], [2.0], [6.0]], [[4.0], [4.0], [4.0]], [[0.0], [0.0], [2.0]]]) / 8
    found = choosing.chosen_by(validation, test)  # three values of the grid, three seeds, one split
    assert found.share == pytest.approx([(1 + 1 / 3) / 3, (1 + 1 / 3) / 3, 1 / 9])
    assert found.tied == pytest.approx((1 + 1 + 3) / 3)
    assert found.best == 1  # means 3, 4 and 2/3 eighths
    assert found.cost[:, 0] == pytest.approx([(4 - 1) / 8, 0, 0])
    assert found.blind[:, 0] == pytest.approx([(1 - 5 / 3) / 8, (4 - 2) / 8, 0])


def test_the_rule_of_calibration() -> None:
    change, none, unsure = estimate(-0.05, 0.01), estimate(0.001, 0.002), estimate(0.0, 0.1)
    assert calibration.judge([change, none]) == calibration.judge([none, change]) == NOT
    assert calibration.judge([none, none]) == HOLDS
    assert calibration.judge([none, unsure]) == OPEN
    assert calibration.judge([estimate(0.011, 0.002)]) == OPEN  # other than 0, but not shown to matter


def test_the_rule_of_overfitting() -> None:
    for mean, verdict in ((0.03, HOLDS), (0.0, NOT), (-0.03, NOT), (0.006, OPEN)):
        assert overfitting.judge(estimate(mean, 0.003), 6) == verdict


def test_what_is_open_does_not_depend_on_the_regime() -> None:
    def of(*verdicts: object) -> list[Evidence]:
        return [Evidence("", verdict, "", "") for verdict in verdicts]

    assert differ(of("holds here", "does not hold here"))
    assert not differ(of("holds here", "open here"))
    assert not differ(of("holds here", "holds here"))


def test_growth_is_that_of_the_last_tenfold() -> None:
    found = courses.growth(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 5.0]]))
    assert found.mean == pytest.approx((50 + 25) / 2)
    assert (courses.tenfolds(800), courses.tenfolds(8), courses.tenfolds(1)) == ((8, 80, 800), (1, 8), (1,))


def test_a_plane_is_found_where_there_is_one() -> None:
    square = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    assert courses.separates(square, np.array([0, 0, 0, 1]))
    assert not courses.separates(square, np.array([0, 1, 1, 0]))


def test_the_pair_of_classes(iris: ls.Dataset) -> None:
    pair = courses.separable_pair(iris)
    assert pair.class_names == ("setosa", "versicolor")
    assert np.array_equal(pair.y_test, iris.y_test[iris.y_test < 2])
    two_last = courses.pair_of(iris, 1, 2)
    assert two_last.y_train.sum() == (iris.y_train == 2).sum()
    rng = np.random.default_rng(0)
    assert courses.separable_pair(dataset(rng.normal(size=(60, 2)), np.arange(60) % 3)) is None


def test_whitened_data_are_the_same_planes_in_other_coordinates(iris: ls.Dataset) -> None:
    pair = courses.pair_of(iris, 1, 2)
    white = courses.whitened(pair)
    assert np.allclose(white.X_train.T @ white.X_train / len(white.X_train), np.eye(4))
    turn = np.linalg.lstsq(np.hstack([pair.X_train, np.ones((80, 1))]), white.X_train, rcond=None)[0]
    assert np.allclose(np.hstack([pair.X_test, np.ones((20, 1))]) @ turn, white.X_test)
    with pytest.raises(ls.InputError, match="predictors of 'made up' are constant"):
        courses.whitened(dataset(np.zeros((6, 2)), [0, 1, 2] * 2))


def test_only_leading_components_are_kept() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 50)) * np.linspace(5, 1, 50)
    white = courses.whitened(dataset(X, np.arange(100) % 3))
    assert white.X_train.shape == (100, courses.COMPONENTS)
    flat = courses.whitened(dataset(np.repeat(X[:, :1], 3, axis=1), np.arange(100) % 3))  # three times the same column
    assert flat.X_train.shape == (100, 1)


def test_the_learning_rate_by_the_textbook_bound() -> None:
    X = np.array([[1.0], [-1.0]])  # [x 1]ᵀ[x 1]/n is the identity
    assert courses.stable_rate(X, "mse") == 1
    assert courses.stable_rate(X, "binary_cross_entropy") == 4


def test_a_number_in_words() -> None:
    assert Number("n", 1 / 3).text == "0.3333"
    assert Number.of("n", Interval(-0.5, -0.6, -0.4), signed=True).text == "-0.50 [-0.60, -0.40]"
    assert Number.of("n", Interval(35.8241, 35.811, 35.837), signed=True, unit="%").text == "+35.82 [+35.81, +35.84] %"
    assert Interval(-1e-9, -1e-9, 1e-9).text(signed=True) == "+0.00000 [+0.00000, +0.00000]"


def test_no_interval_without_a_width() -> None:
    assert Number.of("n", Interval(35.9201, 35.9199, 35.9204), signed=True, unit="%").text == "+35.92 % each time"
    same = Number.of("n", Interval(-0.25, -0.25, -0.25), signed=True)
    assert (same.low, same.high, same.text) == (None, None, "-0.25 each time")
    assert Number.of("n", Interval(1e-15, 0.9e-15, 1.1e-15), signed=True, unit="%").text == "0 % each time"


def test_noise_is_that_of_the_loader(iris: ls.Dataset) -> None:
    assert np.array_equal(overfitting.with_noise(iris).y_train, ls.load_dataset("iris", label_noise=0.3).y_train)
