"""The report of `lsexplorer patterns --train`: as data, and as text."""

import math
from typing import Any

import click

from lsexplorer.render.numbers import NONE, format_number
from lsexplorer.render.tables import folded, table
from lsexplorer.run.start import layer_sizes
from lsexplorer.study.patterns.training import METHODS, QUANTITIES, PatternComparison
from lsexplorer.study.stats import Interval

OTHERS = tuple(method for method in METHODS if method != "patterns")


def training_result(comparison: PatternComparison) -> dict[str, Any]:
    """All of a comparison in plain values: means with their intervals, paired differences, and each seed's values."""
    return {
        "data": comparison.data.name,
        "notes": list(comparison.data.notes),
        "network": _sizes(comparison),
        "hyperparameters": comparison.hp.as_dict(),
        "steps": comparison.steps,
        "beta": comparison.beta,
        "label_smoothing": comparison.smoothing,
        "seeds": list(comparison.seeds),
        "teacher_seeds": list(comparison.teachers),
        "arms": {
            method: {q.name: comparison.interval(q.name, method)._asdict() for q in QUANTITIES} for method in METHODS
        },
        "differences": {
            f"patterns - {other}": {q.name: comparison.difference(q.name, other)._asdict() for q in QUANTITIES}
            for other in OTHERS
        },
        "values": {
            q.name: {method: comparison.values[q.name][:, i].tolist() for i, method in enumerate(METHODS)}
            for q in QUANTITIES
        },
    }


def training_text(comparison: PatternComparison) -> str:
    """The comparison for a person: the methods, the paired differences, and what they show."""
    network = "-".join(map(str, _sizes(comparison))) + f" {comparison.hp.activation}"
    names = {"smoothing": f"smoothing {comparison.smoothing:g}"}
    methods = [
        (names.get(method, method), [_mean(comparison.interval(q.name, method)) for q in QUANTITIES])
        for method in METHODS
    ]
    differences = [
        (f"patterns − {other}", [_difference(comparison.difference(q.name, other)) for q in QUANTITIES])
        for other in OTHERS
    ]
    count = len(QUANTITIES) * len(OTHERS)
    lines = [
        f"{comparison.data.name}  {network}  {comparison.steps:,} steps, {len(comparison.seeds)} seeds",
        "",
        *folded(
            f"Loss + β·mean ‖h/s − μ_y‖² with β = {comparison.beta:g}: μ are the mean activations by class of a "
            "trained network of another seed, scaled to unit RMS by s, and then fixed. Permuted: the same patterns, "
            "each given to another class. The networks of a seed share first weights and batches."
        ),
        "",
        click.style(f"Mean ± half a 95% t interval over {len(comparison.seeds)} seeds", bold=True),
        *table([("", [f"{q.label}, {q.part}" for q in QUANTITIES]), *methods], left=("",)),
        "",
        click.style("Paired differences with 95% t intervals; * where the interval leaves out 0", bold=True),
        *table([("", [q.label for q in QUANTITIES]), *differences], left=("",)),
        *folded(f"Of {count} intervals about {count * 0.05:.0f} would leave out 0 by chance if nothing differed."),
        "",
        *[line for sentence in findings(comparison) for line in folded(sentence, "- ")],
        *folded(
            "NC1 = tr(Σ_W Σ_B†)/K: the smaller, the closer the classes lie to their means; a nearly dead neuron makes "
            "it large. Separation = tr Σ_B / tr Σ_W: the larger, the further apart the classes lie. Both are measured "
            "on the last hidden layer."
        ),
    ]
    return "\n".join(line.rstrip() for line in lines)


def findings(comparison: PatternComparison) -> list[str]:
    """What the intervals of accuracy and separation show, a sentence for each comparison."""
    sentences = []
    for other, words in (
        ("plain", "plain training"),
        ("smoothing", f"label smoothing {comparison.smoothing:g}"),
        ("permuted", "the same patterns given to other classes"),
    ):
        parts = []
        for name, better, worse in (
            ("accuracy", "more accurate", "less accurate"),
            ("separation", "further separated", "less separated"),
        ):
            interval = comparison.difference(name, other)
            if interval.low <= 0 <= interval.high:
                parts.append(f"no difference in {name} is shown")
            else:
                parts.append(better if interval.low > 0 else worse)
        sentences.append(f"Patterns against {words}: {'; '.join(parts)}.")
    return sentences


def _sizes(comparison: PatternComparison) -> list[int]:
    return list(layer_sizes(comparison.data, comparison.hp))


def _mean(interval: Interval) -> str:
    if math.isnan(interval.mean):
        return NONE
    return f"{format_number(interval.mean, 6)} ± {format_number(interval.high - interval.mean, 5)}"


def _difference(interval: Interval) -> str:
    if math.isnan(interval.mean):
        return NONE
    star = "*" if interval.low > 0 or interval.high < 0 else " "
    ends = f"[{format_number(interval.low, 6, signed=True)}, {format_number(interval.high, 6, signed=True)}]"
    return f"{format_number(interval.mean, 6, signed=True)} {ends}{star}"
