"""A match in words: sentences and rows of tables, for the terminal, Markdown and the screen."""

import math

from lsexplorer.render.numbers import format_measure, format_seconds
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.result import MatchResult
from lsexplorer.study.match.verdict import CRITERION_NAMES

STATES = {"same": "equivalent", "differs": "differs", "open": "undecided", "": ""}
MAX_RATIO = 1.5
"""Strengths that differ by no more than this factor are called close."""

Row = tuple[str, ...]


def settings_line(match: MatchResult) -> str:
    """What is compared, in a line."""
    settings, remedy = match.settings, match.remedy
    methods = f"smoothing a = {settings.label_smoothing:g} against {remedy.label}"
    return " · ".join(
        part
        for part in (
            settings.subject,
            settings.network,
            methods,
            settings.length,
            f"{remedy.symbol} {strengths_text(match)}",
        )
        if part
    )


def strengths_text(match: MatchResult) -> str:
    """Where strengths come from, and on what the methods are measured."""
    return f"{match.settings.strengths}, measured on {measured_on(match)}"


def measured_on(match: MatchResult) -> str:
    """The seeds and splits: "12 seeds on 8 splits"; and what was planned, where that was interrupted."""
    splits = f"{match.splits} splits" if match.splits > 1 else "one split"
    planned, seeds = match.settings.planned, f"{len(match.evaluation)} seeds on {splits}"
    if match.own_seeds:
        others = f"{len(match.seeds_of(match.settings.remedy))} others of {match.remedy.label}"
        return f"{len(match.evaluation)} seeds of smoothing and {others}, on {splits}"
    if match.complete or planned is None:
        return seeds
    return f"{seeds}, of {planned[0]} on {planned[1]}: interrupted"


def strength_rows(match: MatchResult) -> list[Row]:
    """A row for each criterion: name, value under smoothing, matched strength, value reached, verdict."""
    rows: list[Row] = []
    for name, matching in match.matchings.items():
        strength = matching.strength
        value = "none" if strength.value is None else f"{strength.value:.3g}"
        if len(strength.solutions) > 1:
            value += f" ({strength.branch}; also {strength.solutions[1]:.3g})"
        elif strength.branch == "rising":
            value += " (rising)"
        mark = "▸ " if name == match.settings.criterion else "  "
        target, reached = format_measure(strength.target), format_measure(strength.reached)
        rows.append((mark + CRITERION_NAMES[name], target, value, reached, matching.verdict.kind))
    return rows


def ratio_line(match: MatchResult) -> str:
    """How far apart the strengths are that several criteria ask for."""
    symbol = match.remedy.symbol
    if match.ratio is None:
        return f"No {symbol} reaches more than one of them."
    if match.ratio == 1:
        return f"It is the same {symbol} wherever one matches."
    if match.ratio <= MAX_RATIO:
        return f"The matched values of {symbol} are within a factor of {match.ratio:.3g}."
    values = {name: strength.value for name, strength in match.strengths.items() if strength.value is not None}
    low, high = min(values, key=lambda name: values[name]), max(values, key=lambda name: values[name])
    return (
        f"The {symbol} that matches the {CRITERION_NAMES[high]} is {match.ratio:.3g} times the one that matches the "
        f"{CRITERION_NAMES[low]}: {match.remedy.label} cannot match both at once."
    )


def measure_rows(match: MatchResult) -> list[Row]:
    """A row for each measure, under `measure_headings`; the judged ones first."""
    findings = match.matching.findings
    return [_measure_row(finding) for finding in sorted(findings, key=lambda finding: not finding.judged)]


def _measure_row(finding: Finding) -> Row:
    measure = finding.measure
    return (
        measure.label,
        *(format_measure(value) for value in (finding.plain, finding.smoothing, finding.remedy)),
        _difference(finding),
        format_measure(finding.floor),
        _margin(finding) if finding.judged else "",
        _state(finding),
    )


def _difference(finding: Finding) -> str:
    """The difference with its interval; what is the same number on every seed and split has none."""
    mean, low, high = finding.difference
    if math.isnan(mean):
        return ""
    return f"{mean:+.3g} throughout" if low == high else finding.difference.text(signed=True)


def _state(finding: Finding) -> str:
    if math.isnan(finding.p) or finding.state == "same":
        return STATES[finding.state]
    p = "p < .001" if finding.p < 0.001 else f"p = {finding.p:.3f}".replace("= 0.", "= .")
    return f"{STATES[finding.state]} {p}".strip()


def _margin(finding: Finding) -> str:
    size = f"{finding.margin:.3g}"
    return f"≥ −{size}" if finding.measure.pairwise else f"± {size}"


def measure_headings(match: MatchResult) -> Row:
    """The headings of `measure_rows`."""
    name = match.remedy.short
    return "measure", "plain", "smoothing", name, f"{name} − smoothing [95 %]", "two seeds", "margin", "finding"


def measure_table(match: MatchResult, wide: bool) -> list[Row]:
    """`measure_rows` with their headings; unless ``wide``, without plain training, two seeds, margin and p."""
    rows = [measure_headings(match), *measure_rows(match)]
    return rows if wide else [(row[0], row[2], row[3], row[4], row[-1].split(" p ")[0]) for row in rows]


def strength_headings(match: MatchResult) -> Row:
    """The headings of `strength_rows`."""
    return "matched on", "smoothing", match.remedy.symbol, "reached", "verdict"


NOTES = (
    "Two seeds: the mean |difference| of two networks with smoothing that differ only in the seed. Agreement and CKA "
    "are those of each method's networks with smoothing's of other seeds. Equivalent: two one-sided t tests at 5 % "
    "within the margin. Differs: the interval lies outside the margin, after Holm's correction. Other p: of a "
    "difference of 0. A measure without a margin is described, not judged; ECE is judged from 300 test rows on.",
)


TERMS = {
    "weight norm": "√Σw² of all weights: what L2 holds down.",
    "logit gap": "The logit of a sample's class minus the mean of the others: what smoothing bounds.",
    "NLL": "Negative log-likelihood of the true classes; lower is better.",
    "NLL after scaling": "The same after the logits are divided by the one temperature that suits other rows best.",
    "ECE": "How far confidence is from accuracy, in 15 bins; 0 is calibrated.",
    "agreement": "The share of test rows that two networks answer alike.",
    "CKA": "How alike two networks' logits, or hidden units, are, whatever their scale and order; 1 is the same.",
    "margin": "The difference that would not matter, set before.",
    "equivalent": "Shown to lie within the margin.",
    "differs": "Shown to lie outside the margin.",
    "undecided": "Neither is shown; the verdict says what would decide.",
}
"""The words of a match, each in a sentence."""


def time_line(match: MatchResult, networks: int | None = None) -> str:
    """How many networks were trained, and how long each part took."""
    times = format_seconds(match.seconds) or "under a second in all"
    steps = "" if match.settings.steps is None else f" of {match.settings.steps:,} steps"
    return f"{networks or match.networks:,} networks{steps}; {times}."
