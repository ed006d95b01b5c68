"""Jobs on a Dask cluster's workers."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from lsexplorer.errors import InputError
from lsexplorer.study.jobs.executors import MAX_RESTARTS, Executor, Heartbeat, JobFunction, collected, do_nothing

CONNECT_SECONDS = 10
"""Seconds to wait for a Dask scheduler and for its first worker."""
ALIVE_SECONDS = 5
"""Seconds between two questions to a Dask scheduler whether it is there, while no result comes in."""

PACKAGES = ("lsexplorer", "numpy")
"""What a cluster's workers must have in the version of this process."""


class _DaskCluster:
    """A cluster's workers, through its client's executor. The data are sent to all of them before the jobs."""

    def __init__(self, client: Any, data: Any, address: str) -> None:
        self._client, self._data, self._address = client, data, address
        self._asked = time.monotonic()

    def run(
        self, function: JobFunction, tasks: Sequence[Any], heartbeat: Heartbeat = do_nothing
    ) -> Iterator[tuple[int, Any]]:
        from distributed import KilledWorker

        def beat() -> None:
            heartbeat()
            self._check_alive()

        pending, losses = dict(enumerate(tasks)), 0
        held = self._send()
        job = _with_versions(function)
        with self._client.get_executor(retries=MAX_RESTARTS) as executor:
            while pending:
                try:
                    for i, (worker, versions, result) in collected(
                        lambda task: executor.submit(job, held, task),  # noqa: B023
                        pending,
                        beat,
                    ):
                        _check_versions(worker, versions)
                        del pending[i]
                        yield i, result
                except CancelledError:  # every worker that held the data is gone, or the scheduler
                    losses += 1
                    if losses > MAX_RESTARTS:
                        raise InputError("the cluster keeps losing its workers") from None
                    held = self._send()
                except KilledWorker:
                    raise InputError("a job has killed several of the cluster's workers") from None

    def _send(self) -> Any:
        self._check_alive(at_once=True)
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise InputError("the Dask scheduler has no workers: start one with `dask worker`") from None
        return self._client.scatter(self._data, broadcast=True, hash=False)

    def _check_alive(self, at_once: bool = False) -> None:
        """Raise InputError where the scheduler does not answer; asked only every ALIVE_SECONDS."""
        if not at_once and time.monotonic() < self._asked + ALIVE_SECONDS:
            return
        try:
            self._client.sync(self._client.scheduler.identity, callback_timeout=CONNECT_SECONDS)
        except (OSError, RuntimeError):  # a timeout is an OSError; distributed's CommClosedError is too
            raise InputError(
                f"the Dask scheduler at {self._address} does not answer any more; a sweep with --out resumes from "
                "what it has"
            ) from None
        self._asked = time.monotonic()


def _with_versions(function: JobFunction) -> Callable[[Any, Any], Any]:
    """A job that also tells its worker's address and versions.

    A local function goes to the worker by value, so that this works with any version of lsexplorer there.
    """
    names = PACKAGES

    def job(data: Any, task: Any) -> tuple[str, list[str], Any]:
        from importlib.metadata import version

        from distributed import get_worker

        return get_worker().address, [version(name) for name in names], function(data, task, lambda: None)

    return job


def _check_versions(worker: str, versions: Sequence[str]) -> None:
    """Raise InputError where a worker has other versions than this process: its numbers would differ."""
    from importlib.metadata import version  # slow to import, as other modules that a cluster alone needs

    for name, there, here in zip(PACKAGES, versions, map(version, PACKAGES), strict=True):
        if there != here:
            raise InputError(f"the worker at {worker} has {name} {there}, and here is {here}: install the same there")


def _check_reached(address: str) -> None:
    """Raise InputError unless something listens there.

    This is checked before a Dask client is created: a client that failed to connect can make the next one hang if it
    is discarded while that one starts (distributed 2026.8).
    """
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("tcp", "tls") or parts.hostname is None or parts.port is None:
            raise _no_scheduler(address)
        socket.create_connection((parts.hostname, parts.port), timeout=CONNECT_SECONDS).close()
    except InputError:
        raise
    except (OSError, ValueError):
        raise _no_scheduler(address) from None


def _no_scheduler(address: str) -> InputError:
    return InputError(f"no Dask scheduler answers at '{address}': give its address, such as tcp://HOST:8786")


@contextmanager
def _silenced(name: str) -> Iterator[None]:
    """Keep a library from logging what is said in an error of ours."""
    import logging

    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def open_cluster(address: str, data: Any) -> Iterator[Executor]:
    """An executor whose workers, those of a scheduler, hold ``data``; raises InputError where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        import distributed
    except ImportError:
        raise InputError("a scheduler needs Dask: pip install 'lsexplorer[cluster]'") from None
    _check_reached(address)
    with ExitStack() as stack:
        stack.enter_context(_silenced("distributed.client"))
        try:
            client = stack.enter_context(distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False))
        except (OSError, ValueError, TypeError):
            raise _no_scheduler(address) from None
        try:
            found = [client.run(version, name) for name in PACKAGES]
        except PackageNotFoundError:
            raise InputError(f"a worker at {address} lacks lsexplorer: install the same version there") from None
        for worker in found[0]:
            _check_versions(worker, [versions[worker] for versions in found])
        yield _DaskCluster(client, data, address)
