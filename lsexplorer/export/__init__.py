"""A run as code in another framework."""

from lsexplorer.export.parts import LABELS
from lsexplorer.export.scripts import FRAMEWORKS, check_name, script, write_script

__all__ = ["FRAMEWORKS", "LABELS", "check_name", "script", "write_script"]
