"""The verdict on networks that somebody else trained, whatever they are."""

from dataclasses import dataclass, field

from lsexplorer.study.match.result import MatchResult, MatchResults


@dataclass(frozen=True, kw_only=True, repr=False)
class Judgement(MatchResult):
    """The result of a match of anyone's networks, known by their answers alone.

    Beside the verdict, it has what a Match has but data and plan. Build one with `criterion_match` for each criterion,
    and `Settings` for what was compared.
    """

    own_seeds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Each method's seeds, by its name, where networks are not paired by seed; empty where they are."""


class Judgements(MatchResults[Judgement]):
    """The judgements of several remedies against the same networks with label smoothing."""
