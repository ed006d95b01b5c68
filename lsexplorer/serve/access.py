"""Who may come in: the access code, how often it may be guessed, and which hosts a request may name."""

import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

MAX_WRONG = 10
"""Wrong codes from one address, after which it waits."""
WAIT_SECONDS = 60.0
"""How long it waits."""
MAX_ADDRESSES = 10_000
"""Addresses whose wrong codes are remembered."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names by which this machine calls itself."""
_CONSONANTS, _VOWELS, _WORDS = "bdfgklmnprstvz", "aeiou", 3


def speakable_code() -> str:
    """A random code of three words that can be said aloud, such as kabo-nilu-sefi: about 37 bits."""
    words = (
        "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS))
        for _ in range(_WORDS)
    )
    return "-".join(words)


class Access:
    """The code, the cookie that stands for it, and the hosts that may be named."""

    def __init__(self, code: str, hosts: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        """hosts: names and addresses without a port. clock: seconds."""
        self._code, self._clock = _plain(code), clock
        self._hosts = {host.lower().rstrip(".") for host in hosts}
        self._cookie = secrets.token_urlsafe(32)
        self._wrong: dict[str, tuple[int, float]] = {}

    @property
    def cookie(self) -> str:
        """What the browser of a visitor who has given the code sends."""
        return self._cookie

    def is_cookie(self, value: str | None) -> bool:
        """Whether a request comes from such a browser."""
        return value is not None and hmac.compare_digest(value.encode("utf-8", "replace"), self._cookie.encode())

    def knows_host(self, host: str | None) -> bool:
        """Whether a Host header names this server; another one may be a trick by which a strange page reaches it."""
        return _name(host or "") in self._hosts

    def waits(self, address: str) -> bool:
        """Whether an address has given too many wrong codes, and must wait."""
        count, since = self._wrong.get(_network(address), (0, 0.0))
        return count >= MAX_WRONG and self._clock() - since < WAIT_SECONDS

    def accepts(self, address: str, code: str) -> bool:
        """Whether a code is right; a wrong one is counted."""
        if self.waits(address):
            return False
        key = _network(address)
        if hmac.compare_digest(_plain(code).encode("utf-8", "replace"), self._code.encode()):
            self._wrong.pop(key, None)
            return True
        count, since = self._wrong.get(key, (0, 0.0))
        if self._clock() - since >= WAIT_SECONDS:
            count = 0
        if len(self._wrong) >= MAX_ADDRESSES:
            self._forget()
        self._wrong[key] = count + 1, self._clock()
        return False

    def _forget(self) -> None:
        """Forget the addresses that need not wait; if there are none, the one that has waited longest."""
        now = self._clock()
        self._wrong = {key: entry for key, entry in self._wrong.items() if now - entry[1] < WAIT_SECONDS}
        if len(self._wrong) >= MAX_ADDRESSES:
            del self._wrong[min(self._wrong, key=lambda key: self._wrong[key][1])]


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Whether an Origin header is that of a page of this server: it has the host and port of the Host header."""
    if not origin or not host:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server on such a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _plain(code: str) -> str:
    """A code as it is compared: without case, spaces and hyphens."""
    return "".join(letter for letter in code.casefold() if letter not in " -_")


def _name(host: str) -> str:
    """The name in a Host header, '' for none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _network(address: str) -> str:
    """An address as it is counted: of an IPv6 one the network, all of which one person has."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped is None:
        return str(ipaddress.ip_network((number, 64), strict=False))
    return str(number)
