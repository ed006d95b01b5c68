"""The session behind the screens: the run, what is looked at, and what is kept beside the run."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import BUILTINS, Dataset, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Event, Hyperparameters, Series, Strengths, Trainer
from lsexplorer.run.history import MAX_GHOSTS
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.run.runfile import encode_record
from lsexplorer.run.state import RunState
from lsexplorer.tui.model.frame import Frame, make_frame
from lsexplorer.views.viewpoint import Viewpoint

if TYPE_CHECKING:
    from lsexplorer.study.match.matching import Match, Matches

SPEEDS: tuple[int | None, ...] = (1, 2, 5, 10, 25, 50, 100, 500, None)
"""The speeds to choose from, in steps a second; None is as fast as possible."""
DEFAULT_SPEED = 50
"""What a person sees who has chosen none; a session without a terminal is as fast as possible."""


class Session:
    """Everything that the screens ask of the run and do to it."""

    trainer: Trainer
    """The run. Screens ask the session; the trainer itself is for what studies it whole."""
    path: str
    """The run file that the run came from or was saved to, '' without one."""
    own_data: Dataset
    """A data set that can be chosen beside the built-in ones: at first the run's."""
    sample: int | None
    """The training row that is looked at, None for the mean of the batch."""
    node: str
    """The name of the selected node."""
    strengths: Strengths
    """The regularisers' strengths, kept while they are switched off."""
    speed: int | None
    """The speed of a free run in steps a second, None for as fast as possible."""
    matches: "Matches | None"
    """What the last match found."""
    ghosts: tuple[Mapping[str, Series], ...]
    """The series of runs on the same data that this one replaced, the newest last."""

    def __init__(self, trainer: Trainer, path: str = "") -> None:
        self.trainer, self.path = trainer, path
        self.own_data = trainer.data
        self.sample = int(trainer.next_batch[0])
        self.node = "o1"
        self.strengths = Strengths.of(trainer.hyperparameters)
        self.speed = None
        self.matches = None
        self.ghosts = ()
        self._saved: tuple[Trainer, tuple[Event, ...], int] = (trainer, (), 0)
        if path:
            self._note_saved()

    # Queries

    @property
    def data(self) -> Dataset:
        """The run's data."""
        return self.trainer.data

    @property
    def hyperparameters(self) -> Hyperparameters:
        """In force for the next step."""
        return self.trainer.hyperparameters

    @property
    def step_count(self) -> int:
        """Steps made."""
        return self.trainer.step_count

    @property
    def note(self) -> str:
        """What the reader should know about the run file that was replayed; mostly empty."""
        return self.trainer.note

    @property
    def changes(self) -> int:
        """How many changes were made on the path."""
        return len(self.trainer.events)

    @property
    def has_begun(self) -> bool:
        """Whether there is a step or a change that would be lost with the run."""
        return bool(self.step_count or self.changes)

    @property
    def unsaved(self) -> bool:
        """Whether there is a step or a change that no run file has."""
        trainer, events, steps = self._saved
        as_saved = trainer is self.trainer and events == self.trainer.events and self.trainer.furthest_step <= steps
        return self.has_begun and not as_saved

    def _note_saved(self) -> None:
        self._saved = self.trainer, self.trainer.events, self.trainer.step_count

    @property
    def train_loss(self) -> float:
        """The loss on the training part."""
        return self.trainer.evaluate("train").loss

    @property
    def data_names(self) -> dict[str, str]:
        """The data sets to choose from, source → name: the built-in ones, and the one that the session began with."""
        return {self.own_data.source: self.own_data.name} | {name: name for name in BUILTINS}

    def frame(self, rate: float | None = None) -> Frame:
        """All that a repaint needs; rate: steps a second of a free run."""
        frame = make_frame(self.trainer, self.sample, self.node, strengths=self.strengths, rate=rate)
        return replace(frame, ghosts=(*self.ghosts, *frame.ghosts)[-MAX_GHOSTS:]) if self.ghosts else frame

    def numbers(self, make: Callable[[RunState, Viewpoint], Any], viewpoint: Viewpoint) -> Any:
        """The numbers of a picture of the run."""
        return make(self.trainer, viewpoint)

    def step_before(self, sample: int) -> int:
        """The first step from here on whose next batch holds a training row."""
        return self.trainer.step_before(sample)

    @property
    def match(self) -> "Match | None":
        """The last match, that of its first remedy."""
        return None if self.matches is None else self.matches.first

    def matches_of(self, smoothing: Hyperparameters) -> "Matches | None":
        """What was found for these hyperparameters on this data, if a match was made."""
        match = self.match
        fits = match is not None and match.data is self.data and match.plan.smoothing == smoothing
        return self.matches if fits else None

    # Changes

    def set(self, **changes: Any) -> None:
        """Change live hyperparameters, from the next step on."""
        self.trainer.set(**changes)
        self._keep_strengths(changes)

    def _keep_strengths(self, changes: Mapping[str, Any]) -> None:
        """Keep those of the regularisers that are on, for when they are switched off."""
        on = {name: value for name, value in changes.items() if name in REGULARIZERS and value}
        self.strengths = self.strengths.replace(**on)

    def toggle(self, name: str) -> bool:
        """Switch a regulariser off, or on at its kept strength, if that is 0 at the suggested one; whether it is on."""
        on = not getattr(self.hyperparameters, name)
        strength = getattr(self.strengths, name) or REGULARIZERS[name].suggested
        self.trainer.set(**{name: strength if on else 0.0})
        self._keep_strengths({name: strength})
        return on

    def set_strength(self, name: str, value: float) -> None:
        """Keep another strength for a regulariser, and use it at once if it is switched on; 0 switches it off."""
        if getattr(self.hyperparameters, name) or not value:
            self.trainer.set(**{name: value})
        else:
            self.hyperparameters.replace(**{name: value})  # raises InputError for an impossible value
        self.strengths = self.strengths.replace(**{name: value})

    def rebuild(self, changes: Mapping[str, Any], source: str | None = None) -> None:
        """Start a new run with other hyperparameters; if it cannot be built, the old one stays.

        source: another data set. Its run begins with the network that suits it, save for ``changes``, and with the
        regularisers as they are.
        """
        hp, data = self.hyperparameters, self.data
        if source is not None and source != data.source:
            data = self.own_data if source == self.own_data.source else load_dataset(source)
            changes = default_hyperparameters(data) | dict(changes)
        self._succeed(Trainer(data, hp.replace(**changes)))
        self._keep_strengths(asdict(self.hyperparameters))
        self.sample = int(self.trainer.next_batch[0])

    def reset(self, seed: int | None = None) -> None:
        """A new run with the present settings; the same initial weights, or those of another seed.

        Without another seed and at step 0, the ghosts go.
        """
        hp, first = self.hyperparameters, self.trainer.events[:1]
        trainer = Trainer(self.data, hp if seed is None else hp.replace(seed=seed), self.trainer.pattern_targets)
        if seed is None and first and first[0].step == 0 and first[0].parameters is not None:
            trainer.network.parameters[...] = first[0].parameters
        ends_ghosts = seed is None and not self.step_count
        self._succeed(trainer)
        if ends_ghosts:
            self.ghosts = ()

    def _succeed(self, trainer: Trainer) -> None:
        """Take another run in place of the present one, whose series stay if they are on the same data."""
        left = (*self.trainer.ghosts, self.trainer.history) if self.step_count else ()
        self.ghosts = (*self.ghosts, *left)[-MAX_GHOSTS:] if trainer.data is self.trainer.data else ()
        self.trainer, self.path = trainer, ""
        self._saved = trainer, (), 0

    def successor(self) -> "Session":
        """A session like this one, to make another run in, so that the run of this one stays."""
        return copy(self)

    def save(self, path: str) -> None:
        """Write the run file."""
        self.trainer.save(path)
        self.path = path
        self._note_saved()

    def run_text(self) -> bytes:
        """What a run file of the run contains, for one that is written elsewhere."""
        text = encode_record(self.trainer.record())
        self._note_saved()
        return text

    def set_sample(self, sample: int | None) -> None:
        """Look at a training row, or at the batch's mean; raises InputError for a row that does not exist."""
        rows = len(self.data.X_train)
        if sample is not None and not 0 <= sample < rows:
            raise InputError(f"the training samples are 0 to {rows - 1}; there is no {sample}")
        self.sample = sample

    def change_speed(self, by: int) -> str:
        """Choose the next faster or slower speed; a sentence that says which."""
        self.speed = SPEEDS[max(0, min(SPEEDS.index(self.speed) + by, len(SPEEDS) - 1))]
        return "Runs at full speed." if self.speed is None else f"Runs at {self.speed} steps a second."


def walked(batch: NDArray[np.int64], sample: int | None, by: int) -> int:
    """The sample ``by`` places further on in a batch, wrapping around; if it is not there, the first or last one."""
    at = np.flatnonzero(batch == sample)
    place = 0 if by > 0 else len(batch) - 1
    return int(batch[(int(at[0]) + by) % len(batch)] if len(at) else batch[place])
