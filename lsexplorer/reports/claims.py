"""What `lsexplorer claims` says: as data, as a report on the terminal, and as Markdown."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lsexplorer.data import Dataset
from lsexplorer.data.files import counted
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims import Evidence, Result, Table
from lsexplorer.study.claims.result import TableCell

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
    "Intervals are 95 % t intervals of means over the seeds, differences paired by seed. Seeds on one split speak of "
    "this data set and this recipe only. Holds, false: by arithmetic, or by an example; here: on these data."
)

Row = tuple[str, ...]


def claims_result(data: Dataset, hp: Hyperparameters, results: Sequence[Result], complete: bool) -> dict[str, Any]:
    """All of the claims in plain values, for JSON."""
    return {
        "data": data.name,
        "digest": data.digest,
        "hyperparameters": hp.as_dict(),
        "complete": complete,
        "claims": [_plain(one) for one in results],
        "seconds": sum(one.seconds for one in results),
    }


def _plain(one: Result) -> dict[str, Any]:
    outcome = one.outcome
    return asdict(one.claim) | {
        "verdict": one.verdict,
        "depends_on_regime": None if outcome is None else outcome.depends,
        "measured": None if outcome is None else outcome.text,
        "evidence": [] if outcome is None else [asdict(evidence) for evidence in outcome.evidence],
        "problem": one.problem or None,
        "seconds": one.seconds,
    }


def verdict_text(one: Result) -> str:
    """The verdict in words, and whether it depends on the regime."""
    if one.outcome is None:
        return NOT_RUN
    return one.outcome.verdict + (f", {DEPENDS}" if one.outcome.depends else "")


def measured_text(one: Result) -> str:
    """What was measured in a line, or why nothing was."""
    return one.problem if one.outcome is None else one.outcome.text


def headline(data: Dataset, results: Sequence[Result], complete: bool) -> str:
    """How many claims there are of each verdict."""
    found = [one.verdict or NOT_RUN for one in results]
    counts = ", ".join(f"{found.count(verdict)} {verdict}" for verdict in dict.fromkeys(found))
    return f"The article on trial, on {data.name}: {counts or 'no claim is done'}." + (
        "" if complete else " Not complete: interrupted."
    )


def settings_text(one: Evidence) -> str:
    """Data, network, seeds, epochs and steps of an experiment, in a line."""
    parts = [one.data, one.network]
    if one.steps:
        parts.append(counted(len(one.seeds), "seed", "seeds"))
        parts.append(f"{one.epochs:,.5g} epochs, {one.steps:,} steps")
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
        return "" if math.isnan(value) else f"{value:.1e}" if 0 < abs(value) < 1e-6 else f"{value:.4g}"
    return value


def markdown(data: Dataset, results: Sequence[Result], complete: bool) -> str:
    """The report as Markdown."""
    summary = [(str(one.claim.number), one.claim.statement, verdict_text(one), measured_text(one)) for one in results]
    parts = [f"# {headline(data, results, complete)}", _table(("", "claim", "verdict", "measured"), summary), NOTE]
    for one in results:
        claim = one.claim
        parts.append(f"## {claim.number}. {claim.statement}")
        parts.append(f"**{verdict_text(one)}**: {measured_text(one)}.")
        parts.append(f"Confirmed if {claim.confirmed}. Refuted if {claim.refuted}.")
        for evidence in () if one.outcome is None else one.outcome.evidence:
            parts.append(f"**{evidence.name}: {evidence.verdict}.** {_sentence(evidence.text)}")
            parts.append(settings_text(evidence))
            parts.append(_table(("measured", "value"), [(number.label, number.text) for number in evidence.numbers]))
            if evidence.table is not None:
                parts.append(_table(evidence.table.headings, _rows(evidence.table)))
        parts += [f"Published, not measured here: {text}." for text in claim.published]
        if claim.reading:
            parts.append("Read more: " + "; ".join(claim.reading) + ".")
    return "\n\n".join(parts) + "\n"


def _rows(table: Table) -> list[Row]:
    return [tuple(map(cell_text, row)) for row in table.rows]


def _table(headings: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [tuple(headings), ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def print_report(data: Dataset, results: Sequence[Result], complete: bool) -> None:
    """The report on the terminal: the verdicts, then each claim with its evidence."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(highlight=False)
    width = console.width = console.width if console.is_terminal else 120

    def table(headings: Sequence[str], rows: Sequence[Row], wrap: Sequence[int] = ()) -> RichTable:
        made = RichTable(box=None, pad_edge=False, header_style="bold")
        for i, heading in enumerate(headings):
            made.add_column(heading, no_wrap=i not in wrap, overflow="fold")
        for row in rows:
            made.add_row(*map(Text, row))
        return made

    def told(text: str, style: str = "", indent: int = 4) -> None:
        console.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False))

    console.print(Text(headline(data, results, complete), style="bold"), "")
    for one in results:
        claim = one.claim
        console.print(Text(f"{claim.number}   {claim.statement}", style="bold"))
        told(verdict_text(one), STYLES.get(one.verdict or "", "bold yellow"))
        told(f"{_sentence(measured_text(one))}.")
        told(f"Confirmed if {claim.confirmed}. Refuted if {claim.refuted}.", "dim")
        for evidence in () if one.outcome is None else one.outcome.evidence:
            console.print()
            told(f"{evidence.name}: {evidence.verdict}. {_sentence(evidence.text)}")
            told(settings_text(evidence), "dim")
            if evidence.table is not None and width >= 100:
                rows = table(evidence.table.headings, _rows(evidence.table), wrap=(1,))
                console.print(Padding(rows, (0, 0, 0, 6), expand=False))
        for text in claim.published:
            told(f"Published, not measured here: {text}.")
        if claim.reading:
            told(f"Read more: {'; '.join(claim.reading)}.", "dim")
        console.print()
    summary = [(str(one.claim.number), one.claim.statement, verdict_text(one)) for one in results]
    console.print(table(("", "claim", "verdict"), summary, wrap=(1, 2)), "")
    console.print(Text(NOTE, "dim"))
    console.print(Text(time_line(results), "dim"))


def time_line(results: Sequence[Result]) -> str:
    """How long each claim took."""
    parts = ", ".join(f"claim {one.claim.number} {one.seconds:.1f} s" for one in results if one.seconds >= 0.05)
    return f"{parts or 'under a second'}; {sum(one.seconds for one in results):.0f} s in all."
