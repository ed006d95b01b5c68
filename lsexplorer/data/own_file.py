"""Reading a person's own file, and the test file beside it, with the reader for its format."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from lsexplorer.data.builtin import BUILTINS
from lsexplorer.data.files import Progress, closest, label, neighbours, shown
from lsexplorer.data.options import LoadOptions
from lsexplorer.data.readers.idx_reader import is_idx
from lsexplorer.data.readers.reader import Request
from lsexplorer.data.readers.registry import READABLE, reader_of
from lsexplorer.data.samples import Parts, Samples
from lsexplorer.data.unpack import STANDARD_INPUT, plain_file
from lsexplorer.errors import InputError


class OwnFile(NamedTuple):
    """What a file of one's own holds."""

    stem: str
    """Its name without endings, for the data set's name."""
    is_stream: bool
    """Whether it, or its test file, came from a stream, which can be read only once."""
    train: Samples
    test: Samples | None
    """Its own test part, or that of the test file."""


def read_own(named: Sequence[str], options: LoadOptions, progress: Progress | None) -> OwnFile:
    """Read a file, and its test file where ``named`` has a second one; raises InputError as `load_dataset`."""
    if list(named) == [STANDARD_INPUT] * 2:
        raise InputError("standard input can be one of the two parts alone: name a file for the other")
    with ExitStack() as stack:
        given = [stack.enter_context(plain_file(_existing(file), is_idx, progress)) for file in named]
        how = {key: value for file in given for key, value in file.options.items() if not getattr(options, key)}
        request = Request(replace(options, **how), given[1].path if given[1:] else None, progress)
        train, test = _read(given[0].path, request)
    notes = [note for file in given for note in file.notes]
    return OwnFile(given[0].stem, any(file.is_stream for file in given), train.with_notes(*notes), test)


def _existing(name: str) -> Path | None:
    """The file of this name, None for standard input; raises InputError, with the nearest name, if there is none."""
    if name == STANDARD_INPUT:
        return None
    path = Path(os.path.expanduser(name))
    try:
        if name and os.path.lexists(path):
            return path
    except ValueError:
        pass  # a NUL in the name: no such file
    hint = closest(name, list(BUILTINS)) or closest(path.name, neighbours(path))
    raise InputError(
        f"there is neither a data set nor a file '{shown(name, 200)}'.{hint} "
        f"Built in are {', '.join(BUILTINS)}; {READABLE}"
    )


def _read(path: Path, request: Request) -> Parts:
    reader, test = reader_of(path), request.test
    for option in request.options.text_options:
        if option not in reader.options:
            raise InputError(f"{option} is for text files: {label(path)} is of the kind {reader.kind}")
    if reader.read_test is None:
        if test is not None and reader_of(test) is not reader:
            raise InputError(f"{label(test)} is no {reader.kind} file, but {label(path)} is; both parts must be alike")
        return reader.read(path, request)
    train, own = reader.read(path, request)
    if test is None:
        return train, own
    if own is not None:
        raise InputError(f"{label(path)} has its own test part: leave out the test file")
    test_reader = reader_of(test)
    if test_reader.read_test is None:
        kind = test_reader.kind
        raise InputError(f"{label(test)} is a {kind} file, but the training file is not; both parts must be alike")
    return train, test_reader.read_test(test, request)
