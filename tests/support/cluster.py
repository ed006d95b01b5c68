"""A Dask scheduler and workers of its own on this machine, for tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


class Cluster:
    """address: the scheduler's. scheduler, workers: the processes."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._file = directory, directory / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file)
        )
        self.address = self._address()

    def add_worker(self, *first: Path) -> None:
        """first: folders in which the worker looks before all others for what it imports."""
        options = "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._directory)
        self.workers.append(self._start("worker", self.address, *options, first=first))

    def _start(self, *arguments: str, first: Sequence[Path] = ()) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "dask", *arguments],
            cwd=self._directory,
            env=os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(map(str, [*first, ROOT]))},
            stdout=subprocess.DEVNULL,
            stderr=(self._directory / f"{arguments[0]}.log").open("ab"),
        )

    def _address(self) -> str:
        for _ in range(600):
            if self._file.exists() and (text := self._file.read_text()):
                return str(json.loads(text)["address"])
            assert self.scheduler.poll() is None, (self._directory / "scheduler.log").read_text()
            time.sleep(0.1)
        raise AssertionError("the scheduler did not start")

    def stop(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


@contextmanager
def cluster(directory: Path, workers: int) -> Iterator[Cluster]:
    started = Cluster(directory)
    try:
        for _ in range(workers):
            started.add_worker()
        yield started
    finally:
        started.stop()
