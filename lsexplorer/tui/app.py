"""The application: one session, its screens, the command palette."""

import gc
import os
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from lsexplorer.errors import DivergenceError, InputError
from lsexplorer.run import Trainer
from lsexplorer.tui.autosave import Autosave, Leftover, leftovers
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.keeping import FAILED, KeepingApp
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.open.shared import RunGiven, is_run_file, opened
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.settings import load_settings, remember_settings
from lsexplorer.tui.standalone_svg import standalone
from lsexplorer.tui.widgets.colors import readable_variables

if TYPE_CHECKING:
    from lsexplorer.tui.open.reading import Opened
    from lsexplorer.tui.palette import HelpProvider

YOUNG_OBJECTS = 10_000
"""So many new objects are looked at together for garbage; of Python's 700, most are still in use."""
WINDOWS = os.name == "nt"
MAX_REOPENINGS = 3
"""How often the explorer is opened again after an error that closed it."""
REOPENED = "An error closed the explorer; it was opened again, and the run goes on. The error is shown when you quit."


def run_explorer(trainer: Trainer, path: str = "") -> tuple[list[str], int]:
    """Run the explorer on a terminal until it is left; what to say then, and the exit status.

    Textual closes an application when a widget fails to draw itself or to handle a message, and has no public hook
    against that. The explorer is then opened again on the same run.
    """
    words: list[str] = []
    autosave, settings = Autosave(), load_settings()
    for number in range(MAX_REOPENINGS + 1):
        app = ExplorerApp(trainer, path, REOPENED if number else "")
        app.autosave, app.settings, app.session.speed = autosave, settings, settings.speed
        app.run()
        app.remember()
        reopen = app.return_code == FAILED and number < MAX_REOPENINGS
        words += app.last_words(goes_on=reopen)
        if not reopen:
            break
        trainer, path = app.runs()[0]
    if not app.return_code:
        autosave.clear()
    return words, app.return_code or 0


def collect_what_comes() -> None:
    """Collect garbage again, but never look at what is there now: a key would wait for that."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    gc.enable()


def _help_provider() -> "type[HelpProvider]":
    from lsexplorer.tui.palette import HelpProvider

    return HelpProvider


class ExplorerApp(KeepingApp):
    """lsexplorer on a terminal.

    path: the run file that the trainer came from, if any. message: what the message line says first.
    """

    TITLE = "lsexplorer"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend", "Suspend", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_help_provider}  # Textual's own form
    CSS_PATH = Path(__file__).parent / "explorer" / ExplorerScreen.CSS_PATH
    """Textual loads the CSS of a screen when it is pushed; the explorer is there from the start."""

    def __init__(self, trainer: Trainer, path: str = "", message: str = "") -> None:
        super().__init__()
        self._explorer = ExplorerScreen(Session(trainer, path))
        self._explorer.first_message = message or self._explorer.first_message
        self._reopened = bool(message)
        self._leaves_with_file = False

    @property
    def session(self) -> Session:
        """The run in the explorer."""
        return self._explorer.session

    def runs(self) -> Sequence[tuple[Trainer, str]]:
        """The explorer's run, or the own run while the tour is on; and those that were kept."""
        sessions = self._explorer.guide.own_sessions(self.session)
        return [(session.trainer, session.path) for session in sessions]

    def on_mount(self) -> None:
        """Take the theme of before, and offer what was left over."""
        if self.settings.theme in self.available_themes and not os.environ.get("TEXTUAL_THEME"):
            self.theme = self.settings.theme
        if self.autosave is not None and not self._reopened:
            self._offer_leftover()
        if not gc.isenabled():
            self.call_after_refresh(collect_what_comes)

    def remember(self) -> None:
        """Write down theme, folder and speed for the next start."""
        if not os.environ.get("TEXTUAL_THEME"):
            self.settings.theme = self.theme
        self.settings.speed = self.session.speed
        remember_settings(self.settings)

    def _offer_leftover(self) -> None:
        found = leftovers()
        if found:
            from lsexplorer.tui.question import RecoverQuestion

            self.push_screen(RecoverQuestion(found[0]), partial(self._recover, found[0]))

    def _recover(self, leftover: Leftover, answer: "str | Opened | None") -> None:
        if answer and not isinstance(answer, str):
            self._explorer.show_run(Session(answer.trainer), "This run was left over.")
            self.save_now()
            leftover.remove()
        elif answer == "d":
            leftover.remove()
            self._offer_leftover()

    async def action_quit(self) -> None:
        """Leave; first ask about runs that no file has."""
        from lsexplorer.tui.question import QuitQuestion

        self._explorer.pause()
        sessions = self._explorer.guide.own_sessions(self.session)
        unsaved = [session for session in sessions if session.unsaved]
        if not unsaved:
            self.exit()
        elif not isinstance(self.screen, QuitQuestion):
            run = f"{unsaved[0].data.name}, step {unsaved[0].step_count:,}"
            others = [f"{session.data.name}, step {session.step_count:,}" for session in unsaved[1:]]
            text = f"No file has this run: {run}." + (
                f" Nor these, which K goes to: {'; '.join(others)}." * bool(others)
            )
            answers = {"s": "save", "d": "discard", "escape": "cancel"}
            await self.push_screen(QuitQuestion("Quit", text, answers), partial(self._leave, unsaved[0]))

    def _leave(self, session: Session, answer: "str | Opened | None") -> None:
        from lsexplorer.tui.explorer.save_prompt import SavePrompt

        def leave(_: str) -> None:
            if self.is_web:
                self._leaves_with_file = True
            else:
                self.exit()

        if answer == "s":
            self.push_screen(SavePrompt(session, leave))
        elif answer == "d":
            self.exit()

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as an SVG picture that fetches nothing."""
        return standalone(super().export_screenshot(title=title, simplify=simplify))

    @on(events.DeliveryComplete)
    def _file_delivered(self) -> None:
        """In a browser, leave once it has the run."""
        if self._leaves_with_file:
            self.exit()

    @on(RunGiven)
    def _run_given(self, message: RunGiven) -> None:
        """Open a run that was given in a browser."""
        if self.screen is self._explorer and not self._explorer.form_waits():
            self._explorer.say("The run is trained again …")
            self.run_worker(partial(self._open_given, message.text), thread=True, group="open", exclusive=True)
        else:
            self.notify("Go back to the explorer first, then open the run.", severity="warning", markup=False)

    def _open_given(self, text: str) -> None:
        """Train a run again, in a thread, and show it."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the run's note says it
                trainer = opened(text)
        except (InputError, DivergenceError) as error:
            self.call_from_thread(self._explorer.say, f"{str(error).partition(': --long')[0]}.", error=True)
        except MemoryError:
            self.call_from_thread(self._explorer.say, "There is not enough memory for that run.", error=True)
        else:
            file = f"{trainer.data.name}-run.json" if is_run_file(text) else ""
            self.call_from_thread(self._explorer.show_run, Session(trainer, file))

    def action_suspend(self) -> None:
        """Give the terminal back to the shell for a while, where there is one."""
        if self.is_headless or self.is_web or WINDOWS:
            text = "There is no shell here to go back to: Ctrl+Z does nothing."
            self.screen.say(text) if isinstance(self.screen, CommandScreen) else self.notify(text)
        else:
            self.save_now()
            self.action_suspend_process()

    def get_default_screen(self) -> Screen[None]:
        """The explorer."""
        return self._explorer

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The screen's commands, those of them that can be given now, before textual's own."""
        if isinstance(screen, CommandScreen):
            yield from screen.system_commands()
        yield from super().get_system_commands(screen)

    def get_css_variables(self) -> dict[str, str]:
        """The theme's, such that frames and words stand out: not all of Textual's light themes see to that.

        Without colour blue would be a dark grey.
        """
        variables = readable_variables(super().get_css_variables())
        return variables | {"primary": variables["foreground-muted"]} if self.no_color else variables

    def action_command_palette(self) -> None:
        """Open the palette, unless it is open below another screen: Textual looks at the topmost alone."""
        if not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            super().action_command_palette()

    def action_help(self) -> None:
        """Show the help: the idea in the explorer, elsewhere the page of the screen."""
        from lsexplorer.tui.help import HelpScreen, screens

        screen = self.screen
        title = screen.help_page.title if isinstance(screen, CommandScreen) else ""
        self.push_screen(HelpScreen(screens(), "The idea" if screen is self._explorer else title))
