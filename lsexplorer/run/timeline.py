"""The timeline of a run: what was changed at which step, how far the run went, and checkpoints to go back to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters

MAX_STEPS = 100_000_000
"""Most steps of a run."""
MAX_CHECKPOINTS = 1024
"""Most checkpoints of a run."""
MAX_CHECKPOINT_BYTES = 128 * 2**20
"""Most memory of the checkpoints, unless there would be fewer than MIN_CHECKPOINTS."""
LARGE_BYTES = 2**30
"""Most memory of MIN_CHECKPOINTS."""
MIN_CHECKPOINTS = 8
"""Checkpoints that are always kept, however large."""


@dataclass(frozen=True)
class Event:
    """A change made at a step, in force from the next step on."""

    step: int
    """Steps trained when it was made."""
    changes: Mapping[str, tuple[Any, Any]]
    """Hyperparameter → (old, new)."""
    parameters: tuple[float, ...] | None = None
    """All parameters (P,) after an edit by hand, or None."""

    def applied_to(self, hp: Hyperparameters) -> Hyperparameters:
        """Hyperparameters after the changes."""
        return hp.replace(**{name: new for name, (_, new) in self.changes.items()})


_WHOLE = (int, np.integer)


class Snapshot(NamedTuple):
    """A network at one step of a path."""

    step: int
    """Steps trained."""
    hyperparameters: Hyperparameters
    """In force for the next step."""
    parameters: Array
    """(P[, R]), not to be written to."""


def _fewest(nbytes: int) -> int:
    """MIN_CHECKPOINTS, or of very large networks as many as LARGE_BYTES hold, but always two."""
    return max(2, min(MIN_CHECKPOINTS, LARGE_BYTES // max(1, nbytes)))


class Checkpoints:
    """Copies of (parameters, optimiser state) at multiples of a stride, thinned so that memory stays bounded.

    When there are too many, every other one is dropped and the stride doubles. The one at step 0 always stays.
    """

    def __init__(self, nbytes: int) -> None:
        """nbytes: the size of one copy."""
        self.stride = 1
        self._limit = min(MAX_CHECKPOINTS, max(_fewest(nbytes), MAX_CHECKPOINT_BYTES // max(1, nbytes)))
        self._saved: dict[int, tuple[bytes, bytes]] = {}  # an array's copy takes twice as long
        self._kinds: list[tuple[np.dtype[Any], tuple[int, ...]]] = []
        """Type and shape of both."""

    def due(self, step: int) -> bool:
        """Whether a checkpoint is due at this step."""
        return step % self.stride == 0 and step not in self._saved

    def save(self, step: int, parameters: Array, state: Array) -> None:
        """Keep a copy."""
        if not self._kinds:
            self._kinds = [(parameters.dtype, parameters.shape), (state.dtype, state.shape)]
        self._saved[step] = parameters.tobytes(), state.tobytes()
        if len(self._saved) > self._limit:
            self.stride *= 2
            self._saved = {s: saved for s, saved in self._saved.items() if s % self.stride == 0}

    def before(self, step: int) -> tuple[int, Array, Array]:
        """The newest checkpoint at or before ``step``: its step, parameters and state, not to be written to."""
        # A multiple of the stride may have none: thinning after a step back does not restore them.
        at = step - step % self.stride
        while at not in self._saved:
            at -= self.stride
        parameters, state = (
            np.frombuffer(saved, dtype).reshape(shape)
            for saved, (dtype, shape) in zip(self._saved[at], self._kinds, strict=True)
        )
        return at, parameters, state

    def spread(self, most: int) -> list[int]:
        """At most ``most`` steps with a checkpoint, evenly spread: multiples of the stride, or of 2, 4, 8 … of it."""
        stride = self.stride
        while len(steps := sorted(step for step in self._saved if step % stride == 0)) > most:
            stride *= 2
        return steps

    def drop_after(self, step: int) -> None:
        """Forget what lies after ``step``."""
        self._saved = {s: saved for s, saved in self._saved.items() if s <= step}

    @property
    def nbytes(self) -> int:
        """Memory of the copies."""
        return sum(len(parameters) + len(state) for parameters, state in self._saved.values())


class Timeline:
    """The present path of a run: its events, its furthest step, and its checkpoints."""

    def __init__(self, parameters: Array, state: Array) -> None:
        """Start at step 0 with these parameters and optimiser state."""
        self.furthest = 0
        """The last step reached on this path."""
        self.events: dict[int, Event] = {}
        """What was changed, by step."""
        self.checkpoints = Checkpoints(parameters.nbytes + state.nbytes)
        self.checkpoints.save(0, parameters, state)

    def reach(self, step: int, snapshot: Callable[[], tuple[Array, Array]]) -> None:
        """Note that the run is at a step; ``snapshot`` gives its parameters and optimiser state if they are due."""
        if step > self.furthest:
            self.furthest = step
        if self.checkpoints.due(step):
            self.checkpoints.save(step, *snapshot())

    def needs_checkpoint(self, now: int, step: int) -> bool:
        """Whether going from step ``now`` to ``step`` starts at a checkpoint: backwards, or forwards past one."""
        return step < now or now < self.checkpoints.before(min(step, self.furthest))[0]

    def next_due(self, step: int) -> int:
        """The first step after ``step`` at which a checkpoint may be due."""
        return (step // self.checkpoints.stride + 1) * self.checkpoints.stride

    def events_until(self, step: int) -> list[Event]:
        """Events at or before a step, in order."""
        return [self.events[at] for at in sorted(self.events) if at <= step]

    def hyperparameters_at(self, initial: Hyperparameters, step: int) -> Hyperparameters:
        """Those in force after the events up to a step, from those of step 0."""
        for event in self.events_until(step):
            initial = event.applied_to(initial)
        return initial

    def snapshots(self, initial: Hyperparameters, now: tuple[int, Array], most: int) -> list[Snapshot]:
        """The path as at most ``most`` checkpoints show it, evenly spread and in order, and the present step.

        initial: hyperparameters of step 0. now: the present step and its parameters.
        """
        known = {step: self.checkpoints.before(step)[1] for step in self.checkpoints.spread(most)}
        known[now[0]] = now[1]
        found, hp, events = [], initial, self.events_until(self.furthest)
        for step in sorted(known):
            while events and events[0].step <= step:
                hp = events.pop(0).applied_to(hp)
            edit = self.events[step].parameters if step in self.events and step != now[0] else None
            found.append(Snapshot(step, hp, known[step] if edit is None else np.array(edit)))
        return found

    def note(
        self, step: int, changes: Mapping[str, tuple[Any, Any]], parameters: tuple[float, ...] | None = None
    ) -> None:
        """Add to a step's event; a change that is undone at the same step leaves no trace."""
        old = self.events.pop(step, Event(step, {}))
        merged = dict(old.changes)
        for name, (before, after) in changes.items():
            first = merged.pop(name, (before, after))[0]
            if first != after:
                merged[name] = (first, after)
        parameters = parameters or old.parameters
        if merged or parameters:
            self.events[step] = Event(step, merged, parameters)

    def branch(self, now: int) -> None:
        """Drop the path ahead of step ``now``."""
        self.checkpoints.drop_after(now)
        self.events = {event.step: event for event in self.events_until(now)}
        self.furthest = now


def check_count(n: object) -> None:
    """Raise InputError unless ``n`` is a number of steps."""
    if not isinstance(n, _WHOLE) or isinstance(n, bool) or n < 0:
        raise InputError(f"a number of steps must be a whole number of at least 0, got {n!r}")


def step_after(now: int, n: int) -> int:
    """The step ``n`` after step ``now``; raises InputError as check_count does, and beyond MAX_STEPS."""
    check_count(n)
    if now + n > MAX_STEPS:
        raise InputError(f"a run has at most {MAX_STEPS:,} steps")
    return now + int(n)


def step_before(now: int, n: int) -> int:
    """The step ``n`` before step ``now``; raises InputError as check_count does, and before step 0."""
    check_count(n)
    if n > now:
        raise InputError(f"cannot go back {n} steps from step {now}")
    return now - int(n)
