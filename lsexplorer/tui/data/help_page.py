"""The data screen's page of the help."""

from lsexplorer.tui.data.rows_table import COLUMNS
from lsexplorer.tui.screen import HelpPage

_TEXT = """\
Every row of the training and the test part, with its hard and its soft target, and the network's prediction for it at \
the present step. Label smoothing changes the targets and nothing else: t′ = (1 − a)·t + a/K. Smoothing switched or \
changed here holds in the explorer too, from its next step on.

Below the table the selected row stands as the article prints it: predictors, targets, class.
"""

HELP_PAGE = HelpPage("Data", _TEXT, {"Rows": COLUMNS})
