"""The nine claims of the article, one after another on the same data."""

import time
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType

from lsexplorer.data import Dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims import (
    calibration,
    changed_data,
    choosing,
    factor,
    growth,
    overfitting,
    penalty,
    remedies,
    worked,
)
from lsexplorer.study.claims.context import Lab, check_trainable
from lsexplorer.study.claims.result import Claim, Outcome, Result
from lsexplorer.study.jobs.executors import open_workers
from lsexplorer.study.match.matching import Progress

EXPERIMENTS: dict[int, ModuleType] = {
    module.CLAIM.number: module
    for module in (
        worked,
        factor,
        growth,
        penalty,
        remedies,
        choosing,
        calibration,
        changed_data,
        overfitting,
    )
}
CLAIMS: tuple[Claim, ...] = tuple(module.CLAIM for module in EXPERIMENTS.values())
PARTS = 1000
"""Progress is told in so many parts."""


class InterruptedClaims(KeyboardInterrupt):
    """Ctrl-C stopped the claims; ``results`` holds those that were done."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__("the claims were interrupted")
        self.results = results


def run_claims(
    data: Dataset,
    hp: Hyperparameters | None = None,
    only: Iterable[int] | None = None,
    *,
    seeds: int | None = None,
    epochs: int | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Put the article's claims to the test on ``data``: a Result for each, in order.

    hp: the recipe, by default what suits the data; its label_smoothing, or 0.1, is the smoothing on trial. only: the
    numbers of some claims. seeds: of each comparison, by default as `match` does; claims that need more than enough
    take fewer, and `match` takes 9 at least. epochs: of each network. workers and progress: as for `match`. A claim
    that these data or this recipe do not allow gets a Result that says why. Raises InputError for what no claim can
    run with, and InterruptedClaims on Ctrl-C.
    """
    chosen = check_numbers(EXPERIMENTS if only is None else only)
    results: list[Result] = []
    shares = [EXPERIMENTS[number].CLAIM.share for number in chosen]
    try:
        with open_workers(workers, None) as open_:
            lab = Lab(data, hp, seeds, epochs, open_, workers)
            for i, number in enumerate(chosen):
                lab.tell = _teller(progress, f"claim {number}", sum(shares[:i]), shares[i], sum(shares))
                lab.tell(0.0)
                results.append(_tried(EXPERIMENTS[number], lab))
            if progress is not None:
                progress("done", PARTS, PARTS)
    except KeyboardInterrupt:
        raise InterruptedClaims(results) from None
    return results


def check_numbers(numbers: Iterable[int]) -> Sequence[int]:
    """The numbers in order, each once; raises InputError for one that is no claim's."""
    chosen = sorted(set(numbers))
    wrong = [number for number in chosen if number not in EXPERIMENTS]
    if wrong or not chosen:
        got = f"got {wrong[0]}" if wrong else "got none"
        raise InputError(f"the claims are numbered 1 to {max(EXPERIMENTS)}, such as 3,5; {got}")
    return chosen


def _tried(experiment: ModuleType, lab: Lab) -> Result:
    start = time.perf_counter()
    outcome: Outcome | None = None
    problem = ""
    try:
        if experiment.CLAIM.trains:
            check_trainable(lab.data)
        outcome = experiment.run(lab)
    except (InputError, DivergenceError) as error:
        problem = str(error)
    return Result(experiment.CLAIM, outcome, problem, time.perf_counter() - start)


def _teller(
    progress: Progress | None, phase: str, before: float, share: float, total: float
) -> Callable[[float], None]:
    """What an experiment tells its own share of the work to."""

    def tell(part: float) -> None:
        if progress is not None:
            progress(phase, round(PARTS * (before + share * min(part, 1.0)) / total), PARTS)

    return tell
