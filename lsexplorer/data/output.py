"""Writing files: the one rule of what may be replaced, and how to do so without losing anything.

An output is never a file that is also read, and replaces an existing file only where that is asked for. Links are
followed; a file keeps its mode; a device or a pipe is written to and never replaced. A regular file is written beside
its place under another name, and takes that place once all of it is on the disk: whatever stops the writer, there is
the old file or the new one, whole.
"""

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lsexplorer.data.files import cannot, label
from lsexplorer.data.locks import is_at, try_lock
from lsexplorer.errors import InputError

_PART = ".lsx-part"
"""Ends the name of a file that is being written: '.NAME.xxxxxxxx.lsx-part'."""
_NAME_BYTES = 200
"""Of NAME in it, so that the longest name a file may have can still be written."""
_STANDARD = ("/dev/stdout", "/dev/stderr")


def check_output(
    path: str | os.PathLike[str],
    *,
    option: str = "",
    reads: Iterable[str | os.PathLike[str]] = (),
    force: bool = False,
    resumes: bool = False,
) -> Path:
    """The file that a path names, ``~`` expanded, once it is sure that it may be written; called before the work.

    option: what the path was given to, for messages. reads: files that are read, which are never written to, not even
    with ``force``. force: an existing file may be replaced. resumes: an existing file will be continued. Raises
    InputError, in one line, for a path that may not or cannot be written to.
    """
    text = os.fspath(path)
    if not text.strip():
        raise InputError(f"{option or 'the output'}: a file needs a name")
    path = Path(os.path.expanduser(text))
    name = f"{option} {label(path)}".lstrip()
    try:
        old = _status(path)
        if old is not None:
            _check_old(path, name, old, reads, force or resumes)
        if old is None or stat.S_ISREG(old.st_mode):
            _check_folder(Path(os.path.realpath(path)), name, label(path))
    except OSError as error:
        raise cannot("write", path, error) from None
    return path


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except ValueError:
        raise InputError(f"{label(path)} is no file name") from None


def _check_old(path: Path, name: str, old: os.stat_result, reads: Iterable[str | os.PathLike[str]], may: bool) -> None:
    """Whether what is there may be written to or replaced."""
    if stat.S_ISDIR(old.st_mode):
        raise InputError(f"{name} is a directory: give the name of a file")
    if any(_is_same(old, read) for read in reads):
        raise InputError(f"{name} is a file that is read: give another name")
    if not os.access(path, os.W_OK):
        raise InputError(f"{name} may not be written to")
    if not may and not _is_stream(path, old):
        raise InputError(f"{name} exists: give another name, or --force to replace it")


def _is_same(status: os.stat_result, path: str | os.PathLike[str]) -> bool:
    try:
        return os.path.samestat(status, os.stat(os.path.expanduser(path)))
    except (OSError, ValueError):  # there is no such file
        return False


def _check_folder(target: Path, name: str, shown: str) -> None:
    """Whether a file can be made beside the target. Permissions alone do not say so, hence one is made and removed."""
    folder = target.parent
    if not folder.is_dir():
        raise InputError(f"{name}: there is no directory {label(folder)}")
    _clear_leftovers(target)  # first, so that those of writers that are killed again and again do not heap up
    try:
        part, handle = _new_part(target)
        os.close(handle)
        part.unlink(missing_ok=True)  # with its lock gone, another may have taken it for a leftover
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot write {shown}: no file can be made in {label(folder)}, {reason}") from None


def _is_stream(path: Path, status: os.stat_result) -> bool:
    """Whether a path is a pipe, a terminal or the like, or one of this process's own streams under a name."""
    own = os.path.abspath(path)
    if own in _STANDARD or own.startswith(("/dev/fd/", "/proc/")):
        return True
    return not stat.S_ISREG(status.st_mode) and not stat.S_ISBLK(status.st_mode)


@contextmanager
def written(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file to write to, that takes the place of ``path`` once it is whole and on the disk.

    A device or a pipe is written to directly. Raises InputError when the file cannot be written; nothing is left
    behind then, and what was there is as it was.
    """
    path = check_output(path, force=True)
    try:
        old = _status(path)
        if old is not None and (_is_stream(path, old) or not stat.S_ISREG(old.st_mode)):
            # Neither made nor emptied: this may be the file that standard output goes to.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:
                yield stream
        else:
            target = Path(os.path.realpath(path))
            with _replacing(target, old) as file:
                yield file
    except OSError as error:
        raise cannot("write", path, error) from None


@contextmanager
def _replacing(target: Path, old: os.stat_result | None) -> Iterator[IO[bytes]]:
    part, handle = _new_part(target)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
            if old is not None:
                _take_on(part, old)
            if sys.platform == "win32":  # where an open file cannot be renamed
                file.close()
            os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def _new_part(target: Path) -> tuple[Path, int]:
    """A new file beside the target, open and locked, so that others see that its writer lives."""
    while True:
        part = target.with_name(f"{_prefix(target)}{secrets.token_hex(4)}{_PART}")
        binary = getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | binary, 0o666)
        except FileExistsError:
            continue
        with contextlib.suppress(OSError):  # where there are no locks, nobody clears up
            try_lock(handle)
        if is_at(handle, part):
            return part, handle
        os.close(handle)  # another took it for a leftover before it was locked


def _prefix(target: Path) -> str:
    return f".{os.fsdecode(os.fsencode(target.name)[:_NAME_BYTES])}."


def _clear_leftovers(target: Path) -> None:
    """Remove what writers of this target left that were killed: their locks ended with them."""
    prefix, size = _prefix(target), len(_prefix(target)) + 8 + len(_PART)
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.name.endswith(_PART) and len(entry.name) == size:
                with contextlib.suppress(OSError):
                    _remove_unlocked(Path(entry.path))


def _remove_unlocked(part: Path) -> None:
    handle = os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        unlocked = try_lock(handle)
        if unlocked and sys.platform != "win32":
            part.unlink()
    finally:
        os.close(handle)
    if unlocked and sys.platform == "win32":
        part.unlink()


def _take_on(part: Path, old: os.stat_result) -> None:
    """Give a file the mode of the one that it replaces, and where that is allowed its owner and group."""
    if sys.platform != "win32":
        now = part.stat()
        if (now.st_uid, now.st_gid) != (old.st_uid, old.st_gid):
            with contextlib.suppress(OSError):
                os.chown(part, old.st_uid, old.st_gid)
    os.chmod(part, stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """Have the new name on the disk too, where a folder can be synced."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
