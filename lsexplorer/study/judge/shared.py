"""What all networks of a comparison have, and so what is measured of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsexplorer.study.answers.answer import CheckedAnswer
from lsexplorer.study.measures import Need, known_of


@dataclass
class Shared:
    """What all networks of a comparison have."""

    scalars: set[str]
    """The names of the measures that all answers hold."""
    has: set[Need]
    units: int
    """Units of the penultimate layer, 1 where they differ."""

    @classmethod
    def of(cls, answers: Sequence[CheckedAnswer]) -> "Shared":
        """Of answers without their arrays."""
        scalars = set.intersection(*({*answer.scalars} for answer in answers))
        has = set.intersection(*({*known_of(answer)} for answer in answers))
        units = {answer.units for answer in answers}
        if len(units) > 1:
            return cls(scalars, has - {"hidden"}, 1)
        return cls(scalars, has, units.pop())

    @property
    def layers(self) -> int:
        """Layers whose norms are known."""
        return sum(name.startswith("norm_") for name in self.scalars)

    def reduced(self, answer: CheckedAnswer) -> CheckedAnswer:
        """An answer without what others lack."""
        scalars = {name: value for name, value in answer.scalars.items() if name in self.scalars}
        hidden = answer.hidden if "hidden" in self.has else None
        return replace(answer, scalars=scalars, hidden=hidden, units=self.units)
