"""The run behind the screen: the trainer, what is looked at, and the free run."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import BUILTINS, load_dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters, Strengths, Trainer
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.study.match import Match
from lsexplorer.tui.model.frame import Frame, make_frame
from lsexplorer.tui.model.free_run import take_turns
from lsexplorer.tui.model.until import Until

SPEEDS: tuple[int | None, ...] = (1, 2, 5, 10, 25, 100, 500, None)
"""Steps a second that one can choose; None is as fast as it goes."""


class Session:
    """Everything that actions on the screen do to the run.

    sample: the training row looked at, None for the batch's mean. node: the selected node's name. strengths: the
    regularisers' values, kept while they are switched off. match: the last one that was made. path: the run file that
    the run came from or was saved to, if any. own_data: a data set that one can
    choose beside the built-in ones, at first the run's.
    """

    def __init__(self, trainer: Trainer, path: str = "") -> None:
        self.trainer, self.path = trainer, path
        self.own_data = trainer.data
        self.sample: int | None = int(trainer.next_batch[0])
        self.node = "o1"
        self.strengths = Strengths.of(trainer.hyperparameters)
        self.speed: int | None = None
        self.match: Match | None = None

    def frame(self, rate: float | None = None) -> Frame:
        """All that a repaint needs; rate: steps a second of a free run."""
        return make_frame(self.trainer, self.sample, self.node, self.strengths, rate)

    # Changes

    def toggle(self, name: str) -> bool:
        """Switch a regulariser on at its kept strength, or off; whether it is on now."""
        on = not getattr(self.trainer.hyperparameters, name)
        self.trainer.set(**{name: getattr(self.strengths, name) if on else 0.0})
        return on

    def set_strength(self, name: str, value: float) -> None:
        """Keep another strength for a regulariser, and use it at once if it is switched on; 0 switches it off."""
        if getattr(self.trainer.hyperparameters, name) or not value:
            self.trainer.set(**{name: value})
        else:
            self.trainer.hyperparameters.replace(**{name: value})  # only to refuse what cannot be
        if value:
            self.strengths = self.strengths.replace(**{name: value})

    def change(self, **changes: Any) -> None:
        """Change live hyperparameters together, from the next step on."""
        self.trainer.set(**changes)
        self.keep_strengths()

    @property
    def data_names(self) -> dict[str, str]:
        """The data sets one can choose, source → name: the built-in ones, and the one the session began with."""
        return {self.own_data.source: self.own_data.name} | {name: name for name in BUILTINS}

    def rebuild(self, changes: Mapping[str, Any], source: str | None = None) -> None:
        """Start a new run with other hyperparameters; the old one stays if the new one cannot be.

        source: another data set; its run begins with the network that suits it, save for what is changed, and with the
        regularisers as they are.
        """
        hp, data = self.trainer.hyperparameters, self.trainer.data
        if source is not None and source != data.source:
            data = self.own_data if source == self.own_data.source else load_dataset(source)
            changes = default_hyperparameters(data) | dict(changes)
        self.trainer = Trainer(data, hp.replace(**changes))
        self.keep_strengths()
        self.sample = int(self.trainer.next_batch[0])

    def keep_strengths(self) -> None:
        """Keep the strengths that are in force for when they are switched off."""
        hp = self.trainer.hyperparameters
        now = {name: getattr(hp, name) for name in REGULARIZERS if getattr(hp, name)}
        self.strengths = self.strengths.replace(**now)

    def walk_batch(self, by: int) -> None:
        """Look at the next batch's next sample, or at its first when none of it was looked at."""
        self.sample = walked(self.trainer.next_batch, self.sample, by)

    def set_sample(self, sample: int | None) -> None:
        """Look at a training row, or at the batch's mean; raises InputError for a row there is not."""
        rows = len(self.trainer.data.X_train)
        if sample is not None and not 0 <= sample < rows:
            raise InputError(f"there are training samples 0 to {rows - 1}, no {sample}")
        self.sample = sample

    def change_speed(self, by: int) -> str:
        """Choose the next faster or slower speed; what it is, in words."""
        self.speed = SPEEDS[max(0, min(SPEEDS.index(self.speed) + by, len(SPEEDS) - 1))]
        return "Runs at full speed." if self.speed is None else f"Runs at {self.speed} steps a second."

    def match_of(self, smoothing: Hyperparameters) -> Match | None:
        """The match that was made of these very hyperparameters on this data, if any."""
        found = self.match
        fits = found is not None and found.data is self.trainer.data and found.plan.smoothing == smoothing
        return found if fits else None

    # Running freely

    async def run(self, until: Until, show: Callable[[Frame], None], hurry: bool = False) -> None:
        """Train until the end or until the task is cancelled, showing frames; raises DivergenceError as the trainer.

        hurry: at full speed, whatever speed was chosen.
        """
        trainer = self.trainer
        await take_turns(
            trainer,
            left=lambda: until.steps_left(trainer),
            speed=lambda: None if hurry else self.speed,
            show=lambda rate: show(self.frame(rate)),
        )


def walked(batch: NDArray[np.int64], sample: int | None, by: int) -> int:
    """The sample so many places after ``sample`` in a batch, round about; its first or last one if it is not there."""
    at = np.flatnonzero(batch == sample)
    place = 0 if by > 0 else len(batch) - 1
    return int(batch[(int(at[0]) + by) % len(batch)] if len(at) else batch[place])
