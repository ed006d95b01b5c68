"""What a browser may say to its session: short JSON lists, each checked to the last value."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_COLUMNS, MAX_ROWS = 300, 120
"""The largest screen that is drawn."""
MIN_COLUMNS, MIN_ROWS = 20, 5
MAX_KEYS = 2**16
"""Characters of one message of keys; a long one is pasted text."""
MAX_RUN_CHARACTERS = 2**20
"""Characters of a run file that a visitor opens."""
MAX_BYTES = 6 * MAX_RUN_CHARACTERS
"""Of a message: JSON writes a character in at most six bytes."""
_BURST, _PER_SECOND = 1000, 300
"""Messages that may come at once, and how many more may come each second after that."""


class MalformedError(ValueError):
    """A message that no page of ours sends."""


@dataclass(frozen=True)
class Keys:
    """What was typed, or done with the mouse, as a terminal says it."""

    data: bytes


@dataclass(frozen=True)
class Size:
    """How large the terminal is now."""

    columns: int
    rows: int

    @classmethod
    def clamped(cls, columns: int, rows: int) -> "Size":
        """A size within what is drawn."""
        return cls(max(MIN_COLUMNS, min(columns, MAX_COLUMNS)), max(MIN_ROWS, min(rows, MAX_ROWS)))

    @classmethod
    def of_texts(cls, columns: str | None, rows: str | None) -> "Size":
        """The size in an address; 80 × 24 for what is no number there."""
        return cls.clamped(*(_number(text, otherwise) for text, otherwise in ((columns, 80), (rows, 24))))


@dataclass(frozen=True)
class Focus:
    """Whether the page has the keyboard."""

    here: bool


@dataclass(frozen=True)
class Ping:
    """A question for a sign of life, with what is to be sent back."""

    token: str


@dataclass(frozen=True)
class RunFile:
    """The text of a run file that the visitor has chosen."""

    text: str


def parse_message(text: str) -> Keys | Size | Focus | Ping | RunFile:
    """The message in a text from the browser; raises MalformedError for any other text."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("no JSON") from None
    match message:
        case ["stdin", str(keys)] if len(keys) <= MAX_KEYS:
            return Keys(_encoded(keys))
        case ["resize", {"width": int(columns), "height": int(rows), **rest}] if not rest:
            if isinstance(columns, bool) or isinstance(rows, bool):
                raise MalformedError("a size that is no number")
            return Size.clamped(columns, rows)
        case ["focus" | "blur" as name]:
            return Focus(name == "focus")
        case ["ping", str(token)] if len(token) <= 32 and token.isascii() and token.isdecimal():
            return Ping(token)
        case ["run", str(run)] if len(run) <= MAX_RUN_CHARACTERS:
            _encoded(run)
            return RunFile(run)
    raise MalformedError("unknown")


class Flood:
    """Counts messages, and says when there are more than any person causes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._at = float(_BURST), clock()

    def too_many(self) -> bool:
        """Whether one more is one too many."""
        now = self._clock()
        self._left = min(_BURST, self._left + (now - self._at) * _PER_SECOND) - 1
        self._at = now
        return self._left < 0


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise MalformedError("no Unicode") from None


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else otherwise
