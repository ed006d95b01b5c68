"""What a match was asked for: checked, and with defaults filled in."""

from dataclasses import dataclass

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.match.search import check_range
from lsexplorer.study.match.verdict import REMEDY_NAMES
from lsexplorer.study.measures import CRITERIA, Measure, measures
from lsexplorer.study.stats import fewest_seeds

SEEDS, SEEDS_FEW_ROWS = 12, 24
"""Evaluation seeds; more where one test row is more than the margin of accuracy."""


@dataclass(frozen=True)
class Plan:
    """hard and smoothing: the two methods' hyperparameters, alike but for label_smoothing. tuning and evaluation: their
    seeds, in one row from the seed of the hyperparameters on. low and high: strengths to search. steps: of a network.
    """  # noqa: D205

    hard: Hyperparameters
    smoothing: Hyperparameters
    remedy: str
    criterion: str
    low: float
    high: float
    epochs: int
    steps: int
    tuning: tuple[int, ...]
    evaluation: tuple[int, ...]
    measures: tuple[Measure, ...]

    def remedied(self, strength: float) -> Hyperparameters:
        """The remedy's hyperparameters."""
        return self.hard.replace(**{self.remedy: strength})


def planned(
    data: Dataset,
    hp: Hyperparameters | None,
    label_smoothing: float,
    remedy: str,
    criterion: str,
    seeds: int | None,
    epochs: int | None,
    low: float,
    high: float,
) -> Plan:
    """A Plan for what `match` was called with; raises InputError for what cannot be."""
    check_range(low, high)
    _check_choice("remedy", remedy, tuple(REMEDY_NAMES))
    _check_choice("criterion", criterion, CRITERIA)
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    hard = base.replace(label_smoothing=0.0, **{remedy: 0.0})
    smoothing = hard.replace(label_smoothing=label_smoothing)
    if label_smoothing == 0:
        raise InputError("label_smoothing must be above 0, such as 0.1: without it there is nothing to match")
    targets_of(data, "test", smoothing)
    if criterion == "nll" and base.output not in ("softmax", "sigmoid"):
        raise InputError(f"criterion nll needs class probabilities: output softmax or sigmoid, got {base.output}")
    epochs = default_epochs(data) if epochs is None else epochs
    if epochs < 1:
        raise InputError(f"epochs must be 1 or more, got {epochs}")
    found = measures(len(base.hidden) + 1)
    seeds = _seeds(seeds, found, criterion, len(data.y_test))
    tuning = seeds // 2
    if base.seed + tuning + seeds > 2**63:
        raise InputError(f"seed must leave room for {tuning + seeds} seeds from it on, got {base.seed}")
    return Plan(
        hard,
        smoothing,
        remedy,
        criterion,
        low,
        high,
        epochs,
        steps=epochs * steps_per_epoch(data, base),
        tuning=tuple(range(base.seed, base.seed + tuning)),
        evaluation=tuple(range(base.seed + tuning, base.seed + tuning + seeds)),
        measures=found,
    )


def _seeds(asked: int | None, found: tuple[Measure, ...], criterion: str, test_rows: int) -> int:
    fewest = fewest_seeds(sum(one.kind != "described" and one.name != criterion for one in found))
    if asked is None:
        margin = next(one.margin for one in found if one.name == "accuracy") or 0.0
        return SEEDS_FEW_ROWS if 1 / test_rows > margin else SEEDS
    if asked < fewest:
        raise InputError(
            f"seeds must be {fewest} or more, got {asked}: with fewer no difference can be significant "
            "after Holm's correction"
        )
    return asked


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, got '{value}'")
