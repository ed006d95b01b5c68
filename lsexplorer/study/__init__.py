"""Many runs in lock step."""

from lsexplorer.study.bank import Bank
from lsexplorer.study.match import Match, match

__all__ = ["Bank", "Match", "match"]
