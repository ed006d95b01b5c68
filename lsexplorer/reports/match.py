"""What `lsexplorer match` says: as data, as a report on the terminal, and as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from lsexplorer.render.match_texts import (
    NOTES,
    Row,
    measure_headings,
    measure_rows,
    measure_table,
    ratio_line,
    settings_line,
    strength_headings,
    strength_rows,
    time_line,
)
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.matching import CriterionMatch, Match
from lsexplorer.study.match.verdict import CRITERION_NAMES

COLORS = {"weight_norm": 39, "logit_gap": 208, "nll": 135}
LETTERS = {"weight_norm": "w", "logit_gap": "g", "nll": "n"}
PICTURE_HEIGHT = 16
WIDE = 117
"""Columns that the table of measures needs; with fewer it has the measure, two methods, difference and finding."""


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
        "hyperparameters": plan.plain.as_dict(),
        "epochs": plan.epochs,
        "steps": plan.steps,
        "tuning_seeds": plan.tuning,
        "evaluation_seeds": match.evaluation,
        "ratio": match.ratio,
        "matches": {name: _matching(one) for name, one in match.matchings.items()},
        "networks": match.networks,
        "seconds": match.seconds,
    }


def _matching(one: CriterionMatch) -> dict[str, Any]:
    return {
        "verdict": asdict(one.verdict),
        "strength": asdict(one.strength),
        "measures": [_finding(finding) for finding in one.findings],
    }


def _finding(one: Finding) -> dict[str, Any]:
    measure = {"alike" if name == "pairwise" else name: value for name, value in one.measure._asdict().items()}
    values = {"hard" if name == "plain" else name: value for name, value in asdict(one).items() if name != "measure"}
    return measure | values | {"difference": one.difference._asdict()}


def markdown(match: Match) -> str:
    """The report as Markdown."""
    parts = [
        f"# {match.verdict.text}",
        settings_line(match),
        _table(strength_headings(match), strength_rows(match)),
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
    console.print(table(strength_headings(match), strength_rows(match)), Text(ratio_line(match)), "")
    rows = measure_rows(match)
    if rows:
        lines = measure_table(match, width >= WIDE)
        console.print(table(lines[0], lines[1:]), "")
        console.print(*map(Text, NOTES), "", sep="\n")
    for line in picture_lines(match, width, color=not console.no_color and console.is_terminal):
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    console.print(Text(time_line(match)))


def picture_lines(match: Match, width: int, *, color: bool) -> Iterator[str]:
    """The three criteria over the strength, each over what it is under smoothing: a match is where a line crosses 1."""
    import numpy as np

    from lsexplorer.render.charts import Line, LineChart, Mark, draw

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
    remedy = match.plan.regularizer
    yield f"Each criterion over {remedy.symbol} of {remedy.label}, over its value under smoothing (1, dotted):"
    picture = LineChart(lines, marks, log_x=True, log_y=True)
    yield from draw(picture, width, PICTURE_HEIGHT, color=color).rstrip().split("\n")
