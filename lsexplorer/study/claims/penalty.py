"""Claim 4: label smoothing is a penalty on the logits, exactly; what that does to the norm of the weights."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax, softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.metrics import two_classes
from lsexplorer.nn.targets import one_hot, smooth_labels
from lsexplorer.run import Trainer
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.decisions import significant_sign
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Number, Outcome
from lsexplorer.study.stats import mean_interval

CLAIM = Claim(
    4,
    "Label smoothing keeps the weights small.",
    "‖w‖ is shown to be smaller with smoothing than without, paired by seed",
    "it is shown to be larger",
    ("Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016: Rethinking the Inception Architecture for Computer Vision, 7",),
)


def identity_errors(z: Array, y: NDArray[np.int64], a: float) -> tuple[float, float]:
    """The largest errors, over samples with logits z (n, K) and classes y (n,), of two forms of smoothed cross-entropy.

    LS = CE + a(z_y − mean_k z_k), and LS = (1 − a)CE + a·KL(u‖o) + a·log K with u uniform.
    """
    classes = z.shape[1]
    value, o, t = LOSSES["cross_entropy"].value, softmax(z), one_hot(y, classes)
    smoothed, plain = value(smooth_labels(t, a), z, o), value(t, z, o)
    penalty = a * (z[np.arange(len(y)), y] - z.mean(axis=1))
    divergence = (-np.log(classes) - log_softmax(z)).mean(axis=1)  # Σ_k (1/K)·log((1/K)/o_k)
    mixed = (1 - a) * plain + a * divergence + a * np.log(classes)
    return float(np.abs(smoothed - plain - penalty).max()), float(np.abs(smoothed - mixed).max())


def judge(smaller: Array) -> ClaimVerdict:
    """The verdict on differences in the weight norm (seeds,), plain − smoothing."""
    verdicts: dict[int, ClaimVerdict] = {1: "holds here", -1: "does not hold here", 0: "open here"}
    return verdicts[significant_sign(smaller)]


def run(context: ExperimentContext) -> Outcome:
    """Compare the norms, and check the identities on the training rows of a network trained with smoothing."""
    data, smoothing = context.data, context.with_smoothing()
    plain, smoothed = context.scores(context.regime, [context.plain, smoothing])
    differences = plain["weight_norm"] - smoothed["weight_norm"]
    smaller = mean_interval(differences)
    trainer = Trainer(data, smoothing)
    trainer.step(context.epochs * trainer.steps_per_epoch)
    z = two_classes(trainer.network.answers(data.X_train)[0])
    linear, mixed = identity_errors(z, data.y_train, context.a)
    means = mean_interval(plain["weight_norm"]), mean_interval(smoothed["weight_norm"])
    text = (
        f"‖w‖ {means[0].mean:.3f} plain, {means[1].mean:.3f} with a = {context.a:g}. "
        "It acts through the logits: smoothed cross-entropy is CE + a(z_y − mean z), a penalty linear in the logits "
        f"(largest error {linear:.0e}), and (1 − a)CE + a·KL(u‖o) + a·log K (largest error {mixed:.0e}); "
        "no weight is penalised, and the data need not change."
    )
    numbers = (
        Number.of("‖w‖ plain", means[0]),
        Number.of(f"‖w‖ with a = {context.a:g}", means[1]),
        Number.of("‖w‖ plain − smoothing", smaller, signed=True),
        Number("largest error of LS = CE + a(z_y − mean z)", linear),
        Number("largest error of LS = (1 − a)CE + a·KL(u‖o) + a·log K", mixed),
    )
    evidence = context.regime.evidence(judge(differences), text, numbers, name="weight norm")
    short = f"‖w‖ plain − ‖w‖ with a = {context.a:g} is {smaller.text(signed=True)}"
    return Outcome(evidence.verdict, short, (evidence,))


EXPERIMENT = Experiment(CLAIM, run)
