"""What a script has to train: a run's settings, those that change on the way, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lsexplorer.errors import InputError
from lsexplorer.nn import norms
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.share import share_text

FOLLOWED = ("learning_rate", "margin", *REGULARIZERS)
"""Hyperparameters whose changes on the way a script can follow."""


@dataclass(frozen=True)
class FollowedRun:
    """A run in plain values."""

    name: str
    """Of the data."""
    hp: Hyperparameters
    """In force at step 0."""
    changes: Mapping[int, Mapping[str, Any]]
    """By the steps made before them, what changes."""
    sizes: tuple[int, ...]
    """Units of each layer, inputs first."""
    classes: int
    """K."""
    soft_rows: bool
    """Whether every row has soft targets of its own."""
    steps: int
    accuracy: float
    """Of the test part, at the end."""
    norm: float
    """√Σw² of all weights, at the end."""
    text: str
    """What opens the run again, '' where no text can."""

    @classmethod
    def of(cls, trainer: Trainer) -> "FollowedRun":
        """The values of a run as it stands; raises InputError for one that no script can follow."""
        record, data = trainer.record(), trainer.data
        changes: dict[int, dict[str, Any]] = {}
        for event in record.events:
            if event.step == record.steps:  # made after the last step
                continue
            if event.parameters is not None:
                raise InputError(
                    f"weights were set by hand at step {event.step}, which a script cannot follow: "
                    "export the run before it, or a new one"
                )
            for name in event.changes:
                if name not in FOLLOWED:
                    raise InputError(
                        f"{name} changes at step {event.step}, which a script cannot follow: "
                        f"export a run that has one {name} from step 0 on"
                    )
            changes[event.step] = {name: new for name, (_, new) in event.changes.items()}
        return cls(
            name=data.name,
            hp=record.hyperparameters,
            changes=changes,
            sizes=trainer.network.sizes,
            classes=len(data.class_names),
            soft_rows=data.soft_train is not None,
            steps=record.steps,
            accuracy=trainer.evaluate("test").accuracy,
            norm=float(norms.total(trainer.network.weights)),
            text=share_text(trainer) if data.source else "",
        )

    @property
    def layers(self) -> list[tuple[int, int]]:
        """Inputs and outputs of each layer."""
        return list(pairwise(self.sizes))

    @property
    def is_single_unit(self) -> bool:
        """Whether one output stands for two classes."""
        return self.sizes[-1] == 1

    @property
    def changing(self) -> set[str]:
        """The hyperparameters that change on the way."""
        return {name for changed in self.changes.values() for name in changed}

    def on(self, name: str) -> bool:
        """Whether a regulariser is on at any time."""
        return bool(getattr(self.hp, name)) or name in self.changing

    def value(self, name: str) -> str:
        """How the script writes a hyperparameter's value: a constant, or an entry of ``hp`` if it changes."""
        return f'hp["{name}"]' if name in self.changing else name.upper()
