"""The hyperparameters as a form, made from the schema.

What can change live does so when it is entered. What rebuilds the network waits until Enter confirms it, and so does
every change made meanwhile, so that values which only fit together can be chosen one after the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.css.query import NoMatches
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select

from lsexplorer.errors import InputError
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters
from lsexplorer.run.hyperparameters import Spec, parse, schema, show, spec
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.widgets.check import Check

_OTHER_MEANS = {
    **{entry.name: f"{entry.short:<6} {entry.symbol}" for entry in REGULARIZERS.values() if not entry.keyed},
    "margin": "Margin m",
}

GROUPS: dict[str, dict[str, str]] = {
    "Network": {
        "hidden": "Hidden",
        "activation": "Activation",
        "output": "Output",
        "init": "Init",
        "seed": "Seed",
    },
    "Training": {
        "loss": "Loss",
        "softmax_jacobian": "Jacobian",
        "optimizer": "Optimiser",
        "learning_rate": "Rate η",
        "momentum": "Momentum μ",
        "nesterov": "Nesterov",
        "batch_size": "Batch",
    },
    "Regularisers": {
        **{entry.name: f"{entry.short:<5} {entry.symbol}" for entry in REGULARIZERS.values() if entry.keyed},
        "soft_targets": "Soft t′",
    },
    "Other means": {entry.name: _OTHER_MEANS[entry.name] for entry in schema() if entry.name in _OTHER_MEANS},
}
"""The form's groups: hyperparameter → label."""


class Form(VerticalScroll, can_focus=False):
    """A field for every hyperparameter, and the data set."""

    DEFAULT_CSS = """
    Form { width: 27; border: round $primary; padding: 0; scrollbar-size: 1 1; }
    Form:focus-within { border: round $accent; }
    Form .group { color: $text-muted; text-style: bold; width: 1fr; border-top: none; height: 1; }
    Form .field { height: 1; }
    Form .field Label { width: 11; }
    Form .field Input { width: 1fr; }
    Form .field Select { width: 1fr; }
    Form .field Select SelectOverlay { width: 25; offset-x: -11; max-height: 10; }
    Form .field Select:focus > SelectCurrent { background: $primary-muted; }
    Form .field .switch { width: 13; }
    Form .field.-pending Label { color: $text-warning; text-style: bold; }
    Form Button { width: 1fr; display: none; margin: 1 0 0 0; }
    Form.-pending Button { display: block; }
    """
    BORDER_TITLE = "Hyperparameters"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "next field"),
        Binding("shift+tab", "app.focus_previous", "field before", show=False),
        Binding("escape", "leave", "undo, or leave the form", key_display="esc"),
    ]

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
            return self.data is None and all(spec(name).live for name in self.changes)

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
        self._hp, self._data, self._data_names = hp, data, data_names
        self._strengths: dict[str, float] = {}
        self._pending: dict[str, Any] = {}
        self._quiet = True

    def compose(self) -> ComposeResult:
        """Groups of labelled fields."""
        yield from self._row(
            "data",
            "Data",
            Select(
                [(Text(name), source) for source, name in self._data_names.items()],
                value=self._data,
                allow_blank=False,
                compact=True,
                id="data",
            ),
        )
        for title, fields in GROUPS.items():
            yield Label(f"─ {title} ─", classes="group")
            for name, label in fields.items():
                yield from self._field(spec(name), label)
        yield Button("Rebuild (Enter)", id="rebuild", compact=True, variant="warning")

    def _field(self, entry: Spec, label: str) -> Iterator[Widget]:
        if entry.name in REGULARIZERS:
            switch = Check(label, id=f"on_{entry.name}")
            switch.add_class("switch")
            yield from self._row(entry.name, switch, Input(compact=True, id=entry.name, select_on_focus=True))
        elif entry.kind == "choice":
            short = {name: loss.short for name, loss in LOSSES.items()} if entry.name == "loss" else {}
            choices = [(short.get(choice, choice), choice) for choice in entry.choices]
            yield from self._row(
                entry.name, label, Select(choices, value=entry.default, allow_blank=False, compact=True, id=entry.name)
            )
        elif entry.kind == "bool":
            yield from self._row(entry.name, label, Check("", id=entry.name))
        else:
            yield from self._row(entry.name, label, Input(compact=True, id=entry.name, select_on_focus=True))

    @staticmethod
    def _row(name: str, label: "str | Widget", field: Widget) -> Iterator[Widget]:
        if name != "data":
            entry = spec(name)
            field.tooltip = f"{entry.help} {entry.range_text[:1].upper()}{entry.range_text[1:]}. " + (
                "Live." if entry.live else "Rebuilds the network."
            )
        yield Horizontal(Label(label) if isinstance(label, str) else label, field, classes="field", id=f"row_{name}")

    def offer_data(self, data_names: Mapping[str, str]) -> None:
        """Offer other data sets to choose from, source → name; the next frame says which of them is on."""
        if data_names != self._data_names:
            self._data_names, self._quiet = data_names, True
            with self.prevent(Select.Changed):
                self.query_one("#data", Select).set_options((Text(name), source) for source, name in data_names.items())

    @property
    def waits(self) -> bool:
        """Whether changes wait for Enter."""
        return bool(self._pending)

    # Showing

    def show_frame(self, frame: Frame) -> None:
        """Show a frame's values, except in fields that are being edited or that wait for Enter."""
        strengths = {name: getattr(frame.strengths, name) for name in REGULARIZERS}
        if (frame.hp, frame.data_source, strengths) == (self._hp, self._data, self._strengths) and not self._quiet:
            return
        self._hp, self._data, self._strengths, self._quiet = frame.hp, frame.data_source, strengths, False
        with self.prevent(Input.Changed, Select.Changed):
            for entry in schema():
                if entry.name not in self._pending:
                    self._fill(entry)
            if "data" not in self._pending:
                self.query_one("#data", Select).value = frame.data_source

    def _fill(self, entry: Spec) -> None:
        value = getattr(self._hp, entry.name)
        if entry.name in REGULARIZERS:
            self.query_one(f"#on_{entry.name}", Check).value = bool(value)
            value = self._strengths[entry.name]
        if entry.kind == "choice":
            self.query_one(f"#{entry.name}", Select).value = value
        elif entry.kind == "bool":
            self.query_one(f"#{entry.name}", Check).value = value
        else:
            field = self.query_one(f"#{entry.name}", Input)
            if not field.has_focus:
                field.value = show(entry.name, value)

    # Changing

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id and self._take_text(event.input):
            if self._pending:
                self._rebuild()
            else:
                event.input.action_select_all()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        name = str(event.input.id)
        if event.input.has_focus and not spec(name).live and event.value != show(name, self._present(name)):
            self.post_message(self.Reported(f"{name} rebuilds the network, from step 0: Enter does it, Esc undoes."))

    @on(Input.Blurred)
    def _blurred(self, event: Input.Blurred) -> None:
        event.stop()
        self._take_text(event.input)

    def _take_text(self, field: Input) -> bool:
        """Take the text of a field; whether it could be read."""
        name = str(field.id)
        try:
            value = parse(name, field.value)
        except InputError as error:
            self.post_message(self.Reported(str(error), error=True))
            with self.prevent(Input.Changed):
                field.value = show(name, self._pending.get(name, self._present(name)))
            return False
        if value != self._present(name) or name in self._pending:
            self._change(name, value)
        return True

    @on(Select.Changed)
    def _selected(self, event: Select.Changed) -> None:
        event.stop()
        name = str(event.select.id)
        if not self._quiet and event.value != (self._data if name == "data" else getattr(self._hp, name)):
            self._change(name, event.value)

    @on(Check.Changed)
    def _checked(self, event: Check.Changed) -> None:
        event.stop()
        name = str(event.check.id)
        if name.startswith("on_"):
            event.check.value = not event.value  # the next frame says whether it could be switched
            self.post_message(self.Toggled(name.removeprefix("on_")))
        elif not self._quiet:
            self._change(name, event.value)

    def _present(self, name: str) -> Any:
        return self._strengths[name] if name in REGULARIZERS else getattr(self._hp, name)

    def _change(self, name: str, value: Any) -> None:
        """Make a live change at once, unless others wait; any other change waits for Enter."""
        live = name != "data" and spec(name).live
        if live and not self._pending and self._fits(name, value):
            self.post_message(self.Changed(name, value))
            return
        self._pending[name] = value
        self._mark()
        self.post_message(self.Reported(self._waiting()))

    def _fits(self, name: str, value: Any) -> bool:
        try:
            self._hp.replace(**{name: value})
        except InputError:
            return False
        return True

    def _waiting(self) -> str:
        problem = self._problem()
        if problem:
            return f"{problem}. Change the other too, then Enter; Esc undoes."
        rebuilding = [key for key in self._pending if key == "data" or not spec(key).live]
        if not rebuilding:
            return f"{' and '.join(self._pending)} change together: Enter does it, Esc undoes."
        return f"{', '.join(rebuilding)} rebuilds the network: Enter does it, Esc undoes."

    def _mark(self) -> None:
        self.set_class(bool(self._pending), "-pending")
        for row in self.query(".field"):
            row.set_class(str(row.id).removeprefix("row_") in self._pending, "-pending")
        if self._pending and isinstance(self.screen.focused, Select):
            self.query_one("#rebuild", Button).focus()

    def _problem(self) -> str:
        """Why what waits for Enter cannot be made, or ''."""
        try:
            self._hp.replace(**{key: value for key, value in self._pending.items() if key != "data"})
        except InputError as error:
            return str(error)
        return ""

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self._rebuild()

    def _rebuild(self) -> None:
        changes = dict(self._pending)
        data = changes.pop("data", None)
        self.post_message(self.Rebuild(changes, data))

    def rebuilt(self) -> None:
        """The pending changes were made."""
        self._pending.clear()
        self._quiet = True
        self._mark()

    def action_leave(self) -> None:
        """Undo what waits for Enter, or leave the form when nothing does; text not yet entered is dropped."""
        focused = self.screen.focused
        if isinstance(focused, Input):
            focused.value = show(str(focused.id), self._present(str(focused.id)))
        elif isinstance(focused, Button):
            self.focus_first()  # the button is about to go
        if self._pending:
            self.rebuilt()
            with self.prevent(Input.Changed, Select.Changed):
                for entry in schema():
                    self._fill(entry)
                self.query_one("#data", Select).value = self._data
            self._quiet = False
            self.post_message(self.Reported("Undone: nothing was rebuilt."))
        else:
            self.post_message(self.Left())

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        try:
            self.query_one("#hidden", Input).focus()
        except NoMatches:
            return

    def on_key(self, event: events.Key) -> None:
        """Up and down go from field to field, where the field itself has no use for them."""
        if event.key in ("up", "down") and isinstance(self.screen.focused, Input | Check | Button):
            event.stop()
            (self.screen.focus_next if event.key == "down" else self.screen.focus_previous)("Form *")
