"""Many runs in lock step."""

from lsexplorer.study.bank import Bank

__all__ = ["Bank"]
