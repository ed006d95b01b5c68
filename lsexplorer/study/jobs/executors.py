"""Where cells of work are done: in this process, on this machine's cores, or on a Dask cluster.

A cell is a call ``function(data, task, check)`` whose result depends on nothing else, so that it may be done anywhere
and again. Each place is a concurrent.futures executor; a worker that dies costs the time of the cells it had.
"""

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from multiprocessing.synchronize import Event
from typing import Any, Protocol
from urllib.parse import urlsplit

from lsexplorer.bank.threads import one_blas_thread
from lsexplorer.errors import InputError

Check = Callable[[], None]
"""A cell calls it now and then; it raises CancelledCell when nobody waits for the result any more."""
Cell = Callable[[Any, Any, Check], Any]
LOST = 3
"""So often a pool of processes is made anew after one of them died."""
TICK = 0.2
"""Seconds of waiting for results between two ticks."""
PATIENCE = 10
"""Seconds to wait for a Dask scheduler and for its first worker."""


class CancelledCell(Exception):  # noqa: N818  # no error: nobody wants the result
    """Raised in a cell that is no longer wanted."""


class Workers(Protocol):
    """Does cells of work on one data set."""

    def each(self, cell: Cell, tasks: Sequence[Any], tick: Check | None = None) -> Iterator[tuple[int, Any]]:
        """The tasks' numbers and results, in the order in which they come in.

        tick: called every now and then while nothing comes in; may raise to stop.
        """


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def open_workers(where: int | str | None, data: Any) -> Iterator[Workers]:
    """Workers that hold ``data``: None for this process, a number of processes, or a Dask scheduler's address.

    With processes, a script that calls this needs the usual ``if __name__ == "__main__":``. Raises InputError for a
    number below 1, or a scheduler that does not answer.
    """
    if where is None:
        yield _Here(data)
    elif isinstance(where, str):
        with _cluster(where, data) as found:
            yield found
    elif where < 1:
        raise InputError(f"the work needs 1 process or more, got {where}")
    else:
        with _Processes(where, data) as processes:
            yield processes


class _Here:
    def __init__(self, data: Any) -> None:
        self._data = data

    def each(self, cell: Cell, tasks: Sequence[Any], tick: Check | None = None) -> Iterator[tuple[int, Any]]:
        for i, task in enumerate(tasks):
            yield i, cell(self._data, task, tick or _go_on)


class _Processes:
    """Processes of this machine. They start when first needed, and hold the data from then on."""

    def __init__(self, count: int, data: Any) -> None:
        self._count, self._data = count, data
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> "_Processes":
        self._stop = self._context.Event()
        self._pool = self._new_pool()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._count, self._context, initializer=_start, initargs=(self._data, self._stop))

    def each(self, cell: Cell, tasks: Sequence[Any], tick: Check | None = None) -> Iterator[tuple[int, Any]]:
        left, lost = dict(enumerate(tasks)), 0
        while left:
            try:
                for i, result in _collected(lambda task: self._pool.submit(_work, cell, task), left, tick or _go_on):
                    del left[i]
                    yield i, result
            except BrokenExecutor:
                lost += 1
                if lost > LOST:
                    raise InputError(
                        f"{lost} of the processes that train died; is there enough memory? Try --cores 1"
                    ) from None
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = self._new_pool()


def _collected(submit: Callable[[Any], Future[Any]], tasks: dict[int, Any], tick: Check) -> Iterator[tuple[int, Any]]:
    """Results as they come in, a ``tick`` while none does; what is not done is cancelled when the caller stops."""
    waiting: dict[Future[Any], int] = {}
    try:
        with _ctrl_c_held():
            for i, task in tasks.items():
                waiting[submit(task)] = i
        while waiting:
            done, _ = wait(waiting, TICK, FIRST_COMPLETED)
            if not done:
                tick()
            # All that is done is told before a failure is raised.
            for future in sorted(done, key=_failed):
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Ctrl-C waits. Processes that start meanwhile never hear it, not even while they import what `_start` is in."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None


_held: dict[str, Any] = {}


def _start(data: Any, stop: Event) -> None:
    """In a new process: hold the data, leave Ctrl-C to the parent, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_blas_thread()
    _held.update(data=data, stop=stop)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(cell: Cell, task: Any) -> Any:
    return cell(_held["data"], task, _check_stop)


def _check_stop() -> None:
    if _held["stop"].is_set():
        raise CancelledCell


def _go_on() -> None:
    """Nobody cancels."""


class _Dask:
    """A cluster's workers, through its client's executor. The data is sent to all of them before the work."""

    def __init__(self, client: Any, data: Any) -> None:
        self._client, self._data = client, data

    def each(self, cell: Cell, tasks: Sequence[Any], tick: Check | None = None) -> Iterator[tuple[int, Any]]:
        from distributed import KilledWorker

        left, lost = dict(enumerate(tasks)), 0
        held = self._send()
        with self._client.get_executor(retries=LOST) as executor:
            while left:
                try:
                    for i, result in _collected(
                        lambda task: executor.submit(cell, held, task, _go_on),  # noqa: B023
                        left,
                        tick or _go_on,
                    ):
                        del left[i]
                        yield i, result
                except CancelledError:  # all the workers that had the data are gone
                    lost += 1
                    if lost > LOST:
                        raise InputError("the cluster loses its workers again and again") from None
                    held = self._send()
                except KilledWorker:
                    raise InputError("a cell of the work has killed several of the cluster's workers") from None

    def _send(self) -> Any:
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise InputError("the Dask scheduler has no workers: start one with `dask worker`") from None
        return self._client.scatter(self._data, broadcast=True, hash=False)


def _check_reached(address: str) -> None:
    """Raise InputError unless something listens there.

    Found out before a Dask client is made: one that could not connect may, when it is thrown away while the next one
    starts, have that wait for ever (distributed 2026.8).
    """
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("tcp", "tls") or parts.hostname is None or parts.port is None:
            raise _no_scheduler(address)
        socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE).close()
    except InputError:
        raise
    except (OSError, ValueError):
        raise _no_scheduler(address) from None


def _no_scheduler(address: str) -> InputError:
    return InputError(f"no Dask scheduler answers at '{address}': give its address, such as tcp://HOST:8786")


@contextmanager
def _cluster(address: str, data: Any) -> Iterator[Workers]:
    try:
        import distributed
    except ImportError:
        raise InputError("a scheduler needs Dask: pip install 'lsexplorer[cluster]'") from None
    import importlib.metadata

    _check_reached(address)
    with ExitStack() as stack:
        try:
            client = stack.enter_context(distributed.Client(address, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError):
            raise _no_scheduler(address) from None
        try:
            client.run(importlib.metadata.version, "lsexplorer")
        except importlib.metadata.PackageNotFoundError:
            raise InputError(f"a worker at {address} lacks lsexplorer: install the same version there") from None
        yield _Dask(client, data)
