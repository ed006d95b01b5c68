"""lsexplorer: what label smoothing does to a neural network, and whether L2 would have done the same."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsexplorer import export as export
    from lsexplorer.bank import Bank
    from lsexplorer.data import Dataset, load_dataset
    from lsexplorer.errors import DivergenceError, InputError, TrainingError
    from lsexplorer.nn.pattern_targets import PatternTargets
    from lsexplorer.nn.targets import smooth_labels
    from lsexplorer.run import Hyperparameters, Trainer, load_run
    from lsexplorer.study.answers import Answer
    from lsexplorer.study.best import Best, best
    from lsexplorer.study.judge import Judgement, Judgements, judge, judge_all
    from lsexplorer.study.match import Match, Matches, match, match_all
    from lsexplorer.study.patterns import PatternStudy
    from lsexplorer.study.train_function import Recipe

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Bank",
    "Best",
    "Dataset",
    "DivergenceError",
    "Hyperparameters",
    "InputError",
    "Judgement",
    "Judgements",
    "Match",
    "Matches",
    "PatternStudy",
    "PatternTargets",
    "Recipe",
    "Trainer",
    "TrainingError",
    "best",
    "judge",
    "judge_all",
    "load_dataset",
    "load_run",
    "match",
    "match_all",
    "smooth_labels",
]

_HOMES = {
    "Bank": "bank",
    "Dataset": "data",
    "load_dataset": "data",
    "DivergenceError": "errors",
    "InputError": "errors",
    "TrainingError": "errors",
    "PatternTargets": "nn.pattern_targets",
    "smooth_labels": "nn.targets",
    "Hyperparameters": "run",
    "Trainer": "run",
    "load_run": "run",
    "Answer": "study.answers",
    "Best": "study.best",
    "best": "study.best",
    "Judgement": "study.judge",
    "Judgements": "study.judge",
    "judge": "study.judge",
    "judge_all": "study.judge",
    "Match": "study.match",
    "Matches": "study.match",
    "match": "study.match",
    "match_all": "study.match",
    "PatternStudy": "study.patterns",
    "Recipe": "study.train_function",
}
"""The module of each public name. They are imported when first used: then the command line can meet Ctrl-C in the
import of NumPy, and part of the package can be used without the rest."""

_ROOMS = ("export",)
"""Rooms that are public by name: ls.export.script."""


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
