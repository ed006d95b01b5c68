"""The numbers behind a match's findings, from which anyone can redo the statistics."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from lsexplorer.nn.arrays import Array
    from lsexplorer.study.match.result import MatchResult

PLAIN, SMOOTHING = "plain", "label_smoothing"


class Value(NamedTuple):
    """A measure of one network; its fields are the columns of the file."""

    method: str
    """plain, label_smoothing, or the remedy."""
    strength: float
    seed: int
    split: int
    """From 0, the data's own; where the data came with their test part, a group of its rows."""
    measure: str
    value: float
    """Of a pairwise measure, the mean over the pairs of a network with smoothing and one of the method, of different
    seeds, that this seed is in."""


Layouts = dict[str, "Array"]
"""Values (seeds, splits) by measure."""


def _methods(match: "MatchResult") -> Iterator[tuple[str, float, Layouts]]:
    """Each method and strength once, with its values."""
    for i, matching in enumerate(one for one in match.matchings.values() if one.values):
        if i == 0:
            plain = {values.measure.name: values.plain for values in matching.values}
            if any(np.isfinite(layout).any() for layout in plain.values()):
                yield PLAIN, 0.0, plain
            smoothed = {values.measure.name: values.smoothing for values in matching.values}
            yield SMOOTHING, match.settings.label_smoothing, smoothed
        yield (
            match.settings.remedy,
            matching.strength.nearest,
            {values.measure.name: values.remedy for values in matching.values},
        )


def values_of(match: "MatchResult") -> Iterator[Value]:
    """Every value that a match's findings are computed from."""
    for method, strength, layouts in _methods(match):
        for measure, layout in layouts.items():
            for seed, row in zip(match.seeds_of(method), layout.tolist(), strict=True):
                for split, value in enumerate(row):
                    yield Value(method, strength, seed, split, measure, value)


def values_by_method(match: "MatchResult") -> list[dict[str, object]]:
    """The same in plain values: for each method and strength, each measure's values by seed and split."""
    return [
        {"method": method, "strength": strength, "values": {name: layout.tolist() for name, layout in layouts.items()}}
        for method, strength, layouts in _methods(match)
    ]
