"""The fields that overrule what is guessed of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label

from lsexplorer.data.options import parse_option, write_option
from lsexplorer.errors import InputError
from lsexplorer.tui.widgets.cells import Column
from lsexplorer.tui.widgets.problem import Problem


class Field(NamedTuple):
    """A field of the form."""

    label: str
    example: str
    """Stands in the empty field."""
    help: str


FIELDS: dict[str, Field] = {
    "target": Field("Class", "name or number", "The column that holds the classes, by name or by number from 1."),
    "header": Field("Header", "yes or no", "Whether the first row names the columns."),
    "delimiter": Field("Delimiter", "; or tab …", "What separates the cells: a character, tab or space."),
    "encoding": Field("Encoding", "cp1252 …", "How the text is encoded, by Python's name for it."),
    "comment": Field("Comment", "# or none …", "What begins a comment; none where there are no comments."),
    "decimal": Field("Decimal", ". or ,", "The decimal sign."),
    "thousands": Field("Thousands", ". or space …", "What groups the digits of large numbers."),
    "missing_marks": Field("Missing", "-99, none …", "Further texts that stand for a missing value, by commas."),
    "missing": Field("If missing", "drop or mean", "Drop rows with missing values, or fill in the training mean."),
    "drop": Field("Leave out", "columns, by commas", "Columns that must not be predictors, by name or number."),
    "keep": Field("Keep", "columns, by commas", "Columns that are predictors even if they look like ids."),
}
"""Option of `load_dataset` → field."""

COLUMNS = {
    name: Column(field.label, 0, f"{field.help} The option --{name.replace('_', '-')}.")
    for name, field in FIELDS.items()
}
"""The fields for the help."""


class FieldInput(Input):
    """A field whose Enter the footer shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "load it", key_display="enter"),
        Binding("tab", "app.focus_next", "next field"),
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("shift+tab,up", "app.focus_previous", "field before", show=False),
    ]


class OptionFields(VerticalScroll, can_focus=False):
    """A field for every option; an empty one leaves the program to guess."""

    DEFAULT_CSS = """
    OptionFields { width: 33; border: round $primary; scrollbar-size: 1 1; }
    OptionFields:focus-within { border: round $accent; }
    OptionFields Horizontal { height: 1; }
    OptionFields Horizontal Label { width: 11; }
    OptionFields FieldInput { width: 1fr; }
    """
    BORDER_TITLE = "How to read it"

    problem = getters.query_one(Problem)

    @dataclass
    class Changed(Message):
        """Another way to read the file was typed."""

        field: FieldInput

    def compose(self) -> ComposeResult:
        """Labels and fields."""
        for name, field in FIELDS.items():
            with Horizontal():
                yield Label(field.label)
                yield FieldInput(
                    id=name, placeholder=field.example, compact=True, select_on_focus=False, tooltip=COLUMNS[name].help
                )
        yield Problem()

    @property
    def options(self) -> dict[str, Any] | None:
        """The options that were typed; None where a text is none, which is then said below its field."""
        options = {}
        for name in FIELDS:
            field = self.query_one(f"#{name}", FieldInput)
            try:
                if field.value.strip():
                    options[name] = parse_option(name, field.value)
            except InputError as error:
                self.say(str(error), field)
                return None
        return options

    def say(self, problem: str, field: FieldInput) -> None:
        """Say below a field what is wrong with it."""
        row = field.parent
        assert isinstance(row, Horizontal)
        self.problem.say(problem, row)

    def fill(self, options: Mapping[str, Any]) -> None:
        """Show options."""
        with self.prevent(Input.Changed):
            for name in FIELDS:
                text = write_option(name, options[name]) if name in options else ""
                self.query_one(f"#{name}", FieldInput).value = text

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        assert isinstance(event.input, FieldInput)
        self.post_message(self.Changed(event.input))
