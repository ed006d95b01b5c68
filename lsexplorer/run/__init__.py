"""One training run: hyperparameters, trainer, history, delta table, run file."""

from lsexplorer.run.deltas import Deltas, NodeDelta, NormChanges, Strengths, WeightMoves
from lsexplorer.run.history import Series
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.timeline import Event
from lsexplorer.run.trainer import Trainer

__all__ = [
    "Deltas",
    "Event",
    "Hyperparameters",
    "NodeDelta",
    "NormChanges",
    "Series",
    "Strengths",
    "Trainer",
    "WeightMoves",
]
