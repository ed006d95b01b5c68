"""A match in words: the lines and the rows of its tables, for the terminal, Markdown and the screen."""

import math

from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.matching import Match
from lsexplorer.study.match.verdict import CRITERION_NAMES
from lsexplorer.study.measures import Measure

STATES = {"same": "equivalent", "differs": "differs", "open": "undecided", "": ""}

Row = tuple[str, ...]


def settings_line(match: Match) -> str:
    """What was compared, in a line."""
    plan, hp = match.plan, match.plan.plain
    network = "-".join(map(str, (match.data.X_train.shape[1], *hp.hidden, len(match.data.class_names))))
    seeds = f"{len(match.evaluation)} seeds" + ("" if match.complete else f" of {len(plan.evaluation)}: interrupted")
    return (
        f"{match.data.name} · {network} {hp.activation} · {hp.output} + {hp.loss} · smoothing a = "
        f"{plan.smoothing.label_smoothing:g} against {plan.regularizer.label} · {plan.epochs} epochs · "
        f"{plan.regularizer.symbol} found on {len(plan.tuning)} other seeds, measured on {seeds}"
    )


def strength_rows(match: Match) -> list[Row]:
    """The three matches side by side: criterion, what it is under smoothing, strength, what it is there, verdict."""
    rows: list[Row] = []
    for name, one in match.matchings.items():
        s = one.strength
        value = "none" if s.value is None else f"{s.value:.3g}"
        if len(s.solutions) > 1:
            value += f" ({s.branch}; also {s.solutions[1]:.3g})"
        elif s.branch == "rising":
            value += " (rising)"
        mark = "▸ " if name == match.plan.criterion else "  "
        rows.append((mark + CRITERION_NAMES[name], _number(s.target), value, _number(s.reached), one.verdict.kind))
    return rows


def ratio_line(match: Match) -> str:
    """How far apart the three strengths are."""
    symbol = match.plan.regularizer.symbol
    if match.ratio is None:
        return f"Fewer than two of the three are reached by any {symbol}."
    found = {name: s.value for name, s in match.strengths.items() if s.value is not None}
    low, high = min(found, key=lambda name: found[name]), max(found, key=lambda name: found[name])
    return (
        f"{symbol} that matches the {CRITERION_NAMES[high]} is {match.ratio:.3g} times the one that matches the "
        f"{CRITERION_NAMES[low]}: {match.plan.regularizer.label} cannot match both at once."
        if match.ratio > 1.5
        else f"The matched {symbol} are within a factor of {match.ratio:.3g}."
    )


def measure_rows(match: Match) -> list[Row]:
    """Measure, hard, smoothing, remedy, difference, between two seeds, margin, finding; the judged ones first."""
    found = match.matchings[match.plan.criterion].findings
    ordered = [one for one in found if one.judged] + [one for one in found if not one.judged]
    return [_measure_row(one) for one in ordered]


def _measure_row(one: Finding) -> Row:
    measure = one.measure
    return (
        measure.label,
        *(_number(value) for value in (one.plain, one.smoothing, one.remedy)),
        one.difference.text(signed=not measure.pairwise),
        _number(one.floor),
        _margin(measure) if one.judged else "",
        _state(one),
    )


def _state(one: Finding) -> str:
    if math.isnan(one.p) or one.state == "same":
        return STATES[one.state]
    p = "p < .001" if one.p < 0.001 else f"p = {one.p:.3f}".replace("= 0.", "= .")
    return f"{STATES[one.state]} {p}".strip()


def _margin(measure: Measure) -> str:
    return f"± {measure.margin:g}" if measure.margin is not None else "≥ seeds" if measure.pairwise else "≤ seeds"


def measure_headings(match: Match) -> Row:
    """The headings of `measure_rows`."""
    name = match.plan.regularizer.short
    return "measure", "hard", "smoothing", name, f"{name} − smoothing [95 %]", "two seeds", "margin", "finding"


def measure_table(match: Match, wide: bool) -> list[Row]:
    """`measure_rows` under their headings; unless ``wide`` without the hard targets, the two seeds, margins and p."""
    rows = [measure_headings(match), *measure_rows(match)]
    return rows if wide else [(row[0], row[2], row[3], row[4], row[-1].split(" p ")[0]) for row in rows]


def strength_headings(match: Match) -> Row:
    """The headings of `strength_rows`."""
    return "matched on", "smoothing", match.plan.regularizer.symbol, "reached", "verdict"


NOTES = (
    "Two seeds: the mean |difference|, or the likeness, of two networks that differ in the seed alone, both with "
    "smoothing. Equivalent: two one-sided t tests at 5 % within the margin, or no further apart than two seeds. "
    "Differs: sign-flip p after Holm's correction at most .05. What has no margin is described, not judged.",
    "Seeds on one split speak of this data set and this recipe only.",
)


def time_line(match: Match) -> str:
    """How long each part took."""
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in match.seconds.items() if seconds >= 0.05)
    return f"{match.networks:,} networks of {match.plan.steps:,} steps; {parts}."


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4g}" if abs(value) >= 1 else f"{value:.4f}"
