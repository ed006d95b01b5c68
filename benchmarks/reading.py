"""Loading a large table of numbers against NumPy's own reader of text, turn by turn in one process.

    python -m benchmarks.reading

100,000 rows of 50 normal numbers in full precision, and a class. Loading has the split, the scaling and the search for
ids, leaks and repeated rows besides. Processor seconds, since the reading is all computation.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lsexplorer import load_dataset

ROWS, COLUMNS, ROUNDS = 100_000, 50, 5


def write(path: Path) -> None:
    """Write the table."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(ROWS, COLUMNS)), rng.integers(0, 3, ROWS)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"x{i + 1}" for i in range(COLUMNS)) + ",class\n")
        for row, label in zip(X.tolist(), y.tolist(), strict=True):
            file.write(",".join(map(repr, row)) + f",{label}\n")


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure in turn and print medians and the ratio of the pairs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write(path)
        load_dataset("iris")  # imports
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(seconds(lambda: np.loadtxt(path, delimiter=",", skiprows=1)))
            ours.append(seconds(lambda: load_dataset(path)))
        megabytes = path.stat().st_size / 1e6
    print(f"{ROWS:,} × {COLUMNS} numbers, {megabytes:.0f} MB")
    print(f"load_dataset {statistics.median(ours):.2f} s")
    print(f"np.loadtxt   {statistics.median(theirs):.2f} s")
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    print(f"ratio        {statistics.median(ratios):.2f}, the median of {ROUNDS} pairs")


if __name__ == "__main__":
    main()
