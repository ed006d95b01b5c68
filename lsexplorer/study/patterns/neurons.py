"""Single hidden neurons: what each predicts alone, and what is lost without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array
from lsexplorer.study.patterns.hidden import Answers, Range

RECALL = 0.5
"""A class is lost where its recall was at least this and now is below it."""


class Stretch(NamedTuple):
    """Activations from start to end, perhaps a single point, for which one class wins."""

    start: float
    end: float
    klass: int


@dataclass(frozen=True, eq=False)
class Alone:
    """What one neuron predicts while all others of its layer are at 0."""

    stretches: tuple[Stretch, ...] | None
    """The winning class over the whole range of the activation, exactly; None below the last hidden layer."""
    seen: NDArray[np.int64]
    """At how many of the training samples' activations each class wins (C,)."""

    @property
    def classes(self) -> tuple[int, ...]:
        """The classes that it can predict, in order of activation; without stretches, those that were seen."""
        if self.stretches is None:
            return tuple(int(c) for c in np.flatnonzero(self.seen))
        return tuple(dict.fromkeys(stretch.klass for stretch in self.stretches))


@dataclass(frozen=True, eq=False)
class Dropped:
    """What the network answers without some neurons, and the classes that are lost."""

    answers: Answers
    lost: tuple[int, ...]


def envelope(slopes: Sequence[float] | Array, intercepts: Sequence[float] | Array, span: Range) -> tuple[Stretch, ...]:
    """Which of the lines z_k = intercept_k + slope_k·h is the highest, for all h in ``span``, in order of h.

    Of equally high lines the first wins, as in argmax. A stretch's own class wins inside it; at an end that two
    stretches share the first of their classes does, and if it is a third class, that end is a stretch of its own. So
    the classes named are exactly those that win somewhere. A float is a fraction, and the crossings are computed as
    fractions: nothing is rounded before the result.
    """
    w, b = ([Fraction(float(v)) for v in values] for values in (slopes, intercepts))
    lines = range(len(w))
    stretches: list[tuple[float, float, int]] = []
    start = span.low
    if np.isfinite(start):
        at = Fraction(float(start))
        heights = [b[k] + w[k] * at for k in lines]
        highest = max(heights)
        tied = [k for k in lines if heights[k] == highest]
        now = min(tied, key=lambda k: (-w[k], k))
        if span.closed and tied[0] != now:
            stretches.append((start, start, tied[0]))
    else:
        now = min(lines, key=lambda k: (w[k], -b[k], k))
    while True:
        crossings = {k: (b[now] - b[k]) / (w[k] - w[now]) for k in lines if w[k] > w[now]}
        at = min(crossings.values(), default=Fraction(0))
        if not crossings or at >= span.high:
            stretches.append((start, span.high, now))
            return tuple(Stretch(*stretch) for stretch in stretches)
        tied = [k for k in lines if k == now or crossings.get(k) == at]
        after = min(tied, key=lambda k: (-w[k], k))
        end = _rounded(at)
        stretches.append((start, end, now))
        if tied[0] not in (now, after):
            stretches.append((end, end, tied[0]))
        start, now = end, after


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:  # lines so nearly parallel that no float is as far out as their crossing
        return np.inf if value > 0 else -np.inf


def lost_classes(before: Answers, after: Answers) -> tuple[int, ...]:
    """The classes whose recall was at least RECALL and now is below it."""
    return tuple(int(c) for c in np.flatnonzero((before.recall >= RECALL) & (after.recall < RECALL)))
