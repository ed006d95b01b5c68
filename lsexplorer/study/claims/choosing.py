"""Claim 6: whether a validation part can choose a, or λ: what the choice loses against the best in hindsight."""

from dataclasses import dataclass, replace

import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import show
from lsexplorer.study.claims.context import ExperimentContext
from lsexplorer.study.claims.decisions import side_of, verdict_of
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.jobs import slim, train_and_validate
from lsexplorer.study.claims.regime import Regime
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Table
from lsexplorer.study.measures import ACCURACY_MARGIN
from lsexplorer.study.stats import Estimate
from lsexplorer.study.sweep.sweeping import with_validation

CLAIM = Claim(
    6,
    "There is no good way to choose a.",
    "the a that validation accuracy chooses is shown to cost more than half a point of test accuracy, against the best "
    "a in hindsight",
    "it is shown to cost less than that",
    note="Where several values answer equally many validation rows, the choice is a draw among them",
)
GRIDS: dict[str, tuple[float, ...]] = {
    "label_smoothing": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "l2": (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3),
}
"""The values to choose from, by the hyperparameter's name."""
MAX_TRIALS = 4
"""Seeds and splits at most."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What each validation part chooses from a grid, and what the choice costs on the test part."""

    share: Array
    """How often each value of the grid is chosen (grid,): a tie of n values counts 1/n for each."""
    tied: float
    """How many values tie for the best, mean over the seeds and splits."""
    best: int
    """The index of the value that is best on the test parts, by the mean over seeds and splits."""
    cost: Array
    """Test accuracy at the best value less that at the chosen one (seeds, splits); the mean over a tie."""
    blind: Array
    """Test accuracy at the chosen value less the mean over the grid (seeds, splits)."""


def chosen_by(validation: Array, test: Array) -> Choice:
    """The Choice from accuracies (grid, seeds, splits) on both parts; validation may have one column for all."""
    tie = validation >= validation.max(axis=0) - 1e-12
    share = tie / tie.sum(axis=0)
    at_chosen, best = (share * test).sum(axis=0), int(test.mean(axis=(1, 2)).argmax())
    return Choice(
        share=share.mean(axis=(1, 2)),
        tied=float(tie.sum(axis=0).mean()),
        best=best,
        cost=test[best] - at_chosen,
        blind=at_chosen - test.mean(axis=0),
    )


def judge(cost: Estimate) -> ClaimVerdict:
    """The verdict on the cost of the choice in test accuracy."""
    return verdict_of(side_of(cost, ACCURACY_MARGIN))


def run(context: ExperimentContext) -> Outcome:
    """Train with every a, and with every λ for comparison; choose by validation accuracy."""
    context.with_smoothing()  # raises for a loss without soft targets: there is no a to choose
    evidence = []
    for i, name in enumerate(GRIDS):
        with context.part(i, len(GRIDS)):
            evidence.append(_evidence(context, name))
    costs = ", ".join(
        f"{part.numbers[0].text} for {REGULARIZERS[name].symbol}" for part, name in zip(evidence, GRIDS, strict=True)
    )
    ties = f"{evidence[0].numbers[2].value:.1f}"
    text = f"the choice by validation costs, of test accuracy, {costs}; of {len(GRIDS['label_smoothing'])} values of a "
    return Outcome(evidence[0].verdict, f"{text}{ties} tie for the best", tuple(evidence))


def _evidence(context: ExperimentContext, name: str) -> Evidence:
    grid, regularizer = GRIDS[name], REGULARIZERS[name]
    splits = [with_validation(data, seed=i) for i, data in enumerate(context.regime.splits[:MAX_TRIALS])]
    judging = tuple(split.data.subset(test=slice(split.validation, None)) for split in splits)
    own = replace(judging[0], name=f"{context.data.name}, a fifth of the training part for validation")
    seeds = context.seeds[:MAX_TRIALS] if len(splits) > 1 else context.seeds
    regime = Regime((own, *judging[1:]), context.plain, seeds, context.epochs)
    methods = [context.plain.replace(**{name: value}) for value in grid]
    tasks = [
        (slim(split.data.subset(test=slice(split.validation))), slim(data))
        for split, data in zip(splits, judging, strict=True)
    ]
    scores = context.by_split(train_and_validate, tasks, methods, seeds=seeds, steps=regime.steps)
    validation, test = (
        np.concatenate([part[name] for part in scores], axis=-1).swapaxes(0, 1) for name in ("validation", "accuracy")
    )
    usable = np.isfinite(validation).all(axis=(1, 2))
    if not usable.any():
        raise InputError("training diverges at every strength: try a smaller learning_rate")
    grid = tuple(value for value, use in zip(grid, usable, strict=True) if use)
    validation, test = validation[usable], test[usable]
    choice, symbol = chosen_by(validation, test), regularizer.symbol
    numbers = (
        regime.number(
            "test accuracy, best in hindsight − chosen by validation", choice.cost, counted=True, signed=True
        ),
        regime.number("test accuracy, chosen − mean of the grid", choice.blind, counted=True, signed=True),
        Number("values that tie for the best in validation", choice.tied),
    )
    text = (
        f"of {len(grid)} values {choice.tied:.1f} tie for the best in validation; what it chooses costs "
        f"{numbers[0].text} of test accuracy against the best in hindsight,"
        f" {symbol} = {show(name, grid[choice.best])}, and gains {numbers[1].text} over a blind choice."
    )
    rows = tuple(
        (value, round(100 * float(share), 1), float(of_validation), float(of_test))
        for value, share, of_validation, of_test in zip(
            grid, choice.share, validation.mean(axis=(1, 2)), test.mean(axis=(1, 2)), strict=True
        )
    )
    return regime.evidence(
        judge(regime.estimate(choice.cost, counted=True)),
        text,
        numbers,
        name=f"{symbol} of {regularizer.label}{'' if regularizer.targets else ' for comparison'}",
        table=Table((symbol, "chosen, %", "validation accuracy", "test accuracy"), rows),
    )


EXPERIMENT = Experiment(CLAIM, run, weight=4.0)
