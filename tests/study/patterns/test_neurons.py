"""What one neuron alone can predict, exactly; what is lost without it."""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.study.patterns.hidden import RANGES, Answers, HiddenLayer
from lsexplorer.study.patterns.neurons import Stretch, envelope, lost_classes
from lsexplorer.study.patterns.pattern_study import Fill, PatternStudy
from tests.support.helpers import dataset, trainer

small = st.integers(-3, 3).map(float)
any_float = st.floats(-5, 5, allow_subnormal=False)
lines = st.one_of(*(st.lists(st.tuples(each, each), min_size=1, max_size=7) for each in (small, any_float)))


def winner(w: Sequence[float], b: Sequence[float], h: Fraction) -> int:
    """The first of the highest lines at an activation, in exact arithmetic."""
    heights = [Fraction(i) + Fraction(s) * h for s, i in zip(w, b, strict=True)]
    return heights.index(max(heights))


def activations(w: Sequence[float], b: Sequence[float], span: Any) -> list[Fraction]:
    """Activations that meet every winner: all crossings of two lines, points between and beyond them, and the ends."""
    pairs = [(i, j) for i in range(len(w)) for j in range(i) if w[i] != w[j]]
    crossings = {(Fraction(b[j]) - Fraction(b[i])) / (Fraction(w[i]) - Fraction(w[j])) for i, j in pairs}
    inside = sorted(h for h in crossings if span.low < h < span.high)
    low = Fraction(span.low) if math.isfinite(span.low) else min(inside, default=Fraction(0)) - 2
    high = Fraction(span.high) if math.isfinite(span.high) else max([*inside, low]) + 2
    at = [low, *inside, high]
    points = at[1:-1] + [(one + other) / 2 for one, other in itertools.pairwise(at)]
    points += [low] * (span.closed or not math.isfinite(span.low)) + [high] * (not math.isfinite(span.high))
    return sorted(points)


@pytest.mark.parametrize("activation", RANGES)
@given(lines)
@example([(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)])  # the same line three times
@example([(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0)])  # all meet at 0: the first wins there and nowhere else
@example([(-1.0, 1.0), (0.0, 0.0), (1.0, -1.0)])  # all meet at 1, which tanh and logistic do not reach
@example([(0.0, 0.0), (2.0, -1.0), (-2.0, 1.0)])  # all meet at ½
@example([(0.0, 1.0), (0.0, 2.0)])  # never cross
@example([(0.0, 1.0)])
@example([(5e-324, 0.0), (0.0, 1.0)])  # cross beyond all floats
def test_the_envelope_names_exactly_the_classes_that_brute_force_finds(activation: str, found: Any) -> None:
    w, b = zip(*found, strict=True)
    span = RANGES[activation]
    stretches = envelope(w, b, span)
    points = activations(w, b, span)
    assert {stretch.klass for stretch in stretches} == {winner(w, b, h) for h in points}
    # in order, from one end to the other, each winning between its ends
    assert stretches[0].start == span.low
    assert stretches[-1].end == span.high
    for one, other in itertools.pairwise(stretches):
        assert one.end == other.start
        assert one.klass != other.klass
    for h in (h for h in points if abs(h) < 1e300):
        around = [s for s in stretches if s.start < float(h) < s.end]  # none where h is an end, or rounds to one
        assert [s.klass for s in around] == [winner(w, b, h)] * len(around)


def test_an_envelope_worked_by_hand() -> None:
    # z = 1, 2h, 3h − 4 over h ≥ 0: 1 wins up to ½, then 2h, from 4 on 3h − 4; over (−1, 1) the last never wins.
    lines = [0.0, 2.0, 3.0], [1.0, 0.0, -4.0]
    assert envelope(*lines, RANGES["relu"]) == (
        Stretch(0.0, 0.5, 0),
        Stretch(0.5, 4.0, 1),
        Stretch(4.0, math.inf, 2),
    )
    assert envelope(*lines, RANGES["tanh"]) == (Stretch(-1.0, 0.5, 0), Stretch(0.5, 1.0, 1))
    assert envelope(*lines, RANGES["identity"])[0] == Stretch(-math.inf, 0.5, 0)


def test_a_class_that_wins_at_one_activation_alone_is_a_stretch_of_its_own() -> None:
    w, b = [0.0, 1.0, -1.0], [0.0, 0.0, 0.0]
    assert envelope(w, b, RANGES["relu"]) == (Stretch(0.0, 0.0, 0), Stretch(0.0, math.inf, 1))
    assert [s.klass for s in envelope(w, b, RANGES["tanh"])] == [2, 0, 1]
    assert [s.klass for s in envelope(w, b, RANGES["logistic"])] == [1]  # 0 is not in its range


@pytest.mark.parametrize("activation", RANGES)
@pytest.mark.parametrize("hidden", [(4,), (5, 3)])
def test_what_one_neuron_predicts_is_what_the_network_says_with_the_others_at_0(
    small: ls.Dataset, activation: str, hidden: tuple[int, ...]
) -> None:
    t = trainer(small, activation=activation, hidden=hidden, learning_rate=0.3)
    t.step(60)
    study = PatternStudy(t)
    W, b = t.network.weights[-1], t.network.biases[-1]
    H = HiddenLayer(t.network, activation).activations(small.X_train)
    for unit, alone in enumerate(study.alone):
        only = np.zeros_like(H)
        only[:, unit] = H[:, unit]
        said = (only @ W + b).argmax(axis=1)
        assert alone.seen.tolist() == np.bincount(said, minlength=3).tolist()
        assert set(said) <= set(alone.classes)


def test_a_single_output_unit_stands_for_two_classes() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 2))
    t = trainer(dataset(X, (X[:, 0] > 0).astype(int), classes=2), output="sigmoid", loss="binary_cross_entropy")
    t.step(200)
    t.network.biases[-1] = [-0.5]
    t.network.weights[-1] = [[1.0], [-1.0], [0.0], [0.25]]
    found = [alone.stretches for alone in PatternStudy(t).alone]
    assert found == [
        (Stretch(-1.0, 0.5, 0), Stretch(0.5, 1.0, 1)),
        (Stretch(-1.0, -0.5, 1), Stretch(-0.5, 1.0, 0)),
        (Stretch(-1.0, 1.0, 0),),
        (Stretch(-1.0, 1.0, 0),),
    ]


def test_below_the_last_hidden_layer_there_is_what_was_seen_and_no_envelope(small: ls.Dataset) -> None:
    t = trainer(small, activation="relu", hidden=(4, 3), learning_rate=0.3, seed=1)
    t.step(60)
    study = PatternStudy(t, layer=1)
    assert study.hidden.units == ("h1.1", "h1.2", "h1.3", "h1.4")
    W, b = t.network.weights, t.network.biases
    H = np.maximum(small.X_train @ W[0] + b[0], 0)
    for unit, alone in enumerate(study.alone):
        only = np.zeros_like(H)
        only[:, unit] = H[:, unit]
        said = (np.maximum(only @ W[1] + b[1], 0) @ W[2] + b[2]).argmax(axis=1)
        assert alone.stretches is None
        assert alone.seen.tolist() == np.bincount(said, minlength=3).tolist()
        assert alone.classes == tuple(sorted(set(said.tolist())))


@pytest.mark.parametrize(("hidden", "layer"), [((5,), None), ((5, 4), 1), ((5, 4), 2)])
@pytest.mark.parametrize("units", [[0], [2, 1], [0, 1, 2, 3]])
def test_dropping_neurons_is_running_the_network_with_their_activations_replaced(
    small: ls.Dataset, hidden: tuple[int, ...], layer: int | None, units: list[int]
) -> None:
    t = trainer(small, hidden=hidden, learning_rate=0.3)
    t.step(90)
    study = PatternStudy(t, layer)
    W, b = t.network.weights, t.network.biases
    at = study.hidden.layer

    def run(X: np.ndarray, fill: Any = None) -> np.ndarray:
        for k in range(len(W)):
            X = X if k == 0 else np.tanh(X)
            if k == at and fill is not None:
                X = X.copy()
                X[:, units] = fill
            X = X @ W[k] + b[k]
        return X.argmax(axis=1)

    H = small.X_train
    for k in range(at):
        H = np.tanh(H @ W[k] + b[k])
    plain = run(small.X_test)
    fills: dict[Fill, Any] = {"zero": 0.0, "mean": H.mean(axis=0)[units]}
    for name, fill in fills.items():
        said = run(small.X_test, fill)
        dropped = study.dropped(units, name)
        recall = [np.mean(said[small.y_test == c] == c) for c in range(3)]
        before = [np.mean(plain[small.y_test == c] == c) for c in range(3)]
        assert dropped.answers.recall.tolist() == pytest.approx(recall)
        assert dropped.answers.accuracy == pytest.approx(np.mean(said == small.y_test))
        assert dropped.lost == tuple(c for c in range(3) if before[c] >= 0.5 and recall[c] < 0.5)
        if len(units) == 1:
            assert study.without_one[name][units[0]].lost == dropped.lost


def test_a_dead_neuron_is_not_missed(small: ls.Dataset) -> None:
    t = trainer(small, activation="relu", learning_rate=0.3)
    t.step(60)
    W = t.network.weights[0].copy()
    W[:, 1] = 0.0
    t.network.weights[0] = W
    t.network.biases[0] = np.where(np.arange(4) == 1, -1.0, t.network.biases[0])
    study = PatternStudy(t)
    assert study.patterns.dead.tolist() == [False, True, False, False]
    for dropped in study.without_one.values():
        assert (dropped[1].answers.confusion == study.answers.confusion).all()
        assert dropped[1].lost == ()


def test_a_class_is_lost_when_its_recall_falls_below_one_half() -> None:
    before = Answers(np.array([[5, 5, 0], [6, 4, 0], [0, 0, 9]]))
    after = Answers(np.array([[4, 6, 0], [10, 0, 0], [0, 4, 5]]))
    assert before.recall.tolist() == [0.5, 0.4, 1.0]
    assert lost_classes(before, after) == (0,)  # 1 was not known before, 2 is still known
    assert after.accuracy == 9 / 29


def test_a_class_without_a_test_sample_has_no_recall_and_cannot_be_lost() -> None:
    answers = Answers(np.array([[3, 0], [0, 0]]))
    assert answers.recall[0] == 1
    assert math.isnan(answers.recall[1])
    assert lost_classes(answers, Answers(np.array([[0, 3], [0, 0]]))) == (0,)
