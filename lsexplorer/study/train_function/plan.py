"""What a match with a training function is asked to do: checked, with defaults filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REGULARIZERS
from lsexplorer.nn.remedies import READOUTS, REMEDIES, Readout
from lsexplorer.study.match.findings import MIN_SEEDS
from lsexplorer.study.match.plan import (
    FEWEST,
    MAX_SPLITS,
    MAX_TUNING,
    MIN_SPLITS,
    MatchPlan,
    check_choice,
    searched_range,
)
from lsexplorer.study.match.search import FEW, SearchPlan
from lsexplorer.study.measures import CRITERIA, measures
from lsexplorer.study.stats import checked_count, checked_seeds
from lsexplorer.study.train_function.recipe import Recipe

SEEDS, TUNING_SEEDS = 12, 3
"""Seeds that the methods are compared on, and others that strengths are found on, by default."""


@dataclass(frozen=True)
class Asked:
    """The arguments of a match with a training function."""

    label_smoothing: float = REGULARIZERS["label_smoothing"].suggested
    remedies: Sequence[str] | None = ("l2",)
    """None for all that a function can train."""
    criterion: str = "weight_norm"
    seeds: int = SEEDS
    tuning: int = TUNING_SEEDS
    splits: int = 1
    low: float | None = None
    high: float | None = None
    margins: Mapping[str, float] | None = None
    fineness: SearchPlan = FEW


def planned(asked: Asked) -> tuple[list[MatchPlan[Recipe]], dict[str, str]]:
    """The plan of each remedy, yet without measures, and why others are left out.

    Raises InputError for arguments that are out of range.
    """
    left_out = {
        entry.name: f"{entry.label} reads a training half-way, and a function trains to its end"
        for entry in READOUTS
        if entry.match_range is None
    }
    if asked.remedies is None:
        remedies = [name for name in REMEDIES if name not in left_out]
    else:
        remedies, left_out = list(asked.remedies), {name: left_out[name] for name in asked.remedies if name in left_out}
    if not remedies:
        raise InputError("remedies must name one remedy or more")
    for name in remedies:
        check_choice("remedy", name, tuple(REMEDIES))
    remedies = [name for name in remedies if name not in left_out]
    if not remedies:
        raise InputError(next(iter(left_out.values())))
    check_choice("criterion", asked.criterion, CRITERIA)
    if len(remedies) > 1 and (asked.low is not None or asked.high is not None):
        raise InputError("the strengths to search can be given for one remedy alone: their ranges differ")
    plain = Recipe()
    smoothing = plain.replace(label_smoothing=float(f"{asked.label_smoothing:.6g}"))
    if not 0 < smoothing.label_smoothing < 1:
        raise InputError(f"label_smoothing must be above 0 and below 1, such as 0.1, got {asked.label_smoothing:g}")
    seeds = checked_seeds(asked.seeds, MIN_SEEDS, FEWEST)
    tuning = checked_count("tuning", asked.tuning)
    if tuning > MAX_TUNING:
        raise InputError(f"tuning must be {MAX_TUNING} or fewer, got {tuning}")
    splits = checked_count("splits", asked.splits)
    if not (splits == 1 or MIN_SPLITS <= splits <= MAX_SPLITS):
        raise InputError(f"splits must be 1, or from {MIN_SPLITS} to {MAX_SPLITS:,}, got {splits}")
    measures(0, asked.margins)
    plans = [
        MatchPlan(
            plain,
            smoothing,
            remedy,
            asked.criterion,
            (asked.criterion,),
            *searched_range(REMEDIES[remedy].match_range or MATCH_RANGE, asked.low, asked.high),
            steps=1,
            tuning=tuple(range(tuning)),
            evaluation=tuple(range(tuning, tuning + seeds)),
            splits=splits,
            measures=(),
            fineness=asked.fineness,
        )
        for remedy in remedies
    ]
    return plans, left_out


def most_trainings(plans: Sequence[MatchPlan[Recipe]]) -> int:
    """How many networks are trained at most, with the one that is trained twice."""
    first = plans[0]
    trained = [plan for plan in plans if not isinstance(plan.regularizer, Readout)]
    strengths = sum(plan.fineness.most(plan.low, plan.high) for plan in trained)
    judged = len(first.evaluation) * first.splits * (2 + len(trained))
    return 1 + len(first.tuning) * (2 + strengths) + judged
