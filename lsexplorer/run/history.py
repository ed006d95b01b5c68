"""What a run leaves behind for the charts: series of bounded length, whatever the number of steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

MAX_POINTS = 2000
"""Points kept of a series; when there are more, every other one is dropped and the stride of recording doubles."""
EARLY_SHARE = 64
"""Of the first steps, which a logarithmic axis shows apart, MAX_POINTS / EARLY_SHARE stay in each doubling of steps."""
MAX_GHOSTS = 8
"""Paths that were left and are kept, the newest."""

Row = Sequence[float]


class Series(NamedTuple):
    """A quantity over a run."""

    steps: NDArray[np.int64]
    """When it was recorded (m,), in rising order."""
    values: Array
    """What it was then (m,)."""


@dataclass
class Recorder:
    """Rows of numbers recorded at multiples of ``stride`` steps, thinned to at most MAX_POINTS."""

    columns: Sequence[str]
    base: int = 1

    def __post_init__(self) -> None:
        self.stride = self.base
        self._steps: list[int] = []
        self._rows: list[Row] = []

    @property
    def last(self) -> int:
        """The last recorded step, −1 if there is none."""
        return self._steps[-1] if self._steps else -1

    def due(self, step: int) -> bool:
        """Whether a row is due at this step."""
        return self._kept(step) and step > self.last

    def next_due(self, step: int) -> int:
        """A step after ``step`` before which nothing is due."""
        grain = self.stride
        if grain > self.base:
            grain = min(self._grain(step), grain)
        return (step // grain + 1) * grain

    def _kept(self, step: int) -> bool:
        if step % self.stride == 0:
            return True
        return step * EARLY_SHARE < self.stride * MAX_POINTS and step % self._grain(step) == 0

    def _grain(self, step: int) -> int:
        """How far apart the steps that stay are around this one, however long the run becomes."""
        doublings = (step // self.base * EARLY_SHARE // MAX_POINTS).bit_length() - 1
        return self.base << max(0, doublings)

    def record(self, step: int, row: Row) -> None:
        """Add a row; the step must be after the last one."""
        self._steps.append(step)
        self._rows.append(row)
        if len(self._steps) > MAX_POINTS:
            self.stride *= 2
            kept = [i for i, s in enumerate(self._steps) if self._kept(s)]
            self._steps = [self._steps[i] for i in kept]
            self._rows = [self._rows[i] for i in kept]

    def drop_from(self, step: int) -> None:
        """Forget the rows at ``step`` and after it."""
        count = int(np.searchsorted(self._steps, step))
        del self._steps[count:], self._rows[count:]

    def series(self, first: int = 0, tail: tuple[int, Row] | None = None) -> dict[str, Series]:
        """The columns as series, from step ``first`` on; ``tail`` is one more point, used if it is the newest."""
        steps, rows = self._steps, self._rows
        if tail is not None and tail[0] > self.last:
            steps, rows = [*steps, tail[0]], [*rows, tail[1]]
        start = int(np.searchsorted(steps, first))
        at = np.array(steps[start:], dtype=np.int64)
        table = np.array(rows[start:], dtype=np.float64).reshape(len(at), len(self.columns))
        return {name: Series(at, table[:, i]) for i, name in enumerate(self.columns)}


class History:
    """The series of a run, and of paths that it left."""

    def __init__(self, moves: Sequence[str], measures: Sequence[str], steps_per_epoch: int) -> None:
        """Names of the series: moves are recorded at every step, measures once an epoch, until they are thinned."""
        self._moves, self._measures = Recorder(moves), Recorder(measures, steps_per_epoch)
        self.ghosts: list[dict[str, Series]] = []
        """The series of paths that were left, each from the step where it was left; the newest last."""
        self._next_move = self._next_measure = 0
        """Steps before which nothing is due."""

    def record(self, step: int, moves: Callable[[], Row], measures: Callable[[], Row]) -> None:
        """Record what is due at a step."""
        if step >= self._next_move:
            if self._moves.due(step):
                self._moves.record(step, moves())
            self._next_move = self._moves.next_due(step)
        if step >= self._next_measure:
            if self._measures.due(step):
                self._measures.record(step, measures())
            self._next_measure = self._measures.next_due(step)

    def series(self, now: int, moves: Callable[[], Row], measures: Callable[[], Row]) -> dict[str, Series]:
        """All series by name, each up to step ``now`` at least."""
        pairs = (self._moves, moves), (self._measures, measures)
        tails = [(now, row()) if now > recorder.last else None for recorder, row in pairs]
        return self._moves.series(tail=tails[0]) | self._measures.series(tail=tails[1])

    def next_due(self, step: int) -> int:
        """A step after ``step`` before which nothing is due."""
        return min(recorder.next_due(step) for recorder in (self._moves, self._measures))

    def drop_from(self, step: int) -> None:
        """Forget what was recorded at ``step`` and after it."""
        self._next_move = self._next_measure = 0
        self._moves.drop_from(step)
        self._measures.drop_from(step)

    def branch(self, now: int) -> None:
        """Leave the path ahead of step ``now``: it stays as a ghost."""
        ghost = self._moves.series(first=now) | self._measures.series(first=now)
        self.ghosts = [*self.ghosts, ghost][-MAX_GHOSTS:]
        self.drop_from(now + 1)
