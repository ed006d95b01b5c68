"""The answer to 'would L2 have done the same?', in one of five kinds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.search import Strength

VerdictKind = Literal["could have", "matched but different", "different route", "no match", "undecided"]

REMEDY_NAMES = {"l2": "L2", "l1": "L1", "weight_decay": "weight decay"}
CRITERION_NAMES = {"weight_norm": "weight norm", "logit_gap": "logit gap", "nll": "test NLL"}
MANY = 10_000


@dataclass(frozen=True)
class Verdict:
    """kind: one of five. text: the sentence a report begins with. needed: about how many seeds would decide."""

    kind: VerdictKind
    text: str
    needed: int | None = None


def judge(remedy: str, strength: Strength, findings: Sequence[Finding], seeds: int) -> Verdict:
    """The verdict on a match from its findings; findings are not looked at where there is no λ that matches."""
    name, criterion = REMEDY_NAMES[remedy], CRITERION_NAMES[strength.criterion]
    if strength.value is None:
        text = (
            f"No match: no λ of {name} from {strength.low:.2g} to {strength.high:.2g} reaches smoothing's {criterion} "
            f"{strength.target:.4g}; the nearest is {strength.reached:.4g} at λ = {strength.nearest:.3g}."
        )
        return Verdict("no match", text)
    matched = f"{name} at λ = {strength.value:.3g}, matched on {criterion},"
    predictions = [one for one in findings if one.judged and one.measure.kind == "prediction"]
    internals = [one for one in findings if one.judged and one.measure.kind == "internal"]
    different = [one for one in predictions if one.state == "differs"]
    if different:
        return Verdict("matched but different", f"Matched but different: {matched} differs on {_told(different)}.")
    unsettled = [one for one in predictions if one.state == "open"]
    apart = [one for one in internals if one.state == "differs"]
    if not unsettled and apart:
        text = (
            f"Different route: {matched} predicts equivalently within the margins, but inside the networks are further "
            f"apart than two seeds of smoothing on {_told(apart)}."
        )
        return Verdict("different route", text)
    unsettled += [one for one in internals if one.state == "open"]
    if unsettled:
        return _undecided(matched, unsettled, seeds)
    if not predictions:
        return Verdict("undecided", f"Undecided: of {matched} nothing could be judged on {seeds} seeds.")
    count = len(predictions) + len(internals)
    text = f"Could have: {matched} is equivalent within the margins on all {count} measures ({seeds} seeds)."
    return Verdict("could have", text)


def _undecided(matched: str, unsettled: Sequence[Finding], seeds: int) -> Verdict:
    names = ", ".join(one.measure.label for one in unsettled)
    needed = [one.needed for one in unsettled if one.needed is not None]
    most = max(needed, default=None) if len(needed) == len(unsettled) else None
    about = "more seeds" if most is None else f"about {most:,}" if most <= MANY else f"more than {MANY:,}"
    text = (
        f"Undecided: on {names}, {matched} can be told neither equivalent nor different with {seeds} seeds; "
        f"{about} would decide."
    )
    return Verdict("undecided", text, most)


def _told(found: Sequence[Finding]) -> str:
    """Each measure with its difference and interval."""
    return ", ".join(_difference(one) for one in found)


def _difference(one: Finding) -> str:
    mean, low, high = one.difference
    if one.measure.alike:
        return f"{one.measure.label} ({mean:.3f} [{low:.3f}, {high:.3f}]; two seeds {one.floor:.3f})"
    return f"{one.measure.label} by {mean:+.3g} [{low:+.3g}, {high:+.3g}]"
