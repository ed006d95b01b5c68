"""What is known of a match once it is made, whoever trained its networks, and how its parts come about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lsexplorer.nn.remedies import NamedRemedy, Remedy, remedy_named
from lsexplorer.notebook import Columns, columns_of, html_table
from lsexplorer.study.match.evaluation import Evaluation
from lsexplorer.study.match.findings import MIN_SEEDS, Finding, Scope, Values, findings
from lsexplorer.study.match.notebook import columns_of_findings, plot_match, rows_of_matchings
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.match.verdict import Verdict, judge
from lsexplorer.study.measures import Measure


@dataclass(frozen=True)
class CriterionMatch:
    """The match on one criterion."""

    strength: MatchedStrength
    """The result of the search on the tuning seeds."""
    findings: tuple[Finding, ...]
    """What the evaluation seeds show for each measure; empty where no λ matches."""
    verdict: Verdict
    """The verdict on them."""
    values: tuple[Values, ...] = field(default=(), repr=False)
    """The values that the findings are computed from."""


def criterion_match(
    remedy: str,
    strength: MatchedStrength,
    scope: Scope,
    evaluation: Evaluation | None,
    *,
    arm: int | None,
    measures: Sequence[Measure],
) -> CriterionMatch:
    """The match at a strength; without findings where nothing is measured of its ``arm``, or of too few seeds."""
    values: list[Values] = []
    if arm is not None and evaluation is not None and len(evaluation.seeds) >= MIN_SEEDS:
        values = evaluation.values(measures, arm, paired=scope.own_seeds is None)
    found = findings(values, strength.criterion, scope)
    return CriterionMatch(strength, tuple(found), judge(remedy, strength, found, scope), tuple(values))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What was compared, in words for the reports and as plain values."""

    subject: str
    """What the networks were trained on, or where they come from."""
    remedy: str
    """The name of what was matched to smoothing."""
    criterion: str
    """What the verdict is matched on, one of CRITERIA."""
    label_smoothing: float
    """The smoothing a that was matched."""
    network: str = ""
    """The network in words, where that is known."""
    length: str = ""
    """How long networks were trained, in words."""
    strengths: str = ""
    """Where the strengths come from, in words: "found on 6 other seeds"."""
    steps: int | None = None
    """Training steps of each network, where that is known."""
    planned: tuple[int, int] | None = None
    """Seeds and splits that were to be measured, where that is known."""
    notes: tuple[str, ...] = ()
    """What a report says besides, a sentence or two each."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Further plain values, for JSON: digest, hyperparameters, epochs, tuning_seeds …"""


@dataclass(frozen=True, kw_only=True, repr=False)
class MatchResult:
    """The result of a match, wherever its networks come from."""

    settings: Settings
    """What was compared."""
    matchings: dict[str, CriterionMatch]
    """The match on each criterion that there is, by its name; without "nll" where there are no probabilities."""
    evaluation: tuple[int, ...]
    """The evaluation seeds that were measured."""
    splits: int
    """Splits on which each of them was measured."""
    networks: int
    """Networks trained in all; those of other remedies that were matched with it are not counted."""
    seconds: dict[str, float]
    """Seconds that each part took, by its name, of all remedies that were matched together."""
    complete: bool = True
    """Whether every planned evaluation seed was measured on every planned split."""
    own_seeds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Each method's seeds, by its name, where networks are not paired by seed; empty where they are."""

    def __repr__(self) -> str:
        settings = self.settings
        what = f"{settings.subject!r}, {settings.remedy}, {settings.criterion}"
        return f"{type(self).__name__}({what}: {self.verdict.kind})"

    def _repr_html_(self) -> str:
        return html_table(self.verdict.text, columns_of_findings(self.matching.findings))

    def to_dict(self) -> Columns:
        """Columns for a data frame, a row for each criterion and measure: the numbers of its Finding."""
        return columns_of(rows_of_matchings(self.matchings))

    def plot(self) -> list[Any]:
        """Draw the search for the strength, and the judged differences in units of their margins, with Matplotlib.

        Returns the two axes; raises InputError where Matplotlib is missing.
        """
        return plot_match(self.matchings, self.settings.criterion, self.remedy)

    @property
    def remedy(self) -> Remedy | NamedRemedy:
        """What was matched to smoothing."""
        return remedy_named(self.settings.remedy)

    @property
    def matching(self) -> CriterionMatch:
        """The match on the criterion that was asked for."""
        return self.matchings[self.settings.criterion]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the criterion that was asked for."""
        return self.matching.verdict

    @property
    def strengths(self) -> dict[str, MatchedStrength]:
        """The results of the search, by criterion."""
        return {name: matching.strength for name, matching in self.matchings.items()}

    def seeds_of(self, method: str) -> tuple[int, ...]:
        """The seeds on which a method was measured."""
        return self.own_seeds.get(method, self.evaluation)

    @property
    def ratio(self) -> float | None:
        """The largest matched λ over the smallest; None where fewer than two criteria are met."""
        values = [strength.value for strength in self.strengths.values() if strength.value is not None]
        return max(values) / min(values) if len(values) > 1 else None


R = TypeVar("R", bound=MatchResult)


@dataclass(frozen=True, repr=False)
class MatchResults(Generic[R]):
    """The results of matches of several remedies to the same networks with label smoothing."""

    matches: dict[str, R]
    """By remedy."""
    left_out: dict[str, str]
    """Why other remedies were not matched, by their names."""
    networks: int
    """Networks trained in all."""

    def __repr__(self) -> str:
        verdicts = ", ".join(f"{name}: {match.verdict.kind}" for name, match in self.matches.items())
        return f"{type(self).__name__}({verdicts})"

    def _repr_html_(self) -> str:
        rows = [
            {"remedy": name, "strength": match.matching.strength.value, "verdict": match.verdict.text}
            for name, match in self.matches.items()
        ]
        return html_table(f"Matched on {self.first.settings.criterion}", columns_of(rows))

    def to_dict(self) -> Columns:
        """Columns for a data frame: those of each match one below the other, with its remedy as method."""
        matchings = {name: match.matchings for name, match in self.matches.items()}
        return columns_of([{"method": name} | row for name in matchings for row in rows_of_matchings(matchings[name])])

    @property
    def is_single(self) -> bool:
        """Whether they are of one remedy."""
        return len(self.matches) == 1

    @property
    def first(self) -> R:
        """The match of the first remedy."""
        return next(iter(self.matches.values()))
