"""Class labels as a file spells them: which are one class, which only look alike, and which are no classes at all."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data.files import counted, shown
from lsexplorer.data.readers.number_forms import parse
from lsexplorer.errors import InputError

FEW_DECIMALS, MANY_DECIMALS = 5, 20
"""Up to so many different decimals are classes; beyond the second they are measurements."""

MANY_CLASSES = 50
"""A column with more different values is the class only if its name, or the user, says so."""

_PLAIN = re.compile(
    r"[+-]?(?:(?:0|[1-9]\d{0,14})(?:\.0*)?|(?:0|[1-9]\d{0,14})?\.\d*[1-9])|[+-]?(?:inf|infinity)", re.A | re.I
)
"""Labels that are numbers: not 01, 1.10, 1_0 or 1E5, which are names."""


def name_classes(labels: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The class number of each distinct label, and the names of the classes.

    Labels that are all plain numbers are sorted as numbers, and equal ones (1, 1.0) are one class; others are sorted
    as text and stay as they are. Raises InputError for an infinite label.
    """
    if not all(map(_PLAIN.fullmatch, labels)):
        texts = sorted(set(labels))
        number = {text: k for k, text in enumerate(texts)}
        return np.array([number[text] for text in labels], dtype=np.int64), tuple(texts)
    values = [float(text) for text in labels]
    if not np.isfinite(values).all():
        raise InputError("a class label must not be infinite")
    order = sorted(set(values))
    place = {value: k for k, value in enumerate(order)}
    names = [str(int(value)) if value.is_integer() else repr(value) for value in order]
    return np.array([place[value] for value in values], dtype=np.int64), tuple(names)


def check_classes(y: NDArray[np.int64], names: Sequence[str], where: str, what: str) -> None:
    """Raise InputError when labels y (−1: missing) cannot be classes: none, one, more than half the rows, or decimals.

    where: the file. what: where the labels stand, such as "column 5 'species'".
    """
    y = y[y >= 0]
    count = len(np.unique(y))
    if count == 0:
        raise InputError(f"{where}: {what} holds no class at all")
    if count == 1:
        raise InputError(f"{where}: {what} holds one class alone ('{shown(names[y[0]])}'); at least two are needed")
    if count > len(y) / 2:
        raise InputError(
            f"{where}: {what} has {count:,} different values in {len(y):,} rows, more classes than half the rows: "
            "probably a regression target or an id; name the column that holds the classes"
        )
    if len(names) > MANY_DECIMALS and decimals(names):
        raise InputError(
            f"{where}: {what} has {count:,} different decimals in {len(y):,} rows, such as {shown(names[0])} and "
            f"{shown(names[1])}: a regression target, not classes; name the column that holds the classes"
        )


def unified(texts: Iterable[str]) -> dict[str, str]:
    """Each text as the one that stands for all that look the same: without invisible characters, composed (NFC).

    A text that looks like no other stays as it is.
    """
    groups: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        groups.setdefault(_visible(text), []).append(text)
    return {text: same[0] if look and len(same) == 1 else look for look, same in groups.items() for text in same}


def look_alikes(count: int, text: str) -> str:
    """What was done with texts that `unified` took for others."""
    cells = counted(count, "cell was", "cells were")
    return f"{cells} taken for a text that looks the same, such as '{shown(text)}', but has other characters"


def alike(names: Iterable[str]) -> list[tuple[list[str], str]]:
    """Groups of names that differ by so little that they may be one, each with what it is."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_skeleton(name), []).append(name)
    return [(group, _difference(group)) for group in groups.values() if len(group) > 1]


def alike_notes(names: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """Notes on class names that may be one class."""
    notes = []
    for group, difference in alike(names):
        each = ", ".join(f"'{shown(name, 30)}' ({counted(counts.get(name, 0), 'row', 'rows')})" for name in group[:5])
        notes.append(f"The classes {each} differ by {difference} alone; they were kept apart.")
    return notes


def doubts(names: Sequence[str]) -> list[str]:
    """A note on classes that may be measurements."""
    if len(names) > FEW_DECIMALS and decimals(names):
        example = next(name for name in names if "." in name or "," in name)
        return [
            f"The {len(names):,} classes are decimals, such as {shown(example)}; is this a measurement and no class?"
        ]
    if len(names) > MANY_CLASSES:
        return [f"There are {len(names):,} classes; is this a measurement and no class?"]
    return []


def matched(name: str, known: Iterable[str]) -> str | None:
    """The one known name that a name may stand for, differing as `alike` says, or None."""
    same = [other for other in known if _skeleton(other) == _skeleton(name)]
    return same[0] if len(same) == 1 else None


def decimals(names: Sequence[str]) -> int:
    """How many class names there are if they are numbers of any form, not all of them whole, else 0."""
    numbers = [parse(name) for name in names]
    values = [number.point if number.point == number.point else number.comma for number in numbers if number]
    return len(names) if len(values) == len(names) and any(value % 1 for value in values) else 0


def _visible(text: str) -> str:
    """A text as it looks: composed, without characters that have no width."""
    if text.isascii():
        return text
    kept = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _skeleton(name: str) -> str:
    """What is left of a name without case, compatibility forms, final dots, and zeros that do not change a number."""
    folded = unicodedata.normalize("NFKC", _visible(name).casefold()).rstrip(". ")
    folded = re.sub(r"[\s_-]+", " ", folded)
    if re.fullmatch(r"\d+\.\d+", folded, re.ASCII):
        folded = folded.rstrip("0").rstrip(".")
    return folded.lstrip("0") or "0" if re.fullmatch(r"[\d.]+", folded, re.ASCII) else folded


def _difference(group: Sequence[str]) -> str:
    """By what the names of a group differ."""
    for what, change in (
        ("case", str.lower),
        ("a final dot", lambda name: name.rstrip(". ")),
        ("their spaces and hyphens", lambda name: re.sub(r"[\s_-]+", " ", name)),
    ):
        if len(set(map(change, group))) == 1:
            return what
    return "zeros" if all(re.fullmatch(r"[\d.]+", name) for name in group) else "characters that say the same"
