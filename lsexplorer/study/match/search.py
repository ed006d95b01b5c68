"""The strength λ of a remedy at which a criterion is what it is under label smoothing.

Whole grids of λ are trained at once, then finer ones where a criterion's curve crosses its target. Weight norm and
logit gap fall as λ grows; NLL falls and rises again, so that it has no, one or two solutions.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array

LOW, HIGH, BY_DECADE = 1e-7, 1e-1, 3
WIDER = 2.0
"""Decades that the grid is widened by, at both ends, where a criterion is not met within it."""
INSIDE, TOLERANCE, ROUNDS = 4, 1e-3, 3
"""Points set into a bracket; how near the target is near enough, relative; and how often a better λ is looked for."""

Train = Callable[[Sequence[float]], Array]
"""Trains at strengths (n,) and returns each criterion's mean over the tuning seeds, (criteria, n)."""


@dataclass(frozen=True)
class Strength:
    """What the search found for one criterion.

    value: λ, or None where no λ in [low, high] reaches the target. reached: the criterion at λ, else the nearest that
    there is, at ``nearest``. branch: "falling" or "rising", the way the criterion's curve crosses its target there.
    solutions: every λ that was found, the weakest first; ``value`` is the first. lambdas and curve (n,): all that was
    measured on the way, by λ.
    """

    criterion: str
    target: float
    value: float | None
    reached: float
    nearest: float
    low: float
    high: float
    branch: str = ""
    solutions: tuple[float, ...] = ()
    lambdas: tuple[float, ...] = field(default=(), repr=False)
    curve: tuple[float, ...] = field(default=(), repr=False)


def check_range(low: float, high: float) -> None:
    """Raise InputError unless 0 < low < high."""
    if not 0 < low < high < math.inf:
        raise InputError(
            f"the strengths to search go from a smaller to a larger number above 0, such as {LOW:g}:{HIGH:g}, "
            f"got {low:g}:{high:g}"
        )


def search(train: Train, criteria: Sequence[str], targets: Sequence[float], low: float, high: float) -> list[Strength]:
    """A Strength for each criterion; the grid from ``low`` to ``high`` is widened where one is not met in it.

    Strengths at which training diverges (NaN) are passed over.
    """
    check_range(low, high)
    known: dict[float, Array] = {}

    def visit(lambdas: Sequence[float]) -> None:
        new = sorted({float(f"{x:.6g}") for x in lambdas} - known.keys())
        if new:
            known.update(zip(new, train(new).T, strict=True))

    visit(_grid(low, high))
    if not all(_brackets(known, i, target) for i, target in enumerate(targets)):
        low, high = low / 10**WIDER, high * 10**WIDER
        visit(_grid(low, high))
    visit([x for i, target in enumerate(targets) for pair in _brackets(known, i, target) for x in _inside(*pair)])
    for _ in range(ROUNDS):
        visit([
            _between(known, i, target, *pair)
            for i, target in enumerate(targets)
            for pair in _brackets(known, i, target)
            if _miss(known, i, target, _better(known, i, target, *pair)) > TOLERANCE
        ])  # fmt: skip
    return [_found(known, i, name, targets[i], low, high) for i, name in enumerate(criteria)]


def _found(known: dict[float, Array], i: int, name: str, target: float, low: float, high: float) -> Strength:
    brackets = _brackets(known, i, target)
    solutions = [_better(known, i, target, *pair) for pair in brackets]
    lambdas = _finite(known, i)
    curve = tuple(float(known[x][i]) for x in lambdas)
    if not lambdas:
        return Strength(name, target, None, math.nan, math.nan, low, high)
    nearest = solutions[0] if solutions else min(lambdas, key=lambda x: _miss(known, i, target, x))
    return Strength(
        criterion=name,
        target=target,
        value=solutions[0] if solutions else None,
        reached=float(known[nearest][i]),
        nearest=nearest,
        low=low,
        high=high,
        branch="" if not solutions else "falling" if known[brackets[0][0]][i] > target else "rising",
        solutions=tuple(solutions),
        lambdas=tuple(lambdas),
        curve=curve,
    )


def _grid(low: float, high: float) -> list[float]:
    count = max(2, round(BY_DECADE * math.log10(high / low)) + 1)
    return [float(x) for x in np.geomspace(low, high, count)]


def _finite(known: dict[float, Array], i: int) -> list[float]:
    return sorted(x for x, values in known.items() if math.isfinite(values[i]))


def _brackets(known: dict[float, Array], i: int, target: float) -> list[tuple[float, float]]:
    """Neighbouring strengths between which criterion ``i`` crosses its target, the weakest two pairs."""
    lambdas = _finite(known, i)
    signs = [known[x][i] > target for x in lambdas]
    return [(lambdas[j], lambdas[j + 1]) for j in range(len(lambdas) - 1) if signs[j] != signs[j + 1]][:2]


def _inside(low: float, high: float) -> list[float]:
    return [float(x) for x in np.geomspace(low, high, INSIDE + 2)[1:-1]]


def _between(known: dict[float, Array], i: int, target: float, low: float, high: float) -> float:
    """Where the line between two points of the curve, over log λ, meets the target."""
    a, b = known[low][i], known[high][i]
    return float(low * (high / low) ** ((a - target) / (a - b)))


def _better(known: dict[float, Array], i: int, target: float, low: float, high: float) -> float:
    return min(low, high, key=lambda x: _miss(known, i, target, x))


def _miss(known: dict[float, Array], i: int, target: float, x: float) -> float:
    return float(abs(known[x][i] - target) / max(abs(target), 1e-12))
