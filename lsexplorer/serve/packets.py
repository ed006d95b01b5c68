"""The packets between the server and a session's process, as Textual's web driver reads and writes them.

A packet is a letter (D: what a terminal gets, or types; M: a JSON object; P: a packed tuple), the length of what
follows in four bytes, big end first, and so many bytes.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import NamedTuple

HELLO = b"__GANGLION__\n"
"""The line after which packets come."""
MAX_PACKET = 2**26
_MAX_LINES = 20


class Packet(NamedTuple):
    """One packet."""

    kind: bytes
    payload: bytes


def data_packet(keys: bytes) -> bytes:
    """Keys, for the process."""
    return _packet(b"D", keys)


def meta_packet(message: Mapping[str, object]) -> bytes:
    """A message, for the process."""
    return _packet(b"M", json.dumps(message).encode())


def _packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


async def greeted(reader: asyncio.StreamReader) -> bool:
    """Whether a process says hello; what it prints before that is passed over."""
    for _ in range(_MAX_LINES):
        try:
            line = await reader.readline()
        except ValueError:  # a line without end
            return False
        if line == HELLO or not line:
            return line == HELLO
    return False


async def next_packet(reader: asyncio.StreamReader) -> Packet | None:
    """The next packet, None at the end; raises ValueError for what is none."""
    try:
        head = await reader.readexactly(5)
        size = int.from_bytes(head[1:], "big")
        if head[:1] not in (b"D", b"M", b"P") or size > MAX_PACKET:
            raise ValueError("no packet")
        return Packet(head[:1], await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def unpacked(payload: bytes) -> tuple[bytes, ...]:
    """The texts of a packed tuple, ``t…e`` around entries ``s5:…`` or ``5:…``; raises ValueError for another value."""
    if payload[:1] != b"t" or payload[-1:] != b"e":
        raise ValueError("no packed tuple")
    entries, at = [], 1
    while at < len(payload) - 1:
        at += payload[at : at + 1] == b"s"
        colon = payload.index(b":", at)
        size = int(payload[at:colon])
        at = colon + 1 + size
        if size < 0 or at > len(payload) - 1:
            raise ValueError("a packed text is too long")
        entries.append(payload[colon + 1 : at])
    return tuple(entries)
