"""Every method at the strength that validation chooses, judged on test rows."""

from lsexplorer.study.best.contest import Best, best

__all__ = ["Best", "best"]
