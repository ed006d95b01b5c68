"""What `lsexplorer patterns --train` says of pattern targets against plain training, smoothing and wrong patterns."""

import math
from typing import Any

import click

from lsexplorer.render.numbers import NONE, format_number
from lsexplorer.render.tables import folded, table
from lsexplorer.run.start import layer_sizes
from lsexplorer.study.patterns.training import ARMS, QUANTITIES, PatternComparison
from lsexplorer.study.stats import Interval

OTHERS = tuple(arm for arm in ARMS if arm != "patterns")


def training_result(found: PatternComparison) -> dict[str, Any]:
    """All of a comparison in plain values: means with their intervals, paired differences, and each seed's values."""
    return {
        "data": found.data.name,
        "network": _sizes(found),
        "hyperparameters": found.hp.as_dict(),
        "steps": found.steps,
        "beta": found.beta,
        "label_smoothing": found.smoothing,
        "seeds": list(found.seeds),
        "teacher_seeds": list(found.teachers),
        "arms": {arm: {q.name: found.interval(q.name, arm)._asdict() for q in QUANTITIES} for arm in ARMS},
        "differences": {
            f"patterns - {other}": {q.name: found.difference(q.name, other)._asdict() for q in QUANTITIES}
            for other in OTHERS
        },
        "values": {
            q.name: {arm: found.values[q.name][:, i].tolist() for i, arm in enumerate(ARMS)} for q in QUANTITIES
        },
    }


def training_text(found: PatternComparison) -> str:
    """The comparison for a person: the arms, the paired differences, and what they tell."""
    network = "-".join(map(str, _sizes(found))) + f" {found.hp.activation}"
    names = {"smoothing": f"smoothing {found.smoothing:g}"}
    arms = [(names.get(arm, arm), [_mean(found.interval(q.name, arm)) for q in QUANTITIES]) for arm in ARMS]
    differences = [
        (f"patterns − {other}", [_difference(found.difference(q.name, other)) for q in QUANTITIES]) for other in OTHERS
    ]
    count = len(QUANTITIES) * len(OTHERS)
    lines = [
        f"{found.data.name}  {network}  {found.steps:,} steps, {len(found.seeds)} seeds",
        "",
        *folded(
            f"Loss + β·mean ‖h/s − μ_y‖² with β = {found.beta:g}: μ are the mean activations by class of a trained "
            "network of another seed, scaled to unit RMS by s, and frozen. Permuted: the same patterns, each given to "
            "another class. All arms of a seed share first weights and batches."
        ),
        "",
        click.style(f"Mean ± half a 95% t interval over {len(found.seeds)} seeds", bold=True),
        *table([("", [f"{q.label}, {q.part}" for q in QUANTITIES]), *arms], left=("",)),
        "",
        click.style("Paired differences with 95% t intervals; * where the interval leaves out 0", bold=True),
        *table([("", [q.label for q in QUANTITIES]), *differences], left=("",)),
        *folded(f"Of {count} intervals about {count * 0.05:.0f} would leave out 0 by chance if nothing differed."),
        "",
        *[line for sentence in findings(found) for line in folded(sentence, "- ")],
        *folded(
            "NC1 = tr(Σ_W Σ_B†)/K: the smaller, the closer the classes lie to their means; a nearly dead neuron makes "
            "it large. Separation = tr Σ_B / tr Σ_W: the larger, the further apart they lie. Both of the last hidden "
            "layer."
        ),
    ]
    return "\n".join(line.rstrip() for line in lines)


def findings(found: PatternComparison) -> list[str]:
    """What the intervals of accuracy and separation tell, a sentence for each comparison."""
    sentences = []
    for other, words in (
        ("plain", "plain training"),
        ("smoothing", f"label smoothing {found.smoothing:g}"),
        ("permuted", "the same patterns given to other classes"),
    ):
        parts = []
        for name, better, worse in (
            ("accuracy", "more accurate", "less accurate"),
            ("separation", "further separated", "less separated"),
        ):
            interval = found.difference(name, other)
            word = better if interval.low > 0 else worse if interval.high < 0 else "not told apart"
            parts.append(f"{name} {word}" if word == "not told apart" else word)
        sentences.append(f"Patterns against {words}: {'; '.join(parts)}.")
    return sentences


def _sizes(found: PatternComparison) -> list[int]:
    return list(layer_sizes(found.data, found.hp))


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
