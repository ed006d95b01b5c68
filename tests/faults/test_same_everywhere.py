"""The same command gives the same bytes wherever and however it runs, and leaves no process behind when it is ended."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from tests.support.command import hears_signals

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals and groups of POSIX")]

COMMAND = [sys.executable, "-m", "lsexplorer"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(ls.__file__).parents[1])}
STUDIES = {
    "match": ["match", "--epochs", "4", "--seeds", "10", "--json"],
    "best": ["best", "--epochs", "4", "--seeds", "3", "--splits", "5", "--remedy", "l2,temperature", "--json"],
    "sweep": ["sweep", "--vary", "l2=0:0.03:0.002", "--epochs", "5", "--seeds", "8", "--json"],
    "claims": ["claims", "--only", "2,3", "--epochs", "1", "--seeds", "8", "--json"],
    "patterns": ["patterns", "iris", "--train", "--epochs", "4", "--seeds", "6", "--json"],
}
WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "1 process, another hash seed": ("1", {"PYTHONHASHSEED": "7"}),
    "2 processes, another locale and time zone": ("2", {"LC_ALL": "C", "TZ": "Asia/Kathmandu"}),
    "4 BLAS threads": ("0", {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4"}),
}
KILLS = int(os.environ.get("LSEXPLORER_KILLS", "80")) // 20
"""Of each signal."""


def timeless(value: Any) -> Any:
    """JSON without what the clock says."""
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key != "seconds"}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def result(study: str, cores: str, folder: Path, **environment: str) -> Any:
    ended = subprocess.run(
        [*COMMAND, *STUDIES[study], "--cores", cores],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONHASHSEED": "1", **environment},
        capture_output=True,
        check=True,
    )
    return timeless(json.loads(ended.stdout))


@pytest.mark.parametrize("study", STUDIES)
def test_the_same_numbers_whatever_processes_threads_and_folders(study: str, tmp_path: Path) -> None:
    (tmp_path / "else where").mkdir()
    first = result(study, "0", tmp_path)
    for way, (cores, environment) in WAYS.items():
        assert result(study, cores, tmp_path / "else where", **environment) == first, way
    print(f"\n{study}: the same numbers in {1 + len(WAYS)} ways")


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_command_that_is_ended(number: int, tmp_path: Path) -> None:
    """At moments from before the processes have started until they are at work."""
    moments = random.Random(number)
    sweep = ["sweep", "--vary", "l2=0,0.1", "--seeds", "9000", "--epochs", "20", "--cores", "2", "--out"]
    for i in range(KILLS):
        with subprocess.Popen(
            [*COMMAND, *sweep, str(tmp_path / f"{i}.csv")],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=hears_signals,
        ) as process:
            try:
                time.sleep(moments.uniform(0.2, 4))
                process.send_signal(number)
                process.wait(60)
                end = time.monotonic() + 30
                while group_lives(process.pid):
                    assert time.monotonic() < end, "a process lives on"
                    time.sleep(0.05)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    print(f"\n{KILLS} times signal {number}, no process outlived its parent")
