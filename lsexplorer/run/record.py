"""All that a run can be trained from again, bit for bit on the same machine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsexplorer.data import Dataset
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.timeline import Event

if TYPE_CHECKING:
    from lsexplorer.run.ending import Ending


@dataclass(frozen=True, eq=False)
class RunRecord:
    """A run up to one of its steps."""

    data: Dataset
    """What it trains on."""
    hyperparameters: Hyperparameters
    """In force at step 0."""
    events: tuple[Event, ...]
    """The changes, in order of step."""
    steps: int
    """Steps trained."""
    end: "Ending | None" = None
    """The weights after them, where they are known."""
