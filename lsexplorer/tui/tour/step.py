"""A stop of the tour: a run to look at, and questions, each asked before it is answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lsexplorer.run.hyperparameters import schema
from lsexplorer.study.match import Match
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session


@dataclass(frozen=True)
class Seen:
    """All that a stop's texts may speak of.

    start: the frame that the stop began with. before: the last one at which the question before was still answered
    by what the person did, or ``start``. now: the one on the screen. match: the one that was made, if any.
    """

    start: Frame
    before: Frame
    now: Frame
    match: Match | None = None

    @property
    def changed(self) -> frozenset[str]:
        """The hyperparameters that are other than at the start."""
        old, new = self.start.hp, self.now.hp
        return frozenset(s.name for s in schema() if getattr(old, s.name) != getattr(new, s.name))

    @property
    def steps(self) -> int:
        """Steps from the start to now."""
        return self.now.step - self.start.step


Text = Callable[[Seen], str]
Condition = Callable[[Seen], bool]
Offer = Callable[[Session], int]
"""What the stop's own key does: changes the run, and gives the step to train to."""


@dataclass(frozen=True)
class Part:
    """A question, when the person has done what it asks for, the answer, and what the stop's own key does for it."""

    ask: Text
    acted: Condition
    tell: Text
    offer: Offer | None = None


@dataclass(frozen=True)
class Stop:
    """One stop. Every number in its texts is made when it is shown, from what the live run shows.

    set_up: a new session as the stop begins. pane: what is seen below the delta table where there is room for one.
    may_change: hyperparameters that its questions have changed; with others it is another run. one_row: the texts
    speak of the row, or of the mean, that the stop began with.
    """

    title: str
    set_up: Callable[[], Session]
    parts: tuple[Part, ...]
    pane: str = "weights"
    may_change: frozenset[str] = frozenset()
    log_x: bool = False
    one_row: bool = True


class Progress:
    """How far a person is at a stop: how many of its questions are answered, and what was said last."""

    def __init__(self, stop: Stop, start: Frame) -> None:
        self.stop = stop
        self.done, self.told, self.strayed = 0, "", False
        self._seen = Seen(start, start, start)

    @property
    def part(self) -> Part | None:
        """The question that is open."""
        return self.stop.parts[self.done] if self.done < len(self.stop.parts) else None

    @property
    def asked(self) -> str:
        """Its words."""
        return self.part.ask(self._seen) if self.part else ""

    def see(self, now: Frame, match: Match | None) -> None:
        """Take in a frame: answer what it answers, with its numbers."""
        seen = replace(self._seen, now=now, match=match)
        self.strayed = self._is_another(seen)
        if self.strayed:
            return
        if self.part and self.part.acted(seen):
            self._base, self.told = seen.before, self.part.tell(seen)
            self.done += 1
            seen = replace(seen, before=now)
        elif self.done and (last := self.stop.parts[self.done - 1]).acted(told := self._told_from(seen)):
            self.told = last.tell(told)
            seen = replace(seen, before=now)
        self._seen = seen

    _base: Frame | None = None
    """The frame before the question that was answered last."""

    def _told_from(self, seen: Seen) -> Seen:
        return replace(seen, before=self._base or seen.start)

    def _is_another(self, seen: Seen) -> bool:
        """Whether this is no longer the run, or the row, that the stop is about."""
        start, now = seen.start, seen.now
        other = (start.data_source, start.sizes) != (now.data_source, now.sizes) or now.furthest < start.step
        return other or bool(seen.changed - self.stop.may_change) or (self.stop.one_row and now.sample != start.sample)
