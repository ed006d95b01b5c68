"""How many threads a matrix product uses.

A bank's products are many and small. With a thread for each core they wait for one another: digits, 64-32-10, batch 32,
57 networks, two cores of which others used a part: 560 to 730 µs a network-step, with one thread 38 to 70.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> Any:
    """Looks for the libraries once: it takes milliseconds."""
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[Any]:
    """While it lasts, or for good where it is called and not entered, matrix products use one thread."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit
