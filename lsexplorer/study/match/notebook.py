"""What a notebook shows of a match: its findings as columns, and charts."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lsexplorer.nn.remedies import NamedRemedy, Remedy
from lsexplorer.notebook import Columns, columns_of, new_axes
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.verdict import CRITERION_NAMES

if TYPE_CHECKING:
    from lsexplorer.study.match.result import CriterionMatch


def columns_of_findings(findings: Iterable[Finding]) -> Columns:
    """A row for each finding."""
    return columns_of([_row(finding) for finding in findings])


def rows_of_matchings(matchings: Mapping[str, "CriterionMatch"]) -> list[dict[str, Any]]:
    """A row for each criterion and finding; one for a criterion without findings."""
    return [
        {"criterion": name, "strength": matching.strength.value, "verdict": matching.verdict.kind} | row
        for name, matching in matchings.items()
        for row in (list(map(_row, matching.findings)) or [{}])
    ]


def _row(finding: Finding) -> dict[str, Any]:
    difference = finding.difference
    return {
        "measure": finding.measure.name,
        "plain": finding.plain,
        "smoothing": finding.smoothing,
        "remedy": finding.remedy,
        "difference": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "margin": finding.margin,
        "state": finding.state,
        "p": finding.p,
        "seeds": finding.n,
    }


def plot_match(matchings: Mapping[str, "CriterionMatch"], criterion: str, remedy: Remedy | NamedRemedy) -> list[Any]:
    """The search for the strength, and the judged differences on one criterion in units of their margins."""
    search, differences = axes = new_axes(2)
    for name, matching in matchings.items():
        strength = matching.strength
        ratio = [value / strength.target for value in strength.curve] if strength.target else []
        (line,) = search.plot(strength.lambdas[: len(ratio)], ratio, marker=".", label=CRITERION_NAMES[name])
        if strength.value is not None:
            search.axvline(strength.value, color=line.get_color(), linestyle=":")
    search.axhline(1.0, color="grey", linewidth=0.8)
    search.set(
        xscale="log", yscale="log", xlabel=f"{remedy.symbol} of {remedy.label}", ylabel="over its value under smoothing"
    )
    search.legend()
    judged = [finding for finding in matchings[criterion].findings if finding.judged and finding.margin]
    for place, finding in enumerate(judged):
        mean, low, high = (end / (finding.margin or 1.0) for end in finding.difference)
        differences.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color="C0", capsize=3)
    differences.axvspan(-1.0, 1.0, color="grey", alpha=0.2)
    differences.set_yticks(range(len(judged)), [finding.measure.label for finding in judged])
    differences.invert_yaxis()
    differences.set(xlabel=f"{remedy.short} − smoothing, in margins", title=matchings[criterion].verdict.kind)
    return axes
