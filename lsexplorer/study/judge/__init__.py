"""Results that are there already: which of the strengths matches, and how close the two then are."""

from lsexplorer.study.judge.judgement import Judgement, Judgements
from lsexplorer.study.judge.judging import judge, judge_all

__all__ = ["Judgement", "Judgements", "judge", "judge_all"]
