"""Where a run stands between two steps: what a delta table has to know of it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network
from lsexplorer.run.hyperparameters import Hyperparameters


class Standing(Protocol):
    """A run between two steps, a Trainer, or one of several that train in lock step."""

    @property
    def data(self) -> Dataset:
        """What it trains on."""

    @property
    def hyperparameters(self) -> Hyperparameters:
        """In force for the next step."""

    @property
    def network(self) -> Network:
        """The network, not to be written to."""

    @property
    def optimizer_state(self) -> Array:
        """The optimiser's arrays (slots, P), not to be written to."""

    @property
    def step_count(self) -> int:
        """Steps made."""

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """Rows of X_train that the next step will use."""
