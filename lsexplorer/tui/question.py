"""A question that a key answers."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label

from lsexplorer.tui.autosave import Leftover
from lsexplorer.tui.open.reading import Opened, read_file
from lsexplorer.tui.widgets.background import Background

_KEYS = {"enter": "Enter", "escape": "Esc"}


class Question(ModalScreen[str | Opened]):
    """Asks; dismissed with the key of the answer, '' for Esc."""

    DEFAULT_CSS = """
    Question { align: center middle; }
    Question > Vertical {
        width: 66; max-width: 96%; height: auto; border: round $accent; padding: 0 1; background: $surface;
    }
    Question Label { width: 100%; }
    Question #answers { color: $text-accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer('')", "Cancel")]

    def __init__(self, question: str, text: str, answers: Mapping[str, str]) -> None:
        """answers: what each key does, in a word; Esc is added."""
        super().__init__()
        self._question, self._text, self._answers = question, text, answers

    def compose(self) -> ComposeResult:
        """Question and answers."""
        with Vertical() as box:
            box.border_title = self._question
            yield Label(self._text, id="text", markup=False)
            words = [f"{_KEYS.get(key, key)} {word}" for key, word in self._answers.items()]
            yield Label(" · ".join(words), id="answers", markup=False)
            yield Background(id="reading")

    def on_key(self, event: events.Key) -> None:
        """A key that answers."""
        if event.key in self._answers:
            event.stop()
            self.action_answer(event.key)

    def action_answer(self, key: str) -> None:
        """Answer."""
        self.dismiss(key)


class QuitQuestion(Question):
    """Asks what becomes of a run that no file has."""


class RecoverQuestion(Question):
    """Offers a run that was left over; Enter reads it, and the question is then dismissed with it."""

    def __init__(self, leftover: Leftover) -> None:
        text = f"lsexplorer ended while this run was unsaved: {leftover.text}."
        answers = {"enter": "opens this run", "d": "deletes it", "escape": "asks again at the next start"}
        super().__init__("An unsaved run", text, answers)
        self._leftover = leftover

    def action_answer(self, key: str) -> None:
        """Read the run, or answer."""
        reading = self.query_one(Background)
        if key == "enter":
            path = str(self._leftover.file)
            reading.begin(lambda report: read_file(path, {}, report), "Reading …", "recover")
        else:
            reading.cancel()
            self.dismiss(key)

    @on(Background.Ended)
    def _read(self, message: Background.Ended) -> None:
        message.stop()
        if message.answer is None:
            self.query_one("#text", Label).update(f"{message.problem}.")
        else:
            self.dismiss(message.answer)
