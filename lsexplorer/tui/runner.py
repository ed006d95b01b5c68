"""Who runs freely: a thread, or in tests something that comes to an end by itself."""

from collections.abc import Callable
from typing import Protocol

from textual.dom import DOMNode
from textual.worker import Worker, get_current_worker

from lsexplorer.errors import DivergenceError
from lsexplorer.tui.messages import FrameReady, RunEnded
from lsexplorer.tui.session import Session
from lsexplorer.tui.until import Until


class Runner(Protocol):
    """Runs a session freely, posting FrameReady and, at the end, RunEnded to a node."""

    def start(self, node: DOMNode, session: Session, until: Until) -> None:
        """Begin."""

    def stop(self) -> None:
        """End soon; no RunEnded is posted."""

    @property
    def running(self) -> bool:
        """Whether a run is under way."""


class ThreadRunner:
    """The runner of the real program: a thread worker."""

    def __init__(self) -> None:
        self._worker: Worker[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the thread is at work and was not told to stop."""
        return self._worker is not None and not self._worker.is_finished and not self._worker.is_cancelled

    def start(self, node: DOMNode, session: Session, until: Until) -> None:
        """Start the thread."""
        self._worker = node.run_worker(
            lambda: self._run(node, session, until), thread=True, exclusive=True, group="run", exit_on_error=True
        )

    def stop(self) -> None:
        """Tell the thread to stop; it does within some milliseconds."""
        if self._worker is not None:
            self._worker.cancel()

    @staticmethod
    def _run(node: DOMNode, session: Session, until: Until) -> None:
        worker = get_current_worker()
        run_to_end(node, session, until, lambda: worker.is_cancelled)


def run_to_end(node: DOMNode, session: Session, until: Until, cancelled: Callable[[], bool]) -> None:
    """Run until the end or until cancelled, and post what there is to show and to say."""
    try:
        session.run(until, lambda frame: void(node.post_message(FrameReady(frame))), cancelled)
    except DivergenceError as error:
        node.post_message(RunEnded(diverged_text(session, error), error=True))
        return
    if not cancelled():
        node.post_message(RunEnded(f"Reached {until.text}."))


def void(_: object) -> None:
    """Drop a result."""


def diverged_text(session: Session, error: DivergenceError) -> str:
    """What to tell a person whose run diverged, and what to press."""
    step = session.trainer.step_count
    return f"Stopped at step {step}, the last finite one: {error}. b goes back, f lowers η, 0 resets."
