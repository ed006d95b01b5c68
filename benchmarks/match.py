"""The table of matches in docs/benchmarks.md: verdicts on built-in data, the facts they show, and how long they took.

python -m benchmarks.match [NAME …]
"""

import math
import sys
import time

from lsexplorer import load_dataset, match
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match.findings import Finding

NAMES = ("iris", "penguins", "digits", "mnist1d")
LABEL_SMOOTHING, NOISE = 0.1, 0.3


def row(name: str, label_noise: float = 0.0) -> tuple[str, ...]:
    """One data set's cells."""
    data = load_dataset(name, label_noise=label_noise)
    start = time.perf_counter()
    found = match(data, label_smoothing=LABEL_SMOOTHING, workers=cores())
    seconds = time.perf_counter() - start
    measured = {one.measure.name: one for one in found.matchings["weight_norm"].findings}
    strengths = [f"{s.value:.3g}" if s.value is not None else "none" for s in found.strengths.values()]
    classes = len(data.class_names)
    gap = math.log(1 + classes * (1 - LABEL_SMOOTHING) / LABEL_SMOOTHING)

    def pair(one: Finding, scale: float = 1.0, digits: int = 3) -> str:
        return f"{scale * one.plain:.{digits}f} → {scale * one.smoothing:.{digits}f}"

    return (
        name + (f", {label_noise:.0%} of labels wrong" if label_noise else ""),
        *strengths,
        "" if found.ratio is None else f"{found.ratio:.3g}",
        f"{measured['logit_gap'].smoothing:.2f} ({gap:.2f})",
        pair(measured["accuracy"], 100, 1),
        pair(measured["ece"]),
        found.verdict.kind,
        f"{seconds:.0f} s",
    )


def main() -> None:
    """Print the table as Markdown."""
    names = (
        "data",
        "λ by norm",
        "by gap",
        "by NLL",
        "ratio",
        "gap (limit)",
        "accuracy",
        "ECE",
        "verdict by norm",
        "took",
    )
    print("| " + " | ".join(names) + " |")
    print("|" + " --- |" * len(names))
    for name in sys.argv[1:] or NAMES:
        print("| " + " | ".join(row(name)) + " |", flush=True)
    if len(sys.argv) == 1:
        print("| " + " | ".join(row("digits", NOISE)) + " |", flush=True)


if __name__ == "__main__":
    main()
