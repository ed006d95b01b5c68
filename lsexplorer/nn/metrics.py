"""How right, how sure and how well calibrated: measures of answers (n, K) or (n, K, R) against classes y (n,).

z are logits; log_p are log class probabilities (see log_probabilities). A measure of one network is an array without
axes, or (n,) where there is one for each sample; a measure of a bank has the network axis last. A diverged member's
probabilities give NaN; measures that look at the largest logit alone cannot tell, and take the first class.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.notebook import Columns, fields_text, html_table

Classes = NDArray[np.int64]
Correct = NDArray[np.bool_]

ECE_BINS = 15
"""Equal-width confidence bins (l, u] of the expected calibration error (Guo et al. 2017)."""
TEMPERATURES = (0.2, 5.0)
"""Where best_temperature looks: held-out data that the network answers without an error would have its best at 0."""

BLOCK = 2**17
"""Numbers that are worked on at a time, about: 1 MiB in double precision."""
MAX_STEPS = 60
"""Steps of best_temperature at most: halving alone gets to the last digits in so many."""


@dataclass(frozen=True)
class Evaluation(Mapping[str, float]):
    """Measures of one network on one set of samples, as attributes and as a mapping.

    nll, brier, ece and mean_confidence are NaN where the output gives no class probabilities (tanh, identity).
    """

    loss: float
    """The run's own loss on its own (smoothed) targets, without penalties; the mean over the samples."""
    accuracy: float
    """Share of the samples answered correctly, 0 to 1."""
    nll: float
    """Negative log-likelihood, in nats (see negative_log_likelihood)."""
    brier: float
    """0 to 2 (see brier_score)."""
    ece: float
    """0 to 1 (see expected_calibration_error)."""
    mean_confidence: float
    """Mean of the largest class probability, 1/K to 1."""
    logit_gap: float
    """Mean over the samples of z_y less the mean of the other logits."""

    def __getitem__(self, name: str) -> float:
        return float(asdict(self)[name])

    def __iter__(self) -> Iterator[str]:
        return iter(asdict(self))

    def __len__(self) -> int:
        return len(asdict(self))

    def __repr__(self) -> str:
        return f"Evaluation({fields_text(self)})"

    def _repr_html_(self) -> str:
        return html_table("Evaluation", self.to_dict())

    def to_dict(self) -> Columns:
        """Columns for a data frame of one row."""
        return {name: [value] for name, value in self.items()}


def two_classes(z: Array) -> Array:
    """Logits (n, 2[, R]) of the two classes that a single unit's logit (n, 1[, R]) stands for: 0 and z.

    Their softmax is the logistic function of z. Logits of more units are returned as they are.
    """
    return np.hstack([np.zeros_like(z), z]) if z.shape[1] == 1 else z


def log_probabilities(z: Array, o: Array, output: str) -> Array | None:
    """Log class probabilities (n, K[, R]), those of a single unit as two classes; None where there are none.

    They are the softmax, or sigmoid outputs divided by their sum; tanh and identity give no probabilities.
    """
    if z.shape[1] == 1 or output == "softmax":
        return log_p_of_logits(two_classes(z))
    if output == "sigmoid":
        clipped = np.maximum(o, np.finfo(np.float64).tiny)
        return np.asarray(np.log(clipped) - np.log(np.add.reduce(clipped, axis=1, keepdims=True)))
    return None


def log_p_of_logits(z: Array) -> Array:
    """Log class probabilities of logits (n, K[, R]): their log softmax."""
    return in_blocks(lambda rows: (log_softmax(rows),), z)[0]


def evaluate(z: Array, o: Array, y: Classes, *, output: str, loss: float) -> Evaluation:
    """Measure one network's logits z and outputs o, (n, units) each; loss is put into the result."""
    scores = {name: float(value) for name, value in score(z, log_probabilities(z, o, output), y).items()}
    return Evaluation(loss=loss, logit_gap=logit_gap(z, y), **scores)


def score(z: Array, log_p: Array | None, y: Classes) -> dict[str, Array]:
    """accuracy, nll, brier, ece and mean_confidence by name; without probabilities all but the first are NaN."""
    right = correct(z, y)
    accuracy = {"accuracy": np.asarray(right.mean(axis=0))}
    if log_p is None:
        return accuracy | dict.fromkeys(("nll", "brier", "ece", "mean_confidence"), np.full(z.shape[2:], np.nan))
    sure = confidence(log_p)
    return accuracy | {
        "nll": negative_log_likelihood(log_p, y),
        "brier": brier_score(log_p, y),
        "ece": expected_calibration_error(sure, right),
        "mean_confidence": np.asarray(sure.mean(axis=0)),
    }


def in_blocks(function: Callable[..., tuple[Array, ...]], *arrays: Array | Classes) -> tuple[Array, ...]:
    """What a function of rows gives for arrays (n, …), taken in blocks of about BLOCK numbers; bit for bit the same.

    Each row of a result depends on that row of the arrays alone. What the function needs meanwhile stays small and in
    the processor's cache.
    """
    rows, count = len(arrays[0]), -(-arrays[0].size // BLOCK)
    if count < 2 or rows < 2 * count:
        return function(*arrays)
    edges = [rows * i // count for i in range(count + 1)]
    first = function(*(a[: edges[1]] for a in arrays))
    results = tuple(np.empty_like(block, shape=(rows, *block.shape[1:])) for block in first)  # laid out as they are
    for result, block in zip(results, first, strict=True):
        result[: edges[1]] = block
    for start, end in pairwise(edges[1:]):
        for result, block in zip(results, function(*(a[start:end] for a in arrays)), strict=True):
            result[start:end] = block
    return results


def of_class(values: Array, y: Classes) -> Array:
    """Each sample's entry of its own class, (n, K[, R]) → (n[, R])."""
    return values[np.arange(len(y)), y]


def correct(z: Array, y: Classes) -> Correct:
    """Whether each sample's largest logit is its class's, (n[, R]); of equal logits the first counts."""
    best = two_classes(z).argmax(axis=1)
    return np.asarray(best == y.reshape(-1, *[1] * (best.ndim - 1)))


def logit_gaps(z: Array, y: Classes) -> Array:
    """z_y − mean_{k≠y} z_k of each sample, (n[, R])."""
    # The mean over k ≠ y is (Σ_k z_k − z_y)/(K − 1), so the gap is (K·z_y − Σ_k z_k)/(K − 1).
    z = two_classes(z)
    classes = z.shape[1]
    return np.asarray((classes * of_class(z, y) - z.sum(axis=1)) / (classes - 1))


def logit_gap(z: Array, y: Classes) -> float:
    """The mean of one network's logit_gaps, summed over the samples first: quicker, for use during a run."""
    z = two_classes(z)
    classes = z.shape[1]
    own = z.ravel().take(y + np.arange(0, z.size, classes))
    return float((classes * own.sum() - z.sum()) / (len(y) * (classes - 1)))


def margins(z: Array, y: Classes) -> Array:
    """z_y − max_{k≠y} z_k of each sample, (n[, R])."""

    def of_rows(z: Array, y: Classes) -> tuple[Array]:
        others = z.copy()
        others[np.arange(len(y)), y] = -np.inf
        return (of_class(z, y) - others.max(axis=1),)

    return in_blocks(of_rows, two_classes(z), y)[0]


def gap_spread(gaps: Array, y: Classes) -> Array:
    """Standard deviation of logit_gaps (n[, R]) within the classes: √ of the mean of (gap − its class's mean gap)²."""
    _, index, counts = np.unique(y, return_inverse=True, return_counts=True)
    # Sums of each network alone: products of matrices would round otherwise with other networks beside it.
    sums = np.add.reduceat(gaps[np.argsort(y, kind="stable")], np.cumsum(counts) - counts, axis=0)
    means = sums / counts.reshape(-1, *[1] * (gaps.ndim - 1))
    return np.asarray(np.sqrt(np.mean((gaps - means[index]) ** 2, axis=0)))


def negative_log_likelihood(log_p: Array, y: Classes) -> Array:
    """Mean of −log p_y, in nats."""
    return np.asarray(-of_class(log_p, y).mean(axis=0))


def brier_score(log_p: Array, y: Classes) -> Array:
    """Mean over the samples of brier_scores."""
    return np.asarray(brier_scores(log_p, y).mean(axis=0))


def brier_scores(log_p: Array, y: Classes) -> Array:
    """Σ_k (p_k − [k = y])² of each sample (n[, R]), from 0 to 2 (Brier 1950)."""

    def of_rows(log_p: Array, y: Classes) -> tuple[Array]:
        p = np.exp(log_p)
        # Σ_k (p_k − [k = y])² = Σ_k p_k² − 2p_y + 1
        return ((p * p).sum(axis=1) - 2 * of_class(p, y) + 1,)

    # NumPy lays out the values of several networks by their number, and the last bit of means depends on the layout.
    scores, *_ = in_blocks(of_rows, log_p, y) if log_p[0].size == log_p.shape[1] else of_rows(log_p, y)
    return scores


def confidence(log_p: Array) -> Array:
    """The largest class probability of each sample, (n[, R])."""
    return np.asarray(np.exp(log_p.max(axis=1)))


def wrong_confidence(confidence: Array, correct: Correct) -> Array:
    """Mean confidence (n[, R]) of the samples answered wrongly; NaN where there are none."""
    count = (~correct).sum(axis=0)
    total = np.where(correct, 0.0, confidence).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def expected_calibration_error(confidence: Array, correct: Correct) -> Array:
    """ECE (Guo et al. 2017): Σ over the bins of (samples in the bin / n)·|accuracy − mean confidence|.

    confidence and correct: (n[, R]). NaN where a confidence is not a number.
    """
    return _calibration_error(equal_width_bins(confidence), correct - confidence)


def equal_width_bins(confidence: Array) -> NDArray[np.int64]:
    """The bin (l, u] of each confidence, 0 to ECE_BINS − 1."""
    with np.errstate(invalid="ignore"):
        return np.clip(np.ceil(confidence * ECE_BINS).astype(np.int64) - 1, 0, ECE_BINS - 1)


def _calibration_error(bins: NDArray[np.int64], gaps: Array) -> Array:
    """Σ over the bins of |Σ of the gaps in the bin| / n, from each sample's bin and correct − confidence (n[, R])."""
    networks = gaps.shape[1:]
    bins = bins + ECE_BINS * np.arange(*networks or (1,))
    sums = np.bincount(bins.ravel(), gaps.ravel(), minlength=ECE_BINS * math.prod(networks))
    return np.asarray(np.abs(sums.reshape(*networks, ECE_BINS)).sum(axis=-1) / len(gaps))


def adaptive_calibration_error(confidence: Array, correct: Correct) -> Array:
    """The calibration error over bins of equal mass, for confidences (n[, R]) of the predicted class.

    The samples in order of confidence are cut into ECE_BINS bins whose sizes differ by at most one (the adaptive ranges
    of Nixon et al. 2019, section 3). Equal confidences stay together, in the bin in which the first of them is, so that
    neither the order of the samples nor their answers decide. Then Σ over the bins of (samples in the bin /
    n)·|accuracy − mean confidence|.
    """
    order = np.argsort(confidence, axis=0, kind="stable")
    gaps, sure = (np.take_along_axis(values, order, axis=0) for values in (correct - confidence, confidence))
    n, networks = len(sure), confidence.shape[1:]
    place = np.arange(n).reshape(n, *[1] * len(networks))
    is_first = np.concatenate([np.ones((1, *networks), dtype=np.bool_), sure[1:] != sure[:-1]])
    first = np.maximum.accumulate(np.where(is_first, place, 0), axis=0)
    bins = np.repeat(np.arange(ECE_BINS), [len(part) for part in np.array_split(place, ECE_BINS)])[first]
    return _calibration_error(bins, gaps)


def best_temperature(log_p: Array, y: Classes) -> Array:
    """The temperature T within TEMPERATURES at which softmax(log_p / T) has the least NLL (Guo et al. 2017).

    log_p (n, K[, R]) and y are held-out data. With β = 1/T and l = log_p the NLL is convex; its slope is the mean of
    Σ_k p_k l_k − l_y, and that one's slope the mean variance of l under p. The steps are Newton's, or halve the bracket
    that the slopes' signs make where Newton's leaves it. Of temperatures that are equally good it is the highest.
    Each network is done when its own steps are, whatever the others'.
    """
    networks = log_p.shape[2:]
    left = np.ascontiguousarray(log_p.reshape(*log_p.shape[:2], -1))
    if left.shape[2] == 1:  # a single network's numbers would be summed in another order
        left = np.repeat(left, 2, axis=2)
    left = left - left.max(axis=1, keepdims=True)  # the same at every T, and no e^βl overflows
    own = of_class(left, y).mean(axis=0)

    def slopes(beta: Array) -> tuple[Array, Array]:
        def of_rows(left: Array) -> tuple[Array, Array]:
            p = beta * left
            np.exp(p, out=p)
            total = p.sum(axis=1)
            p *= left
            mean = p.sum(axis=1) / total
            p *= left
            return mean, p.sum(axis=1) / total - mean**2

        means, variances = in_blocks(of_rows, left)
        return means.mean(axis=0) - own, variances.mean(axis=0)

    low, high = (np.full(left.shape[2], 1 / T) for T in reversed(TEMPERATURES))
    beta, at = np.ones_like(low), np.arange(len(low))
    slope, curvature = slopes(beta)
    best = np.where(slope < 0, high, low)  # the end that the minimum may lie beyond
    best[np.isnan(slope)] = np.nan
    beyond = slopes(best)[0] < 0
    on = np.where(slope < 0, ~beyond, beyond)  # the networks that have it between
    for step in range(MAX_STEPS):
        if not on.all():
            kept = np.flatnonzero(on)
            kept = np.repeat(kept, 2) if len(kept) == 1 else kept
            at, left, own = at[kept], left.take(kept, axis=2), own[kept]
            low, high, beta, slope, curvature = (a[kept] for a in (low, high, beta, slope, curvature))
        if not len(at):
            break
        if step:
            slope, curvature = slopes(beta)
        low, high = np.where(slope < 0, beta, low), np.where(slope < 0, high, beta)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = beta - slope / curvature
        near = np.abs(newton - beta) <= 1e-9 * beta  # the next step would be its square
        best[at] = np.where(near | ((low < newton) & (newton < high)), newton, (low + high) / 2)
        on, beta = ~near & (np.abs(best[at] - beta) > 1e-9 * beta), best[at]
    return np.asarray((1 / best)[: math.prod(networks)].reshape(networks))


def at_temperature(log_p: Array, temperature: Array | float) -> Array:
    """Log probabilities after temperature scaling: log softmax(log_p / T), with T a number or (R,)."""
    return in_blocks(lambda rows: (log_softmax(rows / temperature),), log_p)[0]
