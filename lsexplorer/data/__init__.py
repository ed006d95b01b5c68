"""Data sets: the built-in ones, readers for a person's own, splits and scaling, and writing with smoothed targets."""

from lsexplorer.data.article import article_line, article_targets, short_decimal
from lsexplorer.data.builtin import BUILTINS
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.load import load_dataset
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.summary import ClassCount, Summary, summarize
from lsexplorer.data.write import write_smoothed

__all__ = [
    "BUILTINS",
    "ClassCount",
    "Dataset",
    "LoadOptions",
    "Summary",
    "article_line",
    "article_targets",
    "load_dataset",
    "short_decimal",
    "summarize",
    "write_smoothed",
]
