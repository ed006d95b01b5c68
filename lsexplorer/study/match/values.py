"""The numbers behind a match's findings, from which anyone can redo the statistics."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lsexplorer.study.match.matching import Match


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


def values_of(match: "Match") -> Iterator[Value]:
    """Every value that a match's findings are computed from, each once."""
    plan, written = match.plan, set[float]()
    for matching in match.matchings.values():
        methods = {
            "plain": ("plain", 0.0),
            "smoothing": ("label_smoothing", plan.smoothing.label_smoothing),
            "remedy": (plan.remedy, matching.strength.value or 0.0),
        }
        for field, (name, strength) in methods.items():
            if (field != "remedy" and written) or (field == "remedy" and strength in written):
                continue
            for values in matching.values:
                for seed, row in zip(match.evaluation, getattr(values, field).tolist(), strict=True):
                    for split, value in enumerate(row):
                        yield Value(name, strength, seed, split, values.measure.name, value)
        if matching.values:
            written.add(methods["remedy"][1])
