"""What a reader of data files is. A new format is a module with a Reader, and a line in readers/registry.py."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lsexplorer.data.files import Progress
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.samples import Parts, Samples


class Request(NamedTuple):
    """What is asked of a reader besides the file."""

    options: LoadOptions = LoadOptions()
    """How the file is to be read; its test file and what concerns the split are not the reader's."""
    test: Path | None = None
    """A separate test file."""
    progress: Progress | None = None
    """Called with (bytes done, bytes in all)."""

    @property
    def allow_missing(self) -> bool:
        """Whether NaN among the predictors is a missing value rather than an error."""
        return self.options.missing is not None


@dataclass(frozen=True)
class Reader:
    """A format of data files. Its functions raise InputError, naming the file, for contents that cannot be used."""

    kind: str
    """The format's name in messages."""
    files: str
    """Its files in messages."""
    matches: Callable[[bytes], bool]
    """Whether a file is of this format, by its first bytes, up to 64 KiB."""
    read: Callable[[Path, Request], Parts]
    """The samples of a file, and those of its own test part where it has one."""
    read_test: Callable[[Path, Request], Samples] | None = None
    """All samples of a test file; None where ``read`` needs both files, to match their columns, and reads it itself."""
    options: tuple[str, ...] = ()
    """The options of text files that it takes."""
    companions: Callable[[str], list[str]] = lambda name: []
    """The names of other files that reading this one may read."""
