"""What processes that train need: the server that they are copies of imports it before the first of them starts."""

import sys
from importlib import import_module

from lsexplorer.bank.compiled import kernel
from lsexplorer.bank.threads import one_blas_thread

_JOBS = ("lsexplorer.study.jobs.arms", "lsexplorer.study.claims.jobs")


def _load_compiler() -> None:
    """Let numba look around, which it does before its first loop and which takes longer than to load that.

    It would import SciPy's linear algebra too, which takes as long again, for products that the loops have none of.
    """
    if kernel() is None:
        return
    from numba import njit

    absent = "scipy.linalg" not in sys.modules
    if absent:
        sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        njit("int64(int64)")(lambda number: number)
    finally:
        if absent:
            del sys.modules["scipy.linalg"]


one_blas_thread()
_load_compiler()
for _name in _JOBS:
    import_module(_name)
