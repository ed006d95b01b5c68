"""The strength λ of a remedy at which a criterion is what it is under label smoothing.

A whole grid of λ is trained at once, then finer ones where a criterion's curve crosses its target. Weight norm and
logit gap fall as λ grows; NLL falls and then rises, so that it has no, one or two solutions.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import MATCH_RANGE

POINTS_PER_DECADE = 3
"""Points of that grid in each decade of λ."""
WIDER_DECADES = 2.0
"""Decades that the grid is widened by at both ends where a criterion does not reach its target within it."""
POINTS_IN_BRACKET = 4
"""Points of the finer grid between two neighbouring λ whose values enclose the target."""
TOLERANCE = 1e-3
"""Relative distance from the target at which λ is good enough."""
MAX_REFINEMENTS = 3
"""How many times a better λ is interpolated."""

Train = Callable[[Sequence[float]], Array]
"""Trains at strengths (n,) and gives each criterion's mean over the tuning seeds, (criteria, n)."""


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


MAX_RANGE = 1e-30, 1e30
"""No strength outside this can be searched for."""


def check_range(low: float, high: float) -> None:
    """Raise InputError unless 0 < low < high and they lie within MAX_RANGE."""
    if not MAX_RANGE[0] <= low < high <= MAX_RANGE[1]:
        raise InputError(
            "the strengths to search go from a smaller to a larger number above 0, "
            f"from {MAX_RANGE[0]:g} to {MAX_RANGE[1]:g}, such as "
            f"{MATCH_RANGE[0]:g}:{MATCH_RANGE[1]:g}, got {low:g}:{high:g}"
        )


def search(
    train: Train, criteria: Sequence[str], targets: Sequence[float], low: float, high: float
) -> list[MatchedStrength]:
    """A MatchedStrength for each criterion; the grid is widened where one does not reach its target within it.

    Strengths at which training diverges (NaN) are skipped. Raises InputError unless 0 < low < high.
    """
    check_range(low, high)
    known: dict[float, Array] = {}

    def visit(lambdas: Sequence[float]) -> None:
        new = sorted({float(f"{x:.6g}") for x in lambdas} - known.keys())
        if new:
            known.update(zip(new, train(new).T, strict=True))

    visit(_grid(low, high))
    if not all(_brackets(known, i, target) for i, target in enumerate(targets)):
        low, high = low / 10**WIDER_DECADES, high * 10**WIDER_DECADES
        visit(_grid(low, high))
    visit([x for i, target in enumerate(targets) for pair in _brackets(known, i, target) for x in _inside(*pair)])
    for _ in range(MAX_REFINEMENTS):
        visit([
            _between(known, i, target, *pair)
            for i, target in enumerate(targets)
            for pair in _brackets(known, i, target)
            if _miss(known, i, target, _better(known, i, target, *pair)) > TOLERANCE
        ])  # fmt: skip
    return [_strength(known, i, name, targets[i], low, high) for i, name in enumerate(criteria)]


def _strength(known: dict[float, Array], i: int, name: str, target: float, low: float, high: float) -> MatchedStrength:
    brackets = _brackets(known, i, target)
    solutions = [_better(known, i, target, *pair) for pair in brackets]
    lambdas = _finite(known, i)
    curve = tuple(float(known[x][i]) for x in lambdas)
    if not lambdas:
        return MatchedStrength(name, target, None, math.nan, math.nan, low, high)
    branch = ""
    if solutions:
        branch = "falling" if known[brackets[0][0]][i] > target else "rising"
    nearest = solutions[0] if solutions else min(lambdas, key=lambda x: _miss(known, i, target, x))
    return MatchedStrength(
        criterion=name,
        target=target,
        value=solutions[0] if solutions else None,
        reached=float(known[nearest][i]),
        nearest=nearest,
        low=low,
        high=high,
        branch=branch,
        solutions=tuple(solutions),
        lambdas=tuple(lambdas),
        curve=curve,
    )


def _grid(low: float, high: float) -> list[float]:
    count = max(2, round(POINTS_PER_DECADE * math.log10(high / low)) + 1)
    return [float(x) for x in np.geomspace(low, high, count)]


def _finite(known: dict[float, Array], i: int) -> list[float]:
    return sorted(x for x, values in known.items() if math.isfinite(values[i]))


def _brackets(known: dict[float, Array], i: int, target: float) -> list[tuple[float, float]]:
    """Neighbouring strengths between which criterion ``i`` crosses its target: the two weakest pairs."""
    lambdas = _finite(known, i)
    signs = [known[x][i] > target for x in lambdas]
    return [(lambdas[j], lambdas[j + 1]) for j in range(len(lambdas) - 1) if signs[j] != signs[j + 1]][:2]


def _inside(low: float, high: float) -> list[float]:
    return [float(x) for x in np.geomspace(low, high, POINTS_IN_BRACKET + 2)[1:-1]]


def _between(known: dict[float, Array], i: int, target: float, low: float, high: float) -> float:
    """Where the line between two points of the curve, over log λ, meets the target."""
    a, b = known[low][i], known[high][i]
    return float(low * (high / low) ** ((a - target) / (a - b)))


def _better(known: dict[float, Array], i: int, target: float, low: float, high: float) -> float:
    return min(low, high, key=lambda x: _miss(known, i, target, x))


def _miss(known: dict[float, Array], i: int, target: float, x: float) -> float:
    return float(abs(known[x][i] - target) / max(abs(target), 1e-12))
