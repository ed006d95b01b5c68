"""A switch of one line that reads [x] or [ ], so that its state needs no colour."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Check(Widget, can_focus=True):
    """[x] label."""

    DEFAULT_CSS = """
    Check { height: 1; width: auto; pointer: pointer; }
    Check:focus { background: $primary-muted; text-style: bold; }
    Check.-on { color: $text-success; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Switch", show=False)]
    value: reactive[bool] = reactive(False)

    @dataclass
    class Changed(Message):
        """The switch was pressed."""

        check: "Check"
        value: bool

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label

    def render(self) -> Text:
        """State and label."""
        return Text(f"[{'x' if self.value else ' '}] {self._label}", no_wrap=True)

    def watch_value(self, value: bool) -> None:
        """Look on or off."""
        self.set_class(value, "-on")

    def action_press(self) -> None:
        """Press the switch."""
        self.value = not self.value
        self.post_message(self.Changed(self, self.value))

    def on_click(self) -> None:
        """Press the switch."""
        self.action_press()
