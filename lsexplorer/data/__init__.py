"""Data sets: the built-in ones, readers for a person's own, splits and scaling, and writing with smoothed targets."""

from importlib import import_module
from typing import TYPE_CHECKING

from lsexplorer.data.builtin import BUILTINS
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.load import load_dataset
from lsexplorer.data.options import LoadOptions

if TYPE_CHECKING:
    from lsexplorer.data.article import article_line, article_targets, short_decimal
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

_HOMES = {
    "article_line": "article",
    "article_targets": "article",
    "short_decimal": "article",
    "ClassCount": "summary",
    "Summary": "summary",
    "summarize": "summary",
    "write_smoothed": "write",
}
"""The module of each name that training does not need; it is imported when the name is first used."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
