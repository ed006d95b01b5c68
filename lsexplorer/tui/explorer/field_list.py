"""The form's lines, drawn as one widget: thirty fields of Textual's own would take half of every frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from lsexplorer.tui.explorer.form_lines import REBUILD, Line, explained

VALUE_AT = 11
"""The column where a value begins."""
VALUE_AFTER_SWITCH = 13
"""The same in a line with a switch."""


def value_column(line: Line) -> int:
    """The column where a line's value begins."""
    return VALUE_AT if line.on is None else VALUE_AFTER_SWITCH


class FieldList(Widget, can_focus=True):
    """Labels, values and switches, one of them selected."""

    DEFAULT_CSS = "FieldList { height: auto; width: 1fr; pointer: pointer; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open(False)", "change", key_display="enter"),
        Binding("right", "open(True)", "value", key_display="→"),
    ]
    lines: reactive[Sequence[Line]] = reactive(())
    """What is shown, from the top."""
    selected: reactive[str] = reactive("hidden")
    """The name of the selected line."""

    @dataclass
    class Opened(Message):
        """A line is to be changed."""

        name: str
        value: bool
        """Whether its value is meant, and not its switch or what waits."""

    @property
    def line(self) -> Line:
        """The selected line."""
        return self.lines[self.row]

    @property
    def row(self) -> int:
        """The selected line's number from the top, from 0."""
        return next((at for at, line in enumerate(self.lines) if line.name == self.selected), 0)

    def move(self, by: int) -> None:
        """Select a field further up or down."""
        names = [line.name for line in self.lines if line.name]
        at = names.index(self.selected) if self.selected in names else 0
        self.selected = names[max(0, min(at + by, len(names) - 1))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for every line."""
        return len(self.lines)

    def watch_lines(self, before: Sequence[Line], lines: Sequence[Line]) -> None:
        """Measure again if there are more or fewer lines."""
        if len(before) != len(lines):
            self.refresh(layout=True)

    def watch_selected(self) -> None:
        """Keep the selected line in sight."""
        if self.is_attached:
            self.scroll_to_region_of(self.row)

    def scroll_to_region_of(self, row: int) -> None:
        """Bring a line into sight, the first with its heading."""
        if self.parent is not None and isinstance(self.parent, Widget):
            self.parent.scroll_to_region(Region(0, row, 1, 1), animate=False)

    def on_focus(self) -> None:
        """Show which line is selected."""
        self.refresh()

    def on_blur(self) -> None:
        """Show it no longer."""
        self.refresh()

    def render(self) -> Content:
        """All lines."""
        return Content("\n").join([self._drawn(line) for line in self.lines])

    def _drawn(self, line: Line) -> Content:
        width = self.size.width
        if not line.name:
            return Content.styled(line.label, "bold $foreground-muted")
        if line.name == REBUILD:
            return self._on_ground(line, Content.styled(line.label.center(width), "bold $surface on $text-warning"))
        switch = "" if line.on is None else f"[{'x' if line.on else ' '}] "
        label = (switch + line.label).ljust(value_column(line))
        room = max(1, width - len(label) - (2 if line.opens else 0))
        value = line.value if len(line.value) <= room else f"{line.value[: room - 1]}…"
        value = f"{value:<{room}} ▼" if line.opens else value.ljust(room)
        return self._on_ground(
            line, Content.assemble((label, self._label_style(line)), (value, self._value_style(line)))
        )

    def _on_ground(self, line: Line, text: Content) -> Content:
        if line.name != self.selected or not self.has_focus:
            return text
        return text.pad_right(max(0, self.size.width - text.cell_length)).stylize("on $primary-muted")

    @staticmethod
    def _label_style(line: Line) -> str:
        if line.waits:
            return "bold $text-warning"
        if line.misfit:
            return "$foreground-muted"
        return "bold $text-success" if line.on else ""

    @staticmethod
    def _value_style(line: Line) -> str:
        return "$foreground-muted on $surface" if line.misfit else "on $surface"

    # Keys and mouse

    def action_open(self, value: bool) -> None:
        """Change the selected line."""
        self.post_message(self.Opened(self.selected, value))

    def on_click(self, event: events.Click) -> None:
        """Change a line: its switch or its value, whichever was clicked."""
        line = self.line_at(event.y)
        if line is not None:
            self.post_message(self.Opened(line.name, line.on is None or event.x >= VALUE_AFTER_SWITCH))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the line under the mouse."""
        line = self.line_at(event.y)
        self.tooltip = explained(line) if line else None

    def line_at(self, y: int) -> Line | None:
        """The field in a row of the list, from 0."""
        return self.lines[y] if y < len(self.lines) and self.lines[y].name else None
