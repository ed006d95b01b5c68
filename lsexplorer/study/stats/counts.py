"""Whole numbers that are asked for: seeds, epochs, splits."""

import operator

from lsexplorer.errors import InputError

MAX_SEEDS = 10_000
"""Seeds of a study: an interval of so many is a hundredth of its deviation wide."""


def checked_count(name: str, value: object, fewest: int = 1, reason: str = "") -> int:
    """A whole number of Python's or NumPy's, as an int; raises InputError for one below ``fewest``, and why not."""
    try:
        count = operator.index(value)  # type: ignore[arg-type]  # what is no whole number raises
    except TypeError:
        raise InputError(f"{name} must be a whole number, got {value!r:.60}") from None
    if count < fewest:
        raise InputError(f"{name} must be {fewest} or more, got {count}{reason}")
    return count


def checked_seeds(seeds: object, fewest: int, reason: str = "") -> int:
    """The number of a study's seeds, as `checked_count` has it; raises InputError for more than MAX_SEEDS too."""
    count = checked_count("seeds", seeds, fewest, reason)
    if count > MAX_SEEDS:
        raise InputError(f"seeds must be {MAX_SEEDS:,} or fewer, got {count:,}")
    return count
