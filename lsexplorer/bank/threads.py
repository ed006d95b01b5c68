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


def one_blas_thread() -> AbstractContextManager[Any]:
    """Limit BLAS to one thread: inside a ``with``, or for the process if merely called."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit
