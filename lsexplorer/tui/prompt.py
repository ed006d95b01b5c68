"""A question with an answer of one line, asked until the answer is usable."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from lsexplorer.errors import InputError
from lsexplorer.tui.widgets.problem import Problem


class Prompt(ModalScreen[None]):
    """Asks, and hands the answer to ``accept``, which raises InputError for an answer that it cannot use."""

    DEFAULT_CSS = """
    Prompt { align: center middle; }
    Prompt > Vertical {
        width: 78; max-width: 96%; height: auto; border: round $accent; padding: 0 1; background: $surface;
    }
    Prompt Label { width: 100%; }
    Prompt .hint { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Never mind")]

    def __init__(self, question: str, hint: str, accept: Callable[[str], None], value: str = "") -> None:
        """hint: what may be written; up to its first semicolon it stands in an empty field."""
        super().__init__()
        self._question, self._hint, self._accept, self._value = question, hint, accept, value

    def compose(self) -> ComposeResult:
        """Question, answer, what is wrong with it, and a hint."""
        with Vertical() as box:
            box.border_title, box.border_subtitle = self._question, "Enter accepts · Esc leaves"
            yield Input(self._value, placeholder=self._example, compact=True)
            yield Problem()
            yield Label(self._hint, classes="hint", markup=False)

    @property
    def _example(self) -> str:
        return "" if self._value else self._hint.partition(";")[0]

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self._accept(event.value)
        except InputError as error:
            self.query_one(Problem).text = str(error)
            return
        self.dismiss()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Problem).text = ""
