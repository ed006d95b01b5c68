"""What all screens share: keys that are commands, one line for messages, and layouts that follow the terminal's size."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import actions, events, getters
from textual.app import ComposeResult, SystemCommand
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Footer

from lsexplorer.tui.commands import Command, bindings
from lsexplorer.tui.widgets.message_line import MessageLine
from lsexplorer.tui.widgets.too_small import TooSmall

Result = TypeVar("Result")


class CommandScreen(Screen[Result]):
    """A screen whose bindings, footer, help and command palette are made from its `commands`.

    A subclass gives `commands` and `compose_body`.
    """

    DEFAULT_CSS = """
    CommandScreen { layout: vertical; }
    CommandScreen.-tiny > * { display: none !important; }
    CommandScreen.-tiny > TooSmall { display: block !important; }
    """
    commands: ClassVar[tuple[Command, ...]] = ()
    """The screen's keys."""
    help_tab: ClassVar[str] = "idea"
    """The help's tab that the screen's `help` command opens."""
    first_message: ClassVar[str] = ""
    """What the message line says when the screen opens."""
    LEAST_SIZE: ClassVar[tuple[int, int]] = (80, 20)
    """Columns and rows below which the breakpoint -tiny should leave nothing but a request for more room."""

    message_line = getters.query_one(MessageLine)

    def __init_subclass__(cls, **options: Any) -> None:
        if "commands" in cls.__dict__:
            cls.BINDINGS = bindings(cls.commands)
        super().__init_subclass__(**options)

    def compose_body(self) -> Iterable[Any]:
        """All but what every screen has at its foot."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The body; below it messages and keys; in the layout that fits the terminal before it is first painted."""
        self.fold(self.app.size)
        yield from self.compose_body()
        yield MessageLine(self.first_message)
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(*self.LEAST_SIZE)

    def say(self, text: str, error: bool = False) -> None:
        """Show a message until the next one."""
        self.message_line.show(text, error)

    # The layout

    def on_screen_resume(self) -> None:
        """The terminal may have been resized while another screen was shown."""
        self.fold(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Another layout, perhaps."""
        self.fold(event.size)
        self.resized()

    def resized(self) -> None:
        """Called after the layout has followed another size."""

    def fold(self, size: Size) -> None:
        """Set the classes of the breakpoints.

        Textual does this too, but only after it has painted the screen in its new size, so that the layout for another
        size flashes up.
        """
        pairs = (size.width, self.HORIZONTAL_BREAKPOINTS or []), (size.height, self.VERTICAL_BREAKPOINTS or [])
        reached = {max(steps)[1] for length, every in pairs if (steps := [step for step in every if step[0] <= length])}
        names = {name for _, every in pairs for _, name in every}
        self.update_classes({name: name in reached for name in names}, animate=False)

    # The commands

    def offers(self, action: str) -> bool:
        """Whether the command palette should offer an action now."""
        _, name, parameters = actions.parse(action)
        return bool(self.check_action(name, parameters))

    def system_commands(self) -> Iterator[SystemCommand]:
        """The commands that can be done now, for the command palette."""
        for command in self.commands:
            if self.offers(command.action):
                title = command.label[:1].upper() + command.label[1:]
                yield SystemCommand(title, command.help, partial(self.call_later, self.run_action, command.action))

    def action_help(self) -> None:
        """Show the help, at this screen's page."""
        from lsexplorer.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self.help_tab))
