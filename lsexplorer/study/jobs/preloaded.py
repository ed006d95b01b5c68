"""What processes that train need: the server that they are copies of imports it before the first of them starts."""

from importlib import import_module

from lsexplorer.bank.compiled import kernel
from lsexplorer.bank.threads import one_blas_thread

one_blas_thread()
import_module("lsexplorer.study.jobs.arms")
if kernel() is not None:
    # Before its first loop numba looks around, for longer than it takes to load that.
    import_module("numba").njit("int64(int64)")(lambda number: number)
