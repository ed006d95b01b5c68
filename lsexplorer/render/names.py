"""Names in little room: shortened so that one still tells them apart."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile


def shortened(name: str, room: int) -> str:
    """A name in at most ``room`` characters: its middle is left out, since names often differ at their ends."""
    if len(name) <= room:
        return name
    end = max(0, room - 1) // 2
    return f"{name[: room - 1 - end]}…{name[len(name) - end :]}"


def told_apart(names: Sequence[str], room: int) -> list[str]:
    """Names in at most ``room`` characters: those too long lose an end that all share before they lose their middle."""
    if all(len(name) <= room for name in names):
        return list(names)
    ends = takewhile(lambda letters: len(set(letters)) == 1, zip(*(reversed(name) for name in names), strict=False))
    same = "".join(letters[0] for letters in ends) if len(names) > 1 else ""
    end = len(same.rstrip("0123456789"))  # a number is not cut in two
    return [shortened(name[: len(name) - end] + "…" if end > 1 and len(name) > end else name, room) for name in names]


@lru_cache(maxsize=16)
def short_names(names: tuple[str, ...], room: int) -> list[str]:
    """`told_apart`, kept, since a table asks for every cell."""
    return told_apart(names, room)
