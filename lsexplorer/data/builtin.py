"""The data sets that come with lsexplorer: files, whose origin is in builtin/README.md, and sets that are made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from types import MappingProxyType

from lsexplorer.data.made import MADE, Made
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers.reader import Request
from lsexplorer.data.samples import Parts


@dataclass(frozen=True)
class Builtin:
    """A data set in a file of the package; the networks that suit them are in run/presets.py."""

    file: str
    """Its file in data/builtin/."""
    title: str
    """What it is, in a few words."""
    notes: tuple[str, ...] = ()


BUILTINS: Mapping[str, Builtin | Made] = MappingProxyType(
    {
        "iris": Builtin(
            "iris.csv", "150 irises of three species, by the size of their petals and sepals (Fisher 1936)"
        ),
        "penguins": Builtin(
            "penguins.csv", "342 penguins of three species, by bill, flipper and weight (Palmer Station)"
        ),
        "digits": Builtin("digits8x8.npz", "1,797 handwritten digits of 8 × 8 pixels (UCI)"),
        "mnist": Builtin(
            "mnist_5k_1k.npz", "6,000 handwritten digits of 28 × 28 pixels, a balanced part of MNIST in its own split"
        ),
        "mnist1d": Builtin(
            "mnist1d.npz",
            "5,000 signals of 40 points in ten shapes, hard for a small network, which therefore overfits",
        ),
        "article": Builtin("article.csv", "the three irises the article prints"),
        **MADE,
    }
)


def read(name: str, options: LoadOptions) -> Parts:
    """The samples of a built-in set, and those of its own test part where it has one."""
    entry = BUILTINS[name]
    if isinstance(entry, Made):
        return entry.make(options), None
    from lsexplorer.data.readers.registry import reader_of  # imported where data are read: it has all the readers

    with resources.as_file(resources.files("lsexplorer.data") / "builtin" / entry.file) as path:
        train, test = reader_of(path).read(path, Request())
    train = replace(train, notes=entry.notes, class_column="", class_note="")
    return train, None if test is None else replace(test, notes=entry.notes)
