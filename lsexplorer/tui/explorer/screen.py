"""The explorer: one run, step by step."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from textual import getters, on
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Series, Trainer
from lsexplorer.tui.commands import COMMANDS, TOUR_COMMANDS
from lsexplorer.tui.explorer.charts import RunCharts
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.help_page import HELP_PAGE
from lsexplorer.tui.explorer.run_view import RunView
from lsexplorer.tui.explorer.save_prompt import SavePrompt
from lsexplorer.tui.explorer.texts import WELCOME, changed, chosen, switched, taken, understood
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.until import Until
from lsexplorer.tui.model.view_state import ViewState
from lsexplorer.tui.run_screen import PICTURE_SECONDS, Result, RunScreen
from lsexplorer.tui.tour.guide import NO_OFFER, NO_TOUR, NOTHING_KEPT, Scene, TourGuide
from lsexplorer.tui.tour.panel import TourPanel
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.picture import Picture
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from lsexplorer.tui.compare.screen import Taken
    from lsexplorer.tui.open.reading import Opened


TOUR_STEPS = 2000
"""After so many steps a run of the tour ends by itself."""


class ExplorerScreen(RunScreen[None, Frame]):
    """Form, delta table, weights, charts and timeline of the session's run."""

    AUTO_FOCUS = "#deltas"
    CSS_PATH = "screen.tcss"
    commands = COMMANDS + TOUR_COMMANDS
    help_page = HELP_PAGE

    form_open: reactive[bool] = reactive(False, toggle_class="-form")
    """Whether the form is shown where there is room for one pane."""

    form = getters.query_one(Form)
    view = getters.query_one(RunView)
    charts = getters.query_one(RunCharts)
    tour_panel = getters.query_one(TourPanel)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.guide = TourGuide()
        self.first_message = " ".join(filter(None, (session.note, understood(session.data)))) or WELCOME
        self.set_reactive(RunScreen.frame, session.frame())

    def compose_body(self) -> Iterator[Widget]:
        """The form at the left, the next step and what came of the steps before at the right."""
        yield StatusBar()
        with Horizontal(id="body"):
            yield Form(self.shown.hp, self.shown.data_source, self.session.data_names, id="form")
            yield RunView()
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
        """Show a frame in the form and the tables, and to the tour."""
        self.form.show_frame(frame)
        self.view.show_frame(frame)
        self.guide.see(frame, self.session.match)
        if self.guide.progress is not None:
            self.tour_panel.show_progress(self.guide.progress, self.guide.number)

    def show_charts(self) -> None:
        """Norms and a page of measures, or the picture in their place."""
        if self.view.in_picture:
            self.view.picture.show_frame(self.shown, self.session.numbers, self.view.weights.source)
        else:
            self.charts.show_frame(self.shown)

    @property
    def chart_seconds(self) -> float:
        """A picture is drawn more often than charts."""
        return PICTURE_SECONDS if self.view.in_picture else super().chart_seconds

    @property
    def history(self) -> Mapping[str, Series]:
        """The run's measures."""
        return self.shown.history

    @property
    def passing_on(self) -> Mapping[str, tuple[str, Callable[[], None]]]:
        """The run as code and as a text."""
        from lsexplorer.tui.explorer.passing_on import write_code

        return {"c": ("code", partial(write_code, self, self.session)), "l": ("link", self.action_share)}

    def train_loss(self) -> float:
        """The network's."""
        return self.session.train_loss

    def restart(self) -> str:
        """The same initial weights under the present settings."""
        return f"Back at step 0, with the same initial weights. {self._replace(lambda session: session.reset())}"

    def _replace(self, change: Callable[[Session], object]) -> str:
        """Make another run, and keep the present one; what to say of that. Raises InputError if it cannot be made."""
        session = self.session.successor()
        change(session)
        kept = self.guide.put_aside(Scene(self.session, self.view_state()))
        self.session = session
        return "K goes back to the run before." if kept else ""

    # Keys

    def action_switch(self, name: str) -> None:
        """Switch a regulariser."""
        if self.attempt(lambda: self.session.toggle(name)):
            self.say(switched(self.shown, name))

    def action_run(self) -> None:
        """Run, or pause; a run of the tour has an end."""
        if not self.guide.on_tour:
            super().action_run()
        elif not self.pause():
            self.start(Until(step=self.step_count + TOUR_STEPS))

    def action_order(self) -> None:
        """Order of the weights."""
        self.view.weights.toggle_order()

    def action_other_table(self) -> None:
        """From one table to the other."""
        self.view.focus_other_table()

    def action_view(self) -> None:
        """Next chart; when folded, next pane; in a picture its next variant."""
        if self.view.in_picture:
            self.view.picture.next_variant()
        else:
            self.view.show_next(self.folded)
        self.show_charts()

    def action_picture(self, view: str) -> None:
        """A picture in the place of tables and charts, or these again."""
        if view == self.view.view:
            self.say("That is what is shown.")
        self.view.view = view
        self.call_after_refresh(self.show_charts)

    def action_new_seed(self) -> None:
        """Step 0, other weights."""
        self.pause()
        seed = self.session.hyperparameters.seed + 1
        self._start_anew(lambda session: session.reset(seed), f"Back at step 0, with seed {seed}.")

    def _start_anew(self, change: Callable[[Session], object], message: str) -> bool:
        """Make another run and show it; whether it could be made."""
        self.pause()
        kept: list[str] = []
        done = self.attempt(lambda: kept.append(self._replace(change)))
        if done:
            self.say(f"{message} {kept[0]}")
        return done

    def action_save(self) -> None:
        """Ask for a file and write the run to it."""
        self.pause()
        self.app.push_screen(SavePrompt(self.session, self.say))

    def action_share(self) -> None:
        """Show and copy the text that opens the run again."""
        from lsexplorer.tui.explorer.passing_on import share

        self.pause()
        try:
            share(self, self.session)
        except InputError as error:
            self.say(str(error), error=True)

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
            await self.app.action_quit()

    # The tour

    def offers(self, action: str) -> bool:
        """The tour's actions make sense on the tour alone."""
        return super().offers(action) and self.guide.offers(action)

    def action_tour(self) -> None:
        """Begin the tour, resume it, or leave it."""
        self._change_scene(self.guide.leave if self.guide.on_tour else self.guide.enter)

    def action_leave_tour(self) -> None:
        """From a picture back to tables and charts, else leave the tour."""
        if self.view.in_picture:
            self.action_picture("tables")
        elif self.guide.on_tour:
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

    def _form_waits(self) -> bool:
        """Whether the form has changes that wait; then it is shown and says so."""
        if self.form.waits:
            self.action_form()
            self.say("The form has changes that wait: Enter makes them, Esc undoes them.", error=True)
        return self.form.waits

    def _change_scene(self, change: Callable[[Scene], Scene]) -> None:
        """Show another run in place of this one, unless the form has changes that wait."""
        if self._form_waits():
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
        focused = self.form.fields if self.form.has_focus_within else self.focused
        focus = focused.id if focused else None
        return replace(self.view.state, focus=focus, form_open=self.form_open)

    def show_view_state(self, state: ViewState) -> None:
        """Show the session's run, looked at in this way."""
        self.form_open = state.form_open
        self.form.offer_data(self.session.data_names)
        self.view.prepare(state)
        self.refresh_frame()
        if state.focus is not None:
            self.query_one(f"#{state.focus}").focus()
        self.view.select(state)

    # Other screens, loaded when they are asked for

    def _open(self, make: Callable[[], Screen[Result]], closed: Callable[[Result | None], None] | None = None) -> None:
        """Pause and open a screen, or say why it cannot be made; closed: takes the screen's result."""
        self.pause()
        try:
            screen = make()
        except InputError as error:
            self.say(f"{error}.", error=True)
        else:
            self.app.push_screen(screen, closed)

    def action_data(self) -> None:
        """The rows of the data, and back with one of them to look at."""
        from lsexplorer.tui.data.screen import DataScreen

        self._open(lambda: DataScreen(self.session), self._data_seen)

    def _data_seen(self, sample: int | None) -> None:
        if sample is not None:
            self.session.set_sample(sample)
        self.refresh_frame()
        if sample is not None:
            self.say(chosen(self.shown.sample_row, self.session.step_before(sample), self.step_count))

    def action_open(self) -> None:
        """Another file, read and shown before it is loaded."""
        from lsexplorer.tui.open.screen import OpenScreen

        if not self._form_waits():
            self._open(OpenScreen, self._file_opened)

    def _file_opened(self, opened: "Opened | None") -> None:
        if opened is not None:
            self.show_run(Session(opened.trainer, opened.path))

    def show_run(self, session: Session, message: str = "") -> None:
        """Show another run, and keep the present one if it has begun."""
        session.speed = self.session.speed
        told = message, session.note, understood(session.data)
        self._change_scene(lambda present: self.guide.show_instead(present, session, told))

    def action_compare(self) -> None:
        """Plain training and each regulariser side by side."""
        from lsexplorer.tui.compare.screen import CompareScreen

        self._open(lambda: CompareScreen(self.session), self._compared)

    def _compared(self, method: "Taken | None") -> None:
        if method is None:
            self.refresh_frame()
            return
        kept = self._replace(lambda session: session.rebuild(asdict(method.hyperparameters)))
        self.session.sample, self.session.node = method.sample, method.node
        self.train_to(method.step, f"{taken(method.name, method.step, method.hyperparameters.seed)} {kept}")

    def action_patterns(self) -> None:
        """The hidden patterns of the network as it stands."""
        from lsexplorer.tui.patterns.screen import PatternsScreen

        self._open(lambda: PatternsScreen(self.session.trainer))

    # What the widgets report

    @on(NumberTable.Moved, "#deltas")
    def _node_chosen(self, message: NumberTable.Moved) -> None:
        self.session.node = self.view.deltas.node_name(message.row)
        self.refresh_frame()

    @on(Picture.Wanted)
    def _picture_wanted(self) -> None:
        self.show_charts()

    @on(Picture.Moved)
    def _moved_in_picture(self, message: Picture.Moved) -> None:
        picture, weight = self.view.picture, self.view.weights.source
        self.session.node = picture.kind.neighbour(self.shown, weight, message.right, message.down)
        self.refresh_frame()
        self.view.deltas.watch_cursor()

    @on(Picture.Clicked)
    def _picture_clicked(self, message: Picture.Clicked) -> None:
        hit = self.view.picture.hit(message.x, message.y)
        self.session.node = hit.node or self.session.node
        if hit.sample is not None:
            self.session.set_sample(hit.sample)
        self.refresh_frame()

    @on(Picture.OtherWeight)
    def _weight_in_picture(self, message: Picture.OtherWeight) -> None:
        self.view.weights.action_move(message.by)
        self.show_charts()

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
            rebuilt = self._start_anew(
                lambda session: session.rebuild(message.changes, message.data), "A new network, at step 0."
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
        self.view.focus_first()
