"""Matches of anyone's networks: a function of the user's trains them, one a call."""

from lsexplorer.study.train_function.recipe import Recipe

__all__ = ["Recipe"]
