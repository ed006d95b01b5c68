"""A session: a browser's connection and the process behind it, from the first frame to the end."""

import asyncio
import json
import sys
import time
from base64 import b64encode
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from aiohttp import WSMsgType, web

from lsexplorer.data.files import printable
from lsexplorer.serve.messages import Flood, Focus, Keys, MalformedError, Ping, RunFile, Size, parse_message
from lsexplorer.serve.packets import greeted, next_packet, unpacked
from lsexplorer.serve.process import AppProcess

START_SECONDS = 60.0
"""Within which the first frame must come."""
SEND_SECONDS = 20.0
"""Within which a browser must take what it is sent."""
MAX_FILE_BYTES, MAX_FILES = 2**23, 4
"""Of a file that is delivered, and how many are under way at once."""
CHOOSE_RUN = "lsexplorer:choose-run"
"""The address by which a process asks for the browser's dialog for files."""
_GOODBYE_SECONDS = 2.0
_FRAME_BYTES = 64
"""What is longer than this is a frame and no switch of the terminal's modes."""
_CHUNK = 2**16


class Ended(Exception):  # noqa: N818  # no error: the session is over
    """The session is over; a heading and a sentence for the visitor."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__(heading)
        self.heading, self.text = heading, text


LEFT = Ended("You have left the explorer", "What was not saved is gone.")
MALFORMED = Ended("The connection was closed", "The page sent something that the explorer does not understand.")
FLOODED = Ended("The connection was closed", "The page sent far more than a person types.")
STUCK = Ended("The explorer did not respond", "It was ended. What was not saved is gone.")
SLOW = Ended("The connection was closed", "This browser did not take what it was sent.")
FAILED = Ended("An error closed the explorer", "What was not saved is gone.")
STOPPED = Ended("The server was stopped", "What was not saved is gone.")


def idle(seconds: float) -> Ended:
    """After a time without a key."""
    minutes = f"{seconds / 60:g}"
    return Ended("The session was closed", f"There was no key for {minutes} minutes. What was not saved is gone.")


@dataclass
class _File:
    """A file on its way to the visitor."""

    name: str
    content: bytearray = field(default_factory=bytearray)


class Starts:
    """How many processes may be starting at once; the others wait in a queue."""

    def __init__(self, most: int) -> None:
        self._places, self.waiting = asyncio.Semaphore(most), 0

    @property
    def is_full(self) -> bool:
        """Whether the next one waits."""
        return self._places.locked()

    async def enter(self) -> None:
        """Wait for a place."""
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """Give the place to the next one."""
        self._places.release()


class Session:
    """One visitor's explorer."""

    def __init__(
        self, websocket: web.WebSocketResponse, command: Sequence[str], *, size: Size, idle_seconds: float
    ) -> None:
        self._websocket, self._command, self._size, self._idle = websocket, command, size, idle_seconds
        self._process: AppProcess | None = None
        self._focused, self._has_frame = False, asyncio.Event()
        self._last_key, self._flood = time.monotonic(), Flood()
        self._files: dict[str, _File] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()

    def end(self, reason: Ended) -> None:
        """End it, for a reason that the visitor is told."""
        if not self._over.done():
            self._over.set_result(reason)

    async def run(self, starts: Starts) -> None:
        """Show the explorer until it is left, the connection is lost, or something ends it."""
        parts = self._listen(), self._show(starts), self._watch()
        self._tasks = [asyncio.create_task(part) for part in parts]
        over: list[asyncio.Future[Any]] = [self._over, *self._tasks]
        await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                self.end(error if isinstance(error, Ended) else FAILED)
                if not isinstance(error, Ended | ConnectionError):
                    print(f"lsexplorer: a session failed: {error!r}", file=sys.stderr)
        if self._over.done():
            await self._say_goodbye(self._over.result())

    async def close(self) -> None:
        """End the process, and whatever else is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._process is not None:
            await self._process.stop()

    async def _say_goodbye(self, reason: Ended) -> None:
        with suppress(Ended, ConnectionError, RuntimeError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await self._tell("ended", reason.heading, reason.text)
                await self._websocket.close()

    async def _tell(self, *message: object) -> None:
        """Send a message of our own to the page."""
        await self._in_time(self._websocket.send_str(json.dumps(message)))

    async def _in_time(self, sending: Coroutine[Any, Any, None]) -> None:
        try:
            await asyncio.wait_for(sending, SEND_SECONDS)
        except TimeoutError:
            raise SLOW from None

    # From the browser

    async def _listen(self) -> None:
        """Hand on what the browser sends, until it is gone."""
        async for message in self._websocket:
            if message.type is not WSMsgType.TEXT:
                raise MALFORMED
            if self._flood.too_many():
                raise FLOODED
            try:
                await self._take(parse_message(message.data))
            except MalformedError:
                raise MALFORMED from None
            if self._process is not None and self._process.is_stuck:
                raise STUCK

    async def _take(self, message: Keys | Size | Focus | Ping | RunFile) -> None:
        process = self._process
        match message:
            case Ping(token):
                await self._tell("pong", token)
            case Focus(here):
                self._focused = here
                if process is not None:
                    process.send({"type": "focus" if here else "blur"})
            case Size():
                self._size = message
                if process is not None:
                    self._send_size(process)
            case Keys(data):
                self._last_key = time.monotonic()
                if process is not None:
                    process.send_keys(data)
            case RunFile(text):
                self._last_key = time.monotonic()
                if process is not None:
                    process.send({"type": "run", "text": text})

    def _send_size(self, process: AppProcess) -> None:
        process.send({"type": "resize", "width": self._size.columns, "height": self._size.rows})

    # To the browser

    async def _show(self, starts: Starts) -> None:
        """Start the process when it is its turn, and show what it draws."""
        if starts.is_full:
            await self._tell("waiting", starts.waiting)
        await starts.enter()
        try:
            size = self._size
            self._process = process = await AppProcess.start(self._command, size)
            showing = asyncio.create_task(self._show_output(process))
            try:
                frame = asyncio.create_task(self._has_frame.wait())
                await asyncio.wait([showing, frame], timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                frame.cancel()
            except asyncio.CancelledError:
                showing.cancel()
                raise
        finally:
            starts.leave()
        try:
            if not self._has_frame.is_set():
                if not showing.done():
                    raise Ended("Could not start", "It took too long: the machine is busy. Try again in a minute.")
                raise await self._no_start(process)
            if self._size != size:
                self._send_size(process)
            process.send({"type": "focus" if self._focused else "blur"})
            await showing
            status, complaint = await process.ended()
        finally:
            showing.cancel()
        if status:
            _report(complaint)
        raise FAILED if status else LEFT

    async def _no_start(self, process: AppProcess) -> Ended:
        """Why there was no frame: a refusal of the program's own, or an error, which is told on standard error."""
        status, complaint = await process.ended()
        last = complaint.strip().rpartition("\n")[2]
        if status == 2 and last.startswith("lsexplorer: "):
            reason = last.removeprefix("lsexplorer: ")
            return Ended("Could not start", f"{reason[:1].upper()}{reason[1:]}.")
        _report(complaint)
        return Ended("Could not start", "An error ended the explorer; it is told where the server runs.")

    async def _show_output(self, process: AppProcess) -> None:
        if not await greeted(process.output):
            return
        while packet := await next_packet(process.output):
            if packet.kind == b"D":
                await self._in_time(self._websocket.send_bytes(packet.payload))
                if len(packet.payload) > _FRAME_BYTES:
                    self._has_frame.set()
            elif packet.kind == b"M":
                await self._take_meta(process, json.loads(packet.payload))
            else:
                await self._take_chunk(process, *unpacked(packet.payload))

    async def _take_meta(self, process: AppProcess, message: dict[str, object]) -> None:
        if message["type"] == "open_url" and message["url"] == CHOOSE_RUN:  # no other address is opened
            await self._tell("choose")
        elif message["type"] == "deliver_file_start" and len(self._files) < MAX_FILES:
            key = str(message["key"])
            self._files[key] = _File(file_name(str(message["path"])))
            self._ask_for_chunk(process, key)

    def _ask_for_chunk(self, process: AppProcess, key: str) -> None:
        process.send({"type": "deliver_chunk_request", "key": key, "size": _CHUNK, "name": None})

    async def _take_chunk(self, process: AppProcess, kind: bytes, key: bytes, chunk: bytes) -> None:
        name = key.decode()
        file = self._files.get(name)
        if kind != b"deliver_chunk" or file is None:
            return
        file.content += chunk
        if len(file.content) > MAX_FILE_BYTES:
            del self._files[name]
        elif chunk:
            self._ask_for_chunk(process, name)
        else:
            del self._files[name]
            await self._tell("file", file.name, b64encode(file.content).decode())

    # What goes on meanwhile

    async def _watch(self) -> None:
        """End the session when there was no key for a while."""
        while (left := self._last_key + self._idle - time.monotonic()) > 0:
            await asyncio.sleep(left)
        raise idle(self._idle)


def file_name(path: str) -> str:
    """The name under which a file is delivered: no folder, nothing that a terminal or a shell takes for more."""
    name = printable(PurePath(path.replace("\\", "/")).name).lstrip(".").strip()
    return name[-100:] or "lsexplorer.txt"


def _report(complaint: str) -> None:
    if complaint.strip():
        print(f"lsexplorer: a session ended with an error:\n{complaint.rstrip()}", file=sys.stderr)
