"""How the processes that train are started.

On Linux a server has imported all that they need, once, and each of them is a copy of it. Elsewhere each imports it
anew.
"""

import multiprocessing
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext

_PRELOADED = "lsexplorer.study.jobs.preloaded"


def process_context() -> BaseContext:
    """How multiprocessing starts processes here."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_PRELOADED])
    return context


def start_server() -> None:
    """Start the server, where there is one, and do not wait for it: it gets ready while the caller does."""
    if sys.platform == "linux":
        from multiprocessing import forkserver, resource_tracker

        process_context()
        resource_tracker.ensure_running()  # by itself: it lets all signals through when it is done
        with signals_held():
            forkserver.ensure_running()


@contextmanager
def signals_held() -> Iterator[None]:
    """Hold back the signals that end the program, while locks of processes are in use.

    Processes started meanwhile inherit the block: they never receive Ctrl-C, not even during their imports; a process
    that trains lets the other signals through again. A block alone does not hold a signal back here: a thread of BLAS
    may take it, and Python then calls the handler in the main thread, wherever that is.
    """
    if sys.platform == "win32":
        yield
        return
    ending, came = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}, list[int]()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    is_main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in ending} if is_main else {}
    own = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in own:
        signal.signal(number, lambda taken, frame: came.append(taken))
    try:
        yield
    finally:
        for number, handler in own.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for taken in came:
            signal.raise_signal(taken)
