"""Asks what to match, before a match begins."""

from contextlib import suppress
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.remedies import REMEDIES
from lsexplorer.render.numbers import format_setting
from lsexplorer.run import Hyperparameters
from lsexplorer.study.measures import CRITERIA
from lsexplorer.tui.compare.match_settings import EMPTY, QUESTIONS, MatchSettings, read_setting
from lsexplorer.tui.widgets.problem import Problem


class MatchPrompt(ModalScreen[MatchSettings | None]):
    """Remedies, criterion and seeds; what is being written is explained, and the command that does the same shown."""

    DEFAULT_CSS = """
    MatchPrompt { align: center middle; }
    MatchPrompt > Vertical {
        width: 96; max-width: 96%; height: auto; max-height: 100%; border: round $accent; padding: 0 1;
        background: $surface;
    }
    MatchPrompt Horizontal { height: 1; }
    MatchPrompt Horizontal Label { width: 11; }
    MatchPrompt Input { width: 1fr; }
    MatchPrompt Static { height: auto; }
    MatchPrompt .hint { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Never mind"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
    ]

    def __init__(self, data: Dataset, smoothing: Hyperparameters, settings: MatchSettings) -> None:
        """smoothing: the method whose smoothing is matched. settings: what stands in the fields at first."""
        super().__init__()
        self._data, self._smoothing, self._settings = data, smoothing, settings

    def compose(self) -> ComposeResult:
        """A field for each setting, its explanation, and the command."""
        with Vertical() as box:
            box.border_subtitle = "Enter begins · ↑ ↓ other field · Esc leaves"
            box.border_title = f"Match to smoothing a = {format_setting(self._smoothing.label_smoothing)}"
            for name, text in self._settings.texts.items():
                with Horizontal():
                    yield Label(QUESTIONS[name][0])
                    yield Input(text, placeholder=EMPTY.get(name, ""), compact=True, id=name)
            yield Problem()
            yield Static(id="explanation", classes="hint", markup=False)
            yield Static(id="command", markup=False)

    def on_mount(self) -> None:
        """Show the command."""
        self._show()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Problem).text = ""
        self._show()

    def on_descendant_focus(self) -> None:
        """Explain the field."""
        self._show()

    def on_descendant_blur(self) -> None:
        """Say what is wrong with the field that is left."""
        self._wrong_field()

    def _show(self) -> None:
        command = ""
        with suppress(InputError):
            command = f"$ {self._written().command(self._data, self._smoothing)}"
        self.query_one("#command", Static).update(command)
        if self.focused is not None:
            self.query_one("#explanation", Static).update(explained(str(self.focused.id)))

    def _field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _written(self) -> MatchSettings:
        return MatchSettings.of_texts({name: self._field(name).value for name in QUESTIONS})

    def _wrong_field(self) -> Input | None:
        """The first field that cannot be read, below which it is then said why; None where all can be."""
        for field in map(self._field, QUESTIONS):
            try:
                read_setting(str(field.id), field.value)
            except InputError as error:
                assert isinstance(field.parent, Horizontal)
                self.query_one(Problem).say(str(error), field.parent)
                return field
        return None

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        wrong = self._wrong_field()
        if wrong is None:
            self.dismiss(self._written())
        else:
            wrong.focus()


def explained(name: str) -> str:
    """What a field is for, and what may stand in it."""
    choices = {"remedies": tuple(REMEDIES), "criterion": CRITERIA}.get(name, ())
    return QUESTIONS[name][1] + (f": {', '.join(choices)}." if choices else ".")
