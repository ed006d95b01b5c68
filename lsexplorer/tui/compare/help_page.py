"""The compare screen's page of the help."""

from lsexplorer.tui.compare import tables
from lsexplorer.tui.screen import HelpPage

_TEXT = """\
c trains up to six methods in lock step, all from the same initial weights and on the same batches: plain training, \
and each regulariser alone (label smoothing, L2, L1, weight decay) at the strength set in the explorer's form. All \
other settings are those of the explorer now; changes made there during the run are not repeated. The upper table is \
one node's part in the next step under each method; the lower one scores the methods. A method's letter and colour are \
those of its line in the charts.

m searches for the λ at which L2 gives the same weight norm as smoothing: on some seeds, for as many epochs as suit \
the data. On other seeds it then measures whether the two are the same. That L2 becomes the sixth method.
"""

HELP_PAGE = HelpPage(
    "Compare", _TEXT, {"One node in every method": tables.DELTA_COLUMNS, "Scores": tables.SCORE_COLUMNS}
)
