"""A match in the background: a thread that waits for the processes that do the work."""

import contextlib
import sys
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker

from textual import on
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static
from textual.worker import Worker, get_current_worker

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.run import Hyperparameters
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match import Match, match
from lsexplorer.tui.compare.texts import matching


class _Cancelled(Exception):  # noqa: N818  # no error: the answer is no longer wanted
    """Raised in the match to stop it."""


class MatchProgress(Static):
    """Matches L2 to label smoothing; one line says how far the match is while it is under way."""

    DEFAULT_CSS = """
    MatchProgress {
        height: 1; padding: 0 1; color: $text-accent; display: none; text-wrap: nowrap; text-overflow: ellipsis;
    }
    MatchProgress.-matching { display: block; }
    """

    text: reactive[str] = reactive("", toggle_class="-matching")
    """The line, '' where no match is under way."""

    @dataclass
    class Advanced(Message):
        """How far the match is: networks trained, of how many."""

        worker: Worker[None]
        phase: str
        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            """A newer report makes an older one superfluous."""
            return isinstance(message, MatchProgress.Advanced)

    @dataclass
    class Ended(Message):
        """The match ended, with an answer or with the reason why there is none."""

        worker: Worker[None]
        match: Match | None
        problem: str = ""

    _worker: Worker[None] | None = None
    _a = 0.0

    def __init__(self) -> None:
        super().__init__(id="matching", markup=False)

    def watch_text(self, text: str) -> None:
        """Show the line."""
        self.update(text)

    def start(self, data: Dataset, smoothing: Hyperparameters) -> None:
        """Start a match; `Ended` is posted at its end."""
        _prepare_processes()
        self._a = smoothing.label_smoothing
        self._worker = self.run_worker(partial(self._match_in_thread, data, smoothing), group="match", thread=True)
        self.text = matching(self._a)

    def cancel(self) -> bool:
        """Stop the match that is under way; whether there was one."""
        if self._worker is None:
            return False
        self._worker.cancel()
        self._worker, self.text = None, ""
        return True

    def _match_in_thread(self, data: Dataset, smoothing: Hyperparameters) -> None:
        """Post Advanced now and then and Ended at the end; once the worker is cancelled, end soon and post nothing."""
        worker = get_current_worker()

        def report(phase: str, done: int, total: int) -> None:
            if worker.is_cancelled:
                raise _Cancelled
            self.post_message(self.Advanced(worker, phase, done, total))

        try:
            answer = match(data, smoothing, label_smoothing=self._a, workers=cores(), progress=report)
        except _Cancelled:
            return
        except InputError as error:
            self.post_message(self.Ended(worker, None, str(error)))
            return
        self.post_message(self.Ended(worker, answer))

    @on(Advanced)
    def _advanced(self, message: Advanced) -> None:
        message.stop()
        if message.worker is self._worker:
            self.text = matching(self._a, message.phase, message.done, message.total)

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        if message.worker is self._worker:
            self._worker, self.text = None, ""
        else:
            message.stop()


def _prepare_processes() -> None:
    """Start what multiprocessing needs to start processes, while it can.

    It hands stderr's file on, and the object that textual puts in stderr's place has none.
    """
    with contextlib.redirect_stderr(sys.__stderr__ or sys.stderr):
        resource_tracker.ensure_running()
