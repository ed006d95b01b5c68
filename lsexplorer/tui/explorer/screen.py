"""The explorer: one run, step by step."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Footer, Static

from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import spec
from lsexplorer.tui.commands import COMMANDS, TOUR_COMMANDS
from lsexplorer.tui.compare.screen import CompareScreen, Taken
from lsexplorer.tui.data.screen import DataScreen
from lsexplorer.tui.explorer import run_charts as pictures
from lsexplorer.tui.explorer.charts import Charts
from lsexplorer.tui.explorer.delta_table import DeltaTable
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.help_page import HELP_PAGE
from lsexplorer.tui.explorer.texts import WELCOME, changed, diverged, switched, taken
from lsexplorer.tui.explorer.weights_table import WeightsTable
from lsexplorer.tui.explorer.worked import worked_norms, worked_signal
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.until import EXAMPLES, Until, parse_step, parse_until
from lsexplorer.tui.patterns.screen import PatternsScreen
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.run_screen import CHART_SECONDS, STEPS_AT_ONCE
from lsexplorer.tui.tour.panel import TourPanel
from lsexplorer.tui.tour.touring import TouringScreen
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

FOLDED_VIEWS = ("weights", "norms", *pictures.MEASURES)


class ExplorerScreen(TouringScreen[None]):
    """Form, delta table, weights, charts, timeline; every action goes through the session and shows a new frame."""

    commands = COMMANDS + TOUR_COMMANDS
    help_page = HELP_PAGE

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._replacing = ""
        self._shown = session.frame()
        self._view = "weights"
        self._charts_at = 0.0

    def compose(self) -> ComposeResult:
        """See DESIGN: the form at the left, the heart at the right."""
        yield StatusBar()
        with Horizontal(id="body"):
            yield Form(self._shown.hp, self._shown.data_source, self.session.data_names, id="form")
            with Vertical(id="main"):
                yield DeltaTable(id="deltas")
                yield Static(id="worked", markup=False)
                yield WeightsTable(id="weights")
                yield Charts(id="charts")
        yield TourPanel(id="tour", markup=False)
        yield Timeline()
        yield Static(self.session.trainer.note or WELCOME, id="message", markup=False)
        yield Footer(compact=True, show_command_palette=False)
        yield Static(id="too_small", markup=False)

    def on_mount(self) -> None:
        """Show the first frame, in the layout of the terminal."""
        self._fold(self.app.size)
        self.query_one("#deltas").focus()
        self._show(self._shown)

    # Showing

    @property
    def shown(self) -> Frame:
        """The frame on the screen."""
        return self._shown

    @property
    def step_count(self) -> int:
        """Where the run stands."""
        return self.session.trainer.step_count

    def refresh_frame(self) -> None:
        """Show the run as it stands."""
        self._show(self.session.frame(self._shown.rate if self.running else None))

    def _show(self, frame: Frame) -> None:
        self._shown = frame
        with self.app.batch_update():
            self.query_one(StatusBar).show_frame(frame, self.session.speed)
            self.query_one(Form).show_frame(frame)
            self.query_one(DeltaTable).show_frame(frame)
            worked = f"{worked_signal(frame.deltas, frame.node, frame.hp)}\n{worked_norms(frame)}"
            self.query_one("#worked", Static).update(worked, layout=False)
            self.query_one(WeightsTable).show_frame(frame)
            self.query_one(Timeline).show_frame(frame)
            self.show_tour(frame)
            now = time.perf_counter()
            if not self.running or now - self._charts_at > CHART_SECONDS:
                self._charts_at = now
                self.query_one(Charts).show_frame(frame)

    def on_resize(self, event: events.Resize) -> None:
        """Fold the layout, or say that there is too little room."""
        self._fold(event.size)

    def _fold(self, size: Size) -> None:
        self.fold(size)
        self._show_view()

    def _show_view(self) -> None:
        shown = "measures" if self._view in pictures.MEASURES else self._view
        for view in ("weights", "norms", "measures"):
            self.set_class(view == shown, f"-{view}")

    # The run

    def _do(self, change: Callable[[], object], said: str = "") -> bool:
        """Make a change and show it; whether it could be made."""
        try:
            change()
        except (InputError, DivergenceError) as error:
            overflow = isinstance(error, DivergenceError)
            text = diverged(self.session.trainer.step_count, error) if overflow else str(error)
            self.refresh_frame()
            self.say(text, error=True)
            return False
        self.refresh_frame()
        self.say(said)
        return True

    def _train_to(self, step: int, said: str = "") -> None:
        if step - self.session.trainer.step_count > STEPS_AT_ONCE:
            self._start(Until(step=step), said, hurry=True)
        else:
            self._do(lambda: self.session.trainer.goto(step), said)

    def _start(self, until: Until, said: str = "", hurry: bool = False) -> None:
        self.say(f"Running until {until.text}; space pauses." if until.text else "Running; space pauses.")
        self.start(lambda: self.session.run(until, self._show, hurry), said or f"Reached {until.text}.")

    # Keys

    def action_step(self) -> None:
        """One step, or a pause."""
        if not self.pause():
            self._train_to(self.session.trainer.step_count + 1)

    def action_back(self) -> None:
        """One step back."""
        self.pause()
        if self.session.trainer.step_count == 0:
            self.say("This is step 0: there is nothing before it.")
        else:
            self._do(self.session.trainer.back)

    def action_run(self) -> None:
        """Run, or pause."""
        if not self.pause():
            self._start(Until())

    def action_epoch(self) -> None:
        """To the end of the epoch."""
        self.pause()
        trainer = self.session.trainer
        self._train_to((trainer.step_count // trainer.steps_per_epoch + 1) * trainer.steps_per_epoch)

    def action_switch(self, name: str) -> None:
        """Switch a regulariser."""
        if self._do(lambda: self.session.toggle(name)):
            self.say(switched(self._shown, name))

    def action_sample(self, by: int) -> None:
        """Look at another sample of the next batch."""
        self.session.walk_batch(by)
        self.refresh_frame()

    def action_mean(self) -> None:
        """Batch's mean, or one sample."""
        if self.session.sample is None:
            self.session.walk_batch(1)
        else:
            self.session.set_sample(None)
        self.refresh_frame()

    def action_speed(self, by: int) -> None:
        """Another speed of the free run."""
        said = self.session.change_speed(by)
        self.refresh_frame()
        self.say(said)

    def action_log(self, axis: str) -> None:
        """Logarithmic or linear axes."""
        self.query_one(Charts).toggle_log(axis)

    def action_order(self) -> None:
        """Order of the weights."""
        self.query_one(WeightsTable).toggle_order()

    def action_other_table(self) -> None:
        """From one table to the other; when folded, the weights may have to be shown first."""
        self._view = "weights"
        self._show_view()
        self.query_one("#deltas" if self.query_one("#weights").has_focus else "#weights").focus()

    def action_view(self) -> None:
        """Next chart; when folded, next pane."""
        charts, folded = self.query_one(Charts), self.has_class("-folded")
        views = FOLDED_VIEWS if folded else tuple(pictures.MEASURES)
        now = self._view if folded else charts.page
        self._view = views[(views.index(now) + 1) % len(views)]
        if self._view in pictures.MEASURES:
            charts.show_page(self._view)
        self._show_view()

    def action_reset(self) -> None:
        """Step 0, same weights."""
        self.pause()
        self._do(self.session.trainer.reset, "Back at step 0, with the same initial weights.")

    def action_new_seed(self) -> None:
        """Step 0, other weights."""
        self.pause()
        seed = self.session.trainer.hyperparameters.seed + 1
        self._do(lambda: self.session.trainer.reset(seed), f"Back at step 0, with seed {seed}.")

    def action_goto(self) -> None:
        """Ask for a step and go there."""
        self.pause()
        furthest = self._shown.furthest
        self.app.push_screen(Prompt("Go to step", f"0 to {furthest} is known; a later one is trained now", self._goto))

    def _goto(self, text: str) -> None:
        self._train_to(parse_step(text, self._shown.furthest))

    def action_until(self) -> None:
        """Ask for an end and run to it."""
        self.pause()
        self.app.push_screen(Prompt("Run until", EXAMPLES, self._until))

    def _until(self, text: str) -> None:
        self._start(parse_until(text, self.session.trainer))

    def action_save(self) -> None:
        """Ask for a file and write the run to it."""
        self.pause()
        name = self.session.path or f"{self._shown.data_name}-run.json"
        self.app.push_screen(Prompt("Save the run as", "`lsexplorer FILE` opens it again", self._save, name))

    def _save(self, text: str) -> None:
        if not text.strip():
            raise InputError("a file needs a name, such as run.json")
        if not text.strip().lower().endswith(".json"):
            raise InputError("the name must end in .json, or `lsexplorer FILE` takes it for a data set")
        path = os.path.expanduser(text.strip())
        if Path(path).is_file() and path not in (self.session.path, self._replacing):
            self._replacing = path
            raise InputError(f"{path} is there already; Enter once more replaces it")
        self.session.trainer.save(path)
        self.session.path = path
        self.say(f"Saved {self._shown.step} steps as {path}.")

    def action_form(self) -> None:
        """Show the form and go into it."""
        self.add_class("-form")
        self.query_one(Form).focus_first()

    def action_data(self) -> None:
        """The rows of the data, and back with one of them to look at."""
        self.pause()
        self.app.push_screen(DataScreen(self.session), self._data_seen)

    def action_compare(self) -> None:
        """Plain training and each regulariser side by side."""
        self.pause()
        try:
            screen = CompareScreen(self.session)
        except InputError as error:
            self.say(str(error), error=True)
            return
        self.app.push_screen(screen, self._compared)

    def _compared(self, arm: Taken | None) -> None:
        if arm is None:
            self.refresh_frame()
            return
        self.session.rebuild(asdict(arm.hyperparameters))
        self.session.sample, self.session.node = arm.sample, arm.node
        self._train_to(arm.step, taken(arm.name, arm.step, arm.hyperparameters.seed))

    def _data_seen(self, sample: int | None) -> None:
        if sample is not None:
            self.session.set_sample(sample)
        self.refresh_frame()
        if sample is not None:
            step, row = self.session.trainer.step_before(sample), self._shown.sample_row
            where = (
                "the next batch" if step == self._shown.step else f"the batch after step {step}: g {step} goes there"
            )
            self.say(f"Row {row} is in {where}; space then trains on it.")

    def action_patterns(self) -> None:
        """The hidden patterns of the network as it stands."""
        self.pause()
        try:
            screen = PatternsScreen(self.session.trainer)
        except InputError as error:
            self.say(f"{error}.", error=True)
            return
        self.app.push_screen(screen)

    async def action_quit(self) -> None:
        """Stop and leave; from the tour first to the own run."""
        self.pause()
        if self.on_tour:
            self.action_leave_tour()
        else:
            self.app.exit()

    # What the widgets say

    @on(NumberTable.Moved, "#deltas")
    def _node_chosen(self, message: NumberTable.Moved) -> None:
        self.session.node = self.query_one(DeltaTable).node_name(message.row)
        self.refresh_frame()

    @on(Timeline.Chosen)
    def _step_chosen(self, message: Timeline.Chosen) -> None:
        self.pause()
        self._train_to(message.step)

    @on(Form.Said)
    def _form_said(self, message: Form.Said) -> None:
        self.say(message.text, message.error)

    @on(Form.Toggled)
    def _form_toggled(self, message: Form.Toggled) -> None:
        self.action_switch(message.name)

    @on(Form.Changed)
    def _form_changed(self, message: Form.Changed) -> None:
        name, value = message.name, message.value
        if name in REGULARIZERS:
            waits = not getattr(self._shown.hp, name)
            self._do(lambda: self.session.set_strength(name, value), changed(name, value, waits))
        else:
            self._do(lambda: self.session.trainer.set(**{name: value}), changed(name, value))

    @on(Form.Rebuild)
    def _form_rebuild(self, message: Form.Rebuild) -> None:
        live = not message.data and all(spec(name).live for name in message.changes)
        if not live:
            self.pause()

        def change() -> None:
            if live:
                self.session.change(**message.changes)
            else:
                self.session.rebuild(message.changes, message.data)

        said = (
            f"{' and '.join(message.changes)} changed from the next step on." if live else "A new network, at step 0."
        )
        if self._do(change, said):
            self.query_one(Form).rebuilt()
            self.refresh_frame()
            self._leave_form()

    @on(Form.Left)
    def _form_left(self) -> None:
        self.say("")
        self._leave_form()

    def _leave_form(self) -> None:
        self.remove_class("-form")
        self.query_one("#deltas").focus()
