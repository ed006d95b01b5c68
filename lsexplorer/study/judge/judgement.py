"""The verdict on networks that somebody else trained, whatever they are."""

from dataclasses import dataclass

from lsexplorer.study.match.result import MatchResult, MatchResults

TEST_SHARE = 0.25
"""Test rows over training rows where the training rows are not known."""
TEST_PART = "the test part"
"""What the judged rows are called, whose origin is not known."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Judgement(MatchResult):
    """The result of a match of anyone's networks, known by their answers alone.

    Beside the verdict, it has what a Match has but data and plan. Build one with `criterion_match` for each criterion,
    and `Settings` for what was compared.
    """


class Judgements(MatchResults[Judgement]):
    """The judgements of several remedies against the same networks with label smoothing."""
