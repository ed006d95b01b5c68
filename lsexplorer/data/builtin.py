"""The data sets that come with lsexplorer; where each is from stands in builtin/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from types import MappingProxyType
from typing import Any

from lsexplorer.data.readers.npz_reader import read_npz
from lsexplorer.data.readers.tabular import read_text
from lsexplorer.data.samples import Parts


@dataclass(frozen=True)
class Builtin:
    """A data set of the package: its file, what it is in a few words, and a network and epochs that suit it."""

    file: str
    title: str
    epochs: int
    hyperparameters: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def _suits(**values: Any) -> Mapping[str, Any]:
    return MappingProxyType(values)


BUILTINS: Mapping[str, Builtin] = MappingProxyType(
    {
        "iris": Builtin(
            "iris.csv",
            "150 irises of three species, by the size of their petals and sepals (Fisher 1936)",
            100,
            _suits(hidden=(5,), activation="tanh", learning_rate=0.05, batch_size=16),
        ),
        "penguins": Builtin(
            "penguins.csv",
            "342 penguins of three species, by bill, flipper and weight (Palmer Station)",
            100,
            _suits(hidden=(5,), activation="tanh", learning_rate=0.05, batch_size=16),
        ),
        "digits": Builtin(
            "digits8x8.npz",
            "1,797 handwritten digits of 8 × 8 pixels (UCI)",
            50,
            _suits(hidden=(32,), activation="relu", learning_rate=0.3, batch_size=32),
        ),
        "mnist": Builtin(
            "mnist_5k_1k.npz",
            "6,000 handwritten digits of 28 × 28 pixels, a balanced part of MNIST in its own split",
            30,
            _suits(hidden=(5,), activation="relu", learning_rate=0.1, batch_size=32),
        ),
        "mnist1d": Builtin(
            "mnist1d.npz",
            "5,000 signals of 40 points in ten shapes, hard for a small network, which therefore overfits",
            60,
            _suits(hidden=(64,), activation="relu", learning_rate=0.1, batch_size=32),
        ),
        "article": Builtin(
            "article.csv",
            "the three irises the article prints",
            100,
            _suits(hidden=(5,), activation="tanh", learning_rate=0.05, batch_size=3),
        ),
    }
)


def read(name: str) -> Parts:
    """The samples of a built-in set, and those of its own test part where it has one."""
    entry = BUILTINS[name]
    with resources.as_file(resources.files("lsexplorer.data") / "builtin" / entry.file) as path:
        train, test = read_npz(path) if path.suffix == ".npz" else read_text(path, None)
    return replace(train, notes=entry.notes), None if test is None else replace(test, notes=entry.notes)
