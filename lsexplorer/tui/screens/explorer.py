"""The explorer: one run, step by step."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import Worker

from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run import REGULARIZERS
from lsexplorer.run.hyperparameters import spec
from lsexplorer.tui import pictures
from lsexplorer.tui.commands import bindings
from lsexplorer.tui.frame import Frame
from lsexplorer.tui.screens.data import DataScreen
from lsexplorer.tui.screens.help import HelpScreen
from lsexplorer.tui.screens.patterns import PatternsScreen
from lsexplorer.tui.screens.prompt import Prompt
from lsexplorer.tui.session import Session
from lsexplorer.tui.until import EXAMPLES, Until, parse_until, whole_step
from lsexplorer.tui.widgets.charts import Charts
from lsexplorer.tui.widgets.delta_table import DeltaTable
from lsexplorer.tui.widgets.form import Form
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline
from lsexplorer.tui.widgets.weights_table import WeightsTable
from lsexplorer.tui.words import WELCOME, changed, diverged, switched
from lsexplorer.tui.worked import worked_norms, worked_signal

LEAST_SIZE = (80, 20)
WIDE_SIZE = (112, 32)
"""Smaller than this the layout folds: one pane at a time below the delta table."""
STEPS_AT_ONCE = 400
"""More steps than this are left to the free run, so that the keys go on answering."""
CHART_SECONDS = 0.3
"""In a free run the charts, which cost most, are drawn less often than the numbers."""
FOLDED_VIEWS = ("weights", "norms", *pictures.MEASURES)


class ExplorerScreen(Screen[None]):
    """Form, delta table, weights, charts, timeline; every action goes through the session and shows a new frame."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()

    def __init__(self, session: Session, path: str = "") -> None:
        super().__init__()
        self.session, self._path = session, path
        self._run: Worker[None] | None = None
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
        yield Timeline()
        yield Static(WELCOME, id="message", markup=False)
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

    def refresh_frame(self) -> None:
        """Show the run as it stands."""
        self._show(self.session.frame(self._shown.rate if self.running else None))

    def _show(self, frame: Frame) -> None:
        self._shown = frame
        with self.app.batch_update():
            self.query_one(StatusBar).show_frame(frame, self.session.speed)
            self.query_one(Form).show_frame(frame)
            self.query_one(DeltaTable).show_frame(frame)
            self.query_one("#worked", Static).update(f"{worked_signal(frame)}\n{worked_norms(frame)}", layout=False)
            self.query_one(WeightsTable).show_frame(frame)
            self.query_one(Timeline).show_frame(frame)
            now = time.perf_counter()
            if not self.running or now - self._charts_at > CHART_SECONDS:
                self._charts_at = now
                self.query_one(Charts).show_frame(frame)

    def say(self, text: str, error: bool = False) -> None:
        """Tell the person something, in the line above the footer, until the next message."""
        message = self.query_one("#message", Static)
        # A message too long for one line takes a second one, and gives it back.
        height = 2 if len(text) > self.size.width - 2 else 1
        message.update(text, layout=height != message.size.height)
        message.set_class(error, "-error")

    def on_resize(self, event: events.Resize) -> None:
        """Fold the layout, or say that there is too little room."""
        self._fold(event.size)

    def _fold(self, size: Size) -> None:
        width, height = size
        tiny = width < LEAST_SIZE[0] or height < LEAST_SIZE[1]
        self.set_class(tiny, "-tiny")
        self.set_class(width < WIDE_SIZE[0] or height < WIDE_SIZE[1], "-folded")
        self._show_view()
        if tiny:
            self.query_one("#too_small", Static).update(
                f"lsexplorer needs {LEAST_SIZE[0]}×{LEAST_SIZE[1]} characters;\nthis terminal has {width}×{height}.\n"
                "Please make it larger, or its letters smaller.\nq quits."
            )

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

    @property
    def running(self) -> bool:
        """Whether a free run is under way."""
        return self._run is not None and self._run.is_running

    def _pause(self) -> bool:
        """Stop a free run; whether there was one."""
        was = self.running
        if self._run is not None:
            self._run.cancel()
            self._run = None
        if was:
            self.refresh_frame()
            self.say(f"Paused at step {self.session.trainer.step_count:,}.")
        return was

    def _train_to(self, step: int) -> None:
        if step - self.session.trainer.step_count > STEPS_AT_ONCE:
            self._start(Until(step=step))
        else:
            self._do(lambda: self.session.trainer.goto(step))

    def _start(self, until: Until) -> None:
        self.say(f"Running until {until.text}; space pauses." if until.text else "Running; space pauses.")
        self._run = self.run_worker(self._run_to(until), group="run", exclusive=True)

    async def _run_to(self, until: Until) -> None:
        """A free run from its start to what is said at its end."""
        said, error = f"Reached {until.text}.", False
        try:
            await self.session.run(until, self._show)
        except DivergenceError as overflow:
            said, error = diverged(self.session.trainer.step_count, overflow), True
        except InputError as refused:
            said, error = str(refused), True
        except NoMatches:  # the widgets are being taken down, and this task after them
            return
        self._run = None
        self.refresh_frame()
        self.say(said, error)

    # Keys

    def action_step(self) -> None:
        """One step, or a pause."""
        if not self._pause():
            self._train_to(self.session.trainer.step_count + 1)

    def action_back(self) -> None:
        """One step back."""
        self._pause()
        if self.session.trainer.step_count == 0:
            self.say("This is step 0: there is nothing before it.")
        else:
            self._do(self.session.trainer.back)

    def action_run(self) -> None:
        """Run, or pause."""
        if not self._pause():
            self._start(Until())

    def action_epoch(self) -> None:
        """To the end of the epoch."""
        self._pause()
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
        self.session.change_speed(by)
        speed = self.session.speed
        self.refresh_frame()
        self.say("Runs at full speed." if speed is None else f"Runs at {speed} steps a second.")

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
        self._pause()
        self._do(self.session.trainer.reset, "Back at step 0, with the same initial weights.")

    def action_new_seed(self) -> None:
        """Step 0, other weights."""
        self._pause()
        seed = self.session.trainer.hyperparameters.seed + 1
        self._do(lambda: self.session.trainer.reset(seed), f"Back at step 0, with seed {seed}.")

    def action_goto(self) -> None:
        """Ask for a step and go there."""
        self._pause()
        furthest = self._shown.furthest
        self.app.push_screen(Prompt("Go to step", f"0 to {furthest} is known; a later one is trained now", self._goto))

    def _goto(self, text: str) -> None:
        if not text.strip().isdecimal():
            raise InputError(f"a step is a whole number, such as {self._shown.furthest}")
        self._train_to(whole_step(float(text)))

    def action_until(self) -> None:
        """Ask for an end and run to it."""
        self._pause()
        self.app.push_screen(Prompt("Run until", EXAMPLES, self._until))

    def _until(self, text: str) -> None:
        self._start(parse_until(text, self.session.trainer))

    def action_save(self) -> None:
        """Ask for a file and write the run to it."""
        self._pause()
        name = self._path or f"{self._shown.data_name}-run.json"
        self.app.push_screen(Prompt("Save the run as", "`lsexplorer FILE` opens it again", self._save, name))

    def _save(self, text: str) -> None:
        if not text.strip():
            raise InputError("a file needs a name, such as run.json")
        if not text.strip().lower().endswith(".json"):
            raise InputError("the name must end in .json, or `lsexplorer FILE` takes it for a data set")
        path = text.strip()
        if Path(path).is_file() and path not in (self._path, self._replacing):
            self._replacing = path
            raise InputError(f"{path} is there already; Enter once more replaces it")
        self.session.trainer.save(path)
        self._path = path
        self.say(f"Saved {self._shown.step} steps as {self._path}.")

    def action_help(self) -> None:
        """Show the help."""
        self.app.push_screen(HelpScreen())

    def action_form(self) -> None:
        """Show the form and go into it."""
        self.add_class("-form")
        self.query_one(Form).focus_first()

    def action_data(self) -> None:
        """The rows of the data, and back with one of them to look at."""
        self._pause()
        self.app.push_screen(DataScreen(self.session), self._data_seen)

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
        self._pause()
        try:
            screen = PatternsScreen(self.session.trainer)
        except InputError as error:
            self.say(f"{error}.", error=True)
            return
        self.app.push_screen(screen)

    async def action_quit(self) -> None:
        """Stop and leave."""
        self._pause()
        self.app.exit()

    # What the widgets say

    @on(NumberTable.Moved, "#deltas")
    def _node_chosen(self, message: NumberTable.Moved) -> None:
        self.session.node = self.query_one(DeltaTable).node_name(message.row)
        self.refresh_frame()

    @on(Timeline.Chosen)
    def _step_chosen(self, message: Timeline.Chosen) -> None:
        self._pause()
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
            self._pause()

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
