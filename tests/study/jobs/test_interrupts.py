"""A signal that ends the program may come at any line; it leaves no lock behind that the pool's threads wait for."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from lsexplorer.study.jobs import executors

OWN, LIBRARY = "executors.py", str(Path("concurrent", "futures", "_base.py"))
TAKES_LOCKS_OF_ALL = ("wait", "__enter__", "__exit__")
"""Functions of the library. Its others take a lock for a moment, in a `with` that CPython leaves by itself."""


def interrupted_at(number: int) -> tuple[bool, list[Future[int]]]:
    """Collect results and raise KeyboardInterrupt at a line of the code under way; whether that line was reached."""
    futures: list[Future[int]] = [Future() for _ in range(3)]
    lines = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if not (file.endswith(OWN) or (file.endswith(LIBRARY) and name in TAKES_LOCKS_OF_ALL)):
            return None
        if event == "line" and threading.current_thread() is threading.main_thread():
            lines += 1
            if lines == number:
                raise KeyboardInterrupt
        return trace

    def beat() -> None:
        raise StopIteration  # the first time that nothing comes

    futures[0].set_result(0)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for _ in executors.collected(lambda i: futures[i], {0: 0, 1: 1, 2: 2}, beat):
            pass
    except (KeyboardInterrupt, RuntimeError):
        pass
    finally:
        sys.settrace(before)
    return lines >= number, futures


def test_an_interrupt_at_any_line_leaves_no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "HEARTBEAT_SECONDS", 0.001)
    number, reached = 1, True
    while reached:
        reached, futures = interrupted_at(number)
        asked = threading.Thread(target=lambda futures=futures: [future.running() for future in futures], daemon=True)
        asked.start()
        asked.join(20)
        assert not asked.is_alive(), f"interrupted at line {number} of the code, a future stays locked"
        number += 1
    assert number > 20


SERVER_MASK = """
import os
from pathlib import Path
from lsexplorer.study.jobs.processes import start_server
start_server()
servers = []
while not servers:  # a child has its own command line once it has become another program
    children = [Path("/proc", pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    servers = [child for child in children if "forkserver" in (child / "cmdline").read_text()]
print(*[line for line in (servers[0] / "status").read_text().splitlines() if line.startswith("SigBlk")])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a server starts processes on Linux alone")
def test_the_server_of_processes_never_receives_ctrl_c() -> None:
    """Not even while it imports, when it would print a traceback."""
    done = subprocess.run([sys.executable, "-c", SERVER_MASK], capture_output=True, text=True, check=True)
    (mask,) = done.stdout.split()[1:]
    assert int(mask, 16) & 1 << signal.SIGINT - 1
