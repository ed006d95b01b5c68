"""A run is not lost: by an error in the program, nor by a signal or a terminal that is closed."""

import json
import os
import pty
import select
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

import lsexplorer
from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.tui.keeping import keep_run
from tests.support.helpers import slow
from tests.support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
PACKAGE = str(Path(lsexplorer.__file__).parents[1])
BROKEN = """
import sys
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.widgets.timeline import Timeline

def fails(self, *_):
    raise KeyError("some [/b] thing")

where = sys.argv.pop(1)
if where == "action":
    ExplorerScreen.action_back = fails
elif where == "message":
    Form.on_key = fails
else:
    normal = Timeline.show_frame
    Timeline.step = 0
    def show_frame(self, frame):
        self.step = frame.step
        normal(self, frame)
    Timeline.show_frame = show_frame
    Timeline.render = lambda self: fails(self) if self.step > 2 else "fine"
from lsexplorer.cli import main
main()
"""


def explorer(folder: Path, *args: object, command: tuple[object, ...] = ("-m", "lsexplorer")) -> Terminal:
    line = f"cd {folder} && exec {sys.executable} " + " ".join(map(str, (*command, *args)))
    return Terminal(["sh", "-c", line], env={"PYTHONPATH": PACKAGE})


def stands_at(terminal: Terminal, step: int) -> None:
    terminal.wait_for(lambda text: f"step {step} · epoch" in text, 60)


def trained(terminal: Terminal, steps: int) -> None:
    """Wait for the explorer and train some steps."""
    stands_at(terminal, 0)
    for step in range(1, steps + 1):
        terminal.press(" ")
        stands_at(terminal, step)


def heard(fd: int, written: bytes, wanted: bytes) -> bytes:
    """What a program has written once that is among it; fails where it then writes nothing for a minute."""
    while wanted not in written:
        assert select.select([fd], [], [], 60)[0], f"{wanted!r} never came; the last that did: {written[-4000:]!r}"
        written += os.read(fd, 1 << 16)
    return written


def offered(folder: Path) -> int:
    """Steps of the run that the next start offers."""
    (file,) = (folder / "state" / "lsexplorer" / "runs").glob("*/0.json")
    return Trainer.load(file).step_count


@pytest.mark.parametrize(
    ("number", "can_write"), [(signal.SIGTERM, True), slow(signal.SIGTERM, False), slow(signal.SIGHUP, True)]
)
def test_a_signal_leaves_the_terminal_in_order_and_keeps_the_run_once(
    tmp_path: Path, number: int, can_write: bool
) -> None:
    written = b""
    if not can_write:
        (tmp_path / "state").write_text("no folder can be made here")
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored under nohup
        os.environ.update(PYTHONPATH=PACKAGE, TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
        os.execv(sys.executable, [sys.executable, "-m", "lsexplorer", "--seed", "3"])
    try:
        before = termios.tcgetattr(fd)[3] & (termios.ECHO | termios.ICANON)
        for keys, wanted in ((b"", b"epoch"), (b"   ", b"step 3")):
            os.write(fd, keys)
            written = heard(fd, written, wanted)
        os.kill(pid, number)
        while True:
            try:
                part = os.read(fd, 1 << 16)
            except OSError:
                break
            if not part:
                break
            written += part
        assert termios.tcgetattr(fd)[3] & (termios.ECHO | termios.ICANON) == before
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 128 + number
    finally:
        os.close(fd)
    end = written[written.rfind(b"\x1b[?1049l") :]
    assert end.startswith(b"\x1b[?1049l")
    for mode in (b"1000", b"1003", b"1006"):
        assert written.rfind(b"\x1b[?" + mode + b"l") > written.rfind(b"\x1b[?" + mode + b"h")
    if can_write:
        assert b"The run is kept: `lsexplorer` offers it at its next start." in end
        assert offered(tmp_path) == 3
        assert not list(tmp_path.glob("*.json")), "one of them is enough"
    else:
        assert b"The run is kept in iris-run-kept.json" in end
        assert Trainer.load(tmp_path / "iris-run-kept.json").step_count == 3


@pytest.mark.slow
@pytest.mark.parametrize("hangup", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_terminal_that_is_closed_leaves_the_run_to_the_next_start(tmp_path: Path, hangup: signal.Handlers) -> None:
    """The kernel sends SIGHUP, which nohup has ignored, and nothing can be written any more."""
    (tmp_path / "there").mkdir()
    own = tmp_path / "there" / "mine.json"
    trainer = Trainer(load_dataset("iris"), Hyperparameters(seed=5))
    trainer.step(2)
    trainer.save(own)
    saved = own.read_bytes()
    pid, fd = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, hangup)
        os.environ.update(PYTHONPATH=PACKAGE, TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
        os.execv(sys.executable, [sys.executable, "-m", "lsexplorer", str(own)])
    written = b""
    for keys, wanted in ((b"", b"step 2"), (b" ", b"step 3")):
        os.write(fd, keys)
        written = heard(fd, written, wanted)
    os.close(fd)
    end = time.monotonic() + 30
    while (ended := os.waitpid(pid, os.WNOHANG))[0] == 0:
        assert time.monotonic() < end, "it goes on without a terminal"
        time.sleep(0.05)
    assert os.waitstatus_to_exitcode(ended[1]) == 129
    assert own.read_bytes() == saved
    assert offered(tmp_path) == 3
    assert not (tmp_path / "there" / "mine-kept.json").exists()


def test_an_error_in_an_action_is_said_and_the_run_goes_on(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    with explorer(tmp_path, command=(script, "action")) as terminal:
        trained(terminal, 2)
        terminal.press("b")
        terminal.wait_for(lambda text: "That failed, and the run goes on: KeyError" in text)
        terminal.press(" ")
        stands_at(terminal, 3)
        terminal.discard()
        assert terminal.exit_status() == 0
        assert "KeyError: 'some [/b] thing'" in terminal.text
        assert "The errors above were passed over: please report them." in terminal.text
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.slow
def test_an_error_outside_of_actions_opens_the_explorer_again_on_its_run(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    with explorer(tmp_path, command=(script, "message")) as terminal:
        trained(terminal, 2)
        terminal.press("f")
        terminal.wait_for(lambda text: "esc back" in text, 60)
        terminal.press("\x1b[B")
        terminal.wait_for(lambda text: "An error closed the explorer; it was opened again" in text, 60)
        stands_at(terminal, 2)
        terminal.press(" ")
        stands_at(terminal, 3)
        terminal.discard()
        assert terminal.exit_status() == 0
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.slow
def test_an_error_that_ends_the_program_leaves_the_run_to_the_next_start(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    with explorer(tmp_path, command=(script, "render")) as terminal:
        trained(terminal, 2)
        terminal.press(" ")
        assert terminal.exit_status(30) == 1
        assert "The run is kept: `lsexplorer` offers it at its next start." in terminal.text


def test_a_terminal_that_is_gone_leaves_nothing_in_the_folder_of_the_tests() -> None:
    with Terminal(["sh", "-c", "pwd; read x"]) as terminal:
        terminal.wait_for(lambda text: "/" in text)
        folder = Path(terminal.text.split()[0])
        assert folder.is_dir()
        assert not Path.cwd().is_relative_to(folder)
        assert not folder.is_relative_to(Path(PACKAGE))


def test_a_kept_run_is_never_written_over_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trainer = Trainer(load_dataset("iris"))
    assert keep_run(trainer, "") == ""  # nothing was done
    trainer.step()
    assert [keep_run(trainer, "") for _ in range(3)] == [
        "iris-run-kept.json",
        "iris-run-kept-2.json",
        "iris-run-kept-3.json",
    ]
    assert keep_run(trainer, "missing/run.json") == ""
    assert json.loads(Path("iris-run-kept.json").read_text())["steps"] == 1


@pytest.mark.slow
def test_an_ignored_hangup_stays_ignored_on_the_screen(tmp_path: Path) -> None:
    code = "import signal, os; signal.signal(signal.SIGHUP, signal.SIG_IGN); from lsexplorer.cli import main; main()"
    with explorer(tmp_path, command=("-c", f"'{code}'")) as terminal:
        trained(terminal, 1)
        os.kill(terminal.pid, signal.SIGHUP)
        terminal.press(" ")
        stands_at(terminal, 2)
        terminal.discard()
        assert terminal.exit_status() == 0


@pytest.mark.slow
def test_keys_that_come_faster_than_the_command_palette_opens(tmp_path: Path) -> None:
    """Textual's list of commands has no lines yet when Page Up reaches it, and raises KeyError."""
    with explorer(tmp_path) as terminal:
        trained(terminal, 1)
        terminal.press("\x10\x1b[5~")
        terminal.wait_for(lambda text: "Search for commands" in text)
        terminal.press("\x1b")
        terminal.wait_for(lambda text: "Search for commands" not in text)
        terminal.press(" ")
        stands_at(terminal, 2)
        terminal.discard()
        assert terminal.exit_status() == 0
