"""Work in a thread, and a line that says how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import on
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static
from textual.worker import Worker, get_current_worker

from lsexplorer.errors import InputError

Report = Callable[[str], None]
"""Takes a line that says how far the work is; it ends the work if the answer is no longer wanted."""


class _Cancelled(Exception):  # noqa: N818  # no error: the answer is no longer wanted
    """Raised in the work to stop it."""


class Background(Static):
    """Does one piece of work at a time; the line is there while it is under way."""

    DEFAULT_CSS = """
    Background {
        height: 1; padding: 0 1; color: $text-accent; display: none; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Background.-working { display: block; }
    """

    text: reactive[str] = reactive("", toggle_class="-working")
    """The line, '' where no work is under way."""

    @dataclass
    class Advanced(Message):
        """How far the work is."""

        worker: Worker[None]
        text: str

        def can_replace(self, message: Message) -> bool:
            """A newer report makes an older one superfluous."""
            return isinstance(message, Background.Advanced)

    @dataclass
    class Ended(Message):
        """The work ended, with an answer or with the reason why there is none."""

        worker: Worker[None]
        answer: Any
        problem: str = ""

    _worker: Worker[None] | None = None

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)

    def watch_text(self, text: str) -> None:
        """Show the line."""
        self.update(text)

    def begin(self, work: Callable[[Report], Any], text: str, group: str) -> None:
        """Begin some work in place of what is under way; `Ended` is posted at its end.

        text: the line until the first report. group: that of the worker.
        """
        self.cancel()
        self._worker = self.run_worker(partial(self._in_thread, work), group=group, thread=True)
        self.text = text

    def cancel(self) -> bool:
        """Stop the work that is under way; whether there was some."""
        if self._worker is None:
            return False
        self._worker.cancel()
        self._worker, self.text = None, ""
        return True

    def _in_thread(self, work: Callable[[Report], Any]) -> None:
        """Post Advanced now and then and Ended at the end; once the worker is cancelled, end soon and post nothing."""
        worker = get_current_worker()

        def report(text: str) -> None:
            if worker.is_cancelled:
                raise _Cancelled
            self.post_message(self.Advanced(worker, text))

        try:
            answer = work(report)
        except _Cancelled:
            return
        except InputError as error:
            self.post_message(self.Ended(worker, None, str(error)))
        except MemoryError as error:
            self.post_message(self.Ended(worker, None, f"not enough memory: {error}"))
        else:
            self.post_message(self.Ended(worker, answer))

    @on(Advanced)
    def _advanced(self, message: Advanced) -> None:
        message.stop()
        if message.worker is self._worker:
            self.text = message.text

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        if message.worker is self._worker:
            self._worker, self.text = None, ""
        else:
            message.stop()
