"""The search for the strength that matches: on curves whose answer is known."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE
from lsexplorer.study.match.search import FEW, FINE, _Curve, search


class Curves:
    """Criteria as functions of log10 λ, and every strength that was asked for, call by call."""

    def __init__(self, *functions: Callable[[float], float]) -> None:
        self.functions: Sequence[Callable[[float], float]] = functions
        self.calls: list[list[float]] = []

    def __call__(self, strengths: Sequence[float]) -> np.ndarray:
        self.calls.append(list(strengths))
        return np.array([[f(math.log10(x)) for x in strengths] for f in self.functions])


def norm(log: float) -> float:
    return 10 / (1 + 10 ** (log + 3))


def gap(log: float) -> float:
    return 12 - 1.5 * log


def nll(log: float) -> float:
    return 0.2 + 0.1 * (log + 4) ** 2


@given(st.floats(-6.5, -1.5), st.floats(-6.5, -1.5))
def test_a_monotone_curve_has_its_one_solution(a: float, b: float) -> None:
    curves = Curves(norm, gap)
    strengths = search(curves, {"weight_norm": norm(a), "logit_gap": gap(b)}, MATCH_RANGE)
    for strength in strengths:
        assert strength.value is not None
        assert strength.reached == pytest.approx(strength.target, rel=2 * FINE.tolerance)
        assert len(strength.solutions) == 1
        assert strength.branch == "falling"
    assert math.log10(strengths[1].value) == pytest.approx(b, abs=0.02)
    assert len(curves.calls) <= 5  # whole grids at once: not a step of bisection at a time
    flat = [x for call in curves.calls for x in call]
    assert len(flat) == len(set(flat)) <= 19 + 12 + 8 + 6


@given(st.floats(-6.5, -1.5), st.sampled_from([norm, gap]))
def test_few_strengths_are_enough_to_come_within_a_hundredth(at: float, curve: Callable[[float], float]) -> None:
    curves = Curves(curve)
    (strength,) = search(curves, {"logit_gap": curve(at)}, MATCH_RANGE, FEW)
    assert strength.reached == pytest.approx(strength.target, rel=2 * FEW.tolerance)
    tried = [x for call in curves.calls for x in call]
    assert len(tried) <= 7 + 4 < FEW.most(*MATCH_RANGE)  # one a decade, and a few


def test_the_cubic_of_a_few_points_is_scipys() -> None:
    interpolate = pytest.importorskip("scipy.interpolate")
    x, y = np.array([0.0, 1.0, 2.5, 3.0, 4.5]), np.array([9.0, 8.0, 3.0, 2.9, 2.0])
    found = _Curve(5.0, dict(zip(np.exp(x).tolist(), y.tolist(), strict=True))).curved_crossing(
        *np.exp(x[1:3]).tolist()
    )
    assert interpolate.PchipInterpolator(x, y)(math.log(found)) == pytest.approx(5.0)


def test_a_curve_that_jumps_past_its_target_has_no_solution() -> None:
    strength = search(Curves(lambda log: 2.0 if log < -3 else 1.0), {"logit_gap": 1.5}, MATCH_RANGE)[0]
    assert (strength.value, strength.solutions, strength.branch) == (None, (), "")
    assert strength.reason == "between 0.000981 and 0.001 the curve jumps past it"


def test_a_jagged_curve_is_met_where_it_comes_near_its_target() -> None:
    def jagged(log: float) -> float:
        return 1.52 if log > -2 else 1.0 + (math.floor(log) % 2)

    strength = search(Curves(jagged), {"logit_gap": 1.5}, (1e-7, 1e-1))[0]
    assert strength.solutions == (strength.value,)
    assert strength.value > 0.01
    assert strength.reached == 1.52


def test_a_valley_has_two_solutions_and_the_weaker_is_taken() -> None:
    strength = search(Curves(nll), {"nll": 0.3}, MATCH_RANGE)[0]
    assert [math.log10(x) for x in strength.solutions] == pytest.approx([-5, -3], abs=0.02)
    assert strength.value == strength.solutions[0]
    assert strength.branch == "falling"


def test_a_valley_that_ends_below_the_target_has_the_rising_solution() -> None:
    strength = search(Curves(nll), {"nll": 2.0}, (1e-5, 1e-1))[0]  # in the wider range it is 1.1 at 1e-7, 2.7 at 10
    assert strength.branch == "rising"
    assert math.log10(strength.value) == pytest.approx(-4 + math.sqrt(18), abs=0.02)
    assert strength.high == 10.0


def test_below_a_valley_there_is_none_and_the_nearest_is_given() -> None:
    strength = search(Curves(nll), {"nll": 0.1}, MATCH_RANGE)[0]
    assert strength.value is None
    assert strength.solutions == ()
    assert math.log10(strength.nearest) == pytest.approx(-4, abs=0.2)
    assert strength.reached == pytest.approx(nll(math.log10(strength.nearest)))


def test_the_range_is_widened_once_for_what_is_not_in_it() -> None:
    curves = Curves(gap)
    inside = search(curves, {"logit_gap": gap(-2.0)}, (1e-3, 1e-1))[0]
    assert (inside.low, inside.high) == (1e-3, 1e-1)
    below = search(curves, {"logit_gap": gap(-4.5)}, (1e-3, 1e-1))[0]
    assert math.log10(below.value) == pytest.approx(-4.5, abs=0.02)
    assert (below.low, below.high) == pytest.approx((1e-5, 10))
    assert search(curves, {"logit_gap": gap(-8.0)}, (1e-3, 1e-1))[0].value is None


def test_strengths_at_which_training_diverges_are_passed_over() -> None:
    diverging = Curves(lambda log: gap(log) if log < -2.1 else math.nan)
    strength = search(diverging, {"logit_gap": gap(-3.0)}, MATCH_RANGE)[0]
    assert math.log10(strength.value) == pytest.approx(-3, abs=0.02)
    assert max(strength.lambdas) < 10**-2
    none = search(Curves(lambda log: math.nan), {"logit_gap": 1.0}, MATCH_RANGE)[0]
    assert none.value is None


def test_the_curve_is_as_measured() -> None:
    strength = search(Curves(gap), {"logit_gap": gap(-3.2)}, MATCH_RANGE)[0]
    assert list(strength.lambdas) == sorted(strength.lambdas)
    assert strength.curve == pytest.approx([gap(math.log10(x)) for x in strength.lambdas])


@pytest.mark.parametrize(
    ("low", "high"), [(1e-1, 1e-7), (0.0, 1.0), (-1.0, 1.0), (1e-3, 1e-3), (1.0, math.inf), (math.nan, 1)]
)
def test_a_range_upside_down(low: float, high: float) -> None:
    with pytest.raises(InputError, match="from a smaller to a larger number above 0"):
        search(Curves(gap), {"logit_gap": 1.0}, (low, high))
