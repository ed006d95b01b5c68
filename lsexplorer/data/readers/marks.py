"""Texts that stand for a missing value."""

from collections.abc import Iterable

import numpy as np

from lsexplorer.data.readers.number_forms import parse
from lsexplorer.nn.arrays import Array

MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "null", "?", ".", "n.a.", "n.a", "nat", "\\n", "#div/0!"}
    | {"#value!", "#ref!", "#num!", "#name?", "#null!"}
)
"""Cells, in lower case, that stand for a missing value wherever they are."""

_AMONG_NUMBERS = """
none - -- --- – — unknown unk missing nil nd n.d. na. undefined undef void inconnu unbekannt k.a. * ** x .. ... ??
(null) (none) (missing) n.v. s.d. #error error err
""".split()  # noqa: SIM905
AMONG_NUMBERS = frozenset({*_AMONG_NUMBERS, "not available", "not known", "no data", "keine angabe"})
"""Cells, in lower case, that stand for a missing value where the others are numbers; else they are texts."""


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a missing value."""
    return cell.strip().lower() in MISSING


def with_marks(marks: Iterable[str]) -> frozenset[str]:
    """MISSING and further marks, in lower case."""
    return MISSING | {" ".join(mark.lower().split()) for mark in marks}


def without_marked(values: Array, marks: Iterable[str]) -> Array:
    """Numbers (n,), NaN for those that are marks: -999 marks -999.0 too."""
    numbers = [number.point for mark in marks if (number := parse(mark)) is not None]
    return np.where(np.isin(values, numbers), np.nan, values) if numbers else values
