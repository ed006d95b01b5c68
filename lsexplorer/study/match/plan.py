"""What a match is asked to do: checked, with defaults filled in."""

from dataclasses import dataclass

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import MATCH_RANGE, REMEDIES, Regularizer
from lsexplorer.run.evaluator import targets_of
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.run.presets import default_epochs, default_hyperparameters
from lsexplorer.run.start import steps_per_epoch
from lsexplorer.study.match.search import check_range
from lsexplorer.study.measures import ACCURACY_MARGIN, CRITERIA, Measure, measures
from lsexplorer.study.stats import checked_count, checked_seeds, fewest_seeds

SEEDS = 12
"""Evaluation seeds."""
SEEDS_FEW_ROWS = 24
"""Evaluation seeds where one test row is more than the margin of accuracy."""


@dataclass(frozen=True)
class Plan:
    """What a match is asked to do."""

    plain: Hyperparameters
    """The method without smoothing and without the remedy."""
    smoothing: Hyperparameters
    """The same with label smoothing."""
    remedy: str
    """The name of the hyperparameter that is matched to smoothing."""
    criterion: str
    """What the verdict is matched on, one of CRITERIA."""
    low: float
    """The lowest strength to search."""
    high: float
    """The highest strength to search."""
    epochs: int
    """Epochs of each network."""
    steps: int
    """Training steps of each network."""
    tuning: tuple[int, ...]
    """Seeds on which the strength is found: from the seed of the hyperparameters on."""
    evaluation: tuple[int, ...]
    """Seeds on which the methods are compared: the ones after those."""
    measures: tuple[Measure, ...]
    """What is measured."""

    @property
    def regularizer(self) -> Regularizer:
        """The remedy's entry."""
        return REMEDIES[self.remedy]

    def with_remedy(self, strength: float) -> Hyperparameters:
        """The method with the remedy at a strength, without smoothing."""
        return self.plain.replace(**{self.remedy: strength})


def planned(
    data: Dataset,
    hp: Hyperparameters | None,
    *,
    label_smoothing: float,
    remedy: str,
    criterion: str,
    seeds: int | None,
    epochs: int | None,
    low: float | None,
    high: float | None,
) -> Plan:
    """The Plan for the arguments of `match`; raises InputError for those out of range."""
    _check_choice("remedy", remedy, tuple(REMEDIES))
    lowest, highest = REMEDIES[remedy].match_range or MATCH_RANGE
    low, high = (float(value) for value in (lowest if low is None else low, highest if high is None else high))
    check_range(low, high)
    _check_choice("criterion", criterion, CRITERIA)
    base = Hyperparameters(**default_hyperparameters(data)) if hp is None else hp
    if misfit := REMEDIES[remedy].misfit(base):
        raise InputError(misfit)
    plain = base.replace(label_smoothing=0.0, **{remedy: 0.0})
    smoothing = plain.replace(label_smoothing=label_smoothing)
    if label_smoothing == 0:
        raise InputError("label_smoothing must be above 0, such as 0.1: without it there is nothing to match")
    targets_of(data, "test", smoothing)
    if criterion == "nll" and base.output not in ("softmax", "sigmoid"):
        raise InputError(f"criterion nll needs class probabilities: output softmax or sigmoid, got {base.output}")
    epochs = checked_count("epochs", default_epochs(data) if epochs is None else epochs)
    known = measures(len(base.hidden) + 1)
    seeds = _seeds(seeds, known, criterion, len(data.y_test))
    tuning = seeds // 2
    if base.seed + tuning + seeds > 2**63:
        raise InputError(f"seed must leave room for {tuning + seeds} seeds from it on, got {base.seed}")
    return Plan(
        plain,
        smoothing,
        remedy,
        criterion,
        low,
        high,
        epochs,
        steps=epochs * steps_per_epoch(data, base),
        tuning=tuple(range(base.seed, base.seed + tuning)),
        evaluation=tuple(range(base.seed + tuning, base.seed + tuning + seeds)),
        measures=known,
    )


def _seeds(asked: int | None, known: tuple[Measure, ...], criterion: str, test_rows: int) -> int:
    fewest = fewest_seeds(sum(measure.kind != "described" and measure.name != criterion for measure in known))
    if asked is None:
        return default_seeds(test_rows)
    return checked_seeds(asked, fewest, ": with fewer no difference can be significant after Holm's correction")


def default_seeds(test_rows: int) -> int:
    """Evaluation seeds unless a number is given: more where one test row is more than the margin of accuracy."""
    return SEEDS_FEW_ROWS if test_rows * ACCURACY_MARGIN < 1 else SEEDS


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, got '{value}'")
