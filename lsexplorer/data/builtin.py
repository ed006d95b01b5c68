"""The data sets that come with lsexplorer; where each is from stands in builtin/README.md."""

import csv
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn.arrays import Array

NAMES = ("iris",)


def read(name: str) -> tuple[Array, NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
    """Predictors (n, d), class numbers (n,), feature names and class names of a built-in set."""
    text = resources.files("lsexplorer.data").joinpath("builtin", f"{name}.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    labels = [row[-1] for row in rows]
    classes = tuple(dict.fromkeys(labels))
    X = np.array([[float(cell) for cell in row[:-1]] for row in rows])
    return X, np.array([classes.index(label) for label in labels]), tuple(header[:-1]), classes
