"""Files that users give: what may be opened, how large, and how they are named in messages."""

import itertools
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lsexplorer.errors import InputError

MAX_BYTES = 2 * 2**30
"""No file larger than this is read."""

MAX_CELLS = 100_000_000
"""No data set has more values (rows × columns): as float64 these are 800 MB."""

MAX_RATIO, FREE_BYTES = 200, 16 * 2**20
"""Compressed contents may be this many times larger than the file says, once they are larger than FREE_BYTES."""

BLOCK = 2**20

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all) while a file is read."""


def printable(text: str) -> str:
    """A user's text with control characters, which could command a terminal, escaped as in Python."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def shown(text: object, limit: int = 60) -> str:
    """A user's text for a message: one line, printable, at most ``limit`` characters."""
    line = printable(" ".join(str(text).split())[: limit + 1])
    return line if len(line) <= limit else line[: limit - 1] + "…"


def counted(count: int, singular: str, plural: str) -> str:
    """A number with its noun: '1 row', '1,200 rows'."""
    return f"{count:,} {singular if count == 1 else plural}"


def label(path: Path) -> str:
    """A file's name as messages give it."""
    return shown(path, 200)


def name_hint(name: str, names: list[str]) -> str:
    """What to say of a name that is none of ``names``: the nearest one, or all of them."""
    from difflib import get_close_matches  # only where it is needed, since it takes milliseconds

    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"


def closest(word: str, known: list[str]) -> str:
    """' Did you mean …?' for the nearest of the known words, or nothing."""
    from difflib import get_close_matches

    lower = {name.lower(): name for name in reversed(known)}
    near = get_close_matches(word.lower(), lower, n=1)
    return f" Did you mean '{shown(lower[near[0]])}'?" if near else ""


def cannot(verb: str, path: Path, error: Exception) -> InputError:
    """The error for a file that the system would not let us read or write."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"cannot {verb} {label(path)}: {shown(reason, 120).lower()}")


def check_file(path: Path) -> int:
    """Size in bytes of a regular file; raises InputError for a missing, foreign, empty or too large one."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        raise cannot("read", path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{label(path)} is a directory; give a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{label(path)} is not a regular file")
    if status.st_size > MAX_BYTES:
        raise InputError(f"{label(path)} has {status.st_size:,} bytes; at most {MAX_BYTES:,} are read")
    if status.st_size == 0:
        raise InputError(f"{label(path)} is empty")
    return status.st_size


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, open for reading bytes; what the system refuses becomes an InputError."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise cannot("read", path, error) from None


def neighbours(path: Path) -> list[str]:
    """Names of the files beside a path, for suggestions; at most 2,000, none when they cannot be listed."""
    try:
        with os.scandir(path.parent) as entries:
            return [entry.name for entry in itertools.islice(entries, 2000)]
    except (OSError, ValueError):
        return []
