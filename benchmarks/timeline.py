"""Going to any step of a long run, and the memory of a longer one.

python -m benchmarks.timeline
"""

import resource
import time
import tracemalloc

import numpy as np

from lsexplorer import Trainer, load_dataset

LONG, LONGER = 100_000, 1_000_000


def goto() -> None:
    """Milliseconds of going to random steps of a run of LONG steps, from wherever one is."""
    trainer = Trainer(load_dataset("iris"))
    trainer.step(LONG)
    times = []
    for step in np.random.default_rng(0).integers(0, LONG, 200).tolist():
        start = time.perf_counter()
        trainer.goto(step)
        times.append((time.perf_counter() - start) * 1e3)
    median, worst = np.median(times), max(times)
    print(f"goto in a run of {LONG:,} steps: median {median:.1f} ms, worst of 200 {worst:.1f} ms   goal 100 ms")


def memory() -> None:
    """Memory held by a run as it grows."""
    trainer = Trainer(load_dataset("iris"))
    tracemalloc.start()
    print("steps        held by Python and NumPy    peak of the process")
    for step in (10_000, 50_000, 100_000, LONGER):
        trainer.goto(step)
        held = tracemalloc.get_traced_memory()[0] / 2**20
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        print(f"{step:9,}    {held:10.2f} MiB          {peak:10.1f} MiB", flush=True)


if __name__ == "__main__":
    goto()
    memory()
