"""The lines of a text file, one by one in bounded memory, without comments."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Self, TextIO

from lsexplorer.data.files import cannot, check_file, label, opened
from lsexplorer.errors import InputError

MAX_LINE = 8 * 2**20
"""Characters in a line; a longer one is no table."""

_TRAILING = re.compile(r"\s#\s")


class Lines:
    """A text file, open within a ``with``, to iterate over line by line; comments become empty lines.

    A line that begins with '# ', or with # and holds no delimiter, is a comment ('#N/A,1' and '#ff0000,1' are rows),
    and so is '  # text' at the end of a row where the text holds no delimiter, as the article prints its samples.
    UTF-8 with or without a byte order mark; any line ends. Raises InputError for other encodings, NUL bytes and lines
    beyond MAX_LINE.
    """

    def __init__(self, path: Path, collapse: bool = False) -> None:
        """collapse: tabs become spaces, and spaces around a line go, for columns separated by white space."""
        self.path = path
        self.size = check_file(path)
        self.bytes_read = 0
        self.number = 0
        """Number of the last line given, from 1."""
        self.comment: str | None = None
        """The last line's trailing comment."""
        self._collapse = collapse
        self._quoted = False
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        try:
            self._file = self.path.open(encoding="utf-8-sig", newline=None)
        except OSError as error:
            raise cannot("read", self.path, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._file is None:
            raise StopIteration
        try:
            line = self._file.readline(MAX_LINE)
        except UnicodeDecodeError:
            raise self._not_utf8() from None
        except OSError as error:
            raise cannot("read", self.path, error) from None
        if not line:
            raise StopIteration
        self.number += 1
        self.bytes_read = min(self._file.buffer.tell(), self.size)
        return self._cleaned(line)

    def _cleaned(self, line: str) -> str:
        if len(line) >= MAX_LINE:
            raise InputError(f"{label(self.path)}, line {self.number} is longer than {MAX_LINE:,} characters")
        if "\0" in line:
            raise InputError(f"{label(self.path)}, line {self.number} holds a NUL byte: this is not a text file")
        self.comment = None
        if "#" in line and not self._quoted:
            line = self._without_comment(line)
        if line.count('"') % 2:
            self._quoted = not self._quoted
        return line.replace("\t", " ").strip() + "\n" if self._collapse else line

    def _without_comment(self, line: str) -> str:
        start = max(line.rfind(mark) for mark in ',;|\t"') + 1
        begin = line.lstrip()
        if begin.startswith("#") and (start == 0 or begin.lstrip("#")[:1].isspace()):
            return "\n"
        comment = _TRAILING.search(line, start)
        if comment is None or line.count('"') % 2:
            return line
        self.comment = line[comment.end() :].strip()
        return line[: comment.start()] + "\n"

    def _not_utf8(self) -> InputError:
        """The error for text in another encoding, with the line where it shows."""
        number, what = 0, ""
        with opened(self.path) as file:
            while not what and (line := file.readline(MAX_LINE)):
                number += 1
                try:
                    line.decode()
                except UnicodeDecodeError as error:
                    what = f", line {number} holds the byte 0x{line[error.start]:02x}, which"
        return InputError(f"{label(self.path)}{what or ' holds bytes that'} is not UTF-8: save the file as UTF-8 text")
