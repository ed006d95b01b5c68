"""Which files to offer for what was typed so far, and how a name is completed."""

import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsexplorer.data.files import printable
from lsexplorer.tui.open.recent import Recent

MAX_ENTRIES = 2000
"""Entries of a folder that are looked at."""


@dataclass(frozen=True)
class Choice:
    """A file or a folder that is offered."""

    path: str
    """What it replaces the typed text with; that of a folder ends with a separator."""
    label: str
    """What is shown: printable, in one line."""
    is_folder: bool = False


def choices(typed: str, recent: Iterable[Recent], folder: str = "") -> list[Choice]:
    """The recent files that fit, the last one first, then what the folder of the typed path, or ``folder``, holds."""
    offered = [
        Choice(file.path, f"{_name(file.path)}   recent, in {printable(os.path.dirname(file.path))}")
        for file in recent
        if typed.lower() in file.path.lower()
    ]
    return offered + [Choice(path, _name(path), path.endswith(os.sep)) for path in _entries(typed or folder)]


def completed(typed: str) -> str:
    """The typed path, completed as far as the folder's entries agree."""
    paths = _entries(typed)
    if len(paths) == 1:
        return paths[0]
    exact = [path for path in paths if path.startswith(typed)]
    if not exact:
        return typed
    low, high = min(exact), max(exact)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False))
    return "".join(letter for letter, _ in same)


def _entries(typed: str) -> Sequence[str]:
    """The paths that begin as typed, in alphabetical order; hidden ones only where a dot was typed."""
    folder, prefix = os.path.split(typed)
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            found = [
                os.path.join(folder, entry.name) + (os.sep if entry.is_dir() else "")
                for entry in itertools.islice(entries, MAX_ENTRIES)
                if entry.name.lower().startswith(prefix.lower()) and (prefix or not entry.name.startswith("."))
            ]
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return []
    return sorted(found, key=str.lower)


def _name(path: str) -> str:
    folder = path.endswith(os.sep)
    return printable(os.path.basename(path.rstrip(os.sep))) + (os.sep if folder else "")
