"""Training a recorded run again."""

from collections.abc import Callable
from typing import Any, Protocol

from lsexplorer.errors import InputError
from lsexplorer.nn.network import Network
from lsexplorer.run.ending import settle
from lsexplorer.run.record import RunRecord

REPLAY_CHUNK = 2000
"""Steps between two reports of progress."""

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all) while a run is replayed."""


class Replayable(Protocol):
    """A run at step 0 that can be trained and changed: a Trainer."""

    step_count: int
    network: Network

    def step(self, n: int = 1) -> None:
        """Train ``n`` steps."""

    def set(self, /, **changes: Any) -> None:
        """Change hyperparameters."""


def replay(run: Replayable, record: RunRecord, progress: Progress | None = None) -> str:
    """Bring a new run with the record's data and hyperparameters to where the record ends.

    Returns a sentence where it ends with other weights than the record says, else an empty text. Raises InputError for
    events that do not fit it, and DivergenceError where its numbers overflow.
    """
    for event in sorted(record.events, key=lambda event: event.step):
        _step_to(run, event.step, record.steps, progress)
        run.set(**{name: new for name, (_, new) in event.changes.items()})
        if event.parameters is not None:
            if len(event.parameters) != run.network.parameters.size:
                raise InputError(
                    f"the weights set at step {event.step} number {len(event.parameters)}, "
                    f"but the network has {run.network.parameters.size}"
                )
            run.network.parameters[...] = event.parameters
    _step_to(run, record.steps, record.steps, progress)
    return "" if record.end is None else settle(run.network, record.end)


def _step_to(run: Replayable, step: int, steps: int, progress: Progress | None) -> None:
    while run.step_count < step:
        run.step(min(REPLAY_CHUNK, step - run.step_count))
        if progress is not None:
            progress(run.step_count, steps)
