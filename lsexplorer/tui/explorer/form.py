"""The hyperparameters as a form, made from the schema.

What can change live does so when it is entered. What rebuilds the network waits until Enter confirms it, and so does
every change made meanwhile, so that values which only fit together can be chosen one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.option_list import Option

from lsexplorer.errors import InputError
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters
from lsexplorer.run.hyperparameters import parse, spec
from lsexplorer.tui.explorer.field_list import FieldList, value_column
from lsexplorer.tui.explorer.form_lines import DATA, EMPTY, REBUILD, Values, choices_of, explained, lines, written
from lsexplorer.tui.explorer.pending import Pending
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.choices import Choices
from lsexplorer.tui.widgets.problem import Problem


class FieldEditor(Input):
    """A field's text while it is written; every letter goes into it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "take it", key_display="enter")]


class Form(VerticalScroll, can_focus=False):
    """A line for every hyperparameter, and the data set; what is changed opens over its line."""

    DEFAULT_CSS = """
    Form { width: 27; border: round $primary; padding: 0; scrollbar-size: 1 1; }
    Form:focus-within { border: round $accent; }
    Form #editor { display: none; position: absolute; width: 1fr; }
    Form #choices {
        display: none; position: absolute; overlay: screen; constrain: none inside; width: 25; max-height: 10;
    }
    Form Problem {
        position: absolute; overlay: screen; constrain: none inflect; width: 25; margin: 1 0; background: $surface;
    }
    """
    BORDER_TITLE = "Hyperparameters"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "move(-1000)", "first field", show=False),
        Binding("end", "move(1000)", "last field", show=False),
        Binding("down", "move(1)", "next field", show=False),
        Binding("up", "move(-1)", "field before", show=False),
        Binding("tab", "next(1)", "next field"),
        Binding("shift+tab", "next(-1)", "field before", show=False),
        Binding("escape", "leave", "back", key_display="esc"),
    ]
    fields = getters.query_one(FieldList)
    editor = getters.query_one("#editor", Input)
    choices = getters.query_one(Choices)
    problem = getters.query_one(Problem)

    @dataclass
    class Changed(Message):
        """A live hyperparameter was entered."""

        name: str
        value: Any

    @dataclass
    class Toggled(Message):
        """A regulariser's switch was pressed."""

        name: str

    @dataclass
    class Rebuild(Message):
        """The pending changes are to be made."""

        changes: Mapping[str, Any]
        """Hyperparameters by name."""
        data: str | None
        """The source of another data set, or None."""

        @property
        def live(self) -> bool:
            """Whether they can be made without a new network."""
            return self.data is None and all(map(Pending.is_live, self.changes))

    @dataclass
    class Reported(Message):
        """A message to show."""

        text: str
        error: bool = False

    class Left(Message):
        """The form is to be left."""

    def __init__(self, hp: Hyperparameters, data: str, data_names: Mapping[str, str], *, id: str) -> None:  # noqa: A002
        """data: the source of the run's data. data_names: the data sets to choose from, source → name."""
        super().__init__(id=id)
        self._values = Values(hp, data, {name: getattr(hp, name) for name in REGULARIZERS})
        self._data_names = data_names
        self._pending = Pending()

    def compose(self) -> ComposeResult:
        """The lines, and what opens over them."""
        yield FieldList(id="fields")
        yield FieldEditor(compact=True, id="editor", select_on_focus=True)
        yield Choices(id="choices")
        yield Problem()

    @property
    def waits(self) -> bool:
        """Whether changes wait for Enter."""
        return bool(self._pending)

    def _value(self, name: str) -> Any:
        """What a field holds: what waits, or what is."""
        return self._pending.get(name, self._values.of(name))

    # Showing

    def offer_data(self, data_names: Mapping[str, str]) -> None:
        """Offer other data sets to choose from, source → name."""
        self._data_names = data_names
        self._draw()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame's values, but not in place of what is being edited or waits for Enter."""
        strengths = {name: getattr(frame.strengths, name) for name in REGULARIZERS}
        values = Values(frame.hp, frame.data_source, strengths)
        if values != self._values or not self.fields.lines:
            self._values = values
            self._draw()

    def _draw(self) -> None:
        self.fields.lines = lines(self._values, self._pending, self._data_names)
        if self.fields.selected == REBUILD and not self._pending:
            self.fields.selected = "hidden"

    def focus_first(self) -> None:
        """Put the cursor on the first field."""
        self.fields.selected = "hidden"
        self.screen.set_focus(self.fields)
        self._explain()

    def _explain(self) -> None:
        if not self._pending:
            self.post_message(self.Reported(explained(self.fields.line)))

    # Moving

    def action_move(self, by: int) -> None:
        """Another field; what is written in the present one is taken."""
        if self.editor.display and not self._is_readable(self.editor.value):
            return
        opened = self._close(take=True)
        self.fields.move(by)
        if not opened:
            self._explain()

    def action_next(self, by: int) -> None:
        """Another field, to write into it at once if this one was being written."""
        writing = self.editor.display
        self.action_move(by)
        name = self.fields.selected
        if (
            writing
            and not self.editor.display
            and name not in (DATA, REBUILD)
            and spec(name).kind not in ("choice", "bool")
        ):
            self._write(name)

    def action_leave(self) -> None:
        """Drop what is written, else undo what waits for Enter, else leave the form."""
        if self._close():
            self._explain()
        elif self._pending:
            self.rebuilt()
            self.post_message(self.Reported("Undone: nothing was rebuilt."))
        else:
            self.post_message(self.Left())

    # Editing

    @on(FieldList.Opened)
    def _opened(self, event: FieldList.Opened) -> None:
        event.stop()
        self._close(take=True)
        name = self.fields.selected = event.name
        if name == REBUILD or (self._pending and not event.value):
            self._rebuild()
        elif name == DATA or spec(name).kind == "choice":
            self._choose(name)
        elif spec(name).kind == "bool":
            self._change(name, not self._value(name))
        elif name in REGULARIZERS and not event.value:
            self.post_message(self.Toggled(name))
        else:
            self._write(name)

    def _write(self, name: str) -> None:
        """Write into a field."""
        with self.prevent(Input.Changed):
            self.editor.value = written(name, self._value(name))
        self.editor.placeholder = EMPTY.get(name, "")
        self._open(self.editor, value_column(self.fields.line), self.fields.row)

    def _choose(self, name: str) -> None:
        """Choose among a field's choices."""
        choices = self._data_names if name == DATA else choices_of(name)
        self.choices.set_options(Option(Content(text), id=choice) for choice, text in choices.items())
        present = self._value(name)
        self.choices.highlighted = list(choices).index(present) if present in choices else 0
        self._open(self.choices, 0, self.fields.row + 1)

    def _open(self, editor: Widget, column: int, row: int) -> None:
        editor.styles.offset = column, row
        editor.display = True
        self.screen.set_focus(editor)

    def _close(self, take: bool = False) -> bool:
        """Close what is open, or say that nothing was; take: with what is written in it."""
        written = self.editor.value if self.editor.display else None
        opened = self.editor.display or self.choices.display
        focused = self.editor.has_focus or self.choices.has_focus
        self.editor.display = self.choices.display = False
        self.problem.text = ""
        if focused:
            self.screen.set_focus(self.fields)
        if take and written is not None:
            self._take(written)
        return opened

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._is_readable(event.value):
            self._close(take=True)
            if self._pending:
                self._rebuild()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.problem.text = ""
        name = self.fields.selected
        if self.editor.display and not spec(name).live and event.value != written(name, self._values.of(name)):
            self.post_message(self.Reported("Enter rebuilds the network from step 0; Esc undoes."))

    def on_descendant_blur(self) -> None:
        """What is open closes when the focus goes elsewhere, and what is written in it is taken."""
        if not self.editor.has_focus and not self.choices.has_focus:
            self._close(take=True)

    @on(Choices.OptionSelected)
    def _chosen(self, event: Choices.OptionSelected) -> None:
        event.stop()
        name = self.fields.selected
        self._close()
        if event.option_id != self._value(name):
            self._change(name, event.option_id)

    def _is_readable(self, text: str) -> bool:
        """Whether the text can be read as the selected field's value; if not, it is said why, below the field."""
        try:
            parse(self.fields.selected, text)
        except InputError as error:
            if self.editor.display:
                self.problem.styles.offset = 0, self.fields.row + 1
                self.problem.text = str(error)
            else:
                self.post_message(self.Reported(f"{error}; {self.fields.selected} stays as it was", error=True))
            return False
        return True

    def _take(self, text: str) -> None:
        """Take the text of the selected field, if it can be read."""
        name = self.fields.selected
        if self._is_readable(text):
            value = parse(name, text)
            if value != self._values.of(name) or name in self._pending:
                self._change(name, value)

    # Changing

    def _change(self, name: str, value: Any) -> None:
        """Make a live change at once, unless others wait; any other change waits for Enter."""
        if self._pending.at_once(name, value, self._values):
            self.post_message(self.Changed(name, value))
            return
        self._pending[name] = value
        self._draw()
        self.post_message(self.Reported(self._pending.sentence(self._values)))

    def _rebuild(self) -> None:
        changes = dict(self._pending)
        data = changes.pop(DATA, None)
        self.post_message(self.Rebuild(changes, data))

    def rebuilt(self) -> None:
        """The pending changes were made, or are not to be made."""
        self._pending.clear()
        self._draw()
