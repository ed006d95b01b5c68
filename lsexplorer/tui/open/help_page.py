"""The page of the help for the screen that opens a file."""

from lsexplorer.tui.open.fields import COLUMNS
from lsexplorer.tui.screen import HelpPage

_TEXT = """\
Recent files come first, then those of the folder. Tab completes a name, ↑ ↓ choose another, Enter reads it. What was \
understood is then shown: which column is the class and why, what was left out or dropped, the first rows as they were \
read. Nothing is loaded yet.

Where a guess is wrong, say in the fields how the file is to be read; it is read again as you type. Enter loads it as \
a new run, and the run that you had is kept: K goes back to it. Esc leaves everything as it was.
"""

HELP_PAGE = HelpPage("Open", _TEXT, {"Fields": COLUMNS})
