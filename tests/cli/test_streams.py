"""Whatever the standard streams are, and whatever signal comes: one line at most, never a traceback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import lsexplorer
from tests.support.command import hears_signals
from tests.support.helpers import slow
from tests.support.terminal import Terminal

posix = pytest.mark.skipif(os.name == "nt", reason="shells, devices and signals of POSIX")
COMMAND = [sys.executable, "-m", "lsexplorer"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(lsexplorer.__file__).parents[1])}
TRAIN = ["train", "--epochs", "1"]
COMMANDS = [
    "explore",
    "train",
    "match",
    "best",
    "sweep",
    "claims",
    "patterns",
    "data",
    "screenshot",
    "completion",
    "serve",
]


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


def in_encoding(encoding: str, commands: Mapping[tuple[str, ...], int]) -> tuple[str, str]:
    """The output of commands, each of which must end with a status; in one process, whose start takes the time."""
    code = (
        "import sys\nfrom lsexplorer.cli.app import main\n"
        f"for args, status in {[*commands.items()]}:\n"
        "    sys.argv = ['lsexplorer', *args]\n"
        "    try: main()\n"
        "    except SystemExit as end: assert end.code == status, (args, end.code)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    written_in = "utf-8" if encoding == "ascii" else encoding  # click takes it for that
    return ended.stdout.decode(written_in), ended.stderr.decode(written_in)


@pytest.mark.parametrize("encoding", ["cp1252", slow("ascii")])
def test_what_an_encoding_lacks_is_replaced(encoding: str) -> None:
    quick = "--epochs", "1", "--cores", "0"
    commands = {
        ("match", "--seeds", "10", *quick): 0,
        ("sweep", "--vary", "l2=0,0.01", "--seeds", "2", *quick): 0,
        ("claims", "--only", "2", "--seeds", "4", *quick): 0,
        ("patterns", "iris", "--epochs", "1"): 0,
        ("data", "digits"): 0,
        ("train", "--epochs", "1", "--l2", "ü"): 2,
    }
    out, err = in_encoding(encoding, commands)
    assert "Traceback" not in err
    for words in ("matched on weight norm", "l2", "The patterns of the hidden layer", "digits: "):
        assert words in out
    assert "ü" in err


@pytest.mark.parametrize("encoding", ["cp437", slow("latin-1"), slow("ascii")])
def test_every_help_in_other_encodings(encoding: str) -> None:
    out, err = in_encoding(encoding, {(command, "--help"): 0 for command in COMMANDS})
    assert err == ""
    assert out.count("Usage: ") == len(COMMANDS)


@posix
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("$L train --epochs 1 >/dev/full", "lsexplorer: cannot write standard output: no space left on device\n"),
        slow("$L --help >/dev/full", "lsexplorer: cannot write standard output: no space left on device\n"),
        slow("$L match --seeds 10 --epochs 1 --cores 0 >/dev/full", "cannot write standard output: no space left"),
        ("$L train --epochs 1 >&-", "lsexplorer: standard output is closed"),
        ("$L data --json >&- 2>&-", ""),
        slow("$L train --epochs nonsense 2>/dev/full", ""),
        slow("$L train --epochs nonsense 2>&-", ""),
    ],
)
def test_output_that_cannot_be_written(line: str, message: str) -> None:
    ended = in_shell(line)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == (1 if message else 0)
    assert message in ended.stderr


@posix
@pytest.mark.parametrize("closed", [slow("2>&-"), slow("<&-"), "<&- 2>&-"])
def test_a_closed_standard_error_or_input_stops_nothing(closed: str) -> None:
    ended = in_shell(f"$L train --epochs 1 --json {closed}")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith('{"data":"iris"')


@posix
@pytest.mark.slow
def test_a_closed_standard_input_is_no_terminal() -> None:
    ended = in_shell("$L <&-")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "the explorer needs a terminal" in ended.stderr


@posix
@pytest.mark.parametrize("args", [slow("--help"), slow("data digits"), "data --json"])
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
@pytest.mark.parametrize("number", [signal.SIGTERM, slow(signal.SIGHUP)])
def test_a_signal_ends_a_command_with_its_number(tmp_path: Path, number: Any) -> None:
    """In a session of its own, so that nothing else of this test hears of it; no lock is left behind."""
    out = tmp_path / "results.csv"
    args = ["sweep", "--vary", "l2=0,0.1", "--seeds", "9000", "--epochs", "20", "--out", str(out), "--cores", "1"]
    with subprocess.Popen(
        [*COMMAND, *args],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hears_signals,
    ) as process:
        while not out.exists() or not out.stat().st_size:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) == 128 + number
        assert process.stderr.read() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


@posix
@pytest.mark.slow
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


@pytest.mark.parametrize("module", ["numpy", *map(slow, ("lsexplorer.cli.train", "lsexplorer.run.trainer"))])
def test_ctrl_c_during_an_import_ends_in_one_line(module: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, "train", "--epochs", "1", module]
    ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=300, check=False)
    assert ended.returncode == 130
    assert ended.stdout == b""
    assert ended.stderr.strip() == b"interrupted"
