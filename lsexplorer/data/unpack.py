"""Files as the readers want them: regular and unpacked. Streams and packed files go through a temporary file."""

import contextlib
import os
import stat
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from lsexplorer.data import files
from lsexplorer.data.files import BLOCK, FREE_BYTES, MAX_RATIO, Progress, cannot, check_file, label, opened, shown
from lsexplorer.data.workbook import OPTIONS, sheet
from lsexplorer.errors import InputError

try:
    from lzma import LZMAError
except ImportError:  # this Python was built without it
    LZMAError = zlib.error  # type: ignore[assignment,misc]

STANDARD_INPUT = "-"
"""Stands for a file of this name."""

_STREAM_NOTE = "The data are from a stream: a saved run is reopened in Python alone, with load_run(FILE, data=…)."
_GZIP = b"\x1f\x8b"
_PACKED = {_GZIP: "gzip", b"BZh": "bz2", b"\xfd7zXZ\0": "lzma"}
"""The module for files that begin so."""
_DAMAGED = (EOFError, zlib.error, LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins the old formats of Office."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TABLES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".arff", ".libsvm", ".svm", ".parquet", ".feather")


class Plain(NamedTuple):
    """A regular file that a reader can read."""

    path: Path
    stem: str
    """The name without endings of what was given, for the data set's name."""
    is_stream: bool = False
    """Whether it came from a stream, which can be read only once."""
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = MappingProxyType({})
    """How it has to be read."""


@contextmanager
def plain_file(path: Path | None, keeps: Callable[[bytes], bool], progress: Progress | None = None) -> Iterator[Plain]:
    """The file itself, or a temporary one that holds what comes out of a stream, a packed file or a zip of one table.

    path: a file or a named pipe, None for standard input. keeps: says, by its first bytes, that a gzipped file is for a
    reader that unpacks it. An InputError raised inside the ``with`` names what was given, never the temporary file.
    Raises InputError for what cannot be opened or unpacked, and for more contents than a file of its size holds.
    """
    with ExitStack() as stack:
        temporary = _Temporary(stack, path, progress)
        is_stream = path is None or _is_pipe(path)
        if is_stream:
            temporary.take_stream()
        check_file(temporary.path)
        temporary.unpack(keeps)
        notes = (*([_STREAM_NOTE] if is_stream else []), *temporary.notes)
        try:
            yield Plain(temporary.path, temporary.stem, is_stream, notes, temporary.options)
        except InputError as error:
            raise temporary.renamed(error) from None


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


class _Temporary:
    """What is read in place of what was given, as it gets unpacked; its files go when the stack closes."""

    def __init__(self, stack: ExitStack, given: Path | None, progress: Progress | None) -> None:
        self.path, self._inner = given or Path(), "" if given is None else given.name
        self.notes: list[str] = []
        self.options: Mapping[str, Any] = {}
        self._stack, self._given, self._progress = stack, given, progress
        self._name = "standard input" if given is None else label(given)

    @property
    def stem(self) -> str:
        """The name of what was given, or of the zip's file, without endings."""
        if self._given is None or self._given.parts[1:2] in (("dev",), ("proc",)):
            return "stream"
        return self._inner.split(".")[0] or self._inner

    def renamed(self, error: InputError) -> InputError:
        """The error with the name that the user gave for that of a temporary file."""
        return error if self.path == self._given else InputError(str(error).replace(label(self.path), self._name))

    def take_stream(self) -> None:
        """Read a named pipe or standard input to its end."""
        if self._given is not None:
            with opened(self._given) as file:
                self._take(file, files.MAX_BYTES)
        elif sys.stdin is None or sys.stdin.isatty():
            raise InputError("standard input is the keyboard: send data into it, as in `cat FILE | lsexplorer data -`")
        else:
            self._take(sys.stdin.buffer, files.MAX_BYTES)

    def unpack(self, keeps: Callable[[bytes], bool]) -> None:
        """Take what a packed file, or a zip that holds one table, has in it."""
        size = self.path.stat().st_size
        most = min(files.MAX_BYTES, max(FREE_BYTES, MAX_RATIO * size))
        with opened(self.path) as file:
            start = file.read(8)
            file.seek(0)
            packed = any(map(start.startswith, _PACKED))
            if start.startswith(_OLE):
                self._take_workbook([])
            elif start.startswith(_ZIP):
                self._unpack_zip(file, most)
            elif packed and not (start.startswith(_GZIP) and keeps(self._first_bytes(file))):
                file.seek(0)
                self._inner = Path(self._inner).stem
                self._take(self._unpacked(file, start), most, lambda: (file.tell(), size))
                with opened(self.path) as held:
                    if held.read(6).startswith(tuple(_PACKED)):
                        raise InputError(f"{self._name} is packed twice: unpack it first")

    def _unpacked(self, file: IO[bytes], start: bytes) -> IO[bytes]:
        module = next(module for magic, module in _PACKED.items() if start.startswith(magic))
        try:
            source: IO[bytes] = import_module(module).open(file)
        except ImportError:
            raise InputError(f"{self._name} needs Python's module {module}, which this Python lacks") from None
        return source

    def _first_bytes(self, file: IO[bytes]) -> bytes:
        """The first bytes that come out of a gzipped file; none of one that is damaged."""
        with contextlib.suppress(*_DAMAGED):
            return self._unpacked(file, _GZIP).read(8)
        return b""

    def _unpack_zip(self, file: IO[bytes], most: int) -> None:
        try:
            archive = zipfile.ZipFile(file)
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        except _DAMAGED:
            return  # the reader of .npz files has the message
        names = [entry.filename for entry in entries]
        if any(name.startswith("xl/") for name in names) or "content.xml" in names:
            self._take_workbook([entry.file_size for entry in entries])
            return
        member = _table_among(names, self._name)
        if member is None:
            return
        if len(names) > 1:
            self.notes.append(f"Of the zip's {len(names):,} files, {shown(member)} was read.")
        try:
            source = archive.open(member)
        except _DAMAGED as error:
            raise InputError(f"{self._name}: {shown(member)} in it cannot be unpacked: {shown(error, 100)}") from None
        self._inner, self._name = PurePosixPath(member).name, f"{self._name}, {shown(member)} in it"
        with source:
            self._take(source, most, lambda: (file.tell(), most))

    def _take_workbook(self, packed: list[int]) -> None:
        """Hold a workbook's table as CSV; packed: the sizes of the files in it."""
        lines, notes = sheet(self.path, self._name, packed)
        self.notes += notes
        self.options = OPTIONS
        self._hold(lines, files.MAX_BYTES)

    def _take(self, source: IO[bytes], most: int, place: Callable[[], tuple[int, int]] | None = None) -> None:
        """Hold all of a source, at most so many bytes; place: bytes done, and all."""
        self._hold(iter(lambda: self._block(source), b""), most, place)

    def _hold(self, blocks: Iterator[bytes], most: int, place: Callable[[], tuple[int, int]] | None = None) -> None:
        """Write blocks to a temporary file, which is the one to read from then on."""
        handle, name = tempfile.mkstemp(prefix="lsexplorer-")
        path, held = Path(name), 0
        self._stack.callback(path.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as out:
            for block in blocks:
                held += len(block)
                if held > most:
                    raise InputError(f"{self._name} holds more than {most:,} bytes, the most that are read of it")
                try:
                    out.write(block)
                except OSError as error:
                    raise cannot("unpack to", path, error) from None
                if self._progress is not None and place is not None:
                    self._progress(*place())
        if not held:
            raise InputError(f"{self._name} is empty")
        self.path = path

    def _block(self, source: IO[bytes]) -> bytes:
        try:
            return source.read(BLOCK)
        except _DAMAGED as error:
            raise InputError(f"{self._name} is truncated or damaged: {shown(error, 100)}") from None


def _table_among(names: list[str], zip_name: str) -> str | None:
    """The one file of a zip that may be a table; None for one that holds arrays. Raises InputError for any other."""
    if not names or any(name.endswith(".npy") for name in names):
        return None
    for folder, kind in (("word/", "a Word document"), ("ppt/", "a presentation"), ("Index/", "a Numbers document")):
        if any(name.startswith(folder) for name in names):
            raise InputError(f"{zip_name} is {kind}: save the table as CSV")
    seen = [name for name in names if not PurePosixPath(name).name.startswith(".") and "__MACOSX/" not in name]
    tables = [name for name in seen if name.lower().endswith(_TABLES)] if len(seen) > 1 else seen
    if len(tables) != 1:
        what = shown(", ".join(tables or names), 150)
        raise InputError(f"{zip_name} holds {len(tables) or 'no'} tables ({what}): unpack it, and name one file")
    return tables[0]
