"""The explorer's view of the run: the next step in numbers, and how the run has gone so far."""

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from lsexplorer.tui.explorer.charts import RunCharts
from lsexplorer.tui.explorer.delta_table import DeltaTable
from lsexplorer.tui.explorer.picture_pane import PicturePane
from lsexplorer.tui.explorer.run_charts import MEASURES
from lsexplorer.tui.explorer.weights_table import WeightsTable
from lsexplorer.tui.explorer.worked import worked_norms, worked_signal
from lsexplorer.tui.explorer.worked_weight import worked_weight
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.view_state import ViewState
from lsexplorer.tui.widgets.fitting_lines import FittingLines
from lsexplorer.tui.widgets.number_table import NumberTable

PANES = ("weights", "norms", "measures")
FOLDED_VIEWS = ("weights", "norms", *MEASURES)


class RunView(Vertical):
    """Delta table, the selected node's signal and the selected weight's move worked out, weights and charts."""

    BLANK = True
    """Its widgets cover it; Textual would draw and filter its lines below them at every key."""

    pane: reactive[str] = reactive("weights", init=False)
    """What is shown below the delta table where there is room for one pane: one of FOLDED_VIEWS."""

    _frame: Frame | None = None

    deltas = getters.query_one("#deltas", DeltaTable)
    worked = getters.query_one("#worked", FittingLines)
    weights = getters.query_one("#weights", WeightsTable)
    charts = getters.query_one(RunCharts)
    picture = getters.query_one(PicturePane)

    view: reactive[str] = reactive("tables", init=False)
    """Tables and charts, or the picture in their place: one of VIEWS."""

    def __init__(self) -> None:
        super().__init__(id="main", classes="-weights")

    def compose(self) -> ComposeResult:
        """The next step above, the run so far below."""
        yield DeltaTable(id="deltas")
        yield FittingLines(id="worked")
        yield WeightsTable(id="weights")
        yield RunCharts(id="charts")
        yield PicturePane()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame everywhere but in the charts."""
        self._frame = frame
        self.deltas.show_frame(frame)
        self.weights.show_frame(frame)
        self.show_worked()

    @on(NumberTable.Moved, "#weights")
    @on(events.DescendantFocus)
    @on(events.Resize)
    def show_worked(self) -> None:
        """Work the selected node's signal and the selected weight's move out.

        Where there is room for two lines, the second is that of the weight if its table has the focus.
        """
        frame = self._frame
        if frame is None:
            return
        weight = worked_weight(frame.deltas, frame.node, self.weights.source, frame.hp)
        norms = [worked_norms(frame)]
        first = self.weights.has_focus and self.worked.size.height < 3
        others = (weight, norms) if first else (norms, weight)
        self.worked.lines = worked_signal(frame.deltas, frame.node, frame.hp), *others

    def watch_pane(self, pane: str) -> None:
        """Show another pane."""
        shown = "measures" if pane in MEASURES else pane
        self.update_classes({f"-{name}": name == shown for name in PANES})

    @property
    def in_picture(self) -> bool:
        """Whether a picture stands in the place of tables and charts."""
        return self.view != "tables"

    def watch_view(self, view: str) -> None:
        """Show a picture in the place of tables and charts, or these again."""
        had_focus = self.picture.has_focus_within
        self.set_class(self.in_picture, "-picture")
        self.picture.view = view
        if self.in_picture or had_focus:
            self.focus_first()

    def focus_first(self) -> None:
        """Go into the picture, or the delta table."""
        (self.picture.picture if self.in_picture else self.deltas).focus()

    def show_next(self, folded: bool) -> None:
        """Turn to the next page of measures; folded: to the next pane, of which each page is one."""
        views, now = (FOLDED_VIEWS, self.pane) if folded else (tuple(MEASURES), self.charts.page)
        self.pane = views[(views.index(now) + 1) % len(views)]
        if self.pane in MEASURES:
            self.charts.page = self.pane

    def focus_other_table(self) -> None:
        """Go from one table to the other; when folded, the weights may have to be shown first."""
        self.pane, self.view = "weights", "tables"
        (self.deltas if self.weights.has_focus else self.weights).focus()

    @property
    def state(self) -> ViewState:
        """How the run is looked at now."""
        tables = self.deltas, self.weights
        return ViewState(
            pane=self.pane,
            view=self.view,
            variants=tuple(self.picture.variants.items()),
            page=self.charts.page,
            log_axes=self.charts.log_axes,
            by_size=self.weights.by_size,
            weight=self.weights.cursor,
            scroll=tuple((float(table.scroll_offset.x), float(table.scroll_offset.y)) for table in tables),
        )

    def prepare(self, state: ViewState) -> None:
        """Look at the run in this way from the next frame on."""
        self.pane = state.pane
        self.picture.variants = dict(state.variants)
        self.view = state.view
        self.charts.page, self.charts.log_axes = state.page, state.log_axes
        self.weights.by_size = state.by_size

    def select(self, state: ViewState) -> None:
        """Select and scroll to what the state says, once its frame is shown."""
        self.weights.cursor = state.weight
        self.call_after_refresh(self._scroll, state.scroll)

    def _scroll(self, offsets: tuple[tuple[float, float], ...] | None) -> None:
        """Scroll the tables to where they were, or to their selected rows."""
        for table, (x, y) in zip((self.deltas, self.weights), offsets or ((0, 0), (0, 0)), strict=True):
            table.scroll_to(x, y, animate=False)
            if offsets is None:
                table.watch_cursor()
