"""The norm of the weights along long runs: of a linear network, and of the reader's own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.decisions import estimated
from lsexplorer.study.claims.jobs import NormsTask, slim, train_and_follow
from lsexplorer.study.claims.regime import network_text, work_of_step
from lsexplorer.study.claims.result import ClaimVerdict, Evidence, Number, Table
from lsexplorer.study.stats import Estimate

LINEAR_STEPS = 5_000
"""Training steps of a linear network."""
LONGEST, SHORTEST = 80_000, 8
"""Training steps of the reader's own network at most and at least; those between are less by powers of ten."""
LONGER = 100
"""How many times longer than the reader trains it, at most."""
WORK = 10**10
"""Parameters × rows of a batch × steps of the reader's own network at most: about half a minute of one core."""
SMALL = 10_000
"""Parameters × rows of a batch up to which a step costs little more than its calls."""
SEEDS = 6
"""Seeds at most."""
COMPONENTS = 32
"""Principal components at most."""
WHOLE = 50_000
"""A training part of at most this many numbers is one batch; a larger one is cut into the network's batches."""
CURVATURE = {"binary_cross_entropy": 0.25, "cross_entropy": 0.5, "mse": 1.0}
"""The largest second derivative of each loss with respect to the logits."""
PASSES = 2000
"""Passes over the rows after which the perceptron gives up."""


@dataclass(frozen=True)
class Course:
    """The norm of the weights of a network at three steps, each ten times the one before."""

    name: str
    data: Dataset
    hyperparameters: Hyperparameters
    """Without label smoothing."""
    seeds: tuple[int, ...]
    steps: tuple[int, ...]
    plain: Array
    """‖w‖ without label smoothing (steps, seeds)."""
    smoothed: Array | None = None
    """‖w‖ with label smoothing (steps, seeds); None where the loss takes none, or there is nothing to compare."""

    @property
    def norms(self) -> list[Array]:
        """``plain``, and ``smoothed`` if there is any."""
        return [self.plain] if self.smoothed is None else [self.plain, self.smoothed]

    def evidence(self, verdict: ClaimVerdict, text: str, numbers: list[Number], a: float) -> Evidence:
        """Evidence from this course, with ‖w‖ at its steps; ``a`` is the smoothing."""
        hp = self.hyperparameters
        rows = tuple((t, *(float(norms[i].mean()) for norms in self.norms)) for i, t in enumerate(self.steps))
        return Evidence(
            self.name,
            verdict,
            text,
            data=self.data.name,
            network=f"{network_text(self.data, hp)}, η = {hp.learning_rate:g}",
            seeds=self.seeds,
            epochs=self.steps[-1] / steps_per_epoch(self.data, hp),
            steps=self.steps[-1],
            numbers=tuple(numbers),
            table=Table(("step t", "‖w‖ plain", f"‖w‖ a = {a:g}")[: 1 + len(self.norms)], rows),
        )


def growth(norms: Array) -> Estimate:
    """How much ‖w‖ grew over the last tenfold of the steps, in percent, from norms (steps, seeds)."""
    return estimated(100 * (norms[-1] / norms[-2] - 1)[:, None])


def path_text(norms: Array) -> str:
    """The means of norms (steps, seeds): "5.56 → 8.26 → 11.2"."""
    return " → ".join(f"{value:.3g}" for value in norms.mean(axis=1))


def courses(context: ExperimentContext) -> tuple[Course, ...]:
    """A linear network with cross-entropy and one with squared error, and the reader's own, each along a long run.

    Raises InputError where one of them diverges.
    """
    pair = separable_pair(context.data)
    data = whitened(context.data) if pair is None else pair
    seeds, at = context.seeds[:SEEDS], tenfolds(LINEAR_STEPS)
    where = "no two classes were found separable" if pair is None else "classes that a plane separates"
    logistic = len(data.class_names) == 2
    entropy = _linear(
        context, data, *(("sigmoid", "binary_cross_entropy") if logistic else ("softmax", "cross_entropy"))
    )
    squared = _linear(context, data, "identity", "mse")
    own = context.plain
    methods = [own, context.with_smoothing()] if LOSSES[own.loss].soft_targets else [own]
    own_at = tenfolds(longest(context))
    # Small networks cost hardly more in one bank; large ones are in two, for two cores.
    half = len(seeds) // 2
    banks = (seeds[:half], seeds[half:]) if work_of_step(context.data, own) > SMALL else (seeds,)
    tasks = [
        *(NormsTask(slim(context.data), _networks(methods, bank), own_at) for bank in banks),
        NormsTask(slim(data), _networks([entropy, entropy.replace(label_smoothing=context.a)], seeds), at),
        NormsTask(slim(data), _networks([squared], seeds), at),
    ]
    *parts, linear, of_squares = context.results_beside_others(train_and_follow, tasks)
    shaped = [part.reshape(len(part), len(methods), -1) for part in parts]
    own_norms = np.concatenate(shaped, axis=2)
    of_smoothing = own_norms[:, 1] if len(methods) > 1 else None
    found = (
        Course(f"linear network, cross-entropy, {where}", data, entropy, seeds, at, *np.split(linear, 2, axis=1)),
        Course("linear network, squared error", data, squared, seeds, at, of_squares),
        Course("your network", context.data, own, seeds, own_at, own_norms[:, 0], of_smoothing),
    )
    if not all(np.isfinite(norms).all() for course in found for norms in course.norms):
        raise InputError("training diverges along a long run: try a smaller learning_rate")
    return found


def longest(context: ExperimentContext) -> int:
    """The steps for which the reader's own network is followed, in view of how long and how large it is."""
    most = min(LONGER * context.regime.steps, WORK // work_of_step(context.data, context.plain))
    steps = LONGEST
    while steps > max(most, SHORTEST):
        steps //= 10
    return steps


def tenfolds(steps: int) -> tuple[int, ...]:
    """``steps``, a tenth and a hundredth of them, in rising order."""
    return tuple(sorted({max(1, steps // k) for k in (1, 10, 100)}))


def _networks(methods: Sequence[Hyperparameters], seeds: Sequence[int]) -> tuple[Hyperparameters, ...]:
    return tuple(hp.replace(seed=seed) for hp in methods for seed in seeds)


def _linear(context: ExperimentContext, data: Dataset, output: str, loss: str) -> Hyperparameters:
    batch = len(data.X_train) if data.X_train.size <= WHOLE else context.plain.batch_size
    rate = stable_rate(data.X_train, loss)
    return Hyperparameters(hidden=(), output=output, loss=loss, learning_rate=rate, batch_size=batch)


def separates(X: Array, y: NDArray[np.int64]) -> bool:
    """Whether the perceptron finds a plane with all rows of class 1 above and all of class 0 below it."""
    signed = np.hstack([X, np.ones((len(X), 1))]) * np.where(y == 1, 1.0, -1.0)[:, None]
    w = np.zeros(signed.shape[1])
    for _ in range(PASSES):
        wrong = signed @ w <= 0
        if not wrong.any():
            return True
        w += signed[wrong].mean(axis=0)
    return False


def pair_of(data: Dataset, i: int, j: int) -> Dataset:
    """The rows of classes i and j alone, as classes 0 and 1 with hard targets."""

    def kept(y: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.isin(y, (i, j))

    train, test = kept(data.y_train), kept(data.y_test)
    return data.subset(
        train,
        test,
        name=f"{data.name}, {data.class_names[i]} and {data.class_names[j]}",
        y_train=(data.y_train[train] == j).astype(np.int64),
        y_test=(data.y_test[test] == j).astype(np.int64),
        class_names=(data.class_names[i], data.class_names[j]),
        soft_train=None,
        soft_test=None,
    )


def whitened(data: Dataset) -> Dataset:
    """The data in their leading principal components, each of mean 0 and variance 1 on the training part.

    A linear network on them is one on the data themselves, but gradient descent is equally fast in all directions: what
    goes on growing does so because of the loss and not because predictors are correlated.
    """
    mean, n = data.X_train.mean(axis=0), len(data.X_train)
    _, s, v = np.linalg.svd(data.X_train - mean, full_matrices=False)
    kept = int((s > 1e-6 * s[0]).sum())
    if not kept:
        raise InputError(f"the predictors of '{data.name}' are constant: a linear network has nothing to go by")
    turn = (v[:kept] * (np.sqrt(n) / s[:kept, None]))[:COMPONENTS].T
    names = tuple(f"component {k + 1}" for k in range(turn.shape[1]))
    return replace(
        data,
        name=f"{data.name}, whitened",
        X_train=(data.X_train - mean) @ turn,
        X_test=(data.X_test - mean) @ turn,
        feature_names=names,
        mean=np.zeros(len(names)),
        scale=np.ones(len(names)),
        image_shape=None,
        raw_train=None,
        raw_test=None,
    )


def separable_pair(data: Dataset) -> Dataset | None:
    """The first two classes whose whitened training rows a plane separates; None where no such pair is found."""
    for i, j in combinations(range(len(data.class_names)), 2):
        rows = pair_of(data, i, j)
        if len(np.unique(rows.y_train)) == 2:
            pair = whitened(rows)
            if separates(pair.X_train, pair.y_train):
                return pair
    return None


def stable_rate(X: Array, loss: str) -> float:
    """Half the learning rate at which a linear network may diverge: 1/(c·λ), with the loss's CURVATURE c.

    λ is the largest eigenvalue of the mean of [x 1]ᵀ[x 1] over the rows of X (n, inputs).
    """
    largest = np.linalg.norm(np.hstack([X, np.ones((len(X), 1))]), 2) ** 2 / len(X)
    return float(f"{1 / (CURVATURE[loss] * largest):.2g}")
