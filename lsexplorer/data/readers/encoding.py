"""The encoding of a text file, by its first bytes."""

import re

_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_UNMARKED = (
    (re.compile(rb"(?:[^\0]\0){4,}\Z"), "utf-16-le"),
    (re.compile(rb"(?:\0[^\0]){4,}\Z"), "utf-16-be"),
)
START = 64
"""How many of a file's first bytes tell its encoding."""

_ESCAPED = re.compile("[\udc80-\udcff]+")


def encoding_of(start: bytes) -> str:
    """The encoding that a file's first bytes tell: by its byte order mark, by the zeros of UTF-16, else UTF-8."""
    even = start[: len(start) // 2 * 2]
    marked = (name for mark, name in _MARKS if start.startswith(mark))
    unmarked = (name for form, name in _UNMARKED if form.match(even))
    return next(marked, None) or next(unmarked, "utf-8")


def escaped(line: str) -> int | None:
    """The first byte of a line that could not be decoded, which 'surrogateescape' put into the text; or None."""
    found = _ESCAPED.search(line)
    return ord(found[0][0]) - 0xDC00 if found else None


def as_cp1252(line: str) -> str:
    """A line with its undecodable bytes read as cp1252; raises UnicodeDecodeError for the five that are none."""
    return _ESCAPED.sub(lambda found: found[0].encode("utf-8", "surrogateescape").decode("cp1252"), line)
