"""What all screens share: commands, a line for messages, and a layout that follows the size of the terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import actions, events, getters
from textual.app import ComposeResult, SystemCommand
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from lsexplorer.render.numbers import as_on_screen
from lsexplorer.tui.commands import Command, bindings
from lsexplorer.tui.widgets.cells import Column
from lsexplorer.tui.widgets.footer import Footer
from lsexplorer.tui.widgets.message_line import MessageLine
from lsexplorer.tui.widgets.too_small import TooSmall

Result = TypeVar("Result")


@dataclass(frozen=True)
class HelpPage:
    """What a screen adds to its page of the help; the keys come from its commands."""

    title: str
    """The name of the page's tab."""

    text: str
    """What the screen is for, above the keys."""

    columns: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    """The columns of each table, by the table's title."""


class CommandScreen(Screen[Result]):
    """A screen whose bindings, footer, help page and command palette entries come from one table of commands.

    A subclass gives `commands`, `help_page` and `compose_body`.
    """

    DEFAULT_CSS = """
    CommandScreen { layout: vertical; layers: default message; }
    CommandScreen > Footer { margin-top: 1; }
    CommandScreen.-tiny > * { display: none !important; }
    CommandScreen.-tiny > TooSmall { display: block !important; }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (80, "-folded"), (112, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-flat"), (24, "-folded"), (32, "-high"), (46, "-tall")]
    """Tiny: too small for anything. Folded, or flat, which is lower still: there is room for a part of the screen."""

    commands: ClassVar[tuple[Command, ...]] = ()
    """The screen's keys."""

    help_page: ClassVar[HelpPage]
    """The screen's page of the help."""

    first_message: str = ""
    """What the message line says when the screen opens."""

    message_line = getters.query_one(MessageLine)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the bindings before textual collects them."""
        if "commands" in cls.__dict__:
            cls.BINDINGS = bindings(cls.commands)
        super().__init_subclass__(**kwargs)

    def compose_body(self) -> Iterator[Widget]:
        """All that stands above the message line."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The body, messages and keys, in the layout that fits the terminal."""
        self.fold(self.app.size)
        yield from self.compose_body()
        yield MessageLine(self.first_message)
        yield Footer()
        yield TooSmall(self.HORIZONTAL_BREAKPOINTS[1][0], self.VERTICAL_BREAKPOINTS[1][0])

    def say(self, text: str, error: bool = False) -> None:
        """Show a message until the next one."""
        self.message_line.show(as_on_screen(text), error)

    # The layout

    @property
    def folded(self) -> bool:
        """Whether only a part of the screen is shown at a time."""
        return self.has_class("-folded") or self.has_class("-flat")

    def on_screen_resume(self) -> None:
        """The terminal may have been resized while another screen was shown."""
        self.fold(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size."""
        self.fold(event.size)
        self.resized()

    def resized(self) -> None:
        """Called when the layout has followed the terminal's size."""

    def fold(self, size: Size) -> None:
        """Set the classes of the breakpoints.

        Textual sets them only after it has painted the screen in its new size, so that another layout flashes up.
        """
        pairs = ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS))
        reached = {max(step for step in steps if step[0] <= length)[1] for length, steps in pairs}
        self.update_classes({name: name in reached for _, steps in pairs for _, name in steps}, animate=False)

    # The commands

    def offers(self, action: str) -> bool:
        """Whether the command palette lists an action now."""
        _, name, parameters = actions.parse(action)
        return bool(self.check_action(name, parameters))

    def system_commands(self) -> Iterator[SystemCommand]:
        """The commands that can be given now, for the command palette."""
        for command in self.commands:
            if self.offers(command.action):
                title = command.label[:1].upper() + command.label[1:]
                key = command.key_display or command.key.partition(",")[0]
                yield SystemCommand(
                    title, f"{key} · {command.help}", partial(self.call_later, self.run_action, command.action)
                )
