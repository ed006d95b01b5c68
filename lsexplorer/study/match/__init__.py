"""Which strength of another regulariser matches a given label smoothing, and how close the two networks then are."""

from lsexplorer.study.match.matching import Match, match

__all__ = ["Match", "match"]
