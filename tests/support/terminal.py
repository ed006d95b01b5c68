"""A program in a pseudo-terminal, its screen read through the terminal emulator pyte."""

import contextlib
import os
import select
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

if sys.platform != "win32":  # which has no pseudo-terminals; tests that need one are skipped there
    import fcntl
    import pty
    import termios

ROOT = str(Path(__file__).parents[2])
SECONDS = 300.0
"""To wait for what must come, on a machine however slow."""


class Terminal:
    """Starts ``command`` in a terminal of the given size; a context manager that ends it.

    It works in a new folder, since an explorer whose terminal is gone, as when a test is killed, keeps its run there.
    """

    def __init__(
        self, command: Sequence[str], columns: int = 120, rows: int = 40, env: dict[str, str] | None = None
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._folder = tempfile.mkdtemp()
        self.started = self.last_read = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(self._folder)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored if pytest is a background job of a shell
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": ROOT}
            environment["XDG_STATE_HOME"] = os.path.join(self._folder, "state")
            environment |= env or {}
            environment |= {"COLUMNS": str(columns), "LINES": str(rows)}
            os.execvpe(command[0], list(command), environment)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self._fd)
        shutil.rmtree(self._folder, ignore_errors=True)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def discard(self) -> None:
        """Leave the explorer, and its run unsaved."""
        self.press("q")
        self.wait_for(lambda text: "No file has this run" in text)
        self.press("d")

    def read(self, seconds: float, pause: float = 0.004) -> bool:
        """Take in what the program writes, waiting at most so long for it; whether anything came.

        All that has come without a ``pause`` of so many seconds is taken before any of it is interpreted, so that
        `last_read` is the time at which the program was done writing, not that at which the emulator, which is slow,
        was done reading.
        """
        data = b""
        while select.select([self._fd], [], [], pause if data else seconds)[0]:
            try:
                part = os.read(self._fd, 1 << 20)
            except OSError:
                part = b""
            if not part:
                break
            self.last_read = time.perf_counter()
            data += part
        self._stream.feed(data)
        return bool(data)

    def wait_for_output(self, text: str, seconds: float = SECONDS) -> float:
        """Read until the program has written ``text``, and give the time; interprets it all only then."""
        data, end = b"", time.perf_counter() + seconds
        while time.perf_counter() < end:
            if select.select([self._fd], [], [], 0.05)[0]:
                data += os.read(self._fd, 1 << 20)
                if text.encode() in data:
                    seen = time.perf_counter()
                    self._stream.feed(data)
                    return seen
        raise TimeoutError(f"the program did not write {text!r}")

    def wait_for(self, seen: Callable[[str], bool], seconds: float = SECONDS) -> str:
        """Read until the screen's text satisfies ``seen``; raises TimeoutError with the screen."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.read(0.05)
            if seen(self.text):
                return self.text
        raise TimeoutError(f"the screen still shows:\n{self.text}")

    def exit_status(self, seconds: float = SECONDS) -> int:
        """Wait for the program's end and give its exit status."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0.1):  # its last words
                    pass
                return os.waitstatus_to_exitcode(status)
        raise TimeoutError(f"still running; the screen shows:\n{self.text}")

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        return "\n".join(self.screen.display)
