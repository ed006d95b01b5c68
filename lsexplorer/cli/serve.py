"""`lsexplorer serve`: the explorer in browsers, a session for each visitor."""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import sys
import webbrowser
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from lsexplorer.cli.common import open_trainer
from lsexplorer.cli.options import long_option, source_argument, training_options
from lsexplorer.data import Dataset
from lsexplorer.data.files import shown
from lsexplorer.data.load import files_read
from lsexplorer.data.unpack import STANDARD_INPUT
from lsexplorer.errors import InputError

if TYPE_CHECKING:
    from lsexplorer.serve.server import Server, Settings

_MIN_CODE = 4
_ALL = ("0.0.0.0", "::", "")


@click.command()
@source_argument("[DATA|RUN.json]")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N", help="Its port.")
@click.option("--code", metavar="WORD", help="The access code.  [three random words]")
@click.option("--allow-host", multiple=True, metavar="NAME", help="Another name of this machine; again for more.")
@click.option(
    "--sessions", type=click.IntRange(1, 1000), default=32, show_default=True, metavar="N", help="Visitors at once."
)
@click.option(
    "--idle",
    type=click.FloatRange(0.1, 1440),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="Close a session after so long without a key.",
)
@click.option(
    "--max-parameters",
    type=click.IntRange(1, 20_000_000),
    default=200_000,
    show_default=True,
    metavar="N",
    help="Most parameters of a network.",
)
@click.option("--cert", metavar="FILE", help="A certificate, for https; with --key.")
@click.option("--key", metavar="FILE", help="Its private key.")
@click.option("--open", "opens", is_flag=True, help="Open it in this machine's browser.")
@long_option
@training_options
def serve(
    source: str,
    host: str,
    port: int,
    code: str | None,
    allow_host: tuple[str, ...],
    sessions: int,
    idle: float,
    max_parameters: int,
    cert: str | None,
    key: str | None,
    opens: bool,
    long: bool,
    **options: Any,
) -> None:
    """Show the explorer in browsers, to whoever has the access code.

    Every visitor has a session of their own, in a process of its own, which begins with the run that is named here.
    What a visitor saves goes to their browser; no file of this machine is read but the data, and none is written.
    """
    if sys.platform == "win32":
        raise InputError("serve needs Linux or macOS; in WSL it runs on Windows too")
    if not (find_spec("aiohttp") and find_spec("textual_serve")):
        raise InputError("serve needs two more packages: pip install 'lsexplorer[web]'")
    if STANDARD_INPUT in (source, options["test_file"]):
        raise InputError("serve reads the data again for each visitor, so not from standard input: give it a file")
    if code is not None and sum(letter.isalnum() for letter in code) < _MIN_CODE:
        raise InputError(f"--code must have at least {_MIN_CODE} letters or digits")
    try:
        host.encode("idna")
    except UnicodeError:
        raise InputError(f"--host: {shown(host)} is not a host's name or address; it is like 127.0.0.1") from None
    from lsexplorer.limits import LIMITS
    from lsexplorer.run.share import record_text
    from lsexplorer.serve.access import LOOPBACK, Access, is_loopback, speakable_code
    from lsexplorer.serve.server import Server, Settings

    LIMITS.max_parameters = max_parameters
    trainer = open_trainer(source, options, long)
    tls, record = _tls(cert, key), trainer.record()
    data, files = _beside(record.data)
    asked = {"run": record_text(replace(record, data=data)), "files": files, "max_parameters": max_parameters}
    code = code or speakable_code()
    names = _own_names() if host in _ALL else [host]
    settings = Settings(
        command=[sys.executable, "-P", "-m", "lsexplorer.serve.child", json.dumps(asked)],
        access=Access(code, [*LOOPBACK, *names, *allow_host]),
        host=host,
        port=port,
        sessions=sessions,
        idle_seconds=idle * 60,
        tls=tls,
    )
    if settings.tls is None and not is_loopback(host):
        click.echo(
            "lsexplorer: without --cert and --key, others in this network can read the code and the keys", err=True
        )
    server = Server(settings)
    addresses = list(dict.fromkeys([*allow_host, *names]))

    def started() -> None:
        scheme = "http" if settings.tls is None else "https"
        for name in addresses:
            click.echo(f"{scheme}://{f'[{name}]' if ':' in name else name}:{server.port}/  code: {code}")
        sys.stdout.flush()
        if opens:
            near = "localhost" if host in _ALL else f"[{host}]" if ":" in host else host
            webbrowser.open(f"{scheme}://{near}:{server.port}/#{code}")

    sys.exit(128 + _served(server, settings, started))


def _beside(data: Dataset) -> tuple[Dataset, list[str]]:
    """The data by the names of their files in the folder of the first, which becomes this process's; and the files.

    So a visitor sees no name of another folder of this machine, as long as a test file lies in the same.
    """
    named = files_read(data.source, data.options.test_file)
    if not named:
        return data, []
    real = {file: os.path.realpath(os.path.expanduser(file)) for file in named}
    folder = os.path.dirname(real[named[0]])
    os.chdir(folder)
    shorter = {file: os.path.relpath(path, folder) for file, path in real.items()}
    test_file = data.options.test_file
    options = replace(data.options, test_file=test_file and shorter[test_file])
    return replace(data, source=shorter.get(data.source, data.source), options=options), [*shorter.values()]


def _served(server: "Server", settings: "Settings", started: Any) -> int:
    try:
        return asyncio.run(server.serve(started))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        reason = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else shown(error)
        raise InputError(f"cannot listen on {shown(where)}: {reason}; --host and --port name another address") from None


def _tls(cert: str | None, key: str | None) -> ssl.SSLContext | None:
    """What a certificate and its key give; raises InputError where they cannot be used."""
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise InputError("--cert and --key go together")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise InputError(f"cannot use --cert {shown(cert)} with --key {shown(key)}: {shown(error)}") from None
    return context


def _own_names() -> list[str]:
    """The addresses and the name by which others may reach this machine."""
    names = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; it asks which address would be used
        names.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        names += [socket.gethostname(), *(str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None))]
    return list(dict.fromkeys(names))
