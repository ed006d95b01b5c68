"""A frame: all that a repaint of the explorer needs, frozen, so that widgets never reach into the trainer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lsexplorer.nn.metrics import Evaluation
from lsexplorer.run import Deltas, Event, Hyperparameters, Series, Strengths, Trainer, WeightMoves


class Looked(Protocol):
    """What frames of one run and of several have in common: which sample is looked at."""

    @property
    def sample(self) -> int | None:
        """A training row, or None for the batch's mean."""

    @property
    def sample_row(self) -> int:
        """Its row in the source, from 1."""

    @property
    def sample_class(self) -> str:
        """The name of its class."""

    @property
    def in_batch(self) -> bool:
        """Whether the next step trains on it."""


class Moment(Protocol):
    """What they have in common: what is trained, and where it stands."""

    @property
    def data_name(self) -> str:
        """The data set's name."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, inputs first."""

    @property
    def hp(self) -> Hyperparameters:
        """Hyperparameters of the run, or those that several have in common."""

    @property
    def step(self) -> int:
        """Steps made."""

    @property
    def epoch(self) -> float:
        """Passes through the training data."""

    @property
    def furthest(self) -> int:
        """The last step of the path."""

    @property
    def events(self) -> tuple[Event, ...]:
        """What was changed on the path."""

    @property
    def rate(self) -> float | None:
        """Steps a second while running freely, else None."""


@dataclass(frozen=True)
class Frame:
    """The run at one step.

    sample: the training sample looked at, None for the batch's mean; sample_row: its row in the source, from 1.
    node: the selected node's name. weights: the moves of the weights into it. rate: steps a second while running
    freely, else None.
    """

    data_name: str
    data_source: str
    class_names: tuple[str, ...]
    sizes: tuple[int, ...]
    hp: Hyperparameters
    strengths: Strengths
    step: int
    epoch: float
    furthest: int
    sample: int | None
    sample_row: int
    sample_class: str
    in_batch: bool
    deltas: Deltas
    node: str
    weights: WeightMoves
    history: Mapping[str, Series]
    ghosts: tuple[Mapping[str, Series], ...]
    events: tuple[Event, ...]
    train: Evaluation
    test: Evaluation
    rate: float | None = None

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever the run's series do."""
        last = self.history["weight_norm"].values[-1]
        return (self.data_name, self.hp, self.step, self.furthest, len(self.ghosts), len(self.events), float(last))


def make_frame(trainer: Trainer, sample: int | None, node: str, strengths: Strengths, rate: float | None) -> Frame:
    """Ask the trainer for all of a frame's parts."""
    data = trainer.data
    deltas = trainer.deltas(sample, strengths)
    names = [entry.name for entry in deltas.nodes]
    node = node if node in names else names[0]
    return Frame(
        data_name=data.name,
        data_source=data.source,
        class_names=data.class_names,
        sizes=trainer.network.sizes,
        hp=trainer.hyperparameters,
        strengths=strengths,
        step=trainer.step_count,
        epoch=trainer.epoch,
        furthest=trainer.furthest_step,
        sample=sample,
        sample_row=0 if sample is None else int(data.train_rows[sample]) + 1,
        sample_class="" if sample is None else data.class_names[int(data.y_train[sample])],
        in_batch=sample is not None and bool(np.isin(sample, deltas.batch)),
        deltas=deltas,
        node=node,
        weights=deltas.weights(node),
        history=trainer.history,
        ghosts=trainer.ghosts,
        events=trainer.events,
        train=trainer.evaluate("train"),
        test=trainer.evaluate("test"),
        rate=rate,
    )
