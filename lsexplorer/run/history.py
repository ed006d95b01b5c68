"""What a run leaves behind for the charts: series of bounded length, whatever the number of steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

MAX_POINTS = 2000
"""Points kept of a series; when there are more, every other one goes and recording takes steps twice as long."""


class Series(NamedTuple):
    """A quantity over a run: at ``steps`` (m,) it had ``values`` (m,)."""

    steps: NDArray[np.int64]
    values: Array


@dataclass
class Recorder:
    """Rows of numbers recorded at multiples of ``stride`` steps, thinned so that they stay at most MAX_POINTS."""

    columns: Sequence[str]
    base: int = 1

    def __post_init__(self) -> None:
        self.stride = self.base
        self._steps: list[int] = []
        self._rows: list[tuple[float, ...]] = []

    @property
    def last(self) -> int:
        """The last recorded step, −1 for none."""
        return self._steps[-1] if self._steps else -1

    def due(self, step: int) -> bool:
        """Whether this step is to be recorded."""
        return step % self.stride == 0 and step > self.last

    def record(self, step: int, row: tuple[float, ...]) -> None:
        """Add a row; the step must be after the last one."""
        self._steps.append(step)
        self._rows.append(row)
        if len(self._steps) > MAX_POINTS:
            self.stride *= 2
            kept = [i for i, s in enumerate(self._steps) if s % self.stride == 0]
            self._steps = [self._steps[i] for i in kept]
            self._rows = [self._rows[i] for i in kept]

    def drop_from(self, step: int) -> None:
        """Forget the rows at ``step`` and after it."""
        count = int(np.searchsorted(self._steps, step))
        del self._steps[count:], self._rows[count:]

    def series(self, first: int = 0, tail: tuple[int, tuple[float, ...]] | None = None) -> dict[str, Series]:
        """The columns as series, from step ``first`` on; ``tail`` is one more point, used if it is the newest."""
        steps, rows = self._steps, self._rows
        if tail is not None and tail[0] > self.last:
            steps, rows = [*steps, tail[0]], [*rows, tail[1]]
        start = int(np.searchsorted(steps, first))
        at = np.array(steps[start:], dtype=np.int64)
        table = np.array(rows[start:], dtype=np.float64).reshape(len(at), len(self.columns))
        return {name: Series(at, table[:, i]) for i, name in enumerate(self.columns)}
