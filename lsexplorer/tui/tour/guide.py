"""The tour's guide: which step is on and how far it is, and the runs that wait meanwhile."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsexplorer.tui.commands import TOUR_COMMANDS
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.model.view_state import ViewState
from lsexplorer.tui.tour.step import Offer, Progress
from lsexplorer.tui.tour.steps import STEPS

if TYPE_CHECKING:
    from lsexplorer.study.match import Match

NO_TOUR = "This key is for the tour; t begins it."
NO_OFFER = "e does nothing here: the question says what to press; a full stop goes to the next step of the tour."
FIRST_STEP = "This is the first step of the tour. t goes back to your own run."
LAST_STEP = "This is the last step of the tour. t goes back to your own run, a comma to the previous step."
NOTHING_KEPT = (
    "No other run is kept. 0, N, a rebuild and O keep what they replace, K a tour step's run (t begins the tour)."
)
TOUR_SPEED = 500
"""Of the tour's runs, in steps a second: one sees the curves grow, and does not wait."""
MAX_KEPT = 8
"""Runs that are kept beside the one on the screen."""


@dataclass(frozen=True)
class Scene:
    """A run, how it is looked at, and what to say when it is shown."""

    session: Session
    view: ViewState
    message: str = ""

    @property
    def name(self) -> str:
        """The run in words."""
        return f"{self.session.data.name}, step {self.session.step_count:,}"


@dataclass(frozen=True)
class _Tour:
    """The tour while it is on."""

    own: Scene
    """The person's own run, which waits untouched."""

    progress: Progress


class TourGuide:
    """Leads through the tour. It knows no widgets: it takes the scene on the screen and returns the one to show."""

    def __init__(self) -> None:
        self._tour: _Tour | None = None
        self._index = 0
        self._left: tuple[Scene, Progress] | None = None
        """Outside the tour: the step at which it was left."""
        self._kept: deque[Scene] = deque()
        """Runs that `keep` goes to, the next one first."""

    @property
    def on_tour(self) -> bool:
        """Whether the tour is on."""
        return self._tour is not None

    def own_sessions(self, present: Session) -> list[Session]:
        """The sessions that are the person's own, the one that is on the screen, or waits for the tour's end, first."""
        own = present if self._tour is None else self._tour.own.session
        return [own, *(scene.session for scene in self._kept)]

    @property
    def progress(self) -> Progress | None:
        """How far the present step is; None outside the tour."""
        return self._tour.progress if self._tour else None

    @property
    def number(self) -> int:
        """The number of the present step, from 1."""
        return self._index + 1

    @property
    def offer(self) -> Offer | None:
        """What the open question offers to do, if anything."""
        question = self.progress.question if self.progress else None
        return question.offer if question else None

    def offers(self, action: str) -> bool:
        """Whether an action of the explorer makes sense now."""
        if self.on_tour or all(command.action != action for command in TOUR_COMMANDS):
            return True
        return action == "tour_keep" and bool(self._kept)

    def see(self, frame: Frame, match: "Match | None") -> None:
        """Let the present step take in a frame."""
        if self.progress:
            self.progress.see(frame, match)

    # Scenes

    def enter(self, own: Scene) -> Scene:
        """Begin the tour, or resume it where it was left."""
        message = f"Your own run ({own.name}) waits untouched: t or Esc goes back to it."
        if self._left is None:
            return replace(self._begin(own), message=message)
        scene, progress = self._left
        self._tour = _Tour(own, progress)
        return replace(scene, message=message)

    def leave(self, present: Scene) -> Scene:
        """Leave the tour at the present step, for the own run."""
        assert self._tour is not None
        own = self._tour.own
        self._left, self._tour = (present, self._tour.progress), None
        step = own.session.step_count
        return replace(own, message=f"Your own run again, at step {step:,}. t resumes the tour where you left it.")

    def cannot_go(self, by: int) -> str:
        """Why there is no step ``by`` places ahead; '' if there is one."""
        if not self.on_tour:
            return NO_TOUR
        if self._index + by < 0:
            return FIRST_STEP
        return LAST_STEP if self._index + by >= len(STEPS) else ""

    def go(self, by: int) -> Scene:
        """Begin the step ``by`` places ahead, whatever was done at the present one."""
        assert self._tour is not None
        self._index += by
        return self._begin(self._tour.own)

    @property
    def can_keep(self) -> bool:
        """Whether `keep` has a run to keep or to go to."""
        return self.on_tour or bool(self._kept)

    def keep(self, present: Scene) -> Scene:
        """On the tour, leave it with the present run and keep the own one; outside, go to the next kept run."""
        if self._tour is not None:
            own = self._tour.own
            self._kept.append(own)
            self._left = self._tour = None
            message = (
                f"This run is yours now. The one you had ({own.name}) is kept too, until you quit: K switches to it."
            )
            return replace(present, message=message)
        self._kept.append(present)
        scene = self._kept.popleft()
        return replace(scene, message=f"This is your run {scene.name}. K switches to {self._kept[0].name}.")

    def show_instead(self, present: Scene, session: Session, messages: Iterable[str]) -> Scene:
        """Show another run; the own one, if it has begun, is kept for `keep`. The tour, if it is on, is left."""
        own = self.leave(present) if self.on_tour else present
        kept = ""
        if self.put_aside(own):
            kept = f"Your run ({own.name}) is kept until you quit: K goes back to it."
        return Scene(session, ViewState("weights"), " ".join(filter(None, (*messages, kept))))

    def put_aside(self, scene: Scene) -> bool:
        """Keep a run that is replaced, if it has begun and is no step of the tour; whether it is kept."""
        if self.on_tour or not scene.session.has_begun:
            return False
        self._kept.appendleft(replace(scene, message=""))
        if len(self._kept) > MAX_KEPT:
            self._kept.pop()
        return True

    def _begin(self, own: Scene) -> Scene:
        """The present step from its beginning."""
        step = STEPS[self._index]
        session = step.set_up()
        session.speed = TOUR_SPEED
        session.own_data = own.session.own_data
        self._tour = _Tour(own, Progress(step, session.frame()))
        view = ViewState(step.pane, log_axes=(step.log_x, False))
        if step.pane not in ("weights", "norms"):
            view = replace(view, page=step.pane)
        return Scene(session, view)
