"""How long it takes to measure what a network answered, and how much memory beyond the answers.

python -m benchmarks.scoring [ROWSxCLASSES …]

Single precision, 512 hidden units, in a process each. Seconds are those of the processor; memory is the peak of the
process less what it held before.
"""

import resource
import subprocess
import sys
import time

import numpy as np

import lsexplorer as ls
from lsexplorer.study.answers.answers import Answers
from lsexplorer.study.measures import measure

BOUNDS = {"10000x100": (0.5, 2.0), "50000x1000": (10.0, 2.0)}
"""Seconds and GiB at most."""
UNITS = 512
GIB = 2**30


def answer(rows: int, classes: int) -> ls.Answer:
    """What a network might have answered: right three times in four, surer where it is right."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, classes, rows)
    logits = rng.standard_normal((rows, classes), dtype=np.float32)
    logits[np.arange(rows), y] += rng.normal(np.sqrt(2 * np.log(classes)) + 1.0, 1.5, rows).astype(np.float32)
    hidden = rng.standard_normal((rows, UNITS), dtype=np.float32)
    return ls.Answer(y=y, logits=logits, hidden=hidden)


def peak() -> float:
    """The most memory that this process has held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB


def measured(size: str) -> None:
    """Print the seconds and the memory of one network's measures."""
    rows, classes = map(int, size.split("x"))
    measure(Answers.of([answer(100, 10).checked()]))  # what is imported or set up at the first call
    given = answer(rows, classes)
    before, start = peak(), time.process_time()
    measure(Answers.of([given.checked()]))
    print(time.process_time() - start, peak() - before)


def main() -> None:
    """Print the table as Markdown."""
    if sys.argv[1:2] == ["--one"]:
        measured(sys.argv[2])
        return
    print("| rows × classes | processor seconds | at most | GiB | at most |\n| --- | --- | --- | --- | --- |")
    for size in sys.argv[1:] or BOUNDS:
        command = [sys.executable, "-m", "benchmarks.scoring", "--one", size]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, gib = map(float, ran.stdout.split())
        most_seconds, most_gib = BOUNDS.get(size, (float("nan"), float("nan")))
        print(
            f"| {size.replace('x', ' × ')} | {seconds:.2f} | {most_seconds:g} | {gib:.2f} | {most_gib:g} |", flush=True
        )


if __name__ == "__main__":
    main()
