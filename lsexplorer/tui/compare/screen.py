"""The compare screen: the arms of a comparison side by side, stepping, running and going back together."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.widgets import Footer, Static

from lsexplorer.bank.comparison import Arm, Comparison, arms_of
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters
from lsexplorer.study.match import Match
from lsexplorer.tui.commands import COMPARE_COMMANDS
from lsexplorer.tui.compare.charts import ArmCharts
from lsexplorer.tui.compare.frame import CompareFrame, make_compare_frame
from lsexplorer.tui.compare.help_page import HELP_PAGE
from lsexplorer.tui.compare.matching import MatchingScreen
from lsexplorer.tui.compare.method_looks import LOOKS, PAGES
from lsexplorer.tui.compare.tables import ArmDeltas, ArmsTable, Scoreboard
from lsexplorer.tui.explorer.texts import every_arm_lost, introduced, matched, replaces
from lsexplorer.tui.explorer.worked import worked_signal
from lsexplorer.tui.model.free_run import take_turns
from lsexplorer.tui.model.session import Session, walked
from lsexplorer.tui.model.until import parse_step
from lsexplorer.tui.prompt import Prompt
from lsexplorer.tui.run_screen import CHART_SECONDS, STEPS_AT_ONCE
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

CRITERION = "weight_norm"
"""What the matched arm is matched on."""
TALL, BROAD, LOW = 46, 170, 24
"""From so many rows on all charts are seen; from so many columns on the tables stand side by side; with fewer rows than
the last there is no timeline."""


@dataclass(frozen=True)
class Taken:
    """An arm that goes back into the explorer: its hyperparameters, its step, and what was looked at."""

    name: str
    hyperparameters: Hyperparameters
    step: int
    sample: int | None
    node: str


class CompareScreen(MatchingScreen[Taken | None]):
    """Arms from the session's settings, trained to where its run stands; dismissed with the arm taken, or None."""

    commands = COMPARE_COMMANDS
    help_page = HELP_PAGE

    def __init__(self, session: Session) -> None:
        """Raises InputError where the arms are too many parameters for memory."""
        super().__init__()
        self.session = session
        self.comparison = self._compared()
        self._sample, self._node, self._part = session.sample, session.node, "test"
        self._arm, self._asked = 0, -1
        self._view, self._page = "scores", "logit_gap"
        self._goal, self._charts_at = 0, 0.0
        self._shown = self._frame()

    def _compared(self) -> Comparison:
        """The arms at step 0, with the matched one if there is a match."""
        session = self.session
        arms = arms_of(session.trainer.hyperparameters, session.strengths)
        smoothing = _smoothing(arms)
        match = None if smoothing is None else session.match_of(smoothing.hyperparameters)
        if match is not None:
            arms = arms_of(session.trainer.hyperparameters, session.strengths, match.strengths[CRITERION].value)
        return Comparison(session.trainer.data, arms)

    def compose(self) -> ComposeResult:
        """What the next step does, how the arms do, how they came there."""
        yield StatusBar()
        with Container(id="arm_tables"):
            with Container(id="arm_step"):
                yield ArmDeltas(id="arm_deltas")
                yield Static(id="arm_worked", markup=False)
            yield Scoreboard(id="scores")
        yield ArmCharts(id="arm_charts")
        yield Timeline()
        yield Static(id="matching", markup=False)
        yield Static(id="message", markup=False)
        yield Footer(compact=True, show_command_palette=False)
        yield Static(id="too_small", markup=False)

    def on_mount(self) -> None:
        """Train to where the explorer stands."""
        self.query_one(StatusBar).title = "lsexplorer compare"
        self._fold(self.app.size)
        self.query_one("#arm_deltas").focus()
        self._show(self._shown)
        trainer = self.session.trainer
        self._train_to(trainer.step_count, introduced(len(trainer.events)))

    # Showing

    @property
    def step_count(self) -> int:
        """Where the arms stand."""
        return self.comparison.step_count

    @property
    def shown(self) -> CompareFrame:
        """The frame on the screen."""
        return self._shown

    def _frame(self, rate: float | None = None) -> CompareFrame:
        return make_compare_frame(self.comparison, self._sample, self._node, self._part, self._goal, rate)

    def refresh_frame(self) -> None:
        """Show the arms as they stand."""
        if not self.running:
            self._goal = 0
        self._show(self._frame(self._shown.rate if self.running else None))

    def _show(self, frame: CompareFrame) -> None:
        self._shown, self._node, self._asked = frame, frame.node, -1
        with self.app.batch_update():
            self.query_one(StatusBar).show_frame(frame, self.session.speed)
            self.query_one(ArmDeltas).show_arms(frame, self._arm)
            arm = frame.arms[self._arm]
            worked = worked_signal(frame.deltas[self._arm], frame.node, arm.hyperparameters)
            self.query_one("#arm_worked", Static).update(f"{LOOKS[arm.key].name} · {worked}", layout=False)
            self.query_one(Scoreboard).show_arms(frame, self._arm)
            self.query_one(Timeline).show_frame(frame)
            now = time.perf_counter()
            if not self.running or now - self._charts_at > CHART_SECONDS:
                self._charts_at = now
                self._show_charts()

    def _show_charts(self) -> None:
        seen = self._seen()
        others = [title for page, title in PAGES.items() if page not in seen]
        below = "" if self.has_class("-folded") or not others else f"v: {', '.join(map(_short, others))}"
        self.query_one(ArmCharts).show_frame(self._shown, seen, below)

    def _seen(self) -> tuple[str, ...]:
        """The charts that are seen."""
        if self.has_class("-folded"):
            return (self._view,) if self._view in PAGES else ()
        return tuple(PAGES) if self.has_class("-tall") else ("weight_norm", self._page)

    def on_resize(self, event: events.Resize) -> None:
        """Fold the layout, or say that there is too little room."""
        self._fold(event.size)
        self._show_charts()

    def _fold(self, size: Size) -> None:
        self.fold(size)
        self.set_class(size.height >= TALL, "-tall")
        self.set_class(size.width >= BROAD, "-broad")
        self.set_class(size.height < LOW, "-low")
        self.set_class(self._view != "scores", "-chart")

    # The arms

    def _do(self, change: Callable[[], object], said: str = "") -> None:
        try:
            change()
        except InputError as error:
            self.say(str(error), error=True)
            return
        self.refresh_frame()
        self.say(said)

    def _train_to(self, step: int, said: str = "") -> None:
        if step - self.step_count > STEPS_AT_ONCE:
            self._start(step, said)
        else:
            self._do(lambda: self.comparison.goto(step), said)

    def _start(self, goal: int | None, said: str = "") -> None:
        """Run freely at the chosen speed, or to a step as fast as can be."""
        self._goal = goal or 0
        self.say(f"Training every arm to step {goal:,}; space pauses." if goal else "Running; space pauses.")
        comparison = self.comparison

        def left() -> int | None:
            if comparison.diverged.all():
                return 0
            return None if goal is None else max(0, goal - comparison.step_count)

        async def run() -> None:
            await take_turns(
                comparison,
                left,
                speed=lambda: None if goal else self.session.speed,
                show=lambda rate: self._show(self._frame(rate)),
            )

        self.start(run, said or (f"Every arm stands at step {goal:,}." if goal else every_arm_lost()))

    # Keys

    def action_step(self) -> None:
        """One step of every arm, or a pause."""
        if not self.pause():
            self._train_to(self.step_count + 1)

    def action_back(self) -> None:
        """One step back."""
        self.pause()
        if self.step_count == 0:
            self.say("This is step 0: there is nothing before it.")
        else:
            self._do(self.comparison.back)

    def action_run(self) -> None:
        """Run, or pause."""
        if not self.pause():
            self._start(None)

    def action_epoch(self) -> None:
        """To the end of the epoch."""
        self.pause()
        steps = self.comparison.steps_per_epoch
        self._train_to((self.step_count // steps + 1) * steps)

    def action_reset(self) -> None:
        """Step 0."""
        self.pause()
        self._do(lambda: self.comparison.goto(0), "Back at step 0; the way there and further is kept.")

    def action_goto(self) -> None:
        """Ask for a step and go there."""
        self.pause()
        known = self.comparison.furthest_step
        hint = f"0 to {known} is known; a later one is trained now"
        self.app.push_screen(Prompt("Go to step", hint, lambda text: self._train_to(parse_step(text, known))))

    def action_node(self, by: int) -> None:
        """Another node."""
        names = [node.name for node in self._shown.deltas[0].nodes]
        self._node = names[(names.index(self._node) + by) % len(names)]
        self.refresh_frame()

    def action_sample(self, by: int) -> None:
        """Another sample of the next batch, which is the same for every arm."""
        self._sample = walked(self.comparison.next_batch, self._sample, by)
        self.refresh_frame()

    def action_mean(self) -> None:
        """Batch's mean, or one sample."""
        self._sample = walked(self.comparison.next_batch, None, 1) if self._sample is None else None
        self.refresh_frame()

    def action_part(self) -> None:
        """Measures of the other part of the data."""
        self._part = "train" if self._part == "test" else "test"
        self.refresh_frame()

    def action_view(self) -> None:
        """Next chart; when folded, next pane."""
        if self.has_class("-folded"):
            views = ("scores", *PAGES)
            self._view = views[(views.index(self._view) + 1) % len(views)]
        else:
            pages = list(PAGES)[1:]
            self._page = pages[(pages.index(self._page) + 1) % len(pages)]
        self.set_class(self._view != "scores", "-chart")
        self._show_charts()

    def action_log(self, axis: str) -> None:
        """Logarithmic or linear axes."""
        self.query_one(ArmCharts).toggle_log(axis)
        self._show_charts()

    def action_speed(self, by: int) -> None:
        """Another speed of the free run."""
        self.say(self.session.change_speed(by))
        self.refresh_frame()

    def action_take(self) -> None:
        """Take the selected arm into the explorer; asked once more where a run would be lost."""
        if isinstance(self.focused, ArmsTable):  # whose word that its cursor moved may still be on its way
            self._arm = self.focused.cursor
        self.pause()
        arm, trainer = self.comparison.arms[self._arm], self.session.trainer
        name = LOOKS[arm.key].name
        if self.comparison.diverged[self._arm]:
            self.say(f"{name} has overflowed: b goes back to where its numbers are finite.", error=True)
        elif (trainer.step_count or trainer.events) and self._asked != self._arm:
            self._asked = self._arm
            self.say(replaces(trainer.step_count, len(trainer.events), name, self.step_count))
        else:
            self.dismiss(Taken(name, arm.hyperparameters, self.step_count, self._sample, self._node))

    def action_leave(self) -> None:
        """Back to the explorer as it was, or an end to the match that is under way."""
        if not self.cancel_match():
            self.pause()
            self.dismiss(None)

    # The match

    def matched_to(self) -> Arm | None:
        """The smoothing arm, if there is one."""
        return _smoothing(self.comparison.arms)

    def use_match(self, match: Match) -> None:
        """Add the matched arm, if there is a strength for it, at the present step."""
        self.session.match, step = match, self.step_count
        strength = match.strengths[CRITERION].value
        if strength is None:
            self.say(match.verdict.text)
            return
        try:
            self.comparison = self._compared()
        except InputError as error:
            self.say(str(error), error=True)
            return
        self._arm = len(self.comparison.arms) - 1
        self._train_to(step, matched(strength))

    # What the widgets say

    @on(NumberTable.Moved)
    def _arm_chosen(self, message: NumberTable.Moved) -> None:
        self._arm = message.row
        self.refresh_frame()

    @on(Timeline.Chosen)
    def _step_chosen(self, message: Timeline.Chosen) -> None:
        self.pause()
        self._train_to(message.step)


def _smoothing(arms: Iterable[Arm]) -> Arm | None:
    """The smoothing arm, if there is one."""
    return next((arm for arm in arms if arm.key == "label_smoothing"), None)


def _short(title: str) -> str:
    return title.partition(",")[0].lower()
