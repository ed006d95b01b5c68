"""What the screens need of anything that trains step by step: a Trainer, or a Comparison."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Run(Protocol):
    """A run that can be stepped, stepped back, and taken to any step."""

    @property
    def step_count(self) -> int:
        """Steps made."""

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch."""

    @property
    def furthest_step(self) -> int:
        """The last step reached on the present path."""

    @property
    def next_batch(self) -> NDArray[np.int64]:
        """The rows of the training part that the next step uses."""

    def step(self, n: int = 1) -> None:
        """Train ``n`` steps."""

    def back(self, n: int = 1) -> None:
        """Go back ``n`` steps."""

    def goto(self, step: int) -> None:
        """Go to any step, or train on to a later one."""
