"""The strength λ of a remedy at which a criterion is what it is under label smoothing.

A whole grid of λ is trained at once, then finer ones where a criterion's curve crosses its target. Weight norm and
logit gap fall as λ grows; NLL falls and then rises, so it may have two solutions.
"""

import math
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import MATCH_RANGE
from lsexplorer.nn.remedies import Readout

WIDER_DECADES = 2.0
"""Decades that the grid is widened by at both ends where a criterion does not reach its target within it."""
MAX_MISS = 0.05
"""Relative distance from the target beyond which a λ does not match: the curve jumps past it."""

Train = Callable[[Sequence[float]], Array]
"""Trains at strengths (n,); returns each criterion's mean over the tuning seeds, (criteria, n)."""
Rounds = Generator[list[float], Array, list["MatchedStrength"]]
"""A search that yields the strengths of its next round, takes what Train returns of them, and returns what it found."""


@dataclass(frozen=True)
class SearchPlan:
    """How fine a search is. As it stands it suits networks that train by the hundred in a bank."""

    per_decade: int = 3
    """Points of the first grid in each decade of λ."""
    in_bracket: int = 4
    """Points of the finer grid between two neighbouring λ whose values enclose the target."""
    refinements: int = 3
    """How often a better λ is interpolated at most."""
    tolerance: float = 1e-3
    """Relative distance from the target at which a λ is good enough."""
    curved: bool = False
    """Whether a better λ is interpolated along a curve through the neighbouring points, not along a line: with wide
    brackets it takes fewer."""
    readout_ratio: float = 1.01
    """Neighbouring strengths of a remedy that needs no training of its own."""

    def grid(self, low: float, high: float) -> list[float]:
        """The first grid from a lowest to a highest strength."""
        points = max(2, round(self.per_decade * math.log10(high / low)) + 1)
        return [_rounded(x) for x in np.geomspace(low, high, points)]

    def most(self, low: float, high: float) -> int:
        """Strengths that a search for one criterion tries at most, with both of its crossings."""
        return len({*self.grid(low, high), *self.grid(*_wider(low, high))}) + 2 * (self.in_bracket + self.refinements)


FINE = SearchPlan()
FEW = SearchPlan(per_decade=1, in_bracket=0, refinements=5, tolerance=1e-2, curved=True, readout_ratio=1.05)
"""Where every training is dear: after the first grid, one or two strengths more are the rule."""


@dataclass(frozen=True)
class MatchedStrength:
    """What the search found for one criterion."""

    criterion: str
    target: float
    """The criterion under label smoothing, mean over the tuning seeds."""
    value: float | None
    """The λ that matches, the weakest if there are two; None where no λ in [low, high] reaches the target."""
    reached: float
    """The criterion at ``nearest``, mean over the tuning seeds."""
    nearest: float
    """The λ that matches, else the one whose criterion is nearest to the target."""
    low: float
    """The lowest λ searched."""
    high: float
    """The highest λ searched."""
    branch: str = ""
    """Whether the criterion's curve is "falling" or "rising" where it crosses the target; "" where it does not."""
    solutions: tuple[float, ...] = ()
    """Every λ that matches, the weakest first."""
    lambdas: tuple[float, ...] = field(default=(), repr=False)
    """All λ that were tried (n,), in rising order."""
    curve: tuple[float, ...] = field(default=(), repr=False)
    """The criterion at each of them (n,)."""
    reason: str = ""
    """Why no strength matches, where that is known; else empty."""
    given: bool = False
    """Whether the λ are those of networks that were there already, so that none in between could be tried."""


MAX_RANGE = 1e-30, 1e30
"""No strength outside this can be searched for."""


def check_range(low: float, high: float) -> None:
    """Raise InputError unless 0 < low < high and they lie within MAX_RANGE."""
    if not MAX_RANGE[0] <= low < high <= MAX_RANGE[1]:
        raise InputError(
            "the strengths to search must go from a smaller to a larger number above 0, "
            f"from {MAX_RANGE[0]:g} to {MAX_RANGE[1]:g}, such as "
            f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}, got {low:g}:{high:g}"
        )


def search(
    train: Train, targets: Mapping[str, float], searched: tuple[float, float], plan: SearchPlan = FINE
) -> list[MatchedStrength]:
    """A MatchedStrength for each criterion in ``targets``, from the lowest and the highest strength to search.

    The grid is widened where a criterion does not reach its target within it. Strengths at which training diverges
    (NaN) are skipped. Raises InputError unless 0 < low < high.
    """
    rounds = search_rounds(targets, searched, plan)
    strengths = next(rounds)
    while True:
        try:
            strengths = rounds.send(train(strengths))
        except StopIteration as end:
            found: list[MatchedStrength] = end.value
            return found


def search_rounds(targets: Mapping[str, float], searched: tuple[float, float], plan: SearchPlan = FINE) -> Rounds:
    """The rounds of `search`, so that several searches can train side by side."""
    low, high = searched
    check_range(low, high)
    curves = [_Curve(target) for target in targets.values()]
    tried: set[float] = set()

    def visit(lambdas: Iterable[float]) -> Generator[list[float], Array, None]:
        new = sorted({_rounded(x) for x in lambdas} - tried)
        tried.update(new)
        for curve, row in zip(curves, (yield new) if new else (), strict=bool(new)):
            curve.values |= {x: float(value) for x, value in zip(new, row, strict=True) if math.isfinite(value)}

    yield from visit(plan.grid(low, high))
    if not all(curve.brackets for curve in curves):
        low, high = _wider(low, high)
        yield from visit(plan.grid(low, high))
    yield from visit(
        x for curve in curves for pair in curve.brackets for x in np.geomspace(*pair, plan.in_bracket + 2)[1:-1]
    )
    for _ in range(plan.refinements):
        yield from visit(
            curve.curved_crossing(*pair) if plan.curved else curve.crossing(*pair)
            for curve in curves
            for pair in curve.brackets
            if curve.miss(curve.nearest(pair)) > plan.tolerance
        )
    return [_strength(name, curve, low, high) for name, curve in zip(targets, curves, strict=True)]


def read_off(
    remedy: Readout, strengths: Sequence[float], curves: Array, targets: Mapping[str, float]
) -> list[MatchedStrength]:
    """A MatchedStrength for each criterion in ``targets``, of a remedy all of whose strengths are measured already.

    curves: the criteria at each of the strengths (criteria, n), in rising order.
    """
    matched = []
    for (name, target), row in zip(targets.items(), curves, strict=True):
        values = {x: float(value) for x, value in zip(strengths, row, strict=True) if math.isfinite(value)}
        curve = _Curve(target, values, remedy.weaker_upwards)
        strength = _strength(name, curve, strengths[0], strengths[-1])
        matched.append(replace(strength, reason=remedy.unchanged.get(name, strength.reason)))
    return matched


@dataclass
class _Curve:
    """A criterion's values by λ, at the λ tried so far."""

    target: float
    values: dict[float, float] = field(default_factory=dict)
    weaker_upwards: bool = False

    @property
    def brackets(self) -> list[tuple[float, float]]:
        """Neighbouring λ between which the criterion crosses its target: the two weakest pairs."""
        pairs = pairwise(sorted(self.values))
        found = [(a, b) for a, b in pairs if (self.values[a] > self.target) != (self.values[b] > self.target)]
        return found[:-3:-1] if self.weaker_upwards else found[:2]

    def crossing(self, low: float, high: float) -> float:
        """Where the line between two points of the curve, over log λ, meets the target."""
        a, b = self.values[low], self.values[high]
        return float(low * (high / low) ** ((a - self.target) / (a - b)))

    def curved_crossing(self, low: float, high: float) -> float:
        """Where the monotone cubic through the curve's points, over log λ, meets the target between two of them."""
        lambdas = sorted(self.values)
        i, logs, y = lambdas.index(low), np.log(lambdas), np.array([self.values[x] for x in lambdas])
        h, slopes = logs[i + 1] - logs[i], _slopes(logs, y)

        def cubic(s: float) -> float:
            """At a share s of the way: Hermite's form."""
            rest = 1 - s
            ends = (1 + 2 * s) * rest**2 * y[i] + s**2 * (3 - 2 * s) * y[i + 1]
            return float(ends + h * (s * rest**2 * slopes[i] - s**2 * rest * slopes[i + 1]))

        a, b = 0.0, 1.0
        for _ in range(50):
            middle = (a + b) / 2
            a, b = (middle, b) if (cubic(middle) > self.target) == (y[i] > self.target) else (a, middle)
        return float(low * (high / low) ** a)

    def miss(self, x: float) -> float:
        """The relative distance from the target."""
        return abs(self.values[x] - self.target) / max(abs(self.target), 1e-12)

    def nearest(self, lambdas: Iterable[float]) -> float:
        return min(lambdas, key=self.miss)


def _strength(name: str, curve: _Curve, low: float, high: float) -> MatchedStrength:
    lambdas, brackets = sorted(curve.values), curve.brackets
    if not lambdas:
        return MatchedStrength(name, curve.target, None, math.nan, math.nan, low, high)
    nearest = curve.nearest(lambdas)
    solutions = tuple(x for x in map(curve.nearest, brackets) if curve.miss(x) <= MAX_MISS)
    branch = reason = ""
    if brackets and not solutions and curve.miss(nearest) <= MAX_MISS:  # a jagged curve that comes near elsewhere
        solutions = (nearest,)
    if solutions:
        nearest = solutions[0]
        crossed = next((pair for pair in brackets if nearest in pair), brackets[0])
        branch = "falling" if curve.values[crossed[0]] > curve.target else "rising"
    elif brackets:
        reason = "between {:.3g} and {:.3g} the curve jumps past it".format(*brackets[0])
    return MatchedStrength(
        criterion=name,
        target=curve.target,
        value=solutions[0] if solutions else None,
        reached=curve.values[nearest],
        nearest=nearest,
        low=low,
        high=high,
        branch=branch,
        solutions=solutions,
        lambdas=tuple(lambdas),
        curve=tuple(curve.values[x] for x in lambdas),
        reason=reason,
    )


def _rounded(strength: float) -> float:
    """A strength as it is tried, and written."""
    return float(f"{strength:.6g}")


def _wider(low: float, high: float) -> tuple[float, float]:
    return low / 10**WIDER_DECADES, high * 10**WIDER_DECADES


def _slopes(x: Array, y: Array) -> Array:
    """Slopes at points with which cubics between them are as monotone as the points (Fritsch and Butland 1984)."""
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.concatenate([d[:1], np.zeros(len(x) - 2), d[-1:]])
    for k in np.flatnonzero(d[:-1] * d[1:] > 0):
        a, b = 2 * h[k + 1] + h[k], h[k + 1] + 2 * h[k]
        slopes[k + 1] = (a + b) / (a / d[k] + b / d[k + 1])
    return slopes
