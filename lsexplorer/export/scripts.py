"""Runs as scripts of other frameworks, each beside an .npz of its rows."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from lsexplorer.data import Dataset
from lsexplorer.data.files import name_hint
from lsexplorer.data.load import files_read
from lsexplorer.data.output import check_output, written
from lsexplorer.errors import InputError
from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.export.jax_script import jax_script
from lsexplorer.export.keras_script import keras_script
from lsexplorer.export.sklearn_script import sklearn_script
from lsexplorer.export.torch_script import torch_script
from lsexplorer.run import Trainer

FRAMEWORKS: dict[str, Callable[[FollowedRun], list[str]]] = {
    "torch": torch_script,
    "jax": jax_script,
    "keras": keras_script,
    "sklearn": sklearn_script,
}
"""By the framework's name, what makes a script's lines."""


def script(trainer: Trainer, framework: str) -> str:
    """A run up to its present step as a Python script, to be kept beside the rows that `write_script` writes.

    framework: one of FRAMEWORKS. Raises InputError for another, and for what the framework cannot follow.
    """
    if framework not in FRAMEWORKS:
        raise InputError(f"unknown framework '{framework}': {name_hint(framework, list(FRAMEWORKS))}")
    return "\n".join(FRAMEWORKS[framework](FollowedRun.of(trainer))) + "\n"


def rows_file(data: Dataset) -> bytes:
    """The .npz that a script reads its rows from."""
    arrays = {name: getattr(data, name) for name in ("X_train", "y_train", "X_test", "y_test")}
    if data.soft_train is not None:
        arrays["T_train"] = data.soft_train
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def check_name(path: str | Path) -> Path:
    """A script's path; raises InputError for a name that does not end in .py, and for that of a package it imports."""
    path = Path(path)
    if path.suffix.lower() != ".py":
        raise InputError(f"a script's name must end in .py, got '{path}'")
    if path.stem in ("numpy", *FRAMEWORKS):
        raise InputError(f"a script named {path.name} would import itself: give another name")
    return path


def write_script(trainer: Trainer, framework: str, path: str | Path) -> tuple[Path, Path]:
    """Write a run's script to ``path``, and its rows to an .npz of the same name; returns both.

    Raises InputError as `script` and `check_name` do, and for files that cannot be written, or that the run's data were
    read from.
    """
    text, path, data = script(trainer, framework), check_name(path), trainer.data
    rows, reads = path.with_suffix(".npz"), files_read(data.source, data.options.test_file)
    for output in (path, rows):
        check_output(output, reads=reads, force=True)
    with written(rows) as file:
        file.write(rows_file(data))
    with written(path) as file:
        file.write(text.encode())
    return path, rows
