"""Frames: all that a repaint of a screen needs, frozen, so that no widget reaches into the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.nn.metrics import Evaluation
from lsexplorer.run import Deltas, Event, Hyperparameters, Series, Strengths, Trainer, WeightMoves


@dataclass(frozen=True, kw_only=True)
class RunFrame:
    """What the frames of one run and of several have in common: what is trained, and where it stands."""

    data_name: str
    """The data set's name."""

    class_column: str = ""
    """The class column of a person's own file, '' where there is none."""

    class_names: tuple[str, ...]
    """The classes, in the order of the output nodes."""

    sizes: tuple[int, ...]
    """Units of each layer, inputs first."""

    rows: Mapping[str, int]
    """Rows of the training part and of the test part, "train" and "test"."""

    hp: Hyperparameters
    """Hyperparameters of the run, or those that several have in common."""

    step: int
    """Steps made."""

    epoch: float
    """Passes through the training data."""

    furthest: int
    """The last step of the path."""

    events: tuple[Event, ...] = ()
    """What was changed on the path."""

    sample: int | None
    """The selected training row, or None for the batch's mean."""

    sample_row: int
    """Its row in the source, from 1; 0 for the batch's mean."""

    sample_class: str
    """The name of its class, '' for the batch's mean."""

    in_batch: bool
    """Whether the next step trains on it."""

    node: str
    """The selected node's name."""

    rate: float | None = None
    """Steps a second while running freely, else None."""


@dataclass(frozen=True, kw_only=True)
class Frame(RunFrame):
    """The explorer's run at one step."""

    data_source: str
    """Where the data come from."""

    strengths: Strengths
    """The regularisers' strengths, also of those that are switched off."""

    deltas: Deltas
    """The delta table of the next step."""

    weights: WeightMoves
    """What the next step does to the weights into the selected node."""

    history: Mapping[str, Series]
    """The run's measures so far, by name."""

    ghosts: tuple[Mapping[str, Series], ...]
    """The same of paths that were left."""

    train: Evaluation
    """Measures of the training part at this step."""

    test: Evaluation
    """Measures of the test part at this step."""

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever the run's series do."""
        last = self.history["weight_norm"].values[-1]
        counts = len(self.ghosts), len(self.events)
        return (self.data_name, self.train.loss, self.hp, self.step, self.furthest, *counts, float(last))


def describe_sample(data: Dataset, sample: int | None, batch: NDArray[np.int64]) -> dict[str, Any]:
    """A frame's fields about the selected training row; batch: the rows of the next step."""
    if sample is None:
        return {"sample": None, "sample_row": 0, "sample_class": "", "in_batch": False}
    return {
        "sample": sample,
        "sample_row": int(data.train_rows[sample]) + 1,
        "sample_class": data.class_names[int(data.y_train[sample])],
        "in_batch": sample in batch,
    }


def part_rows(data: Dataset) -> dict[str, int]:
    """A frame's field about the sizes of the parts."""
    return {"train": len(data.y_train), "test": len(data.y_test)}


def make_frame(trainer: Trainer, sample: int | None, node: str, *, strengths: Strengths, rate: float | None) -> Frame:
    """Make a frame of the run as it stands; rate: steps a second of a free run."""
    data = trainer.data
    deltas = trainer.deltas(sample, strengths)
    names = [delta.name for delta in deltas.nodes]
    node = node if node in names else names[0]
    return Frame(
        data_name=data.name,
        data_source=data.source,
        class_column=data.class_column,
        class_names=data.class_names,
        sizes=trainer.network.sizes,
        rows=part_rows(data),
        hp=trainer.hyperparameters,
        strengths=strengths,
        step=trainer.step_count,
        epoch=trainer.epoch,
        furthest=trainer.furthest_step,
        **describe_sample(data, sample, deltas.batch),
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
