"""Hidden patterns of classes, their likeness, and the table in the comment under the article."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer import InputError
from lsexplorer.nn.activations import ACTIVATIONS
from lsexplorer.study.patterns import comment_table
from lsexplorer.study.patterns.bits import confused, find_patterns, pairs, rank_correlation
from lsexplorer.study.patterns.hidden import ACTIVE_ABOVE, RANGES
from lsexplorer.study.patterns.pattern_study import PatternStudy
from tests.support.helpers import dataset, trainer

H = np.array(
    [[1.0, 0.0, 3.0, 0.0], [3.0, 0.0, 0.0, 0.0], [0.0, 2.0, 4.0, 0.0], [0.0, 4.0, 0.0, 0.0], [2.0, 6.0, 2.0, 0.0]]
)
Y = np.array([0, 0, 1, 1, 1])


def by_hand(
    threshold: float = 0.5, activation: str = "relu", y: np.ndarray = Y, names: Sequence[str] = ("a", "b")
) -> Any:
    return find_patterns(H, y, names, ("h1", "h2", "h3", "h4"), activation, threshold)


def test_patterns_worked_by_hand() -> None:
    found = by_hand()
    assert found.frequency.tolist() == [[1, 0, 0.5, 0], pytest.approx([1 / 3, 1, 2 / 3, 0])]
    assert found.means.tolist() == [[2, 0, 1.5, 0], pytest.approx([2 / 3, 4, 2, 0])]
    assert found.codes == ("1000", "0110")  # .5 is not above .5
    assert found.lengths.tolist() == [1, 2]
    assert found.column_sums.tolist() == [1, 1, 1, 0]
    assert found.consistency.tolist() == [[1, 1, 0.5, 1], pytest.approx([2 / 3, 1, 2 / 3, 1])]
    assert found.dead.tolist() == [False, False, False, True]
    assert found.hamming.tolist() == [[0, 3], [3, 0]]
    norms = math.sqrt(2**2 + 1.5**2) * math.sqrt((2 / 3) ** 2 + 4**2 + 2**2)
    assert found.cosine[0, 1] == pytest.approx((2 * 2 / 3 + 1.5 * 2) / norms)
    assert np.diag(found.cosine) == pytest.approx(1)


def test_the_threshold_moves_the_bits_and_nothing_else() -> None:
    low, high = by_hand(0.3), by_hand(0.9)
    assert low.codes == ("1010", "1110")
    assert high.codes == ("1000", "0100")
    assert low.at(0.9).codes == high.codes
    assert (low.at(0.9).means == low.means).all()
    assert low.distinct == 2
    same = by_hand(0.3, names=("a", "b", "c"), y=np.array([0, 0, 1, 2, 1]))
    assert (same.distinct, same.shared_codes) == (3, ())
    assert same.at(0.99).codes == ("1000", "0110", "0100")


def test_classes_that_share_a_code_are_named() -> None:
    found = find_patterns(
        np.array([[1.0, 0], [0, 1], [2, 0], [3, 0]]), np.arange(4), tuple("abcd"), ("h1", "h2"), "relu"
    )
    assert found.codes == ("10", "01", "10", "10")
    assert found.distinct == 2
    assert found.shared_codes == ((0, 2, 3),)


@pytest.mark.parametrize("activation", RANGES)
def test_active_is_where_the_weighted_sum_is_above_0(activation: str) -> None:
    z = np.array([-3.0, -0.5, 0.0, 0.25, 4.0])
    h = ACTIVATIONS[activation].value(z)
    assert (h > ACTIVE_ABOVE[activation]).tolist() == (z > 0).tolist()
    low, high, closed = RANGES[activation]
    assert all((low <= v if closed else low < v) and v < high for v in h)
    found = find_patterns(h[:, None], np.array([0, 0, 0, 1, 1]), ("a", "b"), ("h1",), activation)
    assert found.codes == ("0", "1")


def test_the_study_of_a_run_uses_its_training_samples_and_its_network(small: ls.Dataset) -> None:
    t = trainer(small, activation="relu", learning_rate=0.3)
    t.step(60)
    study = PatternStudy(t, threshold=0.7)
    h = np.maximum(small.X_train @ t.network.weights[0] + t.network.biases[0], 0)
    for c in range(3):
        assert study.patterns.frequency[c] == pytest.approx((h[small.y_train == c] > 0).mean(axis=0))
        assert study.patterns.means[c] == pytest.approx(h[small.y_train == c].mean(axis=0))
    assert (study.patterns.bits == (study.patterns.frequency > 0.7)).all()
    assert study.answers.accuracy == pytest.approx(t.evaluate("test").accuracy)
    assert study.answers.confusion.sum(axis=1).tolist() == np.bincount(small.y_test).tolist()


def test_more_samples_than_a_block_are_all_seen(iris: ls.Dataset) -> None:
    many = np.tile(iris.X_train, (5, 1))
    t = trainer(dataset(many, np.tile(iris.y_train, 5), iris.X_test, iris.y_test), activation="relu")
    once = PatternStudy(trainer(iris, activation="relu")).patterns
    assert PatternStudy(t).patterns.frequency == pytest.approx(once.frequency)


def test_likeness_is_a_rank_correlation_with_how_often_pairs_are_confused() -> None:
    confusion = np.array([[8, 2, 0], [1, 4, 0], [0, 0, 0]])
    assert confused(confusion).tolist() == [[0.8, 0.2, 0], [0.2, 0.8, 0], [0, 0, 0]]
    assert pairs(np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0]])).tolist() == [1, 2, 3]
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([10.0, 100, 1000])) == pytest.approx(1)
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([5.0, 4, -9])) == pytest.approx(-1)
    # ranks 1.5 1.5 3 4 and 1 2.5 2.5 4: covariance 3.75, variances 4.5 and 4.5
    assert rank_correlation(np.array([0.0, 0, 1, 2]), np.array([1.0, 2, 2, 3])) == pytest.approx(3.75 / 4.5)
    assert math.isnan(rank_correlation(np.array([1.0, 1, 1]), np.array([1.0, 2, 3])))
    assert math.isnan(rank_correlation(np.array([1.0, np.nan, 1]), np.array([1.0, 2, 3])))


def test_a_class_whose_means_are_all_0_has_no_cosine() -> None:
    found = find_patterns(np.array([[0.0], [1.0], [2.0]]), np.arange(3), tuple("abc"), ("h1",), "relu")
    assert np.isnan(found.cosine[0]).all()
    assert found.cosine[1, 2] == 1


BAD = {
    "no hidden layer": ({"hidden": ()}, {}, "has none: give it one"),
    "a layer too many": ({}, {"layer": 2}, "there is no hidden layer 2: the network has 1 hidden layer"),
    "layer 0": ({"hidden": (4, 3)}, {"layer": 0}, "there is no hidden layer 0: the network has 2 hidden layers"),
    "a threshold of 0": ({}, {"threshold": 0.0}, "above 0 and below 1, got 0"),
    "a threshold of 1": ({}, {"threshold": 1.0}, "above 0 and below 1, got 1"),
    "a threshold of nan": ({}, {"threshold": math.nan}, "got nan"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused_in_one_line(small: ls.Dataset, case: str) -> None:
    hyperparameters, arguments, words = BAD[case]
    with pytest.raises(InputError, match=words) as error:
        PatternStudy(trainer(small, **hyperparameters), **arguments)
    assert "\n" not in str(error.value)


def test_dead_layers_and_classes_without_samples_are_refused(small: ls.Dataset) -> None:
    t = trainer(small, activation="relu")
    t.network.biases[0] = [-100.0] * 4
    with pytest.raises(InputError, match=r"all hidden units \(4\) are dead"):
        PatternStudy(t)
    X = np.arange(6.0).reshape(3, 2)
    with pytest.raises(InputError, match="class 'class 1' has no training sample"):
        PatternStudy(trainer(dataset(X, [0, 0, 2])))
    with pytest.raises(InputError, match="two or more are needed, got 1"):
        PatternStudy(trainer(dataset(X, [0, 0, 0], classes=1)))


def test_the_comments_table_is_what_its_own_numbers_say() -> None:
    found = comment_table.as_patterns()
    assert found.lengths.tolist() == list(comment_table.LENGTHS) == [4, 2, 4, 5, 1, 2, 3, 1, 3, 2]
    assert found.column_sums.tolist() == list(comment_table.COLUMN_SUMS) == [7, 3, 4, 7, 6]
    assert found.distinct == 10
    distances = [sum(a != b for a, b in zip(x, y, strict=True)) for x, y in combinations(comment_table.CODES, 2)]
    assert comment_table.nearest() == (min(distances), distances.count(1), sum(distances) / 45)
    assert (min(distances), distances.count(1), round(sum(distances) / 45, 2)) == (1, 10, 2.47)


def test_the_comment_contradicts_itself_where_it_does() -> None:
    claims = comment_table.neuron_claims()
    assert [len(claim.holds) for claim in claims] == [7, 3, 4, 7, 6]
    assert [len(claim.lost) for claim in claims] == [5, 2, 5, 5, 3]
    assert [claim.without_bit for claim in claims] == [(), (), (5,), (4,), ()]
    assert [claim.kept for claim in claims] == [(6, 8), (2,), (), (1, 2, 6), (2, 3, 8)]
    first, second, third = comment_table.contradictions()
    assert "5 without h3, 4 without h4" in first
    assert "7/3/4/7/6 digits, and 5/2/5/5/3" in second
    assert "h = 0" in third
