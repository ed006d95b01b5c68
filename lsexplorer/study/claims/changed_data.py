"""Claim 8: whether smoothing while training and training on smoothed data are the same run."""

from collections.abc import Sequence

from lsexplorer.run.equivalence import equal_weights
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext, network_text
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome

CLAIM = Claim(
    8,
    "Label smoothing needs the data to be changed.",
    "training on smoothed data gives other weights than smoothing the targets while training on the data as they are",
    "both give the same weights, bit for bit, so that the data may stay as they are",
    ("Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016: Rethinking the Inception Architecture for Computer Vision, 7",),
)
SEEDS, STEPS = 3, 2000
"""Seeds, and training steps of each network, at most."""


def judge(counts: Sequence[tuple[int, int]]) -> ClaimVerdict:
    """The verdict on each seed's counts of equal and of all parameters: if all are equal, the data need not change."""
    return "false" if all(equal == total for equal, total in counts) else "holds here"


def run(context: ExperimentContext) -> Outcome:
    """Train both ways on some seeds, and count the parameters that are equal, bit for bit."""
    smoothing, seeds, counts = context.with_smoothing(), context.seeds[:SEEDS], list[tuple[int, int]]()
    by_epoch = steps_per_epoch(context.data, smoothing)
    steps = min(context.epochs * by_epoch, STEPS)
    for seed in seeds:
        counts.append(equal_weights(context.data, smoothing.replace(seed=seed), steps))
        context.report(len(counts) / len(seeds))
    equal, total = (sum(values) for values in zip(*counts, strict=True))
    text = (
        f"{equal:,} of {total:,} parameters are equal bit for bit after {steps:,} steps, on {len(seeds)} seeds, a = "
        f"{context.a:g}, whether the targets are smoothed in the data or while training."
    )
    numbers = Number("parameters equal bit for bit", float(equal)), Number("parameters", float(total))
    evidence = Evidence(
        "both ways",
        judge(counts),
        text,
        data=context.data.name,
        network=network_text(context.data, smoothing),
        seeds=seeds,
        epochs=steps / by_epoch,
        steps=steps,
        numbers=numbers,
    )
    return Outcome(evidence.verdict, f"{equal:,} of {total:,} parameters are equal bit for bit", (evidence,))


EXPERIMENT = Experiment(CLAIM, run)
