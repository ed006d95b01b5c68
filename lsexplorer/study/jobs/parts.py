"""A study cut into parts that run apart, without a server: an array of jobs, each of which writes one file."""

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from lsexplorer.data.files import shown
from lsexplorer.errors import InputError

MAX_PARTS = 10_000


class Part(NamedTuple):
    """One of several parts of a study."""

    number: int
    """From 1."""
    of: int
    """How many parts there are."""

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def share(self, jobs: int) -> range:
        """The indices of this part's jobs: every N-th one; raises InputError where there are fewer jobs than parts."""
        if jobs < self.of:
            raise InputError(
                f"the work has {jobs:,} jobs, too few for {self.of:,} parts: give --part K/{jobs} or fewer parts"
            )
        return range(self.number - 1, jobs, self.of)


def parse_part(text: str) -> Part:
    """The Part in "3/20"; raises InputError for any other text."""
    number, slash, of = text.partition("/")
    try:
        part = Part(int(number), int(of))
    except ValueError:
        part = Part(0, 0)
    if not slash or not 1 <= part.number <= part.of <= MAX_PARTS:
        raise InputError(f"--part must be K/N, one part of N, such as 3/20, got '{shown(text)}'")
    return part


def part_files(patterns: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files that names and patterns such as 'part-*' stand for, each once.

    Raises InputError for one that stands for none.
    """
    files: dict[Path, None] = {}
    for pattern in patterns:
        text = os.path.expanduser(pattern)
        found = [text] if os.path.exists(text) else sorted(glob.glob(text))
        if not found:
            raise InputError(f"no file is called '{shown(text, 200)}'")
        files |= dict.fromkeys(map(Path, found))
    return list(files)
