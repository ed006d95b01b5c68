"""One training step against the same step in PyTorch, turn by turn in one process.

    pip install -e '.[benchmark]' && python -m benchmarks.step

Iris, 4-5-3 tanh, softmax and cross-entropy, SGD, batch 16, float64, history on. Each round is a run of its own, so that
every step is recorded. Steps are timed one call at a time, then many in one call, in processor time, since another
program may come between. PyTorch gets the batch as ready tensors and does nothing beside the step: zero_grad, forward,
loss, backward, optimiser.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from lsexplorer import Hyperparameters, Trainer, load_dataset

ROUNDS, STEPS, WARM_UP = 30, 300, 100


def timed(step: Callable[[], object], steps: int = STEPS) -> list[float]:
    """Microseconds of each of so many calls."""
    times = []
    for _ in range(steps):
        start = time.perf_counter_ns()
        step()
        times.append((time.perf_counter_ns() - start) / 1e3)
    return times


def torch_step() -> Callable[[], object] | None:
    """The same step in PyTorch, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    data = load_dataset("iris")
    x, y = torch.from_numpy(data.X_train[:16].copy()), torch.from_numpy(data.y_train[:16].copy())
    model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    loss_function = torch.nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()

    return step


def main() -> None:
    """Measure in turn and print medians and the ratio of the pairs."""
    data, theirs = load_dataset("iris"), torch_step()
    ours_all, at_once, theirs_all, ratios = [], [], [], []
    if theirs:
        timed(theirs, 500)
    for _ in range(ROUNDS):
        trainer = Trainer(data, Hyperparameters())
        timed(trainer.step, WARM_UP)
        ours = statistics.median(timed(trainer.step))
        ours_all.append(ours)
        start = time.thread_time_ns()
        trainer.step(STEPS)
        at_once.append((time.thread_time_ns() - start) / 1e3 / STEPS)
        if theirs:
            other = statistics.median(timed(theirs))
            theirs_all.append(other)
            ratios.append(other / ours)
    print(f"Trainer.step(), history on: median {statistics.median(ours_all):.1f} µs   goal 25 µs")
    print(f"Trainer.step({STEPS}): median {statistics.median(at_once):.1f} µs a step   goal 20 µs")
    if theirs is None:
        sys.exit("PyTorch is not installed: pip install -e '.[benchmark]'")
    low, high = np.quantile(ratios, [0.1, 0.9])
    print(f"the same step in PyTorch: median {statistics.median(theirs_all):.1f} µs")
    ratio = statistics.median(ratios)
    print(f"ratio, median of {ROUNDS} pairs: {ratio:.1f} (80 % within {low:.1f} to {high:.1f})   goal 4")


if __name__ == "__main__":
    main()
