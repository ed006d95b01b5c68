"""Jobs on a Dask cluster's workers."""

import math
import pickle
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from lsexplorer.errors import InputError
from lsexplorer.study.jobs.executors import MAX_RESTARTS, Executor, Heartbeat, JobFunction, collected, do_nothing

CONNECT_SECONDS = 10
"""Seconds to wait for a Dask scheduler and for its first worker."""
ALIVE_SECONDS = 5
"""Seconds between two questions to a Dask scheduler whether it is there, while no result comes in."""

TRIAL = 64
"""With more jobs than this for each thread of the workers, a few are timed first, and short ones then go together."""
TOGETHER_SECONDS = 0.25
"""About what jobs that go together take: to hand one out and fetch its result takes 11 ms of three processes."""
MOST_TOGETHER = 64
"""Jobs that go together at most."""
RESULT_SECONDS = 60
"""Seconds in which a result that a worker has must come from it."""
PACKAGES = ("lsexplorer", "numpy")
"""What a cluster's workers must have in the version of this process."""


class _DaskCluster:
    """A cluster's workers, through its client. The data are sent to all of them before the jobs."""

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

        pending, losses, shortest = dict(enumerate(tasks)), 0, math.inf
        held = self._send()
        job = _with_versions(function)
        while pending:
            packets = self._packets(list(pending), shortest)
            under_way: dict[str, Any] = {}
            try:
                for k, (worker, versions, seconds, results) in collected(
                    lambda packet: self._submit(job, held, [tasks[i] for i in packet], under_way),  # noqa: B023
                    dict(enumerate(packets)),
                    beat,
                ):
                    _check_versions(worker, versions)
                    shortest = min(shortest, seconds / len(results))
                    for i, result in zip(packets[k], results, strict=True):
                        del pending[i]
                        yield i, result
            except CancelledError:  # every worker that held the data or a result is gone, or the scheduler
                losses += 1
                if losses > MAX_RESTARTS:
                    raise InputError("the cluster keeps losing its workers") from None
                held = self._send()
            except KilledWorker:
                raise InputError("a job has killed several of the cluster's workers") from None
            finally:
                if under_way:
                    with suppress(Exception):  # where the scheduler is gone, so are its jobs
                        self._client.cancel(list(under_way.values()))

    def _submit(self, job: Any, held: Any, tasks: Sequence[Any], under_way: dict[str, Any]) -> Future[Any]:
        """Hand out a job; under_way holds it as Dask's until its result is here.

        Dask's own executor waits for ever for a result that was lost with its worker before it was fetched
        (distributed 2026.8).
        """
        there = self._client.submit(job, held, pickle.dumps(tasks), pure=False, retries=MAX_RESTARTS)
        here = Future[Any]()
        under_way[there.key] = there

        def deliver(done: Any) -> None:
            if here.set_running_or_notify_cancel():
                try:
                    here.set_result(done.result(timeout=RESULT_SECONDS))
                except TimeoutError:
                    here.set_exception(CancelledError())
                except Exception as error:
                    here.set_exception(error)
            under_way.pop(done.key, None)

        there.add_done_callback(deliver)
        return here

    def _packets(self, waiting: list[int], shortest: float) -> list[list[int]]:
        """The jobs to hand out now, those in a list together; a few alone at first, where they are many.

        shortest: seconds of the shortest job so far, infinite before the first; a worker's first one also imports.
        """
        if math.isinf(shortest):
            threads = max(1, sum(self._client.nthreads().values()))
            return [[i] for i in (waiting[: 4 * threads] if len(waiting) > TRIAL * threads else waiting)]
        together = max(1, min(MOST_TOGETHER, int(TOGETHER_SECONDS / max(shortest, 1e-9))))
        return [waiting[at : at + together] for at in range(0, len(waiting), together)]

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


def _with_versions(function: JobFunction) -> Callable[[Any, bytes], Any]:
    """A job for some pickled tasks that also tells its worker's address and versions, and the seconds that it took.

    They are pickled here because Dask searches what it is given for tasks of its own, down to the last number.

    A local function goes to the worker by value, so that this works with any version of lsexplorer there.
    """
    names = PACKAGES

    def job(data: Any, packed: bytes) -> tuple[str, list[str], float, list[Any]]:
        from importlib.metadata import version
        from pickle import loads
        from time import perf_counter

        from distributed import get_worker

        start = perf_counter()
        results = [function(data, task, lambda: None) for task in loads(packed)]
        return get_worker().address, [version(name) for name in names], perf_counter() - start, results

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
