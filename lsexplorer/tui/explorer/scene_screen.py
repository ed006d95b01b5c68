"""What the explorer shows, and the change of scene: its run, another one in its place, or a step of the tour."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from textual import getters
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widget import Widget

from lsexplorer.run import Series, Trainer
from lsexplorer.tui.explorer.charts import RunCharts
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.run_view import RunView
from lsexplorer.tui.explorer.texts import WELCOME, understood
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.view_state import ViewState
from lsexplorer.tui.run_screen import RunScreen
from lsexplorer.tui.tour.guide import Scene, TourGuide
from lsexplorer.tui.tour.panel import TourPanel
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline


class _Body(Horizontal):
    """Form and run, which cover it."""

    BLANK = True


class SceneScreen(RunScreen[None, Frame]):
    """Form, delta table, weights, charts and timeline of a session's run, and the change to another session."""

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
        with _Body(id="body"):
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
    def in_picture(self) -> bool:
        """Whether a picture stands in the place of tables and charts."""
        return self.view.in_picture

    @property
    def history(self) -> Mapping[str, Series]:
        """The run's measures."""
        return self.shown.history

    def train_loss(self) -> float:
        """The network's."""
        return self.session.train_loss

    def restart(self) -> str:
        """The same initial weights under the present settings."""
        return f"Back at step 0, with the same initial weights. {self.replace_run(lambda session: session.reset())}"

    # Scenes

    def replace_run(self, change: Callable[[Session], object]) -> str:
        """Make another run, and keep the present one; what to say of that. Raises InputError if it cannot be made."""
        session = self.session.successor()
        change(session)
        kept = self.guide.put_aside(Scene(self.session, self.view_state()))
        self.session = session
        return "K goes back to the run before." if kept else ""

    def start_anew(self, change: Callable[[Session], object], message: str) -> bool:
        """Make another run and show it; whether it could be made."""
        self.pause()
        kept: list[str] = []
        done = self.attempt(lambda: kept.append(self.replace_run(change)))
        if done:
            self.say(f"{message} {kept[0]}")
        return done

    def open_form(self) -> None:
        """Show the form and go into it."""
        self.form_open = True
        self.form.focus_first()

    def form_waits(self) -> bool:
        """Whether the form has changes that wait; then it is shown and says so."""
        if self.form.waits:
            self.open_form()
            self.say("The form has changes that wait: Enter makes them, Esc undoes them.", error=True)
        return self.form.waits

    def change_scene(self, change: Callable[[Scene], Scene]) -> None:
        """Show another run in place of this one, unless the form has changes that wait."""
        if self.form_waits():
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

    def show_run(self, session: Session, message: str = "") -> None:
        """Show another run, and keep the present one if it has begun."""
        session.speed = self.session.speed
        told = message, session.note, understood(session.data)
        self.change_scene(lambda present: self.guide.show_instead(present, session, told))
