"""Where jobs run: in this process, on this machine's cores, or on a Dask cluster.

A job is a call ``function(data, task, check)`` whose result depends on its arguments alone, so that it can run anywhere
and can be run again. Each place is a concurrent.futures executor; when a worker dies, only the jobs it held are redone.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.errors import InputError
from lsexplorer.study.jobs.processes import process_context, signals_held

Heartbeat = Callable[[], None]
"""Called regularly while the caller waits for results; an exception that it raises stops the work."""
Progress = Callable[[str, int, int], None]
"""Called often with the phase, the networks trained, and their total; it may raise to stop the work."""
CancelCheck = Callable[[], None]
"""Called regularly by a job; raises CancelledJob once its result is no longer wanted."""
JobFunction = Callable[[Any, Any, CancelCheck], Any]
"""The function of a job: (data, task, CancelCheck) → result."""
MAX_RESTARTS = 3
"""How often dead workers are replaced before the work is given up."""
HEARTBEAT_SECONDS = 0.2
"""Seconds between heartbeats while no result comes in."""
SMALL_DATA = 4 * 2**20
"""Bytes of data, at most, that are sent with every job rather than to new processes."""
NO_GUARD = (
    "the processes that train could not start: a script that asks for processes must do so below "
    '`if __name__ == "__main__":`, since each of them imports it'
)
"""The message where the processes end before they have started."""


def do_nothing() -> None:
    """The heartbeat or CancelCheck where none is needed."""


class CancelledJob(Exception):  # noqa: N818  # not an error
    """Raised inside a job whose result is no longer wanted."""


class Executor(Protocol):
    """Runs jobs on one data set."""

    def run(
        self, function: JobFunction, tasks: Sequence[Any], heartbeat: Heartbeat = do_nothing
    ) -> Iterator[tuple[int, Any]]:
        """Yield (index of the task, its result) as the results come in.

        ``heartbeat`` is called about every HEARTBEAT_SECONDS while there is no new result.
        """


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def open_executor(workers: int | str | None, data: Any) -> Iterator[Executor]:
    """An executor whose workers hold ``data``.

    ``workers`` is None for this process, a number of processes, or the address of a Dask scheduler. A script that asks
    for processes needs the usual ``if __name__ == "__main__":``. Raises InputError for a number below 1, and for a
    scheduler that does not answer.
    """
    if workers is None:
        yield _InProcess(data)
    elif isinstance(workers, str):
        from lsexplorer.study.jobs.dask_cluster import open_cluster  # only where there is one

        with open_cluster(workers, data) as cluster:
            yield cluster
    elif workers < 1:
        raise InputError(f"the work needs 1 process or more, got {workers}")
    else:
        with _ProcessPool(workers, data) as pool:
            yield pool


@contextmanager
def reopened(executor: Executor, workers: int | str | None, data: Any) -> Iterator[Executor]:
    """An executor on other data than an open one's, with the same ``workers``.

    Processes of this machine take small data as they are: to start others takes a third of a second of each.
    """
    if isinstance(executor, _ProcessPool) and len(packed := pickle.dumps(data)) <= SMALL_DATA:
        yield _SameProcesses(executor, packed)
    else:
        with open_executor(workers, data) as another:
            yield another


class _InProcess:
    """One job after another, in this process."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def run(
        self, function: JobFunction, tasks: Sequence[Any], heartbeat: Heartbeat = do_nothing
    ) -> Iterator[tuple[int, Any]]:
        for i, task in enumerate(tasks):
            yield i, function(self._data, task, heartbeat)


class _ProcessPool:
    """Processes on this machine. They start when first needed and hold the data from then on."""

    def __init__(self, count: int, data: Any) -> None:
        self._count, self._data = count, data
        self._context = process_context()

    def __enter__(self) -> "_ProcessPool":
        if _is_starting():  # the parent has the message
            raise SystemExit(1)
        self._stop, self._started = self._context.Event(), self._context.Event()
        self._pool = self._new_pool()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._count, self._context, initializer=_start, initargs=(self._data, self._stop, self._started)
        )

    def run(
        self, function: JobFunction, tasks: Sequence[Any], heartbeat: Heartbeat = do_nothing
    ) -> Iterator[tuple[int, Any]]:
        pending, deaths = dict(enumerate(tasks)), 0
        while pending:
            try:
                for i, result in collected(
                    lambda task: self._pool.submit(_run_job, function, task), pending, heartbeat
                ):
                    del pending[i]
                    yield i, result
            except BrokenExecutor:
                if not self._started.is_set():
                    raise InputError(NO_GUARD) from None
                deaths += 1
                if deaths > MAX_RESTARTS:
                    raise InputError(
                        f"{deaths} of the training processes died; is there enough memory? Try --cores 1"
                    ) from None
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = self._new_pool()


class _SameProcesses:
    """The processes of a pool with other data: these come with every job, and a process unpacks them once."""

    def __init__(self, pool: _ProcessPool, packed: bytes) -> None:
        self._pool, self._packed = pool, packed

    def run(
        self, function: JobFunction, tasks: Sequence[Any], heartbeat: Heartbeat = do_nothing
    ) -> Iterator[tuple[int, Any]]:
        return self._pool.run(_run_on_packed, [(function, self._packed, task) for task in tasks], heartbeat)


def _run_on_packed(_: object, task: tuple[JobFunction, bytes, Any], check: CancelCheck) -> Any:
    function, packed, own = task
    if _held.get("packed") != packed:
        _held.update(packed=packed, unpacked=pickle.loads(packed))
    return function(_held["unpacked"], own, check)


def collected(
    submit: Callable[[Any], Future[Any]], tasks: dict[int, Any], heartbeat: Heartbeat
) -> Iterator[tuple[int, Any]]:
    """Results as they come in, with a heartbeat while none does; unfinished jobs are cancelled if the caller stops.

    `concurrent.futures.wait` is not used: it takes the locks of all futures one by one, and a signal that ends the
    program in the midst of it would leave some taken, for which the pool's own thread then waits for ever.
    """
    waiting: dict[Future[Any], int] = {}
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    try:
        with signals_held():
            for i, task in tasks.items():
                future = submit(task)
                waiting[future] = i
                future.add_done_callback(done.put)
        while waiting:
            finished = _finished(done)
            if not finished:
                heartbeat()
            # Yield every result before a failure is raised.
            for future in sorted(finished, key=_failed):
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()


def _finished(done: "SimpleQueue[Future[Any]]") -> list[Future[Any]]:
    """The futures that are done by now; none if none was within a heartbeat."""
    finished = []
    with suppress(Empty):
        finished.append(done.get(timeout=HEARTBEAT_SECONDS))
        while True:
            finished.append(done.get_nowait())
    return finished


def _failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None


_held: dict[str, Any] = {}


def _is_starting() -> bool:
    """Whether this is a process that is being started, and runs the main script as the import of a module."""
    imported = sys.modules.get("__mp_main__")
    return imported is not None and imported is not sys.modules["__main__"]


def _start(data: Any, stop: Event, started: Event) -> None:
    """Set up a new process: it holds the data, leaves Ctrl-C to the parent, and ends when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
    one_blas_thread()
    _held.update(data=data, stop=stop)
    started.set()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def is_pool_process() -> bool:
    """Whether this is a process that an executor has started: it ends with its jobs."""
    return bool(_held)


def _run_job(function: JobFunction, task: Any) -> Any:
    return function(_held["data"], task, _raise_if_cancelled)


def _raise_if_cancelled() -> None:
    if _held["stop"].is_set():
        raise CancelledJob
