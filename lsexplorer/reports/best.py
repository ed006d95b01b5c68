"""The report of `lsexplorer best`: as data, on the terminal, and as Markdown."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.text import Text

from lsexplorer.render.best_texts import NOTE, settings_lines, tables, time_line
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.render.svg_charts import IntervalRow, interval_chart
from lsexplorer.reports.console import open_console
from lsexplorer.reports.document import Block, Chart, Heading, Paragraph, Table, data_notes
from lsexplorer.reports.match import STATE_COLORS, values_text
from lsexplorer.study.best.comparing import Comparison
from lsexplorer.study.best.contest import Best
from lsexplorer.study.best.plan import PLAIN
from lsexplorer.study.best.verdict import method_label
from lsexplorer.study.match.values import Value
from lsexplorer.study.stats import Interval

WIDE = 118
"""Columns that the whole table needs; with fewer it is shortened."""


def best_result(best: Best) -> dict[str, Any]:
    """All of a contest in plain values, for JSON."""
    plan = best.plan
    return {
        "answer": best.text,
        "data": best.data.name,
        "digest": best.data.digest,
        "notes": list(best.data.notes),
        "complete": best.complete,
        "choose_by": plan.choose_by,
        "tolerance": plan.tolerance,
        "hyperparameters": plan.plain.as_dict(),
        "epochs": plan.epochs,
        "steps": plan.training.steps,
        "tuning_seeds": plan.tuning,
        "judging_seeds": best.seeds,
        "splits": best.splits,
        "validation_rows": plan.validation,
        "label_noise": best.data.true_train is not None,
        "methods": {
            name: {
                "grid": list(plan.grids.get(name, {})),
                "choices": [asdict(choice) for choice in best.choices.get(name, ())],
                "means": best.means(name),
                "values": {measure: values[i].tolist() for measure, values in best.values.items()},
            }
            for i, name in enumerate((PLAIN, *plan.methods))
        },
        "comparisons": [_comparison(one) for one in best.comparisons],
        "left_out": best.left_out,
        "networks": best.networks,
        "seconds": best.seconds,
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "method": one.method,
        "other": one.other,
        "measure": one.measure.name,
        "margin": one.measure.margin,
        "gain": one.gain.interval()._asdict(),
        "estimate": one.gain._asdict(),
        "p": one.p,
        "beats": one.beats,
        "is_beaten": one.is_beaten,
        "within_margin": one.within_margin,
    }


def values_file(best: Best) -> str:
    """Every value that the comparisons are computed from, as CSV; a strength of 0 is plain training's."""
    return values_text(_values(best))


def _values(best: Best) -> Iterator[Value]:
    for i, method in enumerate((PLAIN, *best.plan.methods)):
        chosen = [choice.strength for choice in best.choices.get(method, ())] or [None] * len(best.splits)
        for measure, values in best.values.items():
            for seed, row in zip(best.seeds, values[i].tolist(), strict=True):
                for column, value in enumerate(row):
                    strength = chosen[0 if best.scope.given else column] or 0.0
                    split = column if best.scope.given else best.splits[column]
                    yield Value(method, strength, seed, split, measure, value)


def document(best: Best) -> list[Block]:
    """The report as blocks."""
    return [
        Heading(best.text),
        *map(Paragraph, settings_lines(best)),
        *data_notes(best.data),
        *(Table(headings, rows) for headings, *rows in tables(best, wide=True)),
        Paragraph(NOTE),
        *_pictures(best),
        Paragraph(time_line(best)),
    ]


def _pictures(best: Best) -> Iterator[Chart]:
    """By how much each method is better than plain training, beside the margin."""
    for measure in best.plan.measures:
        compared = [one for one in best.comparisons if one.other == PLAIN and one.measure is measure]
        if any(not one.are_same for one in compared):
            rows = [_interval_row(one) for one in compared]
            caption = f"Gain in {measure.label} over plain training, with 95 % intervals, beside the margin."
            yield Chart(interval_chart(rows, caption), caption)


def _interval_row(one: Comparison) -> IntervalRow:
    assert one.measure.margin is not None
    ends = Interval(*(end / one.measure.margin for end in one.gain.interval()))
    if one.beats or one.is_beaten:
        note, color = ("better" if one.beats else "worse"), STATE_COLORS["differs"]
    elif one.within_margin or one.are_same:
        note, color = "the same", STATE_COLORS["same"]
    else:
        note, color = "undecided", STATE_COLORS["open"]
    return IntervalRow(method_label(one.method), ends, color, note)


def print_report(best: Best) -> None:
    """Print the answer, and the tables."""
    console = open_console()
    console.print(Text(best.text, style="bold"), "")
    console.print(*map(Text, settings_lines(best)), "", sep="\n")
    for headings, *rows in tables(best, console.width >= WIDE):
        first = len(headings) - len(best.plan.measures)
        console.print(rich_table(headings, rows, right=range(2, first)), "")
    console.print(Text(NOTE), "", Text(time_line(best)), sep="\n")
