"""The strength of another regulariser that matches a given label smoothing, and how close the two then are."""

from lsexplorer.study.match.matching import Match, match

__all__ = ["Match", "match"]
