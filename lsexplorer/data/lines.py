"""The lines of a text file, one by one in bounded memory, without comments."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lsexplorer.data.files import check_file, label, opened
from lsexplorer.errors import InputError

MAX_LINE = 8 * 2**20
"""Characters in a line; a longer one is no table."""

_TRAILING = re.compile(r"\s#\s")


class Lines:
    """Iterate over a text file's lines, without their line ends; comments become empty lines.

    A line that begins with # is a comment, and so is '  # text' at the end of a row where the text holds no
    delimiter, as the article prints its samples. UTF-8 with or without a byte order mark; any line ends. Raises
    InputError for other encodings, NUL bytes and lines beyond MAX_LINE.
    """

    def __init__(self, path: Path, collapse: bool = False) -> None:
        """collapse: tabs become spaces, and spaces around a line go, for columns parted by white space."""
        self.path = path
        self.size = check_file(path)
        self.done = 0
        self.number = 0
        """Number of the last line given, from 1."""
        self.comment: str | None = None
        """The last line's trailing comment."""
        self._collapse = collapse
        self._quoted = False

    def __iter__(self) -> Iterator[str]:
        with opened(self.path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline=None)
            try:
                while line := text.readline(MAX_LINE):
                    self.number += 1
                    self.done = min(file.tell(), self.size)
                    yield self._cleaned(line)
            except UnicodeDecodeError:
                raise self._not_utf8(file) from None
            finally:
                text.detach()

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
        if line.lstrip().startswith("#"):
            return "\n"
        start = max(line.rfind(mark) for mark in ',;|\t"') + 1
        found = _TRAILING.search(line, start)
        if found is None or line.count('"') % 2:
            return line
        self.comment = line[found.end() :].strip()
        return line[: found.start()] + "\n"

    def _not_utf8(self, file: IO[bytes]) -> InputError:
        """The error for text in another encoding, with the line where it shows."""
        file.seek(0)
        number, what = 0, ""
        while line := file.readline(MAX_LINE):
            number += 1
            try:
                line.decode()
            except UnicodeDecodeError as error:
                what = f", line {number} holds the byte 0x{line[error.start]:02x}, which"
                break
        return InputError(f"{label(self.path)}{what or ' holds bytes that'} is not UTF-8: save the file as UTF-8 text")
