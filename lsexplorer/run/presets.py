"""A network to start with for every data set."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from lsexplorer.data.dataset import Dataset
from lsexplorer.data.files import closest, shown
from lsexplorer.errors import InputError


class Preset(NamedTuple):
    """A network, and how long to train it."""

    hidden: tuple[int, ...]
    activation: str
    learning_rate: float
    batch_size: int
    epochs: int
    """Epochs after which little changes any more."""


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "iris": Preset((5,), "tanh", learning_rate=0.05, batch_size=16, epochs=100),
        "penguins": Preset((5,), "tanh", learning_rate=0.05, batch_size=16, epochs=100),
        "digits": Preset((32,), "relu", learning_rate=0.3, batch_size=32, epochs=50),
        "mnist": Preset((5,), "relu", learning_rate=0.1, batch_size=32, epochs=30),
        "mnist1d": Preset((64,), "relu", learning_rate=0.1, batch_size=32, epochs=60),
        "article": Preset((5,), "tanh", learning_rate=0.05, batch_size=3, epochs=100),
        "circles": Preset((8,), "tanh", learning_rate=0.3, batch_size=16, epochs=40),
        "xor": Preset((8,), "tanh", learning_rate=0.3, batch_size=16, epochs=40),
        "moons": Preset((8, 8), "tanh", learning_rate=0.3, batch_size=16, epochs=40),
        "spiral": Preset((8, 8), "tanh", learning_rate=0.3, batch_size=16, epochs=60),
        "blobs": Preset((8,), "tanh", learning_rate=0.1, batch_size=16, epochs=40),
    }
)
"""Those of the built-in data sets, by name."""


def default_hyperparameters(data: Dataset | str) -> dict[str, Any]:
    """Values of hyperparameters that suit a data set: hidden, activation, learning_rate and batch_size.

    data: a data set, or a built-in name. For a file the network grows with the number of predictors and classes, and
    the batch with the number of rows. Raises InputError for a name that is not built in.
    """
    values = _preset(data)._asdict()
    del values["epochs"]
    return values


def default_epochs(data: Dataset) -> int:
    """Epochs after which little changes any more."""
    return _preset(data).epochs


def _preset(data: Dataset | str) -> Preset:
    name = data if isinstance(data, str) else data.source
    if name in PRESETS:
        return PRESETS[name]
    if isinstance(data, str):
        raise InputError(f"no built-in data set is called '{shown(name)}'.{closest(name, list(PRESETS))}")
    inputs, classes, rows = data.X_train.shape[1], len(data.class_names), len(data.y_train)
    epochs, batch_size = (100, 16) if rows < 1000 else (50, 32)
    batch_size = max(1, min(batch_size, rows))
    if inputs <= 16 and classes <= 4:
        return Preset((5,), "tanh", learning_rate=0.05, batch_size=batch_size, epochs=epochs)
    return Preset((32,), "relu", learning_rate=0.1, batch_size=batch_size, epochs=epochs)
