"""Locks on files: they end with the process that holds them, however it ends."""

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lsexplorer.data.files import label, shown
from lsexplorer.errors import InputError

_NOTE_BYTES = 300
_TRIES, _PAUSE = 50, 0.01
"""How often, seconds apart, a lock is asked for whose holder has not yet, or no longer, said who it is."""


def try_lock(handle: int) -> bool:
    """Lock an open file until it is closed; False if another has it locked.

    Raises OSError where the file system knows no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 2**30, os.SEEK_SET)  # a byte beyond the contents, which others may still read
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one that now bears the name ``path``."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except OSError:
        return False


@contextmanager
def only_writer(path: Path, work: str) -> Iterator[None]:
    """Be the only writer to ``path``, by whatever link, inside a ``with``.

    work: what the writer is, such as "sweep", for the message. The lock is on a file '.NAME.lock' beside ``path``,
    which says who holds it and ends with its process. Raises InputError, naming the holder, if there is another
    writer. Devices and pipes are not locked, nor anything where files cannot be.
    """
    real = Path(os.path.realpath(path))
    if real.exists() and not real.is_file():
        yield
        return
    lock = real.with_name(f".{real.name}.lock")
    try:
        handle, holder = _locked_or_holder(lock)
    except OSError:  # no such folder, a read-only one or one without locks: writing will say what there is to say
        yield
        return
    if handle is None:
        raise InputError(
            f"another {work} is writing to {label(path)}{holder}: wait until it ends, or give another file"
        )
    try:
        note = f"process {os.getpid()} on {platform.node()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}\n"
        os.ftruncate(handle, 0)
        os.write(handle, note.encode())
        yield
    finally:
        if sys.platform == "win32":  # a file that is open cannot be removed
            os.close(handle)
            handle = -1
        lock.unlink(missing_ok=True)
        if handle >= 0:
            os.close(handle)


def _locked_or_holder(lock: Path) -> tuple[int | None, str]:
    """The lock file, open and locked, or else who holds it; one that has just begun or ended is waited for."""
    for _ in range(_TRIES):
        handle = _locked(lock)
        holder = "" if handle is not None else _holder(lock)
        if handle is not None or holder:
            return handle, holder
        time.sleep(_PAUSE)
    return None, ""


def _locked(lock: Path) -> int | None:
    """The lock file, open and locked, or None if another holds it."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not try_lock(handle):
                os.close(handle)
                return None
        except OSError:
            os.close(handle)
            raise
        if is_at(handle, lock):
            return handle
        os.close(handle)  # its holder ended and removed it just now


def _holder(lock: Path) -> str:
    try:
        with lock.open("rb") as file:
            note = file.read(_NOTE_BYTES).decode(errors="replace")
    except OSError:
        note = ""
    return f" ({shown(note, 120)})" if note.strip() else ""
