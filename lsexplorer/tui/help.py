"""The help: the idea, a page for each screen made from its commands and columns, and reference tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.render.rich_tables import rich_table
from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.commands import Command, by_purpose
from lsexplorer.tui.page_screen import PageScreen
from lsexplorer.tui.pictures import PICTURES
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.widgets.cells import Column
from lsexplorer.views import VIEWS

_IDEA = """\
A weight moves by η·h·δ, where h comes in through the weight and δ = −∂L/∂z is the node's signal. With softmax and \
cross-entropy, δ = t′ − o: the target minus the output.

With a hard target, o approaches 1 but never reaches it, so the gradient never vanishes and the weights keep growing. \
With label smoothing the target is t′ = (1 − a)·t + a/K: once o is above t′ the sign turns, and the weights shrink \
again. L2 pulls every weight by −ηλw whatever the outputs are, and L1 by −ηλ·sign(w). Weight decay subtracts ηλw \
separately from the optimiser, so under plain SGD it equals L2.

Would L2 have done the same? Look at the right-hand columns: they show the same next step without any regulariser, and \
with each of them alone. Press s or l to switch one of them on, run on, press b to come back, and try another: the \
path you left stays in the charts as grey dots.

t starts a tour of all this in a dozen steps. Each sets up a run, asks what it will do, and answers once you have \
tried. Your own run waits untouched: t or Esc returns to it, and t again resumes the tour.
"""

_EVERYWHERE = (("ctrl+p", "Command palette: these commands by name, themes, a screenshot."),)
"""Keys that textual itself adds to every screen."""


class HelpScreen(PageScreen[None]):
    """Tabs: the idea, a page for each screen, the pictures, the signals of all losses, the hyperparameters."""

    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { width: 104; max-width: 96%; height: 90%; }
    HelpScreen TabPane { padding: 1 1 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "dismiss", "Close"),
        Binding("left", "tab(-1)", "Tab before", show=False),
        Binding("right,tab", "tab(1)", "Next tab", show=False),
    ]

    box_title = "Help"
    keys = "← → change tab · ↑ ↓ scroll · Esc closes"

    def __init__(self, screens: Sequence[type[CommandScreen[Any]]], first: str) -> None:
        """screens: those to explain. first: the title of the page to open."""
        super().__init__()
        self._screens, self._first = screens, first

    def compose_page(self) -> Iterator[Widget]:
        """The tabs."""
        with TabbedContent(initial=_tab_id(self._first)):
            with _page("The idea"):
                yield Static(_IDEA)
            for screen in self._screens:
                with _page(screen.help_page.title):
                    yield Static(screen.help_page.text)
                    yield Static(_keys(screen.commands))
                    for title, columns in screen.help_page.columns.items():
                        yield Static(_columns(f"\n{title}", columns))
            with _page("Pictures"):
                for name, kind in PICTURES.items():
                    yield Static(f"[b]{VIEWS.index(name) + 1} {name}[/b]")
                    yield Static(f"{kind.help}\n", markup=False)
            with _page("Signals"):
                yield Static(_signals())
            with _page("Hyperparameters"):
                yield Static(_hyperparameters())

    def action_tab(self, by: int) -> None:
        """Show the next tab, or the one before, from its top."""
        self.query_one(VerticalScroll).scroll_home(animate=False)
        tabs = self.query_one(TabbedContent)
        ids = [pane.id for pane in self.query(TabPane)]
        tabs.active = str(ids[(ids.index(tabs.active) + by) % len(ids)])


def screens() -> tuple[type[CommandScreen[Any]], ...]:
    """The screens that the help explains, loaded with it."""
    from lsexplorer.tui.compare.screen import CompareScreen
    from lsexplorer.tui.data.screen import DataScreen
    from lsexplorer.tui.explorer.screen import ExplorerScreen
    from lsexplorer.tui.open.screen import OpenScreen
    from lsexplorer.tui.patterns.screen import PatternsScreen

    return ExplorerScreen, CompareScreen, DataScreen, PatternsScreen, OpenScreen


def _page(title: str) -> TabPane:
    return TabPane(title, id=_tab_id(title))


def _tab_id(title: str) -> str:
    return title.lower().replace(" ", "_")


def _keys(commands: Iterable[Command]) -> Table:
    rows: list[tuple[str | Text, ...]] = []
    groups = by_purpose(commands)
    for purpose, group in groups.items():
        if len(groups) > 2:
            rows.append(("", Text(purpose or "Further", "bold")))
        rows += [(command.key_display or command.key.replace(",", " "), command.help) for command in group]
    return rich_table(("key", ""), [*rows, *_EVERYWHERE], wrap={1})


def _columns(title: str, columns: Mapping[str, Column]) -> Table:
    table = rich_table(("column", ""), [(column.title or "node", column.help) for column in columns.values()], wrap={1})
    table.title, table.title_justify, table.title_style = title, "left", "bold"
    return table


def _signals() -> Table:
    rows = []
    for loss, entry in LOSSES.items():
        for output in entry.outputs:
            rows.append((output, loss, entry.formula, signal_of(output, loss).equation))
            if output == "softmax" and loss == "mse":
                rows.append((output, loss, "diagonal Jacobian", signal_of(output, loss, "diagonal").equation))
    return rich_table(("output", "loss", "formula", "signal"), rows, wrap={2, 3})


def _hyperparameters() -> Table:
    rows = []
    for entry in schema():
        may_be = entry.range_text[:1].upper() + entry.range_text[1:]
        rows.append((entry.name, f"{entry.help} {may_be}.", "live" if entry.live else ""))
    return rich_table(("name", "", "live"), rows, wrap={1})
