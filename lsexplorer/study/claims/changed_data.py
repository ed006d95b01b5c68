"""Claim 8: whether smoothing needs altered targets, in the data or while training, or is a penalty beside hard ones."""

from collections.abc import Sequence

from lsexplorer.run.equivalence import has_logit_penalty
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.jobs import WeightsTask, compare_weights, slim
from lsexplorer.study.claims.references import SZEGEDY
from lsexplorer.study.claims.regime import network_text
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome

CLAIM = Claim(
    8,
    "Label smoothing changes the data: the targets are altered, in the file or while training.",
    "hard targets with a penalty in place of smoothing come to other weights: they differ by more than a thousandth",
    "they come to the same weights, up to rounding: they differ by less than a billionth",
    (SZEGEDY,),
)
SEEDS, STEPS = 3, 2000
"""Seeds, and training steps of each network, at most."""
SAME, OTHER = 1e-9, 1e-3
"""Largest difference over the largest weight up to which two runs have the same weights, and from which they do not."""


def judge(distances: Sequence[float]) -> ClaimVerdict:
    """The verdict on how far apart each seed's two runs are, relative to the largest weight."""
    if max(distances) < SAME:
        return "false"
    return "holds here" if min(distances) > OTHER else "open here"


def run(context: ExperimentContext) -> Outcome:
    """Train with smoothed targets, on smoothed data, and on hard targets with the penalty; compare the weights."""
    smoothing, seeds = context.with_smoothing(), context.seeds[:SEEDS]
    by_epoch = steps_per_epoch(context.data, smoothing)
    steps = min(context.epochs * by_epoch, STEPS)
    tasks = [WeightsTask(slim(context.data), smoothing.replace(seed=seed), steps) for seed in seeds]
    compared = context.results(compare_weights, tasks)
    counts, distances = [weights.equal for weights in compared], [weights.apart for weights in compared]
    equal, total = (sum(values) for values in zip(*counts, strict=True))
    penalty = "a(z_y − mean z)" if has_logit_penalty(smoothing) else "a(loss at uniform targets − loss)"
    short = (
        f"hard targets with the penalty {penalty} come to weights that differ from smoothing's by {max(distances):.0e} "
        "at most, relative"
    )

    def evidence(name: str, verdict: ClaimVerdict, text: str, *numbers: Number) -> Evidence:
        return Evidence(
            name,
            verdict,
            text,
            data=context.data.name,
            network=network_text(context.data, smoothing),
            seeds=seeds,
            epochs=steps / by_epoch,
            steps=steps,
            numbers=numbers,
        )

    verdict = judge(distances)
    parts = (
        evidence(
            "hard targets and a penalty",
            verdict,
            f"{short}: {'the same run' if verdict == 'false' else 'not the same run'}. No target is altered: smoothing "
            "is another loss on the same data.",
            Number("largest difference of the weights, relative to the largest weight", max(distances)),
        ),
        evidence(
            "in the file or while training",
            "false" if equal == total else "holds here",
            f"{equal:,} of {total:,} parameters are equal bit for bit whether the targets are smoothed in the file or "
            "while training: as the author says, the file may stay as it is.",
            Number("parameters equal bit for bit", float(equal)),
            Number("parameters", float(total)),
        ),
    )
    return Outcome(
        verdict, f"{short}; {equal:,} of {total:,} parameters are equal bit for bit in file and training", parts
    )


EXPERIMENT = Experiment(CLAIM, run)
