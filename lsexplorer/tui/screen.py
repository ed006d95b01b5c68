"""A screen whose key bindings, footer, help page and command palette entries come from one table of commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from textual.screen import Screen

from lsexplorer.tui.commands import Command, bindings
from lsexplorer.tui.widgets.number_table import Column

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
    """A screen that states its keys in `commands` and explains itself in `help_page`."""

    commands: ClassVar[tuple[Command, ...]] = ()
    """The screen's keys."""

    help_page: ClassVar[HelpPage]
    """The screen's page of the help."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the bindings before textual collects them."""
        if "commands" in cls.__dict__:
            cls.BINDINGS = bindings(cls.commands)
        super().__init_subclass__(**kwargs)

    def offers(self, action: str) -> bool:
        """Whether the command palette lists an action now."""
        return bool(self.check_action(action.partition("(")[0], ()))
