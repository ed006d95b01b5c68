"""The patterns screen's frame: all that a repaint needs, frozen."""

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
    """A hidden layer with some neurons silenced."""

    network: str
    """Data, layers and activation, in words."""

    step: int
    layer: int
    """Number of the hidden layer, from 1."""

    layers: int
    patterns: Patterns
    answers: Answers
    """Predictions with no neuron silenced."""

    alone: Sequence[Alone]
    """What each neuron predicts if all others are at 0."""

    without_one: Mapping[Fill, Sequence[Dropped]]
    """Predictions without each neuron, for each fill."""

    correlations: RankCorrelations
    unit: int
    """The selected neuron."""

    silenced: frozenset[int]
    fill: Fill
    """What takes the place of a silenced neuron's activation."""

    now: Dropped
    """Predictions with ``silenced`` at ``fill``."""

    incoming: Array
    """Weights into the selected neuron, (fan_in,)."""

    bias: float
    """The selected neuron's bias."""

    sources: tuple[str, ...]
    """What comes in through each weight."""

    image_shape: tuple[int, int] | None
    """(height, width) if the weights are those of an image's pixels."""

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
    """Make a frame; patterns: the study's own, or those at another threshold."""
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
