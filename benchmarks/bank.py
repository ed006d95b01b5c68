"""Microseconds per network and step of a bank of networks that train in lock step.

python -m benchmarks.bank

Made-up samples, tanh, softmax and cross-entropy, SGD, float64; every network has its own label smoothing and L2. One
seed means one minibatch for all, which is the bank's best case; with more seeds each seed has its own. The fastest of
some rounds is told, since whatever else the machine does can only slow it down.
"""

import time
from itertools import pairwise

import numpy as np

from lsexplorer import Bank, Dataset, Hyperparameters

ROUNDS, SECONDS = 15, 0.2
SHAPES = [((4, 5, 3), 16, 256), ((64, 32, 10), 32, 64), ((784, 5, 10), 32, 64), ((784, 64, 10), 32, 16)]
"""Layer sizes, batch size, networks."""


def made_up(inputs: int, classes: int, rows: int) -> Dataset:
    """Samples of noise: how long a step takes does not hang on what is learned."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(rows, inputs)), np.arange(rows) % classes
    names = tuple(map(str, range(inputs))), tuple(map(str, range(classes)))
    of_rows = np.arange(rows)
    return Dataset("made up", X, y, X, y, *names, np.zeros(inputs), np.ones(inputs), of_rows, of_rows)


def made_bank(sizes: tuple[int, ...], batch_size: int, networks: int, seeds: int) -> Bank:
    """Networks of so many seeds, in turn."""
    arms = [
        Hyperparameters(
            hidden=sizes[1:-1],
            batch_size=batch_size,
            seed=r % seeds,
            label_smoothing=0.3 * r / networks,
            l2=0.01 * r / networks,
        )
        for r in range(networks)
    ]
    return Bank(made_up(sizes[0], sizes[-1], 40 * batch_size), arms)


def microseconds(bank: Bank) -> float:
    """Per network and step, in the fastest round."""
    start = time.perf_counter()
    bank.step(10)
    steps = max(10, round(10 * SECONDS / (time.perf_counter() - start)))
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        bank.step(steps)
        rounds.append((time.perf_counter() - start) / steps)
    return min(rounds) / len(bank) * 1e6


def product_peak(size: int = 1024) -> float:
    """Multiply-adds per microsecond of a large square matrix product, in the fastest round."""
    a, times = np.ones((size, size)), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        a.dot(a)
        times.append(time.perf_counter() - start)
    return size**3 / min(times) / 1e6


def main() -> None:
    """Print a table."""
    print("| network | batch | networks | seeds | µs per network-step | share of the matrix product's peak |")
    print("| --- | --- | --- | --- | --- | --- |")
    peak = product_peak()
    for sizes, batch_size, networks in SHAPES:
        # Forward, back and weights: three products a layer, but the first layer's signal goes no further back.
        layers = [i * o for i, o in pairwise(sizes)]
        work = batch_size * (3 * sum(layers) - layers[0])
        for seeds in (1, 8, networks):
            took = microseconds(made_bank(sizes, batch_size, networks, seeds))
            cells = "-".join(map(str, sizes)), batch_size, networks, seeds, f"{took:.2f}", f"{work / took / peak:.0%}"
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
