"""Many runs in lock step, and what is asked of trained networks."""

from lsexplorer.study.bank import Bank
from lsexplorer.study.match import Match, match
from lsexplorer.study.pattern_study import PatternStudy

__all__ = ["Bank", "Match", "PatternStudy", "match"]
