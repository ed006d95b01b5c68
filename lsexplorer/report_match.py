"""What `lsexplorer match` says: as data, as a report on the terminal, and as Markdown."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from lsexplorer.study.findings import Finding
from lsexplorer.study.match import Match, Matching
from lsexplorer.study.measures import Measure
from lsexplorer.study.verdict import CRITERION_NAMES, REMEDY_NAMES

STATES = {"same": "equivalent", "differs": "differs", "open": "undecided", "": ""}
COLORS = {"weight_norm": 39, "logit_gap": 208, "nll": 135}
LETTERS = {"weight_norm": "w", "logit_gap": "g", "nll": "n"}
SHORT_NAMES = {"l2": "L2", "l1": "L1", "weight_decay": "decay"}
PICTURE_HEIGHT = 16
WIDE = 117
"""Columns that the table of measures needs; with fewer it has the measure, two methods, difference and finding."""

Row = tuple[str, ...]


def match_result(match: Match) -> dict[str, Any]:
    """All of a match in plain values, for JSON."""
    plan = match.plan
    return {
        "verdict": asdict(match.verdict),
        "data": match.data.name,
        "digest": match.data.digest,
        "complete": match.complete,
        "label_smoothing": plan.smoothing.label_smoothing,
        "remedy": plan.remedy,
        "criterion": plan.criterion,
        "hyperparameters": plan.hard.as_dict(),
        "epochs": plan.epochs,
        "steps": plan.steps,
        "tuning_seeds": plan.tuning,
        "evaluation_seeds": match.evaluation,
        "ratio": match.ratio,
        "matches": {name: _matching(one) for name, one in match.matchings.items()},
        "networks": match.networks,
        "seconds": match.seconds,
    }


def _matching(one: Matching) -> dict[str, Any]:
    return {
        "verdict": asdict(one.verdict),
        "strength": asdict(one.strength),
        "measures": [_finding(finding) for finding in one.findings],
    }


def _finding(one: Finding) -> dict[str, Any]:
    found = asdict(one) | {"difference": one.difference._asdict()}
    return one.measure._asdict() | {name: value for name, value in found.items() if name != "measure"}


def settings_line(match: Match) -> str:
    """What was compared, in a line."""
    plan, hp = match.plan, match.plan.hard
    network = "-".join(map(str, (match.data.X_train.shape[1], *hp.hidden, len(match.data.class_names))))
    seeds = f"{len(match.evaluation)} seeds" + ("" if match.complete else f" of {len(plan.evaluation)}: interrupted")
    return (
        f"{match.data.name} · {network} {hp.activation} · {hp.output} + {hp.loss} · smoothing a = "
        f"{plan.smoothing.label_smoothing:g} against {REMEDY_NAMES[plan.remedy]} · {plan.epochs} epochs · "
        f"λ found on {len(plan.tuning)} other seeds, measured on {seeds}"
    )


def strength_rows(match: Match) -> list[Row]:
    """The three matches side by side: criterion, what it is under smoothing, λ, what it is there, verdict."""
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
    """How far apart the three λ are."""
    if match.ratio is None:
        return "Fewer than two of the three are reached by any λ."
    found = {name: s.value for name, s in match.strengths.items() if s.value is not None}
    low, high = min(found, key=lambda name: found[name]), max(found, key=lambda name: found[name])
    return (
        f"λ that matches the {CRITERION_NAMES[high]} is {match.ratio:.3g} times the one that matches the "
        f"{CRITERION_NAMES[low]}: no one strength does both."
        if match.ratio > 1.5
        else f"The matched λ are within a factor of {match.ratio:.3g}."
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
        *(_number(value) for value in (one.hard, one.smoothing, one.remedy)),
        one.difference.text(signed=not measure.alike),
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
    return f"± {measure.margin:g}" if measure.margin is not None else "≥ seeds" if measure.alike else "≤ seeds"


def _short(finding: str) -> str:
    """A finding without its p, if it has more to say."""
    return finding.split(" p ")[0]


def measure_headings(match: Match) -> Row:
    """The headings of `measure_rows`."""
    name = SHORT_NAMES[match.plan.remedy]
    return "measure", "hard", "smoothing", name, f"{name} − smoothing [95 %]", "two seeds", "margin", "finding"


STRENGTH_HEADINGS = ("matched on", "smoothing", "λ", "reached", "verdict")
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


def markdown(match: Match) -> str:
    """The report as Markdown."""
    parts = [
        f"# {match.verdict.text}",
        settings_line(match),
        _table(STRENGTH_HEADINGS, strength_rows(match)),
        ratio_line(match),
        f"Matched on {CRITERION_NAMES[match.plan.criterion]}:",
        _table(measure_headings(match), measure_rows(match)),
        *NOTES,
        time_line(match),
    ]
    return "\n\n".join(parts) + "\n"


def _table(headings: Row, rows: Sequence[Row]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in line) + " |" for line in lines)


def print_report(match: Match) -> None:
    """The report on the terminal: the verdict in words, the tables, and a picture of the search."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    width = console.width = console.width if console.is_terminal else 120

    def table(headings: Row, rows: Sequence[Row]) -> Table:
        made = Table(box=None, pad_edge=False, header_style="bold")
        numbers = range(1, len(headings) - 4 if len(headings) > 5 else 3) if headings[0] == "measure" else (1,)
        for i, heading in enumerate(headings):
            made.add_column(heading, justify="right" if i in numbers else "left", no_wrap=True)
        for row in rows:
            made.add_row(*map(Text, row))
        return made

    console.print(Text(match.verdict.text, style="bold"), "")
    console.print(Text(settings_line(match)), "")
    console.print(table(STRENGTH_HEADINGS, strength_rows(match)), Text(ratio_line(match)), "")
    rows = measure_rows(match)
    if rows:
        lines = [measure_headings(match), *rows]
        if width < WIDE:
            lines = [(line[0], line[2], line[3], line[4], _short(line[-1])) for line in lines]
        console.print(table(lines[0], lines[1:]), "")
        console.print(*map(Text, NOTES), "", sep="\n")
    for line in picture_lines(match, width, color=not console.no_color and console.is_terminal):
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    console.print(Text(time_line(match)))


def picture_lines(match: Match, width: int, *, color: bool) -> Iterator[str]:
    """The three criteria over λ, each over what it is under smoothing: a match is where a line crosses 1."""
    import numpy as np

    from lsexplorer.tui.plot import Line, Mark, Picture, draw

    lines, marks = [], []
    for name, s in match.strengths.items():
        if s.target:
            x, y = np.array(s.lambdas), np.array(s.curve) / s.target
            lines.append(Line(f"{CRITERION_NAMES[name]} / smoothing's", x, y, COLORS[name], LETTERS[name]))
        if s.value is not None:
            marks.append(Mark(s.value, LETTERS[name]))
    searched = [x for s in match.strengths.values() for x in s.lambdas]
    lines.append(
        Line("as under smoothing", np.geomspace(min(searched), max(searched), width), np.ones(width), faint=True)
    )
    yield f"Each criterion over λ of {REMEDY_NAMES[match.plan.remedy]}, over its value under smoothing (1, dotted):"
    picture = Picture(lines, marks, log_x=True, log_y=True)
    yield from draw(picture, width, PICTURE_HEIGHT, color=color).rstrip().split("\n")


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4g}" if abs(value) >= 1 else f"{value:.4f}"
