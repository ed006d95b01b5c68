"""Small tables for tests, written as text files and loaded."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import lsexplorer as ls

ROWS = 40
"""Rows of a table unless its columns say otherwise."""

NUMBERS = [f"{i * i % 37}.{i % 7}" for i in range(ROWS)]
"""A column of numbers that tells nothing of the classes."""

LABELS = ["ab"[i * i // 3 % 2] for i in range(ROWS)]
"""A column of two classes."""


def write_table(path: Path, columns: Mapping[str, Sequence[object]], delimiter: str = ",", header: bool = True) -> Path:
    """Write columns, by their headings, as a text file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        if header:
            writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def load_table(
    folder: Path, columns: Mapping[str, Sequence[object]], delimiter: str = ",", header: bool = True, **options: Any
) -> ls.Dataset:
    """The data set of a file with these columns."""
    return ls.load_dataset(write_table(folder / "mine.csv", columns, delimiter, header), **options)


def raw_column(data: ls.Dataset, name: str) -> list[float]:
    """A predictor's values as in the file, row by row."""
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    k = data.feature_names.index(name)
    values: list[float] = np.concatenate([data.raw_train[:, k], data.raw_test[:, k]])[order].tolist()
    return values


def said(data: ls.Dataset, *parts: str) -> bool:
    """Whether a note holds all these parts."""
    return any(all(part in note for part in parts) for note in data.notes)
