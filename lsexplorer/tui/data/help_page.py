"""The data screen's page of the help."""

from lsexplorer.tui.data.rows_table import COLUMNS
from lsexplorer.tui.screen import HelpPage

_TEXT = """\
Every row of the training and the test part: its hard and its soft target, and the network's prediction for it at the \
present step. Label smoothing changes nothing but the targets: t′ = (1 − a)·t + a/K. If you switch or change it here, \
the explorer's next step uses it too.

Below the table is the selected row as the article prints it: predictors, targets, class.
"""

HELP_PAGE = HelpPage("Data", _TEXT, {"Rows": COLUMNS})
