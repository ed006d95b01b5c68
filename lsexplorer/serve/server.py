"""The web server: its pages, who is let in, and how many sessions there are."""

import asyncio
import secrets
import signal
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from urllib.parse import quote, unquote

from aiohttp import web

from lsexplorer.serve.access import Access, is_own_origin
from lsexplorer.serve.messages import MAX_BYTES, Size
from lsexplorer.serve.session import STOPPED, Session, Starts

STARTS_AT_ONCE = 2
MAX_RUN_TEXT = 4000
"""Characters of a run in a link."""
_MAX_CODE = 1000
"""Bytes of a code that is entered."""
_CLOSE_SECONDS = 10.0
"""In which sessions end when the server does; each is killed before that."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATIC = {
    "page.js": ("lsexplorer.serve", "static/page.js", "text/javascript"),
    "page.css": ("lsexplorer.serve", "static/page.css", "text/css"),
    "enter.js": ("lsexplorer.serve", "static/enter.js", "text/javascript"),
    "textual.js": ("textual_serve", "static/js/textual.js", "text/javascript"),
    "xterm.css": ("textual_serve", "static/css/xterm.css", "text/css"),
    "RobotoMono.ttf": ("textual_serve", "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "RobotoMono-Italic.ttf": ("textual_serve", "static/fonts/RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""What a page loads: name → package, file in it, and kind."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""The terminal in the page makes style sheets as it runs; scripts are those of the page alone."""


@dataclass(frozen=True)
class Settings:
    """How to serve."""

    command: Sequence[str]
    """Starts a session's process, with the text of the run in the visitor's link, '' for none, as its last argument."""
    access: Access
    host: str = "127.0.0.1"
    port: int = 8000
    """0 for any free one."""
    sessions: int = 32
    """At once."""
    idle_seconds: float = 1800.0
    """After so long without a key a session is closed."""
    tls: ssl.SSLContext | None = None


class Server:
    """Serves the explorer."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._access = settings, settings.access
        self._sessions: set[Session] = set()
        self._closing: set[asyncio.Task[None] | None] = set()
        self._taken = 0
        self._starts = Starts(STARTS_AT_ONCE)
        self._static = {
            name: (files(package).joinpath(file).read_bytes(), kind) for name, (package, file, kind) in _STATIC.items()
        }
        app = web.Application(middlewares=[self._guarded], client_max_size=_MAX_CODE)
        app.add_routes([
            web.get("/", self._page),
            web.post("/enter", self._enter),
            web.get("/ws/{run:.*}", self._connect),
            web.get("/static/{name}", self._file),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_CLOSE_SECONDS)
        self.port = settings.port
        """That it listens on, once it has started."""

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port, ssl_context=self._settings.tls)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """End all sessions, and stop."""
        for session in self._sessions:
            session.end(STOPPED)
        await self._runner.cleanup()
        await asyncio.gather(*filter(None, self._closing))

    async def serve(self, started: Callable[[], None]) -> int:
        """Serve until a signal ends it; the signal's number. started: called when it listens."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        numbers: list[int] = []

        def end(number: int) -> None:
            numbers.append(number)
            over.set()

        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
                loop.add_signal_handler(number, end, number)
        await self.start()
        try:
            started()
            await over.wait()
        finally:
            await self.stop()
        return numbers[0]

    # What every request goes through

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests that name another host or come from another site's page; add the headers to answers."""
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        needs_origin = request.method != "GET" or request.path.startswith("/ws/")
        if not self._access.knows_host(host):
            response: web.StreamResponse = _text(403, "This server does not go by that name.")
        elif (needs_origin or origin is not None) and not is_own_origin(origin, host):
            response = _text(403, "This request comes from another site.")
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = _text(error.status, error.reason)
        if not response.prepared:
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=secrets.token_urlsafe(16)))
        return response

    @property
    def _cookie_name(self) -> str:
        """Cookies do not distinguish ports."""
        return f"lsexplorer_{self.port}"

    def _is_known(self, request: web.Request) -> bool:
        return self._access.is_cookie(request.cookies.get(self._cookie_name))

    @property
    def _is_full(self) -> bool:
        return self._taken >= self._settings.sessions

    # Pages

    async def _page(self, request: web.Request) -> web.StreamResponse:
        """The explorer; before that the question for the code, and 'full' where there is no place."""
        query = request.rel_url.raw_query_string
        if not self._is_known(request):
            return _html("enter.html", 401)
        if self._is_full:
            return _html("full.html", 503, sessions=str(self._settings.sessions))
        run = run_in(query)
        if len(run) > MAX_RUN_TEXT:
            return _text(414, "The run in the link is too long.")
        return _html("page.html", 200, run=quote(run, safe=""))

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Check a code; the right one brings the cookie."""
        address = request.remote or ""
        code = (await request.read()).decode("utf-8", "replace")
        if self._access.waits(address):
            return _text(429, "Too many wrong codes: wait a minute.")
        if not self._access.accepts(address, code):
            return _text(403, "That is not the code.")
        answer = _text(200, "Come in.")
        answer.set_cookie(
            self._cookie_name,
            self._access.cookie,
            httponly=True,
            samesite="Strict",
            secure=self._settings.tls is not None,
            path="/",
        )
        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A script, a style sheet or a font of the pages."""
        if request.match_info["name"] not in self._static:
            raise web.HTTPNotFound
        content, kind = self._static[request.match_info["name"]]
        return web.Response(body=content, content_type=kind, headers={"Cache-Control": "private, max-age=600"})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """A session, as long as the browser is there."""
        if not self._is_known(request):
            raise web.HTTPUnauthorized
        if self._is_full:
            raise web.HTTPServiceUnavailable
        run = request.match_info["run"]
        if len(run) > MAX_RUN_TEXT or "\0" in run:
            raise web.HTTPBadRequest
        websocket = web.WebSocketResponse(heartbeat=20, max_msg_size=MAX_BYTES)
        if not websocket.can_prepare(request):
            raise web.HTTPBadRequest
        self._taken += 1
        try:
            await websocket.prepare(request)
            size = Size.of_texts(request.query.get("width"), request.query.get("height"))
            session = Session(
                websocket, [*self._settings.command, run], size=size, idle_seconds=self._settings.idle_seconds
            )
        except BaseException:
            self._taken -= 1
            raise
        self._sessions.add(session)
        try:
            await session.run(self._starts)
        finally:
            closing = asyncio.create_task(self._close(session))  # goes on even if this handler is cancelled
            self._closing.add(closing)
            await asyncio.shield(closing)
        if request.transport is not None:
            request.transport.abort()  # of a browser that takes nothing, what waits for it would wait for ever
        return websocket

    async def _close(self, session: Session) -> None:
        try:
            await session.close()
        finally:
            self._taken -= 1
            self._sessions.discard(session)
            self._closing.discard(asyncio.current_task())


def run_in(query: str) -> str:
    """The run in the query of a link: ?run=TEXT in the quoting of links, or the text itself."""
    if query.startswith("run="):
        return unquote(query[4:].partition("&")[0].replace("+", " "))
    return query if "?" in query else unquote(query)


def _html(name: str, status: int, **values: str) -> web.Response:
    """A page of ours, with a nonce of its own for its scripts."""
    nonce = secrets.token_urlsafe(16)
    text = files("lsexplorer.serve").joinpath("static", name).read_text(encoding="utf-8")
    page = Template(text).substitute(values, nonce=nonce)
    headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
    return web.Response(text=page, status=status, content_type="text/html", headers=headers)


def _text(status: int, text: str) -> web.Response:
    return web.Response(text=f"{text}\n", status=status)
