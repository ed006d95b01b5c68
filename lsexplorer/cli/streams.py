"""The command's standard streams and signals: a broken one ends the command with one line, never a traceback."""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask the program to end: from `kill`, and from a terminal that was closed."""


def prepare() -> str:
    """Make the standard streams writable; return what is wrong with standard output, or "".

    A character that a stream's encoding lacks is replaced. A closed descriptor is opened on the null device, so that no
    file opened later gets its number.
    """
    problem = "standard output is closed: send it to a file or to the null device" if sys.stdout is None else ""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with contextlib.suppress(OSError):
                _open_null(number)
                setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    return problem


def _open_null(number: int) -> None:
    handle = os.open(os.devnull, os.O_RDWR)
    if handle != number:
        os.dup2(handle, number)
        os.close(handle)


def output_failure() -> OSError | None:
    """Flush standard output; return the error where that fails, else None."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


def discard_output() -> None:
    """Discard what standard output still holds, so that the interpreter's exit does not fail on it again."""
    with contextlib.suppress(OSError, ValueError):
        _open_null(sys.stdout.fileno())


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit with status 128 + their number, so that every cleanup runs.

    A signal that is ignored, as by nohup, stays ignored. A second one ends the process at once.
    """
    taken = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(128 + number)
