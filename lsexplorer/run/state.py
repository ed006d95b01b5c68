"""What a delta table needs to know of a run between two steps."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.timeline import Snapshot


class RunState(Protocol):
    """A run between two steps: a Trainer, or one of several runs that train in lock step."""

    @property
    def data(self) -> Dataset:
        """The data it trains on."""

    @property
    def hyperparameters(self) -> Hyperparameters:
        """In force for the next step."""

    @property
    def network(self) -> Network:
        """The network; not to be written to."""

    @property
    def optimizer_state(self) -> Array:
        """The optimiser's arrays (slots, P): velocity, or Adam's two moments. Not to be written to."""

    @property
    def step_count(self) -> int:
        """Steps trained so far."""

    @property
    def pattern_targets(self) -> PatternTargets | None:
        """Targets of the last hidden layer, if there are any."""

    def snapshots(self, most: int) -> list[Snapshot]:
        """The network at up to ``most`` steps spread over the path, and at the present one, in order of step."""

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """Row numbers into X_train of the next step's batch, (batch size,)."""
