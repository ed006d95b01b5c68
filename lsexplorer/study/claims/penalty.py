"""Claim 4: what label smoothing does to the norm of the weights; it is a penalty on the logits, exactly."""

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.activations import log_softmax, softmax
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.metrics import two_classes
from lsexplorer.nn.targets import one_hot, smooth_labels
from lsexplorer.run import Trainer
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.courses import Course, courses, growth, path_text
from lsexplorer.study.claims.decisions import all_of, estimated, side_of, verdict_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.references import SZEGEDY
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, differ
from lsexplorer.study.stats import Estimate

CLAIM = Claim(
    4,
    "Label smoothing usually keeps the weights from growing very large.",
    "‖w‖ without smoothing is shown to be more than 10 % above ‖w‖ with it, as trained here and at the end of long "
    "runs",
    "in one of these it is shown to be less than 10 % above it",
    (SZEGEDY,),
)
MARGIN = 10.0
"""How much larger ‖w‖ is without smoothing, in percent of ‖w‖ with it, that does not matter."""


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


def judge(larger: Estimate, regimes: int) -> ClaimVerdict:
    """The verdict on how much larger ‖w‖ is without smoothing, in percent, in one of some regimes."""
    return verdict_of(side_of(larger, MARGIN, below=regimes))


def run(context: ExperimentContext) -> Outcome:
    """Compare the norms as trained here and along long runs; check the identities on a smoothed network."""
    smoothing = context.with_smoothing()
    with context.part(0, 2):
        plain, smoothed = context.scores(context.regime, [context.plain, smoothing])
    with context.part(1, 2):
        followed = [course for course in context.made(courses) if course.smoothed is not None]
    regimes = 1 + len(followed)
    a, regime = context.a, context.regime
    larger = 100 * (plain["weight_norm"] / smoothed["weight_norm"] - 1)
    trainer = Trainer(context.data, smoothing)
    trainer.step(regime.steps)
    z = two_classes(trainer.network.answers(context.data.X_train)[0])
    linear, mixed = identity_errors(z, context.data.y_train, a)
    numbers = (
        regime.number("‖w‖ plain", plain["weight_norm"]),
        regime.number(f"‖w‖ with a = {a:g}", smoothed["weight_norm"]),
        regime.number("‖w‖ plain above ‖w‖ with smoothing", larger, signed=True, unit="%"),
        Number("largest error of LS = CE + a(z_y − mean z)", linear),
        Number("largest error of LS = (1 − a)CE + a·KL(u‖o) + a·log K", mixed),
    )
    text = (
        f"‖w‖ is {numbers[0].value:.3f} plain and {numbers[1].value:.3f} with a = {a:g}: {numbers[2].text}. Smoothing "
        "acts through the logits: smoothed cross-entropy is CE + a(z_y − mean z), a penalty linear in the logits "
        f"(largest error {linear:.0e}), and (1 − a)CE + a·KL(u‖o) + a·log K (largest error {mixed:.0e})."
    )
    judged = judge(regime.estimate(larger), regimes)
    evidence = (
        regime.evidence(judged, text, numbers, name="your network, as trained here"),
        *(_evidence(course, regimes, a) for course in followed),
    )
    own = evidence[-1]
    short = f"‖w‖ is larger without smoothing by {numbers[2].text} as trained here, by {own.numbers[0].text} after "
    short += f"{own.steps:,} steps; with smoothing it grows by {own.numbers[1].text} in the last tenfold of them"
    return Outcome(all_of([part.verdict for part in evidence]), short, evidence, differ(evidence))


def _evidence(course: Course, regimes: int, a: float) -> Evidence:
    assert course.smoothed is not None
    larger = estimated(100 * (course.plain[-1] / course.smoothed[-1] - 1)[:, None])
    numbers = [
        Number.of("‖w‖ plain above ‖w‖ with smoothing at the end", larger.interval(), signed=True, unit="%"),
        Number.of(f"growth of ‖w‖ with a = {a:g}", growth(course.smoothed).interval(), signed=True, unit="%"),
    ]
    steps = ", ".join(f"{t:,}" for t in course.steps)
    text = (
        f"after {steps} steps ‖w‖ is {path_text(course.plain)} plain and {path_text(course.smoothed)} with a = {a:g}: "
        f"{numbers[0].text} at the end. With smoothing it grows by {numbers[1].text} in the last tenfold."
    )
    return course.evidence(judge(larger, regimes), text, numbers, a)


EXPERIMENT = Experiment(CLAIM, run, weight=2.0)
