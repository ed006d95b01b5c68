"""The answer to 'would L2 have done the same?': one of five kinds, and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.search import MatchedStrength

VerdictKind = Literal["could have", "matched but different", "different route", "no match", "undecided"]

CRITERION_NAMES = {"weight_norm": "weight norm", "logit_gap": "logit gap", "nll": "test NLL"}
MAX_SEEDS_NAMED = 10_000
"""A verdict that would need more seeds than this says 'more than'."""


@dataclass(frozen=True)
class Verdict:
    """The answer to a match."""

    kind: VerdictKind
    text: str
    """The sentence that a report begins with."""
    needed: int | None = None
    """About how many seeds would decide what is undecided."""


def judge(remedy: str, strength: MatchedStrength, findings: Sequence[Finding], seeds: int) -> Verdict:
    """The verdict on a match, from its findings on ``seeds`` seeds; "no match" where no strength matches."""
    name, symbol, criterion = REMEDIES[remedy].label, REMEDIES[remedy].symbol, CRITERION_NAMES[strength.criterion]
    if strength.value is None:
        text = (
            f"No match: no {symbol} of {name} from {strength.low:.2g} to {strength.high:.2g} reaches smoothing's "
            f"{criterion} {strength.target:.4g}; the nearest is {strength.reached:.4g} at {symbol} = "
            f"{strength.nearest:.3g}."
        )
        return Verdict("no match", text)
    matched = f"{name} at {symbol} = {strength.value:.3g}, matched on {criterion},"
    predictions = [finding for finding in findings if finding.judged and finding.measure.kind == "prediction"]
    internals = [finding for finding in findings if finding.judged and finding.measure.kind == "internal"]
    different = [finding for finding in predictions if finding.state == "differs"]
    if different:
        return Verdict("matched but different", f"Matched but different: {matched} differs on {_listed(different)}.")
    unsettled = [finding for finding in predictions if finding.state == "open"]
    apart = [finding for finding in internals if finding.state == "differs"]
    if not unsettled and apart:
        text = (
            f"Different route: {matched} predicts equivalently within the margins, but inside the networks are further "
            f"apart than two seeds of smoothing on {_listed(apart)}."
        )
        return Verdict("different route", text)
    unsettled += [finding for finding in internals if finding.state == "open"]
    if unsettled:
        return _undecided(matched, unsettled, seeds)
    if not predictions:
        return Verdict("undecided", f"Undecided: of {matched} nothing could be judged on {seeds} seeds.")
    count = len(predictions) + len(internals)
    text = f"Could have: {matched} is equivalent within the margins on all {count} measures ({seeds} seeds)."
    return Verdict("could have", text)


def _undecided(matched: str, unsettled: Sequence[Finding], seeds: int) -> Verdict:
    names = ", ".join(finding.measure.label for finding in unsettled)
    needed = [finding.needed for finding in unsettled if finding.needed is not None]
    most = max(needed, default=None) if len(needed) == len(unsettled) else None
    about = "more seeds"
    if most is not None:
        about = f"about {most:,}" if most <= MAX_SEEDS_NAMED else f"more than {MAX_SEEDS_NAMED:,}"
    text = (
        f"Undecided: on {names}, {matched} is shown neither equivalent nor different with {seeds} seeds; "
        f"{about} would decide."
    )
    return Verdict("undecided", text, most)


def _listed(findings: Sequence[Finding]) -> str:
    """Each measure with its difference and interval."""
    return ", ".join(_difference(finding) for finding in findings)


def _difference(finding: Finding) -> str:
    label, (mean, low, high) = finding.measure.label, finding.difference
    if finding.measure.pairwise:
        return f"{label} ({mean:.3f} [{low:.3f}, {high:.3f}]; two seeds {finding.floor:.3f})"
    return f"{label} by {mean:+.3g} [{low:+.3g}, {high:+.3g}]"
