"""Patterns as labels of the hidden layer, against plain training, label smoothing, and patterns of wrong classes.

For every seed a teacher, a network of another seed, is trained plainly; its mean activations by class become the
pattern targets of a fresh network (nn/pattern_targets.py). Beside it train, from the same first weights and on the same
batches, a plain network, one with label smoothing, and one with the same patterns permuted among the classes: what is
gained by any pull on the hidden layer it gains as well.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.nn import norms, scores
from lsexplorer.nn import similarity as likeness
from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.metrics import expected_calibration_error, log_probabilities, two_classes
from lsexplorer.nn.network import BLOCK, Network, Pass
from lsexplorer.nn.pattern_targets import PatternTargets, together
from lsexplorer.nn.regularizers import signal_rule, target_rule
from lsexplorer.nn.updates import Update
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.start import draw_first_weights, epoch_order, layer_sizes
from lsexplorer.study.jobs.executors import CancelCheck, open_executor
from lsexplorer.study.stats import Interval, mean_interval

ARMS = ("plain", "smoothing", "patterns", "permuted")
BETA, SEEDS, SMOOTHING = 0.03, 8, 0.1
"""β, the number of seeds, and the smoothing of its arm, unless others are given."""
CHUNK = 50
"""Steps between two looks at whether the work is still wanted."""
_PERMUTATION_STREAM = 7


class Quantity(NamedTuple):
    """One measure of a network: its words, and where it is taken."""

    name: str
    label: str
    part: str


QUANTITIES = (
    Quantity("accuracy", "accuracy", "test"),
    Quantity("nll", "NLL", "test"),
    Quantity("ece", "ECE", "test"),
    Quantity("weight_norm", "weight norm", "all weights"),
    Quantity("hidden_norm", "mean ‖h‖", "test"),
    Quantity("nc1", "NC1", "training"),
    Quantity("separation", "separation", "test"),
)
"""NC1 = tr(Σ_W Σ_B†)/K, 0 for classes collapsed on their means; separation = tr Σ_B / tr Σ_W, both of the last hidden
layer (nn/likeness.py)."""


class PatternTask(NamedTuple):
    """One seed's work: the settings of the plain arm, what is added to the others, and how many steps to train."""

    hp: Hyperparameters
    teacher: int
    beta: float
    smoothing: float
    steps: int


@dataclass(frozen=True, eq=False)
class PatternComparison:
    """values: of every quantity (seeds, arms); seeds: those of the arms; teachers: of the patterns' networks."""

    data: Dataset
    hp: Hyperparameters
    beta: float
    smoothing: float
    steps: int
    seeds: tuple[int, ...]
    teachers: tuple[int, ...]
    values: Mapping[str, Array]

    def interval(self, quantity: str, arm: str) -> Interval:
        """Mean over the seeds with its 95 % t interval."""
        return mean_interval(self.values[quantity][:, ARMS.index(arm)])

    def difference(self, quantity: str, other: str, arm: str = "patterns") -> Interval:
        """Mean of the paired differences, ``arm`` less ``other`` on the same seed, with its 95 % t interval."""
        values = self.values[quantity]
        return mean_interval(values[:, ARMS.index(arm)] - values[:, ARMS.index(other)])


def compare_patterns(
    data: Dataset,
    hp: Hyperparameters,
    epochs: int,
    beta: float = BETA,
    seeds: int = SEEDS,
    workers: int | str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> PatternComparison:
    """Train all ARMS on ``seeds`` seeds, from that of ``hp`` on; the teachers have the seeds after those.

    Label smoothing is what ``hp`` says, SMOOTHING where it says none; the other arms have none. Raises InputError for
    fewer than two seeds, a negative β, a network without a hidden layer, or a teacher all of whose units are silent,
    and DivergenceError when an arm's numbers overflow.
    """
    if seeds < 2:
        raise InputError(f"an interval needs 2 seeds or more, got {seeds}")
    if not (beta >= 0 and math.isfinite(beta)):
        raise InputError(f"beta must be a number of at least 0, got {beta:g}")
    if not hp.hidden:
        raise InputError("pattern targets need a hidden layer, and this network has none: give it one, such as 5 units")
    smoothing = hp.label_smoothing or SMOOTHING
    plain = hp.replace(label_smoothing=0.0)
    plain.replace(label_smoothing=smoothing)  # refused now where the loss takes hard targets only
    own = tuple(range(hp.seed, hp.seed + seeds))
    teachers = tuple(seed + seeds for seed in own)
    steps = epochs * math.ceil(len(data.X_train) / hp.batch_size)
    pairs = zip(own, teachers, strict=True)
    tasks = [PatternTask(plain.replace(seed=s), teacher, beta, smoothing, steps) for s, teacher in pairs]
    found: dict[int, Array] = {}
    tell = progress or (lambda phase, done, total: None)
    tell("training on patterns", 0, len(tasks))
    with open_executor(workers, data) as executor:
        for i, result in executor.run(train_arms, tasks):
            if isinstance(result, str):
                raise DivergenceError(result)
            found[i] = result
            tell("training on patterns", len(found), len(tasks))
    values = np.array([found[i] for i in range(seeds)])  # (seeds, quantities, arms)
    by_name = {quantity.name: values[:, q] for q, quantity in enumerate(QUANTITIES)}
    return PatternComparison(data, plain, beta, smoothing, steps, own, teachers, by_name)


def train_arms(data: Dataset, task: PatternTask, check: CancelCheck) -> Array | str:
    """A cell of work: the quantities of one seed's arms (quantities, arms), or which of them diverged, in words."""
    teacher = trained(data, [task.hp.replace(seed=task.teacher)], [None], task.steps, check)
    classes, y = len(data.class_names), data.y_train
    if not np.isfinite(teacher.parameters).all():
        return f"the teacher of seed {task.teacher} left the finite numbers"
    H = last_hidden(teacher, data.X_train)[..., 0]
    means = np.array([H[y == c].mean(axis=0) for c in range(classes)])
    if not means.any():
        raise InputError(
            f"all hidden units of the teacher, seed {task.teacher}, are silent, so it has no pattern to train on: "
            "take another seed or a smaller learning rate"
        )
    right = PatternTargets.from_means(means, task.beta)
    wrong = right.permuted(wrong_classes(task.hp.seed, classes))
    hps = [task.hp, task.hp.replace(label_smoothing=task.smoothing), task.hp, task.hp]
    network = trained(data, hps, [None, None, right, wrong], task.steps, check)
    lost = np.flatnonzero(~np.isfinite(network.parameters).all(axis=0))
    if len(lost):
        return f"arm '{ARMS[lost[0]]}' of seed {task.hp.seed} left the finite numbers (β = {task.beta:g})"
    return measured(data, network, task.hp)


def wrong_classes(seed: int, classes: int) -> NDArray[np.int64]:
    """For each class another one (classes,): a random cycle through all of them, so that none keeps its own."""
    order = np.random.default_rng((seed, _PERMUTATION_STREAM)).permutation(classes)
    found = np.empty(classes, dtype=np.int64)
    found[order] = np.roll(order, 1)
    return found


def trained(
    data: Dataset,
    hps: Sequence[Hyperparameters],
    targets: Sequence[PatternTargets | None],
    steps: int,
    check: CancelCheck,
) -> Network:
    """Networks of one seed on the last axis, each as a Trainer with its settings and pattern targets would train it.

    They may differ in label_smoothing and in their pattern targets. One whose numbers overflow becomes NaN.
    """
    hp, X, y = hps[0], data.X_train, data.y_train
    sizes = layer_sizes(data, hp, len(hps))
    network = Network(sizes, hp.activation, hp.output, networks=len(hps))
    first = Network(sizes, hp.activation, hp.output)
    draw_first_weights(first, hp)
    network.parameters[...] = first.parameters[:, None]
    T = target_rule(hps)(targets_of(data, "train", hp.plain())[:, :, None])
    patterns = together(list(targets), (len(data.class_names), sizes[-2]))
    signal, update = signal_rule(hps), Update.of(hps)
    state, pull = update.new_state(network.parameters), network.blocks(np.zeros_like(network.parameters))
    per_epoch, order = math.ceil(len(X) / hp.batch_size), np.array([], dtype=np.int64)
    with np.errstate(all="ignore"):
        for step in range(steps):
            epoch, at = divmod(step, per_epoch)
            if at == 0:
                order = epoch_order(hp.seed, epoch, len(X))
            if step % CHUNK == 0:
                check()
            rows = order[at * hp.batch_size : (at + 1) * hp.batch_size]
            done = network.forward(X[rows])
            hidden = None if patterns.off else patterns.pull(done.inputs[-1], y[rows])
            delta = signal(T[rows], done.logits, done.outputs)
            network.pull(done, delta, pull, hidden_pull=hidden)
            update.apply(network.parameters, network.weight_count, pull.flat, state, step + 1)
    return network


def last_hidden(network: Network, X: Array) -> Array:
    """The last hidden layer's activations (n, units, R) of samples X (n, inputs)."""
    return np.concatenate([done.inputs[-1] for done in _passes(network, X)])


def _passes(network: Network, X: Array) -> list[Pass]:
    return [network.forward(X[at : at + BLOCK]) for at in range(0, max(1, len(X)), BLOCK)]


def measured(data: Dataset, network: Network, hp: Hyperparameters) -> Array:
    """QUANTITIES of R networks, (quantities, R); NaN for what the output does not give."""
    y, passes = data.y_test, _passes(network, data.X_test)
    z, o, H = (
        np.concatenate(parts)
        for parts in ([p.logits for p in passes], [p.outputs for p in passes], [p.inputs[-1] for p in passes])
    )
    single = z.shape[1] == 1
    z = two_classes(z)
    log_p = log_softmax(z) if single else log_probabilities(z, o, hp.output)
    right = scores.correct(z, y)
    unknown = np.full(z.shape[2], np.nan)
    found = {
        "accuracy": right.mean(axis=0),
        "nll": scores.negative_log_likelihood(log_p, y) if log_p is not None else unknown,
        "ece": expected_calibration_error(scores.confidence(log_p), right) if log_p is not None else unknown,
        "weight_norm": np.sqrt(sum(norms.frobenius_norm(W) ** 2 for W in network.weights)),
        "hidden_norm": np.linalg.norm(H, axis=1).mean(axis=0),
        "nc1": likeness.class_collapse(last_hidden(network, data.X_train), data.y_train),
        "separation": likeness.class_separation(H, y),
    }
    return np.array([found[quantity.name] for quantity in QUANTITIES])
