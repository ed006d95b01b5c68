"""Where a run stands between two steps: what a delta table has to know of it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network, Pass
from lsexplorer.nn.pattern_targets import PatternTargets
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
    def pattern_targets(self) -> PatternTargets | None:
        """Targets of the last hidden layer, if it has any."""

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """Rows of X_train that the next step will use."""


def hidden_pull(run: Standing, done: Pass, rows: NDArray[np.int64]) -> Array | None:
    """What pattern targets add to −∂L/∂h of the last hidden layer (n, units), for a forward pass of training rows.

    None for a run without them.
    """
    targets = run.pattern_targets
    return None if targets is None or targets.off else targets.pull(done.inputs[-1], run.data.y_train[rows])
