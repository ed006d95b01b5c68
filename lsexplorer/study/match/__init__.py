"""The strength of another simple means that matches a given label smoothing, and how close the two then are."""

from lsexplorer.study.match.matching import Match, Matches, match, match_all

__all__ = ["Match", "Matches", "match", "match_all"]
