"""The lines of a text file, one by one in bounded memory."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

from lsexplorer.data.files import cannot, check_file, label, opened
from lsexplorer.data.readers.encoding import START, as_cp1252, encoding_of, escaped
from lsexplorer.data.readers.places import Places
from lsexplorer.errors import InputError

MAX_LINE = 8 * 2**20
"""Characters in a line; a longer one is no table."""


class Lines:
    """A text file, open within a ``with``, to iterate over line by line; any line ends.

    In UTF-8 or the encoding that its first bytes tell; what is not UTF-8 is read as cp1252, and a note says so. Raises
    InputError for bytes that are neither, or not in the ``encoding`` that was asked for, for NUL bytes, and for lines
    beyond MAX_LINE.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path = path
        self.size = check_file(path)
        self._asked = encoding
        self._number = 0
        self._repaired = Places()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._bytes: IO[bytes] = self._open.enter_context(opened(self.path))
        self._encoding = self._asked or encoding_of(self._bytes.read(START))
        self._bytes.seek(0)
        text = io.TextIOWrapper(self._bytes, encoding=self._encoding, errors="surrogateescape", newline=None)
        self._text = self._open.enter_context(text)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def bytes_read(self) -> int:
        """How far the file has been read."""
        return min(self._bytes.tell(), self.size)

    @property
    def notes(self) -> list[str]:
        """What was guessed of the encoding, as sentences."""
        if self._repaired:
            verb = "is not UTF-8 and was" if self._repaired.count == 1 else "are not UTF-8 and were"
            return [f"{self._repaired.lines} {verb} read as cp1252; --encoding names another."]
        if not self._asked and self._encoding.startswith("utf-16-"):
            return ["The file has no byte order mark, but looks like UTF-16 and was read so."]
        return []

    def __iter__(self) -> Iterator[str]:
        try:
            while line := self._text.readline(MAX_LINE):
                self._number += 1
                yield line if line.isascii() and "\0" not in line and len(line) < MAX_LINE else self._checked(line)
        except UnicodeError:
            raise InputError(
                f"{label(self.path)}, line {self._number + 1} or later: {self._not_in_encoding()}"
            ) from None
        except OSError as error:
            raise cannot("read", self.path, error) from None

    def _checked(self, line: str) -> str:
        place = f"{label(self.path)}, line {self._number}"
        if len(line) >= MAX_LINE:
            raise InputError(f"{place} is longer than {MAX_LINE:,} characters")
        if "\0" in line:
            raise InputError(f"{place} holds a NUL byte: this is not a text file")
        byte = escaped(line)
        if byte is not None:
            if self._asked:
                raise InputError(f"{place} holds the byte 0x{byte:02x}: {self._not_in_encoding()}")
            self._repaired.add(self._number)
            try:
                line = as_cp1252(line)
            except UnicodeDecodeError:
                raise InputError(
                    f"{place} holds the byte 0x{byte:02x} and is neither UTF-8 nor cp1252: --encoding names it"
                ) from None
        return line.removeprefix("\ufeff")  # where files were joined, a mark stands in the middle

    def _not_in_encoding(self) -> str:
        return f"the file is not in the encoding {self._encoding}; --encoding names another"
