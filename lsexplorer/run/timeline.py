"""The timeline of a run: its events, the checkpoints one can go back to, and the paths that were left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lsexplorer.nn.arrays import Array

MAX_CHECKPOINTS = 1024
MAX_CHECKPOINT_BYTES = 128 * 2**20
MIN_CHECKPOINTS = 8


@dataclass(frozen=True)
class Event:
    """A change made at ``step``, in force from the next step on.

    changes: hyperparameter → (old, new). parameters: the flat parameters after an edit by hand, or None.
    """

    step: int
    changes: Mapping[str, tuple[Any, Any]]
    parameters: tuple[float, ...] | None = None


class Checkpoints:
    """Copies of (parameters, optimiser state) at multiples of a stride, thinned so that memory stays bounded.

    At most MAX_CHECKPOINTS copies and about MAX_CHECKPOINT_BYTES, but never fewer than MIN_CHECKPOINTS: when there are
    more, every other one goes and the stride doubles. The one at step 0 always stays.
    """

    def __init__(self, nbytes: int) -> None:
        self.stride = 1
        self._limit = min(MAX_CHECKPOINTS, max(MIN_CHECKPOINTS, MAX_CHECKPOINT_BYTES // max(1, nbytes)))
        self._saved: dict[int, tuple[Array, Array]] = {}

    def due(self, step: int) -> bool:
        """Whether this step is to be saved."""
        return step % self.stride == 0 and step not in self._saved

    def save(self, step: int, parameters: Array, state: Array) -> None:
        """Keep a copy."""
        self._saved[step] = (parameters.copy(), state.copy())
        if len(self._saved) > self._limit:
            self.stride *= 2
            self._saved = {s: saved for s, saved in self._saved.items() if s % self.stride == 0}

    def before(self, step: int) -> tuple[int, Array, Array]:
        """The newest checkpoint at or before ``step``: its step, parameters and state, not to be written to."""
        # Checkpoints lie on multiples of the stride, but not every one need be there: a step back thins nothing.
        at = step - step % self.stride
        while at not in self._saved:
            at -= self.stride
        return at, *self._saved[at]

    def drop_after(self, step: int) -> None:
        """Forget what lies after ``step``."""
        self._saved = {s: saved for s, saved in self._saved.items() if s <= step}

    @property
    def nbytes(self) -> int:
        """Memory of the copies."""
        return int(np.sum([p.nbytes + s.nbytes for p, s in self._saved.values()]))
