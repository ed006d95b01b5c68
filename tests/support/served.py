"""The command `lsexplorer serve` with the real explorer, and a visitor whose screen is read through pyte."""

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pyte

from tests.support.command import hears_signals
from tests.support.serving import CODE, Screen, Visitor

ROOT = str(Path(__file__).parents[2])
SECONDS = 300.0
"""To wait for what must come, on a machine however slow."""


@contextmanager
def command(*arguments: str, cwd: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server in a process of its own, and its port."""
    started = [sys.executable, "-m", "lsexplorer", "serve", *arguments, "--port", "0", "--code", CODE]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    with subprocess.Popen(
        started, stdout=subprocess.PIPE, text=True, env=environment, cwd=cwd, preexec_fn=hears_signals
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.endswith(f"/  code: {CODE}\n"), line
            yield process, int(line.partition("/  ")[0].rpartition(":")[2])
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


class Terminal:
    """A visitor's screen."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._pyte = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self._pyte)

    @property
    def text(self) -> str:
        """What it shows."""
        return "\n".join(self._pyte.display)

    async def press(self, keys: str) -> None:
        """Type."""
        await self.screen.say("stdin", keys)

    async def wait_for(self, seen: str | Callable[[str], bool]) -> str:
        """Read until the screen shows a text, or fulfils a condition; what it shows then."""
        shows: Callable[[str], bool] = (lambda text: seen in text) if isinstance(seen, str) else seen
        end = time.monotonic() + SECONDS
        while not shows(self.text):
            message = await asyncio.wait_for(self.screen.websocket.receive(), end - time.monotonic())
            if message.type is aiohttp.WSMsgType.BINARY:
                self._stream.feed(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self.screen.told.append(message.json())
            else:
                raise EOFError(f"{self.screen.told}\n{self.text}")
        return self.text

    async def file(self) -> tuple[str, bytes]:
        """The file that is delivered next: its name and contents."""
        while not any(told[0] == "file" for told in self.screen.told):
            message = await self.screen.websocket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                self.screen.told.append(message.json())
            else:
                self._stream.feed(message.data)
        (told,) = [told for told in self.screen.told if told[0] == "file"]
        self.screen.told.remove(told)
        return told[1], base64.b64decode(told[2])


@asynccontextmanager
async def visiting(port: int) -> AsyncIterator[Visitor]:
    """A visitor who has given the code."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar) as client:
        visitor = Visitor(client, port)
        assert await visitor.enter() == 200
        yield visitor


@asynccontextmanager
async def opened(visitor: Visitor, run: str = "") -> AsyncIterator[Terminal]:
    """A session of 120 × 40."""
    async with visitor.session(quote(run, safe=""), "?width=120&height=40") as screen:
        yield Terminal(screen)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have, on Linux."""
    with contextlib.suppress(OSError):
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return children + [deeper for child in children for deeper in descendants(child)]
    return []
