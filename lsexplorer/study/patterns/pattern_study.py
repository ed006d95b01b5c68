"""A run's hidden layer: all that a report or a screen asks about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar, overload

import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.run import Trainer
from lsexplorer.study.patterns.bits import THRESHOLD, Patterns, confused, find_patterns, pairs, rank_correlation
from lsexplorer.study.patterns.hidden import RANGES, Answers, HiddenLayer
from lsexplorer.study.patterns.neurons import Alone, Dropped, envelope, lost_classes

T = TypeVar("T")
Fill = Literal["zero", "mean"]
"""What takes the place of a neuron's activation: 0, or its mean over the training samples (Morcos et al. 2018)."""


@dataclass(frozen=True)
class RankCorrelations:
    """Spearman's ρ, over all pairs of classes, with how often the two are confused; NaN where either does not vary."""

    hamming: float
    """Of the Hamming distance of their patterns: negative where classes with similar patterns are confused."""
    cosine: float
    """Of the cosine of their mean activations: positive where classes with similar patterns are confused."""


class OnDemand(Sequence[T]):
    """A sequence whose entries are computed on first use: of a thousand neurons a screen shows twenty."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make, self._made = count, make, dict[int, T]()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        at = range(self._count)[index]
        if at not in self._made:
            self._made[at] = self._make(at)
        return self._made[at]


class PatternStudy:
    """A run's hidden layer as it is now: patterns from the training samples, answers on the test samples.

    ``layer`` is its number, 1 for the first, None for the last; a bit is set above ``threshold``. Raises InputError
    where there is no pattern, see HiddenLayer and find_patterns.
    """

    def __init__(self, trainer: Trainer, layer: int | None = None, threshold: float = THRESHOLD) -> None:
        data = self.data = trainer.data
        self.hidden = HiddenLayer(trainer.network, trainer.hyperparameters.activation, layer)
        with np.errstate(all="ignore"):
            self._train = self.hidden.activations(data.X_train)
            self._test = self.hidden.activations(data.X_test)
        self._sums = self.hidden.sums(self._test)
        self.patterns: Patterns = find_patterns(
            self._train, data.y_train, data.class_names, self.hidden.units, self.hidden.activation, threshold
        )

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.data.class_names)

    @cached_property
    def answers(self) -> Answers:
        """What the whole network answers on the test samples."""
        return self.hidden.answers(self._sums, self.data.y_test, self.classes)

    def dropped(self, units: Sequence[int], fill: Fill) -> Dropped:
        """The answers on the test samples with some neurons at 0 or at their means, and the classes lost."""
        sums = self.hidden.without(self._test, self._sums, units, self._fill(fill))
        answers = self.hidden.answers(sums, self.data.y_test, self.classes)
        return Dropped(answers, lost_classes(self.answers, answers))

    @cached_property
    def alone(self) -> Sequence[Alone]:
        """What each neuron predicts while all others are at 0."""
        return OnDemand(len(self.hidden.units), self._alone)

    @cached_property
    def without_one(self) -> dict[Fill, Sequence[Dropped]]:
        """The result of dropping each neuron alone, by what takes its place."""

        def each(fill: Fill) -> Sequence[Dropped]:
            return OnDemand(len(self.hidden.units), lambda unit: self.dropped([unit], fill))

        return {"zero": each("zero"), "mean": each("mean")}

    @cached_property
    def correlations(self) -> RankCorrelations:
        """Whether classes with similar patterns are confused with each other."""
        return self.correlations_of(self.patterns)

    def correlations_of(self, patterns: Patterns) -> RankCorrelations:
        """The same for ``patterns``, which may have another threshold."""
        often = pairs(confused(self.answers.confusion))
        return RankCorrelations(
            *(rank_correlation(pairs(matrix), often) for matrix in (patterns.hamming, patterns.cosine))
        )

    def _alone(self, unit: int) -> Alone:
        hidden = self.hidden
        stretches = None
        if hidden.is_last:
            slopes, offset = hidden.outgoing[unit], hidden.offset
            if len(slopes) == 1:  # a single unit's logit against the first class's, which is 0
                slopes, offset = np.append(0.0, slopes), np.append(0.0, offset)
            stretches = envelope(slopes, offset, RANGES[hidden.activation])
        said = hidden.logits(hidden.alone(self._train[:, unit], unit)).argmax(axis=1)
        return Alone(stretches, np.bincount(said, minlength=self.classes))

    def _fill(self, fill: Fill) -> Array:
        return np.zeros(len(self.hidden.units)) if fill == "zero" else np.asarray(self._train.mean(axis=0))
