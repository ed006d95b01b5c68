"""Who comes in: codes, cookies, hosts and origins."""

import aiohttp
import pytest
import yarl

from lsexplorer.serve.access import LOOPBACK, MAX_WRONG, WAIT_SECONDS, Access, is_own_origin, speakable_code
from tests.support.serving import serving


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_codes_are_random_and_can_be_said_aloud() -> None:
    codes = {speakable_code() for _ in range(100)}
    assert len(codes) == 100
    for code in codes:
        words = code.split("-")
        assert len(words) == 3
        assert all(len(word) == 4 and set(word[1::2]) <= set("aeiou") for word in words)


def test_a_code_may_be_written_as_it_is_heard() -> None:
    access = Access("kabo-nilu", LOOPBACK)
    assert access.accepts("1.2.3.4", "Kabo Nilu")
    assert not access.accepts("1.2.3.4", "kabo-nil")
    assert not access.accepts("1.2.3.4", "")


@pytest.mark.parametrize(("first", "second", "shared"), [
    ("1.2.3.4", "1.2.3.4", True), ("1.2.3.4", "1.2.3.5", False),
    ("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
    ("::ffff:1.2.3.4", "::ffff:1.2.3.5", False),
])  # fmt: skip
def test_after_ten_wrong_codes_an_address_waits_a_minute(first: str, second: str, shared: bool) -> None:
    clock = Clock()
    access = Access("kabo-nilu", LOOPBACK, clock)
    for _ in range(MAX_WRONG):
        assert not access.waits(second)
        assert not access.accepts(first, "guess")
    assert access.waits(second) is shared
    assert access.accepts(second, "kabo-nilu") is not shared
    assert not access.accepts(first, "kabo-nilu")
    clock.now += WAIT_SECONDS
    assert access.accepts(first, "kabo-nilu")


def test_addresses_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsexplorer.serve.access.MAX_ADDRESSES", 3)
    clock = Clock()
    access = Access("kabo-nilu", LOOPBACK, clock)
    for number in range(50):
        clock.now += 1
        access.accepts(f"1.2.3.{number}", "guess")
    assert len(access._wrong) <= 3  # noqa: SLF001


@pytest.mark.parametrize(("host", "known"), [
    ("127.0.0.1:8000", True), ("LOCALHOST", True), ("[::1]:8000", True), ("localhost.", True),
    ("evil.example", False), ("127.0.0.1.evil.example", False), ("", False), (None, False), ("[::1", False),
    ("@localhost:a@b", False),
])  # fmt: skip
def test_hosts(host: str | None, known: bool) -> None:
    assert Access("kabo-nilu", LOOPBACK).knows_host(host) is known


@pytest.mark.parametrize(("origin", "host", "own"), [
    ("http://localhost:8000", "localhost:8000", True), ("https://LOCALHOST", "localhost", True),
    ("http://localhost:8001", "localhost:8000", False), ("null", "localhost", False), (None, "localhost", False),
    ("", "", False), ("http://evil.example", "localhost", False), ("file://localhost", "localhost", False),
    ("http://[localhost", "localhost", False), ("http://localhost@evil.example", "localhost", False),
])  # fmt: skip
def test_origins(origin: str | None, host: str, own: bool) -> None:
    assert is_own_origin(origin, host) is own


async def test_a_strange_page_reaches_nothing() -> None:
    async with serving() as visitor:
        refused = [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
        for headers in refused:
            assert (await visitor.get(**headers))[0] == 403
            assert await visitor.enter(**headers) == 403
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                async with visitor.session(**headers):
                    pass
            assert error.value.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with visitor.client.ws_connect("/ws/"):
                pass
        async with visitor.client.post("/enter", data="kabo-nilu") as answer:
            assert answer.status == 403


async def test_without_the_code_there_is_a_question_and_no_session() -> None:
    async with serving() as visitor:
        cookies = {cookie.key: cookie for cookie in visitor.client.cookie_jar}
        (cookie,) = cookies.values()
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", "")
        visitor.client.cookie_jar.clear()
        for forged in ({}, {cookie.key: "x"}, {cookie.key: "é"}, {"other": cookie.value}):
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in forged.items())}
            status, page = await visitor.get(**headers)
            assert (status, "Access code" in page) == (401, True)
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                async with visitor.session(**headers):
                    pass
            assert error.value.status == 401


async def test_guesses_have_an_end() -> None:
    async with serving() as visitor:
        visitor.client.cookie_jar.clear()
        assert [await visitor.enter("guess") for _ in range(MAX_WRONG)] == [403] * MAX_WRONG
        assert await visitor.enter() == 429
        assert (await visitor.get())[0] == 401


async def test_pages_load_nothing_from_elsewhere_and_can_be_framed_by_nobody() -> None:
    async with serving(sessions=1) as visitor:
        pages = []
        for path in ("/", "/static/page.js", "/static/page.css", "/static/enter.js", "/nothing"):
            async with visitor.client.get(path) as answer:
                text, headers = await answer.text(), answer.headers
            pages.append(text)
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == ("private, max-age=600" if "static" in path else "no-store")
        assert not any("//" in text.replace("// ", "").replace("://elsewhere", "") for text in pages)
        nonces = {(await visitor.get())[1].partition('nonce="')[2].partition('"')[0] for _ in range(3)}
        assert len(nonces) == 3


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/..%2fserver.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/", "/etc/passwd"],
)
async def test_no_name_leads_to_a_file_of_the_server(path: str) -> None:
    async with serving() as visitor, visitor.client.get(yarl.URL(f"{visitor.origin}{path}", encoded=True)) as answer:
        assert answer.status == 404
