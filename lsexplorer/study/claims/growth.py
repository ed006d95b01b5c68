"""Claim 3: how the weights of a linear network grow with training time, by loss, and with smoothing."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext, NormsTask, network_text, slim
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.stats import Interval, mean_interval

CLAIM = Claim(
    3,
    "Without smoothing the weights grow very large.",
    "‖w‖ goes on growing, by more than 5 % in the last tenfold of the steps, as log t does",
    "‖w‖ comes to rest, by less than 1 % in the last tenfold of the steps",
    (
        "Soudry, Hoffer, Nacson, Gunasekar, Srebro 2018: The Implicit Bias of Gradient Descent on Separable Data, JMLR",
        "Lyu, Li 2020: Gradient Descent Maximizes the Margin of Homogeneous Neural Networks, ICLR",
    ),
)
STEPS = 5_000
"""Training steps of each network."""
BY_DECADE = 8
"""Checkpoints in each decade of steps."""
DECADES = 2
"""The last decades, to which log t is fitted."""
HALF = BY_DECADE // 2
"""Checkpoints from one row of the table to the next."""
COMPONENTS = 32
"""Principal components at most."""
WHOLE = 50_000
"""A training part of at most this many numbers is one batch; a larger one is cut into the network's batches."""
CURVATURE = {"binary_cross_entropy": 0.25, "cross_entropy": 0.5, "mse": 1.0}
"""The largest second derivative of each loss with respect to the logits."""
GROWING = 0.05
"""Relative growth of ‖w‖ over the last decade above which it goes on growing."""
AT_REST = 0.01
"""Relative growth of ‖w‖ over the last decade below which it has come to rest."""
SEEDS = 5
"""Seeds at most."""
PASSES = 2000
"""Passes over the rows after which the perceptron gives up."""


@dataclass(frozen=True)
class Growth:
    """How ‖w‖ of one kind of network grows with the step t."""

    slope: Interval
    """Slope of ‖w‖ in log10 t: growth by decade."""
    growth: Interval
    """Relative growth over the last decade."""
    r2: float
    """R² of the fit, mean over the seeds."""
    norms: Array
    """‖w‖ at the checkpoints (checkpoints,), mean over the seeds."""


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


def checkpoints(steps: int) -> tuple[int, ...]:
    """Steps in equal ratios, the last of them ``steps``."""
    count = int(np.log10(steps) * BY_DECADE) + 1
    return tuple(np.unique(np.round(steps / 10 ** (np.arange(count) / BY_DECADE)).astype(int)).tolist())


def fitted(steps: tuple[int, ...], norms: Array) -> Growth:
    """The Growth of norms (checkpoints, seeds) at these steps."""
    t = np.log10(steps)
    late = t >= t[-1] - DECADES - 1e-9
    x = t[late] - t[late].mean()
    y = norms[late] - norms[late].mean(axis=0)
    slopes = (x @ y) / (x @ x)
    left = ((y - x[:, None] * slopes) ** 2).sum(axis=0)
    r2 = 1 - left / np.maximum((y**2).sum(axis=0), np.finfo(float).tiny)
    before = norms[int(np.argmin(np.abs(t - (t[-1] - 1))))]
    growth = norms[-1] / before - 1
    return Growth(mean_interval(slopes), mean_interval(growth), float(r2.mean()), norms.mean(axis=1))


def judge(growth: Interval) -> ClaimVerdict:
    """The verdict on the growth over the last decade."""
    if growth.low > GROWING:
        return "holds here"
    return "does not hold here" if growth.high < AT_REST else "open here"


def run(context: ExperimentContext) -> Outcome:
    """Train linear networks with cross-entropy, plain and smoothed, and with mse on linear outputs."""
    steps, pair = STEPS, separable_pair(context.data)
    data = whitened(context.data) if pair is None else pair
    seeds = context.seeds[:SEEDS]
    logistic = len(data.class_names) == 2

    def linear(output: str, loss: str) -> Hyperparameters:
        batch = len(data.X_train) if data.X_train.size <= WHOLE else context.plain.batch_size
        rate = stable_rate(data.X_train, loss)
        return Hyperparameters(hidden=(), output=output, loss=loss, learning_rate=rate, batch_size=batch, seed=seeds[0])

    base = linear("sigmoid", "binary_cross_entropy") if logistic else linear("softmax", "cross_entropy")
    squared = linear("identity", "mse")
    at = checkpoints(steps)
    methods = (base, base.replace(label_smoothing=context.a)), (squared,)
    tasks = [NormsTask(slim(data), tuple(hp.replace(seed=s) for hp in group for s in seeds), at) for group in methods]
    entropy, mse = context.weight_norms(tasks)
    n = len(seeds)
    plain, smoothed, square = (fitted(at, part) for part in (entropy[:, :n], entropy[:, n:], mse))
    where = "separable" if pair is not None else "no two classes were found separable, so all rows as they are"

    def evidence_of(name: str, hp: Hyperparameters, methods: dict[str, Growth]) -> Evidence:
        text, numbers, table = _described(at, methods, context.a)
        return Evidence(
            name,
            judge(methods["plain"].growth),
            text,
            data=data.name,
            network=f"{network_text(data, hp)}, η = {hp.learning_rate:g}",
            seeds=seeds,
            epochs=steps / steps_per_epoch(data, hp),
            steps=steps,
            numbers=tuple(numbers),
            table=table,
        )

    evidence = (
        evidence_of(f"cross-entropy, {where}", base, {"plain": plain, "smoothed": smoothed}),
        evidence_of("squared error, linear output", squared, {"plain": square}),
    )
    text = (
        f"the last tenfold of the steps makes ‖w‖ grow by {_percent(plain.growth)} with cross-entropy, by "
        f"{_percent(smoothed.growth)} with a = {context.a:g}, by {_percent(square.growth)} with squared error"
    )
    return Outcome(evidence[0].verdict, text, evidence, differ(evidence))


def _described(at: tuple[int, ...], methods: dict[str, Growth], a: float) -> tuple[str, list[Number], Table]:
    """What is to be said of a linear network, plain and perhaps smoothed by ``a``: a sentence, its numbers, a table."""
    plain = methods["plain"]
    decades = [k for k in range(len(at)) if (len(at) - 1 - k) % BY_DECADE == 0][-DECADES - 1 :]  # a decade apart
    course = " → ".join(f"{plain.norms[k]:.3g}" for k in decades)
    law = f", R² of log t {plain.r2:.3f}" if judge(plain.growth) == "holds here" else ""
    text = (
        f"‖w‖ {course} at t = {', '.join(f'{at[k]:,}' for k in decades)}; by decade "
        f"{plain.slope.text(signed=True)}{law}; last decade {_percent(plain.growth)}."
    )
    numbers = [
        Number.of("‖w‖ by decade of t", plain.slope, signed=True),
        Number.of("growth of ‖w‖ over the last decade", plain.growth, signed=True),
    ]
    if law:
        numbers.append(Number("R² of ‖w‖ = c + s·log t", plain.r2))
    if "smoothed" in methods:
        smoothed = methods["smoothed"]
        how = {"holds here": "still grows", "does not hold here": "is at rest", "open here": "has slowed"}
        text += (
            f" With a = {a:g} it {how[judge(smoothed.growth)]}, at {smoothed.norms[-1]:.3g}: last decade "
            f"{_percent(smoothed.growth)}."
        )
        numbers += [
            Number.of(f"the same with a = {a:g}: ‖w‖ by decade", smoothed.slope, signed=True),
            Number.of(f"the same with a = {a:g}: growth", smoothed.growth, signed=True),
        ]
    every = range((len(at) - 1) % HALF, len(at), HALF)
    rows = tuple((at[k], *(float(growth.norms[k]) for growth in methods.values())) for k in every)
    headings = ("step t", "‖w‖ plain", *([f"‖w‖ a = {a:g}"] if "smoothed" in methods else []))
    return text, numbers, Table(headings, rows)


def _percent(growth: Interval) -> str:
    mean, low, high = (f"{round(100 * value, 1) + 0.0:+.1f}" for value in growth)
    return f"{mean} [{low}, {high}] %"


EXPERIMENT = Experiment(CLAIM, run, weight=3.0)
