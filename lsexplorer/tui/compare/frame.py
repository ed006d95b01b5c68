"""The compare screen's frame: all that a repaint needs, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass

from lsexplorer.bank.comparison import Comparison, Method, Score
from lsexplorer.run import Deltas, NodeDelta, Series
from lsexplorer.tui.model.frame import RunFrame, describe_sample, part_rows


@dataclass(frozen=True, kw_only=True)
class CompareFrame(RunFrame):
    """The methods at one step; ``furthest`` may also be the step that is being trained to.

    Every field that has an item for each method has them in the methods' order.
    """

    methods: tuple[Method, ...]
    """The methods compared, the plain one first."""

    deltas: tuple[Deltas, ...]
    """The delta tables of the next step."""

    scores: tuple[Score, ...]
    """Measures at this step."""

    history: tuple[Mapping[str, Series], ...]
    """Measures so far, by name."""

    part: str
    """"train" or "test": the part of the data whose measures are shown."""

    lost: tuple[bool, ...]
    """Whether the method's numbers have overflowed."""

    @property
    def nodes(self) -> tuple[NodeDelta, ...]:
        """The selected node's row of each method's delta table."""
        return tuple(deltas.node(self.node) for deltas in self.deltas)

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever the series do."""
        return self.data_name, self.methods, self.step, self.furthest


def make_compare_frame(
    comparison: Comparison,
    sample: int | None,
    node: str,
    *,
    part: str,
    goal: int = 0,
    rate: float | None = None,
) -> CompareFrame:
    """Make a frame of the comparison as it stands; goal: the step that is being trained to."""
    data, deltas = comparison.data, comparison.deltas(sample)
    names = [delta.name for delta in deltas[0].nodes]
    return CompareFrame(
        data_name=data.name,
        class_column=data.class_column,
        class_names=data.class_names,
        sizes=comparison.bank.network(0).sizes,
        rows=part_rows(data),
        hp=comparison.methods[0].hyperparameters,
        methods=comparison.methods,
        step=comparison.step_count,
        epoch=comparison.epoch,
        furthest=max(goal, comparison.furthest_step),
        **describe_sample(data, sample, deltas[0].batch),
        node=node if node in names else names[0],
        deltas=deltas,
        scores=comparison.scores(),
        history=comparison.history,
        part=part,
        lost=tuple(map(bool, comparison.diverged)),
        rate=rate,
    )
