"""The tour in a screen: its stops take the place of the person's own run, which is set aside whole and comes back."""

from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from textual.reactive import reactive
from textual.widget import Widget

from lsexplorer.tui.commands import TOUR_COMMANDS
from lsexplorer.tui.explorer import texts as words
from lsexplorer.tui.explorer.charts import RunCharts
from lsexplorer.tui.explorer.form import Form
from lsexplorer.tui.explorer.weights_table import WeightsTable
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.run_screen import RunScreen
from lsexplorer.tui.tour.panel import TourPanel
from lsexplorer.tui.tour.step import Progress
from lsexplorer.tui.tour.steps import STOPS
from lsexplorer.tui.widgets.number_table import NumberTable
from lsexplorer.tui.widgets.status import StatusBar

Result = TypeVar("Result")

_PAGE = "loss"
"""The page of measures of a stop that is not about another."""


@dataclass(frozen=True)
class Look:
    """How a run is looked at: the pane and page, axes, the weights' order, selected row and focus, what is scrolled."""

    pane: str
    page: str = _PAGE
    log: tuple[bool, bool] = (False, False)
    by_size: bool | None = None
    weight: int = 0
    scrolled: tuple[tuple[float, float], ...] | None = None
    focus: str | None = "deltas"
    form: bool = False


Looked = tuple[Session, Look]
"""A run, and how it is looked at."""


class TouringScreen(RunScreen[Result, Frame]):
    """A screen of one session, with a `TourPanel`, tables, charts and form, that gives the tour.

    A subclass gives `view` and `form_open`.
    """

    view: reactive[str]
    """The pane that is seen in a small terminal."""
    form_open: reactive[bool]
    """Whether the form is seen there."""
    _own: Looked | None = None
    """While the tour is on: the person's own run."""
    _left: tuple[Looked, Progress] | None = None
    """While it is not: the stop where it was left."""
    _progress: Progress | None = None
    _place = 0

    def __init__(self) -> None:
        super().__init__()
        self._kept: deque[Looked] = deque()

    @property
    def on_tour(self) -> bool:
        """Whether the tour is on."""
        return self._own is not None

    def offers(self, action: str) -> bool:
        """The tour's own actions are offered in the tour alone, save for what it left to go on with."""
        tours = any(command.action == action for command in TOUR_COMMANDS)
        here = self.on_tour or not tours or (action == "tour_keep" and bool(self._kept))
        return here and super().offers(action)

    def show_tour(self, frame: Frame) -> None:
        """Let the stop see a frame, and show what it says to it."""
        if self._progress is not None:
            self._progress.see(frame, self.session.match)
            self.query_one(TourPanel).show_progress(self._progress, self._place, len(STOPS))

    # Keys

    def action_tour(self) -> None:
        """Into the tour, where it was left, or out of it."""
        if self.on_tour:
            self._leave()
        elif self._may_swap():
            own = self.session
            self._own = own, self._look()
            if self._left is None:
                self._set_up(self._place)
            else:
                looked, self._progress = self._left
                self._put(looked)
            self.say(words.tour_begun(own.trainer.data.name, own.trainer.step_count))

    def action_leave_tour(self) -> None:
        """Out of the tour."""
        if self.on_tour:
            self._leave()

    def action_tour_go(self, by: int) -> None:
        """Another stop, or with 0 this one from its beginning."""
        place = self._place + by
        if not self.on_tour:
            self.say(words.NO_TOUR)
        elif not 0 <= place < len(STOPS):
            self.say(words.TOUR_BEGINS if place < 0 else words.TOUR_ENDS)
        elif self._may_swap():
            self._set_up(place)
            self.say("")

    def action_tour_offer(self) -> None:
        """What the open question offers."""
        part = self._progress.part if self._progress else None
        if not self.on_tour or part is None or part.offer is None:
            self.say(words.NO_OFFER if self.on_tour else words.NO_TOUR)
            return
        self.pause()
        offer, goal = part.offer, [0]

        def take() -> None:
            goal[0] = offer(self.session)

        if self.attempt(take):
            self.train_to(goal[0])

    def action_tour_keep(self) -> None:
        """In the tour: stay with this stop's run, and keep the own one. Out of it: the next of the kept runs."""
        if not self.on_tour and not self._kept:
            self.say(words.NOTHING_KEPT)
        elif not self._may_swap():
            return
        elif self._own is not None:
            own, look = self._own[0].trainer, self._look()
            self._kept.append(self._own)
            self._close()
            self._left = None
            self._put((self.session, look))
            self.say(words.stop_kept(own.data.name, own.step_count))
        else:
            self._kept.append((self.session, self._look()))
            self._put(self._kept.popleft())
            trainer, other = self.session.trainer, self._kept[0][0].trainer
            here, there = ((t.data.name, t.step_count) for t in (trainer, other))
            self.say(words.run_taken_up(here, there))

    # How it works

    def _may_swap(self) -> bool:
        """Whether another run may take this one's place now."""
        if self.query_one(Form).waits:
            self.say("The form has changes that wait: Enter makes them, Esc undoes them.", error=True)
            return False
        self.pause()
        return True

    def _leave(self) -> None:
        if self._own is None or self._progress is None or not self._may_swap():
            return
        own = self._own
        self._left = (self.session, self._look()), self._progress
        self._close()
        self._put(own)
        self.say(words.tour_left(own[0].trainer.step_count))

    def _close(self) -> None:
        self._own, self._progress = None, None

    def _set_up(self, place: int) -> None:
        """Begin a stop anew, whatever was before."""
        assert self._own is not None
        stop = STOPS[place]
        session = stop.set_up()
        session.own_data = self._own[0].own_data
        self._place, self._progress = place, Progress(stop, session.frame())
        charts = stop.pane not in ("weights", "norms")
        self._put((session, Look(stop.pane, stop.pane if charts else _PAGE, (stop.log_x, False))))

    def _look(self) -> Look:
        charts, weights = self.query_one(RunCharts), self.query_one(WeightsTable)
        tables = self.query_one("#deltas", NumberTable), weights
        focused = self.focused
        return Look(
            self.view,
            charts.page,
            charts.log_axes,
            weights.by_size,
            weights.cursor,
            tuple((float(table.scroll_offset.x), float(table.scroll_offset.y)) for table in tables),
            focused.id if focused else None,
            self.form_open,
        )

    def _put(self, looked: Looked) -> None:
        """Show a run as it was looked at."""
        self.session, look = looked
        charts, weights = self.query_one(RunCharts), self.query_one(WeightsTable)
        self.set_class(self.on_tour, "-tour")
        self.form_open = look.form
        self.query_one(StatusBar).title = "lsexplorer tour" if self.on_tour else "lsexplorer"
        charts.page, charts.log_axes, weights.by_size = look.page, look.log, look.by_size
        self.refresh_frame()
        weights.cursor = look.weight
        self.view = look.pane
        if look.focus is not None:
            self.query_one(f"#{look.focus}", Widget).focus()
        self.call_after_refresh(self._scroll, look)

    def _scroll(self, look: Look) -> None:
        """Scroll as it was; at a stop that begins, to where the selected rows are."""
        for name, (x, y) in zip(("#deltas", "#weights"), look.scrolled or ((0, 0), (0, 0)), strict=True):
            table = self.query_one(name, NumberTable)
            table.scroll_to(x, y, animate=False)
            if look.scrolled is None:
                table.watch_cursor()
