"""What the hidden neurons of a trained network stand for, and training on such patterns."""

from lsexplorer.study.patterns.pattern_study import PatternStudy

__all__ = ["PatternStudy"]
