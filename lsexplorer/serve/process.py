"""The process of a session: started with what it needs and no more, and ended with all that it has started."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import lsexplorer
from lsexplorer.serve.messages import Size
from lsexplorer.serve.packets import data_packet, meta_packet

FRAMES_PER_SECOND = 20
QUIT_SECONDS = 3.0
"""What a process is given to leave by itself."""
MAX_WAITING_BYTES = 2**22
"""Of keys that it has not read; one with more does not respond."""
_MAX_STDERR = 2**14
SERVER = "LSEXPLORER_SERVER"
"""The environment's variable with the server's process id."""
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")
"""What a process is told of the server's environment."""


class AppProcess:
    """A program of Textual that a browser shows."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process, self._keys = process, process.stdin
        self.output = process.stdout
        """Its packets."""
        self._complaints = bytearray()
        self._listener = asyncio.create_task(self._listen(process.stderr))

    @classmethod
    async def start(cls, command: Sequence[str], size: Size) -> "AppProcess":
        """Start a command in a session and process group of its own."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(size),
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Of the process, and of its group."""
        return self._process.pid

    @property
    def is_stuck(self) -> bool:
        """Whether it does not read what it is sent."""
        return self._keys.transport.get_write_buffer_size() > MAX_WAITING_BYTES

    def send_keys(self, keys: bytes) -> None:
        """Type."""
        self._send(data_packet(keys))

    def send(self, message: Mapping[str, object]) -> None:
        """Send one of the messages that Textual's web driver understands."""
        self._send(meta_packet(message))

    def _send(self, packet: bytes) -> None:
        if not self._keys.is_closing():
            with suppress(OSError, RuntimeError):  # it has ended meanwhile
                self._keys.write(packet)

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Keep the end of what it writes to standard error."""
        while part := await stream.read(_MAX_STDERR):
            self._complaints += part
            del self._complaints[:-_MAX_STDERR]

    async def ended(self) -> tuple[int, str]:
        """Wait for its end; the exit status and what it wrote to standard error."""
        status = await self._process.wait()
        with suppress(TimeoutError):  # what it has started may still hold the stream
            await asyncio.wait_for(asyncio.shield(self._listener), 1)
        return status, self._complaints.decode("utf-8", "replace")

    async def stop(self) -> None:
        """Ask it to leave, and after QUIT_SECONDS kill it, with all of its group."""
        rest = asyncio.create_task(self._pass_over())
        if self._process.returncode is None:
            self.send({"type": "quit"})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), QUIT_SECONDS)
        self.kill()
        await self._process.wait()
        rest.cancel()
        self._listener.cancel()
        self._keys.close()

    async def _pass_over(self) -> None:
        """Read what it still writes: its end is not seen before the end of its output."""
        while await self.output.read(_MAX_STDERR):
            pass

    def kill(self) -> None:
        """Kill it and all of its group, at once."""
        with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for a group that has ended
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)


def _environment(size: Size) -> dict[str, str]:
    """The variables of a process: where Python's modules are, how Textual is to draw, and nothing of the server's."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "COLUMNS": str(size.columns),
        "ROWS": str(size.rows),
        "HOME": os.devnull,  # nothing is read from or written to a home
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(_module_folders()),
        "PYTHONUTF8": "1",
        "TERM": "xterm-256color",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_DRIVER": "lsexplorer.tui.served:ServedDriver",
        "TEXTUAL_FPS": str(FRAMES_PER_SECOND),
        SERVER: str(os.getpid()),
    }


def _module_folders() -> list[str]:
    """Where this process finds modules, without the folder that it happens to work in."""
    own, here = str(Path(lsexplorer.__file__).parents[1]), os.getcwd()
    folders = [os.path.abspath(folder) for folder in sys.path if folder]
    return list(dict.fromkeys(folder for folder in folders if folder == own or folder != here))
