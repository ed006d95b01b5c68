"""A sweep of a million networks of 784-512-10 on a thousand cores, on paper, from what its parts take here.

python -m benchmarks.cluster

Measured: a network's training and measuring on one core, the size of the data and the time to send them to a Dask
worker, what the scheduler and this process spend on a job that does nothing, and what a job's rows take to be written.
The rest is arithmetic, which is printed too.
"""

import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from lsexplorer import Bank, Hyperparameters, load_dataset
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.dask_cluster import TRIAL
from lsexplorer.study.jobs.executors import CancelCheck, do_nothing, open_executor
from lsexplorer.study.jobs.jobs import MAX_NETWORKS, TrainingTask, cut
from lsexplorer.study.sweep.results import Grid, Results
from lsexplorer.study.sweep.sweeping import MEASURES, ValidationSplit, train_and_score, with_validation
from tests.support.cluster import cluster

NETWORKS, CORES = 1_000_000, 1_000
POINTS, SEEDS = 10_000, 100
"""Of the sweep: a million networks in all."""
STEPS = 20
"""Trained here of each network, for the time of one."""
WORKERS = 2
EMPTY_JOBS = WORKERS * TRIAL
"""The most that go out one by one: of more jobs than these, short ones go together, and those of the sweep are long."""


def job_of(split: ValidationSplit, hp: Hyperparameters, steps: int) -> TrainingTask:
    """The first job of the sweep, with so many steps."""
    methods = [hp.replace(l2=i / POINTS) for i in range(POINTS)]
    return cut(methods, range(SEEDS), steps)[0]


def cell(split: ValidationSplit, hp: Hyperparameters) -> tuple[float, float]:
    """Seconds of a network's step, and of all else that a network takes, in a whole job on one core."""
    task = job_of(split, hp, 1)
    start = time.perf_counter()
    train_and_score(split, task, do_nothing)
    first = (time.perf_counter() - start) / MAX_NETWORKS
    bank = Bank(split.data, task.hyperparameters)
    bank.step()
    start = time.perf_counter()
    bank.step(STEPS)
    step = (time.perf_counter() - start) / STEPS / MAX_NETWORKS
    return step, first - step


def does_nothing(split: ValidationSplit, task: TrainingTask, check: CancelCheck) -> Any:
    """A job whose result is as large as that of a real one."""
    return np.zeros((MAX_NETWORKS, len(MEASURES))), ""


def scheduling(split: ValidationSplit, task: TrainingTask) -> tuple[float, float]:
    """Seconds from the first job to its result, the data sent on the way, and of each further job."""
    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder), WORKERS) as dask,
        open_executor(dask.address, split) as executor,
    ):

        def seconds(jobs: int) -> float:
            start = time.perf_counter()
            list(executor.run(does_nothing, [task] * jobs))
            return time.perf_counter() - start

        first, alone, many = seconds(1), *(min(seconds(jobs) for _ in range(5)) for jobs in (1, EMPTY_JOBS))
        return first, (many - alone) / (EMPTY_JOBS - 1)


def writing() -> float:
    """Seconds to write a job's rows and have them on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        grid = Grid(("l2",), tuple((float(i),) for i in range(MAX_NETWORKS)), tuple(range(100)))
        results, rng = Results(Path(folder) / "rows.csv", "0" * 12, grid, MEASURES), np.random.default_rng(0)
        start = time.perf_counter()
        for seed in grid.seeds:
            values = rng.random((MAX_NETWORKS, len(MEASURES)))
            results.add((((point, seed), row) for point, row in zip(grid.points, values.tolist(), strict=True)), "")
        return (time.perf_counter() - start) / len(grid.seeds)


def main() -> None:
    """Measure the parts, and print the whole."""
    data = load_dataset("mnist")
    hp = Hyperparameters(**default_hyperparameters(data) | {"hidden": (512,)})
    split, epochs = with_validation(data), default_epochs(data)
    steps = epochs * steps_per_epoch(split.data, hp)
    step, measuring = cell(split, hp)
    task = job_of(split, hp, steps)
    sent, (first, nothing) = len(pickle.dumps(split)), scheduling(split, task)
    write, jobs = writing(), NETWORKS // MAX_NETWORKS
    own = nothing + write
    network = steps * step + measuring
    job, shares = network * MAX_NETWORKS, -(-jobs // CORES)
    print(f"A sweep of {NETWORKS:,} networks of 784-512-10 on {data.name}: {POINTS:,} points, {SEEDS} seeds")
    print(f"{steps:,} steps of {len(split.data.X_train):,} rows in batches of {hp.batch_size}, {epochs} epochs\n")
    print("| measured on one core here | |\n| --- | --- |")
    print(f"| a network's step | {step * 1e6:,.0f} µs |")
    print(f"| setting up and measuring a network | {measuring * 1e3:.1f} ms |")
    print(f"| the data, sent once to each worker | {sent / 2**20:.1f} MiB |")
    print(f"| a job, sent as settings of {MAX_NETWORKS} networks | {len(pickle.dumps(task)) / 2**10:.1f} KiB |")
    print(f"| first result of two workers, data sent | {first:.2f} s |")
    print(f"| a job that does nothing, through Dask | {nothing * 1e3:.2f} ms |")
    print(f"| a job's rows, on the disk | {write * 1e3:.2f} ms |\n")
    print("| on paper | |\n| --- | --- |")
    print(f"| a network | {network:.1f} s |")
    print(f"| all, on one core | {NETWORKS * network / 86400:,.0f} days |")
    print(f"| jobs of {MAX_NETWORKS} networks | {jobs:,}, {job / 60:,.0f} minutes each |")
    print(f"| in {CORES:,} equal shares | {NETWORKS * network / CORES / 3600:.2f} hours |")
    print(f"| in whole jobs: {shares} turns of {CORES:,} | {shares * job / 3600:.2f} hours |")
    print(f"| scheduling and writing, all of it by one process | {jobs * own / 60:.1f} minutes |")
    print(f"| the data to {CORES:,} workers, one after another at 1 Gbit/s | {sent * CORES * 8 / 1e9:.0f} s |")
    print(f"| workers that one process keeps busy | {job / own:,.0f} |")


if __name__ == "__main__":
    main()
