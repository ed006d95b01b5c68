"""What single precision does: to the time of a bank's step, and to verdicts.

    python -m benchmarks.precision [NAME …]

Networks of each shape train in turns in both precisions, in this process; the time of a network-step is the median of
the turns, with as many networks as `benchmarks.peers` takes. Then the verdicts of `lsexplorer match`, on each data set
and criterion, are found in both, and what differs most between them.
"""

import statistics
import sys
import time
from collections.abc import Iterator

from benchmarks.contenders import Work
from benchmarks.peers import WORKS
from lsexplorer import Bank, load_dataset, match
from lsexplorer.bank.bank import PRECISIONS
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match.matching import Match

NAMES = ("iris", "penguins", "digits", "mnist1d")
TURNS, SECONDS = 15, 0.2


def step_times(work: Work) -> list[float]:
    """Microseconds of a network-step in each precision, medians of turns."""
    banks = [Bank(work.data(), work.arms(True), precision=precision) for precision in PRECISIONS]
    steps, times = banks[0].steps_per_epoch, [list[float]() for _ in banks]
    for bank in banks:
        bank.step(steps)
    for _ in range(TURNS):
        for bank, took in zip(banks, times, strict=True):
            start, epochs = time.perf_counter(), 0
            while (now := time.perf_counter()) < start + SECONDS or not epochs:
                bank.step(steps)
                epochs += 1
            took.append((now - start) / epochs / steps / len(bank) * 1e6)
    return [statistics.median(took) for took in times]


def verdicts(name: str) -> Iterator[tuple[str, ...]]:
    """A row for each criterion: both strengths, both verdicts, and the largest change among what is judged."""
    data, found, took = load_dataset(name), list[Match](), list[float]()
    for precision in PRECISIONS:
        start = time.perf_counter()
        found.append(match(data, precision=precision, workers=cores()))
        took.append(time.perf_counter() - start)
    for criterion in found[0].matchings:
        double, single = (one.matchings[criterion] for one in found)
        changes = {
            mine.measure.label: abs(mine.difference.mean - right.difference.mean)
            / (right.difference.high - right.difference.low)
            for mine, right in zip(single.findings, double.findings, strict=True)
            if right.judged
        }
        most = max(changes, key=changes.__getitem__)
        yield (
            name,
            criterion,
            *(f"{one.strength.nearest:.4g}" for one in (double, single)),
            *(one.verdict.kind for one in (double, single)),
            f"{most}, {changes[most]:.1%}",
            " → ".join(f"{seconds:.1f} s" for seconds in took),
        )


def main() -> None:
    """Print both tables as Markdown."""
    names = sys.argv[1:] or NAMES
    print("| network | batch × networks | float64, µs | float32, µs | float64 over float32 |")
    print("|" + " --- |" * 5)
    for work in WORKS:
        double, single = step_times(work)
        shape = "-".join(map(str, work.sizes))
        cells = f"{shape} {work.activation}", f"{work.batch_size} × {work.networks}", f"{double:.2f}", f"{single:.2f}"
        print(f"| {' | '.join(cells)} | {double / single:.2f} |")
    print()
    print(
        "| data | matched on | λ, float64 | float32 | verdict, float64 | float32 "
        "| most changed, of its interval's width | took |"
    )
    print("|" + " --- |" * 8)
    for name in names:
        for row in verdicts(name):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
