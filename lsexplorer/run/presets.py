"""A network for every data set to begin with."""

from typing import Any

from lsexplorer.data.builtin import BUILTINS
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import closest, shown
from lsexplorer.errors import InputError


def default_hyperparameters(data: Dataset | str) -> dict[str, Any]:
    """Values of hyperparameters that suit a data set: hidden, activation, learning_rate and batch_size.

    data: a data set, or a built-in name. For a person's own data the network grows with the number of predictors and
    classes, and the batch with the number of rows. Raises InputError for a name that is not built in.
    """
    name = data if isinstance(data, str) else data.source
    if name in BUILTINS:
        return dict(BUILTINS[name].hyperparameters)
    if isinstance(data, str):
        raise InputError(f"no built-in data set is called '{shown(name)}'.{closest(name, list(BUILTINS))}")
    inputs, classes, rows = data.X_train.shape[1], len(data.class_names), len(data.y_train)
    small = inputs <= 16 and classes <= 4
    return {
        "hidden": (5,) if small else (32,),
        "activation": "tanh" if small else "relu",
        "learning_rate": 0.05 if small else 0.1,
        "batch_size": max(1, min(16 if rows < 1000 else 32, rows)),
    }


def default_epochs(data: Dataset) -> int:
    """Epochs after which little changes any more: those of a built-in set, or by the number of a person's own rows."""
    if data.source in BUILTINS:
        return BUILTINS[data.source].epochs
    return 100 if len(data.y_train) < 1000 else 50
