"""The application: one session, its screens, the command palette."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from lsexplorer.run import Trainer
from lsexplorer.tui.compare.screen import CompareScreen
from lsexplorer.tui.data.screen import DataScreen
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.help import HelpScreen
from lsexplorer.tui.keeping import KeepingApp
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.patterns.screen import PatternsScreen
from lsexplorer.tui.screen import CommandScreen

SCREENS: tuple[type[CommandScreen[Any]], ...] = (ExplorerScreen, CompareScreen, DataScreen, PatternsScreen)
"""The screens that the help explains."""


class ExplorerApp(KeepingApp):
    """lsexplorer on a terminal. path: the run file that the trainer came from, if any."""

    TITLE = "lsexplorer"
    CSS_PATH = "lsexplorer.tcss"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, trainer: Trainer, path: str = "") -> None:
        super().__init__()
        self._explorer = ExplorerScreen(Session(trainer, path))

    @property
    def session(self) -> Session:
        """The run in the explorer."""
        return self._explorer.session

    def runs(self) -> Sequence[tuple[Trainer, str]]:
        """The explorer's run."""
        return [(self.session.trainer, self.session.path)]

    def get_default_screen(self) -> Screen[None]:
        """The explorer."""
        return self._explorer

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The screen's commands, those of them that can be done now, before textual's own."""
        if isinstance(screen, CommandScreen):
            for command in screen.commands:
                if screen.offers(command.action):
                    yield SystemCommand(_title(command.label), command.help, _Action(screen, command.action))
        yield from super().get_system_commands(screen)

    def action_help(self) -> None:
        """Show the help: the idea in the explorer, elsewhere the page of the screen."""
        screen = self.screen
        title = screen.help_page.title if isinstance(screen, CommandScreen) else ""
        self.push_screen(HelpScreen(SCREENS, "The idea" if screen is self._explorer else title))


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]


class _Action:
    """Calls an action of the screen."""

    def __init__(self, screen: Screen[Any], action: str) -> None:
        self._screen, self._action = screen, action

    def __call__(self) -> None:
        self._screen.call_later(self._screen.run_action, self._action)
