"""The report of `lsexplorer claims`: as data, on the terminal, and as Markdown."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.padding import Padding
from rich.text import Text

from lsexplorer.data import Dataset
from lsexplorer.data.files import counted
from lsexplorer.render.numbers import format_seconds
from lsexplorer.render.rich_tables import Row, rich_table
from lsexplorer.render.svg_charts import IntervalRow, difference_chart
from lsexplorer.reports import document as blocks
from lsexplorer.reports.console import open_console
from lsexplorer.reports.document import Block, Chart, Heading, Paragraph, data_notes
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims import Claim, Evidence, Result, Table
from lsexplorer.study.claims.result import TableCell
from lsexplorer.study.stats import Interval

STYLES = {
    "holds": "bold green",
    "holds here": "bold green",
    "open here": "bold yellow",
    "does not hold here": "bold red",
    "false": "bold red",
}
NOT_RUN = "cannot run here"
DEPENDS = "depends on the regime"
NOTE = (
    "Intervals are 95 % t intervals of a mean over seeds. Where the split into training and test part is ours, every "
    "seed trains on several splits, and the interval speaks of other splits too; where the data came with their test "
    "part, of other rows. Long runs are on the data's own split. An effect counts as shown where its whole interval "
    'lies on one side of a margin set beforehand, by the same rule for and against a claim. "Holds" and "false" '
    'are by arithmetic or by an example; "here" means with these data and settings.'
)
BLUE = "#0072b2"
MAX_ROWS = 16
"""Of a chart; more of them are a table alone."""
WIDE = 100
"""Columns of a terminal from which the report has the tables of the evidence."""


def claims_result(data: Dataset, hp: Hyperparameters, results: Sequence[Result], complete: bool) -> dict[str, Any]:
    """All of the claims in plain values, for JSON."""
    return {
        "data": data.name,
        "digest": data.digest,
        "notes": list(data.notes),
        "hyperparameters": hp.as_dict(),
        "complete": complete,
        "claims": [_claim_result(result) for result in results],
        "seconds": sum(result.seconds for result in results),
    }


def _claim_result(result: Result) -> dict[str, Any]:
    outcome = result.outcome
    return asdict(result.claim) | {
        "verdict": result.verdict,
        "depends_on_regime": None if outcome is None else outcome.depends,
        "measured": None if outcome is None else outcome.text,
        "evidence": [asdict(evidence) for evidence in result.evidence],
        "problem": result.problem or None,
        "seconds": result.seconds,
    }


def verdict_text(result: Result) -> str:
    """The verdict in words, and whether it depends on the regime."""
    if result.outcome is None:
        return NOT_RUN
    return result.outcome.verdict + (f", {DEPENDS}" if result.outcome.depends else "")


def measured_text(result: Result) -> str:
    """What was measured, in a line, or why nothing was."""
    return result.problem if result.outcome is None else result.outcome.text


def headline(data: Dataset, results: Sequence[Result], complete: bool) -> str:
    """How many claims have each verdict."""
    verdicts = [result.verdict or NOT_RUN for result in results]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    return f"The article on trial, on {data.name}: {counts or 'no claim was finished'}." + (
        "" if complete else " Not complete: interrupted."
    )


def settings_text(evidence: Evidence) -> str:
    """The data, network, seeds, epochs and steps of some evidence, in a line."""
    parts = [evidence.data, evidence.network]
    if evidence.steps:
        splits = f" × {evidence.splits} splits" if evidence.splits > 1 else ""
        parts.append(counted(len(evidence.seeds), "seed", "seeds") + splits)
        parts.append(f"{evidence.epochs:,.5g} epochs, {evidence.steps:,} steps")
    return " · ".join(part for part in parts if part)


def cell_text(value: TableCell) -> str:
    """A cell of a table in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        text = f"{value:.1e}" if 0 < abs(value) < 1e-6 else f"{value:.4g}"
        return "" if math.isnan(value) else text
    return value


def document(data: Dataset, results: Sequence[Result], complete: bool) -> list[Block]:
    """The report as blocks."""
    summary = [
        (str(result.claim.number), result.claim.statement, verdict_text(result), measured_text(result))
        for result in results
    ]
    parts: list[Block] = [
        Heading(headline(data, results, complete)),
        blocks.Table(("", "claim", "verdict", "measured"), summary),
        Paragraph(NOTE),
        *data_notes(data),
    ]
    for result in results:
        claim = result.claim
        parts += [
            Heading(f"{claim.number}. {claim.statement}", 2),
            Paragraph(f": {measured_text(result)}.", verdict_text(result)),
            Paragraph(_criteria(claim)),
        ]
        for evidence in result.evidence:
            numbers = [(number.label, number.text) for number in evidence.numbers]
            parts += [
                Paragraph(f" {_sentence(evidence.text)}", f"{_title(evidence)}: {evidence.verdict}."),
                Paragraph(settings_text(evidence)),
                blocks.Table(("measured", "value"), numbers),
                *_pictures(evidence),
            ]
            if evidence.table is not None:
                parts.append(blocks.Table(evidence.table.headings, _rows(evidence.table)))
        parts += [Paragraph(f"Published, not measured here: {text}.") for text in claim.published]
        if claim.reading:
            parts.append(Paragraph("Read more: " + "; ".join(claim.reading) + "."))
    return parts


def _pictures(evidence: Evidence) -> list[Chart]:
    """The differences that were measured in one unit, beside one another."""
    rows = [
        IntervalRow(number.label, Interval(number.value, number.low, number.high), BLUE, "")
        for number in evidence.numbers
        if number.signed and number.low is not None and number.high is not None
    ]
    units = {number.unit for number in evidence.numbers if number.signed}
    if not 2 <= len(rows) <= MAX_ROWS or len(units) > 1:
        return []
    caption = f"Differences{' in %' * (units == {'%'})}, with 95 % intervals: {evidence.name}."
    return [Chart(difference_chart(rows, caption), caption)]


def _rows(table: Table) -> list[Row]:
    return [tuple(map(cell_text, row)) for row in table.rows]


def _criteria(claim: Claim) -> str:
    """What would confirm and what would refute a claim, and what else is to be said of it."""
    note = f" {claim.note}." if claim.note else ""
    return f"Confirmed if {claim.confirmed}. Refuted if {claim.refuted}.{note}"


def _title(evidence: Evidence) -> str:
    """The name of some evidence, with a capital unless it is that of the data."""
    return evidence.name if evidence.name == evidence.data else _sentence(evidence.name)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def print_report(data: Dataset, results: Sequence[Result], complete: bool) -> None:
    """Print the claims one by one with their evidence, then the verdicts."""
    console = open_console()

    def write(text: str, style: str = "", indent: int = 4) -> None:
        console.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False))

    console.print(Text(headline(data, results, complete), style="bold"), "")
    for result in results:
        claim = result.claim
        console.print(Text(f"{claim.number}   {claim.statement}", style="bold"))
        write(verdict_text(result), STYLES.get(result.verdict or "", "bold yellow"))
        write(f"{_sentence(measured_text(result))}.")
        write(_criteria(claim), "dim")
        for evidence in result.evidence:
            console.print()
            write(f"{_title(evidence)}: {evidence.verdict}. {_sentence(evidence.text)}")
            write(settings_text(evidence), "dim")
            if evidence.table is not None and console.width >= WIDE:
                made = rich_table(evidence.table.headings, _rows(evidence.table), wrap=(1,))
                console.print(Padding(made, (0, 0, 0, 6), expand=False))
        for text in claim.published:
            write(f"Published, not measured here: {text}.")
        if claim.reading:
            write(f"Read more: {'; '.join(claim.reading)}.", "dim")
        console.print()
    summary = [(str(result.claim.number), result.claim.statement, verdict_text(result)) for result in results]
    console.print(rich_table(("", "claim", "verdict"), summary, wrap=(1, 2)), "")
    console.print(Text(NOTE, "dim"))
    console.print(Text(time_line(results), "dim"))


def time_line(results: Sequence[Result]) -> str:
    """How long each claim took."""
    times = format_seconds({f"claim {result.claim.number}": result.seconds for result in results})
    return f"{times}; {sum(result.seconds for result in results):.1f} s in all." if times else "Under a second in all."
