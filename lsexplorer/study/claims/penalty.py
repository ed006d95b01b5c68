"""Claim 4: label smoothing as a penalty on the logits, exactly, and what it does to the norm of the weights."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax, softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.metrics import two_classes
from lsexplorer.nn.targets import one_hot, smooth_labels
from lsexplorer.run import Trainer
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import Lab, network_text
from lsexplorer.study.claims.decisions import shown
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Verdict
from lsexplorer.study.stats import mean_interval

CLAIM = Claim(
    4,
    "Label smoothing keeps the weights small.",
    "‖w‖ is shown to be smaller with smoothing than without, paired by seed",
    "it is shown to be larger",
    ("Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016: Rethinking the Inception Architecture for Computer Vision, 7",),
    share=1.0,
)


def identity_errors(z: Array, y: NDArray[np.int64], a: float) -> tuple[float, float]:
    """The largest errors, over samples with logits z (n, K), of two ways to write the smoothed cross-entropy.

    LS = CE + a(z_y − mean_k z_k), and LS = (1 − a)CE + a·KL(u‖o) + a·log K with u uniform.
    """
    classes = z.shape[1]
    value, o, t = LOSSES["cross_entropy"].value, softmax(z), one_hot(y, classes)
    smoothed, hard = value(smooth_labels(t, a), z, o), value(t, z, o)
    penalty = a * (z[np.arange(len(y)), y] - z.mean(axis=1))
    divergence = (-np.log(classes) - log_softmax(z)).mean(axis=1)  # Σ_k (1/K)·log((1/K)/o_k)
    mixed = (1 - a) * hard + a * divergence + a * np.log(classes)
    return float(np.abs(smoothed - hard - penalty).max()), float(np.abs(smoothed - mixed).max())


def judge(smaller: Array) -> Verdict:
    """By hard − smoothing of the weight norm (seeds,)."""
    verdicts: dict[int, Verdict] = {1: "holds here", -1: "does not hold here", 0: "open here"}
    return verdicts[shown(smaller)]


def run(lab: Lab) -> Outcome:
    """Compare the norms, and check the identities on the training rows of a network trained with smoothing."""
    data, smoothing = lab.data, lab.smoothing()
    hard, soft = lab.scores(data, [lab.hard, smoothing], lab.seeds, lab.epochs)
    differences = hard["weight_norm"] - soft["weight_norm"]
    smaller = mean_interval(differences)
    trainer = Trainer(data, smoothing)
    trainer.step(lab.epochs * trainer.steps_per_epoch)
    z = two_classes(trainer.network.answers(data.X_train)[0])
    linear, mixed = identity_errors(z, data.y_train, lab.a)
    means = mean_interval(hard["weight_norm"]), mean_interval(soft["weight_norm"])
    text = (
        f"‖w‖ {means[0].mean:.3f} hard, {means[1].mean:.3f} with a = {lab.a:g}. "
        "It works by way of the logits: smoothed cross-entropy is CE + a(z_y − mean z), a penalty linear in the logits "
        f"(largest error {linear:.0e}), and (1 − a)CE + a·KL(u‖o) + a·log K (largest error {mixed:.0e}); "
        "no weight is penalised, and no datum need change."
    )
    numbers = (
        Number.of("‖w‖ hard", means[0]),
        Number.of(f"‖w‖ with a = {lab.a:g}", means[1]),
        Number.of("‖w‖ hard − smoothing", smaller, signed=True),
        Number("largest error of LS = CE + a(z_y − mean z)", linear),
        Number("largest error of LS = (1 − a)CE + a·KL(u‖o) + a·log K", mixed),
    )
    verdict = judge(differences)
    steps = lab.epochs * steps_per_epoch(data, smoothing)
    network = network_text(data, smoothing)
    evidence = Evidence("weight norm", verdict, text, data.name, network, lab.seeds, lab.epochs, steps, numbers)
    short = f"‖w‖ hard less ‖w‖ with a = {lab.a:g} is {smaller.text(signed=True)}"
    return Outcome(verdict, short, (evidence,))
