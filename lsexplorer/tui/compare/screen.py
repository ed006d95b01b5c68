"""The compare screen: the methods of a comparison side by side, stepping, running and going back together."""

from collections.abc import Iterator, Mapping

from textual import getters, on
from textual.containers import Container
from textual.reactive import reactive
from textual.widget import Widget

from lsexplorer.bank.comparison import Comparison
from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.render.match_all_texts import answer
from lsexplorer.run import Series
from lsexplorer.study.match.matching import Matches
from lsexplorer.tui.commands import COMPARE_COMMANDS
from lsexplorer.tui.compare import texts
from lsexplorer.tui.compare.charts import MethodCharts
from lsexplorer.tui.compare.frame import CompareFrame, make_compare_frame
from lsexplorer.tui.compare.help_page import HELP_PAGE
from lsexplorer.tui.compare.match_prompt import MatchPrompt
from lsexplorer.tui.compare.match_settings import MatchSettings
from lsexplorer.tui.compare.matching import MatchProgress
from lsexplorer.tui.compare.method_looks import PAGES, method_name
from lsexplorer.tui.compare.methods import Taken, comparison_of, matched_strength, smoothing_of
from lsexplorer.tui.compare.pictures import MethodPictures
from lsexplorer.tui.compare.tables import MethodDeltas, MethodTable, Scoreboard
from lsexplorer.tui.compare.verdict_screen import VerdictScreen
from lsexplorer.tui.explorer.worked import worked_signal
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.until import Until
from lsexplorer.tui.run_screen import RunScreen
from lsexplorer.tui.widgets.background import Background
from lsexplorer.tui.widgets.fitting_lines import FittingLines, Forms
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.picture import Picture
from lsexplorer.tui.widgets.status import StatusBar
from lsexplorer.tui.widgets.timeline import Timeline

VIEWS = ("scores", *PAGES)


class CompareScreen(RunScreen[Taken | None, CompareFrame]):
    """Methods under the session's settings, trained as far as its run; dismissed with the method taken, or None."""

    AUTO_FOCUS = "#method_deltas"
    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [*RunScreen.HORIZONTAL_BREAKPOINTS, (170, "-broad")]
    commands = COMPARE_COMMANDS
    help_page = HELP_PAGE

    view: reactive[str] = reactive("scores", init=False)
    """What is shown below the table where there is room for one pane: one of VIEWS."""
    picture: reactive[str] = reactive("tables", init=False)
    """Tables and charts, or a picture of every method in their place: one of those of the explorer."""

    step_table = getters.query_one(MethodDeltas)
    scores = getters.query_one(Scoreboard)
    worked = getters.query_one("#method_worked", FittingLines)
    charts = getters.query_one(MethodCharts)
    pictures = getters.query_one(MethodPictures)
    match_progress = getters.query_one(MatchProgress)

    def __init__(self, session: Session) -> None:
        """Raises InputError where the methods have too many parameters for memory."""
        super().__init__()
        self.session = session
        self.comparison = comparison_of(session)
        self.sample, self._node, self._part = session.sample, session.node, "test"
        self._method, self._asked = 0, -1
        self._page = "logit_gap"
        self.set_reactive(RunScreen.frame, self.make_frame())

    def compose_body(self) -> Iterator[Widget]:
        """What the next step does, how the methods do, how they came there."""
        yield StatusBar()
        with Container(id="method_tables"):
            with Container(id="method_step"):
                yield MethodDeltas(id="method_deltas")
                yield FittingLines(id="method_worked")
            yield Scoreboard(id="scores")
        yield MethodCharts(id="method_charts")
        yield MethodPictures()
        yield Timeline()
        yield MatchProgress(id="matching")

    def on_mount(self) -> None:
        """Train as far as the explorer's run."""
        self.status.title = "lsexplorer compare"
        self.watch_frame(self.shown)
        self.train_to(self.session.step_count, texts.introduced(self.session.changes))

    # Showing

    def make_frame(self, rate: float | None = None) -> CompareFrame:
        """The methods as they stand."""
        return make_compare_frame(self.comparison, self.sample, self._node, part=self._part, goal=self.goal, rate=rate)

    def show_tables(self, frame: CompareFrame) -> None:
        """Show a frame in both tables."""
        self._node, self._asked = frame.node, -1
        self.step_table.show_methods(frame, self._method)
        method = frame.methods[self._method]
        worked = worked_signal(frame.deltas[self._method], frame.node, method.hyperparameters)
        self.worked.lines = (Forms(f"{method_name(method)} · {form}" for form in worked),)
        self.scores.show_methods(frame, self._method)

    def show_charts(self) -> None:
        """Show the pages for which there is room, or the pictures."""
        if self.in_picture:
            self.pictures.show_methods(self.shown, self.comparison.runs, self._method)
            return
        pages = self._pages()
        others = [title.partition(",")[0].lower() for page, title in PAGES.items() if page not in pages]
        self.charts.show_frame(self.shown, pages, "" if self.folded or not others else f"v: {', '.join(others)}")

    def _pages(self) -> tuple[str, ...]:
        if self.folded:
            return (self.view,) if self.view in PAGES else ()
        return tuple(PAGES) if self.has_class("-tall") else ("weight_norm", self._page)

    def resized(self) -> None:
        """There may be room for other charts."""
        self.show_charts()

    @property
    def in_picture(self) -> bool:
        """Whether pictures stand in the place of tables and charts."""
        return self.picture != "tables"

    def watch_picture(self, picture: str) -> None:
        """Show pictures in the place of tables and charts, or these again."""
        self.set_class(self.in_picture, "-picture")
        self.pictures.view = picture
        (self.pictures.picture if self.in_picture else self.step_table).focus()

    def watch_view(self, view: str) -> None:
        """Show another pane."""
        self.set_class(view != "scores", "-chart")

    # The run

    @property
    def run(self) -> Comparison:
        """All methods together."""
        return self.comparison

    def restart(self) -> str:
        """The way to where the methods stand, and further, is kept."""
        self.comparison.goto(0)
        return "Back at step 0; the steps made are kept."

    @property
    def history(self) -> Mapping[str, Series]:
        """Every method's measures."""
        pairs = zip(self.shown.methods, self.shown.history, strict=True)
        return {f"{method_name(method)} {name}": one for method, series in pairs for name, one in series.items()}

    def train_loss(self) -> float:
        """That of plain training, whose targets are not smoothed."""
        return self.comparison.scores()[0].parts["train"].loss

    def steps_left(self, until: Until) -> int | None:
        """None once every method has overflowed."""
        return 0 if self.comparison.diverged.all() else super().steps_left(until)

    def arrived(self, until: Until) -> str:
        """At the end of a free run."""
        return texts.EVERY_METHOD_LOST if self.comparison.diverged.all() else super().arrived(until)

    # Keys

    def action_node(self, by: int) -> None:
        """Another node."""
        names = [node.name for node in self.shown.deltas[0].nodes]
        self._node = names[(names.index(self._node) + by) % len(names)]
        self.refresh_frame()

    def action_part(self) -> None:
        """Measures of the other part of the data."""
        self._part = "train" if self._part == "test" else "test"
        self.refresh_frame()

    def action_picture(self, view: str) -> None:
        """A picture of every method in the place of tables and charts, or these again."""
        self.picture = view
        self.call_after_refresh(self.show_charts)

    def action_view(self) -> None:
        """Next chart; when folded, next pane; what else a picture shows."""
        if self.in_picture:
            self.pictures.next_variant()
        elif self.folded:
            self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]
        else:
            pages = list(PAGES)[1:]
            self._page = pages[(pages.index(self._page) + 1) % len(pages)]
        self.show_charts()

    def action_take(self) -> None:
        """Take the selected method into the explorer; asked once more where a run would be lost."""
        if isinstance(self.focused, MethodTable):  # its message that the cursor moved may still be on its way
            self._method = self.focused.cursor
        self.pause()
        method, session = self.comparison.methods[self._method], self.session
        name = method_name(method)
        if self.comparison.diverged[self._method]:
            self.say(texts.overflowed(name), error=True)
        elif (session.step_count or session.changes) and self._asked != self._method:
            self._asked = self._method
            self.say(texts.replaces(session.step_count, session.changes, name, self.step_count))
        else:
            self.dismiss(Taken(name, method.hyperparameters, self.step_count, self.sample, self._node))

    def action_leave(self) -> None:
        """From pictures to the tables, or back to the explorer as it was, or an end to the match that is under way."""
        if self.in_picture:
            self.action_picture("tables")
        elif not self._cancel_match():
            self.pause()
            self.dismiss(None)

    # The match

    def action_match(self) -> None:
        """Ask what to match, cancel the match under way, or show what came of the last one."""
        if self._cancel_match():
            return
        smoothing = smoothing_of(self.comparison.methods)
        if smoothing is None:
            self.say(texts.NO_SMOOTHING, error=True)
        elif (matches := self.session.matches_of(smoothing.hyperparameters)) is not None:
            self._show_verdict(matches)
        else:
            self._ask_match()

    def _ask_match(self, settings: MatchSettings = MatchSettings()) -> None:  # noqa: B008  # it is frozen
        smoothing = smoothing_of(self.comparison.methods)
        assert smoothing is not None

        def answered(settings: MatchSettings | None) -> None:
            if settings is not None:
                self.match_progress.start(self.session.data, smoothing.hyperparameters, settings)

        self.app.push_screen(MatchPrompt(self.session.data, smoothing.hyperparameters, settings), answered)

    def _show_verdict(self, matches: Matches) -> None:
        settings = MatchSettings.of(matches)
        command = settings.command(self.session.data, matches.first.plan.smoothing)
        self.app.push_screen(
            VerdictScreen(matches, command), lambda again: self._ask_match(settings) if again else None
        )

    def _cancel_match(self) -> bool:
        cancelled = self.match_progress.cancel()
        if cancelled:
            self.say("The match was cancelled.")
        return cancelled

    @on(Background.Ended)
    def _match_ended(self, message: Background.Ended) -> None:
        if message.answer is None:
            self.say(f"No match: {message.problem}.", error=True)
            return
        self.pause()
        self._use(message.answer)
        if self.app.screen is self:  # else another screen, such as a prompt, is in use
            self._show_verdict(message.answer)

    def _use(self, matches: Matches) -> None:
        """Add the matched method, if there is a strength for it, at the present step."""
        self.session.matches, step = matches, self.step_count
        matched = matched_strength(matches)
        if matched is None:
            self.say(matches.first.verdict.text if matches.is_single else answer(matches))
            return
        try:
            self.comparison = comparison_of(self.session)
        except InputError as error:
            self.say(str(error), error=True)
            return
        self._method = len(self.comparison.methods) - 1
        remedy, strength = matched
        self.train_to(step, texts.matched(REGULARIZERS[remedy].label, REGULARIZERS[remedy].symbol, strength))

    @on(Picture.Wanted)
    def _pictures_wanted(self) -> None:
        self.show_charts()

    @on(Picture.Moved)
    def _moved_in_pictures(self, message: Picture.Moved) -> None:
        method = self.pictures.neighbour(self._method, message.right, message.down)
        if 0 <= method < len(self.comparison.methods):
            self._method = method
            self.refresh_frame()

    @on(Picture.Clicked)
    def _picture_clicked(self, message: Picture.Clicked) -> None:
        hit = self.pictures.hit_method(message.x, message.y)
        if hit is None:
            return
        self._method, found = hit
        self._node = found.node or self._node
        if found.sample is not None:
            self.sample = found.sample
        self.refresh_frame()

    @on(NumberTable.Moved)
    def _method_chosen(self, message: NumberTable.Moved) -> None:
        self._method = message.row
        self.refresh_frame()
