"""What `lsexplorer serve` refuses before it listens, or where it cannot."""

import socket
import sys

import pytest

from lsexplorer.limits import LIMITS
from tests.support.command import refused, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs Linux or macOS")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--code", "a-1"], ["--code", "4"]),
        (["--host", "a..b"], ["--host", "a..b", "127.0.0.1"]),
        (["--host", "a" * 64], ["--host", "127.0.0.1"]),
        (["--host", "192.0.2.1"], ["192.0.2.1:0", "--host"]),
        (["--cert", "cert.pem"], ["--key"]),
        (["--key", "key.pem"], ["--cert"]),
        (["--cert", "missing.pem", "--key", "missing.pem"], ["missing.pem"]),
        (["--port", "65536"], ["65535"]),
        (["--sessions", "0"], ["1"]),
        (["--max-parameters", "10"], ["43", "10"]),
    ],
    ids=lambda value: " ".join(value)[:24],
)
def test_what_cannot_be_served_is_refused(
    arguments: list[str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMITS, "max_parameters", LIMITS.max_parameters)  # else it stays for the tests after this
    refused(run("serve", "iris", "--port", "0", *arguments), *words)


def test_standard_input_cannot_be_read_for_each_visitor() -> None:
    refused(run("serve", "-", "--port", "0"), "standard input", "file")


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(run("serve", "iris", "--port", port), f"127.0.0.1:{port}", "--port")
