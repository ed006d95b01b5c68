"""The compare screen's page of the help."""

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.tui.compare import tables
from lsexplorer.tui.screen import HelpPage

_NAMES = ", ".join(entry.label for entry in REGULARIZERS.values() if entry.keyed)
_OTHERS = ", ".join(entry.label for entry in REGULARIZERS.values() if not entry.keyed)
_TEXT = f"""\
c trains the methods in lock step, all from the same initial weights and on the same batches: plain training, and \
each regulariser alone ({_NAMES}) at the strength set in the explorer's form; of the form's other regularisers \
({_OTHERS}) those that were switched on there, or given a strength. All other settings are those of the \
explorer now; changes made there during the run are not repeated. The upper table is one node's part in the next step \
under each method; the lower one scores the methods. A method's letter and colour are those of its line in the charts. \
2 to 7 show a picture of every method, all in the same scales; arrow keys or a click select a method, \
and a click on a node of a network or on a sample of a map selects it in every method.

m searches for the λ at which L2 gives the same weight norm as smoothing: on some seeds, for as many epochs as suit \
the data. On other seeds it then measures whether the two do the same. That L2 becomes a further method.
"""

HELP_PAGE = HelpPage(
    "Compare", _TEXT, {"One node in every method": tables.DELTA_COLUMNS, "Scores": tables.SCORE_COLUMNS}
)
