"""What the evaluation of a match measures, gathered from its jobs: numbers by arm, seed and split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.nn.arrays import Array
from lsexplorer.study.jobs.arms import ArmsTask
from lsexplorer.study.match.findings import Values, of_pairs, of_samples
from lsexplorer.study.measures import Measure, Measured, joined, pick, rows_kept
from lsexplorer.study.pairs import Compared, all_pairs, on_rows
from lsexplorer.study.stats import group_values

PLAIN, SMOOTHING = 0, 1
"""The numbers of the arms that all remedies share."""


class SplitNumbers:
    """What was measured of every arm on some seeds of one split; the networks themselves are not kept.

    Where groups of rows were left out, a measure has a value for each group (see stats.group_values), else one.
    """

    def __init__(self, seeds: tuple[int, ...], arms: Sequence[Measured | None]) -> None:
        """Take each arm's networks, one a seed, or others of its own; None for a method that is not there."""
        smoothing = arms[SMOOTHING]
        assert smoothing is not None
        self.seeds = seeds
        self.scalars = {
            name: [_scalars(arm, smoothing, name, len(seeds)) for arm in arms] for name in smoothing.scalars
        }
        """The measures of single networks by name, each arm's (seeds, columns)."""
        kept = rows_kept(len(smoothing.logits)) if smoothing.without else []
        with one_blas_thread():
            whole = _pairs(arms)
            without = [_pairs(arms, rows) for rows in kept]
        self.likeness = {
            name: [_split_first(whole[name][arm], [part[name][arm] for part in without]) for arm in range(len(arms))]
            for name in whole
        }
        """The pairwise measures of smoothing's network i with an arm's network j, each arm's (columns, i, j)."""


def _scalars(arm: Measured | None, like: Measured, name: str, seeds: int) -> Array:
    """A measure of an arm's networks (seeds, columns); NaN where it is not there."""
    columns = len(like.without[name]) if name in like.without else 1
    if arm is None:
        return np.full((seeds, columns), np.nan)
    return _columns(arm.scalars[name], np.ascontiguousarray(arm.without[name].T) if name in arm.without else None)


def _pairs(arms: Sequence[Measured | None], rows: NDArray[np.bool_] | None = None) -> dict[str, list[Array]]:
    """The pairwise measures (i, j) of each arm by name, on some of the rows; NaN for a method that is not there."""

    def compared(arm: Measured) -> Compared:
        return Compared.of(arm if rows is None else on_rows(arm, rows))

    smoothing = arms[SMOOTHING]
    assert smoothing is not None
    first = compared(smoothing)
    own = all_pairs(first, first)
    nothing = {name: np.full_like(values, np.nan) for name, values in own.items()}
    pairs = []
    for arm in arms:
        if arm is smoothing:
            pairs.append(own)
        else:
            pairs.append(nothing if arm is None else all_pairs(first, compared(arm)))
    return {name: [of_arm[name] for of_arm in pairs] for name in own}


def _split_first(whole: Array, without: Sequence[Array]) -> Array:
    """A pairwise measure as (columns, i, j), from (i, j) and the same without each of some groups of rows, if any."""
    return np.moveaxis(_columns(whole, np.stack(without, -1) if without else None), -1, 0)


def _columns(whole: Array, without: Array | None) -> Array:
    """Values (…, columns) of a measure (…), from those without each of some groups of rows (…, groups) if there are."""
    if without is None:
        return whole[..., None]
    return group_values(whole.ravel(), without.reshape(-1, without.shape[-1])).reshape(without.shape)


@dataclass(frozen=True)
class Evaluation:
    """All that was measured of every arm on the same seeds and splits."""

    seeds: tuple[int, ...]
    splits: int
    scalars: dict[str, list[Array]]
    """The measures of single networks by name, each arm's (seeds, columns): a column is a split or a group of rows."""
    likeness: dict[str, list[Array]]
    """The pairwise measures of smoothing's network i with an arm's network j, each arm's (columns, i, j)."""

    @classmethod
    def of(cls, splits: Sequence[SplitNumbers]) -> "Evaluation":
        """The numbers of some splits, all with the same arms and seeds."""
        first = splits[0]
        return cls(
            first.seeds,
            len(splits),
            {name: _joined([split.scalars[name] for split in splits], axis=-1) for name in first.scalars},
            {name: _joined([split.likeness[name] for split in splits], axis=0) for name in first.likeness},
        )

    def values(self, known: Sequence[Measure], arm: int, *, paired: bool = True) -> list[Values]:
        """The Values of each known measure that there is, with an arm as the remedy.

        paired: whether networks of all methods are paired by seed; else each method has seeds of its own.
        """
        methods, values = (PLAIN, SMOOTHING, arm), []
        gathered = of_pairs if paired else of_samples
        for measure in known:
            if measure.pairwise and measure.name in self.likeness:
                values.append(gathered(measure, *(self.likeness[measure.name][method] for method in methods)))
            elif measure.name in self.scalars:
                values.append(Values(measure, *(self.scalars[measure.name][method] for method in methods)))
        return values


def _joined(splits: Sequence[list[Array]], axis: int) -> list[Array]:
    """Each arm's values on all splits, from those of each split."""
    # In one memory order whatever the parts have: sums depend on it.
    return [np.concatenate([*map(np.ascontiguousarray, parts)], axis=axis) for parts in zip(*splits, strict=True)]


def _put_together(parts: Sequence[tuple[ArmsTask[Any], Measured]]) -> SplitNumbers:
    """The numbers of the seeds on which every arm of a split is measured."""
    by_arm: dict[int, list[tuple[tuple[int, ...], Measured]]] = {}
    for task, measured in parts:
        for k in range(len(task.arms)):
            own = list(range(k * len(task.seeds), (k + 1) * len(task.seeds)))
            by_arm.setdefault(task.first + k, []).append((task.seeds, pick(measured, own)))
    trained = [[seed for seeds, _ in by_arm[arm] for seed in seeds] for arm in sorted(by_arm)]
    seeds = tuple(sorted(set.intersection(*map(set, trained))))
    arms = [
        pick(joined([measured for _, measured in by_arm[arm]]), [known.index(seed) for seed in seeds])
        for arm, known in zip(sorted(by_arm), trained, strict=True)
    ]
    return SplitNumbers(seeds, arms)


class Gathering:
    """Takes the results of a match's jobs as they come in; of a split that is complete only numbers are kept."""

    def __init__(self, tasks: Sequence[ArmsTask[Any]]) -> None:
        self._missing: dict[int, int] = {}
        for task in tasks:
            self._missing[task.split] = self._missing.get(task.split, 0) + 1
        self._arms = max((task.first + len(task.arms) for task in tasks), default=0)
        self._parts: dict[int, list[tuple[ArmsTask[Any], Measured]]] = {}
        self._complete: dict[int, SplitNumbers] = {}

    def add(self, task: ArmsTask[Any], measured: Measured) -> None:
        """Take the result of a job."""
        self._parts.setdefault(task.split, []).append((task, measured))
        self._missing[task.split] -= 1
        if not self._missing[task.split]:
            self._complete[task.split] = _put_together(self._parts.pop(task.split))

    def result(self) -> Evaluation | None:
        """What there is: all seeds on the splits that are complete, or if there are none, the split with most seeds."""
        splits = [self._complete[split] for split in sorted(self._complete)]
        if not splits:
            begun = [_put_together(parts) for parts in self._parts.values() if self._has_every_arm(parts)]
            splits = [max(begun, key=lambda split: len(split.seeds))] if begun else []
        if not splits or not splits[0].seeds:
            return None
        return Evaluation.of(splits)

    def _has_every_arm(self, parts: Sequence[tuple[ArmsTask[Any], Measured]]) -> bool:
        return len({task.first + k for task, _ in parts for k in range(len(task.arms))}) == self._arms
