"""A run as code in another framework."""

from lsexplorer.export.scripts import FRAMEWORKS, script, write_script

__all__ = ["FRAMEWORKS", "script", "write_script"]
