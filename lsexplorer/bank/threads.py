"""How many threads a matrix product uses.

A bank's products are many and small, and threads wait for one another. Digits, 64-32-10, batch 32, 57 networks, on two
busy cores: 560 to 730 µs a network-step with two threads, 38 to 70 with one.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> Any:
    """Looks for the libraries once, since that takes milliseconds."""
    return ThreadpoolController()


@cache
def _own_threads() -> int:
    """How many threads BLAS uses where nobody limits it."""
    return max([library["num_threads"] for library in _controller().info() if library["user_api"] == "blas"], default=1)


def own_blas_threads() -> AbstractContextManager[Any]:
    """Inside a ``with``, let BLAS use the threads that it had before it was limited: for code that is not ours."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=_own_threads(), user_api="blas")
    return limit


def one_blas_thread() -> AbstractContextManager[Any]:
    """Limit BLAS to one thread: inside a ``with``, or for the process if merely called."""
    _own_threads()  # before the first limit
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit
