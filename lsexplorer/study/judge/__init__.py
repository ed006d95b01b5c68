"""Results that are there already: which of the strengths matches, and how close the two then are."""

from lsexplorer.study.judge.judgement import Judgement, Judgements

__all__ = ["Judgement", "Judgements"]
