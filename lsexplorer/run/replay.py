"""Training a recorded run again."""

from collections.abc import Callable
from typing import Any, Protocol

from lsexplorer.errors import InputError
from lsexplorer.nn.network import Network
from lsexplorer.run.record import RunRecord

REPLAY_CHUNK = 2000
"""Steps between two reports of progress."""
LONG_SECONDS = 600
"""A replay that is expected to take longer is begun only where that is asked for."""
_CALL_SECONDS = 1e-4
"""Of a step or an event, besides its arithmetic; this and the next are rough figures of one core."""
_PRODUCT_SECONDS = 1e-9
"""Of a weight and a sample in a step, forward, backward and with the update, which counts like _UPDATE_ROWS samples."""
_UPDATE_ROWS = 20

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


def check_length(run: Replayable, record: RunRecord, seconds: float) -> None:
    """Raise InputError if replaying the record would take more than about ``seconds``."""
    rows = min(record.hyperparameters.batch_size, len(record.data.y_train)) + _UPDATE_ROWS
    step = _CALL_SECONDS + run.network.parameters.size * rows * _PRODUCT_SECONDS
    expected = record.steps * step + len(record.events) * _CALL_SECONDS
    if expected > seconds:
        sizes = "-".join(map(str, run.network.sizes))
        raise InputError(
            f"replaying {record.steps:,} steps of a {sizes} network would take about {_duration(expected)}: "
            "--long does it all the same"
        )


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:,.0f} hours" if seconds > 7200 else f"{seconds / 60:.0f} minutes"


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
    if record.end is None:
        return ""
    from lsexplorer.run.ending import settle  # with msgspec, which only run files need

    return settle(run.network, record.end)


def _step_to(run: Replayable, step: int, steps: int, progress: Progress | None) -> None:
    while run.step_count < step:
        run.step(min(REPLAY_CHUNK, step - run.step_count))
        if progress is not None:
            progress(run.step_count, steps)
