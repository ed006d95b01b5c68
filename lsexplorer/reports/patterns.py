"""The report of `lsexplorer patterns` on a hidden layer: as data, and as text."""

from collections.abc import Sequence
from typing import Any

import click
import numpy as np

from lsexplorer.nn.arrays import Array
from lsexplorer.render.numbers import NONE, format_number
from lsexplorer.render.pattern_texts import (
    alone_text,
    codes_text,
    confusion_cells,
    cosine_cells,
    listed,
    rule_text,
    seen_text,
)
from lsexplorer.render.tables import beside, folded, matrix, table
from lsexplorer.run import Trainer
from lsexplorer.study.patterns import comment_table
from lsexplorer.study.patterns.hidden import ACTIVE_ABOVE
from lsexplorer.study.patterns.neurons import Dropped
from lsexplorer.study.patterns.pattern_study import Fill, PatternStudy

MAX_UNITS, MAX_CLASSES = 12, 26
"""With more neurons or classes than this, tables with a column for each are only in --json."""
FILLS: dict[Fill, str] = {"zero": "set to 0", "mean": "set to its mean"}


def pattern_result(trainer: Trainer, study: PatternStudy) -> dict[str, Any]:
    """All that the report says, for JSON: a recall without test samples and an infinite end become null."""
    patterns, names = study.patterns, study.data.class_names
    return {
        "data": trainer.data.name,
        "notes": list(trainer.data.notes),
        "network": list(trainer.network.sizes),
        "hyperparameters": trainer.hyperparameters.as_dict(),
        "steps": trainer.step_count,
        "epochs": trainer.epoch,
        "accuracy": {part: trainer.evaluate(part).accuracy for part in ("train", "test")},
        "layer": study.hidden.layer,
        "units": list(patterns.units),
        "threshold": patterns.threshold,
        "active_above": ACTIVE_ABOVE[patterns.activation],
        "classes": [
            {
                "class": names[c],
                "pattern": patterns.codes[c],
                "length": int(patterns.lengths[c]),
                "frequency": patterns.frequency[c].tolist(),
                "consistency": patterns.consistency[c].tolist(),
                "mean": patterns.means[c].tolist(),
                "recall": float(study.answers.recall[c]),
            }
            for c in range(len(names))
        ],
        "column_sums": patterns.column_sums.tolist(),
        "dead": [unit for unit, dead in zip(patterns.units, patterns.dead, strict=True) if dead],
        "distinct": patterns.distinct,
        "alone": [_alone_result(study, unit) for unit in range(len(patterns.units))],
        "dropped": {
            fill: [_dropped_result(study, unit, dropped) for unit, dropped in enumerate(each)]
            for fill, each in study.without_one.items()
        },
        "hamming": patterns.hamming.tolist(),
        "cosine": patterns.cosine.tolist(),
        "confusion": study.answers.confusion.tolist(),
        "rank_correlation": {"hamming": study.correlations.hamming, "cosine": study.correlations.cosine},
        "comment": comment_result(),
    }


def comment_result() -> dict[str, Any]:
    """The comment's own table, and its contradictions."""
    smallest, count, mean = comment_table.nearest()
    return {
        "patterns": list(comment_table.CODES),
        "lengths": list(comment_table.LENGTHS),
        "column_sums": list(comment_table.COLUMN_SUMS),
        "neurons": [
            {
                "unit": claim.unit,
                "alone": list(claim.alone),
                "lost": list(claim.lost),
                "holds": list(claim.holds),
                "lost_without_bit": list(claim.without_bit),
                "kept_with_bit": list(claim.kept),
            }
            for claim in comment_table.neuron_claims()
        ],
        "hamming": {"smallest": smallest, "pairs": count, "mean": mean},
        "contradictions": list(comment_table.contradictions()),
    }


def _alone_result(study: PatternStudy, unit: int) -> dict[str, Any]:
    alone, names = study.alone[unit], study.data.class_names
    stretches = alone.stretches
    return {
        "unit": study.patterns.units[unit],
        "can_predict": [names[c] for c in alone.classes],
        "exact": stretches is not None,
        "stretches": [{"from": s.start, "to": s.end, "class": names[s.klass]} for s in stretches or ()],
        "seen": {names[c]: int(alone.seen[c]) for c in range(len(names)) if alone.seen[c]},
    }


def _dropped_result(study: PatternStudy, unit: int, dropped: Dropped) -> dict[str, Any]:
    return {
        "unit": study.patterns.units[unit],
        "accuracy": dropped.answers.accuracy,
        "recall": dropped.answers.recall.tolist(),
        "lost": [study.data.class_names[c] for c in dropped.lost],
    }


# As text ---------------------------------------------------------------------------------------------------------


def pattern_text(trainer: Trainer, study: PatternStudy) -> str:
    """The report for a person: patterns, single neurons, dropped neurons, similarity, the comment's own table."""
    lines = [network_line(trainer, study)]
    sections = [
        (patterns_title(study), _pattern_lines(study)),
        ("One neuron alone", _alone_lines(study)),
        ("Without one neuron", _dropped_lines(study)),
        ("Similar patterns, and confused classes", _similarity_lines(study)),
        ("The comment's own table", comment_lines()),
    ]
    for title, body in sections:
        lines += ["", click.style(title, bold=True), *body]
    return "\n".join(line.rstrip() for line in lines)


def network_line(trainer: Trainer, study: PatternStudy) -> str:
    """The data, the network, and how well it does."""
    network = "-".join(map(str, trainer.network.sizes)) + f" {study.hidden.activation}"
    train, test = (trainer.evaluate(part).accuracy for part in ("train", "test"))
    return (
        f"{trainer.data.name}  {network}  {trainer.step_count:,} steps, {trainer.epoch:g} epochs, "
        f"accuracy {train:.1%} train, {test:.1%} test"
    )


def patterns_title(study: PatternStudy) -> str:
    """Whose patterns they are."""
    where = "the hidden layer" if study.hidden.layers == 1 else f"hidden layer {study.hidden.layer}"
    return f"The patterns of {where}"


Columns = list[tuple[str, list[str]]]
"""Headings, each with the cells below it."""


def are_few(study: PatternStudy) -> bool:
    """Whether each neuron may have a column."""
    return len(study.patterns.units) <= MAX_UNITS


def pattern_columns(study: PatternStudy) -> Columns:
    """A row for each class: its bits, their number, how sure they are, and mean activations; and a row of sums."""
    patterns, few = study.patterns, are_few(study)
    last = [""] if few else []
    columns: Columns = [("class", [*patterns.class_names, *(["sum"] if few else [])])]
    if few:
        columns += [
            (unit, [*("01"[bit] for bit in patterns.bits[:, j].astype(int)), str(patterns.column_sums[j])])
            for j, unit in enumerate(patterns.units)
        ]
    else:
        columns.append((f"{patterns.units[0]} … {patterns.units[-1]}", list(patterns.codes)))
    columns.append(("length", [*map(str, patterns.lengths), *last]))
    columns.append(("same", [*(f"{row.mean():.2f}" for row in patterns.consistency), *last]))
    if few:
        columns += [
            (f"ø {unit}", [*(format_number(float(v), 5) for v in patterns.means[:, j]), ""])
            for j, unit in enumerate(patterns.units)
        ]
    return columns


def columns_text(study: PatternStudy) -> str:
    """What the columns of patterns mean."""
    return ("ø: mean activation. " if are_few(study) else "") + (
        "sure: the share of the class's samples in which a neuron has its commoner state, mean over the neurons."
    )


def _pattern_lines(study: PatternStudy) -> list[str]:
    patterns, few, columns = study.patterns, are_few(study), pattern_columns(study)
    if few:  # a line before the mean activations
        at = len(columns) - len(patterns.units)
        columns.insert(at, ("│", ["│"] * (len(patterns.class_names) + 1)))
    lines = [
        rule_text(patterns),
        *folded(columns_text(study)),
        *table(columns),
        *folded(codes_text(patterns)),
    ]
    if not few:
        sums = "  ".join(f"{u} {s}" for u, s in zip(patterns.units, patterns.column_sums, strict=True))
        lines += folded(f"Classes that hold each neuron's bit: {sums}")
    return lines


def alone_intro(study: PatternStudy) -> str:
    """What one neuron alone means."""
    names = study.data.class_names
    intro = (
        "With all others at 0, the network predicts the class whose line z = b + w·h is highest, for any h that the "
        "activation can give."
        if study.hidden.is_last
        else "With all others of the layer at 0: what the network predicts at the training samples' activations. Only "
        "for the last hidden layer is the set exact."
    )
    if study.hidden.is_last and study.hidden.activation == "relu":
        silent = names[int(study.hidden.logits(study.hidden.offset[None]).argmax())]
        intro += f" A silent neuron, h = 0, predicts {silent}, the class of the largest bias."
    return intro


def alone_columns(study: PatternStudy) -> Columns:
    """A row for each neuron: what it predicts with all others at 0."""
    names = study.data.class_names
    return [
        ("neuron", list(study.patterns.units)),
        ("can predict", [str(len(alone.classes)) for alone in study.alone]),
        ("by activation", [alone_text(alone, names) for alone in study.alone]),
        ("on the training samples", [seen_text(alone, names) for alone in study.alone]),
    ]


def _alone_lines(study: PatternStudy) -> list[str]:
    left = "neuron", "by activation", "on the training samples"
    return [*folded(alone_intro(study)), *table(alone_columns(study), left=left)]


DROPPED = "Accuracy on the test samples, and the classes lost: recall was at least 50%, and now is below it."


def dropped_columns(study: PatternStudy) -> Columns:
    """A row for the whole layer and for each neuron: accuracy without it, and the classes lost."""
    names = study.data.class_names
    columns: Columns = [("neuron", ["none", *study.patterns.units])]
    for fill, text in FILLS.items():
        each = study.without_one[fill]
        columns.append((text, [f"{study.answers.accuracy:.1%}", *(f"{d.answers.accuracy:.1%}" for d in each)]))
        columns.append(("loses", ["", *(listed(d.lost, names) for d in each)]))
    return columns


def _dropped_lines(study: PatternStudy) -> list[str]:
    names, units = study.data.class_names, study.patterns.units
    lines = [*folded(DROPPED), *table(dropped_columns(study), left=("neuron", "loses"))]
    if len(units) <= MAX_UNITS and len(names) <= MAX_CLASSES:
        lines += ["", "Recall of each class in %, whole and without each neuron:"]
        whole: list[tuple[str, list[str]]] = [("class", list(names)), ("whole", _percents(study.answers.recall))]
        tables = [
            table(
                [*(whole if fill == "zero" else whole[:1]), *_recall_columns(units, study.without_one[fill])],
                title=text.replace("its mean", "their means"),
            )
            for fill, text in FILLS.items()
        ]
        lines += beside(tables)
    return lines


def _recall_columns(units: Sequence[str], each: Sequence[Dropped]) -> list[tuple[str, list[str]]]:
    return [(unit, _percents(dropped.answers.recall)) for unit, dropped in zip(units, each, strict=True)]


def similarity_text(study: PatternStudy) -> str:
    """Whether classes with similar patterns are confused more often."""
    names, rho = study.data.class_names, study.correlations
    return (
        f"Spearman's ρ, over the {len(names) * (len(names) - 1) // 2} pairs of classes, between how often two are "
        f"confused and their Hamming distance: {_rho(rho.hamming)}; their cosine: {_rho(rho.cosine)}. Where classes "
        "with similar patterns are confused more often, the first is negative and the second positive."
    )


def matrices(study: PatternStudy) -> list[tuple[str, list[list[str]]]]:
    """Titles and cells, a row and a column for each class."""
    return [
        ("Hamming distance", [[str(v) for v in row] for row in study.patterns.hamming]),
        ("cosine of the means, ×100", cosine_cells(study.patterns)),
        ("confusion, test samples", confusion_cells(study.answers.confusion)),
    ]


def _similarity_lines(study: PatternStudy) -> list[str]:
    names, summary = study.data.class_names, similarity_text(study)
    if len(names) > MAX_CLASSES:
        return [*folded(summary), f"The matrices of the {len(names)} classes are in --json."]
    tables = [matrix(names, cells, title) for title, cells in matrices(study)]
    return [*beside(tables), "confusion: a row for each class, a column for each answer.", *folded(summary)]


def comment_lines() -> list[str]:
    """The comment's table beside what it says of each neuron, and its contradictions."""
    patterns, digits = comment_table.as_patterns(), tuple(map(str, range(10)))
    codes = table(
        [
            ("digit", [*digits, "sum"]),
            *(
                (unit, [*(code[j] for code in comment_table.CODES), str(comment_table.COLUMN_SUMS[j])])
                for j, unit in enumerate(patterns.units)
            ),
            ("length", [*map(str, comment_table.LENGTHS), ""]),
        ]
    )
    claims = comment_table.neuron_claims()
    neurons = table(
        [
            ("neuron", [claim.unit for claim in claims]),
            ("predicts alone", [listed(claim.alone, digits) for claim in claims]),
            ("its column holds", [listed(claim.holds, digits) for claim in claims]),
            ("lost without it", [listed(claim.lost, digits) for claim in claims]),
        ],
        left=("neuron", "predicts alone", "its column holds", "lost without it"),
    )
    smallest, count, mean = comment_table.nearest()
    return [
        *folded("The comment under the article prints this for its own 784-5-10 relu network, not yours:"),
        *beside([codes, neurons]),
        f"{patterns.distinct} distinct patterns; smallest Hamming distance {smallest}, in {count} pairs; "
        f"mean {mean:.2f}.",
        *[line for sentence in comment_table.contradictions() for line in folded(sentence, "- ")],
    ]


def _rho(value: float) -> str:
    return "undefined (one of the two never varies)" if np.isnan(value) else f"{value:+.2f}".replace("-", "−")


def _percents(values: Array) -> list[str]:
    return [NONE if np.isnan(v) else f"{100 * float(v):.0f}" for v in values]
