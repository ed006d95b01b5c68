"""Opens a run in a browser: from its text, or from a run file of the visitor's."""

from textual.message import Message

from lsexplorer.limits import REPLAY_SECONDS
from lsexplorer.run import Trainer
from lsexplorer.run.share import load_shared
from lsexplorer.tui.prompt import Prompt

CHOOSE_RUN = "lsexplorer:choose-run"
"""Opening this address shows the browser's dialog for files; the server knows it."""


class RunGiven(Message):
    """A run is to be opened; text: that of a run file, or a shared text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class SharedPrompt(Prompt):
    """Asks for the text of a run."""

    def __init__(self) -> None:
        hint = "A run's text, such as iris?l2=0.01#step=200; without one, a run file of yours"
        super().__init__("Open a run", hint, self._given)

    def _given(self, text: str) -> None:
        if text.strip():
            self.app.post_message(RunGiven(text.strip()))
        else:
            self.app.open_url(CHOOSE_RUN)


def is_run_file(text: str) -> bool:
    """Whether a text is that of a run file."""
    return text.lstrip().startswith("{")


def opened(text: str) -> Trainer:
    """The run that a text stands for, trained again; raises InputError and DivergenceError."""
    if is_run_file(text):
        return Trainer.load_text(text.encode(), max_seconds=REPLAY_SECONDS)
    return load_shared(text, max_seconds=REPLAY_SECONDS)
