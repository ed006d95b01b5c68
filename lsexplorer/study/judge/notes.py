"""What is said beside a verdict on anyone's networks: what could not be measured, and what few seeds can show."""

import math
from collections.abc import Collection

from lsexplorer.study.measures import Need, left_out
from lsexplorer.study.stats import t_quantile

ENOUGH = 12
"""Seeds from which on nothing is said of their number."""


def left_out_note(has: Collection[Need]) -> list[str]:
    """The measures that are left out, each with what it needs, in a line; not those of the training part's logits."""
    missing = left_out({*has, "logits_train"})
    if "weights" in missing:
        missing["weights"] = [*missing["weights"], "what is measured by layer"]
    parts = [f"{', '.join(labels)} ({need})" for need, labels in missing.items()]
    return [f"Left out, for want of what is in brackets: {'; '.join(parts)}."] if parts else []


LOGARITHMS = "Logits are the logarithms of the probabilities, and so is what their CKA compares."
"""What is said where networks answer probabilities."""

ROWS_UNKNOWN = "How many rows were trained on is not known: the judged ones are taken for a quarter as many."
"""What is said where intervals over splits need that number."""


def few_seeds(seeds: int) -> list[str]:
    """What may be said with so few seeds; nothing where they are enough."""
    if seeds >= ENOUGH:
        return []
    reach, usual = (t_quantile(0.975, n - 1) / math.sqrt(n) for n in (seeds, ENOUGH))
    return [
        f"With {seeds} seeds an interval reaches {reach:.1f} standard deviations of the seeds to either side, with "
        f"{ENOUGH} it reaches {usual:.1f}. What is found holds all the same; what is undecided may take more seeds."
    ]
