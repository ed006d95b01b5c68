"""A frame of the comparison: all that a repaint of the compare screen needs, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lsexplorer.bank.comparison import Comparison, Method, Score
from lsexplorer.run import Deltas, Event, Hyperparameters, NodeDelta, Series


@dataclass(frozen=True)
class CompareFrame:
    """The methods at one step. What stands once for each method is in the methods' order.

    furthest: the last step reached, or the one that is being trained to. sample and node as in a Frame. deltas: the
    delta tables of the next step, for that sample. part: "train" or "test", of which the measures are shown. lost:
    whose numbers have overflowed. rate: steps a second while running freely, else None.
    """

    data_name: str
    class_names: tuple[str, ...]
    sizes: tuple[int, ...]
    methods: tuple[Method, ...]
    step: int
    epoch: float
    furthest: int
    sample: int | None
    sample_row: int
    sample_class: str
    in_batch: bool
    node: str
    deltas: tuple[Deltas, ...]
    scores: tuple[Score, ...]
    history: tuple[Mapping[str, Series], ...]
    part: str
    lost: tuple[bool, ...]
    rate: float | None = None
    events: tuple[Event, ...] = ()

    @property
    def hp(self) -> Hyperparameters:
        """What the methods have in common: the plain one's hyperparameters."""
        return self.methods[0].hyperparameters

    @property
    def nodes(self) -> tuple[NodeDelta, ...]:
        """The selected node's row of each method's delta table."""
        return tuple(deltas.node(self.node) for deltas in self.deltas)

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever the series do."""
        return self.data_name, self.methods, self.step, self.furthest


def make_compare_frame(
    comparison: Comparison, sample: int | None, node: str, part: str, goal: int = 0, rate: float | None = None
) -> CompareFrame:
    """Ask the comparison for all of a frame's parts; goal: the step that is being trained to."""
    data, deltas = comparison.data, comparison.deltas(sample)
    names = [entry.name for entry in deltas[0].nodes]
    return CompareFrame(
        data_name=data.name,
        class_names=data.class_names,
        sizes=comparison.bank.network(0).sizes,
        methods=comparison.methods,
        step=comparison.step_count,
        epoch=comparison.epoch,
        furthest=max(goal, comparison.furthest_step),
        sample=sample,
        sample_row=0 if sample is None else int(data.train_rows[sample]) + 1,
        sample_class="" if sample is None else data.class_names[int(data.y_train[sample])],
        in_batch=sample is not None and bool(np.isin(sample, deltas[0].batch)),
        node=node if node in names else names[0],
        deltas=deltas,
        scores=comparison.scores(),
        history=comparison.history,
        part=part,
        lost=tuple(map(bool, comparison.diverged)),
        rate=rate,
    )
