"""What a training function is asked for."""

import math
from dataclasses import dataclass
from typing import Any

from lsexplorer.data.files import name_hint
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.study.jobs.splits import TUNING


@dataclass(frozen=True, init=False, repr=False)
class Recipe:
    """What a network is to be trained with: the strengths of regularisers, a seed, and a split.

    Every regulariser of lsexplorer is an attribute, 0.0 unless it was asked for: ``recipe.label_smoothing``,
    ``recipe.l2``. Recipes are equal, and hash the same, where all of it is.
    """

    seed: int
    """What the first weights, the batches and all else that is random depend on."""
    split: int
    """The number of the split: 0 is the first, and −1 asks for answers on validation rows, on which strengths are
    tuned and which are not judged."""
    on: tuple[tuple[str, float], ...]
    """The regularisers that are on, with their strengths above 0, in the order of `REGULARIZERS`."""

    def __init__(self, *, seed: int = 0, split: int = 0, **strengths: float) -> None:
        """Take a strength for each regulariser that is asked for; raises InputError for what is none."""
        for name, strength in strengths.items():
            if name not in REGULARIZERS:
                raise InputError(f"a recipe has no '{name}': {name_hint(name, list(REGULARIZERS))}")
            if not 0 <= strength < math.inf:
                raise InputError(f"{name} must be a number of 0 or more, got {strength!r:.60}")
        on = tuple((name, float(strengths[name])) for name in REGULARIZERS if strengths.get(name))
        for name, value in {"seed": seed, "split": split, "on": on}.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> float:
        if name in REGULARIZERS:
            return self.strengths.get(name, 0.0)
        raise AttributeError(f"a recipe has no '{name}': {name_hint(name, ['seed', 'split', *REGULARIZERS])}")

    def __repr__(self) -> str:
        settings = {**self.strengths, "seed": self.seed, "split": self.split}
        return f"Recipe({', '.join(f'{name}={value:g}' for name, value in settings.items())})"

    @property
    def strengths(self) -> dict[str, float]:
        """The strengths of the regularisers that are on, by name."""
        return dict(self.on)

    @property
    def is_tuning(self) -> bool:
        """Whether answers are asked for on validation rows: whether the split is −1."""
        return self.split == TUNING

    def replace(self, **changes: Any) -> "Recipe":
        """A copy with some strengths, the seed or the split changed."""
        return Recipe(**{"seed": self.seed, "split": self.split, **self.strengths, **changes})
