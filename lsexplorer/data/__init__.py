"""Data sets: the built-in ones, splits and standardising."""

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.load import load_dataset

__all__ = ["Dataset", "load_dataset"]
