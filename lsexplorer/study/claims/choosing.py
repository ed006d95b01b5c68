"""Claim 6: whether a validation part can choose a, or λ: what the choice loses against the best in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lsexplorer.data.files import counted
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import show
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.claims.context import Lab, network_text
from lsexplorer.study.claims.decisions import below, shown
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Table, Verdict, differ
from lsexplorer.study.stats import mean_interval
from lsexplorer.study.sweep.sweeping import MEASURES, Sweep, sweep, with_validation

CLAIM = Claim(
    6,
    "There is no good way to choose a.",
    "the a that validation chooses costs more, against the best a in hindsight, than two seeds of one a differ by",
    "it costs less than that",
    share=4.0,
)
GRIDS = {
    "label_smoothing": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "l2": (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3),
}
SYMBOLS = {"label_smoothing": "a", "l2": "λ"}
NAMES = {"label_smoothing": "a of label smoothing", "l2": "λ of L2 for comparison"}
SCORES = {"nll": "NLL", "accuracy": "error rate"}
"""What is chosen by, and what of it is lost."""
SEEDS = 12


@dataclass(frozen=True, eq=False)
class Choice:
    """chosen (seeds,): the number in the grid of each seed's choice. best: the one that is best on the test part, by
    the mean over the seeds. regret (seeds,): the test score at the chosen one less that at the best, lower is better.
    blind (seeds,): the mean over the grid less that at the chosen one. spread: mean |difference| of two seeds at the
    best.
    """  # noqa: D205

    chosen: tuple[int, ...]
    best: int
    regret: Array
    blind: Array
    spread: float


def chosen_by(validation: Array, test: Array) -> Choice:
    """The Choice from scores (values of the grid, seeds), of which lower is better."""
    chosen = validation.argmin(axis=0)
    best = int(test.mean(axis=1).argmin())
    seeds = np.arange(test.shape[1])
    at_chosen, at_best = test[chosen, seeds], test[best]
    pairs = np.abs(at_best[:, None] - at_best)[np.triu_indices(len(at_best), 1)]
    return Choice(
        tuple(chosen.tolist()),
        best,
        at_chosen - at_best,
        test.mean(axis=0) - at_chosen,
        float(pairs.mean()),
    )


def judge(regret: Array, spread: float) -> Verdict:
    """By the regret (seeds,) against what two seeds differ by."""
    if below(regret, spread, spread):
        return "does not hold here"
    return "holds here" if shown(regret - spread) > 0 else "open here"


def run(lab: Lab) -> Outcome:
    """Sweep a, and λ for comparison; choose by NLL and by accuracy."""
    lab.smoothing()  # a loss without soft targets has no a to choose
    found: dict[tuple[str, str], Evidence] = {}
    for i, name in enumerate(GRIDS):
        with lab.part(i, len(GRIDS)):
            swept = _swept(lab, name)
        for score in SCORES:
            choice = _choice(swept, _usable(swept, GRIDS[name]), score)
            if choice is not None:
                found[score, name] = _evidence(lab, swept, name, score, choice)
    known = [score for score in SCORES if (score, "label_smoothing") in found]
    ours = [found[score, "label_smoothing"] for score in known]
    told = "; ".join(
        f"{found[score, 'label_smoothing'].numbers[0].text} of test {SCORES[score]} for a, "
        f"{found[score, 'l2'].numbers[0].text} for λ"
        for score in known
    )
    text = f"what validation chooses costs, against the best in hindsight, {told}"
    evidence = tuple(found[score, name] for score in known for name in GRIDS)
    return Outcome(ours[0].verdict, text, evidence, differ(ours))


def _swept(lab: Lab, name: str) -> Sweep:
    seeds = min(len(lab.seeds), SEEDS)
    hp, vary = lab.hard.replace(**{name: 0.0}), {name: GRIDS[name]}
    return sweep(
        lab.data, hp, vary=vary, seeds=seeds, epochs=lab.epochs, workers=lab.where, progress=lab.told
    )  # fmt: skip


def _evidence(lab: Lab, found: Sweep, name: str, score: str, choice: Choice) -> Evidence:
    symbol, label, grid = SYMBOLS[name], SCORES[score], _usable(found, GRIDS[name])
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
        (value, count, *(found.interval((value,), f"{part}_{score}").mean for part in ("validation", "test")))
        for value, count in counts
    )
    heading = "NLL" if score == "nll" else "accuracy"
    hp = found.hyperparameters
    return Evidence(
        f"{NAMES[name]}, by {heading}",
        judge(choice.regret, choice.spread),
        text,
        f"{lab.data.name}, a fifth of the training part for validation",
        network_text(lab.data, hp),
        found.seeds,
        found.epochs,
        found.epochs * steps_per_epoch(with_validation(lab.data).data, hp),
        numbers,
        Table((symbol, "chosen by seeds", f"validation {heading}", f"test {heading}"), rows),
    )


def _choice(found: Sweep, grid: Sequence[float], score: str) -> Choice | None:
    """By NLL, or by error rate with NLL deciding between equals; None where there is no such score."""

    def values(part: str, name: str) -> Array:
        return np.array([found.points[value,][:, MEASURES.index(f"{part}_{name}")] for value in grid])

    nll = values("validation", "nll")
    known = bool(np.isfinite(nll).all())
    if score == "nll":
        return chosen_by(nll, values("test", "nll")) if known else None
    validation = 1 - values("validation", "accuracy")
    if known:  # too little to turn two different error rates round
        validation = validation + 1e-9 * nll / max(float(nll.max()), 1.0)
    return chosen_by(validation, 1 - values("test", "accuracy"))


def _usable(found: Sweep, grid: Sequence[float]) -> tuple[float, ...]:
    """The values at which no network diverged."""
    kept = tuple(value for value in grid if np.isfinite(found.points[value,][:, 0]).all())
    if not kept:
        raise InputError("training diverges at every strength: try a smaller learning_rate")
    return kept
