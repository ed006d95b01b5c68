"""A match in the background of a screen: a thread that waits for the processes which do the work."""

import contextlib
import sys
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from typing import TypeVar

from textual import on
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker, get_current_worker

from lsexplorer.bank.comparison import Arm
from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match import Match, match
from lsexplorer.tui.compare.verdict_screen import VerdictScreen
from lsexplorer.tui.explorer.texts import matching
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.run_screen import RunScreen

Result = TypeVar("Result")


@dataclass
class Matching(Message):
    """How far a match is: networks trained, of how many."""

    worker: Worker[None]
    phase: str
    done: int
    total: int

    def can_replace(self, message: Message) -> bool:
        """A newer one makes an older one superfluous."""
        return isinstance(message, Matching)


@dataclass
class Matched(Message):
    """A match came to its end: the answer, or why there is none."""

    worker: Worker[None]
    match: Match | None
    problem: str = ""


class _Cancelled(Exception):  # noqa: N818  # no error: the person wants no answer any more
    """Raised in the match to stop it."""


class MatchingScreen(RunScreen[Result]):
    """A screen with a `Static` #matching on which L2 is matched to label smoothing.

    A subclass gives `session`, `matched_to` and `use_match`.
    """

    session: Session
    _matching: Worker[None] | None = None

    def matched_to(self) -> Arm | None:
        """The smoothing arm, or None where there is none."""
        raise NotImplementedError

    def use_match(self, match: Match) -> None:
        """Take the answer."""
        raise NotImplementedError

    def action_match(self) -> None:
        """Start the match, cancel it, or show what it said."""
        arm = self.matched_to()
        if self.cancel_match():
            return
        if arm is None:
            self.say("This loss takes hard targets only: there is no smoothing to match.", error=True)
        elif (found := self.session.match_of(arm.hyperparameters)) is not None:
            self.app.push_screen(VerdictScreen(found))
        else:
            _prepare_processes()
            work = partial(self._match_in_thread, self.session.trainer.data, arm.hyperparameters)
            self._matching = self.run_worker(work, group="match", thread=True)
            self._show_progress(matching(arm.strength))

    def cancel_match(self) -> bool:
        """Stop the match that is under way; whether there was one."""
        if self._matching is None:
            return False
        self._matching.cancel()
        self._matching = None
        self._show_progress("")
        self.say("The match was cancelled.")
        return True

    def _show_progress(self, text: str) -> None:
        self.query_one("#matching", Static).update(text)
        self.set_class(bool(text), "-matching")

    def _match_in_thread(self, data: Dataset, smoothing: Hyperparameters) -> None:
        """Posts Matching now and then and at last Matched; ends soon, with no more, once its worker is cancelled."""
        worker = get_current_worker()

        def tell(phase: str, done: int, total: int) -> None:
            if worker.is_cancelled:
                raise _Cancelled
            self.post_message(Matching(worker, phase, done, total))

        try:
            a = smoothing.label_smoothing
            found = match(data, smoothing, label_smoothing=a, workers=cores(), progress=tell)
        except _Cancelled:
            return
        except InputError as error:
            self.post_message(Matched(worker, None, str(error)))
            return
        self.post_message(Matched(worker, found))

    @on(Matching)
    def _match_goes_on(self, message: Matching) -> None:
        arm = self.matched_to()
        if message.worker is self._matching and arm is not None:
            self._show_progress(matching(arm.strength, message.phase, message.done, message.total))

    @on(Matched)
    def _match_ended(self, message: Matched) -> None:
        if message.worker is not self._matching:
            return
        self._matching = None
        self._show_progress("")
        if message.match is None:
            self.say(f"No match: {message.problem}.", error=True)
            return
        self.pause()
        self.use_match(message.match)
        if self.app.screen is self:  # else the person is in the midst of something else
            self.app.push_screen(VerdictScreen(message.match))


def _prepare_processes() -> None:
    """Start what multiprocessing needs to start processes, while it can.

    It hands stderr's file on, and the object that textual puts in stderr's place has none.
    """
    with contextlib.redirect_stderr(sys.__stderr__ or sys.stderr):
        resource_tracker.ensure_running()
