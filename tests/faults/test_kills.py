"""kill -9 at random moments of writing: there is the old file or the new one, whole; a sweep goes on as if nothing was.

Every test prints how many kills it made and how many of them came while something was being written. The moments
come from a seed; where in the work they fall differs from machine to machine.
"""

import contextlib
import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.data.write import write_smoothed
from lsexplorer.run.runfile import read_record

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="kill -9")]

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(ls.__file__).parents[1])}
KILLS = int(os.environ.get("LSEXPLORER_KILLS", "80"))
"""Kills of each test."""

# Each prepares its work once; for each line that it reads it lets a child write again and again, which is killed.
PREPARED = """
import os, sys
import lsexplorer as ls
from lsexplorer.data.write import write_smoothed
from lsexplorer.data.output import written
out = sys.argv[1]

def start():
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            return
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
    sys.exit()
"""
SAVE = (
    PREPARED
    + """
trainer = ls.Trainer(ls.load_dataset("iris"), ls.Hyperparameters(hidden=(64, 32)))
trainer.network.parameters += 0.001
trainer.save(out)  # so that a child, however slow the machine, is soon at its first write
start()
while True:
    trainer.step()
    trainer.save(out)
"""
)
DATA = (
    PREPARED
    + """
data = ls.load_dataset("iris")
start()
a = 0.0
while True:
    a = (a + 0.01) % 1
    write_smoothed(data, a, out)
"""
)
REPORT = (
    PREPARED
    + """
start()
while True:
    for line in (b"first\\n", b"second\\n"):
        with written(out) as file:
            for _ in range(2000):
                file.write(line * 20)
"""
)


@contextlib.contextmanager
def started(*command: str, quiet: bool = False) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def start_writer(server: subprocess.Popen[str]) -> int:
    """Have a new child write; its process number."""
    server.stdin.write("\n")
    server.stdin.flush()
    return int(server.stdout.readline())


def kill_writer(server: subprocess.Popen[str], child: int) -> None:
    os.kill(child, signal.SIGKILL)
    assert server.stdout.readline() == "ended\n"


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.endswith(".lsx-part")]


def kill_writers(code: str, out: Path, check: Callable[[Path], None], seed: int) -> None:
    """Kill writer after writer of one file; after each kill the file, if there is one, is whole."""
    moments, torn = random.Random(seed), 0
    with started("-c", code, str(out)) as server:
        for _ in range(KILLS):
            child = start_writer(server)
            time.sleep(moments.uniform(0, 0.08))
            kill_writer(server, child)
            left = parts(out.parent)
            assert len(left) <= 1, "leftovers of dead writers heap up"
            torn += bool(left)
            if out.exists():
                check(out)
    print(f"\n{KILLS} kills, {torn} of them while {out.name} was half written; it was whole each time")


def test_saving_a_run(tmp_path: Path) -> None:
    def check(path: Path) -> None:
        record = read_record(path)
        assert record.end is not None
        assert record.steps == len(record.events) or record.events

    kill_writers(SAVE, tmp_path / "run.json", check, seed=1)
    ls.Trainer.load(tmp_path / "run.json")


@pytest.mark.parametrize("name", ["out.csv", "out.npz"])
def test_writing_data(tmp_path: Path, name: str) -> None:
    def check(path: Path) -> None:
        assert len(ls.load_dataset(path).y_train) == 120

    kill_writers(DATA, tmp_path / name, check, seed=2)


def test_writing_a_report(tmp_path: Path) -> None:
    def check(path: Path) -> None:
        assert path.read_bytes() in (b"first\n" * 40_000, b"second\n" * 40_000)

    kill_writers(REPORT, tmp_path / "report.md", check, seed=3)


SWEEP = ["-m", "lsexplorer", "sweep", "iris", "--vary", "l2=0:0.03:0.0005", "--hidden", "4", "--epochs", "40"]
SWEEP += ["--seeds", "8", "--json"]


def run_sweep(*args: str) -> None:
    subprocess.run([sys.executable, *SWEEP, *args], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return sorted(csv.reader(file))


@pytest.mark.parametrize("cores", ["0", "2"])
def test_a_sweep_that_is_killed_again_and_again(tmp_path: Path, cores: str) -> None:
    """In the end it has the rows of one that was not, bit for bit."""
    out, whole = tmp_path / "killed.csv", tmp_path / "whole.csv"
    run_sweep("--cores", "0", "--out", str(whole))
    moments, kills = random.Random(4), 0
    for _ in range(max(4, KILLS // 8)):
        before = out.stat().st_size if out.exists() else 0
        with started(*SWEEP, "--cores", cores, "--out", str(out), quiet=True) as process:
            end = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < end:
                if out.exists() and out.stat().st_size > before:  # it has begun to work
                    time.sleep(moments.uniform(0, 0.02))
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    kills += 1
                time.sleep(0.002)
        assert {tuple(row) for row in rows(out)[:-1]} <= {tuple(row) for row in rows(whole)} or not out.exists()
    run_sweep("--cores", cores, "--out", str(out))
    assert rows(out) == rows(whole)
    print(f"\n{kills} kills of a sweep with --cores {cores}; its {len(rows(out)) - 1} rows are those of a whole one")


def test_two_sweeps_at_one_file(tmp_path: Path) -> None:
    """One of them works, the others are told who holds the file; it is never torn."""
    out, refused = tmp_path / "both.csv", 0
    for _ in range(max(2, KILLS // 20)):
        out.unlink(missing_ok=True)
        command = [*SWEEP, "--cores", "0", "--out", str(out)]
        with started(*command) as first, started(*command) as second, started(*command) as third:
            codes = []
            for process in (first, second, third):
                _, err = process.communicate(timeout=120)
                codes.append(process.returncode)
                if process.returncode:
                    refused += 1
                    assert process.returncode == 2
                    assert err.startswith("lsexplorer: another sweep is writing to ")
                    assert " (process " in err
        assert 0 in codes
        lines = rows(out)
        assert sum(line[0] == "recipe" for line in lines) == 1
        assert len(lines) == 1 + 61 * 8
    print(f"\n{refused} of {3 * max(2, KILLS // 20)} sweeps were refused; each file had one header and all its rows")


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """Nothing goes by the time of files: one of the future is replaced, leftovers of the future are cleared."""
    out = tmp_path / "out.csv"
    data = ls.load_dataset("iris")
    write_smoothed(data, 0.1, out)
    for year in (1971, 2200):
        when = (year - 1970) * 365.25 * 86400
        with started("-c", DATA, str(out)) as server:
            child = start_writer(server)
            while not parts(tmp_path):
                pass
            kill_writer(server, child)
        for path in tmp_path.iterdir():
            os.utime(path, (when, when))
        write_smoothed(data, 0.2, out)
        assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
