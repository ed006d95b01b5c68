"""One training run: hyperparameters, trainer, history, delta table, run file."""

import math
from pathlib import Path

from lsexplorer.data import Dataset
from lsexplorer.run.deltas import Deltas, NodeDelta, NormChanges, Strengths, WeightMoves
from lsexplorer.run.history import Series
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.record import RunRecord
from lsexplorer.run.replay import Progress
from lsexplorer.run.timeline import Event
from lsexplorer.run.trainer import Trainer

__all__ = [
    "Deltas",
    "Event",
    "Hyperparameters",
    "NodeDelta",
    "NormChanges",
    "RunRecord",
    "Series",
    "Strengths",
    "Trainer",
    "WeightMoves",
    "load_run",
]


def load_run(
    path: str | Path, progress: Progress | None = None, data: Dataset | None = None, *, max_seconds: float = math.inf
) -> Trainer:
    """Read a run file and replay it, bit for bit on the same machine.

    progress: called with (steps done, steps in all). data: the data set to use in place of the named one; its contents
    must be the same. max_seconds: a run whose replay is expected, roughly, to take longer is refused. Warns where the
    replay ends with other weights than those that were saved, as with another BLAS library; ``note`` of the run has the
    sentence. Raises InputError, in one line, for a file that cannot be read, is no run file, does not fit the data, or
    cannot be replayed.
    """
    return Trainer.load(path, progress, data, max_seconds=max_seconds)
