"""The explorer: one run, step by step."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from textual import getters, on
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Trainer
from lsexplorer.tui.commands import COMMANDS, TOUR_COMMANDS
from lsexplorer.tui.explorer.charts import RunCharts
from lsexplorer.tui.explorer.delta_table import DeltaTable
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.help_page import HELP_PAGE
from lsexplorer.tui.explorer.run_charts import MEASURES
from lsexplorer.tui.explorer.texts import WELCOME, changed, switched, taken
from lsexplorer.tui.explorer.weights_table import WeightsTable
from lsexplorer.tui.explorer.worked import worked_norms, worked_signal
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.view_state import ViewState
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.run_screen import RunScreen
from lsexplorer.tui.tour.guide import NO_OFFER, NO_TOUR, NOTHING_KEPT, Scene, TourGuide
from lsexplorer.tui.tour.panel import TourPanel
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from lsexplorer.tui.compare.screen import Taken

PANES = ("weights", "norms", "measures")
FOLDED_VIEWS = ("weights", "norms", *MEASURES)


class ExplorerScreen(RunScreen[None, Frame]):
    """Form, delta table, weights, charts and timeline of the session's run."""

    AUTO_FOCUS = "#deltas"
    CSS_PATH = "screen.tcss"
    commands = COMMANDS + TOUR_COMMANDS
    help_page = HELP_PAGE

    view: reactive[str] = reactive("weights", init=False)
    """What is shown below the delta table where there is room for one pane: one of FOLDED_VIEWS."""
    form_open: reactive[bool] = reactive(False, toggle_class="-form")
    """Whether the form is shown where there is room for one pane."""

    form = getters.query_one(Form)
    deltas = getters.query_one("#deltas", DeltaTable)
    weights = getters.query_one("#weights", WeightsTable)
    charts = getters.query_one(RunCharts)
    worked = getters.query_one("#worked", Static)
    tour_panel = getters.query_one(TourPanel)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.guide = TourGuide()
        self.first_message = session.note or WELCOME
        self._replacing = ""
        self.set_reactive(RunScreen.frame, session.frame())
        self.watch_view(self.view)

    def compose_body(self) -> Iterator[Widget]:
        """The form at the left, the next step and what came of the steps before at the right."""
        yield StatusBar()
        with Horizontal(id="body"):
            yield Form(self.shown.hp, self.shown.data_source, self.session.data_names, id="form")
            with Vertical(id="main"):
                yield DeltaTable(id="deltas")
                yield Static(id="worked", markup=False)
                yield WeightsTable(id="weights")
                yield RunCharts(id="charts")
        yield TourPanel(id="tour", markup=False)
        yield Timeline()

    def on_mount(self) -> None:
        """Show the first frame."""
        self.watch_frame(self.shown)

    # The run

    @property
    def run(self) -> Trainer:
        """The session's run."""
        return self.session.trainer

    @property
    def sample(self) -> int | None:
        """The session's sample."""
        return self.session.sample

    @sample.setter
    def sample(self, sample: int | None) -> None:
        self.session.sample = sample

    def make_frame(self, rate: float | None = None) -> Frame:
        """The session's frame."""
        return self.session.frame(rate)

    def show_tables(self, frame: Frame) -> None:
        """Show a frame in form and tables, and to the tour."""
        self.form.show_frame(frame)
        self.deltas.show_frame(frame)
        self.worked.update(f"{worked_signal(frame.deltas, frame.node, frame.hp)}\n{worked_norms(frame)}", layout=False)
        self.weights.show_frame(frame)
        self.guide.see(frame, self.session.match)
        if self.guide.progress is not None:
            self.tour_panel.show_progress(self.guide.progress, self.guide.number)

    def show_charts(self) -> None:
        """Norms, and a page of measures."""
        self.charts.show_frame(self.shown)

    def train_loss(self) -> float:
        """The network's."""
        return self.session.train_loss

    def restart(self) -> str:
        """The same initial weights under the present settings."""
        self.session.reset()
        return "Back at step 0, with the same initial weights."

    def watch_view(self, view: str) -> None:
        """Show another pane."""
        shown = "measures" if view in MEASURES else view
        self.update_classes({f"-{pane}": pane == shown for pane in PANES})

    # Keys

    def action_switch(self, name: str) -> None:
        """Switch a regulariser."""
        if self.attempt(lambda: self.session.toggle(name)):
            self.say(switched(self.shown, name))

    def action_order(self) -> None:
        """Order of the weights."""
        self.weights.toggle_order()

    def action_other_table(self) -> None:
        """From one table to the other; when folded, the weights may have to be shown first."""
        self.view = "weights"
        (self.deltas if self.weights.has_focus else self.weights).focus()

    def action_view(self) -> None:
        """Next chart; when folded, next pane."""
        views, now = (FOLDED_VIEWS, self.view) if self.folded else (tuple(MEASURES), self.charts.page)
        self.view = views[(views.index(now) + 1) % len(views)]
        if self.view in MEASURES:
            self.charts.page = self.view
            self.show_charts()

    def action_new_seed(self) -> None:
        """Step 0, other weights."""
        self.pause()
        seed = self.session.hyperparameters.seed + 1
        self.attempt(lambda: self.session.reset(seed), f"Back at step 0, with seed {seed}.")

    def action_save(self) -> None:
        """Ask for a file and write the run to it."""
        self.pause()
        name = self.session.path or f"{self.shown.data_name}-run.json"
        self.app.push_screen(Prompt("Save the run as", "`lsexplorer FILE` opens it again", self._save, name))

    def _save(self, text: str) -> None:
        path = os.path.expanduser(text.strip())
        if not path:
            raise InputError("a file needs a name, such as run.json")
        if not path.lower().endswith(".json"):
            raise InputError("the name must end in .json, or `lsexplorer FILE` takes it for a data set")
        if Path(path).is_file() and path not in (self.session.path, self._replacing):
            self._replacing = path
            raise InputError(f"{path} is there already; Enter once more replaces it")
        self.session.save(path)
        self.say(f"Saved {self.shown.step} steps as {path}.")

    def action_form(self) -> None:
        """Show the form and go into it."""
        self.form_open = True
        self.form.focus_first()

    async def action_quit(self) -> None:
        """Stop and leave; from the tour first to the own run."""
        self.pause()
        if self.guide.on_tour:
            self.action_tour()
        else:
            self.app.exit()

    # The tour

    def offers(self, action: str) -> bool:
        """The tour's actions make sense on the tour alone."""
        return super().offers(action) and self.guide.offers(action)

    def action_tour(self) -> None:
        """Begin the tour, resume it, or leave it."""
        self._change_scene(self.guide.leave if self.guide.on_tour else self.guide.enter)

    def action_leave_tour(self) -> None:
        """Leave the tour."""
        if self.guide.on_tour:
            self.action_tour()

    def action_tour_go(self, by: int) -> None:
        """Another step of the tour, or with 0 this one from its beginning."""
        if refusal := self.guide.cannot_go(by):
            self.say(refusal)
        else:
            self._change_scene(lambda _: self.guide.go(by))

    def action_tour_offer(self) -> None:
        """What the open question offers."""
        offer = self.guide.offer
        if offer is None:
            self.say(NO_OFFER if self.guide.on_tour else NO_TOUR)
            return
        self.pause()
        goals: list[int] = []
        if self.attempt(lambda: goals.append(offer(self.session))):
            self.train_to(goals[0])

    def action_tour_keep(self) -> None:
        """Keep the run of this step of the tour; outside the tour, switch to the next kept run."""
        if self.guide.can_keep:
            self._change_scene(self.guide.keep)
        else:
            self.say(NOTHING_KEPT)

    def _change_scene(self, change: Callable[[Scene], Scene]) -> None:
        """Show another run in place of this one, unless the form has changes that wait."""
        if self.form.waits:
            self.action_form()
            self.say("The form has changes that wait: Enter makes them, Esc undoes them.", error=True)
            return
        self.pause()
        scene = change(Scene(self.session, self.view_state()))
        self.session = scene.session
        self.set_class(self.guide.on_tour, "-tour")
        self.status.title = "lsexplorer tour" if self.guide.on_tour else "lsexplorer"
        self.show_view_state(scene.view)
        self.say(scene.message)

    def view_state(self) -> ViewState:
        """How the run is looked at now."""
        tables = self.deltas, self.weights
        return ViewState(
            pane=self.view,
            page=self.charts.page,
            log_axes=self.charts.log_axes,
            by_size=self.weights.by_size,
            weight=self.weights.cursor,
            scroll=tuple((float(table.scroll_offset.x), float(table.scroll_offset.y)) for table in tables),
            focus=self.focused.id if self.focused else None,
            form_open=self.form_open,
        )

    def show_view_state(self, state: ViewState) -> None:
        """Show the session's run, looked at in this way."""
        self.form_open, self.view = state.form_open, state.pane
        self.charts.page, self.charts.log_axes = state.page, state.log_axes
        self.weights.by_size = state.by_size
        self.refresh_frame()
        self.weights.cursor = state.weight
        if state.focus is not None:
            self.query_one(f"#{state.focus}").focus()
        self.call_after_refresh(self._scroll, state.scroll)

    def _scroll(self, offsets: tuple[tuple[float, float], ...] | None) -> None:
        """Scroll the tables to where they were, or to their selected rows."""
        for table, (x, y) in zip((self.deltas, self.weights), offsets or ((0, 0), (0, 0)), strict=True):
            table.scroll_to(x, y, animate=False)
            if offsets is None:
                table.watch_cursor()

    # Other screens, loaded when they are asked for

    def action_data(self) -> None:
        """The rows of the data, and back with one of them to look at."""
        from lsexplorer.tui.data.screen import DataScreen

        self.pause()
        self.app.push_screen(DataScreen(self.session), self._data_seen)

    def _data_seen(self, sample: int | None) -> None:
        if sample is not None:
            self.session.set_sample(sample)
        self.refresh_frame()
        if sample is not None:
            step = self.session.step_before(sample)
            ahead = f"the batch after step {step}: g {step} goes there"
            where = "the next batch" if step == self.step_count else ahead
            self.say(f"Row {self.shown.sample_row} is in {where}; space then trains on it.")

    def action_compare(self) -> None:
        """Plain training and each regulariser side by side."""
        from lsexplorer.tui.compare.screen import CompareScreen

        self.pause()
        try:
            screen = CompareScreen(self.session)
        except InputError as error:
            self.say(str(error), error=True)
            return
        self.app.push_screen(screen, self._compared)

    def _compared(self, method: "Taken | None") -> None:
        if method is None:
            self.refresh_frame()
            return
        self.session.rebuild(asdict(method.hyperparameters))
        self.session.sample, self.session.node = method.sample, method.node
        self.train_to(method.step, taken(method.name, method.step, method.hyperparameters.seed))

    def action_patterns(self) -> None:
        """The hidden patterns of the network as it stands."""
        from lsexplorer.tui.patterns.screen import PatternsScreen

        self.pause()
        try:
            screen = PatternsScreen(self.session.trainer)
        except InputError as error:
            self.say(f"{error}.", error=True)
            return
        self.app.push_screen(screen)

    # What the widgets report

    @on(NumberTable.Moved, "#deltas")
    def _node_chosen(self, message: NumberTable.Moved) -> None:
        self.session.node = self.deltas.node_name(message.row)
        self.refresh_frame()

    @on(Form.Reported)
    def _form_reported(self, message: Form.Reported) -> None:
        self.say(message.text, message.error)

    @on(Form.Toggled)
    def _form_toggled(self, message: Form.Toggled) -> None:
        self.action_switch(message.name)

    @on(Form.Changed)
    def _form_changed(self, message: Form.Changed) -> None:
        name, value = message.name, message.value
        if name in REGULARIZERS:
            waits = not getattr(self.shown.hp, name)
            self.attempt(lambda: self.session.set_strength(name, value), changed(name, value, waits))
        else:
            self.attempt(lambda: self.session.set(**{name: value}), changed(name, value))

    @on(Form.Rebuild)
    def _form_rebuild(self, message: Form.Rebuild) -> None:
        if message.live:
            rebuilt = self.attempt(
                lambda: self.session.set(**message.changes),
                f"{' and '.join(message.changes)} changed from the next step on.",
            )
        else:
            self.pause()
            rebuilt = self.attempt(
                lambda: self.session.rebuild(message.changes, message.data), "A new network, at step 0."
            )
        if rebuilt:
            self.form.rebuilt()
            self.refresh_frame()
            self._leave_form()

    @on(Form.Left)
    def _form_left(self) -> None:
        self.say("")
        self._leave_form()

    def _leave_form(self) -> None:
        self.form_open = False
        self.deltas.focus()
