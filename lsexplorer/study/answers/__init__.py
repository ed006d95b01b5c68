"""What trained networks answered, whoever trained them: all that is measured is measured of that."""

from lsexplorer.study.answers.answer import Answer

__all__ = ["Answer"]
