"""Claim 6: whether a validation part can choose a, or λ: what the choice loses against the best in hindsight."""

from dataclasses import dataclass

import numpy as np

from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import show
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import ExperimentContext, network_text
from lsexplorer.study.claims.decisions import is_below, is_significant
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table, differ
from lsexplorer.study.stats import mean_interval
from lsexplorer.study.sweep.sweeping import MEASURES, Sweep, sweep, with_validation

CLAIM = Claim(
    6,
    "There is no good way to choose a.",
    "the a that validation chooses costs more, against the best a in hindsight, than two seeds of one a differ by",
    "it costs less than that",
)
GRIDS = {
    "label_smoothing": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "l2": (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3),
}
"""The values that are swept, by the hyperparameter's name."""
SCORES = {"nll": "NLL", "accuracy": "error rate"}
"""What the choice is by, and the test score that a bad choice raises."""
SEEDS = 12
"""Seeds at most."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What each seed's validation part chooses from a grid, and what the choice costs on the test part."""

    grid: tuple[float, ...]
    """The values to choose from."""
    score: str
    """What the choice is by, one of SCORES."""
    chosen: tuple[int, ...]
    """The index in the grid of each seed's choice."""
    best: int
    """The index of the value that is best on the test part, by the mean over the seeds."""
    regret: Array
    """The test score at the chosen value less that at the best one (seeds,)."""
    blind: Array
    """The mean test score over the grid less that at the chosen value (seeds,)."""
    spread: float
    """Mean |difference| in test score between two seeds at the best value."""


def chosen_by(grid: tuple[float, ...], score: str, *, validation: Array, test: Array) -> Choice:
    """The Choice from a score's values (grid, seeds) on both parts; lower is better."""
    chosen = validation.argmin(axis=0)
    best = int(test.mean(axis=1).argmin())
    seeds = np.arange(test.shape[1])
    at_chosen, at_best = test[chosen, seeds], test[best]
    pairs = np.abs(at_best[:, None] - at_best)[np.triu_indices(len(at_best), 1)]
    return Choice(
        grid,
        score,
        chosen=tuple(chosen.tolist()),
        best=best,
        regret=at_chosen - at_best,
        blind=test.mean(axis=0) - at_chosen,
        spread=float(pairs.mean()),
    )


def judge(regret: Array, spread: float) -> ClaimVerdict:
    """The verdict on a regret (seeds,), against the ``spread`` that two seeds differ by."""
    if is_below(regret, spread, spread):
        return "does not hold here"
    excess = regret - spread
    return "holds here" if is_significant(excess) and excess.mean() > 0 else "open here"


def run(context: ExperimentContext) -> Outcome:
    """Sweep a, and λ for comparison; choose by NLL and by accuracy."""
    context.with_smoothing()  # raises for a loss without soft targets: there is no a to choose
    by_score: dict[tuple[str, str], Evidence] = {}
    for i, name in enumerate(GRIDS):
        with context.part(i, len(GRIDS)):
            swept = _swept(context, name)
        for score in SCORES:
            choice = _choice(swept, score)
            if choice is not None:
                by_score[score, name] = _evidence(context, swept, choice)
    known = [score for score in SCORES if (score, "label_smoothing") in by_score]
    of_smoothing = [by_score[score, "label_smoothing"] for score in known]
    costs = "; ".join(
        f"{by_score[score, 'label_smoothing'].numbers[0].text} of test {SCORES[score]} for a, "
        f"{by_score[score, 'l2'].numbers[0].text} for λ"
        for score in known
    )
    text = f"what validation chooses costs, against the best in hindsight, {costs}"
    evidence = tuple(by_score[score, name] for score in known for name in GRIDS)
    return Outcome(of_smoothing[0].verdict, text, evidence, differ(of_smoothing))


def _swept(context: ExperimentContext, name: str) -> Sweep:
    seeds = min(len(context.seeds), SEEDS)
    return sweep(
        context.data,
        context.plain.replace(**{name: 0.0}),
        vary={name: GRIDS[name]},
        seeds=seeds,
        epochs=context.epochs,
        workers=context.workers,
        progress=context.report_progress,
    )


def _evidence(context: ExperimentContext, swept: Sweep, choice: Choice) -> Evidence:
    (name,), score, grid = swept.varied, choice.score, choice.grid
    regularizer, label = REGULARIZERS[name], SCORES[score]
    symbol, compared = regularizer.symbol, "" if regularizer.targets else " for comparison"
    regret, blind = mean_interval(choice.regret), mean_interval(choice.blind)
    counts = [(value, choice.chosen.count(i)) for i, value in enumerate(grid)]
    picked = ", ".join(f"{show(name, value)} on {counted(count, 'seed', 'seeds')}" for value, count in counts if count)
    text = (
        f"validation chooses {symbol} = {picked}; its test {label} is {regret.text(signed=True)} above "
        f"that of the best in hindsight, {symbol} = {show(name, grid[choice.best])}; two seeds differ by "
        f"{choice.spread:.2g}, and a blind choice from the grid costs {blind.text(signed=True)} more."
    )
    numbers = (
        Number.of(f"test {label}, chosen by validation − best in hindsight", regret, signed=True),
        Number(f"mean |difference| of two seeds in test {label}", choice.spread),
        Number.of(f"test {label}, mean of the grid − chosen", blind, signed=True),
    )
    rows = tuple(
        (value, count, *(swept.interval((value,), f"{part}_{score}").mean for part in ("validation", "test")))
        for value, count in counts
    )
    heading = "NLL" if score == "nll" else "accuracy"
    hp = swept.hyperparameters
    return Evidence(
        f"{symbol} of {regularizer.label}{compared}, by {heading}",
        judge(choice.regret, choice.spread),
        text,
        data=f"{context.data.name}, a fifth of the training part for validation",
        network=network_text(context.data, hp),
        seeds=swept.seeds,
        epochs=swept.epochs,
        steps=swept.epochs * steps_per_epoch(with_validation(context.data).data, hp),
        numbers=numbers,
        table=Table((symbol, "chosen by seeds", f"validation {heading}", f"test {heading}"), rows),
    )


def _choice(swept: Sweep, score: str) -> Choice | None:
    """The choice by NLL, or by error rate with NLL as the tie-breaker; None where there is no such score."""
    grid = _usable(swept)

    def values(part: str, name: str) -> Array:
        return np.array([swept.points[value,][:, MEASURES.index(f"{part}_{name}")] for value in grid])

    nll = values("validation", "nll")
    known = bool(np.isfinite(nll).all())
    if score == "nll":
        return chosen_by(grid, score, validation=nll, test=values("test", "nll")) if known else None
    validation = 1 - values("validation", "accuracy")
    if known:  # too small to reverse the order of two different error rates
        validation = validation + 1e-9 * nll / max(float(nll.max()), 1.0)
    return chosen_by(grid, score, validation=validation, test=1 - values("test", "accuracy"))


def _usable(swept: Sweep) -> tuple[float, ...]:
    """The values at which no network diverged."""
    kept = tuple(value for (value,), scores in swept.points.items() if np.isfinite(scores[:, 0]).all())
    if not kept:
        raise InputError("training diverges at every strength: try a smaller learning_rate")
    return kept


EXPERIMENT = Experiment(CLAIM, run, weight=4.0)
