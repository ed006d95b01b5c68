"""Could another means have done what label smoothing does? Its strength is matched, then the two are compared.

On the tuning seeds a match finds the λ of the remedy at which a criterion has its value under smoothing, on validation
rows that are not judged. With that λ fixed, everything is measured on other seeds, each of which trains on every split.
Within a seed and a split all methods share first weights and batch order.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from lsexplorer.data import Dataset, summarize
from lsexplorer.errors import InputError
from lsexplorer.nn.losses import LOSSES
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.arms import M
from lsexplorer.study.jobs.executors import Executor, Progress, open_executor
from lsexplorer.study.jobs.interrupted import Interrupted
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.match.evaluation import Evaluation
from lsexplorer.study.match.findings import Scope
from lsexplorer.study.match.plan import MatchPlan, Plan, fitting, planned
from lsexplorer.study.match.result import CriterionMatch, MatchResult, MatchResults, Settings, criterion_match
from lsexplorer.study.match.running import BankNetworks, Run

if TYPE_CHECKING:
    from lsexplorer.study.judge import Judgement
    from lsexplorer.study.train_function.functions import Train


@dataclass(frozen=True, kw_only=True, repr=False)
class Match(MatchResult):
    """The result of a match of lsexplorer's own networks."""

    data: Dataset
    plan: Plan
    """What was asked for."""


class Matches(MatchResults[Match]):
    """The results of matches of several remedies to the same networks with label smoothing."""


class InterruptedMatch(Interrupted):
    """Ctrl-C stopped a match; ``matches`` is what was measured, or None where no λ had been found yet."""

    def __init__(self, matches: MatchResults[Any] | None) -> None:
        super().__init__("match", matches)
        self.matches = matches

    @property
    def match(self) -> Any:
        """The match of the first remedy."""
        return None if self.matches is None else self.matches.first


@overload
def match(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    label_smoothing: float = 0.1,
    remedy: str = "l2",
    criterion: str = "weight_norm",
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    precision: str = "float64",
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Match: ...
@overload
def match(
    *,
    train: "Train",
    out: str | os.PathLike[str],
    label_smoothing: float = 0.1,
    remedy: str = "l2",
    criterion: str = "weight_norm",
    seeds: int | None = None,
    tuning: int | None = None,
    splits: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> "Judgement": ...
def match(
    data: Dataset | None = None,
    hp: Hyperparameters | None = None,
    *,
    train: "Train | None" = None,
    out: str | os.PathLike[str] | None = None,
    label_smoothing: float = 0.1,
    remedy: str = "l2",
    criterion: str = "weight_norm",
    seeds: int | None = None,
    tuning: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    precision: str | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> "Match | Judgement":
    """Match ``remedy``, another simple means, to label smoothing on ``data``, and compare the two methods' networks.

    With ``train`` the networks are those that a function of yours trains, from a Recipe to an Answer; what they answer
    is kept in the folder ``out``, and what is there is not trained again. There is no ``data`` then.

    Args:
        data: What the networks are trained and tested on.
        hp: The network to train, by default one that suits the data. Its own label_smoothing and remedy are ignored;
            its seed is the first one used.
        label_smoothing: The smoothing a to match, above 0.
        remedy: "l2", "l1", "weight_decay", or another of REMEDIES in nn/remedies.py.
        criterion: "weight_norm", "logit_gap" or "nll". The verdict is on it; all three are reported.
        train: A function that trains a network as a Recipe says, and returns its Answer.
        out: The folder of their answers; it may be there already.
        seeds: Evaluation seeds, by default 12, or more where a split has few test rows: 80 on iris. Half as many
            others, at most 12, are for tuning.
        tuning: With ``train``: how many seeds are for tuning, by default 3.
        splits: Splits on each of which every evaluation seed trains, by default 8; 1 is the data's own alone, and
            all that there is where the data came with their test part. With ``train`` 1 by default.
        epochs: Epochs of each network, by default what suits the data.
        low: The lowest strength to search, by default what suits the remedy.
        high: The highest strength to search.
        margins: Differences that do not matter, by measure: {"accuracy": 0.01}; of "logit_gap" and "weight_norm" as a
            share of smoothing's mean. The others are those of study/measures.py.
        precision: "float64", or "float32": networks then train in single precision, in about half the time. All that
            is measured is computed from their weights in double. Not with ``train``.
        workers: None for this process, a number of processes, or the address of a Dask scheduler.
        progress: See Progress.

    Raises:
        InputError: For arguments that are out of range or do not go together, for data too small to spare validation
            rows, and for training that diverges.
        TrainingError: From an exception of ``train``.
        InterruptedMatch: On Ctrl-C.

    """
    if train is not None:
        from lsexplorer.study.train_function.matching import match_in_python  # which is built on this module

        own = {"data": data, "hp": hp, "epochs": epochs, "precision": precision}
        given = [name for name, value in own.items() if value is not None]
        if given or out is None:
            raise InputError(f"with train there is no {given[0]}" if given else "train needs out, a folder for answers")
        return match_in_python(
            train,
            out,
            workers=workers,
            progress=progress,
            label_smoothing=label_smoothing,
            remedies=[remedy],
            criterion=criterion,
            seeds=seeds,
            tuning=tuning,
            splits=splits,
            low=low,
            high=high,
            margins=margins,
        )
    if data is None or out is not None or tuning is not None:
        raise InputError("match needs data, or train and out; tuning goes with these")
    return match_all(
        data,
        hp,
        label_smoothing=label_smoothing,
        remedies=[remedy],
        criterion=criterion,
        all_criteria=True,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        low=low,
        high=high,
        margins=margins,
        precision=precision,
        workers=workers,
        progress=progress,
    ).first


def match_all(
    data: Dataset,
    hp: Hyperparameters | None = None,
    *,
    label_smoothing: float = 0.1,
    remedies: Sequence[str] | None = None,
    criterion: str = "weight_norm",
    all_criteria: bool = False,
    seeds: int | None = None,
    splits: int | None = None,
    epochs: int | None = None,
    low: float | None = None,
    high: float | None = None,
    margins: Mapping[str, float] | None = None,
    precision: str | None = None,
    workers: int | str | None = None,
    progress: Progress | None = None,
) -> Matches:
    """Match several remedies to label smoothing, as `match` does each; plain and smoothed networks are trained once.

    Arguments and errors are those of `match`, except:

    remedies: Their names; by default all that go with the network, and the result says why others do not. Strengths of
        theirs that ``hp`` has are ignored for all of them. ``low`` and ``high`` go with a single one.
    all_criteria: Whether each is matched and judged on the other criteria too.
    """
    plans, left_out = plans_of(
        data,
        hp,
        label_smoothing=label_smoothing,
        remedies=remedies,
        criterion=criterion,
        all_criteria=all_criteria,
        seeds=seeds,
        splits=splits,
        epochs=epochs,
        low=low,
        high=high,
        margins=margins,
        precision=precision,
    )
    start = time.perf_counter()
    with open_executor(workers, splits_of(data, plans)) as executor:
        seconds = {"start": time.perf_counter() - start}
        return carried_out(data, plans, left_out, executor=executor, progress=progress, seconds=seconds)


def splits_of(data: Dataset, plans: Sequence[Plan]) -> Splits:
    """What the workers of an executor hold for these plans."""
    return Splits(data, plans[0].validation, plans[0].plain.seed)


def carried_out(
    data: Dataset,
    plans: Sequence[Plan],
    left_out: dict[str, str],
    *,
    executor: Executor,
    progress: Progress | None = None,
    seconds: Mapping[str, float] | None = None,
) -> Matches:
    """What the plans, and why others are left out, as `plans_of` gives them, come to.

    executor: one on `splits_of` them. seconds: those of parts that are over. Raises InterruptedMatch on Ctrl-C.
    """
    run = Run(plans, BankNetworks(data, plans[0], executor), progress)
    run.seconds |= seconds or {}
    try:
        run.run()
    except KeyboardInterrupt:
        raise InterruptedMatch(answer(data, plans, left_out, run) if run.strengths else None) from None
    return answer(data, plans, left_out, run)


def _settings(data: Dataset, plan: Plan) -> Settings:
    hp, tuning, validation = plan.plain, plan.tuning, len(plan.validation)
    sizes = "-".join(map(str, (data.X_train.shape[1], *hp.hidden, len(data.class_names))))
    return Settings(
        subject=data.name,
        remedy=plan.remedy,
        criterion=plan.criterion,
        label_smoothing=plan.smoothing.label_smoothing,
        network=f"{sizes} {hp.activation} · {hp.output} + {LOSSES[hp.loss].label}",
        length=f"{plan.epochs} epochs" + (" in single precision" if plan.precision == "float32" else ""),
        strengths=f"found on {len(tuning)} other seeds and {validation:,} validation rows",
        steps=plan.steps,
        planned=(len(plan.evaluation), plan.splits),
        notes=tuple(summarize(data).brief()),
        facts={
            "digest": data.digest,
            "notes": list(data.notes),
            "hyperparameters": hp.as_dict(),
            "epochs": plan.epochs,
            "precision": plan.precision,
            "tuning_seeds": tuning,
            "validation_rows": validation,
        },
    )


def plans_of(
    data: Dataset, hp: Hyperparameters | None, *, remedies: Sequence[str] | None = None, **options: Any
) -> tuple[list[Plan], dict[str, str]]:
    """The Plan of each remedy for the arguments of `match_all`, and why others were left out."""
    left_out: dict[str, str] = {}
    if remedies is None:
        misfits = fitting(data, hp)
        remedies = [name for name, misfit in misfits.items() if not misfit]
        left_out = {name: misfit for name, misfit in misfits.items() if misfit}
    return planned(data, hp, remedies, **options), left_out


def answer(data: Dataset, plans: Sequence[Plan], left_out: dict[str, str], run: Run[Hyperparameters]) -> Matches:
    """What the matches found so far."""
    start, evaluation = time.perf_counter(), run.evaluation()
    seeds, splits = (evaluation.seeds, evaluation.splits) if evaluation else ((), 0)
    scope = Scope(len(seeds), len(data.y_train), len(data.y_test), splits, data.came_split)
    matches = {}
    for plan in (plan for plan in plans if plan.remedy in run.strengths):
        matchings = judged(run, plan, evaluation, scope)
        matches[plan.remedy] = Match(
            settings=_settings(data, plan),
            data=data,
            plan=plan,
            matchings=matchings,
            evaluation=seeds,
            splits=splits,
            networks=run.networks_of(plan.remedy),
            seconds=run.seconds,
            complete=(seeds, splits) == (plan.evaluation, plan.splits),
        )
    run.seconds["statistics"] = time.perf_counter() - start
    return Matches(matches, left_out, run.networks)


def judged(run: Run[M], plan: MatchPlan[M], evaluation: Evaluation | None, scope: Scope) -> dict[str, CriterionMatch]:
    """The matches of a remedy by criterion, on what was measured."""
    matchings = {}
    for strength in run.strengths[plan.remedy]:
        arm = run.arms.get((plan.remedy, strength.criterion))
        if arm in run.diverged:
            strength = replace(strength, value=None, reason=f"training there diverges on seed {run.diverged[arm]}")
            arm = None
        matchings[strength.criterion] = criterion_match(
            plan.remedy, strength, scope, evaluation, arm=arm, measures=plan.measures
        )
    return matchings
