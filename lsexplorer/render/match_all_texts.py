"""Matches of several remedies in words: one sentence that answers the article, and a table with a row a remedy."""

import math
from collections.abc import Sequence

from lsexplorer.render.match_texts import strengths_text
from lsexplorer.render.numbers import format_measure
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.result import MatchResult, MatchResults, R
from lsexplorer.study.match.verdict import CRITERION_NAMES, VerdictKind

Row = tuple[str, ...]

COLUMNS = {
    "weight_norm": "norm",
    "logit_gap": "gap",
    "accuracy": "acc.",
    "nll": "NLL",
    "nll_scaled": "scaled",
    "ece": "ECE",
    "agreement": "agree",
}
"""The measures of the table, and their headings."""
NARROW = ("logit_gap", "accuracy", "nll")
"""Those of a narrow one."""
MARKS = {"same": " =", "differs": " ≠", "open": " ?", "": "  "}
NOTE = (
    "Means over seeds and splits. = shown to be the same as smoothing's within the margin, ≠ shown to be outside it, "
    "? neither, no mark: not judged. Scaled: NLL after temperature scaling. Agree: the share of test rows that "
    "smoothing's networks of other seeds answer alike."
)


def answer(matches: MatchResults[R]) -> str:
    """Which remedies do what label smoothing does, and which do not, in a sentence."""
    settings = matches.first.settings
    criterion = CRITERION_NAMES[settings.criterion]
    by_kind: dict[VerdictKind, list[str]] = {}
    for match in matches.matches.values():
        by_kind.setdefault(match.verdict.kind, []).append(match.remedy.label)
    could = by_kind.get("could have")
    who = listed(could) if could else "none of the remedies is shown to be one that"
    said = [f"On {settings.subject}, matched on {criterion}, {who} could have done what label smoothing a = "
            f"{settings.label_smoothing:g} does"]  # fmt: skip
    endings: dict[VerdictKind, str] = {
        "different route": "would have predicted the same from another network",
        "matched but different": "would have predicted something else",
        "no match": f"cannot be brought to its {criterion}",
        "undecided": "can be told neither way with these networks",
    }
    said += [f"{listed(by_kind[kind])} {ending}" for kind, ending in endings.items() if kind in by_kind]
    return "; ".join(said) + "."


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: 'L2, L1 and z-loss'."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def settings_lines(matches: MatchResults[R]) -> list[str]:
    """What is compared, and what was left out."""
    first, settings = matches.first, matches.first.settings
    parts = (settings.subject, settings.network, settings.length, f"strengths {strengths_text(first)}")
    left_out = [f"Left out: {reason}." for reason in matches.left_out.values()]
    return [" · ".join(part for part in parts if part), *left_out]


def table(matches: MatchResults[R], wide: bool) -> list[Row]:
    """The headings and a row for plain training, for smoothing and for each remedy."""
    names = list(COLUMNS) if wide else list(NARROW)
    measured = [match for match in matches.matches.values() if _findings(match)]
    rows: list[Row] = []
    if measured:
        known = _findings(measured[0])
        for method in ("plain", "smoothing"):
            values = [_number(getattr(known[name], method)) if name in known else "" for name in names]
            if any(values):  # plain training need not be there
                rows.append((method, "", *(value and f"{value}  " for value in values), ""))
    for match in matches.matches.values():
        strength, found = match.matching.strength, _findings(match)
        value = "none" if strength.value is None else f"{match.remedy.symbol} = {strength.value:.3g}"
        cells = (_number(found[name].remedy) + MARKS[found[name].state] if name in found else "" for name in names)
        rows.append((match.remedy.label, value, *cells, match.verdict.kind))
    return [("", "strength", *(f"{COLUMNS[name]}  " for name in names), "verdict"), *rows]


def _number(value: float) -> str:
    """Four significant digits, or three decimals below 1; NaN is empty."""
    return format_measure(value) if math.isnan(value) or abs(value) >= 1 else f"{value:.3f}"


def _findings(match: MatchResult) -> dict[str, Finding]:
    """The findings of the criterion that was asked for, by measure."""
    return {finding.measure.name: finding for finding in match.matching.findings}
