"""The explorer in browsers: start, memory and answer of many sessions, and a key's way to a painted frame.

python -m benchmarks.serve [SESSIONS [SECONDS]]

Each of SESSIONS visitors, all on this machine, steps once a second for SECONDS. The last line needs Chromium.
"""

import asyncio
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.served import command, descendants, visiting
from tests.support.serving import CODE, Visitor

KEYS = 40
_FRAME = 64
"""Bytes; what is shorter only switches a mode of the terminal."""


class Student:
    """A visitor who steps once a second."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.answers: list[float] = []
        self._pressed = 0.0
        self.frames = 0

    async def read(self) -> None:
        """Take frames until the connection ends; the first one after a key is its answer."""
        async for message in self.websocket:
            if message.type is aiohttp.WSMsgType.BINARY and len(message.data) > _FRAME:
                self.frames += 1
                if self._pressed:
                    self.answers.append(time.perf_counter() - self._pressed)
                    self._pressed = 0.0

    async def step(self) -> None:
        """Press space."""
        self._pressed = time.perf_counter()
        await self.websocket.send_str('["stdin", " "]')


def memory(pids: Sequence[int]) -> float:
    """Mean memory of processes in MB, what they share being shared among them (PSS)."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000 / len(pids)


async def lesson(visitor: Visitor, server: int, sessions: int, seconds: float) -> None:
    """Open the sessions at once, step in each of them, and print what was seen."""
    headers, address = {"Origin": visitor.origin}, "/ws/?width=120&height=40"
    started = time.perf_counter()
    websockets = [await visitor.client.ws_connect(address, headers=headers) for _ in range(sessions)]
    students = [Student(websocket) for websocket in websockets]
    readers = [asyncio.create_task(student.read()) for student in students]
    while not all(student.frames for student in students):
        await asyncio.sleep(0.05)
    print(f"{sessions} sessions opened at once have their first frame after {time.perf_counter() - started:.1f} s")
    await asyncio.sleep(3)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for student in students:
            await student.step()
            await asyncio.sleep(1 / sessions)
    await asyncio.sleep(1)
    pids = descendants(server)
    dropped = sum(reader.done() for reader in readers)
    answers = [1000 * answer for student in students for answer in student.answers]
    middle, late = statistics.median(answers), statistics.quantiles(answers, n=20)[-1]
    print(f"{seconds:g} s of a step a second each: {dropped} of the sessions dropped, {len(answers):,} answers")
    print(f"key to the next frame: median {middle:.0f} ms, 19 of 20 within {late:.0f} ms")
    print(f"memory: {memory(pids):.0f} MB a session, of {len(pids)} processes")
    for websocket in websockets:
        await websocket.close()


PAINTED = """() => new Promise((done) => {
    const begin = performance.now();
    const heard = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
    window.benchmarkSocket.addEventListener("message", heard, {once: true});
    window.benchmarkSocket.send('["stdin", " "]');
})"""
"""Press space, and wait until the browser has drawn what came of it: two frames of the screen's later."""
CATCH = """const Plain = WebSocket;
window.WebSocket = class extends Plain { constructor(...a) { super(...a); window.benchmarkSocket = this; } };"""


def painted(port: int) -> None:
    """Print how long a key takes to a painted frame in Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or find_spec("playwright") is None:
        print("no Chromium or no Playwright: a key's way to a painted frame was not measured")
        return
    from playwright import sync_api

    api: Any = sync_api
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.add_init_script(CATCH)
        page.goto(f"http://127.0.0.1:{port}/#{CODE}")
        page.wait_for_selector("#cover", state="hidden", timeout=60_000)
        page.wait_for_timeout(3000)
        times = []
        for _ in range(KEYS):
            times.append(page.evaluate(PAINTED))
            page.wait_for_timeout(400)
        print(f"key to painted frame in Chromium, median of {KEYS}: {statistics.median(times):.0f} ms")
        browser.close()


async def classroom(process: int, port: int, sessions: int, seconds: float) -> None:
    """The lesson."""
    async with visiting(port) as visitor:
        await lesson(visitor, process, sessions, seconds)


def main() -> None:
    """Print all of it."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with command("--sessions", str(sessions)) as (process, port):
        asyncio.run(classroom(process.pid, port, sessions, seconds))
    with command() as (_, port):
        painted(port)


if __name__ == "__main__":
    main()
