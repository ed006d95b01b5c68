"""Reading a file that was chosen, and its first rows."""

import os
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.data import Dataset, Summary, article_line, load_dataset, summarize
from lsexplorer.data.files import label, shown
from lsexplorer.errors import InputError
from lsexplorer.render.tables import table
from lsexplorer.run import Hyperparameters, Trainer, load_run
from lsexplorer.run.presets import default_hyperparameters

ROWS, PREDICTORS = 6, 12
"""First rows that are shown, and of them the first predictors."""


class Opened(NamedTuple):
    """A file that was read."""

    trainer: Trainer
    """A new run on the data, with the network that suits them; or the run of a run file."""
    path: str
    """The run file, '' where it was a file of data."""
    summary: Summary
    first_rows: list[str]
    """A heading, then a line for each row."""


def read_file(path: str, options: Mapping[str, Any], report: Callable[[str], None]) -> Opened:
    """Read a file of data, or replay a run file; report: takes a line that says how far that is.

    Raises InputError for a file that cannot be used.
    """
    name = label(Path(os.path.basename(path)))
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(f"{label(Path(path))} is not a regular file")

    def progress(done: int, total: int) -> None:
        report(f"Reading {name} …" + (f" {done / total:.0%}" if total else ""))

    run_file = path if path.lower().endswith(".json") else ""
    if run_file:
        if options:
            raise InputError(f"{name} is a run file, which says itself how its data are read: empty the fields")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the run's note says it
            trainer = load_run(Path(path), progress)
    else:
        data = load_dataset(Path(path), **options, progress=progress)
        trainer, run_file = Trainer(data, Hyperparameters().replace(**default_hyperparameters(data))), ""
    return Opened(trainer, run_file, summarize(trainer.data), first_rows(trainer.data))


def first_rows(data: Dataset) -> list[str]:
    """The first rows of the source as they were read: a heading, then a line for each."""
    numbers, classes = np.concatenate([data.train_rows, data.test_rows]), np.concatenate([data.y_train, data.y_test])
    first, count = np.argsort(numbers, kind="stable")[:ROWS], len(data.y_train)
    places = [("train", at) if at < count else ("test", at - count) for at in first.tolist()]
    cells = [article_line(data, row, part=part).split(",  ")[0].split(", ") for part, row in places]
    columns = [
        ("row", [str(number + 1) for number in numbers[first].tolist()]),
        ("class", [shown(data.class_names[k], 16) for k in classes[first].tolist()]),
        *((shown(name, 16), [row[j] for row in cells]) for j, name in enumerate(data.feature_names[:PREDICTORS])),
    ]
    return table(columns)
