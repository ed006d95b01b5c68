"""What can be matched to label smoothing: the regularisers, and two means that read the plain network otherwise.

This is the one place that knows the latter. They need no training of their own: the strengths of early stopping are
steps of one plain run, those of temperature scaling divide the logits of its end. They are remedies of a match alone,
not hyperparameters of a run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lsexplorer.nn.regularizers import REGULARIZERS, Regularizer, Settings


class Reading(NamedTuple):
    """How a network is read out."""

    steps: int
    """After how many steps of training."""
    temperature: float = 1.0
    """What divides its logits at test time."""


class Training(NamedTuple):
    """How long networks are trained."""

    steps: int
    steps_per_epoch: int


@dataclass(frozen=True, kw_only=True)
class Readout:
    """A remedy that needs no training of its own: a way of reading the plain network."""

    name: str
    """What the option calls it."""
    label: str
    """In a sentence."""
    short: str
    """In a table's heading: at most 6 characters."""
    symbol: str
    """Its strength in a formula."""
    help: str
    """What it does, in a line."""
    match_range: tuple[float, float] | None = None
    """Strengths that a match searches; None for those from the first step of the run to the last."""
    reading: Callable[[float, Training], Reading]
    """The reading that a strength stands for."""
    strength: Callable[[Reading, Training], float]
    """The strength of a reading."""
    weaker_upwards: bool = False
    """Whether a larger strength changes the plain network less."""
    outputs: tuple[str, ...] = ()
    """The outputs that it goes with; all of them if empty."""
    unchanged: Mapping[str, str] = field(default_factory=dict)
    """The criteria of a match that no strength changes, and why not."""

    @property
    def title(self) -> str:
        """The label at the beginning of a sentence."""
        return self.label[0].upper() + self.label[1:]

    def searched(self, run: Training) -> tuple[float, float]:
        """The strengths that a match of runs like this searches."""
        return self.match_range or (self.strength(Reading(1), run), self.strength(Reading(run.steps), run))

    def misfit(self, settings: Settings) -> str:
        """Why it has no meaning with a network's settings, in a line; '' where it has one."""
        if self.outputs and settings.output not in self.outputs:
            return f"{self.name} goes with output {' or '.join(self.outputs)} alone, got output {settings.output}"
        return ""


Remedy = Regularizer | Readout

READOUTS = (
    Readout(
        name="early_stopping",
        label="early stopping",
        short="early",
        symbol="E",
        help="Early stopping E: training ends after E epochs, whole or not.",
        reading=lambda E, run: Reading(max(1, min(run.steps, round(E * run.steps_per_epoch)))),
        strength=lambda reading, run: reading.steps / run.steps_per_epoch,
        weaker_upwards=True,
    ),
    Readout(
        name="temperature",
        label="temperature scaling",
        short="temp.",
        symbol="T",
        help="Temperature T: z ← z/T in the plain network, at test time.",
        match_range=(1.0, 100.0),
        reading=lambda T, run: Reading(run.steps, T),
        strength=lambda reading, run: reading.temperature,
        outputs=("softmax", "sigmoid"),
        unchanged={"weight_norm": "it divides the logits and leaves the weights as they are"},
    ),
)
REMEDIES: dict[str, Remedy] = {
    **{name: entry for name, entry in REGULARIZERS.items() if entry.match_range},
    **{entry.name: entry for entry in READOUTS},
}
"""All that can be matched to label smoothing, by name, in the order of tables."""


@dataclass(frozen=True)
class NamedRemedy:
    """What somebody else's networks were trained with, of which the name alone is known."""

    name: str

    @property
    def label(self) -> str:
        """In a sentence."""
        return self.name.replace("_", " ")

    @property
    def short(self) -> str:
        """In a table's heading: at most 6 characters."""
        return self.label[:6]

    @property
    def symbol(self) -> str:
        """Its strength in a formula."""
        return "strength"

    @property
    def title(self) -> str:
        """The label at the beginning of a sentence."""
        return self.label[0].upper() + self.label[1:]


def remedy_named(name: str) -> Remedy | NamedRemedy:
    """The entry of a remedy, or what can be said of one that has none."""
    return REMEDIES.get(name) or NamedRemedy(name)
