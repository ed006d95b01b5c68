"""Sessions, with a stub in the explorer's place, to the end, whatever the visitor or the process does."""

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from lsexplorer.serve.packets import unpacked
from lsexplorer.serve.session import CHOOSE_RUN, FLOODED, MALFORMED, STUCK, file_name
from lsexplorer.tui.open import shared
from tests.support.serving import Screen, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs process groups")


async def gone(pid: int) -> None:
    """Wait until a process is no more."""
    for _ in range(500):
        if not _lives(pid):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{pid} is still there")


def _lives(pid: int) -> bool:
    """Whether a process works; one whose parent has yet to hear of its end, which may take a second, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):  # not every system has /proc
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return True


async def started(screen: Screen) -> dict[str, Any]:
    """The stub's first frame."""
    return json.loads(await screen.frame())


async def test_keys_go_in_and_frames_come_out() -> None:
    async with (
        serving() as visitor,
        visitor.session("iris%3Fhidden%3D5%2F%25%23step%3D2", "?width=100000&height=40") as screen,
    ):
        first = await started(screen)
        assert first["run"] == "iris?hidden=5/%#step=2"
        assert first["size"] == "300x40"
        assert await screen.frame() == 'M {"type": "blur"}'
        await screen.say("stdin", "é")
        assert await screen.frame() == "D é"
        await screen.say("resize", {"width": 100_000, "height": 100_000})
        assert json.loads((await screen.frame())[2:]) == {"type": "resize", "width": 300, "height": 120}
        await screen.say("focus")
        assert await screen.frame() == 'M {"type": "focus"}'
        await screen.say("run", "{…}")
        assert json.loads((await screen.frame())[2:]) == {"type": "run", "text": "{…}"}
        await screen.say("ping", "17")
        assert await screen.next_told() == ["pong", "17"]
        await screen.websocket.close()
        await gone(first["pid"])


async def test_a_process_is_told_nothing_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET", "x")
    async with serving() as visitor, visitor.session() as screen:
        first = await started(screen)
        allowed = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "TERM", "COLUMNS", "ROWS", "LSEXPLORER_SERVER"}
        assert {
            name for name in first["environment"] if not name.startswith(("PYTHON", "TEXTUAL", "OPENBLAS"))
        } <= allowed
        assert os.getpgid(first["pid"]) == os.getsid(first["pid"]) == first["pid"]


async def test_files_come_with_a_name_alone() -> None:
    async with serving() as visitor, visitor.session() as screen:
        await started(screen)
        await screen.say("stdin", "address")  # of another host: not opened
        await screen.say("stdin", "file")
        assert await screen.next_told() == ["file", "run\\n.json", base64.b64encode(b"\0contents").decode()]
        await screen.say("stdin", "crash")
        assert (await screen.ending())[0] == "An error closed the explorer"
        assert screen.told == []


@pytest.mark.parametrize(("path", "name"), [
    ("/home/me/run.json", "run.json"),
    ("C:\\Windows\\run.json", "run.json"), ("../../.bashrc", "bashrc"),
    ("..", "lsexplorer.txt"),
    ("/", "lsexplorer.txt"), ("a" * 300 + ".json", "a" * 95 + ".json"),
    ("a\x1b[31m\u202e.json", "a\\x1b[31m\\u202e.json"),
])  # fmt: skip
def test_names_of_files(path: str, name: str) -> None:
    assert file_name(path) == name


@pytest.mark.parametrize("payload", [b"", b"d1:a1:be", b"t5:abce", b"t-1:abce", b"tx:abce", b"t3abce", b"t3:abc"])
def test_what_is_no_packed_tuple_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(payload)


def test_the_address_that_asks_for_a_file_is_known_on_both_sides() -> None:
    assert CHOOSE_RUN == shared.CHOOSE_RUN


@pytest.mark.parametrize(("behaviour", "heading", "text"), [
    ("refuses", "Could not start", "No run of that name."),
    ("fails", "Could not start", "An error ended the explorer; it is told where the server runs."),
])  # fmt: skip
async def test_the_page_says_why_a_session_could_not_start(
    behaviour: str, heading: str, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(behaviour) as visitor, visitor.session() as screen:
        assert await screen.ending() == (heading, text)
    assert ("a secret of the server" in capfd.readouterr().err) is (behaviour == "fails")


async def test_what_does_not_start_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.session.START_SECONDS", 0.1)
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    async with serving(f"waits for {tmp_path / 'nothing'}") as visitor, visitor.session() as screen:
        assert (await screen.ending())[0] == "Could not start"


async def test_leaving_is_told_apart_from_an_error() -> None:
    async with serving() as visitor, visitor.session() as screen:
        await started(screen)
        await screen.say("stdin", "leave")
        assert (await screen.ending())[0] == "You have left the explorer"


@pytest.mark.parametrize("message", ["no JSON", '["quit"]', b"bytes"])
async def test_a_malformed_message_ends_the_session(message: str | bytes) -> None:
    async with serving() as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        await (screen.websocket.send_str if isinstance(message, str) else screen.websocket.send_bytes)(message)
        assert await screen.ending() == (MALFORMED.heading, MALFORMED.text)
        await gone(pid)


async def test_a_message_of_any_length_ends_the_session() -> None:
    async with serving() as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        with contextlib.suppress(ConnectionError):
            await screen.say("run", "a" * 7_000_000)
        await gone(pid)


async def test_a_flood_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.messages._BURST", 50)
    async with serving() as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        for _ in range(500):
            await screen.say("ping", "1")
        assert await screen.ending() == (FLOODED.heading, FLOODED.text)
        await gone(pid)


async def test_a_process_that_reads_nothing_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    monkeypatch.setattr("lsexplorer.serve.process.MAX_WAITING_BYTES", 100_000)
    async with serving("stopped") as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        for _ in range(10):
            await screen.say("stdin", "a" * 60_000)
        assert await screen.ending() == (STUCK.heading, STUCK.text)
        await gone(pid)


async def test_a_process_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    async with serving("stays") as visitor:
        async with visitor.session() as screen:
            pid = (await started(screen))["pid"]
        await gone(pid)


async def test_a_visitor_that_takes_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pipe is full, and it says nothing any more."""
    monkeypatch.setattr("lsexplorer.serve.session.SEND_SECONDS", 0.2)
    monkeypatch.setattr("lsexplorer.serve.session._GOODBYE_SECONDS", 0.2)
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    async with serving("pours", sessions=1) as visitor:
        (cookie,) = visitor.client.cookie_jar
        reader, writer = await asyncio.open_connection("127.0.0.1", visitor.port, limit=1000)
        writer.write(
            f"GET /ws/ HTTP/1.1\r\nHost: {visitor.host}\r\nOrigin: {visitor.origin}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n"
            f"Cookie: {cookie.key}={cookie.value}\r\n\r\n".encode()
        )
        assert b"101" in await reader.readline()
        head = (await reader.readuntil(b'"environment"')).decode(errors="replace")
        await gone(int(head.partition('"pid": ')[2].partition(",")[0]))
        for _ in range(500):
            if (await visitor.get())[0] == 200:
                break
            await asyncio.sleep(0.01)
        assert (await visitor.get())[0] == 200, "its place is free again"
        writer.close()


async def test_a_visitor_that_vanishes_takes_its_process_along() -> None:
    async with serving() as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        connection: socket.socket = screen.websocket.get_extra_info("socket")
        with socket.socket(fileno=os.dup(connection.fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)
        await gone(pid)


async def test_the_last_place_is_the_last() -> None:
    async with serving(sessions=2) as visitor, visitor.session() as one:
        await started(one)
        async with visitor.session() as two:
            await started(two)
            status, page = await visitor.get()
            assert (status, "No place is free" in page) == (503, True)
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                async with visitor.session():
                    pass
            assert error.value.status == 503
        for _ in range(500):
            if (await visitor.get())[0] == 200:
                break
            await asyncio.sleep(0.01)
        assert (await visitor.get())[0] == 200


async def test_at_most_two_start_at_once(tmp_path: Path) -> None:
    async with (
        serving(f"waits for {tmp_path / 'go'}") as visitor,
        visitor.session() as one,
        visitor.session() as two,
        visitor.session() as three,
    ):
        assert await three.next_told() == ["waiting", 0]
        (tmp_path / "go").touch()
        await started(one)
        await started(two)
        await started(three)
        assert one.told == two.told == []


async def test_without_a_key_a_session_is_closed() -> None:
    async with serving(idle_seconds=0.3) as visitor, visitor.session() as screen:
        pid = (await started(screen))["pid"]
        await screen.say("stdin", "a")
        for _ in range(5):  # a page that only says that it is there
            await screen.say("ping", "1")
        assert (await screen.ending())[0] == "The session was closed"
        await gone(pid)


async def test_the_server_ends_its_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    async with serving("stays") as visitor:
        client = aiohttp.ClientSession(cookie_jar=visitor.client.cookie_jar)
        websocket = await client.ws_connect(f"{visitor.origin}/ws/", headers={"Origin": visitor.origin})
        screen = Screen(websocket)
        pid = (await started(screen))["pid"]
        ending = asyncio.create_task(screen.ending())
    assert (await ending)[0] == "The server was stopped"
    await gone(pid)
    await client.close()


async def test_a_group_is_killed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.process.QUIT_SECONDS", 0.1)
    code = "import subprocess as s; print(s.Popen(['sleep', '600'], stdout=s.DEVNULL).pid, flush=True); input()"
    from lsexplorer.serve.messages import Size
    from lsexplorer.serve.process import AppProcess

    process = await AppProcess.start([sys.executable, "-S", "-c", code], Size(80, 24))
    child = int(await process.output.readline())
    os.kill(process.pid, signal.SIGSTOP)
    await process.stop()
    await gone(child)
