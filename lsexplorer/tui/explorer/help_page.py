"""The explorer's page of the help."""

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.tui.explorer import delta_table, weights_table
from lsexplorer.tui.screen import HelpPage

_LETTERS = " ".join(entry.letter for entry in REGULARIZERS.values())
_TEXT = f"""\
One run, step by step: what the next step does at each node, to the weights into the selected node (↑ ↓ in the \
upper table), and how the run has gone so far.

The lines below the upper table work the selected node's δ and the selected weight's move out, in numbers that \
come out with the digits shown; on a small terminal the weight's stands there while its table has the focus (Enter).

Marks in the charts and on the timeline: {_LETTERS} a regulariser was switched, η L * another setting was changed, \
w weights were edited, ● the present step. Grey dots are paths that you left.
"""

HELP_PAGE = HelpPage("Explorer", _TEXT, {"Next step": delta_table.COLUMNS, "Weights": weights_table.COLUMNS})
