"""Many networks of one shape that train in lock step."""

from lsexplorer.bank.bank import Bank

__all__ = ["Bank"]
