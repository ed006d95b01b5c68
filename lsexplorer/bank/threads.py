"""How many threads a matrix product uses.

A bank's products are many and small, and threads wait for one another. Digits, 64-32-10, batch 32, 57 networks, on two
busy cores: 560 to 730 µs a network-step with two threads, 38 to 70 with one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from lsexplorer.nn.arrays import Array


@cache
def _controller() -> Any:
    """Looks for the libraries once, since that takes milliseconds."""
    return ThreadpoolController()


def look_for_libraries() -> None:
    """Find the libraries anew, after an import that has brought one."""
    _own_threads()  # before the first limit
    _controller.cache_clear()


@cache
def _own_threads() -> int:
    """How many threads BLAS uses where nobody limits it."""
    return max([library["num_threads"] for library in _controller().info() if library["user_api"] == "blas"], default=1)


@cache
def _adding_product(dtype: np.dtype[Any]) -> Callable[..., Array] | None:
    """BLAS's c ← α·a·b + β·c; None without SciPy. Importing it takes .1 s."""
    try:
        from scipy.linalg.blas import dgemm, sgemm
    except ImportError:
        return None
    look_for_libraries()  # SciPy brings a BLAS of its own
    product: Callable[..., Array] = dgemm if dtype == np.float64 else sgemm
    return product


def add_product(a: Array, b: Array, out: Array, at_once: bool) -> None:
    """Add a·b to ``out``: (m, k) times (k, n), all contiguous but for b, which may be a transpose.

    at_once: let BLAS add as it multiplies, which SciPy offers and NumPy does not; without SciPy, and for arrays that
    are not worth importing it, it takes two more passes over ``out``.
    """
    product = _adding_product(out.dtype) if at_once else None
    if product is None:
        out += a.dot(b)
    else:
        # BLAS stores by columns, as these arrays' transposes are stored: outᵀ ← outᵀ + bᵀ·aᵀ.
        by_rows = b.flags.c_contiguous
        product(1.0, b.T if by_rows else b, a.T, beta=1.0, c=out.T, trans_a=not by_rows, overwrite_c=True)


def own_blas_threads() -> AbstractContextManager[Any]:
    """Inside a ``with``, let BLAS use the threads that it had before it was limited: for code that is not ours."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=_own_threads(), user_api="blas")
    return limit


def one_blas_thread() -> AbstractContextManager[Any]:
    """Limit BLAS to one thread: inside a ``with``, or for the process if merely called."""
    _own_threads()  # before the first limit
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit
