"""A small table as text in many forms, and what must come back when it is read."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import lsexplorer as ls

ROWS = [("0.5", "12.25", "elm"), ("1.75", "11.5", "ash"), ("2.5", "13.75", "fir"), ("0.25", "14.5", "elm")] * 5
"""Two predictors and a class."""


def lines(rows: Iterable[Sequence[str]] = ROWS, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as lines."""
    return "".join(delimiter.join(row) + end for row in rows)


def load(folder: Path, content: str | bytes, **options: Any) -> ls.Dataset:
    """The data set that a file of this content is."""
    path = folder / "table.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return ls.load_dataset(path, **options)


def rows_of(data: ls.Dataset) -> list[tuple[float | str, ...]]:
    """Predictors and class of all rows, in the order of the file."""
    order = np.argsort(np.concatenate([data.train_rows, data.test_rows]))
    X = np.concatenate([data.raw_train, data.raw_test])[order].tolist()
    y = np.concatenate([data.y_train, data.y_test])[order].tolist()
    return [(*x, data.class_names[k]) for x, k in zip(X, y, strict=True)]


def same(data: ls.Dataset, rows: Sequence[Sequence[str]] = ROWS) -> bool:
    """Whether these rows, two numbers and a class, were read."""
    return rows_of(data) == [(float(a), float(b), kind) for a, b, kind in rows]


def noted(data: ls.Dataset, *parts: str) -> bool:
    """Whether one of the notes has all these parts."""
    return any(all(part in note for part in parts) for note in data.notes)
