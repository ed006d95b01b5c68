"""Opens a file: which one, what is understood of it, and what to read otherwise, before it is loaded."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from lsexplorer.data import LoadOptions
from lsexplorer.data.files import printable, shown
from lsexplorer.tui.commands import OPEN_COMMANDS
from lsexplorer.tui.data.notes import understood_text
from lsexplorer.tui.open.choices import Choice, choices, completed
from lsexplorer.tui.open.fields import FieldInput, OptionFields
from lsexplorer.tui.open.help_page import HELP_PAGE
from lsexplorer.tui.open.reading import Opened, read_file
from lsexplorer.tui.open.recent import given, recent_files, remember
from lsexplorer.tui.screen import CommandScreen
from lsexplorer.tui.settings import last_folder, note_folder
from lsexplorer.tui.widgets.background import Background
from lsexplorer.tui.widgets.problem import Problem

NOTHING_HERE = "There is no such file here: type a path, such as ~/flowers.csv."
TYPING_SECONDS = 0.4
"""The pause in typing after which the file is read again."""


class PathInput(Input):
    """The file's name; Tab completes it, and ↑ ↓ go through the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "show how it is read", key_display="enter"),
        Binding("tab", "complete", "complete"),
        Binding("down", "walk(1)", "choose", key_display="↑ ↓"),
        Binding("up", "walk(-1)", "choose above", show=False),
    ]
    BORDER_TITLE = "Open a file"

    class Walked(Message):
        """Another entry of the list is to be selected."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def action_complete(self) -> None:
        """Complete the name as far as the folder's entries agree."""
        self.value = printable(completed(self.value or last_folder(self.app)))
        self.cursor_position = len(self.value)

    def action_walk(self, by: int) -> None:
        """Up or down in the list."""
        self.post_message(self.Walked(by))


class OpenScreen(CommandScreen[Opened | None]):
    """Chooses a file and how it is read; dismissed with what was read, or None."""

    AUTO_FOCUS = "#path"
    CSS_PATH = "screen.tcss"
    commands = OPEN_COMMANDS
    help_page = HELP_PAGE
    first_message = "Choose a file: what is understood of it is shown before it is loaded."

    choosing: reactive[bool] = reactive(True, toggle_class="-choosing")
    """Whether the list of files is shown, not yet a file."""
    stale: reactive[bool] = reactive(False, toggle_class="-stale")
    """Whether what is shown of the file is not what the fields say now."""

    path_input = getters.query_one(PathInput)
    files = getters.query_one("#files", OptionList)
    fields = getters.query_one(OptionFields)
    understood = getters.query_one("#understood", Static)
    first_rows = getters.query_one("#first_rows", Static)
    reading = getters.query_one(Background)
    problem = getters.query_one("OpenScreen > Problem", Problem)

    def __init__(self) -> None:
        super().__init__()
        self._recent = recent_files()
        self._choices: list[Choice] = []
        self._path = ""
        self._opened: Opened | None = None
        self._refused = False
        self._typed_in: FieldInput | None = None  # since the file was chosen
        self._waiting: Timer | None = None

    def compose_body(self) -> Iterator[Widget]:
        """The name; below it the list of files, or the fields and what was understood."""
        yield PathInput(id="path", placeholder="a file of data, or a run file", select_on_focus=False)
        yield Problem()
        files = OptionList(id="files", markup=False)
        files.can_focus = False
        yield files
        with Horizontal(id="file"):
            yield OptionFields(id="options")
            with Vertical():
                with VerticalScroll(id="understood_box", can_focus=False):
                    yield Static(id="understood", markup=False)
                yield Static(id="first_rows", markup=False)
        yield Background(id="reading")

    def on_mount(self) -> None:
        """Offer the recent files."""
        self.query_one("#understood_box").border_title = "What is understood"
        self.first_rows.border_title = "The first rows as they are read"
        self._offer("")

    # Which file

    def _offer(self, typed: str) -> None:
        self._choices = choices(typed, self._recent, last_folder(self.app))
        self.files.clear_options().add_options([Content(choice.label) for choice in self._choices])
        self.files.highlighted = 0 if self._choices else None
        self.say(self.first_message if self._choices else NOTHING_HERE)

    @on(Input.Changed, "#path")
    def _path_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._forget_reading()
        self.choosing = True
        self._offer(event.value)

    @on(PathInput.Walked)
    def _walked(self, message: PathInput.Walked) -> None:
        self.choosing = True
        (self.files.action_cursor_down if message.by > 0 else self.files.action_cursor_up)()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_accept()

    @on(OptionList.OptionSelected)
    def _file_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(self._choices[event.option_index].path)

    def action_accept(self) -> None:
        """Show how the file is read, or load it."""
        if not self.choosing:
            self._load()
            return
        typed, at = self.path_input.value, self.files.highlighted
        is_file = os.path.isfile(os.path.expanduser(typed))
        self._take(typed if is_file or at is None else self._choices[at].path)

    def _take(self, path: str) -> None:
        """Go into a folder, or read a file."""
        with self.prevent(Input.Changed):
            self.path_input.value = printable(path)
        self.path_input.cursor_position = len(self.path_input.value)
        if os.path.isdir(os.path.expanduser(path)):
            self._offer(path)
            return
        if not path.strip():
            self.problem.text = "type the name of a file, or choose one with ↑ ↓"
            return
        if not os.path.exists(os.path.expanduser(path)):
            self.problem.text = f"there is no file {shown(path)}: correct the name, or clear it to choose from a list"
            return
        self._path = os.path.abspath(os.path.expanduser(path))
        self.fields.fill(next((given(file.options) for file in self._recent if file.path == self._path), {}))
        self.choosing = False
        self._typed_in = None
        self._show("")
        self.say("")
        self.fields.query(Input).first().focus()
        self._read()

    # How it is read

    @on(OptionFields.Changed)
    def _option_typed(self, message: OptionFields.Changed) -> None:
        self._forget_reading()
        self._typed_in = message.field
        self._waiting = self.set_timer(TYPING_SECONDS, self._read)

    def _forget_reading(self) -> None:
        """What was read, or is being read, is no longer what the fields say."""
        self.reading.cancel()
        self._opened, self._refused, self.stale = None, False, True
        self.problem.text = self.fields.problem.text = ""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def _read(self) -> None:
        self._forget_reading()
        options = self.fields.options
        if options is None:
            self._refuse()
            return
        self.reading.begin(partial(read_file, self._path, options), "Reading …", "read")

    @on(Background.Ended)
    def _read_to_the_end(self, message: Background.Ended) -> None:
        message.stop()
        if message.answer is None:
            if self._typed_in is None:
                self.problem.text = message.problem
            else:
                self.fields.say(message.problem, self._typed_in)
            self._refuse()
            return
        opened = self._opened = message.answer
        self._show(understood_text(opened.summary), opened.first_rows)
        self.say("Enter loads it as a new run; Esc leaves everything as it was.")

    def _show(self, text: str, first_rows: Sequence[str] = ()) -> None:
        self.stale = False
        self.understood.update(text)
        self.query_one("#understood_box").scroll_home(animate=False)
        self.first_rows.display = bool(first_rows)
        self.first_rows.update("\n".join(first_rows))

    def _refuse(self) -> None:
        self._refused = True
        self._show("")
        self.say("It cannot be read so: correct the fields, or choose another file.", error=True)

    def action_scroll(self, by: int) -> None:
        """Scroll what is understood."""
        self.query_one("#understood_box").scroll_relative(y=by, animate=False)

    # The end

    def _load(self) -> None:
        if self._opened is not None:
            opened = self._opened
            note_folder(self.app, self._path)
            remember(self._path, LoadOptions() if opened.path else opened.trainer.data.options)
            self.dismiss(opened)
        elif self._waiting is not None:
            self._read()
        elif not self._refused:
            self.say("It is still being read.")

    def action_close(self) -> None:
        """Back to the explorer."""
        self.reading.cancel()
        self.dismiss(None)
