"""The report of `lsexplorer match`: as data, on the terminal, and as Markdown."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.text import Text

from lsexplorer.render.charts import Line, LineChart, Mark, draw
from lsexplorer.render.match_texts import (
    NOTES,
    STATES,
    measure_headings,
    measure_rows,
    measure_table,
    ratio_line,
    settings_line,
    strength_headings,
    strength_rows,
    time_line,
)
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.render.svg_charts import IntervalRow, interval_chart, line_chart
from lsexplorer.reports.console import has_color, open_console, print_chart
from lsexplorer.reports.document import Block, Chart, Heading, Paragraph, Table, as_markdown, notes_block
from lsexplorer.study.match.findings import Finding
from lsexplorer.study.match.result import CriterionMatch, MatchResult
from lsexplorer.study.match.values import Value, values_by_method, values_of
from lsexplorer.study.match.verdict import CRITERION_NAMES
from lsexplorer.study.stats import Interval

COLORS = {"weight_norm": 32, "logit_gap": 166, "nll": 134}
LETTERS = {"weight_norm": "w", "logit_gap": "g", "nll": "n"}
CHART_HEIGHT = 16
STATE_COLORS = {"same": "#0072b2", "differs": "#d55e00", "open": "#8a8a8a"}
"""Of Okabe and Ito's palette, which the colour-blind tell apart."""
WIDE = 117
"""Columns that the whole table of measures needs; with fewer it is shortened."""


def match_result(match: MatchResult) -> dict[str, Any]:
    """All of a match in plain values, for JSON; None where something is not known."""
    settings = match.settings
    facts = settings.facts
    return {
        "verdict": asdict(match.verdict),
        "data": settings.subject,
        "digest": facts.get("digest"),
        "notes": facts.get("notes", list(settings.notes)),
        "complete": match.complete,
        "label_smoothing": settings.label_smoothing,
        "remedy": settings.remedy,
        "criterion": settings.criterion,
        "hyperparameters": facts.get("hyperparameters"),
        "epochs": facts.get("epochs"),
        "precision": facts.get("precision"),
        "steps": settings.steps,
        "tuning_seeds": facts.get("tuning_seeds"),
        "evaluation_seeds": match.evaluation,
        "splits": match.splits,
        "validation_rows": facts.get("validation_rows"),
        "ratio": match.ratio,
        "values": values_by_method(match),
        "matches": {name: _matching(matching) for name, matching in match.matchings.items()},
        "networks": match.networks,
        "seconds": match.seconds,
    }


def _matching(matching: CriterionMatch) -> dict[str, Any]:
    return {
        "verdict": asdict(matching.verdict),
        "strength": asdict(matching.strength),
        "measures": [_finding(finding) for finding in matching.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """The finding with its measure; the keys "alike" and "hard" stand for the fields pairwise and plain."""
    measure = finding.measure._asdict()
    measure["alike"] = measure.pop("pairwise")
    values = {"hard" if name == "plain" else name: value for name, value in asdict(finding).items()}
    del values["measure"]
    return measure | values | {"difference": finding.difference._asdict(), "estimate": finding.estimate._asdict()}


def values_file(matches: Iterable[MatchResult]) -> str:
    """Every value that the findings are computed from, each once, as CSV."""
    return values_text({value[:-1]: value for match in matches for value in values_of(match)}.values())


def values_text(values: Iterable[Value]) -> str:
    """Values as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Value._fields)
    writer.writerows(values)
    return text.getvalue()


def document(match: MatchResult) -> list[Block]:
    """The report as blocks."""
    ratio = [Paragraph(ratio_line(match))] if len(match.matchings) > 1 else []
    return [
        Heading(match.verdict.text),
        Paragraph(settings_line(match)),
        *notes_block(match.settings.notes),
        Table(strength_headings(match), strength_rows(match)),
        *ratio,
        *_pictures(match),
        Paragraph(f"Matched on {CRITERION_NAMES[match.settings.criterion]}:"),
        Table(measure_headings(match), measure_rows(match)),
        *map(Paragraph, NOTES),
        Paragraph(time_line(match)),
    ]


def markdown(match: MatchResult) -> str:
    """The report as Markdown."""
    return as_markdown(document(match))


def _pictures(match: MatchResult) -> Iterator[Chart]:
    """How far the judged measures differ, beside their margins; and the search for the strength."""
    judged = [finding for finding in match.matching.findings if finding.judged and finding.margin]
    if judged:
        caption = f"{match.remedy.title} less smoothing, with 95 % intervals, beside the margins that were set."
        if any(finding.limit.one_sided for finding in judged):
            caption += " Of agreement and CKA, which are likenesses, only what lies below −margin would matter."
        rows = [interval_row(finding, finding.measure.label) for finding in judged]
        yield Chart(interval_chart(rows, caption), caption)
    if has_search(match):
        title, chart = search_chart(match)
        marked = {mark.letter for mark in chart.marks}
        letters = [f"{letter} {CRITERION_NAMES[name]}" for name, letter in LETTERS.items() if letter in marked]
        caption = title.rstrip(":") + (f". Dotted, what matches it: {', '.join(letters)}" if letters else "")
        yield Chart(line_chart(chart, title), f"{caption}.")


def interval_row(finding: Finding, name: str) -> IntervalRow:
    """A judged difference as a row of a chart."""
    assert finding.margin
    ends = Interval(*(end / finding.margin for end in finding.difference))
    return IntervalRow(name, ends, STATE_COLORS[finding.state], STATES[finding.state])


def print_report(match: MatchResult) -> None:
    """Print the verdict in words, the tables, and a chart of the search."""
    console = open_console()
    console.print(Text(match.verdict.text, style="bold"), "")
    console.print(Text(settings_line(match)), "")
    strengths = rich_table(strength_headings(match), strength_rows(match), right=(1,))
    console.print(strengths, *([Text(ratio_line(match))] if len(match.matchings) > 1 else []), "")
    if measure_rows(match):
        headings, *rows = measure_table(match, console.width >= WIDE)
        console.print(
            rich_table(headings, rows, right=range(1, len(headings) - 4) if len(headings) > 5 else (1, 2)), ""
        )
        console.print(*map(Text, NOTES), "", sep="\n")
    if has_search(match):
        print_chart(console, chart_lines(match, console.width, color=has_color(console)))
    console.print(Text(time_line(match)))


def has_search(match: MatchResult) -> bool:
    """Whether several strengths were tried."""
    return any(len(strength.lambdas) > 1 for strength in match.strengths.values())


def chart_lines(match: MatchResult, width: int, *, color: bool) -> list[Text]:
    """The search for the strength as lines of text."""
    title, chart = search_chart(match)
    return [Text(title), *draw(chart, width, CHART_HEIGHT, color=color)]


def search_chart(match: MatchResult) -> tuple[str, LineChart]:
    """The criteria over the strength, divided by their values under smoothing: a match is a crossing of 1."""
    lines, marks = [], []
    for name, strength in match.strengths.items():
        if strength.target:
            x, y = np.array(strength.lambdas), np.array(strength.curve) / strength.target
            lines.append(Line(CRITERION_NAMES[name], x, y, COLORS[name], LETTERS[name]))
        if strength.value is not None:
            marks.append(Mark(strength.value, LETTERS[name]))
    searched = np.array([x for strength in match.strengths.values() for x in strength.lambdas])
    ends = np.array([searched.min(), searched.max()])
    lines.append(Line("", ends, np.ones(2), letter="-", dashed=True))
    remedy = match.remedy
    title = f"Each criterion over {remedy.symbol} of {remedy.label}, over its value under smoothing (1, dashed):"
    return title, LineChart(lines, marks, log_x=True, log_y=True)
