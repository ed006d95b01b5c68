"""The data sets that come with lsexplorer: files, whose origin is in builtin/README.md, and sets that are made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from lsexplorer.data.made import MADE, Made
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.samples import Parts, Samples

_FOLDER = Path(__file__).with_name("builtin")


@dataclass(frozen=True)
class Builtin:
    """A data set in a file of the package; the networks that suit them are in run/presets.py."""

    file: str
    """Its file in data/builtin/."""
    title: str
    """What it is, in a few words."""
    notes: tuple[str, ...] = ()
    is_plain: bool = False
    """Whether it is a header and rows of numbers, with the class last."""


BUILTINS: Mapping[str, Builtin | Made] = MappingProxyType(
    {
        "iris": Builtin(
            "iris.csv",
            "150 irises of three species, by the size of their petals and sepals (Fisher 1936)",
            is_plain=True,
        ),
        "penguins": Builtin(
            "penguins.csv", "342 penguins of three species, by bill, flipper and weight (Palmer Station)", is_plain=True
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
    path = _FOLDER / entry.file
    if entry.is_plain:
        return _read_plain(path, entry.notes), None
    from lsexplorer.data.readers.reader import Request
    from lsexplorer.data.readers.registry import reader_of  # only where it is needed: it has all the readers

    train, test = reader_of(path).read(path, Request())
    train = replace(train, notes=entry.notes, class_column="", class_note="")
    return train, None if test is None else replace(test, notes=entry.notes)


def _read_plain(path: Path, notes: tuple[str, ...]) -> Samples:
    """The samples of a plain file, the same as the reader of text files gives, without what finds out its form."""
    (*features, _), *rows = (line.split(",") for line in path.read_text("utf-8").splitlines())
    classes = sorted({row[-1] for row in rows})
    return Samples(
        X=np.array([[float(cell) for cell in row[:-1]] for row in rows]),
        y=np.array([classes.index(row[-1]) for row in rows], dtype=np.int64),
        feature_names=tuple(features),
        class_names=tuple(classes),
        rows=np.arange(len(rows)),
        notes=notes,
    )
