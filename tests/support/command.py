"""The command `lsexplorer` in a test: called in this process, or in one of its own."""

import io
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, cast
from unittest.mock import patch

from lsexplorer.cli import app as cli

Ending = tuple[Any, str, str]
"""Exit status, standard output and standard error."""


class Stream(io.TextIOWrapper):
    """Keeps what is written, and says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        return cast(io.BytesIO, self.buffer).getvalue().decode()


def run(*args: object, terminal: bool = False) -> Ending:
    """Call the command in this process."""
    out, err = Stream(terminal), Stream(False)
    argv = ["lsexplorer", *map(str, args)]
    with (
        patch.object(sys, "argv", argv),
        patch.object(sys, "stdin", Stream(terminal)),
        patch.object(sys, "__stderr__", Stream(terminal)),
    ):
        try:
            with redirect_stdout(out), redirect_stderr(err):
                cli.main()
        except SystemExit as end:
            return end.code, out.text, err.text
    raise AssertionError("the command gave no exit status")


def run_process(*args: str, **environment: str) -> Ending:
    """Run the command in a process of its own, without a terminal."""
    process = subprocess.run(
        [sys.executable, "-m", "lsexplorer", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )
    return process.returncode, process.stdout, process.stderr


def hears_signals() -> None:
    """For a process about to start, as `preexec_fn`: nohup has these tests ignore SIGHUP, and a script's & SIGINT."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def refused(ending: Ending, *words: str) -> None:
    """The command ended with one line that says what was wrong with what it was given.

    Before it there may stand how the data were understood.
    """
    code, out, err = ending
    assert code == 2
    assert out == ""
    *understood, error = err.splitlines()
    assert error.startswith("lsexplorer: ")
    assert all(line.startswith("note: ") for line in understood[1:])
    assert err.endswith("\n")
    for word in words:
        assert word in err
