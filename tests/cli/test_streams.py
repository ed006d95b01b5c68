"""Whatever the standard streams are, and whatever signal comes: one line at most, never a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import lsexplorer
from tests.support.command import hears_hangup
from tests.support.terminal import Terminal

posix = pytest.mark.skipif(os.name == "nt", reason="shells, devices and signals of POSIX")
COMMAND = [sys.executable, "-m", "lsexplorer"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(lsexplorer.__file__).parents[1])}
TRAIN = ["train", "--epochs", "1"]
COMMANDS = ["explore", "train", "match", "sweep", "claims", "patterns", "data", "screenshot", "completion"]


def in_shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which $L is the command."""
    return subprocess.run(
        ["sh", "-c", line.replace("$L", f"{sys.executable} -m lsexplorer")],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def in_encoding(encoding: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *args], capture_output=True, env={**ENVIRONMENT, "PYTHONIOENCODING": encoding}, check=False
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    "args",
    [
        ("match", "--epochs", "2", "--seeds", "10", "--cores", "0"),
        ("sweep", "--vary", "l2=0,0.01", "--epochs", "1", "--seeds", "2", "--cores", "0"),
        ("claims", "--only", "2", "--epochs", "1", "--seeds", "4", "--cores", "0"),
        ("patterns", "iris", "--epochs", "1"),
        ("data", "digits"),
        ("train", "--epochs", "1", "--l2", "ü"),
    ],
    ids=lambda args: args[0],
)
def test_what_an_encoding_lacks_is_replaced(encoding: str, args: tuple[str, ...]) -> None:
    ended = in_encoding(encoding, *args)
    assert ended.returncode == (2 if "ü" in args else 0), ended.stderr
    assert b"Traceback" not in ended.stderr
    assert (ended.stdout + ended.stderr).decode("utf-8" if encoding == "ascii" else encoding)  # click takes it for that


@pytest.mark.parametrize("encoding", ["cp437", "latin-1", "ascii"])
def test_every_help_in_other_encodings(encoding: str) -> None:
    """In one process, since that is what takes the time."""
    code = (
        "import sys, contextlib\nfrom lsexplorer.cli.app import main\n"
        f"for command in {COMMANDS}:\n"
        "    sys.argv = ['lsexplorer', command, '--help']\n"
        "    try: main()\n"
        "    except SystemExit as end: assert end.code == 0, (command, end.code)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    text = ended.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert text.count("Usage: ") == len(COMMANDS)


@posix
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("$L train --epochs 1 >/dev/full", "lsexplorer: cannot write standard output: no space left on device\n"),
        ("$L --help >/dev/full", "lsexplorer: cannot write standard output: no space left on device\n"),
        ("$L match --seeds 10 --epochs 1 --cores 0 >/dev/full", "cannot write standard output: no space left"),
        ("$L train --epochs 1 >&-", "lsexplorer: standard output is closed"),
        ("$L data --json >&- 2>&-", ""),
        ("$L train --epochs nonsense 2>/dev/full", ""),
        ("$L train --epochs nonsense 2>&-", ""),
    ],
)
def test_output_that_cannot_be_written(line: str, message: str) -> None:
    ended = in_shell(line)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == (1 if message else 0)
    assert message in ended.stderr


@posix
def test_a_closed_standard_error_or_input_stops_nothing() -> None:
    for closed in ("2>&-", "<&-", "<&- 2>&-"):
        ended = in_shell(f"$L train --epochs 1 --json {closed}")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.startswith('{"data":"iris"')
    ended = in_shell("$L <&-")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "the explorer needs a terminal" in ended.stderr


@posix
@pytest.mark.parametrize("args", ["--help", "data digits", "data --json"])
def test_a_broken_pipe_is_silent(args: str) -> None:
    ended = in_shell(f"$L {args} | true")
    assert (ended.stdout, ended.stderr) == ("", "")


@posix
def test_the_explorer_never_writes_its_screen_into_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Terminal(["sh", "-c", f"{sys.executable} -m lsexplorer 2>{log}"], env=ENVIRONMENT) as terminal:
        assert terminal.exit_status(30) == 2
    assert log.read_text().startswith("lsexplorer: the explorer needs a terminal: do not redirect standard error")
    assert log.read_text().count("\n") == 1


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_command_with_its_number(tmp_path: Path, number: Any) -> None:
    """In a session of its own, so that nothing else of this test hears of it; no lock is left behind."""
    out = tmp_path / "results.csv"
    args = ["sweep", "--vary", "l2=0,0.1", "--seeds", "9000", "--epochs", "20", "--out", str(out), "--cores", "1"]
    with subprocess.Popen(
        [*COMMAND, *args],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hears_hangup,
    ) as process:
        while not out.exists() or not out.stat().st_size:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) == 128 + number
        assert process.stderr.read() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


@posix
def test_an_ignored_hangup_stays_ignored(tmp_path: Path) -> None:
    ended = in_shell("trap '' HUP; $L train --epochs 300 --json & p=$!; sleep 1; kill -HUP $p; wait $p")
    assert ended.returncode == 0
    assert ended.stdout.startswith("{")


INTERRUPTED = """
import signal, sys
from lsexplorer.cli import main

module = sys.argv.pop()

class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == module:
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupt())
main()
"""
"""The command with Ctrl-C while it imports the module that the last argument names."""


@pytest.mark.parametrize("module", ["lsexplorer.cli.train", "numpy", "msgspec", "lsexplorer.run.trainer"])
def test_ctrl_c_during_an_import_ends_in_one_line(module: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, "train", "--epochs", "1", module]
    ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=300, check=False)
    assert ended.returncode == 130
    assert ended.stdout == b""
    assert ended.stderr.strip() == b"interrupted"
