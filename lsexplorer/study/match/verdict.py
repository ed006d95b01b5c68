"""The answer to 'would L2 have done the same?': one of five kinds, and sentences that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lsexplorer.nn.remedies import remedy_named
from lsexplorer.study.match.findings import Finding, Scope, needed_for_all
from lsexplorer.study.match.search import MatchedStrength
from lsexplorer.study.stats import MAX_SEEDS

VerdictKind = Literal["could have", "matched but different", "different route", "no match", "undecided"]

CRITERION_NAMES = {"weight_norm": "weight norm", "logit_gap": "logit gap", "nll": "NLL"}


@dataclass(frozen=True)
class Verdict:
    """The answer to a match."""

    kind: VerdictKind
    text: str
    """The sentences that a report begins with: what was compared, whether it is the same, and what to do."""
    needed: int | None = None
    """About how many seeds would decide what is undecided, all of it at once; None where no number would."""


def judge(remedy: str, strength: MatchedStrength, findings: Sequence[Finding], scope: Scope) -> Verdict:
    """The verdict on a match, from its findings; "no match" where no strength matches."""
    entry, criterion = remedy_named(remedy), CRITERION_NAMES[strength.criterion]
    name, symbol = entry.label, entry.symbol
    if strength.value is None and strength.given:
        count = len(strength.lambdas)
        none = f"none of the {count} strengths of {name}" if count > 1 else f"{name} does not reach"
        text = (
            f"No match: {none}{' that are there reaches' if count > 1 else ''} smoothing's {criterion} "
            f"{strength.target:.4g}; {'the nearest' if count > 1 else 'it'} is {strength.reached:.4g} at {symbol} = "
            f"{strength.nearest:.3g}. Train it at other strengths: what differs here may be due to the strength."
        )
        return Verdict("no match", text)
    if strength.value is None:
        reason = f": {strength.reason}" if strength.reason else ""
        text = (
            f"No match: no {symbol} of {name} from {strength.low:.3g} to {strength.high:.3g} reaches smoothing's "
            f"{criterion} {strength.target:.4g}; the nearest is {strength.reached:.4g} at {symbol} = "
            f"{strength.nearest:.3g}. {entry.title} cannot stand in for smoothing here{reason}."
        )
        return Verdict("no match", text)
    matched = f"{name} at {symbol} = {strength.value:.3g}, matched on {criterion},"
    judged = [finding for finding in findings if finding.judged]
    predictions = [finding for finding in judged if finding.measure.kind == "prediction"]
    internals = [finding for finding in judged if finding.measure.kind == "internal"]
    different = [finding for finding in predictions if finding.state == "differs"]
    if different:
        text = f"Matched but different: {matched} is not smoothing: {_listed(different)} ({scope.text})."
        return Verdict("matched but different", f"{text} {_advice(name, different)}")
    unsettled = [finding for finding in predictions if finding.state == "open"]
    apart = [finding for finding in internals if finding.state == "differs"]
    if not unsettled and apart:
        text = (
            f"Different route: {matched} predicts what smoothing does, within the margins, but inside it is another "
            f"network: {_listed(apart)} ({scope.text}). Use either for its predictions."
        )
        return Verdict("different route", text)
    if any(finding.state == "open" for finding in judged):
        return _undecided(matched, judged, scope)
    if not predictions:
        return Verdict("undecided", f"Undecided: of {matched} nothing could be judged ({scope.text}).")
    text = f"Could have: {matched} is the same as smoothing within the margins on all {len(judged)} measures"
    return Verdict("could have", f"{text} ({scope.text}). Use either.")


def _undecided(matched: str, judged: Sequence[Finding], scope: Scope) -> Verdict:
    unsettled = [finding for finding in judged if finding.state == "open"]
    apart = [finding for finding in judged if finding.state == "differs"]
    needed, names = needed_for_all(unsettled, len(judged)), ", ".join(finding.measure.label for finding in unsettled)
    sentences = [
        f"Undecided: on {names}, {matched} is shown neither the same as smoothing nor different ({scope.text}).",
        *([f"Inside it is another network: {_listed(apart)}."] if apart else []),
        _what_would(needed, scope),
    ]
    return Verdict("undecided", " ".join(sentences), needed)


def _what_would(needed: int | None, scope: Scope) -> str:
    """What would decide what is open."""
    if needed is not None:
        return f"About {needed:,} seeds would decide, if the differences are as measured."
    splits = "" if scope.given else "more splits, "
    return f"Not even {MAX_SEEDS:,} seeds would decide: it takes {splits}more test rows or wider margins."


def _advice(remedy: str, different: Sequence[Finding]) -> str:
    """What to use, by who is better at what, and whether one temperature undoes the difference."""
    undone = [finding for finding in different if finding.undone]
    lasting = [finding for finding in different if not finding.undone]
    keep, use = _better_with_smoothing(lasting)
    sentences = []
    if keep and use:
        sentences.append(f"Keep smoothing for its {_names(keep)}; use {remedy} for its {_names(use)}.")
    elif keep:
        sentences.append(f"Keep smoothing: its {_better(keep)}.")
    elif use:
        sentences.append(f"Use {remedy}: its {_better(use)}.")
    elif lasting:
        sentences.append("They answer differently, and neither is shown to be better.")
    if undone:
        by_smoothing, by_remedy = _better_with_smoothing(undone)
        better = [f"smoothing's {_better(by_smoothing)}"] if by_smoothing else []
        better += [f"{remedy}'s {_better(by_remedy)}"] if by_remedy else []
        sentences.append(f"As they stand, {' and '.join(better)}; one temperature undoes the difference.")
    return " ".join(sentences)


def _better_with_smoothing(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings in which smoothing is better, and those in which the remedy is."""
    smoothing, remedy = (
        [finding for finding in findings if finding.measure.better * finding.difference.mean * sign > 0]
        for sign in (-1, 1)
    )
    return smoothing, remedy


def _better(findings: Sequence[Finding]) -> str:
    """By how much the better one is better: 'accuracy is 0.7 points higher, its NLL 0.03 lower'."""
    return ", its ".join(
        f"{finding.measure.label} is {_size(finding)} {'higher' if finding.measure.better > 0 else 'lower'}"
        for finding in findings
    )


def _size(finding: Finding) -> str:
    size = abs(finding.difference.mean)
    return f"{100 * size:.2g} points" if finding.measure.name == "accuracy" else f"{size:.2g}"


def _names(findings: Sequence[Finding]) -> str:
    return " and ".join(finding.measure.label for finding in findings)


def _listed(findings: Sequence[Finding]) -> str:
    """Each measure with its difference and interval."""
    return ", ".join(_difference(finding) for finding in findings)


def _difference(finding: Finding) -> str:
    label, (mean, low, high) = finding.measure.label, finding.difference
    if finding.measure.pairwise:
        ends = (end + finding.smoothing for end in (mean, low, high))
        with_remedy = "{:.3f} [{:.3f}, {:.3f}]".format(*ends)
        return f"{label} {with_remedy}, where two seeds of smoothing have {finding.smoothing:.3f}"
    return f"{label} {mean:+.3g} [{low:+.3g}, {high:+.3g}]"
