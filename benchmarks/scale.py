"""Cost against work: how time grows with networks, rows, units and workers, and whether memory stays flat.

python -m benchmarks.scale                    networks, rows, units, workers, memory: about five minutes on two cores
python -m benchmarks.scale networks units     some of them
python -m benchmarks.scale many_rows          ten million rows of a sweep, which take ten minutes more

Each table has the cost of a piece of work, and the cost of one unit of it. Growth is linear where one unit costs the
same: the line below a table names the most sizes in a row over which it differs by a quarter at most, and what one
costs outside of them. A bank works on one core; what two cores bring is in the table of workers.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.bank import made_bank, made_up
from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.render.charts import Line, LineChart, draw
from lsexplorer.study.sweep.results import Grid, Results
from lsexplorer.study.sweep.sweeping import MAX_NETWORKS, MEASURES, sweep
from tests.support.cluster import cluster

SECONDS = 1.0
"""For which a piece of work is done again and again; the fastest time counts."""
LINEAR = 1.25
"""Growth counts as linear over sizes of which the dearest unit costs at most this, in terms of the cheapest."""


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
    print(f"\n{linear(costs, unit)}\n")
    sizes = np.array([cost.size for cost in costs])
    chart = LineChart([Line(f"µs a {unit}", sizes, np.array(each) * 1e6)], log_x=True, log_y=True)
    print("\n".join(row.plain for row in draw(chart, 70, 12, color=True)), flush=True)


def linear(costs: Sequence[Cost], unit: str) -> str:
    """Over which sizes, as many as can be, one unit costs about the same, and what it costs at the ends outside."""
    each = [cost.seconds / cost.size * 1e6 for cost in costs]
    ranges = [(last - first, last, first) for last in range(len(each)) for first in range(last + 1)]
    _, last, first = max(some for some in ranges if _is_flat(each[some[2] : some[1] + 1]))
    flat = each[first : last + 1]
    ends = [at for at in (0, len(each) - 1) if not first <= at <= last]
    outside = [f"{each[at] / np.mean(flat):.2g} times as much at {costs[at].size:,}" for at in ends]
    return (
        f"linear from {costs[first].size:,} to {costs[last].size:,} {unit}s: {min(flat):.3g} to {max(flat):.3g} µs for "
        f"one, {' and '.join(outside) or 'no bend in sight'}"
    )


def _is_flat(each: Sequence[float]) -> bool:
    return max(each) <= LINEAR * min(each)


def networks() -> None:
    """An epoch of a bank, by how many networks it has; compiled loops train whole epochs at once."""
    for sizes, batch in (((4, 5, 3), 16), ((64, 32, 10), 32)):
        costs = []
        for count in (1, 4, 16, 64, 256, 1024, 4096):
            bank = made_bank(sizes, batch, count, seeds=min(count, 8))
            costs.append(Cost(count, fastest(partial(bank.step, bank.steps_per_epoch)) / bank.steps_per_epoch))
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
    """A sweep, by its networks, here, in one and two processes and on one and two workers of a Dask cluster here."""
    title, sizes, alone = "A sweep of Iris, 20 epochs, on", (256, 1024, 4096, 16_384, 65_536), 0.0
    for place, count in (("1 process", 1), ("2 processes", 2), ("1 Dask worker", 1), ("2 Dask workers", 2)):
        with ExitStack() as stack:
            where: int | str = count
            if "Dask" in place:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                where = stack.enter_context(cluster(folder, count)).address
            first = _swept(sizes[0], where)
            costs = [Cost(size, _swept(size, where)) for size in sizes]
        show(f"{title} {place}, with its start", "network", costs)
        alone = alone or costs[-1].seconds
        print(f"the very first, of {sizes[0]}, when all was yet to be imported: {first:.2f} s")
        print(f"{sizes[-1]:,} networks {alone / costs[-1].seconds:.2f} times as fast as on 1 process", flush=True)


def _swept(networks: int, where: int | str) -> float:
    """Seconds of a sweep of so many networks, 16 seeds each."""
    start, points = time.perf_counter(), networks // 16
    vary = {"l2": [0.1 * i / points for i in range(points)]}
    sweep(load_dataset("iris"), vary=vary, seeds=16, epochs=20, workers=where)
    return time.perf_counter() - start


def memory(counts: Iterable[int] = (10_000, 100_000, 1_000_000)) -> None:
    """What the rows of a sweep's results hold of this process's memory, and how long they take to write and read."""
    print("\nA sweep's rows, written 100 at a time to a file, then read again\n")
    print(
        "| rows | file, MiB | written, s | read, s | memory that is no file's, MiB |\n| --- | --- | --- | --- | --- |"
    )
    for count in counts:
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


def many_rows() -> None:
    """The same of as many rows as a sweep may have."""
    memory([MAX_NETWORKS])


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


USUAL: tuple[Callable[[], None], ...] = (networks, rows, units, workers, memory)
PARTS = {part.__name__: part for part in (*USUAL, many_rows)}


def main(names: Iterable[str]) -> None:
    """Measure some parts, or the usual ones."""
    for part in [PARTS[name] for name in names] or USUAL:
        part()


if __name__ == "__main__":
    main(sys.argv[1:])
