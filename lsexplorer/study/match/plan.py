"""What a match is asked to do: checked, with defaults filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from lsexplorer.bank.bank import check_precision
from lsexplorer.data import Dataset
from lsexplorer.data.resplit import validation_rows
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REGULARIZERS
from lsexplorer.nn.remedies import REMEDIES, Reading, Readout, Remedy, Training
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.arms import Arm, M
from lsexplorer.study.match.findings import MIN_SEEDS
from lsexplorer.study.match.search import FINE, SearchPlan, check_range
from lsexplorer.study.measures import CRITERIA, Measure, measures
from lsexplorer.study.stats import checked_count, checked_seeds

SEEDS = (12, 80)
"""The fewest and the most evaluation seeds that are taken by default."""
TESTS = 2400
"""Seeds times test rows of a split that are enough by default: of fewer rows more seeds are taken."""
FEWEST = ": how alike networks of different seeds are takes three"
MAX_TUNING = 12
"""Tuning seeds at most."""
SPLITS = 8
"""Splits on which every evaluation seed trains, where the split is ours."""
MIN_SPLITS = 3
"""Fewest splits if there are several: an interval from two is six times as wide as from three."""
MAX_SPLITS = 1000


@dataclass(frozen=True)
class MatchPlan(Generic[M]):
    """What a match is asked to do, whoever trains the networks."""

    plain: M
    """The method without smoothing and without the remedy."""
    smoothing: M
    """The same with label smoothing."""
    remedy: str
    """The name of what is matched to smoothing, one of REMEDIES."""
    criterion: str
    """What the verdict is matched on, one of CRITERIA."""
    criteria: tuple[str, ...]
    """All that a strength is searched for and judged at."""
    low: float
    """The lowest strength to search."""
    high: float
    """The highest strength to search."""
    steps: int
    """Training steps of each network."""
    tuning: tuple[int, ...]
    """Seeds on which the strength is found: from the first seed on."""
    evaluation: tuple[int, ...]
    """Seeds on which the methods are compared: the ones after those."""
    splits: int
    """Splits on each of which every evaluation seed trains; the first is the data's own."""
    measures: tuple[Measure, ...]
    """What is measured."""
    fineness: SearchPlan = FINE
    """How fine the search is."""

    @property
    def regularizer(self) -> Remedy:
        """The remedy's entry."""
        return REMEDIES[self.remedy]

    @property
    def readout(self) -> Readout | None:
        """The entry of a remedy that needs no training of its own."""
        return entry if isinstance(entry := self.regularizer, Readout) else None

    @property
    def training(self) -> Training:
        """How long every network is trained."""
        return Training(self.steps, 1)

    def with_remedy(self, strength: float) -> M:
        """The method with the remedy at a strength, without smoothing."""
        return self.plain if self.readout else self.plain.replace(**{self.remedy: strength})

    def arm(self, strength: float) -> Arm[M]:
        """The method with the remedy at a strength, and how its networks are read out."""
        reading = Reading(self.steps) if self.readout is None else self.readout.reading(strength, self.training)
        return Arm(self.with_remedy(strength), reading)

    @property
    def readings(self) -> dict[float, Reading]:
        """The readings of a remedy that needs no training of its own, by strength in rising order."""
        if self.readout is None:
            return {}
        count = 2 + int(np.log(self.high / self.low) / np.log(self.fineness.readout_ratio))
        strengths = map(float, np.geomspace(self.low, self.high, count))
        readings = dict.fromkeys(self.readout.reading(strength, self.training) for strength in strengths)
        return {self.readout.strength(reading, self.training): reading for reading in readings}


@dataclass(frozen=True, kw_only=True)
class Plan(MatchPlan[Hyperparameters]):
    """What a match of lsexplorer's own networks is asked to do."""

    epochs: int
    """Epochs of each judged network; those that a strength is found on make as many steps, of fewer rows."""
    validation: NDArray[np.int64] = field(repr=False, compare=False)
    """Row numbers into the training part of the rows that the strength is found on; all judged networks train on them,
    and none is judged by them."""
    precision: str
    """In which all networks train, one of PRECISIONS in bank/bank.py."""

    @property
    def training(self) -> Training:
        """How long every network is trained."""
        return Training(self.steps, self.steps // self.epochs)


def planned(
    data: Dataset,
    hp: Hyperparameters | None,
    remedies: Sequence[str],
    *,
    label_smoothing: float,
    criterion: str,
    all_criteria: bool,
    seeds: int | None,
    splits: int | None,
    epochs: int | None,
    low: float | None,
    high: float | None,
    margins: Mapping[str, float] | None,
    precision: str | None = None,
) -> list[Plan]:
    """The Plan of each remedy for the arguments of `match_all`; raises InputError for those out of range."""
    if not remedies:
        raise InputError("remedies must name one remedy or more")
    for remedy in remedies:
        check_choice("remedy", remedy, tuple(REMEDIES))
    check_choice("criterion", criterion, CRITERIA)
    precision = precision or "float64"
    check_precision(precision)
    if len(remedies) > 1 and (low is not None or high is not None):
        raise InputError("the strengths to search can be given for one remedy alone: their ranges differ")
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    for remedy in remedies:
        if misfit := REMEDIES[remedy].misfit(base):
            raise InputError(misfit)
    off = dict.fromkeys(["label_smoothing", *(name for name in remedies if name in REGULARIZERS)], 0.0)
    plain = base.replace(**off)
    smoothing = plain.replace(label_smoothing=label_smoothing)
    if label_smoothing == 0:
        raise InputError("label_smoothing must be above 0, such as 0.1: without it there is nothing to match")
    targets_of(data, "test", smoothing)
    if criterion == "nll" and base.output not in ("softmax", "sigmoid"):
        raise InputError(f"criterion nll needs class probabilities: output softmax or sigmoid, got {base.output}")
    epochs = checked_count("epochs", default_epochs(data) if epochs is None else epochs)
    known = measures(len(base.hidden) + 1, margins)
    seeds = default_seeds(len(data.y_test)) if seeds is None else checked_seeds(seeds, MIN_SEEDS, FEWEST)
    splits = checked_splits(splits, data)
    tuning = min(MAX_TUNING, seeds // 2)
    if base.seed + tuning + seeds > 2**63:
        raise InputError(f"seed must leave room for {tuning + seeds} seeds from it on, got {base.seed}")
    per_epoch = steps_per_epoch(data, base)
    run = Training(epochs * per_epoch, per_epoch)
    ranges = {name: searched_range(_usual_range(REMEDIES[name], run), low, high) for name in remedies}
    validation = validation_rows(data, base.seed)
    return [
        Plan(
            plain,
            smoothing,
            remedy,
            criterion,
            CRITERIA if all_criteria else (criterion,),
            *ranges[remedy],
            epochs=epochs,
            steps=run.steps,
            tuning=tuple(range(base.seed, base.seed + tuning)),
            evaluation=tuple(range(base.seed + tuning, base.seed + tuning + seeds)),
            splits=splits,
            validation=validation,
            precision=precision,
            measures=known,
        )
        for remedy in remedies
    ]


def fitting(data: Dataset, hp: Hyperparameters | None) -> dict[str, str]:
    """Every remedy, with why it has no meaning with the network, or '' where it has one."""
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    return {name: entry.misfit(base) for name, entry in REMEDIES.items()}


def _usual_range(remedy: Remedy, run: Training) -> tuple[float, float]:
    return remedy.searched(run) if isinstance(remedy, Readout) else remedy.match_range or MATCH_RANGE


def searched_range(usual: tuple[float, float], low: float | None, high: float | None) -> tuple[float, float]:
    """The lowest and the highest strength to search, the usual ones unless given; raises InputError as check_range."""
    lowest, highest = usual
    if low is None and high is None:
        return lowest, highest
    low, high = float(lowest if low is None else low), float(highest if high is None else high)
    check_range(low, high)
    return low, high


def checked_splits(asked: int | None, data: Dataset, default: int = SPLITS) -> int:
    """The number of splits of a study, ``default`` unless one is given.

    Raises InputError for one that the data or an interval do not allow.
    """
    if asked is None:
        return 1 if data.came_split else default
    splits = checked_count("splits", asked)
    if splits > 1 and data.came_split:
        raise InputError(f"'{data.name}' came with its own test part: splits must be 1, got {splits}")
    if not (splits == 1 or MIN_SPLITS <= splits <= MAX_SPLITS):
        raise InputError(
            f"splits must be 1, for the data's own alone, or from {MIN_SPLITS} to {MAX_SPLITS:,}, got {splits}"
        )
    return splits


def default_seeds(test_rows: int) -> int:
    """Evaluation seeds unless a number is given: as many as make TESTS tests, within SEEDS."""
    fewest, most = SEEDS
    return min(most, max(fewest, -(-TESTS // test_rows)))


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise InputError unless a value is one of the choices."""
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, got '{value}'")
