"""Sentences that the patterns screen and the patterns report share."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted
from lsexplorer.render.numbers import NONE, format_number
from lsexplorer.study.patterns.bits import Patterns
from lsexplorer.study.patterns.neurons import Alone

ACTIVE = {"relu": "h > 0", "tanh": "h > 0", "identity": "h > 0", "logistic": "h > .5"}
"""When a unit counts as active, by activation."""
MAX_NAMED = 12
"""Names in a list at most; more are counted."""


def listed(classes: Iterable[int], names: Sequence[str], none: str = "none") -> str:
    """The names of some classes: '0, 3, 5', or ``none``."""
    members = [names[c] for c in classes]
    more = f" and {len(members) - MAX_NAMED} more" if len(members) > MAX_NAMED else ""
    return (", ".join(members[:MAX_NAMED]) + more) or none


def alone_text(alone: Alone, names: Sequence[str]) -> str:
    """What a neuron alone predicts, by its activation: '1 to h = .4695, 5 to 42.28, then 9'.

    Below the last hidden layer, only the classes that were seen.
    """
    if alone.stretches is None:
        return f"{listed(alone.classes, names)} (seen)"
    if len(alone.stretches) == 1:
        return f"always {names[alone.stretches[0].klass]}"
    parts, equals = [], "h = "
    for stretch in alone.stretches[:-1]:
        name, at = names[stretch.klass], equals + format_number(stretch.end, 5)
        parts.append(f"{name} at {at} alone" if stretch.start == stretch.end else f"{name} to {at}")
        equals = ""
    return ", ".join(parts) + f", then {names[alone.stretches[-1].klass]}"


def seen_text(alone: Alone, names: Sequence[str]) -> str:
    """The classes that win at the training samples' activations, the commonest first: '5 81 %, 1 19 %'."""
    total = alone.seen.sum()
    order = sorted((c for c in range(len(names)) if alone.seen[c]), key=lambda c: -alone.seen[c])
    return ", ".join(f"{names[c]} {_percent(alone.seen[c] / total)}" for c in order)


def codes_text(patterns: Patterns) -> str:
    """How many distinct patterns there are, which classes share one, and which units are dead."""
    names = patterns.class_names
    groups = []
    for group in patterns.shared_codes[:3]:
        code = patterns.codes[group[0]]
        groups.append(f"{_together([names[c] for c in group])} share {code if len(code) <= 16 else 'one'}")
    more = len(patterns.shared_codes) - 3
    if more > 0:
        groups.append(f"{more} more groups")
    text = f"{counted(patterns.distinct, 'distinct pattern', 'distinct patterns')} for {len(names)} classes"
    return ": ".join([text, *(["; ".join(groups)] if groups else [])]) + f". {dead_text(patterns)}"


def cosine_cells(patterns: Patterns) -> list[list[str]]:
    """The cosines of each two classes' means in %, (C, C); '—' where one of the means is 0."""
    return [[NONE if np.isnan(v) else f"{round(100 * v)}".replace("-", "−") for v in row] for row in patterns.cosine]


def confusion_cells(confusion: NDArray[np.int64]) -> list[list[str]]:
    """The entries of a confusion matrix, (C, C); '·' for 0."""
    return [[str(count or "·") for count in row] for row in confusion.tolist()]


def dead_text(patterns: Patterns) -> str:
    """Which units are dead."""
    dead = [unit for unit, is_dead in zip(patterns.units, patterns.dead, strict=True) if is_dead]
    if not dead:
        return "No dead neuron."
    names = ", ".join(dead[:MAX_NAMED]) + ("…" if len(dead) > MAX_NAMED else "")
    return f"{len(dead)} dead: {names} (the same activation for every training sample)."


def rule_text(patterns: Patterns) -> str:
    """What a bit of the pattern means."""
    return (
        f"A bit is 1 where the neuron is active ({ACTIVE[patterns.activation]}) for more than "
        f"τ = {patterns.threshold:g} of the class's training samples."
    )


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "<1%"
