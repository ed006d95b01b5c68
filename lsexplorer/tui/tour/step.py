"""A step of the tour: a run to look at, and questions, each answered once the person has tried."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.model.session import Session

if TYPE_CHECKING:
    from lsexplorer.study.match import Match


@dataclass(frozen=True)
class StepContext:
    """The frames of the run that a tour step's texts may draw their numbers from."""

    start: Frame
    """The frame that the tour step began with."""

    before: Frame
    """The last frame at which the question before was still answered, or ``start``."""

    now: Frame
    """The frame on the screen."""

    match: "Match | None" = None
    """The match that was made, if any."""

    @property
    def changed(self) -> frozenset[str]:
        """The hyperparameters that differ from those at the start."""
        old, new = self.start.hp, self.now.hp
        return frozenset(spec.name for spec in schema() if getattr(old, spec.name) != getattr(new, spec.name))

    @property
    def steps(self) -> int:
        """Training steps from the start to now."""
        return self.now.step - self.start.step


Text = Callable[[StepContext], str]
Condition = Callable[[StepContext], bool]
Offer = Callable[[Session], int]
"""Changes the run as the question proposes, and returns the training step to run to."""


@dataclass(frozen=True)
class Question:
    """A question of a tour step."""

    ask: Text
    """The question, ending with the keys to press."""

    is_answered: Condition
    """Whether the person has done what the question asks for."""

    answer: Text
    """The answer, with the numbers of the run."""

    offer: Offer | None = None
    """What the key e does for this question, if anything."""


@dataclass(frozen=True)
class TourStep:
    """One step of the tour; every number in its texts comes from the live run when it is shown."""

    title: str

    set_up: Callable[[], Session]
    """Makes the session that the step begins with."""

    questions: tuple[Question, ...]

    pane: str = "weights"
    """What is shown below the delta table where there is room for one pane."""

    may_change: frozenset[str] = frozenset()
    """Hyperparameters that the questions ask to change; if another one changes, the step is off track."""

    log_x: bool = False
    """Whether the charts begin with a logarithmic axis of steps."""

    any_order: bool = False
    """Whether a later question may be answered before an earlier one."""

    one_row: bool = True
    """Whether the texts are about the row, or the mean, that the step began with."""


class Progress:
    """How far a person is in a tour step."""

    def __init__(self, step: TourStep, start: Frame) -> None:
        self.step = step
        self._open = list(step.questions)
        self._last: Question | None = None
        """The last question that was answered."""
        self.answer = ""
        """The last answer given, '' before the first."""
        self.off_track = False
        """Whether the run, or the row, is no longer the one that the step is about."""
        self._context = StepContext(start, start, start)
        self._answered_from = start
        """``before`` as it was when the last question was answered."""

    @property
    def question(self) -> Question | None:
        """The open question."""
        return self._open[0] if self._open else None

    @property
    def answered(self) -> int:
        """How many questions are answered."""
        return len(self.step.questions) - len(self._open)

    @property
    def question_text(self) -> str:
        """The open question in words, '' if all are answered."""
        return self.question.ask(self._context) if self.question else ""

    def see(self, now: Frame, match: "Match | None") -> None:
        """Take in a frame: answer the open question if the frame answers it, else renew the last answer."""
        context = replace(self._context, now=now, match=match)
        self.off_track = self._left_track(context)
        if self.off_track:
            return
        asked = self._open if self.step.any_order else self._open[:1]
        question = next((question for question in asked if question.is_answered(context)), None)
        if question is not None:
            self._answered_from, self.answer = context.before, question.answer(context)
            self._open.remove(question)
            self._last = question
            context = replace(context, before=now)
        elif self._last is not None:
            answered = replace(context, before=self._answered_from)
            if self._last.is_answered(answered):
                self.answer = self._last.answer(answered)
                context = replace(context, before=now)
        self._context = context

    def _left_track(self, context: StepContext) -> bool:
        start, now = context.start, context.now
        other_run = (start.data_source, start.sizes) != (now.data_source, now.sizes) or now.furthest < start.step
        other_row = self.step.one_row and now.sample != start.sample
        return other_run or other_row or bool(context.changed - self.step.may_change)
