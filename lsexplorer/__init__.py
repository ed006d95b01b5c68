"""lsexplorer: what label smoothing does to a neural network, and whether L2 would have done the same."""

from lsexplorer.bank import Bank
from lsexplorer.data import Dataset, load_dataset
from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.nn.pattern_targets import PatternTargets
from lsexplorer.nn.targets import smooth_labels
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.study.match import Match, match
from lsexplorer.study.patterns import PatternStudy

__version__ = "0.1.0"
__all__ = [
    "Bank",
    "Dataset",
    "DivergenceError",
    "Hyperparameters",
    "InputError",
    "Match",
    "PatternStudy",
    "PatternTargets",
    "Trainer",
    "load_dataset",
    "match",
    "smooth_labels",
]
