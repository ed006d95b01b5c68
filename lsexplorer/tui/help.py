"""The help screen: keys, and a glossary with the equation of every column, made from the tables themselves."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static, TabbedContent, TabPane

from lsexplorer.nn.losses import LOSSES, signal_text
from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.commands import COMMANDS, COMPARE_COMMANDS, PATTERN_COMMANDS, TOUR_COMMANDS, Command
from lsexplorer.tui.compare import tables as arm_tables
from lsexplorer.tui.explorer import delta_table, weights_table
from lsexplorer.tui.patterns import neuron_table, pattern_table
from lsexplorer.tui.widgets.number_table import Column

_IDEA = """\
A weight moves by η·h·δ, where h comes in through the weight and δ = −∂L/∂z is the node's signal. With softmax and \
cross-entropy, δ = t′ − o: the target less the output.

With a hard target, o can come near 1 but not reach it, so the pull never ends and the weights keep growing. With \
label smoothing the target is t′ = (1 − a)·t + a/K: once o is above t′ the sign turns, and the weights shrink again. \
L2 pulls every weight by −ηλw whatever the outputs are; L1 by −ηλ·sign(w); weight decay takes −ηλw off beside the \
optimiser, so that under plain SGD it is L2 itself.

Would L2 have done the same? Look at the right-hand columns: they show the same next step without any regulariser, and \
with each of them alone. Press s or l to make one of them real, run on, press b to come back, and take the other way: \
the path you left stays in the charts as a grey ghost.

t is a tour of all this in a dozen stops. Each sets up a run, asks what it will do, and answers when you have tried. \
Your own run waits untouched meanwhile: t or Esc goes back to it, and t again to the stop. K stays with the stop's \
run instead, and then goes between it and your own.
"""

_COMPARE = """\
c trains up to six arms in lock step, all from the same first weights and on the same batches, each with one \
regulariser alone: none, label smoothing, L2, L1, weight decay, at the strengths that the explorer's form holds. All \
else is as the explorer has it now; changes that were made there on the way are not repeated. The upper table is one \
node's part in the next step, in every arm; the lower one is how the arms do; an arm's letter and colour are those of \
its line in the charts.

m looks for the λ at which L2 has the weight norm that smoothing has: on some seeds, for as many epochs as suit the \
data. On other seeds it then measures whether the two are the same. That L2 becomes the sixth arm.
"""

_MORE_KEYS = (
    ("↑ ↓", "Choose a node in the delta table; scroll the weights when they have the focus."),
    (
        "",
        "In the charts: s l 1 d what was switched, η L * another setting, w weights edited, ● where the run stands. "
        "Grey dots are a path that was left.",
    ),
    ("ctrl+p", "Command palette: all of these by name, themes, a screenshot."),
)


_PATTERNS = """\
The pattern of a class says which hidden neurons are active for it. f is the share of the class's training samples \
for which a neuron is active (h > 0; under logistic h > .5). Its bit is 1 where f is above the threshold τ; the \
real-valued pattern ø is the mean activation. A dead neuron has the same activation for every training sample.

One neuron alone: with all others at 0 the output is z = b + w·h, a line for each class, and the highest line wins. \
The table has every class that wins for some h which the activation can give, and where the next one takes over; this \
is exact. Without a neuron: its h is 0, or its mean; a class is lost where its recall was 50% or more and is below it.

Hamming distance: in how many bits two classes differ. Cosine: of their mean activations. ρ (Spearman) says whether \
alike classes are also taken for each other: where the first is below 0 and the second above, they are.
"""


class HelpScreen(ModalScreen[None]):
    """Tabs: the idea, the keys, the columns, the signals of all losses, the hyperparameters."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 104; max-width: 96%; height: 90%; border: round $accent; background: $surface;
    }
    HelpScreen TabPane { padding: 1 1 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Close"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("left", "tab(-1)", "Tab before", show=False),
        Binding("right,tab", "tab(1)", "Next tab", show=False),
    ]
    _TABS = ("idea", "keys", "columns", "compare", "patterns", "signals", "settings")

    def __init__(self, first: str = "idea") -> None:
        """first: the tab to open on."""
        super().__init__()
        self._first = first

    def compose(self) -> ComposeResult:
        """The tabs."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Help · ← → other tab · ↑ ↓ scroll · Esc closes"
            with TabbedContent(initial=self._first):
                with TabPane("The idea", id="idea"):
                    yield Static(_IDEA)
                with TabPane("Keys", id="keys"):
                    yield Static(_keys(COMMANDS, _MORE_KEYS))
                    yield Static("\n[b]In the tour[/b]")
                    yield Static(_keys(TOUR_COMMANDS))
                with TabPane("Columns", id="columns"):
                    yield Static(_columns("Next step", delta_table.COLUMNS))
                    yield Static(_columns("\nWeights", weights_table.COLUMNS))
                with TabPane("Compare", id="compare"):
                    yield Static(_COMPARE)
                    yield Static(_keys(COMPARE_COMMANDS))
                    yield Static(_columns("\nOne node in every arm", arm_tables.DELTA_COLUMNS))
                    yield Static(_columns("\nScores", arm_tables.SCORE_COLUMNS))
                with TabPane("Patterns", id="patterns"):
                    yield Static(_PATTERNS)
                    yield Static(_keys(PATTERN_COMMANDS))
                    yield Static(_columns("\nPatterns", pattern_table.COLUMNS))
                    yield Static(_columns("\nNeurons", neuron_table.COLUMNS))
                with TabPane("Signals", id="signals"):
                    yield Static(_signals())
                with TabPane("Hyperparameters", id="settings"):
                    yield Static(_hyperparameters())

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=3 * by, animate=False)

    def action_tab(self, by: int) -> None:
        """Show the tab beside this one, from its top."""
        self.query_one(VerticalScroll).scroll_home(animate=False)
        tabs = self.query_one(TabbedContent)
        tabs.active = self._TABS[(self._TABS.index(tabs.active) + by) % len(self._TABS)]


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, no_wrap=title in ("key", "column", "output", "loss", "name"))
    return table


def _keys(commands: Iterable[Command], more: Iterable[tuple[str, str]] = ()) -> Table:
    table = _table("key", "")
    for command in commands:
        table.add_row(command.key_display or command.key.replace(",", " "), command.help)
    for row in more:
        table.add_row(*row)
    return table


def _columns(title: str, columns: Mapping[str, Column]) -> Table:
    table = _table("column", "")
    table.title, table.title_justify, table.title_style = title, "left", "bold"
    for column in columns.values():
        table.add_row(column.title or "node", column.help)
    return table


def _signals() -> Table:
    table = _table("output", "loss", "formula", "signal")
    for loss, entry in LOSSES.items():
        for output in entry.outputs:
            # As Text, since a string's [brackets] would be read as markup.
            table.add_row(output, loss, Text(entry.formula), Text(signal_text(output, loss).equation))
            if output == "softmax" and loss == "mse":
                table.add_row(output, loss, "diagonal Jacobian", Text(signal_text(output, loss, "diagonal").equation))
    return table


def _hyperparameters() -> Table:
    table = _table("name", "", "live")
    for entry in schema():
        may_be = entry.range_text[:1].upper() + entry.range_text[1:]
        table.add_row(entry.name, f"{entry.help} {may_be}.", "live" if entry.live else "")
    return table
