"""Cost against work: how time grows with networks, rows, units and workers, and whether memory stays flat.

python -m benchmarks.scale                    all of it, about ten minutes on two cores
python -m benchmarks.scale networks units     some: networks, rows, units, workers, memory

Each table has the cost of a piece of work, and the cost of one unit of it. Growth is linear where one unit costs the
same: the line below a table names the sizes over which it costs at most a quarter more than the cheapest.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.bank import made_bank, made_up
from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.render.charts import Line, LineChart, draw
from lsexplorer.study.sweep.results import Grid, Results
from lsexplorer.study.sweep.sweeping import MEASURES, sweep
from tests.support.cluster import cluster

SECONDS = 1.0
"""For which a piece of work is done again and again; the fastest time counts."""
LINEAR = 1.25
"""Growth counts as linear while one unit costs at most this, in terms of the cheapest."""


class Cost(NamedTuple):
    """What some work took."""

    size: int
    seconds: float


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of the turns that fit in SECONDS, after one that does not count; three turns at least."""
    work()
    turns, end = list[float](), time.perf_counter() + SECONDS
    while len(turns) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        turns.append(time.perf_counter() - start)
    return min(turns)


def show(title: str, unit: str, costs: Sequence[Cost]) -> None:
    """Print a table, where growth is linear, and a chart of the cost of one unit."""
    each = [cost.seconds / cost.size for cost in costs]
    print(f"\n{title}\n\n| {unit}s | seconds | µs for one |\n| --- | --- | --- |")
    for cost, one in zip(costs, each, strict=True):
        print(f"| {cost.size:,} | {cost.seconds:.3g} | {one * 1e6:.4g} |")
    linear = [cost.size for cost, one in zip(costs, each, strict=True) if one <= LINEAR * min(each)]
    print(f"\nlinear from {linear[0]:,} to {linear[-1]:,} {unit}s: {min(each) * 1e6:.4g} µs for one\n")
    sizes = np.array([cost.size for cost in costs])
    chart = LineChart([Line(f"µs a {unit}", sizes, np.array(each) * 1e6)], log_x=True, log_y=True)
    print("\n".join(row.plain for row in draw(chart, 70, 12, color=True)), flush=True)


def networks() -> None:
    """A step of a bank, by how many networks it has."""
    for sizes, batch in (((4, 5, 3), 16), ((64, 32, 10), 32)):
        costs = []
        for count in (1, 4, 16, 64, 256, 1024, 4096):
            bank = made_bank(sizes, batch, count, seeds=min(count, 8))
            costs.append(Cost(count, fastest(partial(bank.step, 4)) / 4))
        show(f"A step of a bank of {'-'.join(map(str, sizes))}, batches of {batch}", "network", costs)


def rows() -> None:
    """An epoch, and an evaluation of the training part, by how many rows it has."""
    epochs, evaluations = [], []
    for count in (100, 1_000, 10_000, 100_000, 1_000_000):
        trainer = Trainer(made_up(4, 3, count), Hyperparameters(hidden=(5,), batch_size=16))
        epochs.append(Cost(count, fastest(partial(trainer.step, trainer.steps_per_epoch))))
        evaluations.append(Cost(count, fastest(partial(_step_and_evaluate, trainer))))
    show("An epoch of 4-5-3 in batches of 16, history on", "row", epochs)
    show("A step and an evaluation of 4-5-3", "row", evaluations)


def _step_and_evaluate(trainer: Trainer) -> None:
    """An evaluation is made once for a step, so each needs a new one."""
    trainer.step()
    trainer.evaluate("train")


def units() -> None:
    """A step of one network, by its hidden units."""
    costs = []
    for count in (5, 16, 64, 256, 1024, 4096):
        trainer = Trainer(made_up(784, 10, 320), Hyperparameters(hidden=(count,), batch_size=32))
        costs.append(Cost(count, fastest(partial(trainer.step, 4)) / 4))
    show("A step of 784-units-10, batches of 32, history on", "unit", costs)


def workers() -> None:
    """A sweep, by its networks, on one and two processes and on one and two workers of a Dask cluster here."""
    print("\nA sweep of Iris, 20 epochs: start, and what each further network takes\n")
    print("| where | seconds of 256 networks | of 8,192 | ms a network | start, s | networks a second |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    for place, count in (("processes", 1), ("processes", 2), ("Dask workers", 1), ("Dask workers", 2)):
        with tempfile.TemporaryDirectory() as folder:
            if place == "processes":
                small, large = (_swept(points, count) for points in (16, 512))
            else:
                with cluster(Path(folder), count) as dask:
                    _swept(16, dask.address)  # so that the workers have imported what they need
                    small, large = (_swept(points, dask.address) for points in (16, 512))
        each = (large - small) / (8192 - 256)
        cells = f"{small:.2f}", f"{large:.2f}", f"{each * 1e3:.2f}", f"{small - 256 * each:.2f}", f"{1 / each:,.0f}"
        print(f"| {count} {place} | " + " | ".join(cells) + " |", flush=True)


def _swept(points: int, where: int | str) -> float:
    start = time.perf_counter()
    sweep(load_dataset("iris"), vary={"l2": [i / 1000 for i in range(points)]}, seeds=16, epochs=20, workers=where)
    return time.perf_counter() - start


def memory() -> None:
    """What the rows of a sweep's results hold of this process's memory, and how long they take to write and read."""
    print("\nA sweep's rows, written 100 at a time to a file, then read again\n")
    print(
        "| rows | file, MiB | written, s | read, s | memory that is no file's, MiB |\n| --- | --- | --- | --- | --- |"
    )
    for count in (10_000, 100_000, 1_000_000, 10_000_000):
        with tempfile.TemporaryDirectory() as folder:
            file, grid = Path(folder) / "rows.csv", _grid(count)
            start = time.perf_counter()
            _write(file, grid)
            written = time.perf_counter() - start
            start, kept = time.perf_counter(), Results(file, "0" * 12, grid, MEASURES)
            read = time.perf_counter() - start
            assert kept.known.all()
            size = file.stat().st_size / 2**20
            print(f"| {count:,} | {size:,.0f} | {written:.1f} | {read:.1f} | {_own_memory():.0f} |", flush=True)


def _grid(rows: int) -> Grid:
    return Grid(("l2",), tuple((i / 1e6,) for i in range(rows // 1000)), tuple(range(1000)))


def _write(file: Path, grid: Grid) -> None:
    results = Results(file, "0" * 12, grid, MEASURES)
    rng = np.random.default_rng(0)
    for point in grid.points:
        for seeds in np.array_split(grid.seeds, 10):
            values = rng.random((len(seeds), len(MEASURES))).tolist()
            results.add((((point, seed), row) for seed, row in zip(seeds.tolist(), values, strict=True)), "NumPy")


def _own_memory() -> float:
    """Of this process, in MiB, without what is mapped from files, which the system takes back when it needs it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 2**10


PARTS: dict[str, Callable[[], None]] = {
    part.__name__: part for part in (networks, rows, units, workers, memory)
}  # fmt: skip


def main(names: Iterable[str]) -> None:
    """Measure some parts, or all."""
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
