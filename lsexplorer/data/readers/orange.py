"""Headers of Orange's .tab files, which say what each column is for.

Either three lines (names, types, flags), or names with a prefix, 'cD#species': the role, the type and the name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TYPES = frozenset(
    ("continuous", "c", "numeric", "n", "discrete", "d", "categorical", "string", "s", "text", "time", "t", "basket")
)
_CLASS = frozenset(("class", "c"))
_OTHER = frozenset(("meta", "m", "ignore", "i", "weight", "w"))
_PREFIXED = re.compile(r"([cmiw]?)([CDNST]?)#(\S.*)")


@dataclass(frozen=True)
class Orange:
    """What such a header says."""

    lines: int
    names: tuple[str, ...]
    target: int | None
    """The class column."""
    left_out: tuple[int, ...]
    """Columns that are no predictors: ignored ones, meta data and weights."""


def orange_header(rows: Sequence[Sequence[str]]) -> Orange | None:
    """The header that the first rows are in Orange's form, or None."""
    return _three_lines(rows) or _prefixed(rows)


def _three_lines(rows: Sequence[Sequence[str]]) -> Orange | None:
    if len(rows) < 3:
        return None
    names, types, flags = ([cell.strip() for cell in row] for row in rows[:3])
    words = [flag.split("=")[0].lower().split() for flag in flags]
    typed = [cell for cell in types if cell]
    known = sum(cell.lower() in _TYPES for cell in typed)  # a discrete column may list its values in place of a type
    if not typed or known * 2 < len(typed) or not any(words):
        return None
    if not all(
        word in _CLASS | _OTHER or "=" in flag for flag, cell in zip(flags, words, strict=True) for word in cell
    ):
        return None
    return _orange(3, names, [cell[0] if cell else "" for cell in words])


def _prefixed(rows: Sequence[Sequence[str]]) -> Orange | None:
    found = [_PREFIXED.fullmatch(cell.strip()) for cell in rows[0]] if rows else []
    if sum(match is not None for match in found) * 2 <= len(found) or not any(match and match[1] for match in found):
        return None
    names = [match[3] if match else cell.strip() for match, cell in zip(found, rows[0], strict=True)]
    return _orange(1, names, [match[1] if match else "" for match in found])


def _orange(lines: int, names: Sequence[str], flags: Sequence[str]) -> Orange:
    target = next((i for i, flag in enumerate(flags) if flag in _CLASS), None)
    return Orange(lines, tuple(names), target, tuple(i for i, flag in enumerate(flags) if flag in _OTHER))
