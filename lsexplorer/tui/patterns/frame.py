"""A pattern frame: all that a repaint of the patterns screen needs, frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsexplorer.nn.arrays import Array
from lsexplorer.run import Trainer
from lsexplorer.study.patterns.bits import Patterns
from lsexplorer.study.patterns.hidden import Answers
from lsexplorer.study.patterns.neurons import Alone, Dropped
from lsexplorer.study.patterns.pattern_study import Fill, PatternStudy, RankCorrelations


@dataclass(frozen=True, eq=False)
class PatternFrame:
    """A hidden layer with some neurons silenced.

    unit: the selected neuron. now: what the network answers with ``silenced`` at ``fill``; answers: with none. incoming
    and bias: the selected neuron's weights (fan_in,); sources: what comes in through each. image_shape: (height, width)
    where what comes in is a picture.
    """

    network: str
    step: int
    layer: int
    layers: int
    patterns: Patterns
    answers: Answers
    alone: Sequence[Alone]
    without_one: Mapping[Fill, Sequence[Dropped]]
    correlations: RankCorrelations
    unit: int
    silenced: frozenset[int]
    fill: Fill
    now: Dropped
    incoming: Array
    bias: float
    sources: tuple[str, ...]
    image_shape: tuple[int, int] | None

    @property
    def names(self) -> tuple[str, ...]:
        """The classes."""
        return self.patterns.class_names

    @property
    def unit_name(self) -> str:
        """The selected neuron's name."""
        return self.patterns.units[self.unit]

    @property
    def silenced_names(self) -> str:
        """The silenced neurons' names, the first of them where there are many."""
        units = [self.patterns.units[unit] for unit in sorted(self.silenced)]
        return ", ".join(units[:8]) + (f" and {len(units) - 8} more" if len(units) > 8 else "")


def make_pattern_frame(
    trainer: Trainer, study: PatternStudy, patterns: Patterns, unit: int, silenced: frozenset[int], fill: Fill
) -> PatternFrame:
    """Ask the study for all of a frame's parts; patterns: the study's own, or those with another threshold."""
    data, hidden = trainer.data, study.hidden
    first = hidden.layer == 1
    below = hidden.incoming.shape[0]
    return PatternFrame(
        network=f"{data.name} {'-'.join(map(str, trainer.network.sizes))} {hidden.activation}",
        step=trainer.step_count,
        layer=hidden.layer,
        layers=hidden.layers,
        patterns=patterns,
        answers=study.answers,
        alone=study.alone,
        without_one=study.without_one,
        correlations=study.correlations_of(patterns),
        unit=unit,
        silenced=silenced,
        fill=fill,
        now=study.dropped(sorted(silenced), fill),
        incoming=hidden.incoming[:, unit],
        bias=float(hidden.bias[unit]),
        sources=data.feature_names if first else tuple(f"h{hidden.layer - 1}.{i + 1}" for i in range(below)),
        image_shape=data.image_shape if first else None,
    )
