"""The application: one session, its screens, the command palette."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.app import SystemCommand
from textual.screen import Screen

from lsexplorer.run import Trainer
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.keeping import FAILED, KeepingApp
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.screen import CommandScreen

MAX_REOPENINGS = 3
"""How often the explorer is opened again after an error that closed it."""
REOPENED = "An error closed the explorer; it was opened again, and the run goes on. The error is shown when you quit."


def run_explorer(trainer: Trainer, path: str = "") -> tuple[list[str], int]:
    """Run the explorer on a terminal until it is left; what to say then, and the exit status.

    Textual closes an application when a widget fails to draw itself or to handle a message, and has no public hook
    against that. The explorer is then opened again on the same run.
    """
    words: list[str] = []
    for number in range(MAX_REOPENINGS + 1):
        app = ExplorerApp(trainer, path, REOPENED if number else "")
        app.run()
        reopen = app.return_code == FAILED and number < MAX_REOPENINGS
        words += app.last_words(goes_on=reopen)
        if not reopen:
            break
        trainer, path = app.runs()[0]
    return words, app.return_code or 0


class ExplorerApp(KeepingApp):
    """lsexplorer on a terminal.

    path: the run file that the trainer came from, if any. message: what the message line says first.
    """

    TITLE = "lsexplorer"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = Path(__file__).parent / "explorer" / ExplorerScreen.CSS_PATH
    """Textual loads the CSS of a screen when it is pushed; the explorer is there from the start."""

    def __init__(self, trainer: Trainer, path: str = "", message: str = "") -> None:
        super().__init__()
        self._explorer = ExplorerScreen(Session(trainer, path))
        self._explorer.first_message = message or self._explorer.first_message

    @property
    def session(self) -> Session:
        """The run in the explorer."""
        return self._explorer.session

    def runs(self) -> Sequence[tuple[Trainer, str]]:
        """The explorer's run, or the own run while the tour is on; and those that were kept."""
        guide = self._explorer.guide
        sessions = ([] if guide.on_tour else [self.session]) + guide.waiting
        return [(session.trainer, session.path) for session in sessions]

    def get_default_screen(self) -> Screen[None]:
        """The explorer."""
        return self._explorer

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The screen's commands, those of them that can be given now, before textual's own."""
        if isinstance(screen, CommandScreen):
            yield from screen.system_commands()
        yield from super().get_system_commands(screen)

    def action_help(self) -> None:
        """Show the help: the idea in the explorer, elsewhere the page of the screen."""
        from lsexplorer.tui.help import HelpScreen, screens

        screen = self.screen
        title = screen.help_page.title if isinstance(screen, CommandScreen) else ""
        self.push_screen(HelpScreen(screens(), "The idea" if screen is self._explorer else title))
