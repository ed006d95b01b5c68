"""A server on loopback with stub processes, and a visitor of it."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from lsexplorer.serve.access import LOOPBACK, Access
from lsexplorer.serve.server import Server, Settings

CODE = "kabo-nilu"
STUB = str(Path(__file__).with_name("stub_app.py"))


class Visitor:
    """Somebody with a browser, who has the code unless told otherwise."""

    def __init__(self, client: aiohttp.ClientSession, port: int) -> None:
        self.client, self.port = client, port
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"

    async def enter(self, code: str = CODE, **headers: str) -> int:
        """Give a code; the answer's status."""
        async with self.client.post("/enter", data=code, headers={"Origin": self.origin, **headers}) as answer:
            return answer.status

    async def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        """A page: its status and text."""
        async with self.client.get(path, headers=headers) as answer:
            return answer.status, await answer.text()

    @asynccontextmanager
    async def session(
        self, run: str = "", size: str = "?width=80&height=24", **headers: str
    ) -> AsyncIterator["Screen"]:
        """A session of the explorer."""
        headers = {"Origin": self.origin, **headers}
        async with self.client.ws_connect(f"/ws/{run}{size}", headers=headers) as websocket:
            yield Screen(websocket)


class Screen:
    """What a session shows."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.told: list[list[Any]] = []

    async def say(self, *message: object) -> None:
        """Send a message as the page does."""
        await self.websocket.send_str(json.dumps(message))

    async def frame(self) -> str:
        """The next frame."""
        async for message in self.websocket:
            if message.type is aiohttp.WSMsgType.BINARY:
                return message.data.decode().strip()
            self.told.append(json.loads(message.data))
        raise EOFError(self.told)

    async def next_told(self) -> list[Any]:
        """The next message to the page; frames are passed over."""
        async for message in self.websocket:
            if message.type is aiohttp.WSMsgType.TEXT:
                return json.loads(message.data)
        raise EOFError

    async def ending(self) -> tuple[str, str]:
        """Read to the end; the heading and the sentence that the page then shows."""
        while (told := await self.next_told())[0] != "ended":
            self.told.append(told)
        await self.websocket.close()
        return told[1], told[2]


@asynccontextmanager
async def serving(behaviour: str = "", **settings: Any) -> AsyncIterator[Visitor]:
    """A server with stub processes of some behaviour, and a visitor who has entered."""
    given = {"command": [sys.executable, "-S", "-E", STUB, behaviour], "access": Access(CODE, LOOPBACK)} | settings
    server = Server(Settings(port=0, **given))
    await server.start()
    try:
        jar = aiohttp.CookieJar(unsafe=True)  # it has an address for a name
        base = f"http://127.0.0.1:{server.port}"
        async with aiohttp.ClientSession(base, cookie_jar=jar) as client:
            visitor = Visitor(client, server.port)
            await visitor.enter()
            yield visitor
    finally:
        await server.stop()
