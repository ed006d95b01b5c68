"""A bank against JAX, PyTorch and scikit-learn on the same work, turn by turn.

    pip install -e '.[benchmark]' && python -m benchmarks.peers
    python -m benchmarks.peers 784-5-10 64-32-10 --peer JAX

The work: networks of one shape and one seed, softmax and cross-entropy, SGD, float64, each with a label smoothing and
an L2 of its own, on made-up samples; one order of the minibatches for all. Every peer starts from the same weights,
and after two epochs its weights must be a bank's to 1e-10, or nothing is measured. Peers in their best form:

JAX: jit(scan over the steps(vmap over the networks(grad))), the shared minibatch gathered inside, buffers donated,
networks first or last and the scan unrolled or not, whichever is the fastest.
PyTorch: eager, one network after another; torch.optim.SGD, fused or not, or an update by hand under no_grad, with one
thread or all, whichever is the fastest.
scikit-learn: MLPClassifier, one network after another, by fit, epoch by epoch, and by partial_fit, step by step. It
knows no label smoothing, so its targets are hard ones, and its weights must be those of members without smoothing.

Each contender is a process of its own. On one core all are bound to the same one; on all cores a bank is so many
processes with an equal share of the networks each, and JAX is one process with as many threads as it likes. A turn is
about 0.2 s of each contender, one after another, and a ratio is that of one turn, so that the machine's other work
meets all alike. The share is of the multiply-adds of a large matrix product on as many cores. Linux alone can bind.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import EPOCH_STEPS, Peer, Work, bank_peer, best_jax, best_torch, sklearn_peer

ROUNDS, SECONDS, CHECKED_EPOCHS, TOLERANCE, PRODUCT = 15, 0.2, 2, 1e-10, 1024
CORES = sorted(os.sched_getaffinity(0))
SAMPLED = 4
"""So many of the networks are trained by what trains one after another: each takes as long as any other."""

WORKS = [
    Work((4, 5, 3), 16, 256),
    Work((64, 32, 10), 32, 64),
    Work((64, 32, 10), 32, 64, "relu"),
    Work((784, 5, 10), 32, 64),
    Work((784, 64, 10), 32, 16),
]


MODULES = {"JAX": "jax", "PyTorch": "torch", "scikit-learn": "sklearn"}

CONTENDERS: dict[str, Callable[..., Peer]] = {
    "bank": bank_peer,
    "JAX": best_jax,
    "PyTorch": best_torch,
    "scikit-learn fit": partial(sklearn_peer, stepwise=False),
    "scikit-learn partial_fit": partial(sklearn_peer, stepwise=True),
}


def serve(pipe: Connection, contender: str, arguments: tuple[Any, ...], cores: list[int]) -> None:
    """A contender's process: prepare epochs, train them, tell the parameters, or do a matrix product."""
    os.sched_setaffinity(0, cores)
    work: Work = arguments[0]
    peer: Peer = CONTENDERS[contender](*arguments)
    rows, a = work.rows([0]), np.ones((PRODUCT, PRODUCT))
    pipe.send(peer.members)
    while (order := pipe.recv()) is not None:
        command, value = order
        answer = None
        if command == "epochs":
            rows = work.rows(value)
        elif command == "train":
            peer.train(rows)
        elif command == "parameters":
            answer = peer.parameters()
        else:
            a.dot(a)
        pipe.send(answer)


class Contender:
    """Some processes that train at the same time."""

    def __init__(self, name: str, work: Work, cores: list[int], parts: list[tuple[Any, ...]]) -> None:
        """parts: the further arguments of each process."""
        self.name, self.work, self.cores = name, work, cores
        context = multiprocessing.get_context("spawn")
        self.processes: list[BaseProcess] = []
        self.pipes: list[Connection] = []
        for arguments in parts:
            mine, its = context.Pipe()
            process = context.Process(target=serve, args=(its, name, (work, *arguments), cores), daemon=True)
            process.start()
            self.processes.append(process)
            self.pipes.append(mine)
        self.members = [r for pipe in self.pipes for r in pipe.recv()]
        self.steps = 0
        self.took: list[float] = []

    def ask(self, command: str, value: Any = None) -> list[Any]:
        """Of every process at once."""
        for pipe in self.pipes:
            pipe.send((command, value))
        return [pipe.recv() for pipe in self.pipes]

    def timed(self, command: str) -> float:
        """Seconds until all have answered."""
        start = time.perf_counter()
        self.ask(command)
        return time.perf_counter() - start

    def parameters(self) -> NDArray[np.float64]:
        """Of all members (P, members)."""
        return np.concatenate(self.ask("parameters"), axis=-1)

    def start(self) -> None:
        """Train the first epochs, which are checked."""
        self.ask("epochs", range(CHECKED_EPOCHS))
        self.ask("train")

    def calibrate(self) -> None:
        """Set the length of a turn."""
        self.ask("epochs", [0])
        self.ask("train")
        epochs = max(1, round(SECONDS / self.timed("train")))
        self.ask("epochs", range(epochs))
        self.ask("train")
        self.steps = epochs * EPOCH_STEPS

    def turn(self) -> None:
        """Train for about SECONDS and note the microseconds of a network's step."""
        self.took.append(self.timed("train") / self.steps / len(self.members) * 1e6)

    def stop(self) -> None:
        """End the processes."""
        for pipe, process in zip(self.pipes, self.processes, strict=True):
            pipe.send(None)
            process.join()


def furthest(found: Contender, right: Contender) -> float:
    """The largest difference of a parameter from the bank's, over the network's largest parameter."""
    theirs = found.parameters()
    ours = right.parameters()[:, [right.members.index(r) for r in found.members]]
    return float((abs(theirs - ours).max(axis=0) / abs(ours).max(axis=0)).max())


def shown(work: Work, who: Contender, peak: float, more: Sequence[str] = ("", "")) -> None:
    """A line of the table; peak: multiply-adds a microsecond on as many cores."""
    took = statistics.median(who.took)
    cells = [
        "-".join(map(str, work.sizes)) + " " + work.activation,
        f"{work.batch_size} × {work.networks}",
        who.name,
        len(who.cores),
        f"{took:.2f}",
        f"{min(who.took):.2f}",
        f"{work.multiply_adds() / took / peak:.0%}",
        *more,
    ]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def measure(work: Work, peers: Sequence[str]) -> None:
    """A bank and the contenders whose names begin with one of ``peers`` at one work, and their lines of the table."""
    everyone = list(range(work.networks))
    few = everyone[:: max(1, work.networks // SAMPLED)]
    bank = Contender("bank", work, CORES[:1], [(everyone,)])
    hard = Contender("bank", work, CORES[:1], [(few, False)])
    wide = Contender("bank", work, CORES, [(everyone[part :: len(CORES)],) for part in range(len(CORES))])
    every = [
        ("JAX", CORES[:1], (), bank, bank),
        ("JAX", CORES, (), wide, wide),
        ("PyTorch", CORES, (few,), bank, bank),
        ("scikit-learn fit", CORES, (few,), bank, hard),
        ("scikit-learn partial_fit", CORES, (few,), bank, hard),
    ]
    races = [
        (Contender(name, work, cores, [arguments]), ours, right)
        for name, cores, arguments, ours, right in every
        if name.startswith(tuple(peers))
    ]
    runners = [bank, wide, *(peer for peer, *_ in races)]
    for contender in (*runners, hard):
        contender.start()
    agreements = [furthest(peer, right) for peer, _, right in races]
    if max(agreements) > TOLERANCE:
        sys.exit(f"{work}: the weights differ by {agreements} of the largest")
    for contender in runners:
        contender.calibrate()
    ratios: list[list[float]] = [[] for _ in races]
    products: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for found, (peer, ours, _) in zip(ratios, races, strict=True):
            ours.turn()
            peer.turn()
            found.append(peer.took[-1] / ours.took[-1])
        for times, ours in zip(products, (bank, wide), strict=True):
            times.append(ours.timed("product") / len(ours.processes))
    peaks = {len(ours.cores): PRODUCT**3 / min(times) / 1e6 for ours, times in zip((bank, wide), products, strict=True)}
    for ours in (bank, wide):
        shown(work, ours, peaks[len(ours.cores)])
    for (peer, *_), found, agreement in zip(races, ratios, agreements, strict=True):
        low, high = np.quantile(found, [0.1, 0.9])
        ratio = f"{statistics.median(found):.3g} ({low:.3g} to {high:.3g})"
        shown(work, peer, peaks[len(peer.cores)], (ratio, f"{agreement:.0e}"))
    for contender in (*runners, hard):
        contender.stop()


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("networks", nargs="*", help="layer sizes such as 784-5-10; all five works unless given")
    parser.add_argument("--peer", action="append", choices=[*MODULES], help="all of them unless given")
    chosen = parser.parse_args()
    peers = chosen.peer or [*MODULES]
    works = [work for work in WORKS if not chosen.networks or "-".join(map(str, work.sizes)) in chosen.networks]
    missing = [MODULES[peer] for peer in peers if find_spec(MODULES[peer]) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}. pip install -e '.[benchmark]'")
    os.environ |= {"OPENBLAS_NUM_THREADS": "1"}  # of the processes to come; JAX and PyTorch have threads of their own
    print(
        "| network | batch × networks | who | cores | µs per network-step | fastest | of the product's peak |", end=""
    )
    print(" over the bank on as many cores | weights differ by |")
    print("| --- " * 9 + "|", flush=True)
    for work in works:
        measure(work, peers)


if __name__ == "__main__":
    main()
