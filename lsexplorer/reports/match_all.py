"""The report of `lsexplorer match` on several remedies: as data, on the terminal, and as Markdown."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from lsexplorer.render.match_all_texts import NOTE, answer, settings_lines, table
from lsexplorer.render.match_texts import NOTES, time_line
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.render.svg_charts import interval_chart
from lsexplorer.reports.console import open_console
from lsexplorer.reports.document import Block, Chart, Heading, Items, Paragraph, Table, as_markdown, notes_block
from lsexplorer.reports.match import interval_row, match_result
from lsexplorer.study.match.result import MatchResults, R

WIDE = 117
"""Columns that the whole table needs; with fewer it is shortened."""


def matches_result(matches: MatchResults[R]) -> dict[str, Any]:
    """All of the matches in plain values, for JSON."""
    return {
        "answer": answer(matches),
        "remedies": {name: match_result(match) for name, match in matches.matches.items()},
        "left_out": matches.left_out,
        "networks": matches.networks,
    }


def document(matches: MatchResults[R]) -> list[Block]:
    """The report as blocks."""
    headings, *rows = table(matches, wide=True)
    return [
        Heading(answer(matches)),
        *map(Paragraph, settings_lines(matches)),
        *notes_block(matches.first.settings.notes),
        Table(headings, rows),
        Paragraph(NOTE),
        *_pictures(matches),
        Items([match.verdict.text for match in matches.matches.values()]),
        *map(Paragraph, NOTES),
        Paragraph(time_line(matches.first, matches.networks)),
    ]


def _pictures(matches: MatchResults[R]) -> Iterator[Chart]:
    """How far each remedy is from smoothing in the judged scores, beside the margin."""
    for name in ("accuracy", "nll"):
        found = {
            match.remedy.title: finding
            for match in matches.matches.values()
            for finding in match.matching.findings
            if finding.measure.name == name and finding.judged and finding.margin
        }
        if found:
            label = next(iter(found.values())).measure.label
            caption = f"{label[0].upper()}{label[1:]} of each remedy less smoothing's, with 95 % intervals."
            yield Chart(interval_chart([interval_row(found[title], title) for title in found], caption), caption)


def markdown(matches: MatchResults[R]) -> str:
    """The report as Markdown."""
    return as_markdown(document(matches))


def print_report(matches: MatchResults[R]) -> None:
    """Print the answer and the table."""
    console = open_console()
    console.print(Text(answer(matches), style="bold"), "")
    console.print(*map(Text, settings_lines(matches)), "", sep="\n")
    headings, *rows = table(matches, console.width >= WIDE)
    console.print(rich_table(headings, rows, right=range(2, len(headings) - 1)), "")
    console.print(*map(Text, (NOTE, *NOTES)), "", Text(time_line(matches.first, matches.networks)), sep="\n")
