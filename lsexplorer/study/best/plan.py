"""What a contest is asked to do: checked, with defaults filled in."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.data.resplit import validation_rows
from lsexplorer.errors import InputError
from lsexplorer.nn.metrics import TEMPERATURES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.remedies import REMEDIES, Reading, Readout, Remedy, Training
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.jobs.arms import Arm
from lsexplorer.study.match.plan import check_choice, checked_splits, fitting
from lsexplorer.study.measures import Measure, measures
from lsexplorer.study.stats import checked_count, checked_seeds

PLAIN, SMOOTHING = "plain", "label_smoothing"
SPLITS = 10
"""Splits where they are ours."""
SEEDS = 4
"""Seeds to judge by, on each of several splits."""
SEEDS_ONE_SPLIT = 12
"""Seeds to judge by where there is one split."""
CHOICES = ("nll", "accuracy")
"""What a strength can be chosen by."""
MAX_TOLERANCE = 100.0
GRID = tuple(10 ** (k / 2) for k in range(-3, 2))
"""The strengths to choose from, over the suggested one."""
READOUT_DECADES = {"early_stopping": 2.0, "temperature": math.log10(TEMPERATURES[1])}
"""How far from plain training the strengths of those that read the plain network go, in decades of their strength."""
READOUT_POINTS = 12
"""How many of them there are on a side."""


@dataclass(frozen=True)
class Plan:
    """What a contest is asked to do."""

    plain: Hyperparameters
    """The method without any of the others."""
    methods: tuple[str, ...]
    """All others: label smoothing, and the remedies by their names."""
    choose_by: str
    """What a strength is chosen by on the validation part, one of CHOICES."""
    tolerance: float
    """Standard errors within which the simpler strength is chosen."""
    epochs: int
    """Epochs of each network."""
    training: Training
    """How long every network is trained, in steps."""
    tuning: tuple[int, ...]
    """Seeds on which strengths are chosen: from the seed of the hyperparameters on."""
    judging: tuple[int, ...]
    """Seeds on which the methods are judged: the ones after those."""
    splits: int
    """Splits on each of which strengths are chosen and methods judged; the first is the data's own."""
    validation: int
    """Rows of a split's validation part."""
    measures: tuple[Measure, ...]
    """What the methods are judged by."""

    @property
    def plain_arm(self) -> Arm[Hyperparameters]:
        """Plain training, read out at its end."""
        return Arm(self.plain, Reading(self.training.steps))

    @cached_property
    def grids(self) -> dict[str, dict[float, Arm[Hyperparameters]]]:
        """By method, the strengths to choose from, the weakest first, each with its arm; plain training is not one."""
        return {name: self._grid(entry(name)) for name in self.methods}

    def _grid(self, method: Remedy) -> dict[float, Arm[Hyperparameters]]:
        if isinstance(method, Readout):
            return self._readings(method)
        strengths = (float(f"{min(method.suggested * factor, method.high):.3g}") for factor in GRID)
        return {x: self.plain_arm._replace(method=self.plain.replace(**{method.name: x})) for x in strengths}

    def _readings(self, method: Readout) -> dict[float, Arm[Hyperparameters]]:
        end = Reading(self.training.steps)
        off = method.strength(end, self.training)
        decades = np.linspace(0, READOUT_DECADES[method.name], READOUT_POINTS + 1)[1:]
        strengths = [off * 10 ** float(sign * far) for far in decades for sign in (1, -1)]
        readings = dict.fromkeys(method.reading(strength, self.training) for strength in strengths)
        return {method.strength(one, self.training): Arm(self.plain, one) for one in readings if one != end}


def entry(method: str) -> Remedy:
    """The entry of a method other than plain training."""
    return REGULARIZERS[method] if method in REGULARIZERS else REMEDIES[method]


def planned(
    data: Dataset,
    hp: Hyperparameters | None,
    remedies: Sequence[str] | None,
    *,
    choose_by: str | None,
    tolerance: float,
    seeds: int | None,
    splits: int | None,
    epochs: int | None,
    margins: Mapping[str, float] | None,
) -> tuple[Plan, dict[str, str]]:
    """The Plan for the arguments of `best`, and why remedies are left out; raises InputError for those out of range."""
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    left_out = {}
    if remedies is None:
        left_out = {name: why for name, why in fitting(data, base).items() if why} | _twice(base)
        remedies = [name for name in REMEDIES if name not in left_out]
    if not remedies:
        raise InputError("remedies must name one remedy or more")
    for name in remedies:
        check_choice("remedy", name, tuple(REMEDIES))
    methods = (SMOOTHING, *dict.fromkeys(remedies))
    for name in methods:
        if misfit := entry(name).misfit(base):
            raise InputError(misfit)
    off = (name for name in (*methods, *left_out) if name in REGULARIZERS)
    plain = base.replace(**dict.fromkeys(off, 0.0))
    targets_of(data, "test", plain.replace(label_smoothing=REGULARIZERS[SMOOTHING].suggested))
    epochs = checked_count("epochs", default_epochs(data) if epochs is None else epochs)
    splits = checked_splits(splits, data, SPLITS)
    seeds = _seeds(seeds, splits)
    tuning = max(2, seeds // 2)
    if base.seed + tuning + seeds > 2**63:
        raise InputError(f"seed must leave room for {tuning + seeds} seeds from it on, got {base.seed}")
    has_probabilities = base.output in ("softmax", "sigmoid")
    per_epoch = steps_per_epoch(data, base)
    plan = Plan(
        plain=plain,
        methods=methods,
        choose_by=_choice(choose_by, base.output, has_probabilities),
        tolerance=_tolerance(tolerance),
        epochs=epochs,
        training=Training(epochs * per_epoch, per_epoch),
        tuning=tuple(range(base.seed, base.seed + tuning)),
        judging=tuple(range(base.seed + tuning, base.seed + tuning + seeds)),
        splits=splits,
        validation=len(validation_rows(data, base.seed)),
        measures=_judged(("accuracy", "nll") if has_probabilities else ("accuracy",), margins),
    )
    return plan, left_out


def _judged(names: tuple[str, ...], margins: Mapping[str, float] | None) -> tuple[Measure, ...]:
    for name in margins or {}:
        check_choice("a measure with a margin", name, names)
    return tuple(one for one in measures(1, margins) if one.name in names)


def _twice(base: Hyperparameters) -> dict[str, str]:
    """Remedies that are another one under a new name, and which."""
    if base.optimizer == "sgd" and not base.momentum:
        return {"weight_decay": "weight decay is L2 under SGD without momentum"}
    return {}


def _choice(asked: str | None, output: str, has_probabilities: bool) -> str:
    if asked is None:
        return "nll" if has_probabilities else "accuracy"
    check_choice("choose_by", asked, CHOICES)
    if asked == "nll" and not has_probabilities:
        raise InputError(f"choice by nll needs class probabilities: output softmax or sigmoid, got {output}")
    return asked


def _tolerance(asked: float) -> float:
    if not 0 <= asked <= MAX_TOLERANCE:
        raise InputError(f"tolerance must be from 0 to {MAX_TOLERANCE:g} standard errors, such as 1, got {asked:g}")
    return float(asked)


def _seeds(asked: int | None, splits: int) -> int:
    if asked is None:
        return SEEDS if splits > 1 else SEEDS_ONE_SPLIT
    return checked_seeds(asked, 2, ": an interval needs two")
