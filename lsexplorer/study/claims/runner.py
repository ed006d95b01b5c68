"""Running the experiments one after another on the same data."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

from lsexplorer.data import Dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.claims.context import ExperimentContext, Training, check_trainable
from lsexplorer.study.claims.experiment import Experiment
from lsexplorer.study.claims.registry import EXPERIMENTS
from lsexplorer.study.claims.result import Outcome, Result
from lsexplorer.study.jobs.executors import Progress, open_executor

PROGRESS_TOTAL = 1000
"""The total of the progress that is reported."""


class InterruptedClaims(KeyboardInterrupt):
    """Ctrl-C stopped the claims; ``results`` are those that were finished."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__("the claims were interrupted")
        self.results = results


def run_claims(
    data: Dataset,
    hp: Hyperparameters | None = None,
    only: Iterable[int] | None = None,
    *,
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Put the article's claims to the test on ``data``: a Result for each, in the order of their numbers.

    A claim that the data or the network do not allow gets a Result that says why.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data. Its label_smoothing, or 0.1, is on trial.
        only: The numbers of the claims to run, by default all.
        seeds: Seeds of each comparison, 3 or more, by default 8. Claims for which fewer are enough take fewer.
        splits: Splits into training and test part on each of which every seed trains, by default 8, where the data did
            not come with a test part. Claims for which fewer are enough take fewer.
        epochs: Epochs of each network, by default what suits the data.
        workers: As for `match`.
        progress: As for `match`.

    Raises:
        InputError: For arguments with which no claim can run.
        InterruptedClaims: On Ctrl-C.

    """
    experiments = chosen_experiments(only)
    results: list[Result] = []
    weights = [experiment.weight for experiment in experiments]
    try:
        with open_executor(workers, None) as executor:
            context = ExperimentContext(
                data, hp, seeds=seeds, splits=splits, epochs=epochs, executor=executor, workers=workers
            )
            for i, experiment in enumerate(experiments):
                before, weight = sum(weights[:i]) / sum(weights), weights[i] / sum(weights)
                context.report = _reporter(progress, f"claim {experiment.claim.number}", before, weight)
                context.report(0.0)
                context.to_come = partial(_trainings, context, experiments[i + 1 :])
                results.append(_result(experiment, context))
            if progress is not None:
                progress("done", PROGRESS_TOTAL, PROGRESS_TOTAL)
    except KeyboardInterrupt:
        raise InterruptedClaims(results) from None
    return results


def chosen_experiments(numbers: Iterable[int] | None) -> list[Experiment]:
    """The experiments on the claims with these numbers, None for all; raises InputError for a number no claim has."""
    by_number = {experiment.claim.number: experiment for experiment in EXPERIMENTS}
    chosen = sorted(by_number if numbers is None else set(numbers))
    wrong = [number for number in chosen if number not in by_number]
    if wrong or not chosen:
        got = f"got {wrong[0]}" if wrong else "got none"
        raise InputError(f"the claims are numbered 1 to {max(by_number)}, such as 3,5; {got}")
    return [by_number[number] for number in chosen]


def _result(experiment: Experiment, context: ExperimentContext) -> Result:
    start = time.perf_counter()
    outcome: Outcome | None = None
    problem = ""
    try:
        if experiment.needs_training:
            check_trainable(context.data)
        outcome = experiment.run(context)
    except (InputError, DivergenceError) as error:
        problem = str(error)
    return Result(experiment.claim, outcome, problem, time.perf_counter() - start)


def _trainings(context: ExperimentContext, experiments: Sequence[Experiment]) -> list[Training]:
    """What some experiments will ask the scores of; those that cannot run say so when it is their turn."""
    found = list[Training]()
    for experiment in experiments:
        with suppress(InputError):
            found += experiment.trains(context)
    return found


def _reporter(progress: Progress | None, phase: str, before: float, weight: float) -> Callable[[float], None]:
    """What an experiment calls with its progress, 0 to 1: ``weight`` of all work, after the share ``before``."""

    def report(share: float) -> None:
        if progress is not None:
            progress(phase, round(PROGRESS_TOTAL * (before + weight * min(share, 1.0))), PROGRESS_TOTAL)

    return report
